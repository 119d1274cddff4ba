/* job_act_inside.h — what the files of job_act.h share. */
#ifndef VM_JOB_ACT_INSIDE_H
#define VM_JOB_ACT_INSIDE_H

#include "job_act.h"
#include "job_act_plan.h"

enum status job_act_undo(struct job_undo *undo);

/* The plan of a wish, without UIDs: STATUS_INVALID for a move to where they are or to nowhere. */
enum status job_act_plan_of(const struct job_act *wish, struct act_plan *out) MUST_USE;

/* True if the target is a keyword. */
static inline bool act_way_tags(enum act_way way)
{
    return way == ACT_WAY_TAG || way == ACT_WAY_UNTAG;
}

/* True if a move marks messages, but for the marks that only say which way a message went and need
 * no remembering: the others are people's. */
static inline bool act_gives_marks(const struct act_plan *plan)
{
    const unsigned way_marks = IMAP_JUNK | IMAP_NOT_JUNK;
    return plan->way == ACT_WAY_MOVE && (plan->set & ~way_marks) != 0;
}

#endif
