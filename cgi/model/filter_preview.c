#include "filter_preview.h"

#include "header.h"

enum {
    BATCH = 250,
    TRIAL_ARENA = 16 * 1024 * 1024,
    LOOK_MS = 5000 /* of matching, without the waiting for the server: somebody waits for it */
};

struct filter_trial {
    struct arena *arena; /* holds all of it, this struct too */
    struct rule_set set;
    size_t rule;
    struct sv key, folder;
    uint32_t skip;   /* messages that are done with, the newest */
    uint32_t below;  /* UIDs from this one on are done with; 0: none */
    int64_t left_ms; /* of matching */
    struct filter_preview found;
};

struct filter_trial *filter_trial_new(const struct rule_set *set, size_t rule, struct sv folder)
{
    struct arena *arena = arena_new(TRIAL_ARENA);
    struct filter_trial *t = arena_alloc(arena, sizeof *t);
    struct sv text = rule_text_write(arena, set);
    *t = (struct filter_trial){
        .arena = arena, .rule = rule, .folder = arena_sv(arena, folder), .left_ms = LOOK_MS};
    if (rule_text_read(arena, text, &t->set) != STATUS_OK) {
        arena_free(&arena);
        return NULL;
    }
    t->key = arena_printf(arena, "trial %zu %.*s %.*s", rule, SV_ARG(rule_text_digest(arena, text)),
                          SV_ARG(folder));
    return t;
}

void filter_trial_free(void *trial)
{
    struct filter_trial *t = trial;
    struct arena *arena = t->arena;
    arena_free(&arena);
}

struct sv filter_trial_key(const struct filter_trial *t)
{
    return t->key;
}

struct sv filter_trial_folder(const struct filter_trial *t)
{
    return t->folder;
}

const struct filter_preview *filter_trial_found(const struct filter_trial *t)
{
    return &t->found;
}

static void sample_add(struct filter_trial *t, struct arena *scratch, const struct imap_message *m,
                       size_t winner)
{
    struct filter_preview *f = &t->found;
    if (f->samples_n == FILTER_PREVIEW_SAMPLES)
        return;
    f->samples[f->samples_n++] = (struct filter_sample){
        .uid = m->uid,
        .from = arena_sv(t->arena, header_text(scratch, m->fields, SV("From"))),
        .subject = arena_sv(t->arena, header_text(scratch, m->fields, SV("Subject"))),
        .arrived = m->internal_date,
        .winner = winner};
}

/* What arrives between two steps shifts the windows by as much: nobody is counted twice. */
static void message_try(struct filter_trial *t, struct filter_look *look,
                        const struct imap_message *m)
{
    if (t->below > 0 && m->uid >= t->below)
        return;
    struct filter_verdict verdict = filter_look_at(look, m);
    t->below = m->uid;
    t->found.looked++;
    if (!verdict.holds)
        return;
    t->found.matched++;
    t->found.taken += verdict.taken;
    sample_add(t, look->scratch, m, verdict.winner);
}

static enum status batch_try(struct filter_trial *t, struct filter_look *look,
                             const struct imap_messages *messages)
{
    int64_t began = clock_ms();
    rule_matcher_until(look->matcher, deadline_in(t->left_ms));
    for (size_t i = 0; i < messages->n && !rule_matcher_late(look->matcher); i++)
        message_try(t, look, &messages->p[i]);
    t->left_ms -= clock_ms() - began;
    return rule_matcher_late(look->matcher) ? STATUS_TIMEOUT : STATUS_OK;
}

/* Another mailbox of that name has come between two steps. */
static void begin_anew(struct filter_trial *t, uint32_t uidvalidity)
{
    if (t->found.uidvalidity == uidvalidity)
        return;
    t->found = (struct filter_preview){.uidvalidity = uidvalidity};
    t->skip = t->below = 0;
}

enum status filter_trial_step(struct filter_trial *t, struct imap *imap,
                              const struct imap_call *call, bool *done)
{
    struct filter_look look = {0};
    struct imap_messages messages = {NULL, 0};
    uint32_t total;
    enum status st = imap_select(imap, call, t->folder, IMAP_READ_ONLY);
    if (st == STATUS_OK)
        begin_anew(t, imap_selected(imap)->uidvalidity);
    if (st == STATUS_OK)
        st = filter_look_begin(call->arena, &t->set, t->rule, &look);
    const struct imap_window window = {
        .skip = t->skip, .count = BATCH, .newest_first = true, .refresh = t->skip == 0};
    if (st == STATUS_OK)
        st = imap_fetch_window(imap, call, &window, &look.items, &messages, &total);
    if (st == STATUS_OK)
        st = batch_try(t, &look, &messages);
    filter_look_end(&look);
    if (st != STATUS_OK)
        return st;
    t->skip += BATCH;
    *done = messages.n < BATCH || t->skip >= FILTER_PREVIEW_MESSAGES;
    return STATUS_OK;
}

enum status filter_explain(struct imap *imap, const struct imap_call *call, uint32_t uid,
                           const struct rule_set *set, struct rule_outcome *out)
{
    struct filter_look look = {0};
    struct imap_messages messages = {NULL, 0};
    enum status st = filter_look_begin(call->arena, set, SIZE_MAX, &look);
    if (st == STATUS_OK)
        st = imap_fetch_uids(imap, call, (struct imap_uids){&uid, 1}, &look.items, &messages);
    if (st == STATUS_OK && messages.n == 0)
        st = STATUS_NOT_FOUND;
    if (st == STATUS_OK) {
        rule_matcher_until(look.matcher, deadline_in(LOOK_MS));
        filter_look_explain(&look, call->arena, &messages.p[0], out);
        st = rule_matcher_late(look.matcher) ? STATUS_TIMEOUT : STATUS_OK;
    }
    filter_look_end(&look);
    return st;
}
