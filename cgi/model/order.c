#include "order.h"

#include "attachment.h"
#include "imap_fetch.h"
#include "sort_key.h"

enum { LOOK_BATCH = 500, LOOK_BUDGET = 32 * 1024 * 1024 };

/* What the session keeps: the last order that was computed as a whole. */
struct kept {
    struct sv folder, query_key; /* from malloc */
    uint32_t uidvalidity, uidnext, exists;
    uint64_t highestmodseq;
    struct imap_sorting sorting;
    bool filled, by_flags, indexed, cut;
    uint32_t *uids; /* from malloc */
    size_t n;
    struct sort_keys keys; /* of the folder and the order, whatever the query */
};

/* ---- keeping ---- */

static void kept_clear(struct kept *k)
{
    free((char *)k->query_key.p);
    free(k->uids);
    k->query_key = SV("");
    k->query_key.p = NULL;
    k->uids = NULL;
    k->filled = false;
}

static void kept_free(void *value)
{
    struct kept *k = value;
    kept_clear(k);
    free((char *)k->folder.p);
    sort_keys_deinit(&k->keys);
    free(k);
}

/* What was kept for this folder and order, keys at least; else an empty one. */
static struct kept *kept_take(struct session *session, const struct imap_mailbox *box,
                              enum imap_order order)
{
    struct kept *k = session_slot_take(session, SESSION_SLOT_ORDER);
    if (k && sv_eq(k->folder, box->name) && k->uidvalidity == box->uidvalidity &&
        k->sorting.order == order)
        return k;
    if (k)
        kept_free(k);
    if (!(k = calloc(1, sizeof *k)))
        abort();
    k->folder = (struct sv){sv_copy(box->name), box->name.n};
    k->uidvalidity = box->uidvalidity;
    k->sorting.order = order;
    return k;
}

static uint32_t uidnext_of(const struct imap_mailbox *box, const struct order_request *request)
{
    return request->uidnext > box->uidnext ? request->uidnext : box->uidnext;
}

static bool kept_serves(const struct kept *k, const struct imap_mailbox *box,
                        const struct order_request *request)
{
    bool same_flags =
        !k->by_flags || (k->highestmodseq != 0 && k->highestmodseq == box->highestmodseq);
    return k->filled && k->sorting.descending == request->sorting.descending &&
           sv_eq(k->query_key, request->query_key) && k->exists == box->exists &&
           k->uidnext == uidnext_of(box, request) && same_flags;
}

/* box: as it was before the order was computed, so that what came meanwhile is noticed. */
static void kept_fill(struct kept *k, const struct imap_mailbox *box,
                      const struct order_request *request, const struct order_window *whole)
{
    kept_clear(k);
    if (!(k->uids = calloc(whole->uids.n + 1, sizeof *k->uids)))
        abort();
    if (whole->uids.n > 0)
        memcpy(k->uids, whole->uids.p, whole->uids.n * sizeof *k->uids);
    k->n = whole->uids.n;
    k->query_key = (struct sv){sv_copy(request->query_key), request->query_key.n};
    k->sorting = request->sorting;
    k->exists = box->exists;
    k->uidnext = uidnext_of(box, request);
    k->highestmodseq = box->highestmodseq;
    k->by_flags = request->query->by_flags;
    k->indexed = whole->indexed;
    k->cut = whole->cut;
    k->filled = true;
}

bool order_kept(struct session *session, struct sv folder, const struct order_request *request)
{
    struct kept *k = session_slot_take(session, SESSION_SLOT_ORDER);
    if (!k)
        return false;
    bool kept = k->filled && sv_eq(k->folder, folder) &&
                k->sorting.order == request->sorting.order &&
                k->sorting.descending == request->sorting.descending &&
                sv_eq(k->query_key, request->query_key);
    session_slot_put(session, SESSION_SLOT_ORDER, k, kept_free);
    return kept;
}

/* ---- computing ---- */

static struct imap_uids reversed(struct arena *arena, struct imap_uids uids)
{
    uint32_t *p = arena_array(arena, uids.n + 1, sizeof *p);
    for (size_t i = 0; i < uids.n; i++)
        p[i] = uids.p[uids.n - 1 - i];
    return (struct imap_uids){p, uids.n};
}

static struct imap_uids newest(struct imap_uids ascending, size_t most, bool *cut)
{
    if (ascending.n <= most)
        return ascending;
    *cut = true;
    return (struct imap_uids){ascending.p + (ascending.n - most), most};
}

static enum status look_batch(struct imap *imap, const struct imap_call *call,
                              struct imap_uids uids, bool with, uint32_t *kept, size_t *n)
{
    struct imap_messages messages;
    const struct imap_items items = {.bits = IMAP_ITEM_STRUCTURE};
    enum status st = imap_fetch_uids(imap, call, uids, &items, &messages);
    if (st != STATUS_OK)
        return st;
    for (size_t i = 0; i < messages.n && i < uids.n; i++)
        if (attachment_any(messages.p[i].structure) == with)
            kept[(*n)++] = messages.p[i].uid;
    return STATUS_OK;
}

/* Those of the messages (ascending) that have attachments, or have none. */
static enum status look_for_attachments(struct imap *imap, const struct imap_call *call, bool with,
                                        struct order_window *found)
{
    struct imap_uids uids = newest(found->uids, ORDER_LOOK_MAX, &found->cut);
    uint32_t *kept = arena_array(call->arena, uids.n + 1, sizeof *kept);
    struct arena *arena = arena_new(LOOK_BUDGET);
    struct imap_call batch_call = *call;
    batch_call.arena = arena;
    enum status st = STATUS_OK;
    size_t n = 0;
    for (size_t at = 0; at < uids.n && st == STATUS_OK; at += LOOK_BATCH) {
        size_t count = uids.n - at < LOOK_BATCH ? uids.n - at : LOOK_BATCH;
        st = look_batch(imap, &batch_call, (struct imap_uids){uids.p + at, count}, with, kept, &n);
        arena_reset(arena);
    }
    arena_free(&arena);
    if (st == STATUS_OK)
        found->uids = (struct imap_uids){kept, n};
    return st;
}

/* Everything that the query finds, ascending. */
static enum status find(struct imap *imap, const struct imap_call *call, const struct query *query,
                        struct order_window *found)
{
    enum status st = imap_search(imap, call, query->criteria, &found->uids);
    if (st == STATUS_OK && query->attachment != QUERY_ATTACHMENT_ANY)
        st = look_for_attachments(imap, call, query->attachment == QUERY_ATTACHMENT_WITH, found);
    return st;
}

/* The uids of sorted that are among the found ones. */
static struct imap_uids only_found(struct arena *arena, struct imap_uids sorted,
                                   struct imap_uids found)
{
    uint32_t *p = arena_array(arena, sorted.n + 1, sizeof *p);
    size_t n = 0;
    for (size_t i = 0; i < sorted.n; i++)
        if (imap_uids_has(found, sorted.p[i]))
            p[n++] = sorted.p[i];
    return (struct imap_uids){p, n};
}

static enum status sort_here(struct imap *imap, const struct imap_call *call,
                             const struct order_request *request, struct kept *k,
                             struct order_window *whole)
{
    enum status st = find(imap, call, request->query, whole);
    if (st != STATUS_OK)
        return st;
    whole->uids = newest(whole->uids, ORDER_OWN_MAX, &whole->cut);
    st = sort_keys_load(imap, call, request->sorting.order, whole->uids, &k->keys);
    if (st == STATUS_OK)
        whole->uids = sort_keys_order(call->arena, &k->keys, request->sorting);
    return st;
}

static enum status sort_there(struct imap *imap, const struct imap_call *call,
                              const struct order_request *request, struct order_window *whole)
{
    struct imap_sorted sorted;
    enum status st =
        imap_sort(imap, call, request->sorting, request->query->criteria, 0, 0, &sorted);
    if (st == STATUS_OK && request->query->attachment != QUERY_ATTACHMENT_ANY) {
        st = find(imap, call, request->query, whole);
        if (st == STATUS_OK)
            whole->uids = only_found(call->arena, sorted.uids, whole->uids);
    } else if (st == STATUS_OK)
        whole->uids = sorted.uids;
    return st;
}

static enum status compute(struct imap *imap, const struct imap_call *call,
                           const struct order_request *request, struct kept *k,
                           struct order_window *whole)
{
    if (request->sorting.order != IMAP_ORDER_ARRIVAL) {
        enum status st = sort_there(imap, call, request, whole);
        return st == STATUS_UNSUPPORTED ? sort_here(imap, call, request, k, whole) : st;
    }
    enum status st = find(imap, call, request->query, whole);
    if (st == STATUS_OK && request->sorting.descending)
        whole->uids = reversed(call->arena, whole->uids);
    return st;
}

/* ---- windows ---- */

static struct order_window cut_window(struct arena *arena, const struct kept *k, uint32_t skip,
                                      uint32_t count)
{
    size_t from = skip < k->n ? skip : k->n, n = k->n - from < count ? k->n - from : count;
    uint32_t *p = arena_array(arena, n + 1, sizeof *p);
    if (n > 0)
        memcpy(p, k->uids + from, n * sizeof *p);
    return (struct order_window){
        .uids = {p, n}, .total = (uint32_t)k->n, .indexed = k->indexed, .cut = k->cut};
}

static enum status compute_and_keep(struct imap *imap, const struct imap_call *call,
                                    const struct order_request *request,
                                    const struct imap_mailbox *before, struct kept *k)
{
    struct order_window whole = {0};
    enum status st = compute(imap, call, request, k, &whole);
    whole.indexed = imap_search_by_index(imap, request->query->criteria);
    if (st == STATUS_OK)
        kept_fill(k, before, request, &whole);
    return st;
}

/* The whole folder in an order of the server's: a server that gives windows leaves nothing to keep,
 * *kept stays false. */
static enum status sort_folder(struct imap *imap, const struct imap_call *call,
                               const struct order_request *request,
                               const struct imap_mailbox *before, uint32_t skip, uint32_t count,
                               struct kept *k, struct order_window *window, bool *kept)
{
    struct imap_sorted sorted;
    enum status st = imap_sort(imap, call, request->sorting, NULL, skip, count, &sorted);
    if (st == STATUS_UNSUPPORTED) {
        st = compute_and_keep(imap, call, request, before, k);
        *kept = st == STATUS_OK;
        return st;
    }
    if (st != STATUS_OK)
        return st;
    *window = (struct order_window){.uids = sorted.uids, .total = sorted.total};
    *kept = sorted.whole;
    if (sorted.whole)
        kept_fill(k, before, request, window);
    return STATUS_OK;
}

enum status order_window(struct session *session, struct imap *imap, const struct imap_call *call,
                         const struct order_request *request, uint32_t skip, uint32_t count,
                         struct order_window *window)
{
    struct imap_mailbox before = *imap_selected(imap);
    before.name = arena_sv(call->arena, before.name);
    struct kept *k = kept_take(session, &before, request->sorting.order);
    bool kept = kept_serves(k, &before, request);
    enum status st = STATUS_OK;
    if (!kept && request->kept_only && query_deep(request->query))
        st = STATUS_CANCELLED;
    else if (!kept && query_empty(request->query))
        st = sort_folder(imap, call, request, &before, skip, count, k, window, &kept);
    else if (!kept) {
        st = compute_and_keep(imap, call, request, &before, k);
        kept = st == STATUS_OK;
    }
    if (kept)
        *window = cut_window(call->arena, k, skip, count);
    session_slot_put(session, SESSION_SLOT_ORDER, k, kept_free);
    return st;
}
