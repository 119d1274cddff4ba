/* filter_apply.h — a rule applied to messages that are there already, as a job (job.h) that can be
 * left, cancelled and undone.
 *
 * The job goes through the folders, each from its newest message to its oldest, in windows: it
 * looks which messages the rule gets (filter_look.h) until it has FILTER_FOUND_MAX or a moment has
 * passed, and does to these what the rule says before it looks on. What is done is done by
 * job_act.h, one chunk a window and effect, with everything that has: nothing is done twice, and
 * what each message was before is known for Undo.
 */
#ifndef VM_FILTER_APPLY_H
#define VM_FILTER_APPLY_H

#include "folder.h"
#include "job.h"
#include "rule.h"

extern const struct job_kind filter_apply_kind; /* "rule" */

enum {
    FILTER_FOUND_MAX = 500, /* messages of a window: so many UIDs fit into one command */
    FILTER_APPLY_FOLDERS_MAX = 5000
};

struct filter_apply {
    const struct rule_set *set; /* all is copied */
    size_t rule;                /* applied even if it is off */
    struct sv title;            /* of the rule, for people */
    const struct folder *const
        *folders; /* what they hold by their counts is meant, nothing later */
    size_t folders_n;
    bool all;        /* that is all folders, for people */
    struct sv trash; /* where "delete" puts them: what is gone for good cannot be undone */
};

/* Whether the rule does something that can be done, and undone, to messages of some folder: move
 * or delete, copy, mark or tag. Redirections and rejections are for what arrives. */
bool filter_appliable(const struct rule *rule);
/* Whether it does so to messages of this one. */
bool filter_appliable_in(const struct rule *rule, struct sv folder, struct sv trash);

/* Starts the job on all messages that this rule gets: those for which no earlier rule decides.
 * STATUS_UNSUPPORTED if there is no folder in which it does something, STATUS_NOT_FOUND without the
 * Trash that it needs, STATUS_TOO_LARGE, else as job_start(). */
enum status filter_apply_start(struct jobs *jobs, struct session *session,
                               const struct filter_apply *wish, int64_t *id) MUST_USE;

#endif
