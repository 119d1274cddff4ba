/* Signing in with a one-time pass: always a public session. The pass is claimed before the mail
 * server is asked, so that of two who type it one comes in. */
#include "door.h"
#include "log.h"
#include "login.h"
#include "utf8.h"

bool login_pass_asked(const struct page *page)
{
    return page->app->passes && sv_eq(inputs_get(&page->request->query, "pass"), SV("1"));
}

static enum status refuse(struct page *page, const char *key)
{
    return login_show(page, 403, locale_text(page->locale, key));
}

static enum status settle(struct page *page, struct pass_claim *claim, enum pass_outcome outcome)
{
    enum status st = pass_done(page->app->passes, claim, outcome);
    if (st == STATUS_IO)
        diagnosis_set(&page->diagnosis, STAGE_STORE, CAUSE_STORE, "", 0, "");
    return st;
}

/* The mail server said no, or nothing. */
static enum status turn_away(struct page *page, struct pass_claim *claim, struct door *door,
                             enum status why)
{
    door_leave(door, DOOR_UNKNOWN); /* whoever had the right pass was not guessing */
    enum status st = settle(page, claim, why == STATUS_DENIED ? PASS_REFUSED : PASS_UNREACHABLE);
    if (st == STATUS_IO)
        log_event(LOG_LEVEL_WARNING, "pass-not-settled", "code=%s", diagnosis_code(CAUSE_STORE));
    if (why != STATUS_DENIED)
        return login_show_failure(page, why);
    log_event(LOG_LEVEL_INFO, "passes-void", "cause=password user=\"%.*s\"",
              SV_ARG(claim->row.user));
    return refuse(page, "login.pass_changed");
}

/* The server has let the session in: it begins when the pass is used up, or not at all. */
static enum status let_in(struct page *page, struct pass_claim *claim, struct door *door,
                          const char *token, struct session *session)
{
    enum status st = settle(page, claim, PASS_SIGNED_IN);
    if (st == STATUS_OK) {
        door_leave(door, DOOR_RIGHT);
        return login_enter(page, token, session);
    }
    session_end(session);
    session_release(&session);
    door_leave(door, DOOR_UNKNOWN);
    return st == STATUS_CHANGED ? refuse(page, "login.pass_wrong") : login_show_failure(page, st);
}

static enum status sign_in(struct page *page, struct pass_claim *claim, struct door *door)
{
    char token[SESSION_TOKEN_TEXT + 1];
    struct session *session;
    struct sessions *sessions = page->app->sessions;
    const struct sign_in who = {.user = claim->row.user,
                                .password = {claim->password, claim->password_n},
                                .browser = page_browser(page),
                                .kind = SESSION_PUBLIC,
                                .pass = true,
                                .reading = claim->row.policy != PASS_ANSWERING};
    enum status st =
        session_sign_in(sessions, &who, door->deadline, token, &session, &page->diagnosis);
    /* a NO may be a stumble of the server: one alone voids nothing */
    if (st == STATUS_DENIED)
        st = session_sign_in(sessions, &who, door->deadline, token, &session, &page->diagnosis);
    return st == STATUS_OK ? let_in(page, claim, door, token, session)
                           : turn_away(page, claim, door, st);
}

enum status login_pass(struct page *page)
{
    struct door door;
    struct pass_claim claim;
    const struct inputs *form = &page->request->form;
    const struct pass_try try = {.user = sv_trim(inputs_get(form, "user")),
                                 .typed = inputs_get(form, "code"),
                                 .address = sv_of(page->request->client),
                                 .agent = page->request->user_agent};
    if (try.user.n == 0 || sv_trim(try.typed).n == 0)
        return refuse(page, "login.pass_empty");
    if (door_enter_pass(page, try.user, &door) != STATUS_OK)
        return login_show(page, door.code, door.words);
    door.passing = true;
    enum status st = pass_claim(page->app->passes, &try, page->arena, &claim);
    if (st == STATUS_OK)
        return sign_in(page, &claim, &door);
    door_leave(&door, st == STATUS_DENIED ? DOOR_WRONG : DOOR_UNKNOWN);
    /* to be compared with the card: what is mistyped opens nothing */
    if (st == STATUS_INVALID)
        node_put(view_root(page_view(page)), "Login.code", utf8_cut(try.typed, PASS_TYPED_MAX));
    if (st == STATUS_INVALID || st == STATUS_DENIED)
        return refuse(page, st == STATUS_INVALID ? "login.pass_mistyped" : "login.pass_wrong");
    diagnosis_set(&page->diagnosis, STAGE_STORE, CAUSE_STORE, "", 0, "");
    return login_show_failure(page, st);
}
