/* GET and POST /login/second: the second step of a sign-in, in a session that may do nothing else.
 * Where the site wants a second factor and the account has none, it is set up here. */
#include "cookie.h"
#include "cookies.h"
#include "entry.h"
#include "flash.h"
#include "log.h"
#include "pages.h"
#include "second_app.h"

/* A public computer is no place to set a second factor up at. */
static bool may_set_up(struct page *page, const struct second_step *step)
{
    return !second_on(&step->state) && session_kind(page->session) == SESSION_FULL;
}

static enum status show(struct page *page, const struct second_step *step, unsigned code)
{
    struct node root = view_root(page_view(page)), second = node_child(root, "Second");
    struct sv here = entry_url(page, "/login/second");
    node_put(root, "Page.title", locale_text(page->locale, "second.login_title"));
    if (may_set_up(page, step)) {
        node_put_flag(second, "setup", true);
        node_put(second, "action_url", here);
        second_app_put(page, step, SV("/login/second/qr"));
    } else if (second_on(&step->state)) {
        second_step_put(page, step, here);
    } else {
        node_put(second, "action_url", here);
        node_put_flag(second, "missing", true);
    }
    return page_render(page, code, "login_second");
}

static enum status out(struct page *page, struct sv target)
{
    session_end(page->session);
    cookie_set(page->response, COOKIE_TOKEN, SV(""), COOKIE_EXPIRED);
    return page_redirect(page, target);
}

/* From here on page->session is the whole one. */
static enum status become_whole(struct page *page, char token[SESSION_TOKEN_TEXT + 1])
{
    struct session *whole;
    enum status st = session_renew(page->session, token, &whole);
    if (st != STATUS_OK)
        return st;
    session_release(&page->session);
    page->session = whole;
    return STATUS_OK;
}

/* Who has used one up should know how many are left, before it was the last. */
static void tell_left(struct page *page, const struct second_step *step)
{
    size_t left = step->state.codes > 0 ? step->state.codes - 1 : 0;
    struct sv words = locale_plural(page->locale, page->arena, "second.left", left);
    log_event(LOG_LEVEL_INFO, "recovery-code", "left=%zu user=\"%.*s\"", left,
              SV_ARG(page_log_words(page, step->account)));
    if (session_kind(page->session) == SESSION_FULL)
        flash_set_way(page, words, SV(""), left <= SECOND_CODES_FEW, SV("/second"),
                      locale_text(page->locale, "second.title"));
    else
        flash_set(page, words, SV(""), left <= SECOND_CODES_FEW);
}

static enum status answer(struct page *page, struct second_step *step)
{
    char token[SESSION_TOKEN_TEXT + 1];
    enum second_given given;
    unsigned code;
    enum status st = second_step_take(page, step, &given, &code);
    if (st != STATUS_OK)
        return st;
    if (given == SECOND_OVER)
        return out(page, SV("/login?tries=1"));
    if (given == SECOND_WRONG)
        return show(page, step, code);
    st = become_whole(page, token);
    if (st != STATUS_OK)
        return st;
    if (given == SECOND_RIGHT_RECOVERY)
        tell_left(page, step);
    return entry_finish(page, token, entry_target(page));
}

/* The codes wait with the session that is whole, and are the first that its user sees. */
static enum status set_up(struct page *page, struct second_step *step)
{
    char token[SESSION_TOKEN_TEXT + 1], codes[SECOND_CODES][SECOND_CODE_TEXT + 1];
    bool fresh;
    unsigned code;
    enum status st = second_app_take(page, step, codes, &fresh, &code);
    if (st == STATUS_DENIED)
        return show(page, step, code);
    if (st == STATUS_OK)
        st = become_whole(page, token);
    if (st != STATUS_OK)
        return st;
    if (fresh) {
        struct second_desk *desk = second_desk_of(page->session);
        second_desk_codes_put(desk, codes);
        second_desk_release(&desk);
        seal_wipe(codes, sizeof codes);
    }
    return entry_finish(page, token, entry_url(page, "/second"));
}

static enum status take(struct page *page, struct second_step *step)
{
    struct sv act = inputs_get(&page->request->form, "act");
    if (sv_eq(act, SV("leave")))
        return out(page, SV("/login"));
    if (sv_eq(act, SV("app")) && may_set_up(page, step))
        return set_up(page, step);
    if (second_on(&step->state))
        return answer(page, step);
    return show(page, step, 403);
}

enum status page_login_second(struct page *page)
{
    struct second_step step;
    enum status st = second_step_open(page, &step);
    if (st != STATUS_OK)
        return st;
    st = page->request->method == METHOD_POST ? take(page, &step) : show(page, &step, 200);
    second_step_close(&step);
    return st;
}
