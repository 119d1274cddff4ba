/* unsubscribe.h — how a letter's sender says that one leaves its list: List-Unsubscribe (RFC 2369),
 * List-Unsubscribe-Post (RFC 8058). */
#ifndef VM_UNSUBSCRIBE_H
#define VM_UNSUBSCRIBE_H

#include <stdbool.h>

#include "str.h"

struct arena;

enum {
    UNSUBSCRIBE_URL_MAX = 2000, /* bytes; a longer one counts as none */
    UNSUBSCRIBE_FIELD_MAX = 16 * 1024
};

/* Of each kind the first that can be used; empty: none. */
struct unsubscribe {
    struct sv to;            /* the address of a mailto:, which SMTP takes */
    struct sv subject, text; /* what to write there; UTF-8, one line and several; may be empty */
    struct sv url;           /* https or http, ASCII without spaces, quotes and angle brackets */
    struct sv host;          /* its host's name, lower case, without user and port */
    bool one_click;          /* url is https, and takes UNSUBSCRIBE_ONE_CLICK by POST */
};

/* The body of that POST and its media type (RFC 8058 section 3.1). */
#define UNSUBSCRIBE_ONE_CLICK "List-Unsubscribe=One-Click"
#define UNSUBSCRIBE_TYPE "application/x-www-form-urlencoded"

/* From a header block. Everything lives in the arena or views the block. */
void unsubscribe_read(struct arena *arena, struct sv block, struct unsubscribe *out);
/* True if a DKIM-Signature of `domain` in the block covers both fields, each of which stands there
 * once (RFC 8058 section 4). Whether the signature is valid is not asked here. */
bool unsubscribe_covered(struct arena *arena, struct sv block, struct sv domain);

#endif
