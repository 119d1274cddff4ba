/* second_key.h — the security keys and passkeys of an account (passkey.h has their bytes).
 *
 * What a key is stands sealed in the store: nobody who writes there adds one. It is bound to the
 * site that it was made for, and its counter only goes up: one that goes back is a copy's.
 */
#ifndef VM_SECOND_KEY_H
#define VM_SECOND_KEY_H

#include "client_data.h"
#include "passkey.h"
#include "second.h"

enum { SECOND_KEY_NAME_MAX = 100 }; /* bytes */

struct second_key {
    uint8_t hash[STORE_ID_SIZE]; /* by which it is known here */
    struct sv name, rp_id;
    struct passkey passkey; /* its counter as of its last use */
    int64_t added, used;    /* seconds since 1970; 0: never */
};

/* What a browser answers to a challenge, as bytes. */
struct second_key_answer {
    struct sv origin;      /* of our page, as the browser must name it */
    struct sv rp_id;       /* our name, without a port */
    struct sv challenge;   /* that this session was given, in base64url */
    struct sv client_data; /* from the browser, as all below */
    struct sv data;        /* authenticator data */
    struct sv id;          /* which key; not at second_key_add() */
    struct sv signature;   /* not at second_key_add() */
};

/* In the order in which they were added; a row that nobody here has sealed is left out and logged.
 */
enum status second_key_list(struct sessions *sessions, struct sv account, struct arena *arena,
                            struct second_key **out, size_t *count) MUST_USE;
/* A key that the browser has just made. name: cut to SECOND_KEY_NAME_MAX. STATUS_DENIED if the
 * answer is not one to our question, STATUS_EXISTS, STATUS_TOO_LARGE beyond STORE_SECOND_KEYS_MAX.
 */
enum status second_key_add(struct sessions *sessions, struct sv account,
                           const struct second_key_answer *answer, struct sv name) MUST_USE;
/* Whether a key of the account has answered. STATUS_DENIED if not; STATUS_CHANGED if its counter
 * has gone back: there may be a copy of it. */
enum status second_key_check(struct sessions *sessions, struct sv account,
                             const struct second_key_answer *answer) MUST_USE;
enum status second_key_drop(struct sessions *sessions, struct sv account,
                            const uint8_t hash[STORE_ID_SIZE]) MUST_USE;

#endif
