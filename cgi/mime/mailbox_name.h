/* mailbox_name.h — mailbox names in modified UTF-7 (RFC 3501, 5.1.3): what stands on IMAP's wire
 * and, on most servers, in the names of the mailboxes' files and directories. */
#ifndef VM_MAILBOX_NAME_H
#define VM_MAILBOX_NAME_H

#include "arena.h"
#include "str.h"

enum { MAILBOX_NAME_MAX = 1000 }; /* bytes of the encoded form */

/* Any bytes from the wire to a UTF-8 name, and back to the same bytes. What is not proper modified
 * UTF-7 becomes DEL followed by its bytes as code points. */
struct sv mailbox_decode(struct arena *arena, struct sv wire);
/* STATUS_INVALID for an empty name, invalid UTF-8, NUL, CR or LF; STATUS_TOO_LARGE beyond
 * MAILBOX_NAME_MAX. */
enum status mailbox_encode(struct arena *arena, struct sv name, struct sv *wire) MUST_USE;

#endif
