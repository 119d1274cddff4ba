#include "imap_search.h"

#include "imap_criteria.h"
#include "imap_negation.h"

struct findings {
    struct uid_list uids;
    uint64_t count;
    bool counted;
};

/* (TAG "x") UID ALL set, PARTIAL (range set), COUNT n, and whatever else may come. */
static void esearch_read(struct findings *found, struct imap_lexer *lexer)
{
    if (lexer_peek(lexer) == '(')
        lexer_skip_value(lexer);
    while (lexer_skip(lexer, ' '))
        ;
    for (int c; (c = lexer_peek(lexer)) >= 0 && c != '\r' && c != '\n';) {
        struct sv word = lexer_word(lexer, "()");
        bool all = sv_eq_nocase(word, SV("ALL"));
        bool partial = sv_eq_nocase(word, SV("PARTIAL"));
        bool count = sv_eq_nocase(word, SV("COUNT"));
        bool uid = sv_eq_nocase(word, SV("UID"));
        if (!lexer_skip(lexer, ' ') || uid)
            continue;
        if (all) {
            reply_set(lexer, &found->uids);
        } else if (count) {
            found->count = lexer_u32(lexer);
            found->counted = true;
        } else if (partial) {
            lexer_expect(lexer, '(');
            lexer_skip_value(lexer); /* the range asked for */
            lexer_expect(lexer, ' ');
            if (ascii_is_digit((char)lexer_peek(lexer)))
                reply_set(lexer, &found->uids);
            else
                lexer_skip_value(lexer); /* NIL */
            lexer_expect(lexer, ')');
        } else {
            lexer_skip_value(lexer);
        }
        while (lexer_skip(lexer, ' '))
            ;
    }
}

/* SEARCH or SORT: numbers, and perhaps (MODSEQ n). */
static void plain_read(struct findings *found, struct imap_lexer *lexer)
{
    for (;;) {
        while (lexer_skip(lexer, ' '))
            ;
        int c = lexer_peek(lexer);
        if (c == '(')
            lexer_skip_value(lexer);
        else if (c >= 0 && c != '\r' && c != '\n')
            uid_list_add(lexer, &found->uids, lexer_u32(lexer));
        else
            return;
        if (!lexer_more(lexer))
            return;
    }
}

static bool findings_reply(void *context, struct imap *imap, struct sv name, uint32_t number)
{
    (void)number;
    if (sv_eq_nocase(name, SV("ESEARCH")))
        esearch_read(context, &imap->lexer);
    else if (sv_eq_nocase(name, SV("SEARCH")) || sv_eq_nocase(name, SV("SORT")))
        plain_read(context, &imap->lexer);
    else
        return false;
    return true;
}

static enum status find(struct imap_batch *batch, struct findings *found)
{
    const struct imap_listener listener = {.reply = findings_reply, .context = found};
    batch_end(batch);
    *found = (struct findings){.uids = {.arena = batch->call->arena}};
    return batch_run(batch, &listener);
}

/* returning: "ALL" or "COUNT", where the server has ESEARCH. */
static enum status search_by(struct imap *imap, const struct imap_call *call, const char *returning,
                             const struct imap_criteria *criteria, struct findings *found)
{
    struct imap_batch batch;
    bool extended = imap_can(imap, IMAP_CAN_ESEARCH);
    if (state_need_mailbox(imap) != STATUS_OK)
        return STATUS_INVALID;
    batch_init(&batch, imap, call);
    batch_command(&batch, "UID SEARCH ");
    if (extended)
        sb_printf(&batch.out, "RETURN (%s) ", returning);
    if (criteria_need_charset(criteria))
        batch_add(&batch, "CHARSET UTF-8 ");
    criteria_add(&batch, criteria);
    enum status status = find(&batch, found);
    if (status != STATUS_OK)
        return status;
    if (criteria_fuzzy_missed(&batch, 0, criteria))
        return search_by(imap, call, returning, criteria, found);
    if (extended && command_is_bad(&batch, 0)) {
        imap_capability_miss(&imap->can, IMAP_CAN_ESEARCH);
        return search_by(imap, call, returning, criteria, found);
    }
    return command_status(&batch, 0);
}

static enum status search_all(struct imap *imap, const struct imap_call *call,
                              const struct imap_criteria *criteria, struct imap_uids *uids)
{
    struct findings found;
    enum status status = search_by(imap, call, "ALL", criteria, &found);
    if (status == STATUS_OK && criteria_fuzzy_again(imap, criteria, found.uids.n)) {
        status = search_by(imap, call, "ALL", criteria, &found);
        criteria_fuzzy_settle(imap, criteria, found.uids.n);
    }
    if (status == STATUS_OK)
        *uids = imap_uids_sorted(call->arena, (struct imap_uids){found.uids.p, found.uids.n});
    return status;
}

/* ---- what is not in texts ---- */

/* Whether this server must be asked by halves (imap_negation.h): its first message tells, in which
 * nobody has written that. */
static enum status answers_not_wrongly(struct imap *imap, const struct imap_call *call, bool *wrong)
{
    struct imap_batch batch;
    struct findings found;
    if (imap->can.negation == NOT_UNKNOWN && imap_selected(imap)->exists > 0) {
        batch_init(&batch, imap, call);
        batch_command(&batch,
                      "UID SEARCH 1 NOT SUBJECT vaguemestre-zq7x NOT TEXT vaguemestre-zq7x");
        enum status status = find(&batch, &found);
        if (status != STATUS_OK)
            return status;
        bool none = command_status(&batch, 0) == STATUS_OK && found.uids.n == 0;
        imap->can.negation = none ? NOT_WRONG : NOT_RIGHT;
    }
    *wrong = imap->can.negation == NOT_WRONG;
    return STATUS_OK;
}

static enum status by_halves(struct imap *imap, const struct imap_call *call,
                             const struct imap_criteria *criteria, struct negation *halves,
                             bool *needed)
{
    *needed = false;
    if (state_need_mailbox(imap) != STATUS_OK)
        return STATUS_INVALID;
    return negation_split(call->arena, criteria, halves) ? answers_not_wrongly(imap, call, needed)
                                                         : STATUS_OK;
}

static struct imap_uids difference(struct arena *arena, struct imap_uids all,
                                   struct imap_uids left_out)
{
    uint32_t *p = arena_array(arena, all.n + 1, sizeof *p);
    size_t n = 0;
    for (size_t i = 0; i < all.n; i++)
        if (!imap_uids_has(left_out, all.p[i]))
            p[n++] = all.p[i];
    return (struct imap_uids){p, n};
}

enum status imap_search(struct imap *imap, const struct imap_call *call,
                        const struct imap_criteria *criteria, struct imap_uids *uids)
{
    struct negation halves;
    struct imap_uids all, left_out;
    bool needed;
    enum status status = by_halves(imap, call, criteria, &halves, &needed);
    if (status != STATUS_OK || !needed)
        return status == STATUS_OK ? search_all(imap, call, criteria, uids) : status;
    status = search_all(imap, call, halves.without, &all);
    if (status == STATUS_OK)
        status = search_all(imap, call, halves.left_out, &left_out);
    if (status == STATUS_OK)
        *uids = difference(call->arena, all, left_out);
    return status;
}

/* ---- counting ---- */

static size_t how_many(const struct findings *found)
{
    return found->counted ? (size_t)found->count : found->uids.n;
}

enum status imap_search_count(struct imap *imap, const struct imap_call *call,
                              const struct imap_criteria *criteria, uint32_t *count)
{
    struct findings found;
    struct negation halves;
    struct imap_uids uids;
    bool needed;
    enum status status = by_halves(imap, call, criteria, &halves, &needed);
    if (status == STATUS_OK && needed) {
        status = imap_search(imap, call, criteria, &uids);
        if (status == STATUS_OK)
            *count = (uint32_t)uids.n;
        return status;
    }
    if (status == STATUS_OK)
        status = search_by(imap, call, "COUNT", criteria, &found);
    if (status == STATUS_OK && criteria_fuzzy_again(imap, criteria, how_many(&found))) {
        status = search_by(imap, call, "COUNT", criteria, &found);
        criteria_fuzzy_settle(imap, criteria, how_many(&found));
    }
    if (status == STATUS_OK)
        *count = (uint32_t)how_many(&found);
    return status;
}

/* ---- sorting ---- */

static const char *const orders[] = {
    [IMAP_ORDER_ARRIVAL] = "ARRIVAL", [IMAP_ORDER_DATE] = "DATE", [IMAP_ORDER_FROM] = "FROM",
    [IMAP_ORDER_TO] = "TO",           [IMAP_ORDER_CC] = "CC",     [IMAP_ORDER_SUBJECT] = "SUBJECT",
    [IMAP_ORDER_SIZE] = "SIZE",
};

static void sort_add(struct imap_batch *batch, struct imap_sorting sorting,
                     const struct imap_criteria *criteria)
{
    batch_add(batch, sorting.descending ? "(REVERSE " : "(");
    batch_add(batch, orders[sorting.order]);
    batch_add(batch, ") UTF-8 ");
    criteria_add(batch, criteria);
}

/* *knows tells whether the server has windows. Where it does not say so any refusal means no. */
static enum status sort_window(struct imap *imap, const struct imap_call *call,
                               struct imap_sorting sorting, const struct imap_criteria *criteria,
                               uint32_t skip, uint32_t count, struct imap_sorted *sorted,
                               bool *knows)
{
    struct imap_batch batch;
    struct findings found;
    uint64_t last = (uint64_t)skip + count;
    batch_init(&batch, imap, call);
    batch_command(&batch, "UID SORT RETURN (PARTIAL ");
    batch_number(&batch, (uint64_t)skip + 1);
    batch_add(&batch, ":");
    batch_number(&batch, last < UINT32_MAX ? last : UINT32_MAX);
    batch_add(&batch, " COUNT) ");
    sort_add(&batch, sorting, criteria);
    enum status status = find(&batch, &found);
    if (status != STATUS_OK)
        return status;
    if (criteria_fuzzy_missed(&batch, 0, criteria))
        return sort_window(imap, call, sorting, criteria, skip, count, sorted, knows);
    status = command_status(&batch, 0);
    bool doubtful = command_is_bad(&batch, 0) || !imap_can(imap, IMAP_CAN_PARTIAL);
    if (status != STATUS_OK && !doubtful)
        return status;
    /* Without a count it took the words and did something else. */
    *knows = status == STATUS_OK && found.counted;
    if (*knows)
        *sorted = (struct imap_sorted){.uids = {found.uids.p, found.uids.n},
                                       .total = (uint32_t)found.count};
    return STATUS_OK;
}

static enum status sort_whole(struct imap *imap, const struct imap_call *call,
                              struct imap_sorting sorting, const struct imap_criteria *criteria,
                              struct imap_sorted *sorted)
{
    struct imap_batch batch;
    struct findings found;
    batch_init(&batch, imap, call);
    batch_command(&batch, "UID SORT ");
    sort_add(&batch, sorting, criteria);
    enum status status = find(&batch, &found);
    if (status != STATUS_OK)
        return status;
    if (criteria_fuzzy_missed(&batch, 0, criteria))
        return sort_whole(imap, call, sorting, criteria, sorted);
    status = command_status(&batch, 0);
    if (command_is_bad(&batch, 0)) {
        imap_capability_miss(&imap->can, IMAP_CAN_SORT);
        return STATUS_UNSUPPORTED;
    }
    if (status == STATUS_OK)
        *sorted = (struct imap_sorted){
            .uids = {found.uids.p, found.uids.n}, .total = (uint32_t)found.uids.n, .whole = true};
    return status;
}

static enum status sort_by(struct imap *imap, const struct imap_call *call,
                           struct imap_sorting sorting, const struct imap_criteria *criteria,
                           uint32_t skip, uint32_t count, struct imap_sorted *sorted)
{
    /* Asked for whether advertised or not, until the server says that it does not know it. */
    bool probe = !(imap->can.missing >> IMAP_CAN_PARTIAL & 1);
    if (count > 0 && probe) {
        bool knows = false;
        enum status status =
            sort_window(imap, call, sorting, criteria, skip, count, sorted, &knows);
        if (status != STATUS_OK || knows)
            return status;
        imap_capability_miss(&imap->can, IMAP_CAN_PARTIAL);
    }
    return sort_whole(imap, call, sorting, criteria, sorted);
}

enum status imap_sort(struct imap *imap, const struct imap_call *call, struct imap_sorting sorting,
                      const struct imap_criteria *criteria, uint32_t skip, uint32_t count,
                      struct imap_sorted *sorted)
{
    struct imap_sorted made;
    struct negation halves;
    bool needed;
    if (state_need_mailbox(imap) != STATUS_OK || (unsigned)sorting.order > IMAP_ORDER_SIZE)
        return STATUS_INVALID;
    if (!imap_can(imap, IMAP_CAN_SORT))
        return STATUS_UNSUPPORTED;
    enum status status = by_halves(imap, call, criteria, &halves, &needed);
    if (status == STATUS_OK && needed)
        return STATUS_UNSUPPORTED;
    if (status == STATUS_OK)
        status = sort_by(imap, call, sorting, criteria, skip, count, &made);
    if (status == STATUS_OK && criteria_fuzzy_again(imap, criteria, made.total)) {
        status = sort_by(imap, call, sorting, criteria, skip, count, &made);
        criteria_fuzzy_settle(imap, criteria, status == STATUS_OK ? made.total : 0);
    }
    if (status == STATUS_OK)
        *sorted = made;
    return status;
}
