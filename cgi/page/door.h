/* door.h — what stands before every check of a secret (password, one-time pass, code): who tries
 * too often waits (session/throttle.h), and only so many are checked at once.
 *
 *     struct door door;
 *     if (door_enter(page, user, &door) != STATUS_OK)
 *         return show_form(page, door.code, door.words);   // the form again, with what was typed
 *     … check the secret, until door.deadline …
 *     door.cause = "pass";                                  // for the log, where it is another
 *     door_leave(&door, DOOR_WRONG);
 *
 * Each DOOR_WRONG is one line of the log, always of this form, which fail2ban reads
 * (deploy/fail2ban): the address stands before anything the visitor typed.
 *
 *     login-failure request=ID address=192.0.2.7 cause=password user="claire"
 */
#ifndef VM_DOOR_H
#define VM_DOOR_H

#include "page.h"
#include "throttle.h"

enum { DOOR_CHECK_MS = 30 * 1000 }; /* no check of a secret takes longer */

struct door {
    struct deadline deadline; /* for the check: sooner than the request's */
    const char *cause;        /* what was wrong: one word, a literal */
    bool passing;  /* nothing is to be remembered of this place: a public session, half a sign-in */
    unsigned code; /* not let in: the HTTP status, 429 or 503 */
    struct sv words; /* and a sentence or two for the reader */
    /* For the form's next try, as its field "turn"; empty: nothing (throttle_turn()). */
    char turn[THROTTLE_TURN_TEXT + 1];
    struct page *page; /* the rest is door.c's */
    struct sv user, name;
    struct ip address;
    struct throttle_try try_;
};

/* Before a password of `user` is checked at a sign-in; user as typed, and it stays
 * where it is until door_leave(). Otherwise than STATUS_OK (STATUS_UNAVAILABLE): not now; code and
 * words are set, Retry-After is in the response, and door_leave() may be called but does nothing.
 */
enum status door_enter(struct page *page, struct sv user, struct door *door) MUST_USE;
/* The same before a one-time pass, which what others try does not hold up. */
enum status door_enter_pass(struct page *page, struct sv user, struct door *door) MUST_USE;
/* The same before a code (second factor, the short code of /end), or the password asked for again
 * in a session: stricter. user may be empty where none is known yet. */
enum status door_enter_code(struct page *page, struct sv user, struct door *door) MUST_USE;

enum door_outcome {
    DOOR_RIGHT,  /* the one who came in is the user */
    DOOR_HALF,   /* right, but it does not prove all: a second step is still to come, or it was the
                  * password asked for again in a session */
    DOOR_WRONG,  /* refused: counted and logged */
    DOOR_UNKNOWN /* nobody could tell, for instance because the server failed */
};
/* Once after a door_enter() that let one in, on every way out. */
void door_leave(struct door *door, enum door_outcome outcome);

#endif
