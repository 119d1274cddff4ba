/* GET /mail: one page of a folder or of a search. First the folder list with its counts, which also
 * tells what has changed in the selected mailbox, then the rows: so these need nothing but a FETCH.
 * While the server looks for them, all that stands around them is written.
 */
#include "listing.h"

#include "act.h"
#include "conversation.h"
#include "folder_list.h"
#include "list_rows.h"
#include "listing_all.h"
#include "opening.h"
#include "pages.h"
#include "place.h"
#include "reading.h"
#include "rights.h"
#include "search_result.h"
#include "tag_list.h"
#include "threads_ready.h"
#include "uid_set.h"

struct shown {
    struct page *page;
    struct node listing; /* Listing */
    struct place place;
    struct folders folders;
    const struct folder *folder; /* NULL: not in the list */
    struct listing rows;
    struct tags tags;
    const struct opening *opening; /* folders and rows, if the gate has brought them; else NULL */
    bool reads;                    /* that message is about to be marked as read */
    uint32_t open;                 /* UID of the message in the reading pane, or 0 */
    struct imap_uids ticked;       /* ascending; on any page */
    bool all;                      /* every message of the folder or search is chosen */
};

static struct sv number(const struct shown *s, uint64_t n)
{
    return locale_number(s->page->locale, s->page->arena, n);
}

/* ---- rows ---- */

static bool by_date(const struct shown *s)
{
    enum imap_order order = s->place.sorting.order;
    return order == IMAP_ORDER_ARRIVAL || order == IMAP_ORDER_DATE;
}

static struct sv row_url(const struct shown *s, const struct listing_row *row)
{
    bool pane = s->page->preferences.pane != PANE_NONE;
    bool draft = s->folder && s->folder->use == IMAP_USE_DRAFTS;
    return place_message_url(s->page->arena, pane && !draft ? "/mail" : "/message", &s->place,
                             s->rows.uidvalidity, row->opens);
}

/* It, or it and others. */
static bool has_open(const struct shown *s, const struct listing_row *row)
{
    return row->uid == s->open || imap_uids_has(row->thread, s->open);
}

static void put_rows(const struct shown *s)
{
    struct page *page = s->page;
    struct list_rows list;
    list_rows_begin(&list, page, &s->tags, by_date(s));
    for (size_t i = 0; i < s->rows.n; i++) {
        struct listing_row row = s->rows.rows[i];
        bool open = has_open(s, &row);
        if (open && s->reads && row.unread > 0)
            row.unread--;
        struct node node = list_rows_add(&list, &row);
        node_put_number(node, "uid", row.uid);
        node_put(node, "url", row_url(s, &row));
        node_put_flag(node, "current", open);
        node_put_flag(node, "checked", s->all || imap_uids_has(s->ticked, row.uid));
        if (row.thread.n > 1) {
            node_put(node, "count", number(s, row.thread.n));
            node_put(node, "count_text",
                     locale_plural(page->locale, page->arena, "thread.messages", row.thread.n));
        }
    }
    list_rows_end(&list);
}

/* ---- what stands around them ---- */

static struct sv order_name(const struct shown *s, enum imap_order order)
{
    static const char *const NAMES[] = {
        [IMAP_ORDER_ARRIVAL] = "list.arrival", [IMAP_ORDER_DATE] = "list.date",
        [IMAP_ORDER_FROM] = "list.from",       [IMAP_ORDER_TO] = "list.to",
        [IMAP_ORDER_CC] = "list.to",           [IMAP_ORDER_SUBJECT] = "list.subject",
        [IMAP_ORDER_SIZE] = "list.size",
    };
    return locale_text(s->page->locale, NAMES[order]);
}

static struct sv order_label(const struct shown *s, struct imap_sorting sorting)
{
    if (s->place.threads)
        return locale_text(s->page->locale, sorting.descending ? "thread.newest" : "thread.oldest");
    bool dated = sorting.order == IMAP_ORDER_ARRIVAL || sorting.order == IMAP_ORDER_DATE;
    const char *way = dated ? (sorting.descending ? "list.newest" : "list.oldest")
                      : sorting.order == IMAP_ORDER_SIZE
                          ? (sorting.descending ? "list.largest" : "list.smallest")
                          : (sorting.descending ? "list.descending" : "list.ascending");
    return locale_format(s->page->locale, s->page->arena, way, order_name(s, sorting.order));
}

static void put_sorts(const struct shown *s)
{
    static const enum imap_order ORDERS[] = {IMAP_ORDER_ARRIVAL, IMAP_ORDER_DATE,
                                             IMAP_ORDER_FROM,    IMAP_ORDER_TO,
                                             IMAP_ORDER_SUBJECT, IMAP_ORDER_SIZE};
    size_t n = s->place.threads ? 1 : sizeof ORDERS / sizeof ORDERS[0];
    for (size_t i = 0; i < 2 * n; i++) {
        struct place place = s->place;
        enum imap_order order = ORDERS[i / 2];
        place.page = 1;
        place.sorting = (struct imap_sorting){order, place_order_descends(order) == (i % 2 == 0)};
        struct node item = node_item(s->listing, "Sorts", i);
        node_put(item, "label", order_label(s, place.sorting));
        node_put(item, "url", place_url(s->page->arena, "/mail", &place));
        node_put_flag(item, "current",
                      order == s->place.sorting.order &&
                          place.sorting.descending == s->place.sorting.descending);
    }
    node_put(s->listing, "sort",
             s->place.threads ? locale_text(s->page->locale, "thread.list")
                              : order_name(s, s->place.sorting.order));
    node_put_flag(s->listing, "threads", s->place.threads);
}

static void put_page_url(const struct shown *s, bool next)
{
    struct place place = s->place;
    place.page = next ? place.page + 1 : place.page - 1;
    struct sv url = place_url(s->page->arena, "/mail", &place);
    if (next)
        node_put(s->listing, "url_next", url);
    else
        node_put(s->listing, "url_prev", url);
}

static void put_range(const struct shown *s)
{
    const struct listing *rows = &s->rows;
    node_put(s->listing, "total", number(s, rows->total));
    if (rows->n > 0)
        node_put(s->listing, "range",
                 locale_format(s->page->locale, s->page->arena, "list.range",
                               number(s, (uint64_t)rows->skip + 1),
                               number(s, (uint64_t)rows->skip + rows->n)));
    if (rows->skip > 0)
        put_page_url(s, false);
    if ((uint64_t)rows->skip + s->page->preferences.page_size < rows->total)
        put_page_url(s, true);
}

/* The same folder with the restriction, or without it where it is on. */
static struct sv toggle_url(const struct shown *s, enum place_only only)
{
    struct place place = s->place;
    place.page = 1;
    place.only = place.only == only ? PLACE_ALL : only;
    return place_url(s->page->arena, "/mail", &place);
}

static void put_restrictions(const struct shown *s)
{
    node_put(s->listing, "unread_url", toggle_url(s, PLACE_UNREAD));
    node_put_flag(s->listing, "unread_on", s->place.only == PLACE_UNREAD);
    node_put(s->listing, "flagged_url", toggle_url(s, PLACE_FLAGGED));
    node_put_flag(s->listing, "flagged_on", s->place.only == PLACE_FLAGGED);
    if (place_is_search(&s->place))
        node_put(s->listing, "clear_url", folder_url(s->page, s->place.folder));
}

static void put_empty(const struct shown *s)
{
    enum imap_use use = s->folder ? s->folder->use : IMAP_USE_NONE;
    const char *text = "list.empty", *hint = NULL;
    if (s->place.q.n > 0) {
        text = "list.empty_search";
        hint = "list.empty_search_hint";
    } else if (s->place.only == PLACE_UNREAD)
        text = "list.empty_unread";
    else if (s->place.only == PLACE_FLAGGED)
        text = "list.empty_flagged";
    else if (use == IMAP_USE_INBOX) {
        text = "list.empty_inbox";
        hint = "list.empty_hint";
    } else if (use == IMAP_USE_DRAFTS)
        hint = "list.empty_drafts_hint";
    node_put(s->listing, "empty", locale_text(s->page->locale, text));
    if (hint)
        node_put(s->listing, "empty_hint", locale_text(s->page->locale, hint));
}

static void put_folder(const struct shown *s)
{
    struct page *page = s->page;
    struct node root = view_root(page_view(page));
    struct sv label = s->folder ? folder_label(page, s->folder, false) : s->place.folder;
    node_put(s->listing, "folder", s->place.folder);
    node_put_number(s->listing, "v", s->rows.uidvalidity);
    node_put(s->listing, "label", label);
    node_put_cstr(s->listing, "kind", folder_kind(s->folder ? s->folder->use : IMAP_USE_NONE));
    node_put(s->listing, "poll_url",
             arena_printf(page->arena, "/poll%.*s",
                          SV_ARG(sv_slice(folder_url(page, s->place.folder), 5, SIZE_MAX))));
    node_put(root, "Page.title",
             s->place.q.n > 0 ? locale_format(page->locale, page->arena, "search.title", s->place.q)
                              : label);
    uint32_t unseen = s->folder && s->folder->counted ? s->folder->counts.unseen : 0;
    if (unseen > s->reads)
        node_put(root, "Page.unread", number(s, unseen - s->reads));
}

/* What needs no rows. */
static void put_around(void *context)
{
    const struct shown *s = context;
    folder_list_put(s->page, &s->folders, s->place.folder);
    folder_list_search(s->page, &s->folders, s->place.folder, s->place.q);
    folder_list_targets(s->page, &s->folders, s->place.folder);
    const struct search_place here = {
        .q = s->place.q, .here = true, .folder = s->place.folder, .page = 1};
    search_ways_put(s->page, &here);
    put_sorts(s);
    put_restrictions(s);
    if (s->folder && !session_reading(s->page->session))
        node_put(s->listing, "settings_url", folder_page_url(s->page, s->folder->name));
}

/* ---- ticks that outlive a page without scripts ---- */

static void put_ticked(const struct shown *s)
{
    uint32_t *others = arena_array(s->page->arena, s->ticked.n + 1, sizeof *others);
    size_t n = 0;
    for (size_t i = 0; i < s->ticked.n; i++) {
        bool here = false;
        for (size_t row = 0; row < s->rows.n && !here; row++)
            here = s->rows.rows[row].uid == s->ticked.p[i];
        if (!here)
            others[n++] = s->ticked.p[i];
    }
    if (n == 0)
        return;
    const struct imap_uids elsewhere = {others, n};
    node_put(s->listing, "ticked", uid_set_write(s->page->arena, elsewhere, ACT_TICKED_TEXT_MAX));
    node_put(s->listing, "ticked_text",
             locale_plural(s->page->locale, s->page->arena, "list.ticked_elsewhere", n));
}

/* ---- the page ---- */

static enum status load_threads(struct shown *s, struct imap *imap,
                                const struct listing_request *request)
{
    struct page *page = s->page;
    struct imap_call call = page_call(page);
    const struct conversation_request by_thread = {.listing = request,
                                                   .own_address = page_user_address(page),
                                                   .me = locale_text(page->locale, "message.me")};
    enum status st = conversation_list(page->session, imap, &call, &by_thread, &s->rows);
    if (st == STATUS_OK)
        node_put_number(s->listing, "until", s->rows.threads_uidnext);
    if (st == STATUS_OK)
        node_put_number(s->listing, "messages", imap_selected(imap)->exists);
    return st;
}

static enum status load_rows(struct shown *s, struct imap *imap, struct imap_call *call,
                             const struct listing_request *request)
{
    if (s->place.threads)
        return load_threads(s, imap, request);
    return listing_load(s->page->session, imap, call, request, &s->rows);
}

static void take_opening(struct shown *s)
{
    s->folders = s->opening->folders;
    s->folder = folder_find(&s->folders, s->place.folder);
    s->rows = s->opening->rows;
    folder_list_doubts(s->page, &s->opening->doubts);
    put_around(s);
}

/* insist: a search in texts may run here; the gate has let it pass. */
static enum status ask(struct shown *s, struct imap **imap_at, bool insist, bool *waiting)
{
    struct page *page = s->page;
    struct imap_meanwhile around = {put_around, s};
    struct imap_call call = page_call(page);
    enum status st = folder_list_ask(page, *imap_at, &s->folders);
    if (st == STATUS_OK && s->place.threads)
        st = threads_ready(page, imap_at, &s->folders, s->place.folder, waiting);
    if (st != STATUS_OK || *waiting)
        return st;
    struct imap *imap = *imap_at;
    s->folder = folder_find(&s->folders, s->place.folder);
    struct listing_request request = place_request(page, &s->place, s->folder);
    request.order.kept_only = !insist;
    call.meanwhile = &around;
    st = load_rows(s, imap, &call, &request);
    imap_meanwhile_do(&around);
    /* a server that searches ASCII only: the page says so and stays usable */
    if (st == STATUS_UNSUPPORTED && s->place.q.n > 0 && imap_usable(imap) && imap_selected(imap)) {
        s->rows = (struct listing){.uidvalidity = imap_selected(imap)->uidvalidity};
        node_put_text(s->listing, "notice", "list.no_unicode");
        return STATUS_OK;
    }
    return st;
}

/* A page beyond the end is the last one. */
static void settle_page(struct shown *s)
{
    uint32_t last = s->rows.skip / s->page->preferences.page_size + 1;
    if (last < s->place.page)
        s->place.page = last;
}

/* What is costly goes through the gate. A search in texts that turns out to be no longer kept does
 * so only after it has been asked for. */
static enum status load(struct shown *s, struct imap **imap, bool *waiting)
{
    struct page *page = s->page;
    enum status st = STATUS_CANCELLED;
    for (int tries = 0; st == STATUS_CANCELLED && tries < 2; tries++) {
        struct opening *opening;
        st = opening_pass(page, &s->place, tries > 0, &opening, waiting);
        if (st != STATUS_OK || *waiting)
            return st;
        s->opening = opening; /* of conversations only that the folder has been opened counts */
        st = page_imap(page, s->place.folder, imap);
        if (st == STATUS_OK && opening && s->place.threads)
            folder_list_doubts(page, &opening->doubts);
        if (st == STATUS_OK && opening && !s->place.threads)
            take_opening(s);
        else if (st == STATUS_OK)
            st = ask(s, imap, tries > 0, waiting);
    }
    if (st == STATUS_OK && !*waiting)
        settle_page(s);
    return st;
}

/* The message of the pane may have gone since the address was made: then the list stands alone. */
static enum status fill_pane(struct shown *s, struct imap *imap)
{
    const struct inputs *query = &s->page->request->query;
    uint32_t v, uid;
    if (s->page->preferences.pane == PANE_NONE ||
        sv_to_u32(inputs_get(query, "v"), &v) != STATUS_OK ||
        sv_to_u32(inputs_get(query, "uid"), &uid) != STATUS_OK)
        return STATUS_OK;
    enum status st = page_reading_fill(s->page, imap, &s->place, &s->folders, v, uid, &s->reads);
    if (st == STATUS_OK)
        s->open = uid;
    if (st == STATUS_NOT_FOUND || st == STATUS_CHANGED) {
        s->page->diagnosis = (struct diagnosis){0};
        st = STATUS_OK;
    }
    return st;
}

static void put_all(const struct shown *s, const struct imap *imap)
{
    bool counted = s->folder && s->folder->counted;
    const struct imap_mailbox *box = imap_selected(imap);
    struct listing messages = s->rows;
    if (s->place.threads) { /* all are all messages; of a search it would be half conversations */
        if (!box || place_is_search(&s->place) || (s->rows.total <= s->rows.n && !s->all))
            return;
        messages.total = box->exists;
    }
    const struct listing_all all = {.place = &s->place,
                                    .rows = &messages,
                                    .uidnext = counted ? s->folder->counts.uidnext
                                               : box   ? box->uidnext
                                                       : 0,
                                    .chosen = s->all};
    listing_all_put(s->page, s->listing, &all);
}

/* Where an action comes back to: without the ticks, which it uses up. */
static void put_own_url(const struct shown *s)
{
    struct arena *arena = s->page->arena;
    node_put(view_root(page_view(s->page)), "Page.url",
             s->open ? place_message_url(arena, "/mail", &s->place, s->rows.uidvalidity, s->open)
                     : place_url(arena, "/mail", &s->place));
}

/* The search field offers more than one folder, and so does dans: in a query. */
static bool is_elsewhere(const struct shown *s, struct search_place *search)
{
    struct page *page = s->page;
    struct query query;
    *search = search_place_read(&page->request->query);
    search->q = tag_list_query(page, search->q);
    search->page = 1;
    query_parse(page->arena, search->q, search_today(page), &query);
    bool chosen = search_scope_find(inputs_get(&page->request->query, "in"), search) == STATUS_OK;
    return (chosen && !search->here && search->q.n > 0) || query.in.n > 0;
}

enum status page_listing(struct page *page)
{
    struct shown s = {.page = page, .place = place_read(page), .all = listing_all_asked(page)};
    struct imap *imap;
    struct search_place search;
    bool waiting;
    if (is_elsewhere(&s, &search))
        return page_redirect(page, search_place_url(page->arena, &search));
    s.listing = node_child(view_root(page_view(page)), "Listing");
    if (uid_set_read(page->arena, inputs_get(&page->request->query, "ticked"), ACT_UIDS_MAX,
                     &s.ticked) != STATUS_OK)
        s.ticked = (struct imap_uids){0};
    enum status st = load(&s, &imap, &waiting);
    if (st == STATUS_OK && waiting)
        return STATUS_OK;
    if (st == STATUS_OK)
        st = fill_pane(&s, imap);
    if (st == STATUS_OK)
        st = tag_list_fill(page, &s.place, &s.tags);
    if (st == STATUS_OK)
        st = rights_fill(page, imap, s.folder, s.listing);
    if (st != STATUS_OK)
        return st;
    put_folder(&s);
    put_own_url(&s);
    put_range(&s);
    put_rows(&s);
    put_ticked(&s);
    put_all(&s, imap);
    if (s.rows.n == 0)
        put_empty(&s);
    if (s.rows.cut)
        node_put(s.listing, "notice",
                 locale_format(page->locale, page->arena, "list.cut", number(&s, s.rows.total)));
    else if (s.rows.indexed)
        node_put_text(s.listing, "notice", "search.indexed");
    else if (imap_partial(imap))
        node_put(s.listing, "notice",
                 locale_format(page->locale, page->arena, "public.days",
                               number(&s, (uint64_t)page->site->limits.public_days)));
    return page_render(page, 200, "listing");
}
