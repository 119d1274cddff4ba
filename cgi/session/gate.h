/* gate.h — what costs the IMAP server much, done by a few threads of our own, fair among users.
 *
 * A piece of work is a function that is called step by step. Never more than limits.running steps
 * run at once, so that the server's disks serve a few users quickly instead of all of them slowly,
 * and no thread of a request is held by them: a request submits its work, waits a moment, and
 * otherwise answers with the place in the queue. Whoever comes back with the same key finds the
 * same work.
 *
 * Order: work that a page waits for comes before jobs, except a job that has not had a step for
 * GATE_JOB_PATIENCE_MS. Among each kind, the user who was served longest ago comes first; of one
 * user, one step of each kind at a time, the oldest first, and a work that wants another step goes
 * behind his others. Jobs never take the last thread, where there are two or more.
 *
 * What a step finds out it leaves in a slot of the session (session.h). A work holds its session,
 * which therefore outlives a sign-out until the work is done. All functions may be called from any
 * thread; no lock is held while a step runs.
 */
#ifndef VM_GATE_H
#define VM_GATE_H

#include <stdatomic.h>

#include "session.h"

enum {
    GATE_KEY_MAX = 4096, /* bytes of a key; a longer one is STATUS_TOO_LARGE */
    GATE_JOB_PATIENCE_MS = 10000,
    GATE_ARENA = 256 * 1024 * 1024 /* budget of one step */
};

struct gate;
struct gate_ticket; /* one holder's hold on a work */

enum gate_urgency {
    GATE_PAGE, /* somebody looks at a waiting page; forgotten, unless started, if nobody asks for it
                  during limits.forget_ms */
    GATE_JOB,  /* goes on when nobody looks */
    GATE_URGENCIES
};

struct gate_limits {
    size_t running;    /* steps at once, at least 1: as many threads are made */
    size_t each;       /* works of one user, running or waiting */
    int64_t forget_ms; /* also how long the outcome of a finished work waits for who asked for it */
};

/* What a step is given, and what it gives back. */
struct gate_turn {
    struct session *session;
    struct arena *arena; /* forgotten after the step */
    struct diagnosis *diagnosis;
    const atomic_bool *left; /* true: nobody wants it any more, or the program ends; a long step
                                looks now and then and returns early */
    bool again; /* set by the step: it wants another one; its status counts for nothing then */
    int64_t pause_ms; /* with again: not before so long */
};

/* For steps: calls use() with a connection of the session, one that has `mailbox` selected if there
 * is such a one, and gives it back. call: the turn's arena and diagnosis, and the deadline. Other
 * requests of the session do not wait for this connection. A warm one that turns out to be dead is
 * replaced once, so that use() must be such as can be done again. */
typedef enum status gate_use(struct gate_turn *turn, struct imap *imap,
                             const struct imap_call *call, void *context);
enum status gate_imap(struct gate_turn *turn, struct sv mailbox, struct deadline deadline,
                      gate_use *use, void *context) MUST_USE;

struct gate_work {
    struct sv key; /* copied; the works of one session by name */
    enum gate_urgency urgency;
    enum status (*step)(struct gate_turn *turn, void *context);
    void *context; /* belongs to the gate from gate_submit() on, whatever that returns */
    void (*free_context)(void *context);
};

struct gate *gate_new(const struct gate_limits *limits);
/* Ends: no further step is begun. Returns true when all threads have ended; false if some step was
 * still running at the deadline: then nothing that it may use can be freed. */
bool gate_stop(struct gate *gate, struct deadline deadline);
/* Stops it first, if that has not been done, however long the steps take. Work that was not
 * finished is dropped: jobs are kept in the store by who made them. NULL is accepted. */
void gate_free(struct gate **gate);

/* Puts it into the queue, or joins a work of this session with the same key that waits, runs, or
 * has finished without anybody having been told. STATUS_UNAVAILABLE with nothing else changed: this
 * user has limits.each works, or the gate has stopped. */
enum status gate_submit(struct gate *gate, struct session *session, const struct gate_work *work,
                        struct gate_ticket **out) MUST_USE;
/* True while a work of this key waits or runs. */
bool gate_pending(struct gate *gate, const struct session *session, struct sv key);
/* Waits until it has finished. STATUS_TIMEOUT: it has not; otherwise what its last step returned,
 * with that step's diagnosis, and whoever submits the same key from now on starts anew. */
enum status gate_wait(struct gate_ticket *ticket, struct deadline deadline,
                      struct diagnosis *diagnosis) MUST_USE;
/* Tells a STATUS_TIMEOUT of the last step from one of the wait. */
bool gate_finished(struct gate_ticket *ticket);
/* 0: running or finished. Else how many steps of waiting works will be begun up to and including
 * its own, if nothing else comes. */
size_t gate_place(struct gate_ticket *ticket);
/* Milliseconds since it was submitted. */
int64_t gate_age(struct gate_ticket *ticket);
/* Lets go; the work goes on. NULL and pointer to NULL are accepted. */
void gate_release(struct gate_ticket **ticket);

/* Its user has left: a work of that key which has not started is dropped, a started one is told by
 * turn->left. Nothing happens if there is none. */
void gate_leave(struct gate *gate, struct session *session, struct sv key);

/* The same for all of its works that pages wait for: the session ends. Jobs go on. */
void gate_leave_all(struct gate *gate, struct session *session);

struct gate_state {
    size_t running, waiting;
};
struct gate_state gate_state(struct gate *gate);

#endif
