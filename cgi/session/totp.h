/* totp.h — one-time codes by the clock (RFC 6238 over RFC 4226): HMAC-SHA1, six digits, a step of
 * 30 seconds, the only kind that every authenticator app understands.
 *
 * Pure functions of secret and time; that no step serves twice is kept in the store (second.h).
 */
#ifndef VM_TOTP_H
#define VM_TOTP_H

#include "str.h"

enum {
    TOTP_SECRET_SIZE = 20,
    TOTP_SECRET_TEXT = 32, /* the secret in base32 */
    TOTP_DIGITS = 6,
    TOTP_STEP_S = 30,
    TOTP_WINDOW = 1,     /* steps by which the two clocks may differ, either way */
    TOTP_SAID_MAX = 100, /* bytes of a site's name or of an account in the link */
};

/* The step that a time (seconds since 1970) belongs to. */
int64_t totp_step(int64_t now);
void totp_code(const uint8_t secret[TOTP_SECRET_SIZE], int64_t step, char out[TOTP_DIGITS + 1]);
/* The newest step within the window around `now` whose code this is; blanks in it do not count.
 * STATUS_DENIED: there is none. All of the window is always compared, in constant time. */
enum status totp_find(const uint8_t secret[TOTP_SECRET_SIZE], struct sv code, int64_t now,
                      int64_t *step) MUST_USE;
/* Base32 (RFC 4648), as apps take it where it is typed. */
void totp_secret_text(const uint8_t secret[TOTP_SECRET_SIZE], char out[TOTP_SECRET_TEXT + 1]);
/* The otpauth: link that a picture or a click hands to the app. Both names are cut to TOTP_SAID_MAX
 * at a character's end; a colon in the site's name, which would end it there, becomes a blank. */
void totp_link(const uint8_t secret[TOTP_SECRET_SIZE], struct sv site, struct sv account,
               struct sb *out);

#endif
