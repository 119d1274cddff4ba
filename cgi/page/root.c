#include "pages.h"

enum status page_root(struct page *page)
{
    return page_redirect(page, SV("/mail"));
}
