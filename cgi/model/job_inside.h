/* job_inside.h — what the files of job.h share. */
#ifndef VM_JOB_INSIDE_H
#define VM_JOB_INSIDE_H

#include <pthread.h>

#include "job.h"

/* A job in this process: the gate or a request works on it, or it has ended and nobody has seen
 * that yet. */
struct job_work {
    struct job_work *next;
    struct jobs *jobs;
    const struct job_kind *kind;
    struct arena *arena;   /* the row's texts */
    struct job_record row; /* changed by the step's thread alone, under the lock */
    char *memo, *plan;     /* from malloc; row.memo is a view of the first */
    size_t plan_n;
    bool planned;
    enum status (*prepare)(struct job_turn *turn, void *context, struct sv *plan);
    void *context;
    void (*free_context)(void *context);
    bool held;   /* by the gate, or by the request that does it */
    bool cancel; /* under the lock */
    bool lost;   /* another process has it */
    bool troubled;
    int64_t trouble_since, pause_ms; /* of the troubles in a row */
    int64_t rest_ms;                 /* before the first step */
    int64_t began_ms;                /* clock_ms() of the first step here, 0: none yet */
    uint64_t began_done;
    struct diagnosis diagnosis;
};

struct jobs {
    pthread_mutex_t lock; /* guards the list; never held during I/O */
    pthread_cond_t ended;
    struct store *store;
    struct gate *gate;
    const struct job_kind *const *kinds;
    int64_t runner; /* names this process in the store */
    int64_t last_id;
    int64_t swept; /* clock_ms() */
    struct job_work *first;
};

bool job_ended(int state);
const struct job_kind *job_kind_find(const struct jobs *jobs, struct sv name);
/* A step of the gate; context: a struct job_work. */
enum status job_step(struct gate_turn *turn, void *context);
void job_work_free(struct job_work *work);
/* Lock held. */
void job_work_memo(struct job_work *work, struct sv memo);
/* Writes the row as it is, and hears whether it is still ours. A part has been counted already. */
enum status job_work_save(struct job_work *work, struct sv part) MUST_USE;
/* Its row says that it has ended: for the log, and for those who wait. */
void job_work_end(struct job_work *work);
/* Whoever held it is done with it (a struct job_work): what has ended stays until somebody has seen
 * that. */
void job_work_release(void *work);
/* The row with its own texts, in no list yet. */
struct job_work *job_work_new(struct jobs *jobs, const struct job_kind *kind,
                              const struct job_record *row);
void job_work_keep_plan(struct job_work *work, struct sv plan);
/* The row as another thread has written it. */
void job_work_take_row(struct job_work *work, const struct job_record *row);

/* ---- the list ---- */

/* Greater than those before, so that jobs of one second have an order too. */
int64_t job_fresh_id(struct jobs *jobs);
/* Behind the others. Lock held. */
void job_work_put(struct job_work *work);
/* Out of the list if only the list still has it: then it is the caller's. Lock held. */
struct job_work *job_work_let_go(struct job_work *work);
/* Into the list, as one that is worked on: STATUS_NOT_FOUND if it is worked on already,
 * STATUS_EXISTS if it is a request's and the user has another one of its kind, STATUS_UNAVAILABLE,
 * if limited, beyond JOBS_RUNNING of the user. */
enum status job_reserve(struct job_work *work, bool limited) MUST_USE;
/* Out of it again, and freed: nothing has come of it. */
void job_unreserve(struct job_work *work);
/* A new one, in the list and in the store; statuses as job_start() and job_reserve(). The order's
 * context goes with it, whatever is returned. */
enum status job_work_open(struct jobs *jobs, struct session *session, const struct job_order *order,
                          int64_t id, struct job_work **out) MUST_USE;
/* A new one, in the list and in the store; statuses as job_start() and job_reserve(). The order's
 * context goes with it, whatever is returned. */
enum status job_work_open(struct jobs *jobs, struct session *session, const struct job_order *order,
                          int64_t id, struct job_work **out) MUST_USE;
/* To the gate, whose it is from here on. Reserved before. */
enum status job_submit(struct job_work *work, struct session *session,
                       struct arena *arena) MUST_USE;
/* As job_start(). */
enum status job_start_as(struct jobs *jobs, struct session *session, const struct job_order *order,
                         int64_t id) MUST_USE;
/* The one that is worked on, or that has ended and waits to be told; NULL. Lock held. */
struct job_work *job_work_find(const struct jobs *jobs, struct sv user, int64_t id);
/* True for a row of ours that nobody works on, though it has not ended: what it says could not be
 * written any more. Of a job that has no work (job_work_find()). */
bool job_stranded(const struct jobs *jobs, const struct job_record *row);
/* As a page sees it. Lock held, if work is not NULL. */
struct job job_of_row(const struct jobs *jobs, struct arena *arena, const struct job_record *row,
                      const struct job_work *work);

#endif
