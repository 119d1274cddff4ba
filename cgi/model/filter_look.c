#include "filter_look.h"

enum {
    MESSAGE_ARENA = 4 * 1024 * 1024,
    NAMES_MAX = 16 * 1024, /* bytes of the names of all fields */
    FIELDS_MOST = 16 * 1024
};

/* ---- what to ask for ---- */

static bool tests(const struct rule_set *set, enum rule_field field)
{
    for (size_t i = 0; i < set->n; i++)
        for (size_t c = 0; c < set->rules[i].conditions_n; c++)
            if (set->rules[i].conditions[c].field == field)
                return true;
    return false;
}

/* Size and structure cost the server more than fields that it keeps in its cache. */
static enum status items_of(struct arena *arena, const struct rule_set *set, struct imap_items *out)
{
    struct sb names;
    size_t n;
    struct sv *needed = rule_fields_needed(arena, set, &n);
    sb_init(&names, arena, NAMES_MAX);
    sb_add_cstr(&names, "FROM SUBJECT");
    for (size_t i = 0; i < n; i++)
        if (!sv_eq_nocase(needed[i], SV("From")) && !sv_eq_nocase(needed[i], SV("Subject"))) {
            sb_add_char(&names, ' ');
            sb_add(&names, needed[i]);
        }
    *out = (struct imap_items){.bits = IMAP_ITEM_FIELDS | IMAP_ITEM_DATE,
                               .fields = sb_view(&names),
                               .fields_most = FIELDS_MOST};
    if (tests(set, RULE_SIZE))
        out->bits |= IMAP_ITEM_SIZE;
    if (tests(set, RULE_ATTACHMENT))
        out->bits |= IMAP_ITEM_STRUCTURE;
    return names.over ? STATUS_TOO_LARGE : STATUS_OK;
}

/* ---- making ready ---- */

static struct rule_set with_rule_on(struct arena *arena, const struct rule_set *set, size_t rule)
{
    struct rule_set copy = *set;
    copy.rules = arena_array(arena, set->n + 1, sizeof *copy.rules);
    for (size_t i = 0; i < set->n; i++)
        copy.rules[i] = set->rules[i];
    if (rule < set->n)
        copy.rules[rule].on = true;
    return copy;
}

enum status filter_look_begin(struct arena *arena, const struct rule_set *set, size_t rule,
                              struct filter_look *out)
{
    *out = (struct filter_look){.set = with_rule_on(arena, set, rule), .rule = rule};
    enum status st = items_of(arena, &out->set, &out->items);
    if (st == STATUS_OK)
        st = rule_matcher_new(&out->set, &out->matcher);
    if (st == STATUS_OK)
        out->scratch = arena_new(MESSAGE_ARENA);
    return st;
}

void filter_look_end(struct filter_look *look)
{
    rule_matcher_free(&look->matcher);
    arena_free(&look->scratch);
}

/* ---- one message ---- */

/* The parser has bounded the depth. */
static bool has_attachment(const struct imap_part *part)
{
    if (sv_eq_nocase(part->disposition, SV("attachment")))
        return true;
    for (size_t i = 0; i < part->child_count; i++)
        if (has_attachment(&part->children[i]))
            return true;
    return false;
}

static struct rule_message message_of(const struct imap_message *m)
{
    return (struct rule_message){.header = m->fields,
                                 .size = m->size,
                                 .attachment = m->structure && has_attachment(m->structure)};
}

struct filter_verdict filter_look_at(struct filter_look *look, const struct imap_message *m)
{
    struct filter_verdict verdict = {.winner = SIZE_MAX};
    struct rule_outcome outcome;
    struct rule_message message = message_of(m);
    arena_reset(look->scratch);
    verdict.holds = rule_matches(look->matcher, look->rule, look->scratch, &message);
    if (!verdict.holds)
        return verdict;
    rule_evaluate(look->matcher, look->scratch, &message, &outcome);
    verdict.taken = !outcome.matched[look->rule] || outcome.winner < look->rule;
    verdict.winner = outcome.winner;
    return verdict;
}

void filter_look_explain(struct filter_look *look, struct arena *arena,
                         const struct imap_message *m, struct rule_outcome *out)
{
    struct rule_message message = message_of(m);
    rule_evaluate(look->matcher, arena, &message, out);
}
