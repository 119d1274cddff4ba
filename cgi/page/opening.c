#include "opening.h"

#include "compose_send.h"
#include "costly.h"
#include "folder_list.h"
#include "random.h"
#include "warm.h"

enum { WAIT_MS = 1000 };
enum { FRESH_MS = 60 * 1000 }; /* a page that comes for it later looks for itself */

/* ---- what is costly in a place ---- */

static unsigned works_of(const struct place *place, const struct query *query)
{
    unsigned works = WARM_OPENED;
    if (place->sorting.order != IMAP_ORDER_ARRIVAL)
        works |= (unsigned)WARM_SORTED << place->sorting.order;
    if (place->q.n > 0 && query->criteria)
        works |= WARM_SEARCHED;
    return works;
}

static bool is_costly(struct page *page, const struct place *place,
                      const struct listing_request *request, bool deep)
{
    const struct order_request *order = &request->order;
    bool small = warm_account(page->session) == WARM_UNKNOWN && page->preferences.small;
    return deep ||
           (!small &&
            warm_is_costly(page->session, place->folder, works_of(place, order->query))) ||
           (query_deep(order->query) && !order_kept(page->session, place->folder, order));
}

/* So that a small account does not wait behind large ones the next time it signs in. Not to be able
 * to keep it costs no more than that. */
static void note_account(struct page *page)
{
    enum warm_account account = warm_account(page->session);
    bool small = account == WARM_ACCOUNT_SMALL;
    if (account == WARM_UNKNOWN || small == page->preferences.small)
        return;
    page->preferences.small = small;
    (void)!preferences_note_small(page->session, page->app->store, small);
}

/* ---- the work, on a thread of the gate ---- */

static void opening_free(void *value)
{
    struct opening *opening = value;
    struct arena *arena = opening->arena;
    arena_free(&arena);
}

/* Until the work has succeeded its context owns the opening, then the session. */
struct handle {
    struct opening *opening;
    struct sv folder; /* in the opening's arena */
    int64_t ms;       /* for the whole of it */
};

static void handle_free(void *context)
{
    struct handle *handle = context;
    if (handle->opening)
        opening_free(handle->opening);
    free(handle);
}

static enum status look(struct gate_turn *turn, struct imap *imap, const struct imap_call *call,
                        void *context)
{
    struct opening *opening = ((struct handle *)context)->opening;
    struct imap_call own = *call;
    own.arena = opening->arena;
    enum status st = folders_load(turn->session, imap, &own, &opening->folders);
    if (st != STATUS_OK)
        return st;
    const struct folder *folder = folder_find(&opening->folders, opening->request.folder);
    listing_request_meet(&opening->request, folder);
    st = outbox_recover(&opening->outbox, imap, &own, &opening->folders, &opening->doubts);
    if (st != STATUS_OK && !imap_usable(imap))
        return st;
    *turn->diagnosis = (struct diagnosis){0};
    st = listing_load(turn->session, imap, &own, &opening->request, &opening->rows);
    /* where the server cannot sort, a sort is as costly the next time */
    if (st == STATUS_OK && imap_can(imap, IMAP_CAN_SORT))
        warm_done(turn->session, opening->request.folder, opening->works);
    else if (st == STATUS_OK)
        warm_done(turn->session, opening->request.folder,
                  opening->works & (WARM_OPENED | WARM_SEARCHED));
    return st;
}

static enum status step(struct gate_turn *turn, void *context)
{
    struct handle *handle = context;
    enum status st = gate_imap(turn, handle->folder, deadline_in(handle->ms), look, handle);
    if (st != STATUS_OK)
        return st;
    handle->opening->at = clock_ms();
    session_slot_put(turn->session, SESSION_SLOT_OPENING, handle->opening, opening_free);
    handle->opening = NULL;
    return STATUS_OK;
}

/* ---- the request's side ---- */

/* Everything that the work needs lives as long as the work. */
static struct handle *handle_new(struct page *page, const struct place *place, struct sv key)
{
    struct arena *arena = arena_new(GATE_ARENA);
    struct opening *opening = arena_alloc(arena, sizeof *opening);
    struct handle *handle = calloc(1, sizeof *handle);
    if (!handle)
        abort();
    struct page borrowed = *page; /* with the other arena */
    struct place kept = *place;
    borrowed.arena = arena;
    kept.folder = arena_sv(arena, place->folder);
    kept.q = arena_sv(arena, place->q);
    *opening = (struct opening){.arena = arena,
                                .key = arena_sv(arena, key),
                                .request = place_request(&borrowed, &kept, NULL),
                                .outbox = compose_outbox(page)};
    opening->request.order.kept_only = false;
    opening->works = works_of(&kept, opening->request.order.query);
    *handle =
        (struct handle){.opening = opening, .folder = kept.folder, .ms = page->site->request_ms};
    return handle;
}

/* All that the rows depend on. What a query has beyond its limit does not count (query.h). */
static struct sv key_of(struct page *page, const struct place *place, uint32_t count)
{
    struct sv q = sv_slice(place->q, 0, QUERY_TEXT_MAX);
    return arena_printf(page->arena, "list %s %d %d %u %u %zu %.*s %.*s",
                        place_order_name(place->sorting.order), place->sorting.descending,
                        (int)place->only, place->page, count, place->folder.n,
                        SV_ARG(place->folder), SV_ARG(q));
}

static struct sv what_of(struct page *page, const struct place *place)
{
    const char *key = place->q.n > 0                               ? "waiting.searching"
                      : place->sorting.order != IMAP_ORDER_ARRIVAL ? "waiting.sorting"
                                                                   : "waiting.opening";
    struct sv name = place->folder;
    if (sv_eq(name, SV("INBOX")))
        name = locale_text(page->locale, "folder.inbox");
    if (!folders_known(page->session))
        return locale_text(page->locale, "waiting.opening_first");
    return locale_format(page->locale, page->arena, key, name);
}

/* Back to the folder as it was, or to the inbox if it is the folder itself that is awaited. */
static struct sv leave_url(struct page *page, const struct place *place)
{
    bool more = place_is_search(place) || place->sorting.order != IMAP_ORDER_ARRIVAL;
    return more ? folder_url(page, place->folder) : SV("");
}

static struct opening *take(struct page *page, struct sv key)
{
    struct opening *opening = session_slot_take(page->session, SESSION_SLOT_OPENING);
    if (!opening)
        return NULL;
    if (!sv_eq(opening->key, key) || clock_ms() - opening->at > FRESH_MS) {
        opening_free(opening);
        return NULL;
    }
    arena_free(&page->also);
    page->also = opening->arena;
    return opening;
}

/* What the server says to a question costs it nothing: the page asks again, and deals with it. */
static bool is_answer(enum status st)
{
    return st == STATUS_NOT_FOUND || st == STATUS_REFUSED || st == STATUS_UNSUPPORTED ||
           st == STATUS_INVALID;
}

enum status opening_pass(struct page *page, const struct place *place, bool deep,
                         struct opening **opening, bool *waiting)
{
    struct listing_request request = place_request(page, place, NULL);
    *opening = NULL;
    *waiting = false;
    note_account(page);
    struct sv key = key_of(page, place, request.count);
    /* one that is under way may have made the folder warm before it has left its rows */
    if (!gate_pending(page->app->gate, page->session, key) &&
        !is_costly(page, place, &request, deep))
        return STATUS_OK;
    const struct costly costly = {.key = key,
                                  .step = step,
                                  .context = handle_new(page, place, key),
                                  .free_context = handle_free,
                                  .what = what_of(page, place),
                                  .leave_url = leave_url(page, place),
                                  .by_itself = !query_deep(request.order.query)};
    enum status st = page_costly(page, &costly, waiting);
    note_account(page);
    if (st == STATUS_OK && !*waiting)
        *opening = take(page, key);
    if (!is_answer(st))
        return st;
    page->diagnosis = (struct diagnosis){0};
    return STATUS_OK;
}

/* ---- without rows ---- */

static enum status warm_up(struct gate_turn *turn, struct imap *imap, const struct imap_call *call,
                           void *context)
{
    struct opening *opening = ((struct handle *)context)->opening;
    struct order_window window;
    unsigned works = opening->works;
    enum status st = imap_select(imap, call, opening->request.folder, IMAP_READ_ONLY);
    if (st == STATUS_OK && works != WARM_OPENED)
        st = order_window(turn->session, imap, call, &opening->request.order, 0, 1, &window);
    if (st == STATUS_OK)
        warm_done(turn->session, opening->request.folder, works);
    return st;
}

static enum status warm_step(struct gate_turn *turn, void *context)
{
    struct handle *handle = context;
    return gate_imap(turn, handle->folder, deadline_in(handle->ms), warm_up, handle);
}

enum status opening_wait(struct page *page, const struct place *place,
                         enum status (*still)(void *context), void *context)
{
    struct listing_request request = place_request(page, place, NULL);
    struct gate_ticket *ticket;
    struct diagnosis ignored;
    if (!is_costly(page, place, &request, false))
        return STATUS_OK;
    session_connection_give(page->session, &page->imap);
    /* its own: who leaves a work that another request waits for would end it for that one, too */
    struct sv key = arena_printf(page->arena, "warm %016llx", (unsigned long long)random_u64());
    const struct gate_work work = {.key = key,
                                   .urgency = GATE_PAGE,
                                   .step = warm_step,
                                   .context = handle_new(page, place, key),
                                   .free_context = handle_free};
    enum status st = gate_submit(page->app->gate, page->session, &work, &ticket);
    if (st != STATUS_OK) {
        diagnosis_set(&page->diagnosis, STAGE_NONE, CAUSE_BUSY, "", 0, "");
        return st;
    }
    for (bool over = false; st == STATUS_OK && !over;) {
        /* what the server says to it, it will say again to the request itself */
        (void)!gate_wait(ticket, deadline_in(WAIT_MS), &ignored);
        over = gate_finished(ticket);
        st = still(context);
    }
    if (st != STATUS_OK)
        gate_leave(page->app->gate, page->session, key);
    gate_release(&ticket);
    return st;
}
