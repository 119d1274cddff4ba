/* POST /leave: a reader does not want to wait any longer for what a waiting page was about. */
#include "pages.h"

enum status page_leave(struct page *page)
{
    gate_leave(page->app->gate, page->session, inputs_get(&page->request->form, "key"));
    return page_redirect(page, page_return_path(page, "back", SV("/mail")));
}
