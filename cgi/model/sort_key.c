#include "sort_key.h"

#include "collate.h"
#include "date.h"
#include "imap_fetch.h"
#include "subject.h"
#include "word.h"

enum {
    BATCH_BUDGET = 16 * 1024 * 1024,
    PEOPLE = 20 /* addresses: the first one counts, which may stand behind the names of groups */
};

static bool by_number(enum imap_order order)
{
    return order == IMAP_ORDER_ARRIVAL || order == IMAP_ORDER_DATE || order == IMAP_ORDER_SIZE;
}

static unsigned items_for(enum imap_order order)
{
    switch (order) {
    case IMAP_ORDER_ARRIVAL:
        return IMAP_ITEM_DATE;
    case IMAP_ORDER_SIZE:
        return IMAP_ITEM_SIZE;
    case IMAP_ORDER_DATE: /* the day of arrival stands in for a missing Date */
        return IMAP_ITEM_DATE | IMAP_ITEM_ENVELOPE;
    case IMAP_ORDER_FROM:
    case IMAP_ORDER_TO:
    case IMAP_ORDER_CC:
    case IMAP_ORDER_SUBJECT:
        break;
    }
    return IMAP_ITEM_ENVELOPE;
}

/* ---- one message ---- */

static int64_t number_of(enum imap_order order, const struct imap_message *m)
{
    struct date date;
    if (order == IMAP_ORDER_SIZE)
        return (int64_t)m->size;
    if (order == IMAP_ORDER_DATE && m->envelope &&
        date_parse(m->envelope->date, &date) == STATUS_OK)
        return date.time;
    return m->internal_date;
}

static struct sv first_mailbox(struct imap_addresses list)
{
    for (size_t i = 0; i < list.n; i++)
        if (list.p[i].host.p)
            return list.p[i].mailbox;
    return SV("");
}

static struct sv text_of(struct arena *arena, enum imap_order order, const struct imap_message *m)
{
    if (!m->envelope)
        return SV("");
    if (order == IMAP_ORDER_SUBJECT)
        return subject_base(arena, word_decode(arena, m->envelope->subject), NULL);
    struct imap_addresses list = order == IMAP_ORDER_FROM ? m->envelope->from
                                 : order == IMAP_ORDER_TO ? m->envelope->to
                                                          : m->envelope->cc;
    return word_decode(arena, first_mailbox(list));
}

static void fill(struct arena *arena, enum imap_order order, const struct imap_message *m,
                 struct sort_key *key)
{
    struct sb text;
    key->uid = m->uid;
    if (by_number(order)) {
        key->number = number_of(order, m);
        return;
    }
    sb_fixed(&text, key->text, sizeof key->text);
    collate_fold(&text, text_of(arena, order, m));
}

/* ---- the keys of a mailbox ---- */

void sort_keys_deinit(struct sort_keys *keys)
{
    free(keys->p);
    *keys = (struct sort_keys){0};
}

static int by_uid(const void *a, const void *b)
{
    const struct sort_key *left = a, *right = b;
    return left->uid < right->uid ? -1 : left->uid > right->uid;
}

static enum status read_batch(struct imap *imap, const struct imap_call *call,
                              enum imap_order order, struct imap_uids uids, struct sort_keys *keys)
{
    struct imap_messages messages;
    const struct imap_items items = {.bits = items_for(order), .people_most = PEOPLE};
    enum status st = imap_fetch_uids(imap, call, uids, &items, &messages);
    if (st != STATUS_OK)
        return st;
    for (size_t i = 0; i < messages.n && i < uids.n; i++)
        fill(call->arena, order, &messages.p[i], &keys->p[keys->n++]);
    return STATUS_OK;
}

/* keys->p has room for all of them. */
static enum status read_all(struct imap *imap, const struct imap_call *call, enum imap_order order,
                            struct imap_uids uids, struct sort_keys *keys)
{
    struct arena *arena = arena_new(BATCH_BUDGET);
    struct imap_call batch_call = *call;
    batch_call.arena = arena;
    enum status st = STATUS_OK;
    for (size_t at = 0; at < uids.n && st == STATUS_OK; at += SORT_KEY_BATCH) {
        size_t count = uids.n - at < SORT_KEY_BATCH ? uids.n - at : SORT_KEY_BATCH;
        st = read_batch(imap, &batch_call, order, (struct imap_uids){uids.p + at, count}, keys);
        arena_reset(arena);
    }
    arena_free(&arena);
    return st;
}

enum status sort_keys_load(struct imap *imap, const struct imap_call *call, enum imap_order order,
                           struct imap_uids uids, struct sort_keys *keys)
{
    struct sort_keys all = {.p = calloc(uids.n + 1, sizeof *all.p)};
    uint32_t *missing = arena_array(call->arena, uids.n + 1, sizeof *missing);
    size_t missing_n = 0, known = 0;
    if (!all.p)
        abort();
    for (size_t i = 0; i < uids.n; i++) {
        while (known < keys->n && keys->p[known].uid < uids.p[i])
            known++;
        if (known < keys->n && keys->p[known].uid == uids.p[i])
            all.p[all.n++] = keys->p[known];
        else
            missing[missing_n++] = uids.p[i];
    }
    enum status st = read_all(imap, call, order, (struct imap_uids){missing, missing_n}, &all);
    if (st != STATUS_OK) {
        sort_keys_deinit(&all);
        return st;
    }
    qsort(all.p, all.n, sizeof *all.p, by_uid);
    sort_keys_deinit(keys);
    *keys = all;
    return STATUS_OK;
}

static int compare(const struct sort_key *left, const struct sort_key *right)
{
    if (left->number != right->number)
        return left->number < right->number ? -1 : 1;
    return strcmp(left->text, right->text);
}

/* Equal ones stay in the order of the mailbox both ways, as with SORT (RFC 5256). */
static int by_key(const void *a, const void *b)
{
    const struct sort_key *left = *(const struct sort_key *const *)a;
    const struct sort_key *right = *(const struct sort_key *const *)b;
    int order = compare(left, right);
    return order != 0 ? order : by_uid(left, right);
}

static int by_key_descending(const void *a, const void *b)
{
    const struct sort_key *left = *(const struct sort_key *const *)a;
    const struct sort_key *right = *(const struct sort_key *const *)b;
    int order = compare(right, left);
    return order != 0 ? order : by_uid(left, right);
}

struct imap_uids sort_keys_order(struct arena *arena, const struct sort_keys *keys,
                                 struct imap_sorting sorting)
{
    const struct sort_key **sorted = arena_array(arena, keys->n + 1, sizeof *sorted);
    uint32_t *uids = arena_array(arena, keys->n + 1, sizeof *uids);
    for (size_t i = 0; i < keys->n; i++)
        sorted[i] = &keys->p[i];
    qsort(sorted, keys->n, sizeof *sorted, sorting.descending ? by_key_descending : by_key);
    for (size_t i = 0; i < keys->n; i++)
        uids[i] = sorted[i]->uid;
    return (struct imap_uids){uids, keys->n};
}
