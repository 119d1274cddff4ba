/* authres.h — Authentication-Results (RFC 8601): what the server at the site's border found out
 * about where a letter comes from.
 *
 * Anybody can write such a field, so that nothing is believed but by name and by place:
 *   - its authserv-id is one of the names that the site has configured;
 *   - it stands above the border's own Received field ("by" one of those names), or below it and
 *     above the next; in a letter without such a field, above the first Received field. Where
 *     fields stand above the first Received and that is not the border's, only those count;
 *   - of each method only the uppermost such field counts.
 * What a sender has put right below, before any Received field of its own, cannot be told from the
 * truth by its place: the border's server must take out fields that bear its name (RFC 8601 section
 * 5), as its documentation has it.
 */
#ifndef VM_AUTHRES_H
#define VM_AUTHRES_H

#include <stdbool.h>

#include "str.h"

struct arena;

enum authres_method { AUTHRES_SPF, AUTHRES_DKIM, AUTHRES_DMARC, AUTHRES_METHOD_COUNT };

/* RFC 8601 section 2.7; what is none of these words is left out. */
enum authres_result {
    AUTHRES_NONE, /* there was nothing to check */
    AUTHRES_PASS,
    AUTHRES_FAIL, /* "hardfail" too */
    AUTHRES_SOFTFAIL,
    AUTHRES_NEUTRAL,
    AUTHRES_POLICY,
    AUTHRES_TEMPERROR,
    AUTHRES_PERMERROR,
    AUTHRES_RESULT_COUNT
};

struct authres_item {
    enum authres_method method;
    enum authres_result result;
    /* Whom it is about, lower case, may be empty: smtp.mailfrom, header.d (else header.i),
     * header.from. */
    struct sv domain;
};

enum {
    AUTHRES_ITEMS_MAX = 32,        /* further ones are left out */
    AUTHRES_FIELD_MAX = 16 * 1024, /* bytes; a longer field is not read */
    AUTHRES_DOMAIN_MAX = 255       /* a longer name counts as none */
};

struct authres {
    struct authres_item items[AUTHRES_ITEMS_MAX];
    size_t n;
};

/* What is believed of a header block in its own order, of which Received and Authentication-Results
 * alone matter. servers: names parted by spaces; empty: nothing is believed. Domains live in the
 * arena. */
void authres_collect(struct arena *arena, struct sv block, struct sv servers, struct authres *out);

#endif
