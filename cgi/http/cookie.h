/* cookie.h — reads and writes cookies (RFC 6265bis). Ours are all __Host-, Secure, HttpOnly,
 * SameSite=Strict, Path=/, so that no neighbour and no subdomain can read or plant one. */
#ifndef VM_COOKIE_H
#define VM_COOKIE_H

#include <stdint.h>

#include "response.h"
#include "str.h"

enum { COOKIE_VALUE_MAX = 1024 };
enum { COOKIE_SESSION = -1, COOKIE_EXPIRED = 0 }; /* for max_age_s */

/* The value of exactly that name in a Cookie header. STATUS_NOT_FOUND if absent, STATUS_INVALID if
 * it is there more than once (somebody planted one) or its value is empty or not of cookie
 * characters. */
enum status cookie_get(struct sv header, struct sv name, struct sv *value) MUST_USE;
/* Adds Set-Cookie. `name` starts with "__Host-". max_age_s: seconds, COOKIE_SESSION (until the
 * browser closes) or COOKIE_EXPIRED (deletes it; the value is ignored). A value that is not of
 * cookie characters or beyond COOKIE_VALUE_MAX spoils the response. */
void cookie_set(struct response *response, struct sv name, struct sv value, int64_t max_age_s);

#endif
