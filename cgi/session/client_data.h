/* client_data.h — what a browser says it signed for a security key: the clientDataJSON of Web
 * Authentication (W3C, Level 2, 5.8.1). A pure parser of what a stranger sends.
 */
#ifndef VM_CLIENT_DATA_H
#define VM_CLIENT_DATA_H

#include "str.h"

enum {
    CLIENT_DATA_MAX = 4096,     /* bytes */
    CLIENT_DATA_TEXT_MAX = 512, /* bytes of a text that matters */
    CLIENT_DATA_DEPTH = 8,      /* of what is in it besides */
};

/* What must stand there. */
struct client_data {
    struct sv type;      /* "webauthn.get", "webauthn.create" */
    struct sv challenge; /* in base64url, as the browser was given it */
    struct sv origin;    /* "https://mail.example.org", with a port that is not the usual one */
};

/* One JSON object (RFC 8259) and nothing behind it, with exactly these three texts, of a page that
 * is in nobody's frame. What else a browser writes there is read and not heeded. STATUS_INVALID: it
 * is no such object, says one of its names twice, or is beyond the limits; STATUS_DENIED: it is
 * about something else. */
enum status client_data_check(struct sv json, const struct client_data *want) MUST_USE;

#endif
