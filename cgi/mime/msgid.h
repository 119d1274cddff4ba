/* msgid.h — Message-IDs (RFC 5322 section 3.6.4). */
#ifndef VM_MSGID_H
#define VM_MSGID_H

#include <stdbool.h>

#include "str.h"

struct arena;

enum { MSGID_LENGTH_MAX = 512, MSGID_COUNT_MAX = 1000 };

struct msgids {
    struct sv *items; /* each with its angle brackets, without white space */
    size_t n;
};

/* The identifiers of a Message-ID, In-Reply-To or References field, raw or unfolded; words,
 * comments and whatever is longer than MSGID_LENGTH_MAX or holds control characters are skipped. Of
 * more than MSGID_COUNT_MAX the first is kept and the last. */
struct msgids msgid_list(struct arena *arena, struct sv raw);
/* True for "<printable ASCII with one @ and neither spaces nor brackets>": fit for a header and a
 * search. */
bool msgid_valid(struct sv id);
/* A new, unguessable "<…@domain>"; the domain's odd characters are left out, an empty one becomes
 * "localhost". */
struct sv msgid_new(struct arena *arena, struct sv domain);

#endif
