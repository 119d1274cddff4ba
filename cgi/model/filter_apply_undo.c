/* The job that undoes a rule: a plan of job_act_plan.h, behind a word that says so. */
#include "filter_apply_plan.h"
#include "job_act.h"
#include "uid_set.h"

static const char ACTS[] = "acts\n";

bool filter_apply_undoes(struct sv plan)
{
    return sv_starts(plan, sv_of(ACTS));
}

enum status filter_apply_undo_step(struct job_turn *turn)
{
    const struct sv own = turn->plan;
    turn->plan = sv_slice(own, sizeof ACTS - 1, own.n);
    enum status st = job_act_kind.step(turn);
    turn->plan = own;
    return st;
}

struct part_of {
    struct filter_part it;
    uint64_t number;
};

/* Folder after folder, in each the last effect first, of each the newest part first. */
static int by_turn(const void *a, const void *b)
{
    const struct part_of *x = a, *y = b;
    if (x->it.folder != y->it.folder)
        return x->it.folder < y->it.folder ? -1 : 1;
    if (x->it.effect != y->it.effect)
        return x->it.effect > y->it.effect ? -1 : 1;
    return (x->number < y->number) - (x->number > y->number);
}

static enum status read_parts(struct job_undo *undo, struct part_of *parts)
{
    for (uint64_t i = 0; i < undo->parts; i++) {
        struct sv text;
        enum status st = store_job_part(undo->store, undo->job->id, i, undo->arena, &text);
        if (st == STATUS_OK)
            st = filter_part_read(undo->arena, text, &parts[i].it);
        if (st != STATUS_OK)
            return st;
        parts[i].number = i;
    }
    if (undo->parts > 1)
        qsort(parts, undo->parts, sizeof *parts, by_turn);
    return STATUS_OK;
}

/* UIDs of a mailbox that is no more are gone with it. */
static struct imap_uids uids_of(struct arena *arena, const struct part_of *parts, size_t n)
{
    size_t all = 0, at = 0;
    for (size_t i = 0; i < n; i++)
        all += parts[i].it.part.uids.n;
    uint32_t *p = arena_array(arena, all + 1, sizeof *p);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; parts[i].it.part.uidvalidity == parts[0].it.part.uidvalidity &&
                           k < parts[i].it.part.uids.n;
             k++)
            p[at++] = parts[i].it.part.uids.p[k];
    return imap_uids_sorted(arena, (struct imap_uids){p, at});
}

/* A copy's copies go to Trash, not for good: what they were copied from may be gone meanwhile. */
static bool opposite(const struct filter_effect *effects, size_t at, struct sv folder,
                     struct sv trash, struct act_plan *out)
{
    const struct filter_effect *effect = &effects[at];
    struct act_plan plan = {.folder = filter_effect_place(effects, at, folder), .target = SV("")};
    if (effect->way == ACT_WAY_MARK) {
        plan.way = ACT_WAY_MARK;
        plan.unset = effect->set;
    } else if (effect->way == ACT_WAY_TAG) {
        plan.way = ACT_WAY_UNTAG;
        plan.target = effect->target;
    } else {
        plan.way = ACT_WAY_MOVE;
        plan.folder = effect->target;
        plan.target = effect->way == ACT_WAY_COPY ? trash : folder;
    }
    *out = plan;
    return !effect->on_copy && !sv_eq(plan.folder, plan.target);
}

/* Of some parts of one folder and effect. */
static enum status add_line(struct job_undo *undo, const struct filter_plan *plan,
                            const struct part_of *parts, size_t n, struct sb *out)
{
    struct filter_effect effects[FILTER_EFFECTS_MAX];
    struct act_plan back;
    size_t folder = parts[0].it.folder, effect = parts[0].it.effect;
    if (folder >= plan->folders_n)
        return STATUS_INVALID;
    struct sv name = plan->folders[folder].name;
    if (effect >= filter_effects(&plan->set.rules[plan->rule], name, plan->trash, effects))
        return STATUS_INVALID;
    struct imap_uids uids = uids_of(undo->arena, parts, n);
    if (!opposite(effects, effect, name, undo->trash, &back) || uids.n == 0)
        return STATUS_OK;
    back.uidvalidity = parts[0].it.part.uidvalidity;
    back.uids = uid_set_write(undo->arena, uids, JOB_PLAN_MAX - 8192);
    if (back.uids.n == 0)
        return STATUS_TOO_LARGE;
    if (undo->total > 0)
        sb_add_char(out, '\n');
    sb_add(out, act_plan_write(undo->arena, &back));
    undo->total += uids.n;
    return STATUS_OK;
}

enum status filter_apply_undo(struct job_undo *undo)
{
    struct filter_plan plan;
    struct part_of *parts = arena_array(undo->arena, undo->parts + 1, sizeof *parts);
    struct sb out;
    sb_init(&out, undo->arena, JOB_PLAN_MAX);
    sb_add_cstr(&out, ACTS);
    undo->total = 0;
    enum status st = filter_plan_read(undo->arena, undo->plan, &plan);
    if (st == STATUS_OK)
        st = read_parts(undo, parts);
    for (size_t i = 0, n; st == STATUS_OK && i < undo->parts; i += n) {
        for (n = 1; i + n < undo->parts && parts[i + n].it.folder == parts[i].it.folder &&
                    parts[i + n].it.effect == parts[i].it.effect;)
            n++;
        st = add_line(undo, &plan, parts + i, n, &out);
    }
    if (st == STATUS_OK && (out.over || arena_over(undo->arena)))
        st = STATUS_TOO_LARGE;
    if (st != STATUS_OK)
        return st;
    undo->what = SV("unrule");
    undo->folder = undo->job->folder;
    undo->target = undo->job->target;
    undo->made = sb_view(&out);
    return undo->total > 0 ? STATUS_OK : STATUS_NOT_FOUND;
}
