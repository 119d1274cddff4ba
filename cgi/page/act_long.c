#include "act_long.h"

#include "flash.h"
#include "job_act.h"
#include "job_words.h"
#include "log.h"
#include "place.h"
#include "zone.h"

bool act_means_all(const struct page *page)
{
    return sv_eq(inputs_get(&page->request->form, "all"), SV("1"));
}

uint64_t act_all_count(const struct page *page)
{
    uint64_t n;
    struct sv text = inputs_get(&page->request->form, "total");
    return sv_to_u64(text, UINT32_MAX, &n) == STATUS_OK ? n : 0;
}

bool act_is_long(const struct page *page, const struct act_request *request,
                 const struct folder *folder)
{
    if (request->act == ACT_EMPTY)
        return !folder || !folder->counted || folder->counts.messages > ACT_AT_ONCE_MAX;
    return act_means_all(page) || request->uids.n > ACT_AT_ONCE_MAX;
}

/* ---- what is asked for ---- */

enum status act_target(struct page *page, struct imap *imap, const struct folders *folders,
                       enum act act, struct sv *target)
{
    static const enum imap_use USES[ACT_COUNT] = {[ACT_ARCHIVE] = IMAP_USE_ARCHIVE,
                                                  [ACT_JUNK] = IMAP_USE_JUNK,
                                                  [ACT_NOTJUNK] = IMAP_USE_INBOX,
                                                  [ACT_DELETE] = IMAP_USE_TRASH};
    const struct inputs *form = &page->request->form;
    const struct imap_call call = page_call(page);
    const struct folder *folder = folder_find(folders, inputs_get(form, "to"));
    *target = SV("");
    if (act == ACT_MOVE || act == ACT_COPY) {
        if (!folder || !folder->selectable)
            return STATUS_INVALID;
        *target = folder->name;
    }
    if (act == ACT_TAG || act == ACT_UNTAG)
        *target = inputs_get(form, "tag");
    if (USES[act] == IMAP_USE_NONE)
        return STATUS_OK;
    return folder_ensure(imap, &call, folders, USES[act], target);
}

/* What has been done is done, whether it is remembered or not. */
void act_remember_target(struct page *page, enum act act, struct sv target)
{
    if (act != ACT_MOVE && act != ACT_COPY)
        return;
    enum status st = store_folder_target_put(page->app->store, session_user(page->session), target);
    if (st != STATUS_OK)
        log_event(LOG_LEVEL_INFO, "target-not-kept", "status=%s", status_name(st));
}

static struct place place_of_form(struct page *page, const struct act_request *request)
{
    const struct inputs *form = &page->request->form;
    return (struct place){.folder = request->folder,
                          .q = sv_trim(inputs_get(form, "q")),
                          .only = place_only_read(inputs_get(form, "only")),
                          .sorting = {IMAP_ORDER_ARRIVAL, true},
                          .page = 1};
}

static void mean_all(struct page *page, const struct folder *folder,
                     const struct act_request *request, struct job_act *wish)
{
    struct place place = place_of_form(page, request);
    struct tm now = zone_time(page->dates.zone, page->dates.now);
    struct listing_request listing = place_request(page, &place, folder);
    wish->all = true;
    wish->total = act_all_count(page);
    wish->uidnext = request->uidnext;
    if (request->act == ACT_EMPTY)
        return;
    wish->q = place.q;
    wish->today = (struct imap_day){now.tm_year + 1900, now.tm_mon + 1, now.tm_mday};
    wish->unread = place.only == PLACE_UNREAD;
    wish->flagged = place.only == PLACE_FLAGGED;
    wish->query_key = listing.order.query_key;
    wish->sorting = place.sorting;
}

enum status act_long(struct page *page, struct imap *imap, const struct folders *folders,
                     const struct act_request *request, struct sv way)
{
    const struct folder *folder = folder_find(folders, request->folder);
    struct act_request meant = *request;
    struct job_act wish = {.folder = request->folder, .uidvalidity = request->uidvalidity};
    int64_t id;
    if (request->act == ACT_EMPTY && !act_empties(folder))
        return STATUS_INVALID;
    if (act_destroys(request->act, folder))
        meant.act = ACT_PURGE;
    wish.act = meant.act;
    wish.uids = request->uids;
    enum status st = act_target(page, imap, folders, meant.act, &wish.target);
    if (st != STATUS_OK)
        return st;
    if (act_means_all(page) || request->act == ACT_EMPTY)
        mean_all(page, folder, request, &wish);
    st = job_act_start(page->app->jobs, page->session, &wish, &id);
    if (st == STATUS_UNAVAILABLE) {
        flash_set(page, locale_text(page->locale, "job.too_many"), SV(""), true);
        return page_redirect(page, way);
    }
    if (st != STATUS_OK)
        return st;
    act_remember_target(page, wish.act, wish.target);
    return job_follow(page, folders, id, way);
}
