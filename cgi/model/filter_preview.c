#include "filter_preview.h"

#include "header.h"

enum {
    BATCH = 250,
    BATCH_ARENA = 32 * 1024 * 1024,
    MESSAGE_ARENA = 4 * 1024 * 1024,
    NAMES_MAX = 16 * 1024, /* bytes of the names of all fields */
    FIELDS_MOST = 16 * 1024,
    LOOK_MS = 5000, /* of matching, without the waiting for the server: a page waits for it */
    FIND_MS = 50 * 1000
};

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

struct work {
    struct imap *imap;
    const struct imap_call *call;
    struct rule_matcher *matcher;
    int64_t left_ms; /* of matching */
    size_t rule;
    struct imap_items items;
    struct arena *scratch; /* for one message */
    struct filter_preview found;
    uint32_t most; /* messages to look at */
    const atomic_bool *left;
    uint32_t *uids; /* of those that the rule gets; NULL: not wanted */
    size_t uids_n;
};

static void sample_add(struct work *w, const struct imap_message *m, size_t winner)
{
    struct filter_preview *f = &w->found;
    struct arena *arena = w->call->arena;
    if (f->samples_n == FILTER_PREVIEW_SAMPLES)
        return;
    f->samples[f->samples_n++] = (struct filter_sample){
        .uid = m->uid,
        .from = arena_sv(arena, header_text(w->scratch, m->fields, SV("From"))),
        .subject = arena_sv(arena, header_text(w->scratch, m->fields, SV("Subject"))),
        .arrived = m->internal_date,
        .winner = winner};
}

static void message_look(struct work *w, const struct imap_message *m)
{
    struct rule_outcome outcome;
    struct rule_message message = message_of(m);
    arena_reset(w->scratch);
    w->found.looked++;
    if (!rule_matches(w->matcher, w->rule, w->scratch, &message))
        return;
    rule_evaluate(w->matcher, w->scratch, &message, &outcome);
    bool taken = !outcome.matched[w->rule] || outcome.winner < w->rule;
    w->found.matched++;
    w->found.taken += taken;
    if (w->uids && !taken && w->uids_n < w->most)
        w->uids[w->uids_n++] = m->uid;
    sample_add(w, m, outcome.winner);
}

static enum status batch_look(struct work *w, struct arena *batch, uint32_t skip, bool *more)
{
    const struct imap_window window = {.skip = skip, .count = BATCH, .newest_first = true};
    struct imap_call call = *w->call;
    struct imap_messages messages;
    uint32_t total;
    call.arena = batch;
    enum status st = imap_fetch_window(w->imap, &call, &window, &w->items, &messages, &total);
    if (st != STATUS_OK)
        return st;
    int64_t began = clock_ms();
    rule_matcher_until(w->matcher, deadline_in(w->left_ms));
    for (size_t i = 0; i < messages.n && !rule_matcher_late(w->matcher); i++)
        message_look(w, &messages.p[i]);
    w->left_ms -= clock_ms() - began;
    *more = messages.n == BATCH;
    return rule_matcher_late(w->matcher) ? STATUS_TIMEOUT : STATUS_OK;
}

static enum status all_look(struct work *w)
{
    bool more = true;
    enum status st = STATUS_OK;
    struct arena *batch = arena_new(BATCH_ARENA);
    w->scratch = arena_new(MESSAGE_ARENA);
    for (uint32_t skip = 0; st == STATUS_OK && more && skip < w->most; skip += BATCH) {
        arena_reset(batch);
        st = w->left && atomic_load(w->left) ? STATUS_CANCELLED : batch_look(w, batch, skip, &more);
    }
    arena_free(&w->scratch);
    arena_free(&batch);
    return st;
}

/* A copy in which the rule in question is on. */
static struct rule_set with_rule_on(struct arena *arena, const struct rule_set *set, size_t rule)
{
    struct rule_set copy = *set;
    copy.rules = arena_array(arena, set->n, sizeof *copy.rules);
    for (size_t i = 0; i < set->n; i++)
        copy.rules[i] = set->rules[i];
    copy.rules[rule].on = true;
    return copy;
}

enum status filter_preview(struct imap *imap, const struct imap_call *call, struct sv folder,
                           const struct rule_set *set, size_t rule, struct filter_preview *out)
{
    struct rule_matcher *matcher = NULL;
    struct rule_set all = with_rule_on(call->arena, set, rule);
    struct work w = {.imap = imap,
                     .call = call,
                     .rule = rule,
                     .most = FILTER_PREVIEW_MESSAGES,
                     .left_ms = LOOK_MS};
    enum status st = items_of(call->arena, &all, &w.items);
    if (st == STATUS_OK)
        st = imap_select(imap, call, folder, IMAP_READ_ONLY);
    if (st == STATUS_OK)
        st = imap_refresh(imap, call);
    if (st == STATUS_OK)
        st = rule_matcher_new(&all, &matcher);
    w.matcher = matcher;
    if (st == STATUS_OK)
        st = all_look(&w);
    rule_matcher_free(&matcher);
    if (st != STATUS_OK)
        return st;
    w.found.uidvalidity = imap_selected(imap)->uidvalidity;
    *out = w.found;
    return STATUS_OK;
}

/* Newest first, so that what arrives meanwhile shifts nothing out of the windows but repeats a
 * message at most: doubles are dropped with the sorting. */
enum status filter_find(struct imap *imap, const struct imap_call *call, const struct rule_set *set,
                        size_t rule, const atomic_bool *left, struct imap_uids *out)
{
    struct rule_matcher *matcher = NULL;
    struct rule_set all = with_rule_on(call->arena, set, rule);
    struct work w = {.imap = imap, .call = call, .rule = rule, .left = left, .left_ms = FIND_MS};
    enum status st = items_of(call->arena, &all, &w.items);
    if (st == STATUS_OK)
        st = imap_refresh(imap, call);
    if (st == STATUS_OK)
        st = rule_matcher_new(&all, &matcher);
    if (st != STATUS_OK)
        return st;
    w.matcher = matcher;
    w.most = imap_selected(imap)->exists;
    w.uids = arena_array(call->arena, (size_t)w.most + 1, sizeof *w.uids);
    st = all_look(&w);
    rule_matcher_free(&matcher);
    if (st == STATUS_OK)
        *out = imap_uids_sorted(call->arena, (struct imap_uids){w.uids, w.uids_n});
    return st;
}

enum status filter_explain(struct imap *imap, const struct imap_call *call, uint32_t uid,
                           const struct rule_set *set, struct rule_outcome *out)
{
    struct imap_items items;
    struct imap_messages messages = {NULL, 0};
    struct rule_matcher *matcher = NULL;
    enum status st = items_of(call->arena, set, &items);
    if (st == STATUS_OK)
        st = imap_fetch_uids(imap, call, (struct imap_uids){&uid, 1}, &items, &messages);
    if (st == STATUS_OK && messages.n == 0)
        st = STATUS_NOT_FOUND;
    if (st == STATUS_OK)
        st = rule_matcher_new(set, &matcher);
    if (st != STATUS_OK)
        return st;
    struct rule_message message = message_of(&messages.p[0]);
    rule_matcher_until(matcher, deadline_in(LOOK_MS));
    rule_evaluate(matcher, call->arena, &message, out);
    st = rule_matcher_late(matcher) ? STATUS_TIMEOUT : STATUS_OK;
    rule_matcher_free(&matcher);
    return st;
}
