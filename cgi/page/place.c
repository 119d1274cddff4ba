#include "place.h"

#include "public.h"

#include "search_place.h"
#include "tag_list.h"
#include "zone.h"

enum { PAGE_NUMBER_MAX = 10 * 1000 * 1000 };

static const char *const ORDERS[] = {
    [IMAP_ORDER_ARRIVAL] = "arrival", [IMAP_ORDER_DATE] = "date", [IMAP_ORDER_FROM] = "from",
    [IMAP_ORDER_TO] = "to",           [IMAP_ORDER_CC] = "cc",     [IMAP_ORDER_SUBJECT] = "subject",
    [IMAP_ORDER_SIZE] = "size",
};
static const char *const ONLY[] = {
    [PLACE_ALL] = "", [PLACE_UNREAD] = "unread", [PLACE_FLAGGED] = "flagged"};

const char *place_order_name(enum imap_order order)
{
    return ORDERS[order];
}

bool place_order_descends(enum imap_order order)
{
    return order == IMAP_ORDER_ARRIVAL || order == IMAP_ORDER_DATE || order == IMAP_ORDER_SIZE;
}

/* ---- reading ---- */

static struct imap_sorting read_sorting(const struct request *request)
{
    struct imap_sorting sorting = {.order = IMAP_ORDER_ARRIVAL};
    struct sv sort = inputs_get(&request->query, "sort");
    struct sv order = inputs_get(&request->query, "order");
    for (int i = 0; i < (int)(sizeof ORDERS / sizeof ORDERS[0]); i++)
        if (sv_eq(sort, sv_of(ORDERS[i])))
            sorting.order = (enum imap_order)i;
    sorting.descending =
        order.n > 0 ? sv_eq(order, SV("desc")) : place_order_descends(sorting.order);
    return sorting;
}

/* Conversations have no order but that of their newest message. */
static void read_threads(struct page *page, struct place *place)
{
    struct sv asked = inputs_get(&page->request->query, "threads");
    /* conversations are of all that is in a folder */
    bool partial = page_is_public(page) && page->site->limits.public_days > 0;
    place->threads_usual = !partial && preferences_threads(&page->preferences, place->folder);
    place->threads = partial ? false : asked.n > 0 ? sv_eq(asked, SV("1")) : place->threads_usual;
    if (place->threads && place->sorting.order != IMAP_ORDER_ARRIVAL)
        place->sorting = (struct imap_sorting){IMAP_ORDER_ARRIVAL, true};
}

enum place_only place_only_read(struct sv text)
{
    for (int i = PLACE_UNREAD; i <= PLACE_FLAGGED; i++)
        if (sv_eq(text, sv_of(ONLY[i])))
            return (enum place_only)i;
    return PLACE_ALL;
}

struct place place_read(struct page *page)
{
    const struct request *request = page->request;
    uint64_t number;
    struct place place = {.folder = inputs_get(&request->query, "folder"),
                          .sorting = read_sorting(request),
                          .q = tag_list_query(page, sv_trim(inputs_get(&request->query, "q"))),
                          .only = place_only_read(inputs_get(&request->query, "only")),
                          .page = 1};
    if (place.folder.n == 0)
        place.folder = SV("INBOX");
    read_threads(page, &place);
    if (sv_to_u64(inputs_get(&request->query, "page"), PAGE_NUMBER_MAX, &number) == STATUS_OK &&
        number > 0)
        place.page = (uint32_t)number;
    if (search_place_is_url(inputs_get(&request->query, "search")))
        place.search = inputs_get(&request->query, "search");
    return place;
}

/* ---- writing ---- */

static void append(struct sb *out, const char *path, const struct place *place)
{
    const struct imap_sorting *sorting = &place->sorting;
    sb_add_cstr(out, path);
    sb_add_char(out, '?');
    query_append(out, "folder", place->folder);
    if (sorting->order != IMAP_ORDER_ARRIVAL)
        query_append(out, "sort", sv_of(ORDERS[sorting->order]));
    if (sorting->descending != place_order_descends(sorting->order))
        query_append(out, "order", sorting->descending ? SV("desc") : SV("asc"));
    if (place->q.n > 0)
        query_append(out, "q", place->q);
    if (place->only != PLACE_ALL)
        query_append(out, "only", sv_of(ONLY[place->only]));
    if (place->threads != place->threads_usual)
        query_append(out, "threads", place->threads ? SV("1") : SV("0"));
    if (place->page > 1)
        sb_printf(out, "&page=%u", place->page);
    if (place->search.n > 0)
        query_append(out, "search", place->search);
}

struct sv place_url(struct arena *arena, const char *path, const struct place *place)
{
    struct sb out;
    if (place->search.n > 0)
        return place->search;
    sb_init(&out, arena, REQUEST_URI_MAX);
    append(&out, path, place);
    return sb_view(&out);
}

struct sv place_message_url(struct arena *arena, const char *path, const struct place *place,
                            uint32_t uidvalidity, uint32_t uid)
{
    struct sb out;
    sb_init(&out, arena, REQUEST_URI_MAX);
    append(&out, path, place);
    sb_add(&out, SV("&v="));
    sb_add_u64(&out, uidvalidity);
    sb_add(&out, SV("&uid="));
    sb_add_u64(&out, uid);
    return sb_view(&out);
}

/* ---- meaning ---- */

bool place_is_search(const struct place *place)
{
    return place->q.n > 0 || place->only != PLACE_ALL;
}

struct listing_request place_request(struct page *page, const struct place *place,
                                     const struct folder *folder)
{
    struct query *query = arena_alloc(page->arena, sizeof *query);
    struct tm now = zone_time(page->dates.zone, page->dates.now);
    struct imap_day today = {now.tm_year + 1900, now.tm_mon + 1, now.tm_mday};
    query_parse(page->arena, place->q, today, query);
    if (place->only == PLACE_UNREAD)
        query_add_flag(page->arena, query, IMAP_SEEN, false);
    if (place->only == PLACE_FLAGGED)
        query_add_flag(page->arena, query, IMAP_FLAGGED, true);
    uint32_t size = page->preferences.page_size;
    struct listing_request made = {
        .folder = place->folder,
        .own_domain = page_user_domain(page),
        .order = {.sorting = place->sorting,
                  .query = query,
                  .query_key =
                      arena_printf(page->arena, "%d-%d-%d %d %.*s", today.year, today.month,
                                   today.day, (int)place->only, SV_ARG(place->q)),
                  .kept_only = true},
        .skip = place->page <= UINT32_MAX / size ? (place->page - 1) * size : UINT32_MAX - size,
        .count = size,
    };
    listing_request_meet(&made, folder);
    return made;
}
