/* roll.h — all sessions of one account, by whichever spelling of its name they began: those in
 * memory, and those that only the store knows because nobody has used them since the program was
 * started.
 *
 * A session is called by a name that one other session has for it (a MAC over its id): such a name
 * is no use to anybody else. A public session also has a code of 40 bits, shown on its pages and
 * typed on a telephone to end it. Both are derived, nothing is kept of them.
 */
#ifndef VM_ROLL_H
#define VM_ROLL_H

#include "gate.h"
#include "session.h"

enum { ROLL_MAX = 400, ROLL_CODE_TEXT = 8 /* characters, without the separator */ };

struct roll_entry {
    char name[SESSION_CSRF_TEXT + 1];
    enum session_kind kind;
    bool pass, reading, half;
    bool self;                /* it is the asking one */
    int64_t created, used;    /* seconds since 1970 */
    int64_t expires;          /* if nothing more is done */
    struct sv address, agent; /* of the browser */
};
/* Those whose time is not over, the one used last first; ROLL_MAX at most. */
enum status roll_list(struct session *asking, struct arena *arena, struct roll_entry **out,
                      size_t *count) MUST_USE;
/* Ends the one of that name: store and memory forget it, its idle connections are closed, what
 * waits for it at the gate is dropped, a request in flight finishes. STATUS_NOT_FOUND: there is
 * none (any more). */
enum status roll_end(struct session *asking, struct gate *gate, struct sv name) MUST_USE;
/* All but the asking one, also more than ROLL_MAX; *ended: how many. */
enum status roll_end_others(struct session *asking, struct gate *gate, size_t *ended) MUST_USE;

/* "K7QM-2XRD": of a public session. */
void roll_code(const struct session *session, char out[ROLL_CODE_TEXT + 2]);
/* Ends the public session that shows this code: STATUS_NOT_FOUND if none does, STATUS_INVALID if
 * that is no code (crockford_read). In constant time but for the number of sessions; who may try
 * how often is the caller's. user: whose it was, in the arena. */
enum status roll_end_code(struct sessions *sessions, struct gate *gate, struct sv typed,
                          struct arena *arena, struct sv *user) MUST_USE;

#endif
