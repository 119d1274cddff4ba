/* GET /closed: where a page of a public session goes when the session is over. It shows nothing of
 * anybody, and says what has happened and what to do before one leaves the machine.
 *
 * The cookie stays as long as a form that is still open somewhere may be saved with it (it opens
 * nothing else any more), and is taken away afterwards. */
#include "cookie.h"
#include "cookies.h"
#include "pages.h"

enum state { CLOSED_OVER, CLOSED_SAVED, CLOSED_ALIVE };

static enum state look(struct page *page)
{
    struct sv token;
    struct session *session;
    struct sessions *sessions = page->app->sessions;
    const struct browser browser = page_browser(page);
    if (cookie_get(page->request->cookie, COOKIE_TOKEN, &token) != STATUS_OK)
        return CLOSED_OVER;
    enum status st = session_find(sessions, token, &browser, SESSION_USE_POLL, &session);
    bool alive = st == STATUS_OK;
    if (!alive)
        st = session_find(sessions, token, &browser, SESSION_USE_RESCUE, &session);
    if (st == STATUS_OK)
        session_release(&session);
    else
        cookie_set(page->response, COOKIE_TOKEN, SV(""), COOKIE_EXPIRED);
    return alive ? CLOSED_ALIVE : CLOSED_OVER;
}

enum status page_closed(struct page *page)
{
    struct node root = view_root(page_view(page)), closed = node_child(root, "Closed");
    enum state state = look(page);
    if (state != CLOSED_ALIVE)
        response_clear_site_data(page->response);
    if (state == CLOSED_OVER && request_has(page->request, "saved"))
        state = CLOSED_SAVED;
    node_put_text(root, "Page.title", "closed.title");
    node_put_flag(closed, "alive", state == CLOSED_ALIVE);
    node_put_flag(closed, "saved", state == CLOSED_SAVED);
    node_put_flag(closed, "lost", request_has(page->request, "lost"));
    return page_render(page, 200, "closed");
}
