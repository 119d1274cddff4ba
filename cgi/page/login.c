/* Signing in. The form carries a token bound to a pre-session cookie by the server's key, so that
 * nobody can sign a visitor in under another name (login CSRF); the route table checks it. */
#include "login.h"

#include "cookie.h"
#include "cookies.h"
#include "door.h"
#include "entry.h"
#include "failure.h"
#include "pages.h"
#include "pre_session.h"
#include "public.h"
#include "second_step.h"
#include "visit.h"

enum { MINUTE = 60 };

/* This page in a language, with the place to go to afterwards. */
static struct sv own_url(struct page *page, struct sv language, bool pass)
{
    struct sb out;
    struct sv next = page_return_path(page, "next", SV(""));
    bool open =
        inputs_get(&page->request->query, "public").n > 0; /* the machine stays what it is */
    sb_init(&out, page->arena, (size_t)2 * REQUEST_URI_MAX);
    sb_add(&out, language.n > 0 || next.n > 0 || pass || open ? SV("/login?") : SV("/login"));
    if (pass)
        query_append(&out, "pass", SV("1"));
    if (language.n > 0)
        query_append(&out, "lang", language);
    if (open)
        query_append(&out, "public", SV("1"));
    if (next.n > 0)
        query_append(&out, "next", next);
    return sb_view(&out);
}

static void put_languages(struct page *page, struct node root)
{
    static const char *const labels[LANGUAGE_COUNT] = {"login.french", "login.english"};
    for (int i = 0; i < LANGUAGE_COUNT; i++) {
        const char *code = language_code((enum language)i);
        struct node item = node_item(root, "Languages", (size_t)i);
        node_put(item, "label", locale_text(page->locale, labels[i]));
        node_put_cstr(item, "code", code);
        node_put(item, "url", own_url(page, sv_of(code), login_pass_asked(page)));
        node_put_flag(item, "current", (int)page->language == i);
    }
}

static struct sv minutes(struct page *page, int64_t seconds)
{
    uint64_t n = seconds > MINUTE ? (uint64_t)seconds / MINUTE : 1;
    return locale_number(page->locale, page->arena, n);
}

/* The box is ticked, or the site knows. */
static bool is_public(const struct page *page)
{
    return request_param(page->request, "public").n > 0 || public_by_address(page);
}

enum status login_show(struct page *page, unsigned code, struct sv error)
{
    const struct session_limits *limits = &page->site->limits;
    struct node root = view_root(page_view(page)), login = node_child(root, "Login");
    pre_session_put(page, root);
    node_put_text(root, "Page.title", "login.title");
    node_put(login, "user", inputs_get(&page->request->form, "user"));
    node_put_flag(login, "public", is_public(page));
    node_put_flag(login, "forced", public_by_address(page));
    node_put(login, "public_text",
             locale_format(page->locale, page->arena,
                           public_by_address(page) ? "public.forced_text" : "login.public_text",
                           minutes(page, limits->public_idle_s),
                           minutes(page, limits->public_absolute_s)));
    struct sv language = inputs_get(&page->request->query, "lang");
    bool pass = login_pass_asked(page);
    node_put_flag(login, "pass", pass);
    node_put(login, "url", own_url(page, language, pass));
    node_put(login, "other_url", own_url(page, language, !pass));
    if (error.n > 0)
        node_put(login, "error", error);
    if (request_has(page->request, "out"))
        node_put_text(login, "notice", "login.out");
    else if (request_has(page->request, "saved"))
        node_put(login, "notice",
                 locale_text(page->locale, request_has(page->request, "lost")
                                               ? "compose.expired_lost"
                                               : "compose.expired"));
    else if (request_has(page->request, "tries"))
        node_put_text(login, "notice", "second.over");
    else if (request_has(page->request, "expired"))
        node_put_text(login, "notice", "login.expired");
    put_languages(page, root);
    return page_render(page, code, "login");
}

enum status login_enter(struct page *page, const char *token, struct session *session)
{
    const struct request *request = page->request;
    const struct browser browser = page_browser(page);
    struct sv old;
    struct session *previous;
    /* a new token at each sign-in: whatever session the browser came with is over */
    if (cookie_get(request->cookie, COOKIE_TOKEN, &old) == STATUS_OK &&
        session_find(page->app->sessions, old, &browser, SESSION_USE_POLL, &previous) ==
            STATUS_OK) {
        visit_ends(previous, VISIT_SIGNED_OUT);
        session_end(previous);
        session_release(&previous);
    }
    page->session = session;
    if (!session_half(session))
        return entry_finish(page, token, entry_target(page));
    cookie_set(page->response, COOKIE_TOKEN, sv_of(token), COOKIE_SESSION);
    cookie_set(page->response, COOKIE_PRE_SESSION, SV(""), COOKIE_EXPIRED);
    return page_redirect(page, entry_url(page, "/login/second"));
}

static enum status refuse(struct page *page, const char *key)
{
    return login_show(page, 403, locale_text(page->locale, key));
}

enum status login_show_failure(struct page *page, enum status why)
{
    page_log_failure(page, why);
    page_put_failure(page, why);
    return login_show(page, failure_of(why)->code, SV(""));
}

/* What the server said of the password. */
static enum status turn_away(struct page *page, struct door *door, enum status why)
{
    if (why == STATUS_INVALID || why == STATUS_DENIED) {
        door->cause = why == STATUS_INVALID ? "malformed" : "password";
        door_leave(door, DOOR_WRONG);
        return refuse(page, why == STATUS_INVALID ? "login.control" : "login.wrong");
    }
    door_leave(door, DOOR_UNKNOWN);
    return login_show_failure(page, why);
}

static enum status sign_in(struct page *page)
{
    char token[SESSION_TOKEN_TEXT + 1];
    struct session *session;
    struct door door;
    const struct inputs *form = &page->request->form;
    struct sign_in who = {
        .user = sv_trim(inputs_get(form, "user")),
        .password = inputs_get(form, "password"),
        .browser = page_browser(page),
        .kind = is_public(page) ? SESSION_PUBLIC : SESSION_FULL,
    };
    if (who.user.n == 0 || who.password.n == 0)
        return refuse(page, "login.empty");
    if (door_enter(page, who.user, &door) != STATUS_OK) {
        node_put_cstr(view_root(page_view(page)), "Login.turn", door.turn);
        return login_show(page, door.code, door.words);
    }
    enum status st = second_needed(page, who.user, &who.half);
    door.passing = who.kind == SESSION_PUBLIC || who.half;
    if (st == STATUS_OK)
        st = session_sign_in(page->app->sessions, &who, door.deadline, token, &session,
                             &page->diagnosis);
    if (st != STATUS_OK)
        return turn_away(page, &door, st);
    door_leave(&door, who.half ? DOOR_HALF : DOOR_RIGHT);
    return login_enter(page, token, session);
}

enum status page_login(struct page *page)
{
    if (page->request->method == METHOD_POST)
        return login_pass_asked(page) ? login_pass(page) : sign_in(page);
    return login_show(page, 200, SV(""));
}
