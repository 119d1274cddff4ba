/* imap_negation.h — searches for messages in whose texts something is not, on servers that answer
 * NOT wrongly, inside imap/.
 *
 * Dovecot with fts-xapian, as Debian 12 has it, finds nothing whenever a text or a header field is
 * under a NOT. Then the messages that have it are looked for, and left out here. */
#ifndef VM_IMAP_NEGATION_H
#define VM_IMAP_NEGATION_H

#include "imap_search.h"

struct negation {
    const struct imap_criteria *without;  /* all the other criteria; NULL: every message */
    const struct imap_criteria *left_out; /* of those, the ones that have what was negated */
};

/* False: no text is under a NOT that every result must meet. Inside an OR it stays as it is. */
bool negation_split(struct arena *arena, const struct imap_criteria *criteria,
                    struct negation *out);
#endif
