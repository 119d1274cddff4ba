#include "job_act_look.h"

#include "imap_fetch.h"
#include "sorted.h"

enum { BATCH = 500, BATCH_BUDGET = 32 * 1024 * 1024, FIELDS_MOST = 8192 };

/* FNV-1a */
static uint64_t mix(uint64_t hash, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ p[i]) * UINT64_C(1099511628211);
    return hash;
}

static uint64_t hash_of(const struct imap_message *message)
{
    uint64_t hash =
        mix(UINT64_C(14695981039346656037), &message->internal_date, sizeof message->internal_date);
    return mix(hash, &message->size, sizeof message->size);
}

static uint32_t key_of(const struct imap_message *message)
{
    uint64_t hash = hash_of(message);
    uint32_t key = (uint32_t)(hash ^ hash >> 32);
    return key ? key : 1;
}

enum status act_keys(struct imap *imap, const struct imap_call *call, struct imap_uids chunk,
                     const uint32_t **keys)
{
    const struct imap_items items = {.bits = IMAP_ITEM_DATE | IMAP_ITEM_SIZE};
    struct imap_messages messages;
    enum status st = imap_fetch_uids(imap, call, chunk, &items, &messages);
    if (st != STATUS_OK)
        return st;
    uint32_t *list = arena_array(call->arena, chunk.n + 1, sizeof *list);
    for (size_t i = 0; i < messages.n; i++) {
        size_t at = sorted_place_u32(messages.p[i].uid, chunk.p, chunk.n);
        if (at < chunk.n && chunk.p[at] == messages.p[i].uid)
            list[at] = key_of(&messages.p[i]);
    }
    *keys = list;
    return STATUS_OK;
}

/* ---- messages as they can be compared ---- */

struct one {
    uint64_t hash; /* of all that is compared */
    uint32_t key, uid;
    bool taken; /* it stands for one already */
};

struct many {
    struct one *p;
    size_t n;
};

static enum status read_batch(struct imap *imap, const struct imap_call *call,
                              struct imap_uids uids, struct many *out)
{
    const struct imap_items items = {.bits = IMAP_ITEM_DATE | IMAP_ITEM_SIZE,
                                     .fields = SV("MESSAGE-ID DATE FROM SUBJECT"),
                                     .fields_most = FIELDS_MOST};
    struct imap_messages messages;
    enum status st = imap_fetch_uids(imap, call, uids, &items, &messages);
    if (st != STATUS_OK)
        return st;
    for (size_t i = 0; i < messages.n && i < uids.n; i++) {
        const struct imap_message *m = &messages.p[i];
        out->p[out->n++] = (struct one){
            .hash = mix(hash_of(m), m->fields.p, m->fields.n), .key = key_of(m), .uid = m->uid};
    }
    return STATUS_OK;
}

static enum status read_all(struct imap *imap, const struct imap_call *call, struct imap_uids uids,
                            struct many *out)
{
    struct many all = {arena_array(call->arena, uids.n + 1, sizeof *all.p), 0};
    struct arena *arena = arena_new(BATCH_BUDGET);
    struct imap_call batch_call = *call;
    enum status st = STATUS_OK;
    batch_call.arena = arena;
    for (size_t at = 0; at < uids.n && st == STATUS_OK; at += BATCH) {
        size_t n = uids.n - at < BATCH ? uids.n - at : BATCH;
        st = read_batch(imap, &batch_call, (struct imap_uids){uids.p + at, n}, &all);
        arena_reset(arena);
    }
    arena_free(&arena);
    if (st == STATUS_OK)
        *out = all;
    return st;
}

static int by_hash(const void *a, const void *b)
{
    const struct one *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return (x->uid > y->uid) - (x->uid < y->uid);
}

static int by_key(const void *a, const void *b)
{
    const struct one *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->uid > y->uid) - (x->uid < y->uid);
}

static void sort(struct many many, int (*order)(const void *, const void *))
{
    if (many.n > 1)
        qsort(many.p, many.n, sizeof *many.p, order);
}

/* ---- matching ---- */

struct matching {
    struct many arrivals;
    uint32_t *arrived, *both, *todo, *done;
    size_t arrived_n, both_n, todo_n, done_n;
};

/* Those that are still in the folder, by all that can be compared. */
static void match_there(struct matching *m, struct many there)
{
    size_t at = 0;
    sort(m->arrivals, by_hash);
    sort(there, by_hash);
    for (size_t i = 0; i < there.n; i++) {
        while (at < m->arrivals.n && m->arrivals.p[at].hash < there.p[i].hash)
            at++;
        if (at < m->arrivals.n && m->arrivals.p[at].hash == there.p[i].hash) {
            m->arrivals.p[at].taken = true;
            m->arrived[m->arrived_n++] = m->arrivals.p[at++].uid;
            m->both[m->both_n++] = m->done[m->done_n++] = there.p[i].uid;
        } else {
            m->todo[m->todo_n++] = there.p[i].uid;
        }
    }
}

/* Those that have left it, by what was written down of them. */
static void match_gone(struct matching *m, struct many gone)
{
    size_t at = 0;
    sort(m->arrivals, by_key);
    sort(gone, by_key);
    for (size_t i = 0; i < gone.n; i++) {
        while (at < m->arrivals.n &&
               (m->arrivals.p[at].taken || m->arrivals.p[at].key < gone.p[i].key))
            at++;
        if (at < m->arrivals.n && m->arrivals.p[at].key == gone.p[i].key) {
            m->arrived[m->arrived_n++] = m->arrivals.p[at++].uid;
            m->done[m->done_n++] = gone.p[i].uid;
        }
    }
}

static struct many gone_of(struct arena *arena, const struct act_memo *memo, struct imap_uids chunk,
                           struct imap_uids there)
{
    struct many gone = {arena_array(arena, chunk.n + 1, sizeof *gone.p), 0};
    for (size_t i = 0; i < chunk.n && i < memo->key_count; i++)
        if (memo->keys[i] != 0 && !imap_uids_has(there, chunk.p[i]))
            gone.p[gone.n++] = (struct one){.key = memo->keys[i], .uid = chunk.p[i]};
    return gone;
}

static enum status read_arrivals(struct imap *imap, const struct imap_call *call,
                                 const struct act_plan *plan, const struct act_memo *memo,
                                 struct many *out)
{
    struct imap_uids uids;
    enum status st = imap_select(imap, call, plan->target, IMAP_READ_ONLY);
    if (st != STATUS_OK)
        return st;
    *out = (struct many){NULL, 0};
    /* another mailbox of that name: nothing that came before is in it */
    if (imap_selected(imap)->uidvalidity != memo->v)
        return STATUS_OK;
    st = imap_fetch_new_uids(imap, call, memo->next, &uids);
    return st == STATUS_OK ? read_all(imap, call, uids, out) : st;
}

enum status act_search(struct imap *imap, const struct imap_call *call, struct imap_uids whole,
                       struct imap_uids chunk, const struct imap_criteria *more,
                       struct imap_uids *out)
{
    const struct imap_criteria these = {.key = IMAP_KEY_UIDS, .uids = whole, .next = more};
    const struct imap_criteria both = {.key = IMAP_KEY_AND, .children = &these};
    struct imap_uids found;
    enum status st = imap_search(imap, call, &both, &found);
    if (st != STATUS_OK)
        return st;
    uint32_t *p = arena_array(call->arena, found.n + 1, sizeof *p);
    size_t n = 0;
    for (size_t i = 0; i < found.n; i++)
        if (imap_uids_has(chunk, found.p[i]))
            p[n++] = found.p[i];
    *out = (struct imap_uids){p, n};
    return STATUS_OK;
}

static struct matching matching_of(struct arena *arena, size_t n)
{
    return (struct matching){.arrived = arena_array(arena, n + 1, sizeof(uint32_t)),
                             .both = arena_array(arena, n + 1, sizeof(uint32_t)),
                             .todo = arena_array(arena, n + 1, sizeof(uint32_t)),
                             .done = arena_array(arena, n + 1, sizeof(uint32_t))};
}

enum status act_look(struct imap *imap, const struct imap_call *call, const struct act_plan *plan,
                     const struct act_memo *memo, struct imap_uids whole, struct imap_uids chunk,
                     struct act_found *found)
{
    struct imap_uids uids;
    struct many there = {NULL, 0};
    struct matching m = matching_of(call->arena, chunk.n);
    enum status st = act_search(imap, call, whole, chunk, NULL, &uids);
    if (st == STATUS_OK)
        st = read_all(imap, call, uids, &there);
    if (st == STATUS_OK)
        st = read_arrivals(imap, call, plan, memo, &m.arrivals);
    if (st == STATUS_OK)
        st = imap_select(imap, call, plan->folder, IMAP_READ_WRITE);
    if (st == STATUS_OK && imap_selected(imap)->uidvalidity != plan->uidvalidity)
        st = STATUS_CHANGED;
    if (st != STATUS_OK)
        return st;
    match_there(&m, there);
    match_gone(&m, gone_of(call->arena, memo, chunk, uids));
    *found = (struct act_found){.arrived = {m.arrived, m.arrived_n},
                                .both = {m.both, m.both_n},
                                .todo = {m.todo, m.todo_n},
                                .done = {m.done, m.done_n}};
    return STATUS_OK;
}

/* ---- the order of arrival ---- */

enum status act_above(struct imap *imap, const struct imap_call *call, struct sv folder,
                      uint32_t first, bool *above)
{
    const struct imap_criteria before = {.key = IMAP_KEY_RANGE, .first = 1, .last = first - 1};
    const struct imap_items dates = {.bits = IMAP_ITEM_DATE};
    struct imap_messages got;
    struct imap_uids uids = {NULL, 0};
    enum status st = imap_select(imap, call, folder, IMAP_READ_ONLY);
    if (st == STATUS_OK && first > 1)
        st = imap_search(imap, call, &before, &uids);
    if (st != STATUS_OK || uids.n == 0) {
        *above = false;
        return st;
    }
    const uint32_t two[] = {uids.p[uids.n - 1], first};
    st = imap_fetch_uids(imap, call, (struct imap_uids){two, 2}, &dates, &got);
    if (st == STATUS_OK)
        *above = got.n == 2 && got.p[0].internal_date > got.p[1].internal_date;
    return st;
}
