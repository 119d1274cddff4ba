#include "cookie.h"
#include "cookies.h"
#include "log.h"
#include "pages.h"
#include "visit.h"

enum status page_logout(struct page *page)
{
    gate_leave_all(page->app->gate, page->session);
    visit_ends(page->session, VISIT_SIGNED_OUT);
    session_end(page->session);
    log_event(LOG_LEVEL_INFO, "logout", "address=%s", page->request->client);
    cookie_set(page->response, COOKIE_TOKEN, SV(""), COOKIE_EXPIRED);
    response_clear_site_data(page->response);
    return page_redirect(page, SV("/login?out=1"));
}
