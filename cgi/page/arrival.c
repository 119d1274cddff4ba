#include "pages.h"

enum status page_arrival(struct page *page)
{
    struct node root = view_root(page_view(page));
    node_put(root, "Arrival.url", request_target(page->request));
    return page_render(page, 200, "arrival");
}
