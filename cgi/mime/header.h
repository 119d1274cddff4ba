/* header.h — the fields of a raw header block (RFC 5322 section 2.2). Lines may end in CRLF or LF.
 */
#ifndef VM_HEADER_H
#define VM_HEADER_H

#include <stdbool.h>

#include "str.h"

struct arena;

struct field {
    struct sv name;  /* as written, without the colon */
    struct sv value; /* raw and still folded, without the last line end; views the block */
    struct sv whole; /* the field as it stands, from its name to its last line end */
};

/* The next field at *at, which moves on. Lines that are no field ("From " of an mbox, junk) are
 * skipped. False at the empty line or the end; *at then stands behind the empty line, at the body.
 */
bool header_next(struct sv block, size_t *at, struct field *out);
/* The raw value of the first (last) field of that name; false if there is none. */
bool header_find(struct sv block, struct sv name, struct sv *value);
bool header_find_last(struct sv block, struct sv name, struct sv *value);
/* One line: folds become one space each, other control characters too; trimmed. Bytes above 0x7f
 * stay as they are. A view of raw where nothing changes. */
struct sv header_unfold(struct arena *arena, struct sv raw);
/* The first field of that name as text for people: unfolded, encoded-words decoded, valid UTF-8
 * without control characters; empty if there is none. */
struct sv header_text(struct arena *arena, struct sv block, struct sv name);
/* True if name may stand before a colon: 1 to 76 printable ASCII characters without ':'. */
bool header_name_valid(struct sv name);

#endif
