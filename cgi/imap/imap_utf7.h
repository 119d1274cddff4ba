/* imap_utf7.h — mailbox names on the wire: modified UTF-7 (RFC 3501, 5.1.3): inside imap/,
 * and for the names of a Maildir's folders. */
#ifndef VM_IMAP_UTF7_H
#define VM_IMAP_UTF7_H

#include "arena.h"
#include "str.h"

/* Any bytes from the wire to a UTF-8 name, and back to the same bytes. What is not proper modified
 * UTF-7 becomes DEL followed by its bytes as code points. */
struct sv mailbox_decode(struct arena *arena, struct sv wire);
/* STATUS_INVALID for an empty name, invalid UTF-8, NUL, CR or LF; STATUS_TOO_LARGE beyond
 * IMAP_NAME_MAX. */
enum status mailbox_encode(struct arena *arena, struct sv name, struct sv *wire) MUST_USE;

#endif
