#include "pages.h"

/* Says that requests are served, nothing about the site: anybody may ask. */
enum status page_health(struct page *page)
{
    return response_text(page->response, 200, SV("ok\n"));
}
