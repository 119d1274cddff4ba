#include "conversation.h"

#include "address.h"
#include "imap_search.h"
#include "sorted.h"
#include "utf8.h"
#include "word.h"

enum { NAMES_MAX = 300, GIVEN_LEAST = 3 };

struct listed {
    struct session *session;
    struct imap *imap;
    const struct imap_call *call;
    const struct conversation_request *request;
    struct threads_window window;
    struct imap_messages others; /* of all rows, ascending: senders and flags */
    struct imap_uids unread;     /* ascending, of those that were only looked at */
};

enum status conversation_prepare(struct session *session, struct imap *imap,
                                 const struct imap_call *call, struct sv folder, uint32_t uidnext,
                                 bool refresh, bool *costly)
{
    enum status st = imap_select(imap, call, folder, IMAP_READ_WRITE);
    if (st == STATUS_OK && refresh)
        st = imap_refresh(imap, call);
    if (st != STATUS_OK)
        return st;
    st = threads_refresh(session, imap, call, uidnext);
    if (st == STATUS_NOT_FOUND && imap_selected(imap)->exists <= THREADS_CHEAP)
        st = threads_compute(session, imap, call);
    else if (st == STATUS_NOT_FOUND) {
        *costly = true;
        return STATUS_OK;
    }
    *costly = false;
    return st;
}

/* ---- the window ---- */

/* Everything that the query finds, ascending: kept in the order of a list of messages, so that this
 * is the search that the gate has let pass. */
static enum status find_only(const struct listed *l, struct imap_uids *only)
{
    const struct order_request *order = &l->request->listing->order;
    struct order_window window;
    enum status st = order_window(l->session, l->imap, l->call, order, 0, UINT32_MAX, &window);
    if (st == STATUS_OK)
        *only = imap_uids_sorted(l->call->arena, window.uids);
    return st;
}

static enum status cut(struct listed *l, struct listing *listing)
{
    const struct listing_request *request = l->request->listing;
    const struct imap_mailbox *box = imap_selected(l->imap);
    struct imap_uids only;
    bool searches = !query_empty(request->order.query);
    enum status st = searches ? find_only(l, &only) : STATUS_OK;
    struct threads_query query = {.folder = arena_sv(l->call->arena, box->name),
                                  .uidvalidity = box->uidvalidity,
                                  .only = searches ? &only : NULL,
                                  .skip = request->skip,
                                  .count = request->count,
                                  .oldest_first = !request->order.sorting.descending};
    if (st == STATUS_OK)
        st = threads_window(l->session, l->call->arena, &query, &l->window);
    if (st == STATUS_OK && l->window.n == 0 && l->window.total > 0) {
        query.skip = (l->window.total - 1) / request->count * request->count;
        st = threads_window(l->session, l->call->arena, &query, &l->window);
    }
    listing->skip = query.skip;
    listing->total = l->window.total;
    listing->uidvalidity = query.uidvalidity;
    listing->threads_uidnext = l->window.uidnext;
    return st;
}

/* ---- what is read of the others ---- */

/* The places among n members that are looked at: the first and the newest, without the last, which
 * the row itself is of. */
static bool is_looked_at(size_t place, size_t n)
{
    return place + 1 < n && (place == 0 || place + CONVERSATION_LOOK > n);
}

static enum status look_at_others(struct listed *l)
{
    const struct imap_items items = {.bits = IMAP_ITEM_FLAGS | IMAP_ITEM_ENVELOPE,
                                     .people_most = LISTING_PEOPLE};
    uint32_t *uids = arena_array(l->call->arena, l->window.n * CONVERSATION_LOOK + 1, sizeof *uids);
    size_t n = 0;
    for (size_t r = 0; r < l->window.n; r++) {
        struct imap_uids members = l->window.rows[r].members;
        for (size_t i = 0; i < members.n; i++)
            if (is_looked_at(i, members.n))
                uids[n++] = members.p[i];
    }
    struct imap_uids sorted = imap_uids_sorted(l->call->arena, (struct imap_uids){uids, n});
    return n > 0 ? imap_fetch_uids(l->imap, l->call, sorted, &items, &l->others) : STATUS_OK;
}

/* The unread ones among those that are not fetched, by as many searches as their set is long. */
static enum status look_for_unread(struct listed *l)
{
    struct arena *arena = l->call->arena;
    uint32_t *uids = arena_array(arena, l->window.n * CONVERSATION_UNREAD_MAX + 1, sizeof *uids);
    size_t n = 0, found = 0;
    for (size_t r = 0; r < l->window.n; r++) {
        struct imap_uids members = l->window.rows[r].members;
        size_t from = members.n > CONVERSATION_UNREAD_MAX ? members.n - CONVERSATION_UNREAD_MAX : 0;
        for (size_t i = from; i + 1 < members.n; i++)
            if (!is_looked_at(i, members.n))
                uids[n++] = members.p[i];
    }
    struct imap_uids sorted = imap_uids_sorted(arena, (struct imap_uids){uids, n});
    uint32_t *unread = arena_array(arena, n + 1, sizeof *unread);
    enum { ONE_SEARCH = 700 }; /* UIDs: of ten digits and a comma each they fit IMAP_SET_MAX */
    for (size_t at = 0; at < sorted.n; at += ONE_SEARCH) {
        size_t count = sorted.n - at < ONE_SEARCH ? sorted.n - at : ONE_SEARCH;
        struct imap_criteria seen = {.key = IMAP_KEY_FLAG, .number = IMAP_SEEN};
        struct imap_criteria not_seen = {.key = IMAP_KEY_NOT, .children = &seen};
        struct imap_criteria among = {
            .key = IMAP_KEY_UIDS, .uids = {sorted.p + at, count}, .next = &not_seen};
        const struct imap_criteria both = {.key = IMAP_KEY_AND, .children = &among};
        struct imap_uids some;
        enum status st = imap_search(l->imap, l->call, &both, &some);
        if (st != STATUS_OK)
            return st;
        for (size_t i = 0; i < some.n && found < n; i++)
            unread[found++] = some.p[i];
    }
    l->unread = (struct imap_uids){unread, found};
    return STATUS_OK;
}

static const struct imap_message *other(const struct listed *l, uint32_t uid)
{
    const struct imap_messages *all = &l->others;
    return all->n > 0 ? bsearch(&uid, all->p, all->n, sizeof *all->p, sorted_by_u32) : NULL;
}

/* ---- participants ---- */

struct names {
    struct sv seen[CONVERSATION_LOOK], name[CONVERSATION_LOOK]; /* addresses; names */
    size_t n;
};

static struct sv spec_of(struct arena *arena, const struct imap_address *a)
{
    return arena_lower(arena,
                       arena_printf(arena, "%.*s@%.*s", SV_ARG(a->mailbox), SV_ARG(a->host)));
}

static void add_name(const struct listed *l, const struct imap_message *m, struct names *names)
{
    struct arena *arena = l->call->arena;
    const struct imap_address *from = NULL;
    for (size_t i = 0; m && m->envelope && i < m->envelope->from.n && !from; i++)
        if (m->envelope->from.p[i].host.p)
            from = &m->envelope->from.p[i];
    if (!from)
        return;
    struct sv spec = spec_of(arena, from);
    for (size_t i = 0; i < names->n; i++)
        if (sv_eq(names->seen[i], spec))
            return;
    bool me = sv_eq_nocase(spec, l->request->own_address);
    names->seen[names->n] = spec;
    names->name[names->n++] = me ? l->request->me : listing_name(arena, from);
}

/* "Anne" of "Anne Lefèvre": several whole names have no room. One that is not of that form stays.
 */
static struct sv given(struct sv name)
{
    size_t space = sv_find_char(name, ' ');
    bool plain = space != SIZE_MAX && space >= GIVEN_LEAST && name.p[space - 1] != '.' &&
                 name.p[space - 1] != ',' && sv_find_char(name, '@') == SIZE_MAX;
    return plain ? sv_slice(name, 0, space) : name;
}

static struct sv participants(const struct listed *l, struct imap_uids members,
                              const struct imap_message *newest)
{
    struct names names = {.n = 0};
    struct sb out;
    for (size_t i = 0; i + 1 < members.n; i++)
        if (is_looked_at(i, members.n))
            add_name(l, other(l, members.p[i]), &names);
    add_name(l, newest, &names);
    sb_init(&out, l->call->arena, sizeof names.seen + CONVERSATION_LOOK * 4 * NAMES_MAX);
    for (size_t i = 0; i < names.n; i++) {
        sb_add(&out, i > 0 ? SV(", ") : SV(""));
        sb_add(&out,
               utf8_cut_points(names.n > 1 ? given(names.name[i]) : names.name[i], NAMES_MAX));
    }
    return sb_view(&out);
}

/* ---- rows ---- */

/* The marks of all of them; the first unread one is what a reader wants to see. */
static void put_others(const struct listed *l, struct listing_row *row)
{
    bool newest_unread = row->unread > 0;
    row->unread = 0;
    for (size_t i = 0; i + 1 < row->thread.n; i++) {
        uint32_t uid = row->thread.p[i];
        const struct imap_message *m = other(l, uid);
        if (m)
            row->flags |= m->flags.bits & IMAP_FLAGGED;
        if (m ? m->flags.bits & IMAP_SEEN : !imap_uids_has(l->unread, uid))
            continue;
        if (row->unread++ == 0)
            row->opens = uid;
    }
    row->unread += newest_unread;
    if (row->unread > 0)
        row->flags &= ~(unsigned)IMAP_SEEN;
}

static struct listing_row row_of(const struct listed *l, struct imap_uids members,
                                 const struct imap_message *newest)
{
    const struct listing_request *request = l->request->listing;
    struct arena *arena = l->call->arena;
    struct listing_row row = listing_row_of(arena, request, newest);
    const struct imap_message *first = other(l, members.p[0]);
    row.thread = members;
    row.uid = members.p[0]; /* a new reply leaves it, so that ticks and focus find the row again */
    if (!request->recipients && members.n > 1)
        row.who = participants(l, members, newest);
    if (first && first->envelope)
        row.subject = listing_row_of(arena, request, first).subject;
    put_others(l, &row);
    return row;
}

enum status conversation_list(struct session *session, struct imap *imap,
                              const struct imap_call *call,
                              const struct conversation_request *request, struct listing *out)
{
    struct listed l = {.session = session, .imap = imap, .call = call, .request = request};
    struct listing listing = {0};
    struct imap_messages newest = {0};
    enum status st = cut(&l, &listing);
    uint32_t *uids = arena_array(call->arena, l.window.n + 1, sizeof *uids);
    for (size_t i = 0; st == STATUS_OK && i < l.window.n; i++)
        uids[i] = l.window.rows[i].members.p[l.window.rows[i].members.n - 1];
    if (st == STATUS_OK && l.window.n > 0)
        st = imap_fetch_uids(imap, call, (struct imap_uids){uids, l.window.n}, &LISTING_ITEMS,
                             &newest);
    if (st == STATUS_OK)
        st = look_at_others(&l);
    if (st == STATUS_OK)
        st = look_for_unread(&l);
    if (st != STATUS_OK)
        return st;
    listing.rows = arena_array(call->arena, newest.n + 1, sizeof *listing.rows);
    for (size_t r = 0; r < l.window.n && listing.n < newest.n; r++)
        if (newest.p[listing.n].uid == uids[r]) { /* in the same order; one may be gone */
            listing.rows[listing.n] = row_of(&l, l.window.rows[r].members, &newest.p[listing.n]);
            listing.n++;
        }
    *out = listing;
    return STATUS_OK;
}
