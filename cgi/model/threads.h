/* threads.h — the conversations of the selected folder, found out once and kept with the session.
 *
 * The server's THREAD tells them, or, where it has none, refuses it or ends the connection over it
 * (then the call fails once), our own linking (thread_link.h) of all headers. Either is costly for
 * a large mailbox the first time: threads_compute() belongs behind the gate. From then on
 * threads_refresh() follows what happens by difference. Messages that are gone are known by the
 * list of UIDs, which costs little; and only where UIDNEXT and EXISTS cannot be explained by what
 * has come. New ones are linked to the others by thread_relatives.h, or by the hashes that our own
 * linking has kept: no second THREAD. Nor for a second request of the session that asks for the
 * same meanwhile (thread_cabinet.h): it waits for its turn, as long as the call may take, and finds
 * what the first one has found out (STATUS_UNAVAILABLE with CAUSE_BUSY when its turn does not
 * come).
 *
 * A conversation is of one folder. */
#ifndef VM_THREADS_H
#define VM_THREADS_H

#include "session.h"
#include "thread_forest.h"

enum {
    THREADS_CHEAP = 500, /* messages of which threads_compute() costs no more than a page */
    THREADS_OWN_MAX =
        100000,          /* messages that we link ourselves, the newest; older ones stand alone */
    THREADS_NEW_MAX = 20 /* new ones that are linked by searching; with more, a new THREAD is
                            what costs less */
};

/* Brings what is kept up to date with the selected mailbox, as fresh as the last operation on it.
 * uidnext: as a fresh STATUS has told, or 0. STATUS_NOT_FOUND: nothing is kept that would serve;
 * the diagnosis is left alone. */
enum status threads_refresh(struct session *session, struct imap *imap,
                            const struct imap_call *call, uint32_t uidnext) MUST_USE;
/* Finds out and keeps them, of the selected mailbox; or brings them up to date, if another request
 * has found them out meanwhile. */
enum status threads_compute(struct session *session, struct imap *imap,
                            const struct imap_call *call) MUST_USE;

struct thread_row {
    struct imap_uids members; /* ascending, never empty: the last is the newest */
};

struct threads_window {
    struct thread_row *rows;
    size_t n;
    uint32_t total;   /* conversations */
    uint32_t uidnext; /* messages from this UID on are in none of them yet */
};

struct threads_query {
    struct sv folder;
    uint32_t uidvalidity;
    const struct imap_uids *only; /* those that have one of these messages (ascending); NULL: all */
    uint32_t skip, count;
    bool oldest_first; /* by the newest message of each */
};

/* A page of them, from what is kept. STATUS_NOT_FOUND: nothing is. */
enum status threads_window(struct session *session, struct arena *arena,
                           const struct threads_query *query, struct threads_window *out) MUST_USE;

struct thread_found {
    struct imap_uids members; /* ascending */
    uint32_t later, earlier;  /* newest messages of the neighbours in the list, or 0 */
    uint32_t position, total; /* from 1, newest reply first */
};

/* The conversation that has this message; STATUS_NOT_FOUND: not known. */
enum status threads_find(struct session *session, struct arena *arena, struct sv folder,
                         uint32_t uidvalidity, uint32_t uid, struct thread_found *out) MUST_USE;

/* All messages, ascending, of the conversations that these messages are of, without those that came
 * from UID `until` on: nobody has seen them. A message of no known conversation stands for itself.
 * STATUS_NOT_FOUND: nothing is kept of the folder. */
enum status threads_expand(struct session *session, struct arena *arena, struct sv folder,
                           uint32_t uidvalidity, struct imap_uids uids, uint32_t until,
                           struct imap_uids *out) MUST_USE;

#endif
