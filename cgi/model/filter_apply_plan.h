/* filter_apply_plan.h — what a rule does to messages that are there, one act after the other, and
 * how such a job (filter_apply.h) stands in the store. */
#ifndef VM_FILTER_APPLY_PLAN_H
#define VM_FILTER_APPLY_PLAN_H

#include "filter_apply.h"
#include "job_act_plan.h"

/* ---- effects ---- */

/* Copies first, then the move; behind each what marks and tags the messages where they are then, so
 * that these are known by the UIDs that they keep. */
struct filter_effect {
    enum act_way way;
    unsigned set;     /* of ACT_WAY_MARK: one enum imap_flag */
    struct sv target; /* mailbox or keyword */
    bool arrived;     /* of a mark: of what the last copy or move has brought, else where it was */
    bool on_copy;     /* of a mark: on a copy, which goes altogether when the job is undone */
};
enum { FILTER_EFFECTS_MAX = RULE_ACTIONS_MAX * RULE_ACTIONS_MAX };

/* What the rule does to messages of this folder, in order; how many. Their texts are the rule's. */
size_t filter_effects(const struct rule *rule, struct sv folder, struct sv trash,
                      struct filter_effect out[FILTER_EFFECTS_MAX]);
/* Where the messages of a mark are: the target of the last copy or move, or the folder. */
struct sv filter_effect_place(const struct filter_effect *effects, size_t at, struct sv folder);

/* ---- the plan ---- */

/* "rule INDEX TRASH" LF *("folder V NEXT COUNT NAME" LF) and the set as rule_text_write() gives it,
 * names in base64url ("-": none). */
struct filter_plan_folder {
    struct sv name;
    uint32_t uidvalidity, uidnext; /* 0: not known before it is opened */
    uint32_t count;
};
struct filter_plan {
    size_t rule;
    struct sv trash;
    struct filter_plan_folder *folders;
    size_t folders_n;
    struct rule_set set;
};
/* Empty if it is too large. */
struct sv filter_plan_write(struct arena *arena, const struct filter_plan *plan);
/* STATUS_INVALID for anything that filter_plan_write() would not have written. */
enum status filter_plan_read(struct arena *arena, struct sv text, struct filter_plan *out) MUST_USE;

/* ---- the memo ---- */

/* "FOLDER V BELOW", and while something is done to what has been found: " EFFECT FOUND V ARRIVED "
 * and the memo of job_act.h. */
struct filter_memo {
    size_t folder;        /* index in the plan */
    uint32_t uidvalidity; /* of it; 0: not opened yet */
    uint32_t below;       /* messages from this UID on are done with; 0: none of it */
    size_t effect;        /* the next */
    struct sv found;      /* "1:5,9"; empty: looking */
    uint32_t arrived_v;   /* UIDVALIDITY of where the last copy or move went */
    struct sv arrived;    /* as what; empty: nothing did */
    struct sv act;
};
/* Without the memo of job_act.h, which follows it. */
struct sv filter_memo_write(struct arena *arena, const struct filter_memo *memo);
/* An empty text is the beginning. The views are of the text. */
enum status filter_memo_read(struct sv text, struct filter_memo *out) MUST_USE;

/* ---- parts ---- */

/* "FOLDER EFFECT " in front of a part of job_act.h. */
struct filter_part {
    size_t folder, effect;
    struct act_part part;
};
enum status filter_part_read(struct arena *arena, struct sv text, struct filter_part *out) MUST_USE;

/* ---- undoing (filter_apply_undo.c) ---- */

/* Of job_kind: the plan "acts" LF and a plan of job_act.h a line. */
enum status filter_apply_undo(struct job_undo *undo) MUST_USE;
bool filter_apply_undoes(struct sv plan);
enum status filter_apply_undo_step(struct job_turn *turn) MUST_USE;

#endif
