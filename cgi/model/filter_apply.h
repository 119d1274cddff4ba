/* filter_apply.h — a rule applied to messages that are there already, as a job (job.h) that can be
 * left, cancelled and undone: job_act.h does the work, the rules only say to which messages. */
#ifndef VM_FILTER_APPLY_H
#define VM_FILTER_APPLY_H

#include "job.h"
#include "rule.h"

struct filter_apply {
    const struct rule_set *set; /* copied */
    size_t rule;
    struct sv folder;
    uint32_t uidvalidity;
    struct sv trash; /* where "delete" puts them: what is gone for good cannot be undone */
};

/* Whether the rule does something that can be done, and undone, to messages of this folder: move to
 * another or delete (with marks), copy, or one mark alone. Redirections and rejections are for what
 * arrives. */
bool filter_appliable(const struct rule *rule, struct sv folder);

/* Starts the job on all messages of the folder that this rule takes: those for which no earlier
 * rule decides. STATUS_UNSUPPORTED if it is not appliable, else as job_start(). */
enum status filter_apply_start(struct jobs *jobs, struct session *session,
                               const struct filter_apply *wish, int64_t *id) MUST_USE;

#endif
