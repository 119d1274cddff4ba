/* second.h — the second factor of an account: what it has, and whether what somebody shows is
 * right.
 *
 * An account (by its full name, account.h) has one-time codes (totp.h), keys (second_key.h), or
 * both, and beside them recovery codes, which serve once each. What the store holds of them is
 * sealed under the server's key for that account, or a MAC under it: whoever reads the store cannot
 * make a code, and whoever writes into it cannot add one, nor move one to another account. Who can
 * write there can take a second factor away; that leaves the password.
 *
 * How often somebody may try is the caller's to limit. Failures of the store are STATUS_IO.
 */
#ifndef VM_SECOND_H
#define VM_SECOND_H

#include "session.h"
#include "totp.h"

enum {
    SECOND_CODES = 10,                        /* recovery codes made at once */
    SECOND_CODES_FEW = 2,                     /* so many left are worth a warning */
    SECOND_CODE_SIGNS = 16,                   /* 80 bits, in Crockford's base 32 */
    SECOND_CODE_TEXT = SECOND_CODE_SIGNS + 3, /* in groups of four */
};

/* What it has; all zero: no second factor. */
enum status second_state(struct sessions *sessions, struct sv account,
                         struct store_second_counts *out) MUST_USE;
bool second_on(const struct store_second_counts *state);
/* A name of the account that says nothing, in base64url: for whoever makes a key. */
void second_handle(struct sessions *sessions, struct sv account, char out[SESSION_CSRF_TEXT + 1]);
/* True if any account has one. */
enum status second_anywhere(struct sessions *sessions, bool *out) MUST_USE;

/* ---- one-time codes ---- */

/* The secret of a new app, which the account has from now on instead of the one before. The code is
 * the proof that the app has it, and has served with that: STATUS_DENIED if it is wrong. now:
 * seconds since 1970. */
enum status second_totp_set(struct sessions *sessions, struct sv account,
                            const uint8_t secret[TOTP_SECRET_SIZE], struct sv code,
                            int64_t now) MUST_USE;
/* STATUS_DENIED if it is wrong, or if the account has none; STATUS_CHANGED if it is right but has
 * served, or a later one: when the clock was set back, until it has caught up. */
enum status second_totp_check(struct sessions *sessions, struct sv account, struct sv code,
                              int64_t now) MUST_USE;
enum status second_totp_drop(struct sessions *sessions, struct sv account) MUST_USE;

/* ---- recovery codes ---- */

/* New ones, instead of those before. */
enum status second_codes_make(struct sessions *sessions, struct sv account,
                              char out[SECOND_CODES][SECOND_CODE_TEXT + 1]) MUST_USE;
/* Uses one up, however it is typed (crockford_read). STATUS_DENIED if it is none of them, or has
 * been used. */
enum status second_code_use(struct sessions *sessions, struct sv account, struct sv text) MUST_USE;

/* All of it: the account has no second factor any more. */
enum status second_drop(struct sessions *sessions, struct sv account) MUST_USE;

#endif
