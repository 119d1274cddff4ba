/* second_desk.h — what a session keeps, in memory alone, while its user gives a second factor or
 * changes it: the secret that is being set up, the challenge that is out, how often somebody has
 * tried, whether the password has just been given, the recovery codes that are still to be shown.
 *
 * One desk a session, shared by all its requests; every function may be called from any thread. It
 * goes with the session, wiped.
 */
#ifndef VM_SECOND_DESK_H
#define VM_SECOND_DESK_H

#include "second.h"

enum {
    SECOND_TRIES = 10,          /* of one session; then it has to begin anew */
    SECOND_CHALLENGE_SIZE = 32, /* bytes */
    SECOND_CHALLENGE_TEXT = 43, /* in base64url */
    SECOND_CHALLENGE_S = 300,
    SECOND_OPEN_S = 600, /* so long one may change things after the password (and the code) */
};

struct second_desk;

/* The session's, with a hold for the caller. */
struct second_desk *second_desk_of(struct session *session);
void second_desk_release(struct second_desk **desk);

/* Before something is checked, so that many at once count like one after the other: false after
 * SECOND_TRIES. */
bool second_desk_try(struct second_desk *desk) MUST_USE;
/* It was right: the count begins anew. */
void second_desk_right(struct second_desk *desk);

/* A new challenge; the one before counts no more. */
void second_desk_challenge(struct second_desk *desk, char out[SECOND_CHALLENGE_TEXT + 1]);
/* Takes it, so that it serves once. STATUS_NOT_FOUND if there is none, or it is too old. */
enum status second_desk_answered(struct second_desk *desk,
                                 char out[SECOND_CHALLENGE_TEXT + 1]) MUST_USE;

/* The secret that is being set up: made when somebody asks first. */
void second_desk_secret(struct second_desk *desk, uint8_t out[TOTP_SECRET_SIZE]);
/* False if none is being set up. */
bool second_desk_secret_there(struct second_desk *desk, uint8_t out[TOTP_SECRET_SIZE]) MUST_USE;
void second_desk_secret_forget(struct second_desk *desk);

/* How far its user may go with the second factor: times run on the steady clock. */
enum second_door {
    SECOND_DOOR_SHUT, /* the password first */
    SECOND_DOOR_HALF, /* now the second factor that there is */
    SECOND_DOOR_OPEN,
};
enum second_door second_desk_door(struct second_desk *desk);
void second_desk_set_door(struct second_desk *desk, enum second_door door);

/* Recovery codes, to be shown once. */
void second_desk_codes_put(struct second_desk *desk, char (*codes)[SECOND_CODE_TEXT + 1]);
bool second_desk_codes_take(struct second_desk *desk,
                            char out[SECOND_CODES][SECOND_CODE_TEXT + 1]) MUST_USE;

#endif
