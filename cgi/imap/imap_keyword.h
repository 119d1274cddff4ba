/* imap_keyword.h — keywords that people choose (RFC 3501, 2.3.2: an atom). */
#ifndef VM_IMAP_KEYWORD_H
#define VM_IMAP_KEYWORD_H

#include "arena.h"
#include "str.h"

/* The keyword for a name, as Thunderbird makes it: blanks and ( ) / { % * < > \ " become "_", the
 * rest modified UTF-7 in lower case; and "]", which its own list forgets and no atom may hold,
 * becomes "_" too. STATUS_INVALID for an empty name or invalid UTF-8, STATUS_TOO_LARGE beyond what
 * a mailbox name may have. */
enum status imap_keyword_of(struct arena *arena, struct sv name, struct sv *keyword) MUST_USE;

#endif
