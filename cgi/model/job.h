/* job.h — long work that goes on when its page has been left: the tab closed, the user signed out,
 * the connection lost, the process killed.
 *
 * A job is done step by step by the gate (session/gate.h), fair among users. What it is to do (its
 * plan), how far it has come (its memo) and what is needed to undo it (its parts) stand in the
 * store after each step, so that any later process goes on from there. What a job does is its
 * kind's business: a row of the table in job_kind.c.
 *
 * Nothing is done twice: before a step does what must not be repeated it writes down what it is
 * about to do (job_note()); whoever finds that in the memo later looks at the mailbox first.
 *
 * When a server cannot be reached a step is tried again, with growing pauses, for JOB_PATIENCE_MS;
 * then the job is interrupted and waits for its user. So is one whose step could not be written
 * down (a full disk): what the store says of it is what is true. A killed process's jobs are taken
 * up at the user's next request, those of a session on a public computer only when the user says
 * so. What a request did itself (job_own.h) is interrupted then, and nobody can go on with it.
 */
#ifndef VM_JOB_H
#define VM_JOB_H

#include <stdatomic.h>

#include "gate.h"

enum {
    JOBS_KEPT = 20,                 /* finished ones of one user */
    JOBS_RUNNING = 5,               /* unfinished ones of one user */
    JOB_PLAN_MAX = 8 * 1024 * 1024, /* bytes */
    JOB_MEMO_MAX = 64 * 1024,       /* bytes */
    JOB_PATIENCE_MS = 10 * 60 * 1000,
    JOB_STEP_MS = 60 * 1000,           /* deadline of one step; kinds aim at a second */
    JOB_UNANSWERED_MS = 60 * 1000,     /* a command that was not answered in time may be done yet:
                                          nobody looks what has become of it before */
    JOBS_FORGOTTEN_S = 30 * 24 * 3600, /* after its last change a job goes from the store */
};

enum job_state {
    JOB_WAITING, /* for its first step */
    JOB_RUNNING,
    JOB_INTERRUPTED, /* job_continue() goes on */
    JOB_DONE,
    JOB_CANCELLED,
    JOB_FAILED, /* `why` says how; job_continue() tries again */
};

/* One job as it stands now. Strings live in the arena it was asked for with. */
struct job {
    int64_t id;
    enum job_state state;
    bool cancelling; /* runs, but only to the end of what it has begun */
    bool troubled;   /* runs, but the last step failed as `why` and is tried again */
    struct sv kind;
    struct sv what;   /* for the texts: "move" */
    struct sv folder; /* raw names, or empty */
    struct sv target;
    struct sv memo; /* its kind's own; of a listed one only up to STORE_JOB_MEMO_LISTED bytes */
    uint64_t parts;
    uint64_t total;        /* 0: not known yet */
    uint64_t done;         /* of total */
    uint64_t count;        /* those that something was done to */
    uint64_t gone;         /* those that were no longer there */
    uint64_t left;         /* those that it could not be done to: `why` says why */
    int64_t made, changed; /* seconds since 1970 */
    int64_t left_s;        /* time left; -1: unknown, or it does not run */
    int64_t undoes;        /* the job that this one undoes, or 0 */
    int64_t undone_by;     /* the job that undoes this one, or 0 */
    bool resumable;        /* job_continue() can go on with it */
    bool undoable;
    bool told;
    enum status why;            /* of JOB_FAILED and JOB_INTERRUPTED, and of those left */
    struct diagnosis diagnosis; /* of that: cause and detail */
};

/* ---- what a kind is ---- */

struct job_turn {
    struct session *session;
    struct store *store;
    struct arena *arena; /* forgotten after the step */
    struct deadline deadline;
    struct diagnosis *diagnosis;
    const atomic_bool *left; /* true: the program ends; return soon, with what has been done */
    bool stop;               /* cancelled: finish what the memo says was begun, begin nothing new */
    struct sv plan;          /* as job_start() was given it */
    /* What the step leaves, whatever it returns: */
    struct sv memo;       /* as the last step left it (empty at first), to be replaced */
    struct sv part;       /* to be kept for undoing; empty: nothing */
    uint64_t total, done; /* as they were, to be moved on; what is done is counted here… */
    uint64_t count, gone; /* …and in one of these, or was left as it was */
    enum status why;      /* with STATUS_OK: why some were left, its cause in the diagnosis */
    struct sv what;       /* as job.what; what has come of it may deserve another text */
    bool more;            /* false, as it comes: this was the last step */
    /* Of a kind whose chunks another kind's step does: what stands before that one's memo and
     * parts in the store. */
    struct sv memo_before, part_before;
    struct job_work *work; /* for job_note() */
};

/* For struct imap_call. */
struct imap_call job_call(const struct job_turn *turn);
/* Keeps a memo, and a part unless that is empty, before the step has ended. STATUS_CHANGED: another
 * process has taken the job over; return that at once. */
enum status job_note(struct job_turn *turn, struct sv memo, struct sv part) MUST_USE;

/* What a kind is given to make the plan that undoes a job. */
struct job_undo {
    struct store *store;
    struct arena *arena;
    const struct job *job;
    struct sv plan, memo;
    uint64_t parts;  /* store_job_part() */
    struct sv trash; /* the name of Trash: where copies go */
    /* What it leaves: */
    struct sv what, folder, target; /* of the new job */
    uint64_t total;
    struct sv made; /* its plan */
};

struct job_kind {
    const char *name; /* stable: it stands in the store */
    /* NULL: a request does it itself (job_own.h), and nobody else can go on with it. One chunk of
     * work. Statuses that say that the server or the way to it has a problem now are
     * tried again; STATUS_CHANGED of job_note() ends the work silently; any other fails the job. */
    enum status (*step)(struct job_turn *turn);
    /* STATUS_NOT_FOUND: there is nothing to undo. NULL: never. */
    enum status (*undo)(struct job_undo *undo);
};
extern const struct job_kind *const job_kinds[]; /* job_kind.c; ends with NULL */

/* ---- the jobs of all users ---- */

struct jobs;

/* kinds: job_kinds. All are lent, and outlive it. */
struct jobs *jobs_new(struct store *store, struct gate *gate, const struct job_kind *const *kinds);
/* After gate_free(). */
void jobs_free(struct jobs **jobs);
/* Forgets what is old: call now and then. */
void jobs_sweep(struct jobs *jobs);
/* The first time in a session, looks in the store for jobs that nobody works on any more, and takes
 * them up; after that it costs nothing. Each signed-in request calls it. */
void jobs_resume(struct jobs *jobs, struct session *session);

struct job_order {
    const char *kind;
    struct sv what, folder, target;
    uint64_t total; /* 0: not known yet */
    struct sv plan; /* or, if it must be computed first: */
    /* Makes the plan as the first step, in turn->arena or the context's own; also sets turn->total.
     * STATUS_OK without a plan (NULL): it takes longer, and is asked again as the next step.
     * Nothing of it is in the store, so that a process that is killed before has done nothing. */
    enum status (*prepare)(struct job_turn *turn, void *context, struct sv *plan);
    void *context; /* belongs to the job from job_start() on, whatever that returns */
    void (*free_context)(void *context);
    int64_t undoes;
};

/* STATUS_UNAVAILABLE: this user has JOBS_RUNNING unfinished ones, however many are started at the
 * same time. */
enum status job_start(struct jobs *jobs, struct session *session, const struct job_order *order,
                      int64_t *id) MUST_USE;
/* Waits until it has ended; STATUS_TIMEOUT: it has not. */
enum status job_wait(struct jobs *jobs, struct sv user, int64_t id,
                     struct deadline deadline) MUST_USE;
enum status job_find(struct jobs *jobs, struct sv user, int64_t id, struct arena *arena,
                     struct job *out) MUST_USE;
/* All that are kept, the newest first. */
enum status job_list(struct jobs *jobs, struct sv user, struct arena *arena, struct job **out,
                     size_t *count) MUST_USE;
/* Those that this process works on; asks no store. At most JOBS_RUNNING. */
size_t job_running(struct jobs *jobs, struct sv user, struct arena *arena, struct job **out);
/* The oldest one that has ended and whose end nobody has seen: true if there is one. Asks no store.
 * It is told from now on. */
bool job_news(struct jobs *jobs, struct sv user, struct arena *arena, struct job *out);
/* Its end has been seen. */
void job_told(struct jobs *jobs, struct sv user, int64_t id);
/* Stops after the chunk in hand. STATUS_NOT_FOUND if it does not run and is not interrupted. */
enum status job_cancel(struct jobs *jobs, struct session *session, int64_t id) MUST_USE;
/* STATUS_NOT_FOUND unless it is interrupted or failed. */
enum status job_continue(struct jobs *jobs, struct session *session, int64_t id) MUST_USE;
/* Starts the job that undoes it: STATUS_NOT_FOUND if there is nothing to undo, STATUS_EXISTS if one
 * does already. */
enum status job_undo(struct jobs *jobs, struct session *session, int64_t id, struct sv trash,
                     int64_t *by) MUST_USE;

#endif
