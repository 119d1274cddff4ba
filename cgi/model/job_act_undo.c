/* The plan that undoes a job_act: what its parts say, the other way. */
#include "job_act_inside.h"
#include "uid_set.h"

enum { SET_MAX = JOB_PLAN_MAX - 8192 };

/* ---- what has been done ---- */

struct done {
    struct act_part *p; /* the last one first */
    size_t n;
};

static enum status read_parts(const struct job_undo *undo, struct done *out)
{
    struct act_part *list = arena_array(undo->arena, undo->parts + 1, sizeof *list);
    size_t n = 0;
    for (uint64_t i = undo->parts; i-- > 0;) {
        struct sv text;
        enum status st = store_job_part(undo->store, undo->job->id, i, undo->arena, &text);
        if (st == STATUS_OK)
            st = act_part_read(undo->arena, text, &list[n]);
        if (st == STATUS_OK && arena_over(undo->arena))
            st = STATUS_TOO_LARGE;
        if (st != STATUS_OK)
            return st;
        n++;
    }
    *out = (struct done){list, n};
    return STATUS_OK;
}

static bool is_of(const struct act_part *part, size_t leg, uint32_t uidvalidity)
{
    return part->leg == leg && (uidvalidity == 0 || part->uidvalidity == uidvalidity);
}

static struct imap_uids gathered(struct arena *arena, const struct done *done, size_t leg,
                                 uint32_t uidvalidity, bool marked)
{
    size_t room = 0, n = 0;
    for (size_t i = 0; i < done->n; i++)
        if (is_of(&done->p[i], leg, uidvalidity))
            room += marked ? done->p[i].marked.n : done->p[i].uids.n;
    uint32_t *all = arena_array(arena, room + 1, sizeof *all);
    for (size_t i = 0; i < done->n; i++) {
        struct imap_uids some = marked ? done->p[i].marked : done->p[i].uids;
        if (!is_of(&done->p[i], leg, uidvalidity) || some.n == 0)
            continue;
        memcpy(all + n, some.p, some.n * sizeof *all);
        n += some.n;
    }
    return imap_uids_sorted(arena, (struct imap_uids){all, n});
}

/* All parts of the leg that are about the same mailbox as the last one; UIDs of one that is no more
 * are gone with it. */
static struct act_part whole_part(struct arena *arena, const struct done *done, size_t leg)
{
    struct act_part whole = {.leg = leg};
    for (size_t i = 0; i < done->n && whole.uidvalidity == 0; i++)
        if (is_of(&done->p[i], leg, 0))
            whole.uidvalidity = done->p[i].uidvalidity;
    if (whole.uidvalidity == 0)
        return whole;
    whole.uids = gathered(arena, done, leg, whole.uidvalidity, false);
    whole.marked = gathered(arena, done, leg, whole.uidvalidity, true);
    return whole;
}

/* ---- the other way ---- */

/* The UIDs of a plan, with those that were given marks: both must fit into it. */
static bool put_uids(struct arena *arena, const struct act_part *part, bool gave,
                     struct act_plan *back)
{
    back->uidvalidity = part->uidvalidity;
    back->uids = uid_set_write(arena, part->uids, SET_MAX);
    if (gave)
        back->marked = part->marked.n > 0
                           ? uid_set_write(arena, part->marked, SET_MAX - back->uids.n)
                           : SV("-");
    return back->uids.n > 0 && (!gave || back->marked.n > 0);
}

/* A copy's copies go to Trash, not for good: what they were copied from may be gone meanwhile. */
static struct act_plan opposite(const struct job_undo *undo, const struct act_plan *plan)
{
    if (plan->way == ACT_WAY_MARK)
        return (struct act_plan){
            .way = ACT_WAY_MARK, .set = plan->unset, .unset = plan->set, .folder = plan->folder};
    if (act_way_tags(plan->way))
        return (struct act_plan){.way = plan->way == ACT_WAY_TAG ? ACT_WAY_UNTAG : ACT_WAY_TAG,
                                 .folder = plan->folder,
                                 .target = plan->target};
    bool copied = plan->way == ACT_WAY_COPY;
    return (struct act_plan){.way = ACT_WAY_MOVE,
                             .unset = plan->set,
                             .folder = plan->target,
                             .target = copied ? undo->trash : plan->folder};
}

struct undoing {
    struct job_undo *undo;
    struct done done;
    struct sb lines;
    size_t legs;
};

/* For people: of several legs what they have in common. */
static void name_leg(struct undoing *u, const struct act_plan *back)
{
    bool marks = back->way != ACT_WAY_MOVE, first = u->legs == 0;
    struct sv target = marks ? SV("") : back->target;
    struct job_undo *undo = u->undo;
    undo->what = marks ? SV("unmark") : SV(JOB_ACT_BACK);
    undo->folder = first || sv_eq(undo->folder, back->folder) ? back->folder : SV("");
    undo->target = first || sv_eq(undo->target, target) ? target : SV("");
}

/* What cannot be undone of a leg (messages gone for good, copies in Trash) stays as it is. */
static enum status add_leg(struct undoing *u, size_t leg, struct sv line)
{
    struct job_undo *undo = u->undo;
    struct act_plan plan;
    enum status st = act_plan_read(undo->arena, line, &plan);
    if (st != STATUS_OK)
        return st;
    struct act_plan back = opposite(undo, &plan);
    struct act_part part = whole_part(undo->arena, &u->done, leg);
    if (plan.way == ACT_WAY_PURGE || part.uids.n == 0 ||
        (!act_way_tags(plan.way) && sv_eq(back.folder, back.target)))
        return STATUS_OK;
    if (!put_uids(undo->arena, &part, act_gives_marks(&plan), &back))
        return STATUS_TOO_LARGE;
    name_leg(u, &back);
    if (u->legs++ > 0)
        sb_add_char(&u->lines, '\n');
    sb_add(&u->lines, act_plan_write(undo->arena, &back));
    undo->total += part.uids.n;
    return u->lines.over || arena_over(undo->arena) ? STATUS_TOO_LARGE : STATUS_OK;
}

enum status job_act_undo(struct job_undo *undo)
{
    struct undoing u = {.undo = undo};
    enum status st = read_parts(undo, &u.done);
    sb_init(&u.lines, undo->arena, JOB_PLAN_MAX);
    undo->total = 0;
    size_t leg = 0;
    for (struct sv rest = undo->plan; st == STATUS_OK && rest.n > 0; leg++)
        st = add_leg(&u, leg, sv_cut(&rest, '\n'));
    if (st == STATUS_OK && u.legs == 0)
        st = STATUS_NOT_FOUND;
    if (st == STATUS_OK)
        undo->made = sb_view(&u.lines);
    return st;
}
