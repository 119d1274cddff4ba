#include "filter_apply.h"

#include "filter_apply_plan.h"
#include "filter_look.h"
#include "imap_search.h"
#include "job_act.h"
#include "uid_set.h"

enum {
    BATCH = 250,
    BATCH_ARENA = 32 * 1024 * 1024,
    LOOK_MS = 700, /* of one step: progress and cancelling are felt, and others get their turn */
    MESSAGE_MS = 3000, /* rules that need longer for one message are too many */
    START_ARENA = 3 * JOB_PLAN_MAX
};

/* What one step works with. */
struct apply_step {
    struct job_turn *turn;
    struct filter_plan plan;
    struct filter_memo memo;
    const struct filter_plan_folder *folder;
};

static void keep(struct apply_step *s)
{
    struct arena *arena = s->turn->arena;
    s->turn->memo = arena_printf(arena, "%.*s%.*s", SV_ARG(filter_memo_write(arena, &s->memo)),
                                 SV_ARG(s->memo.act));
    /* more is to come, whatever the counts of the folders said */
    if (s->turn->more && s->turn->done >= s->turn->total)
        s->turn->total = s->turn->done + 1;
}

/* ---- looking ---- */

static void next_folder(struct apply_step *s)
{
    s->memo = (struct filter_memo){
        .folder = s->memo.folder + 1, .found = SV(""), .arrived = SV(""), .act = SV("")};
    s->turn->more = s->memo.folder < s->plan.folders_n;
    keep(s);
}

/* The folder as it was meant: the same one, and what it held then. */
static enum status open_folder(struct apply_step *s, struct imap *imap,
                               const struct imap_call *call)
{
    uint32_t meant = s->memo.uidvalidity ? s->memo.uidvalidity : s->folder->uidvalidity;
    enum status st = meant ? imap_select_same(imap, call, s->folder->name, IMAP_READ_WRITE, meant)
                           : imap_select(imap, call, s->folder->name, IMAP_READ_WRITE);
    if (st != STATUS_OK)
        return st;
    const struct imap_mailbox *box = imap_selected(imap);
    if (s->memo.uidvalidity == 0)
        s->memo.below = s->folder->uidnext ? s->folder->uidnext : box->uidnext;
    s->memo.uidvalidity = box->uidvalidity;
    return imap_refresh(imap, call);
}

/* The messages that are still to be looked at; the first time they are what the folder really
 * counts for. */
static enum status rest_of(struct apply_step *s, struct imap *imap, const struct imap_call *call,
                           bool first, struct imap_uids *out)
{
    const struct imap_criteria older = {
        .key = IMAP_KEY_RANGE, .first = 1, .last = s->memo.below - 1};
    struct job_turn *turn = s->turn;
    *out = (struct imap_uids){NULL, 0};
    enum status st = s->memo.below > 1 ? imap_search(imap, call, &older, out) : STATUS_OK;
    if (st == STATUS_OK && first) {
        turn->total += out->n;
        turn->total -= turn->total > s->folder->count ? s->folder->count : 0;
    }
    return st;
}

struct finding {
    struct filter_look look;
    int64_t until; /* on clock_ms() */
    uint32_t *p;
    size_t n;
    size_t left; /* of the messages to be looked at */
};

/* From the last one back. At least one of them is done with. */
static enum status batch_look(struct finding *f, const struct imap_messages *messages,
                              uint32_t *below)
{
    for (size_t i = messages->n; i-- > 0;) {
        const struct imap_message *m = &messages->p[i];
        if (f->n == FILTER_FOUND_MAX || (i + 1 < messages->n && clock_ms() > f->until))
            return STATUS_OK;
        rule_matcher_until(f->look.matcher, deadline_in(MESSAGE_MS));
        struct filter_verdict verdict = filter_look_at(&f->look, m);
        if (rule_matcher_late(f->look.matcher))
            return STATUS_TOO_LARGE;
        if (verdict.holds && !verdict.taken)
            f->p[f->n++] = m->uid;
        *below = m->uid;
    }
    return STATUS_OK;
}

static enum status batch_take(struct apply_step *s, struct imap *imap, struct arena *arena,
                              struct imap_uids uids, struct finding *f)
{
    struct imap_call call = job_call(s->turn);
    struct imap_messages messages = {NULL, 0};
    size_t n = f->left < BATCH ? f->left : BATCH;
    const struct imap_uids batch = {uids.p + f->left - n, n};
    uint32_t below = batch.p[n - 1];
    call.arena = arena;
    enum status st = imap_fetch_uids(imap, &call, batch, &f->look.items, &messages);
    if (st == STATUS_OK && messages.n > 0)
        st = batch_look(f, &messages, &below);
    if (st != STATUS_OK)
        return st;
    bool whole = messages.n == 0 || below == messages.p[0].uid;
    s->memo.below = whole ? batch.p[0] : below;
    for (; n > 0 && batch.p[n - 1] >= s->memo.below; n--) {
        f->left--;
        s->turn->done++;
    }
    return STATUS_OK;
}

static enum status find(struct apply_step *s, struct imap *imap, struct imap_uids uids,
                        struct finding *f)
{
    struct job_turn *turn = s->turn;
    struct arena *arena = arena_new(BATCH_ARENA);
    enum status st = filter_look_begin(turn->arena, &s->plan.set, s->plan.rule, &f->look);
    while (st == STATUS_OK && f->left > 0 && f->n < FILTER_FOUND_MAX && clock_ms() < f->until &&
           !atomic_load(turn->left)) {
        arena_reset(arena);
        st = batch_take(s, imap, arena, uids, f);
    }
    filter_look_end(&f->look);
    arena_free(&arena);
    return st;
}

static enum status look_into(struct apply_step *s, struct imap *imap, struct finding *f)
{
    const struct imap_call call = job_call(s->turn);
    bool first = s->memo.uidvalidity == 0;
    struct imap_uids uids;
    enum status st = open_folder(s, imap, &call);
    if (st == STATUS_OK)
        st = rest_of(s, imap, &call, first, &uids);
    if (st != STATUS_OK)
        return st;
    f->left = uids.n;
    return find(s, imap, uids, f);
}

/* One of several folders has gone meanwhile, or is another one: the others are looked through all
 * the same. */
static enum status skip(struct apply_step *s)
{
    struct job_turn *turn = s->turn;
    *turn->diagnosis = (struct diagnosis){0};
    turn->gone += s->folder->count;
    turn->done += s->memo.below == 0 ? s->folder->count : 0;
    next_folder(s);
    return STATUS_OK;
}

static enum status look(struct apply_step *s)
{
    struct job_turn *turn = s->turn;
    struct imap *imap = NULL;
    struct finding f = {.until = clock_ms() + LOOK_MS};
    f.p = arena_array(turn->arena, FILTER_FOUND_MAX, sizeof *f.p);
    enum status st = session_connection_take(turn->session, s->folder->name, turn->deadline, &imap,
                                             turn->diagnosis);
    if (st == STATUS_OK) {
        session_connection_slow(turn->session, imap);
        st = look_into(s, imap, &f);
    }
    session_connection_give(turn->session, &imap);
    if (s->plan.folders_n > 1 && (st == STATUS_NOT_FOUND || st == STATUS_CHANGED))
        return skip(s);
    if (st != STATUS_OK)
        return st;
    if (f.n == 0 && f.left == 0) {
        next_folder(s);
        return STATUS_OK;
    }
    struct imap_uids found = imap_uids_sorted(turn->arena, (struct imap_uids){f.p, f.n});
    s->memo.found = uid_set_write(turn->arena, found, JOB_MEMO_MAX);
    turn->more = true;
    keep(s);
    return STATUS_OK;
}

/* ---- doing ---- */

static bool sends(const struct filter_effect *effect)
{
    return effect->way == ACT_WAY_COPY || effect->way == ACT_WAY_MOVE;
}

/* What the copy or move has brought is known by its part. */
static enum status note_arrived(struct apply_step *s)
{
    struct arena *arena = s->turn->arena;
    struct act_part part;
    struct imap_uids before;
    if (s->turn->part.n == 0)
        return STATUS_OK;
    enum status st = act_part_read(arena, s->turn->part, &part);
    if (st == STATUS_OK)
        st = uid_set_read(arena, s->memo.arrived, FILTER_FOUND_MAX, &before);
    if (st != STATUS_OK)
        return st;
    size_t n = s->memo.arrived_v == part.uidvalidity ? before.n : 0;
    uint32_t *all = arena_array(arena, n + part.uids.n + 1, sizeof *all);
    for (size_t i = 0; i < n; i++)
        all[i] = before.p[i];
    for (size_t i = 0; i < part.uids.n; i++)
        all[n++] = part.uids.p[i];
    s->memo.arrived_v = part.uidvalidity;
    s->memo.arrived =
        uid_set_write(arena, imap_uids_sorted(arena, (struct imap_uids){all, n}), JOB_MEMO_MAX);
    return STATUS_OK;
}

static struct sv plan_of(const struct apply_step *s, const struct filter_effect *effects)
{
    const struct filter_effect *effect = &effects[s->memo.effect];
    const struct act_plan plan = {
        .way = effect->way,
        .set = effect->set,
        .uidvalidity = effect->arrived ? s->memo.arrived_v : s->memo.uidvalidity,
        .folder = filter_effect_place(effects, s->memo.effect, s->folder->name),
        .target = effect->target,
        .uids = effect->arrived ? s->memo.arrived : s->memo.found};
    return act_plan_write(s->turn->arena, &plan);
}

/* The step of job_act.h, as if the job were this effect on these messages alone. They count once,
 * and as looked at already. */
static enum status lend(struct apply_step *s, const struct filter_effect *effects)
{
    struct job_turn *turn = s->turn;
    const struct job_turn own = *turn;
    turn->plan = plan_of(s, effects);
    turn->memo = s->memo.act;
    turn->memo_before = filter_memo_write(turn->arena, &s->memo);
    turn->part_before = arena_printf(turn->arena, "%zu %zu ", s->memo.folder, s->memo.effect);
    turn->stop = false;
    enum status st = job_act_kind.step(turn);
    turn->plan = own.plan;
    turn->stop = own.stop;
    turn->done = own.done;
    if (s->memo.effect > 0) {
        turn->count = own.count;
        turn->gone = own.gone;
    }
    return st;
}

/* What is begun with some messages is done with them, also when the job is cancelled meanwhile. */
static enum status act(struct apply_step *s)
{
    struct job_turn *turn = s->turn;
    struct filter_effect effects[FILTER_EFFECTS_MAX];
    struct filter_memo *memo = &s->memo;
    size_t n =
        filter_effects(&s->plan.set.rules[s->plan.rule], s->folder->name, s->plan.trash, effects);
    if (memo->effect >= n)
        return STATUS_INVALID;
    if (sends(&effects[memo->effect]) && memo->act.n == 0)
        memo->arrived = SV("");
    enum status st = lend(s, effects);
    if (sends(&effects[memo->effect])) {
        /* of one that was refused halfway, too: it goes on from there */
        enum status noted = note_arrived(s);
        st = st == STATUS_OK ? noted : st;
        turn->memo_before = filter_memo_write(turn->arena, memo);
    }
    if (st != STATUS_OK)
        return st;
    memo->act = turn->more ? turn->memo : SV("");
    memo->effect += !turn->more;
    while (memo->effect < n && effects[memo->effect].arrived && memo->arrived.n == 0)
        memo->effect++;
    if (memo->effect >= n)
        memo->found = SV("");
    else
        turn->stop = false;
    turn->memo_before = SV("");
    turn->more = true;
    keep(s);
    return STATUS_OK;
}

/* ---- the kind ---- */

static enum status step(struct job_turn *turn)
{
    struct apply_step s = {.turn = turn};
    if (filter_apply_undoes(turn->plan))
        return filter_apply_undo_step(turn);
    enum status st = filter_plan_read(turn->arena, turn->plan, &s.plan);
    /* job_note() gives the memo another place */
    if (st == STATUS_OK)
        st = filter_memo_read(arena_sv(turn->arena, turn->memo), &s.memo);
    if (st != STATUS_OK || s.memo.folder >= s.plan.folders_n)
        return st;
    s.folder = &s.plan.folders[s.memo.folder];
    if (s.memo.found.n > 0)
        return act(&s);
    return turn->stop ? STATUS_OK : look(&s);
}

const struct job_kind filter_apply_kind = {.name = "rule", .step = step, .undo = filter_apply_undo};

/* ---- starting ---- */

static void take_folder(const struct filter_apply *wish, const struct folder *folder,
                        struct filter_plan *plan, uint64_t *total)
{
    const struct rule *rule = &wish->set->rules[wish->rule];
    const struct imap_counts none = {0};
    const struct imap_counts *counts = folder->counted ? &folder->counts : &none;
    if (!filter_appliable_in(rule, folder->name, wish->trash))
        return;
    plan->folders[plan->folders_n++] = (struct filter_plan_folder){
        folder->name, counts->uidvalidity, counts->uidnext, counts->messages};
    *total += counts->messages;
}

static bool deletes(const struct rule *rule)
{
    for (size_t i = 0; i < rule->actions_n; i++)
        if (rule->actions[i].kind == RULE_DELETE)
            return true;
    return false;
}

/* The vacation reply is no part of it. */
static enum status start(struct jobs *jobs, struct session *session,
                         const struct filter_apply *wish, struct arena *arena, int64_t *id)
{
    struct filter_plan plan = {.rule = wish->rule, .trash = wish->trash, .set = *wish->set};
    uint64_t total = 0;
    plan.set.vacation = (struct vacation){0};
    plan.folders = arena_array(arena, wish->folders_n + 1, sizeof *plan.folders);
    for (size_t i = 0; i < wish->folders_n; i++)
        take_folder(wish, wish->folders[i], &plan, &total);
    if (plan.folders_n == 0)
        return STATUS_UNSUPPORTED;
    struct sv text = filter_plan_write(arena, &plan);
    if (text.n == 0 || plan.folders_n > FILTER_APPLY_FOLDERS_MAX)
        return STATUS_TOO_LARGE;
    const struct job_order order = {.kind = filter_apply_kind.name,
                                    .what = wish->all ? SV("rule_all") : SV("rule"),
                                    .folder = plan.folders[0].name,
                                    .target = wish->title,
                                    .total = total,
                                    .plan = text};
    return job_start(jobs, session, &order, id);
}

enum status filter_apply_start(struct jobs *jobs, struct session *session,
                               const struct filter_apply *wish, int64_t *id)
{
    if (deletes(&wish->set->rules[wish->rule]) && wish->trash.n == 0)
        return STATUS_NOT_FOUND;
    struct arena *arena = arena_new(START_ARENA);
    enum status st = start(jobs, session, wish, arena, id);
    arena_free(&arena);
    return st;
}
