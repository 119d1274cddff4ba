#include "page.h"

#include "address.h"
#include "again.h"
#include "countdown.h"
#include "failure.h"
#include "folder_list.h"
#include "log.h"
#include "roll.h"
#include "visit_words.h"

enum { PAGE_MAX = 4 * 1024 * 1024 }; /* bytes of one rendered page */

/* ---- the connection ---- */

enum status page_imap(struct page *page, struct sv mailbox, struct imap **imap)
{
    if (!page->imap) {
        enum status st = session_connection_take(page->session, mailbox, page->deadline,
                                                 &page->imap, &page->diagnosis);
        if (st != STATUS_OK)
            return st;
    }
    *imap = page->imap;
    return STATUS_OK;
}

struct imap_call page_call(struct page *page)
{
    return (struct imap_call){
        .arena = page->arena, .deadline = page->deadline, .diagnosis = &page->diagnosis};
}

/* ---- who asks ---- */

/* What a browser says of itself with each request alike; a thief who has copied the cookie alone
 * does not know it. */
struct browser page_browser(const struct page *page)
{
    const struct request *request = page->request;
    struct sv traits = arena_printf(page->arena, "%.*s\n%.*s", SV_ARG(request->user_agent),
                                    SV_ARG(request->accept_language));
    return (struct browser){
        .traits = traits, .address = sv_of(request->client), .agent = request->user_agent};
}

/* ---- the view ---- */

struct sv page_user_address(struct page *page)
{
    struct sv user = session_user(page->session);
    if (sv_find_char(user, '@') != SIZE_MAX)
        return user;
    return arena_printf(page->arena, "%.*s@%.*s", SV_ARG(user), SV_ARG(page->site->domain));
}

struct sv page_user_domain(struct page *page)
{
    struct sv address = page_user_address(page);
    size_t at = sv_find_last_char(address, '@');
    return at == SIZE_MAX ? SV("") : sv_slice(address, at + 1, address.n);
}

static void put_site(struct page *page, struct node root)
{
    struct node site = node_child(root, "Site");
    node_put(site, "name", page->site->name);
    if (page->site->tagline[page->language].n > 0)
        node_put(site, "tagline", page->site->tagline[page->language]);
    node_put_flag(site, "filters", page->site->filters.way != FILTER_NONE);
    node_put_flag(site, "passes", page->app->passes != NULL);
    if (page->site->help_url.n > 0)
        node_put(site, "help_url", page->site->help_url);
    if (page->site->motd[page->language].n > 0)
        node_put(site, "motd", page->site->motd[page->language]);
}

static void put_user(struct page *page, struct node root)
{
    char csrf[SESSION_FORM_TEXT + 1];
    bool half = session_half(page->session); /* nobody is in yet */
    if (half)
        session_csrf(page->session, csrf);
    else
        session_form_token(page->session, csrf);
    node_put_cstr(root, "Csrf", csrf);
    if (half)
        return;
    struct node user = node_child(root, "User");
    node_put(user, "login", session_user(page->session));
    node_put(user, "address", page_user_address(page));
    node_put_flag(user, "public", session_kind(page->session) == SESSION_PUBLIC);
    node_put_flag(user, "pass", session_by_pass(page->session));
    node_put_flag(user, "reading", session_reading(page->session));
    if (session_kind(page->session) == SESSION_FULL)
        return;
    char code[ROLL_CODE_TEXT + 2];
    roll_code(page->session, code);
    node_put_cstr(user, "code", code);
    struct sv where = arena_printf(page->arena, "%.*s/end", SV_ARG(page->request->host));
    node_put(user, "end_hint", locale_format(page->locale, page->arena, "end.header_hint", where));
}

struct view *page_view(struct page *page)
{
    if (page->view)
        return page->view;
    page->view = view_new(page->app->templates, page->language, page->arena);
    struct node root = view_root(page->view);
    node_put_cstr(root, "Version", VM_VERSION);
    node_put_cstr(root, "Theme", theme_names[page->preferences.theme]);
    node_put_cstr(root, "Density", density_names[page->preferences.density]);
    node_put_cstr(root, "Pane", pane_names[page->preferences.pane]);
    node_put_flag(root, "Keys", page->preferences.keys);
    node_put_flag(root, "Notify",
                  page->session && session_kind(page->session) == SESSION_FULL &&
                      page->preferences.notify == NOTIFY_YES);
    if (page->request->method == METHOD_GET)
        node_put(root, "Page.url", request_target(page->request));
    put_site(page, root);
    if (page->session && !page->rescue) /* who comes too late sees nothing */
        put_user(page, root);
    return page->view;
}

enum status page_render_(struct page *page, unsigned code, const char *name)
{
    struct sb out;
    sb_init(&out, page->arena, PAGE_MAX);
    node_put_cstr(view_root(page_view(page)), "Page.id", name);
    visit_news_put(page);
    countdown_put(page, name);
    enum status st = view_render_(page->view, name, &out);
    if (st != STATUS_OK)
        return st;
    response_set_status(page->response, code);
    response_set_length(page->response, out.n);
    st = response_write(page->response, sb_view(&out));
    return st == STATUS_OK ? response_end(page->response) : st;
}

/* ---- failures ---- */

static struct sv sentence(struct page *page, const char *key, const char *leaf,
                          const struct diagnosis *d)
{
    struct sv name = arena_printf(page->arena, "failure.%s.%s", key, leaf);
    int64_t day = d->cause == CAUSE_CERT_NOT_YET ? d->not_before : d->not_after;
    return locale_format(page->locale, page->arena, name.p, sv_of(d->host),
                         day ? date_day(&page->dates, page->arena, day) : SV(""), sv_of(d->names));
}

struct page_words page_words(struct page *page, enum status why, const struct diagnosis *d)
{
    const char *key = d->cause == CAUSE_NONE ? failure_of(why)->key : diagnosis_key(d->cause);
    return (struct page_words){.title = sentence(page, key, "title", d),
                               .cause = sentence(page, key, "cause", d),
                               .remedy = sentence(page, key, "remedy", d)};
}

void page_put_failure(struct page *page, enum status why)
{
    const struct diagnosis *d = &page->diagnosis;
    struct page_words words = page_words(page, why, d);
    struct node failure = node_child(view_root(page_view(page)), "Failure");
    node_put(failure, "title", words.title);
    node_put(failure, "cause", words.cause);
    node_put(failure, "remedy", words.remedy);
    if (d->detail[0])
        node_put_cstr(failure, "detail", d->detail);
    if (d->cause != CAUSE_NONE)
        node_put_cstr(failure, "code", diagnosis_code(d->cause));
    node_put(failure, "request", page->request->id);
    if (page->session && !page->rescue && why == STATUS_QUOTA)
        node_put(failure, "space_url", SV("/space"));
}

struct sv page_log_words(struct page *page, struct sv words)
{
    struct sb out;
    sb_init(&out, page->arena, words.n);
    for (size_t i = 0; i < words.n; i++)
        sb_add_char(&out, words.p[i] == '"' ? '\'' : words.p[i]);
    return sb_view(&out);
}

void page_log_failure(struct page *page, enum status why)
{
    const struct diagnosis *d = &page->diagnosis;
    log_event(failure_of(why)->level, "failure",
              "status=%s code=%s stage=%s host=%s port=%u path=%.*s "
              "detail=\"%.*s\" not_after=%lld names=\"%.*s\"",
              status_name(why), d->cause ? diagnosis_code(d->cause) : "-", stage_name(d->stage),
              d->host[0] ? d->host : "-", d->port, SV_ARG(request_path_raw(page->request)),
              SV_ARG(page_log_words(page, sv_of(d->detail))), (long long)d->not_after,
              SV_ARG(page_log_words(page, sv_of(d->names))));
}

/* The way on from here, where the server still answers; without them the page is poorer, not wrong.
 * Nothing is looked after here: the request that failed may have been sending. */
static void put_folders(struct page *page)
{
    const struct imap_call quiet = {.arena = page->arena, .deadline = page->deadline};
    struct folders folders;
    if (page->session && !page->rescue && page->imap && imap_usable(page->imap) &&
        !deadline_passed(page->deadline) && !request_by_itself(page->request) &&
        folders_load(page->session, page->imap, &quiet, &folders) == STATUS_OK)
        folder_list_put(page, &folders, SV(""));
}

enum status page_failure(struct page *page, enum status why)
{
    page_log_failure(page, why);
    response_reset(page->response);
    view_free(&page->view);
    page_put_failure(page, why);
    struct node root = view_root(page_view(page)), failure = node_child(root, "Failure");
    if (page->request->method == METHOD_GET && failure_of(why)->code >= 500)
        node_put(failure, "retry_url", request_target(page->request));
    bool signed_in = page->session && !page->rescue;
    struct sv typed = page->request->method == METHOD_POST ? again_typed(page) : SV("");
    if (typed.n > 0)
        node_put(failure, "typed", typed);
    put_folders(page);
    node_put(failure, "back_url", signed_in ? SV("/mail") : SV("/login"));
    node_put(failure, "back_label",
             locale_text(page->locale, signed_in ? "failure.back_inbox" : "failure.back_login"));
    node_put(root, "Page.title", page_words(page, why, &page->diagnosis).title);
    return page_render(page, failure_of(why)->code, "failure");
}

/* ---- going elsewhere ---- */

enum status page_redirect(struct page *page, struct sv target)
{
    return response_redirect(page->response, target);
}

struct sv page_return_path(struct page *page, const char *name, struct sv otherwise)
{
    struct sv target = request_param(page->request, name);
    return target.n > 0 && target_is_local(target) ? target : otherwise;
}
