/* thread_cabinet.h — the conversations of the last few folders that a session has listed by them,
 * shared by all of its requests.
 *
 * What is kept of a folder is changed by one request at a time, which has the turn and asks the
 * server meanwhile; others that want to change it wait for their turn, and then find what it has
 * found out. Who only looks never waits: changes are entered under the cabinet's lock, which is not
 * held during I/O. */
#ifndef VM_THREAD_CABINET_H
#define VM_THREAD_CABINET_H

#include "session.h"
#include "thread_forest.h"
#include "thread_link.h"

enum { THREADS_FOLDERS = 4 }; /* kept for a session, the last ones used */

struct thread_cabinet;
struct thread_place; /* a folder's place in it, of which the holder has the turn */

struct thread_kept {
    struct thread_forest forest;
    struct thread_link *link; /* where we link ourselves; else NULL */
    bool by_subject;          /* as the server does it */
    uint32_t uidnext;         /* messages from this UID on are not in it yet */
};
void thread_kept_deinit(struct thread_kept *kept);

/* The session's own; the caller releases it. */
struct thread_cabinet *thread_cabinet_of(struct session *session);
void thread_cabinet_release(struct thread_cabinet **cabinet);

/* The server does not survive a THREAD: this session links by itself from now on. */
void thread_cabinet_be_alone(struct thread_cabinet *cabinet);
bool thread_cabinet_alone(const struct thread_cabinet *cabinet);

enum thread_want {
    THREAD_WANT_KEPT,  /* only a place where something is kept: STATUS_NOT_FOUND */
    THREAD_WANT_PLACE, /* an empty one as well */
};
/* The turn of a folder, whose mailbox is the one of this UIDVALIDITY. STATUS_TIMEOUT: others have
 * had it until the deadline. */
enum status thread_place_enter(struct thread_cabinet *cabinet, struct sv folder,
                               uint32_t uidvalidity, enum thread_want want,
                               struct deadline deadline, struct thread_place **out) MUST_USE;
/* Gives the turn on. */
void thread_place_leave(struct thread_cabinet *cabinet, struct thread_place **place);

/* What is kept there, for who has the turn: read as it is, changed with the lock held. NULL:
 * nothing. */
struct thread_kept *thread_place_kept(struct thread_place *place);
/* Keeps this instead, which belongs to the place from now on; NULL: nothing any more. */
void thread_place_put(struct thread_cabinet *cabinet, struct thread_place *place,
                      const struct thread_kept *kept);

void thread_cabinet_lock(struct thread_cabinet *cabinet);
void thread_cabinet_unlock(struct thread_cabinet *cabinet);
/* What is kept of a folder, for who has the lock and as long; NULL: nothing. */
const struct thread_kept *thread_cabinet_look(struct thread_cabinet *cabinet, struct sv folder,
                                              uint32_t uidvalidity);

#endif
