#include "route.h"

#include "again.h"
#include "cookie.h"
#include "cookies.h"
#include "failure.h"
#include "lasting.h"
#include "lifetime.h"
#include "log.h"
#include "pages.h"
#include "public.h"
#include "receipt.h"

const struct route routes[] = {
    {METHOD_GET, "/", 0, page_root},
    {METHOD_GET, "/login", 0, page_login},
    {METHOD_POST, "/login", NEED_LOGIN_TOKEN, page_login},
    {METHOD_GET, "/login/second", NEED_SIGN_IN | NEED_HALF, page_login_second},
    {METHOD_POST, "/login/second", NEED_SIGN_IN | NEED_HALF, page_login_second},
    {METHOD_GET, "/login/second/qr", NEED_SIGN_IN | NEED_HALF | NEED_POLL | MAY_BE_PICTURE,
     page_second_qr},
    {METHOD_GET, "/health", 0, page_health},
    {METHOD_GET, "/closed", 0, page_closed},
    {METHOD_GET, "/again", NEED_SIGN_IN, page_again},
    {METHOD_GET, "/end", 0, page_end},
    {METHOD_POST, "/end", NEED_LOGIN_TOKEN, page_end},
    {METHOD_GET, "/sessions", NEED_SIGN_IN | NEED_FULL, page_sessions},
    {METHOD_POST, "/sessions", NEED_SIGN_IN | NEED_FULL, page_sessions},
    {METHOD_GET, "/mail", NEED_SIGN_IN, page_listing},
    {METHOD_POST, "/act", NEED_SIGN_IN | NEED_WRITE, page_act},
    {METHOD_GET, "/search", NEED_SIGN_IN, page_search},
    {METHOD_POST, "/search", NEED_SIGN_IN | KEEP_TYPED, page_search},
    {METHOD_GET, "/jobs", NEED_SIGN_IN | NEED_WRITE, page_jobs},
    {METHOD_GET, "/job", NEED_SIGN_IN | NEED_WRITE, page_job},
    {METHOD_POST, "/job", NEED_SIGN_IN | NEED_WRITE, page_job},
    {METHOD_GET, "/folders", NEED_SIGN_IN | NEED_FULL, page_folders},
    {METHOD_POST, "/folders", NEED_SIGN_IN | NEED_FULL | KEEP_TYPED, page_folders},
    {METHOD_GET, "/filters", NEED_SIGN_IN | NEED_FULL, page_filters},
    {METHOD_POST, "/filters", NEED_SIGN_IN | NEED_FULL, page_filters},
    {METHOD_GET, "/filters/edit", NEED_SIGN_IN | NEED_FULL, page_filter_edit},
    {METHOD_POST, "/filters/edit", NEED_SIGN_IN | NEED_FULL | KEEP_TYPED, page_filter_edit},
    {METHOD_GET, "/filters/apply", NEED_SIGN_IN | NEED_FULL, page_filter_apply},
    {METHOD_POST, "/filters/apply", NEED_SIGN_IN | NEED_FULL, page_filter_apply},
    {METHOD_GET, "/filters/why", NEED_SIGN_IN | NEED_FULL, page_filter_why},
    {METHOD_GET, "/vacation", NEED_SIGN_IN | NEED_FULL, page_vacation},
    {METHOD_POST, "/vacation", NEED_SIGN_IN | NEED_FULL | KEEP_TYPED, page_vacation},
    {METHOD_GET, "/folder", NEED_SIGN_IN | NEED_FULL, page_folder_one},
    {METHOD_POST, "/folder", NEED_SIGN_IN | NEED_FULL | KEEP_TYPED, page_folder_one},
    {METHOD_GET, "/tags", NEED_SIGN_IN | NEED_FULL, page_tags},
    {METHOD_POST, "/tags", NEED_SIGN_IN | NEED_FULL | KEEP_TYPED, page_tags},
    {METHOD_GET, "/space", NEED_SIGN_IN | NEED_FULL, page_space},
    {METHOD_POST, "/space", NEED_SIGN_IN | NEED_FULL, page_space},
    {METHOD_GET, "/poll", NEED_SIGN_IN | NEED_POLL, page_poll},
    {METHOD_POST, "/leave", NEED_SIGN_IN, page_leave},
    {METHOD_POST, "/logout", NEED_SIGN_IN, page_logout},
    {METHOD_GET, "/settings", NEED_SIGN_IN | NEED_FULL, page_settings},
    {METHOD_POST, "/settings", NEED_SIGN_IN | NEED_FULL | KEEP_TYPED, page_settings},
    {METHOD_GET, "/passes", NEED_SIGN_IN | NEED_FULL, page_passes},
    {METHOD_POST, "/passes", NEED_SIGN_IN | NEED_FULL, page_passes},
    {METHOD_GET, "/second", NEED_SIGN_IN | NEED_FULL, page_second},
    {METHOD_POST, "/second", NEED_SIGN_IN | NEED_FULL, page_second},
    {METHOD_GET, "/second/qr", NEED_SIGN_IN | NEED_FULL | NEED_POLL | MAY_BE_PICTURE,
     page_second_qr},
    {METHOD_GET, "/message", NEED_SIGN_IN, page_message},
    {METHOD_GET, "/body", NEED_SIGN_IN, page_body},
    {METHOD_GET, "/part", NEED_SIGN_IN | MAY_BE_PICTURE, page_part},
    {METHOD_POST, "/remote", NEED_SIGN_IN | NEED_FULL, page_remote},
    {METHOD_GET, "/image", NEED_SIGN_IN | NEED_FULL | NEED_POLL | MAY_BE_PICTURE, page_image},
    {METHOD_GET, "/tnef", NEED_SIGN_IN, page_tnef},
    {METHOD_GET, "/zip", NEED_SIGN_IN | NEED_FULL, page_zip},
    {METHOD_GET, "/source", NEED_SIGN_IN, page_source},
    {METHOD_GET, "/headers", NEED_SIGN_IN, page_headers},
    {METHOD_GET, "/unsubscribe", NEED_SIGN_IN | NEED_FULL, page_unsubscribe},
    {METHOD_POST, "/unsubscribe", NEED_SIGN_IN | NEED_FULL, page_unsubscribe},
    {METHOD_GET, "/link", NEED_SIGN_IN, page_away},
    {METHOD_GET, "/transfer", NEED_SIGN_IN | NEED_FULL, page_transfer},
    {METHOD_POST, "/import", NEED_SIGN_IN | NEED_FULL | NEED_STREAM, page_import},
    {METHOD_GET, "/export", NEED_SIGN_IN | NEED_FULL, page_export},
    {METHOD_GET, "/journey", NEED_SIGN_IN | NEED_FULL, page_journey},
    {METHOD_GET, "/compose", NEED_SIGN_IN | NEED_WRITE, page_compose},
    {METHOD_POST, "/compose", NEED_SIGN_IN | NEED_WRITE | NEED_UPLOADS | NEED_RESCUE, page_compose},
};
const size_t route_count = sizeof routes / sizeof routes[0];

/* HEAD is answered as GET; the response leaves the body out. */
static const struct route *find_route(const struct request *request, bool *path_known)
{
    enum method method = request->method == METHOD_HEAD ? METHOD_GET : request->method;
    *path_known = false;
    for (size_t i = 0; i < route_count; i++) {
        if (!sv_eq(sv_of(routes[i].path), request->path))
            continue;
        *path_known = true;
        if (routes[i].method == method)
            return &routes[i];
    }
    return NULL;
}

/* ---- language, zone ---- */

static void use_language(struct page *page, struct sv chosen)
{
    enum language language;
    if (chosen.n == 0 || language_find(chosen, &language) != STATUS_OK)
        language = language_negotiate(page->request->accept_language, page->site->language);
    page->language = language;
    page->locale = templates_locale(page->app->templates, language);
    page->dates.locale = page->locale;
}

static void use_zone(struct page *page, struct sv chosen)
{
    if ((chosen.n == 0 || zone_find(chosen, &page->dates.zone) != STATUS_OK) &&
        zone_find(page->site->zone, &page->dates.zone) != STATUS_OK)
        page->dates.zone = zone_utc();
    page->dates.now = clock_wall();
}

/* ---- who comes in ---- */

/* A Strict cookie is not sent with a link from another site: the arrival page goes on by itself and
 * then it is. Once there, Sec-Fetch-Site no longer says cross-site, so that this cannot go round.
 */
static bool arrived_from_elsewhere(const struct page *page)
{
    const struct request *request = page->request;
    struct sv token; /* other cookies of the domain may well have come along */
    return request->method == METHOD_GET &&
           cookie_get(request->cookie, COOKIE_TOKEN, &token) == STATUS_NOT_FOUND &&
           sv_eq(request->fetch_site, SV("cross-site")) &&
           sv_eq(request->fetch_mode, SV("navigate"));
}

/* Of a session that has just ended. */
static bool was_public(struct page *page)
{
    struct sv token;
    struct session *session;
    const struct browser browser = page_browser(page);
    if (cookie_get(page->request->cookie, COOKIE_TOKEN, &token) != STATUS_OK ||
        session_find(page->app->sessions, token, &browser, SESSION_USE_RESCUE, &session) !=
            STATUS_OK)
        return false;
    bool open = session_kind(session) == SESSION_PUBLIC;
    session_release(&session);
    return open;
}

static enum status send_to_login(struct page *page, const struct route *route, bool expired)
{
    const struct request *request = page->request;
    if (route->needs & NEED_POLL)
        return response_text(page->response, 401, SV("sign in\n"));
    if (expired && was_public(page))
        return page_redirect(page, SV("/closed"));
    struct sb target;
    sb_init(&target, page->arena, 2 * REQUEST_URI_MAX);
    bool back = request->method == METHOD_GET && !sv_eq(request->path, SV("/"));
    sb_add_cstr(&target, expired ? "/login?expired=1" : back ? "/login?" : "/login");
    if (back)
        query_append(&target, "next", request_target(request));
    return page_redirect(page, sb_view(&target));
}

/* What a page's own script asks for, with nobody there, keeps no session alive. */
static bool asked_by_itself(const struct request *request, const struct route *route)
{
    return route->needs & NEED_POLL || request_by_itself(request);
}

/* Once pictures are allowed, one in a letter may bear any address, those of our own pages too; what
 * a page does when a person opens it (marking as read) is not for the writer of a letter. */
static bool asked_as_picture(const struct request *request, const struct route *route)
{
    return sv_eq(request->fetch_mode, SV("no-cors")) && !(route->needs & MAY_BE_PICTURE);
}

static enum status find_session(struct page *page, const struct route *route)
{
    struct sv token;
    struct sessions *sessions = page->app->sessions;
    const struct browser browser = page_browser(page);
    enum status st = cookie_get(page->request->cookie, COOKIE_TOKEN, &token);
    if (st != STATUS_OK)
        return STATUS_NOT_FOUND;
    st = session_find(sessions, token, &browser,
                      asked_by_itself(page->request, route) ? SESSION_USE_POLL : SESSION_USE_PAGE,
                      &page->session);
    if (st == STATUS_DENIED && route->needs & NEED_RESCUE) {
        st = session_find(sessions, token, &browser, SESSION_USE_RESCUE, &page->session);
        page->rescue = st == STATUS_OK;
        if (page->rescue && !session_may_rescue(page->session)) {
            session_release(&page->session);
            page->rescue = false;
            st = STATUS_NOT_FOUND;
        }
    }
    return st;
}

/* STATUS_DENIED, with the cause, for a page that this kind of session is not for. */
static enum status check_nature(struct page *page, const struct route *route)
{
    enum cause cause = CAUSE_NONE;
    if (route->needs & NEED_FULL && session_kind(page->session) == SESSION_PUBLIC)
        cause = CAUSE_PUBLIC;
    else if (route->needs & NEED_WRITE && session_reading(page->session))
        cause = CAUSE_READING;
    if (cause == CAUSE_NONE)
        return STATUS_OK;
    diagnosis_set(&page->diagnosis, STAGE_NONE, cause, "", 0, NULL);
    return STATUS_DENIED;
}

static bool token_matches(const struct page *page, const struct route *route)
{
    struct sv token = inputs_get(&page->request->form, "csrf"), cookie;
    if (route->needs & NEED_SIGN_IN)
        return session_csrf_matches(page->session, token);
    return cookie_get(page->request->cookie, COOKIE_PRE_SESSION, &cookie) == STATUS_OK &&
           session_login_token_matches(page->app->sessions, cookie, token);
}

/* A form that its writer has filled in another session of theirs, and sends in this one. */
static bool comes_late(const struct page *page, const struct route *route)
{
    return route->needs & (KEEP_TYPED | NEED_RESCUE) &&
           session_wrote(page->session, inputs_get(&page->request->form, "csrf"));
}

/* Without a session nobody holds a thread for long: such a form is small, and soon there. */
enum { DOOR_FIELDS = 64 * 1024, DOOR_MS = 5000, TYPED_MS = 10000 };

static enum status read_form(struct page *page, struct source body,
                             const struct form_limits *limits, int64_t ms)
{
    struct deadline soon = deadline_min(page->deadline, deadline_in(ms));
    return form_read(page->request, body, limits, &page->spool, soon);
}

/* Whoever sends slowly has a thread only where few are lent for that. */
static enum status open_upload(struct page *page, struct source body,
                               const struct form_limits *limits)
{
    struct lasting *lasting = arena_alloc(page->arena, sizeof *lasting);
    enum status st = lasting_begin(page, lasting);
    if (st != STATUS_OK)
        return st;
    page->lasting = lasting;
    return upload_open(page->request, body, limits, page->site->import_max + limits->fields_total,
                       page->deadline, &page->upload);
}

/* Reads the form of a POST and checks where it comes from. Of one whose files are taken while they
 * arrive, that is what stands in front of them: the token must. */
static enum status take_form(struct page *page, const struct route *route, struct source body)
{
    struct form_limits limits = FORM_LIMITS;
    bool door = route->needs & NEED_LOGIN_TOKEN;
    if (door)
        limits.field_max = limits.fields_total = DOOR_FIELDS;
    if (route->needs & NEED_UPLOADS) {
        limits.uploads_total = page->site->upload_max;
        limits.spool_directory = page->site->spool_directory;
    }
    if (!request_same_site(page->request)) {
        log_event(LOG_LEVEL_WARNING, "forged-request", "cause=origin path=%s address=%s",
                  route->path, page->request->client);
        return STATUS_DENIED;
    }
    enum status st = route->needs & NEED_STREAM
                         ? open_upload(page, body, &limits)
                         : read_form(page, body, &limits, door ? DOOR_MS : page->site->request_ms);
    if (st == STATUS_OK && !token_matches(page, route)) {
        page->stale = comes_late(page, route);
        if (page->stale)
            return STATUS_OK;
        log_event(LOG_LEVEL_WARNING, "forged-request", "cause=token path=%s address=%s",
                  route->path, page->request->client);
        return STATUS_DENIED;
    }
    return st;
}

/* ---- the page itself ---- */

void route_release(struct page *page)
{
    if (page->session)
        session_connection_give(page->session, &page->imap);
    if (page->lasting)
        lasting_end(page->lasting);
    page->lasting = NULL;
}

static void give_back(struct page *page)
{
    route_release(page);
    view_free(&page->view);
    page->after = NULL;
    page->receipt = NULL;
    arena_free(&page->also);
}

/* A warm connection may have died unnoticed. What only reads is asked once more, on a new one. */
static enum status run_page(struct page *page, const struct route *route)
{
    enum status st = route->page(page);
    bool again = st == STATUS_CLOSED && route->method == METHOD_GET && page->imap &&
                 !page->response->started;
    if (!again)
        return st;
    log_event(LOG_LEVEL_INFO, "reconnect", "path=%s", route->path);
    give_back(page);
    (void)response_reset(page->response);
    page->diagnosis = (struct diagnosis){0};
    return route->page(page);
}

/* What was typed in a session that is gone: nobody but its writer can keep it any more. Files that
 * came with it are read over, and named as lost. */
static enum status give_back_typed(struct page *page, const struct route *route, struct source body,
                                   bool expired)
{
    const struct request *request = page->request;
    struct form_limits limits = FORM_LIMITS;
    if (route->needs & NEED_UPLOADS)
        limits.uploads_total = page->site->upload_max;
    if (!request_same_site(request) ||
        request->content_length > limits.uploads_total + limits.fields_total)
        return STATUS_SIGNED_OUT;
    enum status st = read_form(page, body, &limits, TYPED_MS);
    if (st != STATUS_OK)
        return st;
    return again_typed(page).n > 0 ? again_ask(page) : send_to_login(page, route, expired);
}

static enum status send_to_second(struct page *page, const struct route *route)
{
    if (route->needs & NEED_POLL)
        return response_text(page->response, 401, SV("sign in\n"));
    return page_redirect(page, SV("/login/second"));
}

/* Whoever may not come in is answered here, and sent elsewhere. */
static enum status turn_away(struct page *page, const struct route *route, struct source body,
                             enum status why)
{
    if (why == STATUS_OK)
        return session_half(page->session) ? send_to_second(page, route)
                                           : page_redirect(page, SV("/mail"));
    if (arrived_from_elsewhere(page))
        return page_arrival(page);
    if (why != STATUS_NOT_FOUND && why != STATUS_DENIED)
        return why;
    if (route->needs & (KEEP_TYPED | NEED_RESCUE))
        return give_back_typed(page, route, body, why == STATUS_DENIED);
    return send_to_login(page, route, why == STATUS_DENIED);
}

/* A session has been found: whose it is, and what it is for. */
static enum status receive(struct page *page, const struct route *route)
{
    /* of a POST no browser keeps the answer */
    if (session_kind(page->session) == SESSION_PUBLIC && route->method == METHOD_GET)
        response_not_for_back(page->response);
    /* what a job changes a session that only reads cannot go on with, nor one that is not shown all
     * that the job is about */
    if (!page->rescue && !session_half(page->session) && !session_reading(page->session) &&
        !page_is_partial(page))
        jobs_resume(page->app->jobs, page->session);
    enum status st =
        preferences_load(page->session, page->app->store, page->arena, &page->preferences);
    if (st != STATUS_OK)
        return st;
    struct sv chosen = inputs_get(&page->request->query, "lang"); /* at a sign-in under way */
    use_language(page,
                 session_half(page->session) && chosen.n > 0 ? chosen : page->preferences.language);
    use_zone(page, page->preferences.zone);
    return check_nature(page, route);
}

static enum status enter(struct page *page, const struct route *route, struct source body)
{
    enum status st = STATUS_OK;
    page->keep_typed = route->needs & KEEP_TYPED;
    if (asked_as_picture(page->request, route))
        return response_text(page->response, 403, SV("a page, no picture\n"));
    if (route->needs & NEED_SIGN_IN) {
        st = find_session(page, route);
        if (st != STATUS_OK || session_half(page->session) != ((route->needs & NEED_HALF) != 0))
            return turn_away(page, route, body, st);
        st = receive(page, route);
    }
    if (st == STATUS_OK && route->method == METHOD_POST)
        st = take_form(page, route, body);
    if (st == STATUS_OK && page->stale && !(route->needs & NEED_RESCUE))
        return again_ask(page);
    return st == STATUS_OK ? run_page(page, route) : st;
}

static void page_init(struct page *page, const struct app *app, struct request_env env,
                      struct request *request, struct response *response, struct arena *arena)
{
    *page = (struct page){.app = app,
                          .site = app->site,
                          .env = env,
                          .request = request,
                          .response = response,
                          .arena = arena,
                          .deadline = deadline_in(app->site->request_ms),
                          .preferences = preferences_default(),
                          .spool = {.fd = -1}};
}

static enum status dispatch(struct page *page, enum status parsed, struct source body)
{
    bool path_known;
    use_language(page, parsed == STATUS_OK ? inputs_get(&page->request->query, "lang") : SV(""));
    use_zone(page, SV(""));
    if (parsed != STATUS_OK)
        return parsed;
    const struct route *route = find_route(page->request, &path_known);
    if (!route && path_known)
        return response_text(page->response, 405, SV("This address takes no such method.\n"));
    if (!route)
        return STATUS_NOT_FOUND;
    return enter(page, route, body);
}

enum status route_serve(const struct app *app, struct request_env env, struct source body,
                        struct sink out, struct arena *arena, struct page *page)
{
    struct request *request = arena_alloc(arena, sizeof *request);
    struct response *response = arena_alloc(arena, sizeof *response);
    enum status parsed = request_init(request, arena, env, &app->site->proxies);
    response_init(response, arena, out, request->method == METHOD_HEAD);
    page_init(page, app, env, request, response, arena);
    log_set_request(arena_cstr(arena, request->id));
    enum status st = dispatch(page, parsed, body);
    if (st != STATUS_OK && !response->started)
        st = page_failure(page, st);
    if (st != STATUS_OK && !response->started) {
        (void)response_reset(response);
        st = response_text(response, 500, SV("Vaguemestre cannot answer; its log says why.\n"));
    }
    if (st != STATUS_OK)
        log_event(LOG_LEVEL_INFO, "cut-off", "status=%s path=%.*s", status_name(st),
                  SV_ARG(request_path_raw(request)));
    return st;
}

void route_finish(struct page *page)
{
    if (page->after)
        page->after(page);
    receipt_keep(page);
    give_back(page);
    session_release(&page->session);
    spool_close(&page->spool);
    log_set_request("");
}
