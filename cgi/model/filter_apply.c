#include "filter_apply.h"

#include "act.h"
#include "filter_preview.h"
#include "job_act.h"
#include "job_act_plan.h"
#include "uid_set.h"

enum { SET_MAX = JOB_PLAN_MAX - 8192, WISH_ARENA = 16 * 1024 * 1024 };

/* ---- what the rule does to them ---- */

struct effect {
    enum act act;
    unsigned marks;
    struct sv target;
};

static const struct rule_action *action_of(const struct rule *rule, enum rule_action_kind kind)
{
    for (size_t i = 0; i < rule->actions_n; i++)
        if (rule->actions[i].kind == kind)
            return &rule->actions[i];
    return NULL;
}

static bool effect_of(const struct rule *rule, struct sv trash, struct effect *out)
{
    const struct rule_action *move = action_of(rule, RULE_MOVE);
    const struct rule_action *copy = action_of(rule, RULE_COPY);
    struct effect e = {.target = SV("")};
    if (action_of(rule, RULE_MARK_READ))
        e.marks |= IMAP_SEEN;
    if (action_of(rule, RULE_MARK_FLAGGED))
        e.marks |= IMAP_FLAGGED;
    if (move || action_of(rule, RULE_DELETE)) {
        e.act = ACT_MOVE;
        e.target = move ? move->value : trash;
    } else if (copy && e.marks == 0) {
        e.act = ACT_COPY;
        e.target = copy->value;
    } else if (e.marks == IMAP_SEEN || e.marks == IMAP_FLAGGED) {
        e.act = e.marks == IMAP_SEEN ? ACT_READ : ACT_FLAG;
    } else {
        return false;
    }
    *out = e;
    return true;
}

bool filter_appliable(const struct rule *rule, struct sv folder)
{
    struct effect e;
    return !action_of(rule, RULE_REDIRECT) && !action_of(rule, RULE_REJECT) &&
           effect_of(rule, SV("Trash"), &e) && !sv_eq(e.target, folder);
}

/* ---- which messages ---- */

struct applying {
    struct arena *arena; /* its own */
    struct rule_set set;
    size_t rule;
    struct act_plan plan;
};

static void applying_free(void *context)
{
    struct applying *a = context;
    struct arena *arena = a->arena;
    arena_free(&arena);
}

static enum status find(struct job_turn *turn, struct imap *imap, const struct applying *a,
                        struct imap_uids *out)
{
    const struct imap_call call = job_call(turn);
    enum status st = imap_select(imap, &call, a->plan.folder, IMAP_READ_WRITE);
    if (st == STATUS_OK && imap_selected(imap)->uidvalidity != a->plan.uidvalidity) {
        diagnosis_set(turn->diagnosis, STAGE_COMMAND, CAUSE_MAILBOX_CHANGED, "", 0, NULL);
        st = STATUS_CHANGED;
    }
    return st == STATUS_OK ? filter_find(imap, &call, &a->set, a->rule, turn->left, out) : st;
}

static enum status prepare(struct job_turn *turn, void *context, struct sv *out)
{
    struct applying *a = context;
    struct imap *imap = NULL;
    struct imap_uids uids;
    enum status st = session_connection_take(turn->session, a->plan.folder, turn->deadline, &imap,
                                             turn->diagnosis);
    if (st == STATUS_OK) {
        session_connection_slow(turn->session, imap);
        st = find(turn, imap, a, &uids);
    }
    session_connection_give(turn->session, &imap);
    if (st != STATUS_OK)
        return st;
    a->plan.uids = uid_set_write(turn->arena, uids, SET_MAX);
    if (uids.n > JOB_ACT_UIDS_MAX || (uids.n > 0 && a->plan.uids.n == 0))
        return STATUS_TOO_LARGE;
    turn->total = uids.n;
    *out = act_plan_write(turn->arena, &a->plan);
    return STATUS_OK;
}

static struct applying *applying_new(const struct filter_apply *wish, const struct effect *effect)
{
    struct arena *arena = arena_new(WISH_ARENA);
    struct applying *a = arena_alloc(arena, sizeof *a);
    struct sv text = rule_text_write(arena, wish->set);
    a->arena = arena;
    a->rule = wish->rule;
    if (rule_text_read(arena, text, &a->set) != STATUS_OK) {
        arena_free(&arena);
        return NULL;
    }
    a->plan = (struct act_plan){.folder = arena_sv(arena, wish->folder),
                                .uidvalidity = wish->uidvalidity,
                                .target = arena_sv(arena, effect->target)};
    a->plan.way = effect->act == ACT_MOVE   ? ACT_WAY_MOVE
                  : effect->act == ACT_COPY ? ACT_WAY_COPY
                                            : ACT_WAY_MARK;
    a->plan.set = effect->act == ACT_COPY ? 0 : effect->marks;
    return a;
}

enum status filter_apply_start(struct jobs *jobs, struct session *session,
                               const struct filter_apply *wish, int64_t *id)
{
    struct effect effect;
    const struct rule *rule = &wish->set->rules[wish->rule];
    if (!filter_appliable(rule, wish->folder) || !effect_of(rule, wish->trash, &effect))
        return STATUS_UNSUPPORTED;
    if (effect.act == ACT_MOVE && effect.target.n == 0) /* no Trash, and none can be made */
        return STATUS_NOT_FOUND;
    struct applying *a = applying_new(wish, &effect);
    if (!a)
        return STATUS_TOO_LARGE;
    const struct job_order order = {.kind = job_act_kind.name,
                                    .what = sv_of(act_names[effect.act]),
                                    .folder = a->plan.folder,
                                    .target = a->plan.target,
                                    .prepare = prepare,
                                    .context = a,
                                    .free_context = applying_free};
    return job_start(jobs, session, &order, id);
}
