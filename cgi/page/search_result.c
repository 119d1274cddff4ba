#include "search_result.h"

#include "act.h"
#include "costly.h"
#include "folder_list.h"
#include "gate.h"
#include "search_all.h"
#include "search_rows.h"
#include "search_saved.h"
#include "search_write.h"
#include "seek_window.h"
#include "tag_list.h"

enum {
    LOOK_MS = 100,  /* who waits looks so often whether there is enough */
    SLICE_MS = 400, /* a step of work, before others have their turn */
    STEP_MS = 60 * 1000
};

struct result {
    struct page *page;
    struct search_place *place;
    struct folders folders;
    struct seek *seek;
    struct seek_state state;
    size_t queue; /* place in the queue of costly work; 0: in none */
    struct search_rows rows;
    struct node node; /* Seek */
    bool all;         /* what it has found is chosen: it rests, so that this is what is meant */
};

static struct sv number(const struct result *r, uint64_t n)
{
    return locale_number(r->page->locale, r->page->arena, n);
}

static uint32_t skip_of(const struct result *r)
{
    uint32_t size = r->page->preferences.page_size;
    return r->place->page <= UINT32_MAX / size ? (r->place->page - 1) * size : UINT32_MAX - size;
}

/* ---- work in the gate ---- */

static enum status turn_step(struct gate_turn *turn, void *context)
{
    bool more = false;
    enum status st = seek_run(context, turn->session, turn->arena, deadline_in(SLICE_MS),
                              deadline_in(STEP_MS), turn->diagnosis, &more);
    turn->again = st == STATUS_OK && more && !atomic_load(turn->left);
    return st;
}

static void turn_free(void *context)
{
    struct seek *seek = context;
    seek_release(&seek);
}

static bool enough(const struct result *r)
{
    struct seek_state state = seek_state(r->seek);
    return state.done || state.stopped ||
           state.found >= (uint64_t)skip_of(r) + r->page->preferences.page_size;
}

/* As long as somebody looks, the search goes on: each look puts it into the queue again, where it
 * finds itself if it is still there. */
static enum status work(struct result *r)
{
    struct page *page = r->page;
    struct gate_ticket *ticket;
    seek_hold(r->seek);
    const struct gate_work work = {
        .key = arena_printf(page->arena, "seek %llu", (unsigned long long)seek_serial(r->seek)),
        .urgency = GATE_PAGE,
        .step = turn_step,
        .context = r->seek,
        .free_context = turn_free};
    enum status st = gate_submit(page->app->gate, page->session, &work, &ticket);
    if (st == STATUS_UNAVAILABLE) /* this user does much already: what there is, is shown */
        return STATUS_OK;
    if (st != STATUS_OK)
        return st;
    struct costly_wait wait;
    costly_wait_begin(page, &wait);
    struct deadline end = deadline_min(deadline_in(wait.ms), page->deadline);
    do
        st = gate_wait(ticket, deadline_min(deadline_in(LOOK_MS), end), &page->diagnosis);
    while (st == STATUS_TIMEOUT && !deadline_passed(end) && !enough(r));
    costly_wait_end(&wait);
    r->queue = st == STATUS_TIMEOUT ? gate_place(ticket) : 0;
    gate_release(&ticket);
    return st == STATUS_TIMEOUT ? STATUS_OK : st;
}

/* ---- what stands above the rows ---- */

static void put_troubles(const struct result *r)
{
    static const char *const KEYS[] = {[SEEK_GONE] = "search.trouble.gone",
                                       [SEEK_CHANGED] = "search.trouble.changed",
                                       [SEEK_REFUSED] = "search.trouble.refused"};
    struct page *page = r->page;
    size_t n = 0;
    for (uint32_t i = 0; i < seek_folder_count(r->seek); i++) {
        struct seek_folder_view view = seek_folder(r->seek, i);
        if (view.trouble == SEEK_FINE)
            continue;
        const struct folder *folder = folder_find(&r->folders, view.name);
        node_put(node_item(r->node, "Troubles", n++), "text",
                 locale_format(page->locale, page->arena, KEYS[view.trouble],
                               folder ? folder_label(page, folder, true) : view.name));
    }
}

static void put_notices(const struct result *r)
{
    struct page *page = r->page;
    if (r->state.no_unicode)
        node_put_text(r->node, "notice", "list.no_unicode");
    else if (r->state.cut)
        node_put(r->node, "notice",
                 locale_format(page->locale, page->arena, "search.cut", number(r, r->state.found)));
    else if (r->state.indexed)
        node_put_text(r->node, "notice", "search.indexed");
    put_troubles(r);
}

static struct sv page_url(const struct result *r, uint32_t page)
{
    struct search_place place = *r->place;
    place.page = page;
    struct sv url = search_place_url(r->page->arena, &place);
    return r->all ? arena_printf(r->page->arena, "%.*s" SEARCH_ALL_FIELD, SV_ARG(url)) : url;
}

static void put_progress(const struct result *r)
{
    struct page *page = r->page;
    const struct seek_state *s = &r->state;
    bool running = !s->done && !s->stopped && !r->all;
    node_put_flag(r->node, "running", running);
    node_put(r->node, "again_url",
             arena_printf(page->arena, "%.*s&again=1", SV_ARG(page_url(r, 1))));
    node_put_flag(r->node, "stopped", !s->done && !running);
    const char *key = s->done ? "search.done" : running ? "search.running" : "search.stopped";
    node_put(r->node, "state", locale_text(page->locale, key));
    if (running && r->queue > 0)
        node_put(r->node, "state",
                 locale_format(page->locale, page->arena, "search.queued", number(r, r->queue)));
    if (s->dated) {
        const struct imap_day *day = &s->since;
        int64_t noon = (int64_t)seek_day(*day) * 86400 + 43200;
        node_put(r->node, "since",
                 locale_format(page->locale, page->arena, "search.since",
                               date_day(&page->dates, page->arena, noon)));
    }
    bool all = s->done && s->folders_done == s->folders && s->looked == s->messages;
    const struct sv looked[] = {number(r, s->folders_done), number(r, s->folders),
                                number(r, s->looked), number(r, s->messages)};
    node_put(r->node, "looked",
             locale_fill(page->locale, page->arena, all ? "search.looked_all" : "search.looked",
                         looked, 4));
    node_put_number(r->node, "percent",
                    s->messages > 0 ? (int64_t)(s->looked * 100 / s->messages) : 100);
    if (s->found > 0)
        node_put(r->node, "total", number(r, s->found));
    node_put_flag(r->node, "moved", s->moved);
}

static void put_turns(const struct result *r)
{
    struct page *page = r->page;
    uint32_t skip = skip_of(r);
    if (r->rows.n > 0)
        node_put(r->node, "range",
                 locale_format(page->locale, page->arena, "list.range",
                               number(r, (uint64_t)skip + 1), number(r, skip + r->rows.n)));
    if (r->place->page > 1)
        node_put(r->node, "url_prev", page_url(r, r->place->page - 1));
    if ((uint64_t)skip + page->preferences.page_size < r->state.found)
        node_put(r->node, "url_next", page_url(r, r->place->page + 1));
}

/* ---- around it ---- */

void search_ways_put(struct page *page, const struct search_place *place)
{
    struct node search = node_child(view_root(page_view(page)), "Search");
    struct search_place everywhere = *place;
    struct sb more;
    everywhere.here = false;
    everywhere.scope = SEEK_ALL;
    everywhere.page = 1;
    everywhere.saved = SV("");
    node_put_cstr(search, "in", search_scope_name(place));
    if (place->here && place->q.n > 0)
        node_put(search, "everywhere_url", search_place_url(page->arena, &everywhere));
    sb_init(&more, page->arena, REQUEST_URI_MAX);
    sb_add(&more, SV("/search?form=1"));
    query_append(&more, "folder", place->folder);
    query_append(&more, "in", sv_of(search_scope_name(place)));
    if (place->q.n > 0)
        query_append(&more, "q", place->q);
    node_put(search, "more_url", sb_view(&more));
}

static void put_around(const struct result *r, const struct search_place *typed)
{
    struct page *page = r->page;
    struct node root = view_root(page_view(page));
    struct sv filter = search_filter_url(page->arena, typed->q);
    folder_list_put(page, &r->folders, SV(""));
    folder_list_search(page, &r->folders, typed->folder, typed->q);
    folder_list_targets(page, &r->folders, SV(""));
    search_ways_put(page, typed);
    node_put_cstr(root, "Pane", "none"); /* a message found is opened on a page of its own */
    node_put(root, "Page.title",
             typed->saved.n > 0 ? typed->saved
             : typed->q.n > 0   ? locale_format(page->locale, page->arena, "search.title", typed->q)
                                : locale_text(page->locale, "search.everything"));
    node_put(r->node, "title", typed->saved.n > 0 ? typed->saved : typed->q);
    if (typed->saved.n > 0)
        node_put(r->node, "saved", typed->saved);
    node_put_cstr(r->node, "in", search_scope_name(typed));
    node_put(r->node, "folder", typed->folder);
    node_put(r->node, "q", typed->q);
    if (filter.n > 0 && page->site->filters.way != FILTER_NONE)
        node_put(r->node, "filter_url", filter);
}

static void put_where(const struct result *r)
{
    static const char *const KEYS[SEEK_SCOPES] = {[SEEK_ALL] = "search.all",
                                                  [SEEK_SUBSCRIBED] = "search.subscribed",
                                                  [SEEK_BELOW] = "search.below_of"};
    struct page *page = r->page;
    const struct folder *folder = folder_find(&r->folders, r->place->folder);
    node_put(r->node, "where",
             locale_format(page->locale, page->arena, KEYS[r->place->scope],
                           folder ? folder_label(page, folder, true) : r->place->folder));
}

/* ---- the page ---- */

static void find(struct result *r)
{
    const struct inputs *query = &r->page->request->query;
    const struct seek_request request = {.q = r->place->q,
                                         .scope = r->place->scope,
                                         .folder = r->place->scope == SEEK_BELOW ? r->place->folder
                                                                                 : SV(""),
                                         .folders = &r->folders,
                                         .today = search_today(r->page),
                                         .refines = inputs_get(query, "refines")};
    r->seek = seek_find(r->page->session, &request);
}

static enum status load(struct result *r)
{
    struct page *page = r->page;
    struct imap *imap;
    enum status st = page_imap(page, SV(""), &imap);
    if (st == STATUS_OK)
        st = folder_list_ask(page, imap, &r->folders);
    if (st != STATUS_OK)
        return st;
    /* the search takes a connection of its own, and so do the rows, the best one that there is */
    session_connection_give(page->session, &page->imap);
    bool known = search_place_resolve(page, &r->folders, r->place);
    if (!known)
        node_put_text(r->node, "unknown", "search.no_folder");
    if (!known)
        return STATUS_OK;
    find(r);
    struct seek_state state = seek_state(r->seek);
    r->all = search_all_asked(page) && state.found > 0;
    if (!state.done && !state.stopped && !r->all)
        st = work(r);
    if (st != STATUS_OK)
        return st;
    r->state = seek_state(r->seek);
    uint32_t size = page->preferences.page_size;
    if (r->place->page > 1 && skip_of(r) >= r->state.found)
        r->place->page = r->state.found > 0 ? (r->state.found - 1) / size + 1 : 1;
    st = search_rows_load(page, &r->folders, r->seek, skip_of(r), size, &r->rows);
    r->state = seek_state(r->seek); /* without what has gone */
    return st;
}

static void put_ticked(const struct result *r, const struct selection *ticked)
{
    if (ticked->uids == 0)
        return;
    node_put(r->node, "ticked", selection_write(r->page->arena, ticked, ACT_TICKED_TEXT_MAX));
    node_put(r->node, "ticked_text",
             locale_plural(r->page->locale, r->page->arena, "list.ticked_elsewhere", ticked->uids));
}

/* The tags that messages can be given; without the store's there are none to choose from. */
static void put_tags(const struct result *r)
{
    struct tags tags;
    const struct place here = {
        .folder = r->place->folder, .sorting = {IMAP_ORDER_ARRIVAL, true}, .page = 1};
    if (tag_list_fill(r->page, &here, &tags) != STATUS_OK)
        page_log_failure(r->page, STATUS_IO);
}

static void put_all(struct result *r, const struct search_place *typed)
{
    struct page *page = r->page;
    struct selection ticked = {0};
    struct search_place here = *typed;
    here.page = r->place->page;
    struct sv url = search_place_url(page->arena, &here);
    if (selection_add(page->arena, inputs_get(&page->request->query, "ticked"), &ticked) !=
        STATUS_OK)
        ticked = (struct selection){0};
    node_put(view_root(page_view(page)), "Page.url", url);
    if (r->seek) {
        search_rows_put(page, &r->folders, &r->rows, url, r->all ? NULL : &ticked);
        put_progress(r);
        put_notices(r);
        put_turns(r);
        put_where(r);
        put_tags(r);
        search_all_put(page, r->node, r->seek, r->rows.n, url, r->all);
        if (!r->all)
            put_ticked(r, &ticked);
    }
    put_around(r, typed);
}

enum status search_result(struct page *page, struct search_place *place)
{
    const struct search_place typed = *place;
    struct result r = {
        .page = page, .place = place, .node = node_child(view_root(page_view(page)), "Seek")};
    enum status st = load(&r);
    if (st == STATUS_OK)
        put_all(&r, &typed);
    seek_release(&r.seek);
    return st == STATUS_OK ? page_render(page, 200, "search") : st;
}

/* ---- a message that was opened from here ---- */

static void put_neighbour(struct page *page, struct node message, bool next,
                          const struct seek_folder_view *where, uint32_t uid,
                          struct search_place back)
{
    const struct place near = {.folder = where->name,
                               .sorting = {IMAP_ORDER_ARRIVAL, true},
                               .search = search_place_url(page->arena, &back),
                               .page = 1};
    struct sv url = place_message_url(page->arena, "/message", &near, where->uidvalidity, uid);
    if (next)
        node_put(message, "next_url", url);
    else
        node_put(message, "prev_url", url);
}

void search_neighbours_put(struct page *page, struct node message, struct sv search,
                           struct sv folder, uint32_t uid)
{
    struct search_place place = search_place_of_url(page->arena, search);
    uint32_t size = page->preferences.page_size;
    struct seek_hit around[3];
    struct seek *seek = seek_kept(page->session, place.q);
    node_put(message, "back_url", search);
    size_t at = seek ? seek_position(seek, folder, uid) : SIZE_MAX;
    if (at == SIZE_MAX) {
        seek_release(&seek);
        return;
    }
    uint32_t first = at > 0 ? (uint32_t)at - 1 : 0;
    size_t n = seek_hits(seek, first, 3, around);
    node_put(message, "position",
             locale_format(page->locale, page->arena, "message.position",
                           locale_number(page->locale, page->arena, at + 1),
                           locale_number(page->locale, page->arena, seek_state(seek).found)));
    for (size_t i = 0; i < n; i++) {
        struct seek_folder_view where = seek_folder(seek, around[i].folder);
        size_t row = first + i;
        struct search_place back = place;
        back.page = (uint32_t)(row / size) + 1;
        if (row == at)
            node_put(message, "back_url", search_place_url(page->arena, &back));
        else
            put_neighbour(page, message, row > at, &where, around[i].uid, back);
    }
    seek_release(&seek);
}
