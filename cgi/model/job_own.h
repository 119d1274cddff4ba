/* job_own.h — long work that a request does itself, because only it has the bytes that come in, as
 * a job like all others (job.h): it is listed with them, seen by each session of its user, can be
 * cancelled, and its end is kept and told.
 *
 * Its kind has no step. Where the request ends without having said so (the process was killed),
 * nobody can go on with the work: the next process finds the row and calls it interrupted.
 */
#ifndef VM_JOB_OWN_H
#define VM_JOB_OWN_H

#include "job.h"

enum { JOB_OWN_SAVE_MS = 1000 }; /* so often how far it is goes into the store */

struct job_own; /* belongs to one thread */

/* What is known of it now, each time as a whole. */
struct job_own_state {
    struct sv memo;       /* at most JOB_MEMO_MAX bytes */
    uint64_t total, done; /* of the bar */
    uint64_t count, gone;
};

/* order: kind, what, folder, target, total. STATUS_EXISTS: this user has one of this kind that
 * runs; else as job_start(). job_own_end() is due. */
enum status job_own_begin(struct jobs *jobs, struct session *session, const struct job_order *order,
                          struct job_own **out) MUST_USE;
/* True if it is time to write: a part that waits is then welcome. */
bool job_own_due(const struct job_own *own);
/* How far it is; part: what is to be kept besides, or empty. Goes into the store if that is due,
 * with `keep`, or if there is a part. STATUS_CANCELLED: its user wants it to stop. A store that
 * fails stops nothing: it is logged, and what it has not taken is missing in what is told later. */
enum status job_own_moved(struct job_own *own, const struct job_own_state *now, struct sv part,
                          bool keep) MUST_USE;
/* It has ended: done, with STATUS_OK; cancelled, with STATUS_CANCELLED if its user wanted that;
 * else it has failed. diagnosis may be NULL. */
void job_own_end(struct job_own **own, const struct job_own_state *now, struct sv part,
                 enum status why, const struct diagnosis *diagnosis);

#endif
