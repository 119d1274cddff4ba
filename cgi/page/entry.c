#include "entry.h"

#include "cookie.h"
#include "cookies.h"
#include "log.h"
#include "signed_in.h"

struct sv entry_url(struct page *page, const char *path)
{
    struct sb out;
    struct sv language = inputs_get(&page->request->query, "lang");
    struct sv next = page_return_path(page, "next", SV(""));
    sb_init(&out, page->arena, (size_t)2 * REQUEST_URI_MAX);
    sb_add_cstr(&out, path);
    if (language.n > 0 || next.n > 0)
        sb_add_char(&out, '?');
    if (language.n > 0)
        query_append(&out, "lang", language);
    if (next.n > 0)
        query_append(&out, "next", next);
    return sb_view(&out);
}

/* Who has chosen a language at sign-in keeps it. */
static void keep_language(struct page *page)
{
    enum language language;
    struct preferences preferences;
    struct sv chosen = inputs_get(&page->request->query, "lang");
    if (chosen.n == 0 || language_find(chosen, &language) != STATUS_OK)
        return;
    enum status st = preferences_load(page->session, page->app->store, page->arena, &preferences);
    if (st == STATUS_OK) {
        preferences.language = sv_of(language_code(language));
        st = preferences_save(page->session, page->app->store, page->arena, &preferences);
    }
    if (st != STATUS_OK)
        log_event(LOG_LEVEL_WARNING, "language-not-kept", "status=%s", status_name(st));
}

struct sv entry_target(struct page *page)
{
    return page_return_path(page, "next", SV("/mail"));
}

enum status entry_finish(struct page *page, const char *token, struct sv target)
{
    log_event(LOG_LEVEL_INFO, "login", "address=%s kind=%s user=\"%.*s\"", page->request->client,
              session_by_pass(page->session)                ? "pass"
              : session_kind(page->session) == SESSION_FULL ? "full"
                                                            : "public",
              SV_ARG(session_user(page->session)));
    if (!session_reading(page->session))
        keep_language(page);
    signed_in(page, page->session);
    cookie_set(page->response, COOKIE_TOKEN, sv_of(token), COOKIE_SESSION);
    cookie_set(page->response, COOKIE_PRE_SESSION, SV(""), COOKIE_EXPIRED);
    return page_redirect(page, target);
}
