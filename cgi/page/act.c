/* POST /act: what is done with ticked messages. Answers with a redirect to where the form says, and
 * the next page tells what was done. */
#include "act.h"

#include "act_found.h"
#include "act_long.h"
#include "confirm.h"
#include "filter_undo.h"
#include "flash.h"
#include "folder_list.h"
#include "job_words.h"
#include "pages.h"
#include "public.h"
#include "search_place.h"
#include "tag_list.h"
#include "threads.h"
#include "threads_ready.h"
#include "uid_set.h"

enum { TRIES = 3 };

/* ---- the form ---- */

/* The ticked rows, and those ticked on other pages of the list. */
static enum status read_uids(struct page *page, struct imap_uids *out)
{
    const struct inputs *form = &page->request->form;
    struct imap_uids elsewhere;
    enum status st =
        uid_set_read(page->arena, inputs_get(form, "ticked"), ACT_UIDS_MAX, &elsewhere);
    if (st != STATUS_OK)
        return st;
    uint32_t *uids = arena_array(page->arena, form->n + elsewhere.n + 1, sizeof *uids);
    size_t n = 0, at = 0;
    struct sv value;
    while (inputs_next(form, "uid", &at, &value))
        if (sv_to_u32(value, &uids[n++]) != STATUS_OK)
            return STATUS_INVALID;
    for (size_t i = 0; i < elsewhere.n; i++)
        uids[n++] = elsewhere.p[i];
    *out = imap_uids_sorted(page->arena, (struct imap_uids){uids, n});
    return STATUS_OK;
}

static enum status read_request(struct page *page, struct act_request *out)
{
    const struct inputs *form = &page->request->form;
    struct act_request request = {.folder = inputs_get(form, "folder"),
                                  .target = inputs_get(form, "to"),
                                  .tag = inputs_get(form, "tag"),
                                  .uidnext = confirm_uidnext(page)};
    enum status st = act_find(inputs_get(form, "act"), &request.act);
    if (st == STATUS_OK)
        st = sv_to_u32(inputs_get(form, "v"), &request.uidvalidity);
    if (st == STATUS_OK)
        st = read_uids(page, &request.uids);
    if (st == STATUS_OK && request.folder.n == 0)
        st = STATUS_INVALID;
    if (st == STATUS_OK)
        *out = request;
    return st;
}

static struct sv way_back(struct page *page)
{
    return page_return_path(page, "back", SV("/mail"));
}

static bool names(const struct act_request *request, struct sv query)
{
    uint32_t uid;
    while (query.n > 0) {
        struct sv pair = sv_cut(&query, '&');
        if (sv_eq(sv_cut(&pair, '='), SV("uid")))
            return sv_to_u32(pair, &uid) == STATUS_OK && imap_uids_has(request->uids, uid);
    }
    return false;
}

/* The list alone: with one of these messages beside it, that would be read again at once. */
static struct sv without_message(struct page *page, const struct act_request *request,
                                 struct sv back)
{
    struct sb out;
    struct sv query = back, path = sv_cut(&query, '?');
    if (!sv_eq(path, SV("/mail")) || !names(request, query))
        return back;
    sb_init(&out, page->arena, REQUEST_URI_MAX);
    sb_add(&out, path);
    for (char before = '?'; query.n > 0;) {
        struct sv pair = sv_cut(&query, '&'), rest = pair, name = sv_cut(&rest, '=');
        if (sv_eq(name, SV("v")) || sv_eq(name, SV("uid")))
            continue;
        sb_add_char(&out, before);
        sb_add(&out, pair);
        before = '&';
    }
    return sb_view(&out);
}

static struct sv way_on(struct page *page, const struct act_request *request)
{
    struct sv back = way_back(page);
    bool stays = request->act == ACT_FLAG || request->act == ACT_UNFLAG ||
                 request->act == ACT_COPY || request->act == ACT_TAG || request->act == ACT_UNTAG;
    if (stays) /* one goes on reading what is still there */
        return page_return_path(page, "here", back);
    return request->act == ACT_UNREAD ? without_message(page, request, back) : back;
}

/* ---- what the next page says ---- */

static struct sv target_label(struct page *page, const struct folders *folders, struct sv name)
{
    const struct folder *folder = folder_find(folders, name);
    return folder ? folder_label(page, folder, false) : name;
}

static void tell(struct page *page, const struct folders *folders,
                 const struct act_request *request, const struct act_result *result)
{
    struct sv key;
    if (result->count == 0 && !act_takes_all(request->act)) {
        flash_set(page, locale_text(page->locale, "flash.gone"), SV(""), true);
        return;
    }
    if (request->act == ACT_EMPTY) {
        flash_set(page,
                  locale_format(page->locale, page->arena, "flash.emptied",
                                target_label(page, folders, request->folder)),
                  SV(""), false);
        return;
    }
    bool tags = request->act == ACT_TAG || request->act == ACT_UNTAG;
    bool destroyed = act_destroys(request->act, folder_find(folders, request->folder));
    key = arena_printf(page->arena, "flash.%s",
                       destroyed ? act_names[ACT_PURGE] : act_names[request->act]);
    flash_set(page,
              locale_plural_of(page->locale, page->arena, key.p, result->count,
                               tags ? tag_list_label(page, request->tag)
                                    : target_label(page, folders, result->target)),
              result->undo, false);
}

static enum status tell_failure(struct page *page, const char *key)
{
    page->diagnosis = (struct diagnosis){0};
    flash_set(page, locale_text(page->locale, key), SV(""), true);
    return page_redirect(page, way_back(page));
}

/* ---- asking first ---- */

static enum status ask(struct page *page, struct imap *imap, const struct folders *folders,
                       const struct act_request *request, const char *text)
{
    struct folders filled;
    struct imap_counts counts = {0};
    struct imap_call call = page_call(page);
    const struct folder *folder = folder_find(folders, request->folder);
    bool all = request->act == ACT_EMPTY;
    if (all && !act_empties(folder))
        return STATUS_INVALID;
    enum status st = all ? folder_counts(imap, &call, folder, &counts) : STATUS_OK;
    if (st != STATUS_OK)
        return st;
    if (all && counts.uidvalidity != request->uidvalidity)
        return tell_failure(page, "flash.changed");
    uint64_t chosen = act_means_all(page) ? act_all_count(page) : request->uids.n;
    uint64_t count = all ? counts.messages : chosen;
    struct confirm confirm = {
        .title = all ? locale_format(page->locale, page->arena, "confirm.empty_title",
                                     target_label(page, folders, request->folder))
                     : locale_text(page->locale, "confirm.purge_title"),
        .text = locale_plural(page->locale, page->arena, text, count),
        .button = locale_text(page->locale, all ? "confirm.empty" : "confirm.purge"),
        .action = "/act",
        .act = sv_of(act_names[request->act]),
        .cancel_url = way_back(page),
        .counts = all ? &counts : NULL};
    st = folder_list_fill(page, imap, request->folder, &filled);
    return st == STATUS_OK ? confirm_ask(page, &confirm) : st;
}

/* A server that moves by copying has no room for the copy; without this a full account could never
 * be made less full. */
static enum status ask_instead(struct page *page, struct imap *imap, const struct folders *folders,
                               const struct act_request *request)
{
    struct act_request instead = *request;
    instead.act = ACT_PURGE;
    page->diagnosis = (struct diagnosis){0};
    return ask(page, imap, folders, &instead, "confirm.full_text");
}

/* No room for the copy: where room is made. */
static enum status tell_full(struct page *page)
{
    page->diagnosis = (struct diagnosis){0};
    flash_set(page, locale_text(page->locale, "flash.full"), SV(""), true);
    return page_redirect(page, page_is_public(page) ? way_back(page) : SV("/space"));
}

/* ---- doing ---- */

/* The answer must be about what was asked: of emptying, what was there then. */
static bool sure(const struct page *page, const struct act_request *request)
{
    return confirm_given(page) && (request->act != ACT_EMPTY || request->uidnext > 0);
}

/* Then the act itself says so. */
static bool is_another_mailbox(const struct imap *imap, const struct act_request *request)
{
    const struct imap_mailbox *box = imap_selected(imap);
    return box && sv_eq(box->name, request->folder) && box->uidvalidity != request->uidvalidity;
}

/* In a list of conversations each ticked message stands for its own: for what of it was there when
 * the list was made. Requests for other folders may have taken their place just now: then once
 * more, but never the ticked ones alone. */
static enum status take_threads(struct page *page, struct imap **imap,
                                const struct folders *folders, struct act_request *request,
                                bool *waiting)
{
    const struct inputs *form = &page->request->form;
    uint32_t until;
    *waiting = false;
    if (!sv_eq(inputs_get(form, "threads"), SV("1")) || request->act == ACT_EMPTY ||
        act_means_all(page))
        return STATUS_OK;
    if (sv_to_u32(inputs_get(form, "until"), &until) != STATUS_OK)
        return STATUS_INVALID;
    enum status st = STATUS_OK;
    bool known = false;
    for (int i = 0; !known && i < TRIES; i++) {
        st = threads_ready(page, imap, folders, request->folder, waiting);
        if (st != STATUS_OK || *waiting)
            return st;
        known = is_another_mailbox(*imap, request) ||
                threads_expand(page->session, page->arena, request->folder, request->uidvalidity,
                               request->uids, until, &request->uids) == STATUS_OK;
    }
    if (!known)
        diagnosis_set(&page->diagnosis, STAGE_NONE, CAUSE_BUSY, "", 0, "");
    return known ? STATUS_OK : STATUS_UNAVAILABLE;
}

static enum status run(struct page *page, struct act_request *request)
{
    struct imap *imap;
    struct folders folders;
    struct act_result result;
    struct imap_call call = page_call(page);
    bool waiting = false;
    enum status st = folder_list_load(page, request->folder, &imap, &folders);
    if (st == STATUS_OK)
        st = take_threads(page, &imap, &folders, request, &waiting);
    if (st != STATUS_OK || waiting)
        return st;
    bool destroys = act_destroys(request->act, folder_find(&folders, request->folder));
    if (page_is_public(page) && destroys)
        return page_deny_public(page);
    if (destroys && !sure(page, request))
        return ask(page, imap, &folders, request, "confirm.empty_text");
    if (act_is_long(page, request, folder_find(&folders, request->folder)))
        return act_long(page, imap, &folders, request, way_on(page, request));
    st = act_run(imap, &call, &folders, request, &result);
    if (st == STATUS_CHANGED)
        return tell_failure(page, "flash.changed");
    if (st == STATUS_QUOTA && request->act == ACT_DELETE && imap_usable(imap) &&
        !page_is_public(page))
        return ask_instead(page, imap, &folders, request);
    if (st == STATUS_QUOTA)
        return tell_full(page);
    if (st == STATUS_UNSUPPORTED && request->act == ACT_TAG)
        return tell_failure(page, "flash.no_tags");
    if (st != STATUS_OK)
        return st;
    if (destroys)
        folders_quota_stale(page->session);
    act_remember_target(page, request->act, request->target);
    tell(page, &folders, request, &result);
    return page_redirect(page, way_on(page, request));
}

/* What comes back to its folder is new there: a search that is gone back to must find it again. */
static void look_anew(struct page *page)
{
    struct sv back = way_back(page);
    if (search_place_is_url(back))
        seek_anew(page->session, search_place_of_url(page->arena, back).q);
}

static enum status undo(struct page *page)
{
    struct imap *imap;
    struct folders folders;
    size_t count;
    int64_t job;
    struct imap_call call = page_call(page);
    struct sv token = inputs_get(&page->request->form, "undo");
    look_anew(page);
    if (job_undo_read(token, &job) == STATUS_OK)
        return job_take_back(page, job, way_back(page));
    if (filter_undo_means(token))
        return filter_undo_run(page, token, way_back(page));
    enum status st = folder_list_load(page, SV(""), &imap, &folders);
    if (st == STATUS_OK)
        st = act_undo(imap, &call, token, &count);
    if (st == STATUS_CHANGED || st == STATUS_NOT_FOUND)
        return tell_failure(page, "flash.undo_late");
    if (st != STATUS_OK)
        return st;
    flash_set(page, locale_text(page->locale, "flash.undone"), SV(""), false);
    return page_redirect(page, way_back(page));
}

/* Another page of the list, the ticks with it. */
static enum status turn(struct page *page, struct sv target)
{
    struct imap_uids uids;
    struct sb url;
    enum status st = read_uids(page, &uids);
    if (st != STATUS_OK || !target_is_local(target))
        return STATUS_INVALID;
    sb_init(&url, page->arena, REQUEST_URI_MAX);
    sb_add(&url, target);
    struct sv ticked = uid_set_write(page->arena, uids, ACT_TICKED_TEXT_MAX);
    if (ticked.n > 0)
        query_append(&url, "ticked", ticked);
    else if (uids.n > 0)
        flash_set(page, locale_text(page->locale, "flash.too_many"), SV(""), true);
    return page_redirect(page, sb_view(&url));
}

/* Conversations that are ticked go out whole. */
static enum status take_out_uids(struct page *page, struct imap_uids *out, bool *waiting)
{
    const struct inputs *form = &page->request->form;
    struct act_request request = {.folder = inputs_get(form, "folder")};
    struct folders folders;
    struct imap *imap;
    *waiting = false;
    enum status st = read_uids(page, &request.uids);
    if (st == STATUS_OK && request.uids.n > 0 && sv_eq(inputs_get(form, "threads"), SV("1"))) {
        st = sv_to_u32(inputs_get(form, "v"), &request.uidvalidity);
        if (st == STATUS_OK)
            st = folder_list_load(page, request.folder, &imap, &folders);
        if (st == STATUS_OK)
            st = take_threads(page, &imap, &folders, &request, waiting);
    }
    if (st == STATUS_OK)
        *out = request.uids;
    return st;
}

/* The ticked messages, or all that the list means, on the page where one chooses how they go out.
 */
static enum status take_out(struct page *page)
{
    static const char *const ALL[] = {"v", "all", "uidnext", "total", "q", "only"};
    struct imap_uids uids;
    struct sb url;
    bool waiting;
    const struct inputs *form = &page->request->form;
    enum status st = take_out_uids(page, &uids, &waiting);
    if (st != STATUS_OK || waiting)
        return st;
    struct sv ticked = uid_set_write(page->arena, uids, ACT_TICKED_TEXT_MAX);
    if (uids.n > 0 && ticked.n == 0)
        return tell_failure(page, "flash.too_many");
    sb_init(&url, page->arena, REQUEST_URI_MAX);
    sb_add_cstr(&url, "/transfer?");
    query_append(&url, "folder", inputs_get(form, "folder"));
    for (size_t i = 0; act_means_all(page) && i < sizeof ALL / sizeof ALL[0]; i++)
        if (inputs_get(form, ALL[i]).n > 0)
            query_append(&url, ALL[i], inputs_get(form, ALL[i]));
    if (!act_means_all(page) && ticked.n > 0) {
        query_append(&url, "v", inputs_get(form, "v"));
        query_append(&url, "uids", ticked);
    }
    sb_add_cstr(&url, "#export");
    if (url.over)
        return tell_failure(page, "flash.too_many");
    return page_redirect(page, sb_view(&url));
}

/* How a folder is listed from now on. */
static enum status choose_list(struct page *page, bool threads)
{
    struct preferences chosen = page->preferences;
    struct sb url;
    struct sv folder = inputs_get(&page->request->form, "folder");
    if (folder.n == 0 || sv_has_control(folder))
        return STATUS_INVALID;
    chosen.thread_folders =
        preferences_thread_folders(page->arena, &page->preferences, folder, threads);
    enum status st = preferences_save(page->session, page->app->store, page->arena, &chosen);
    if (st != STATUS_OK)
        return st;
    flash_set(page, locale_text(page->locale, threads ? "thread.saved_on" : "thread.saved_off"),
              SV(""), false);
    sb_init(&url, page->arena, REQUEST_URI_MAX);
    sb_add(&url, SV("/mail?"));
    query_append(&url, "folder", folder);
    return page_redirect(page, sb_view(&url));
}

/* Taking much away, all of a list at once, and choosing how a folder is listed. */
static bool is_for_home(const struct page *page)
{
    const struct inputs *form = &page->request->form;
    return sv_eq(inputs_get(form, "act"), SV("export")) || act_means_all(page) ||
           inputs_get(form, "list").n > 0;
}

enum status page_act(struct page *page)
{
    const struct inputs *form = &page->request->form;
    struct act_request request = {0};
    struct sv target = inputs_get(form, "turn"), list = inputs_get(form, "list");
    if (sv_eq(inputs_get(form, "act"), SV("undo")))
        return undo(page);
    if (page_is_public(page) && is_for_home(page))
        return page_deny_public(page);
    if (sv_eq(inputs_get(form, "act"), SV("export")))
        return take_out(page);
    if (sv_eq(list, SV("threads")) || sv_eq(list, SV("messages")))
        return choose_list(page, sv_eq(list, SV("threads")));
    if (act_found_is(page))
        return act_found(page);
    if (target.n > 0)
        return turn(page, target);
    enum status st = read_request(page, &request);
    if (st == STATUS_OK && request.uids.n == 0 && !act_takes_all(request.act) &&
        !act_means_all(page))
        return tell_failure(page, "flash.nothing");
    bool targeted = request.act == ACT_MOVE || request.act == ACT_COPY;
    if (st == STATUS_OK && targeted && request.target.n == 0)
        return tell_failure(page, "flash.no_target");
    bool tags = request.act == ACT_TAG || request.act == ACT_UNTAG;
    if (st == STATUS_OK && tags && request.tag.n == 0)
        return tell_failure(page, "flash.no_tag");
    return st == STATUS_OK ? run(page, &request) : st;
}
