/* codes.h — mail by which an account changes hands: login codes, password resets, sign-in links.
 *
 * Judged by subject and sender alone, in the languages that such mail comes in here. It is a guess,
 * on the side of hiding: what is wrongly taken for such mail is read at home, and what is not found
 * is read as any other.
 */
#ifndef VM_CODES_H
#define VM_CODES_H

#include "imap_message.h"

/* subject: decoded. mailbox: what stands before the "@" of its sender; may be empty. */
bool codes_in(struct sv subject, struct sv mailbox);
/* The same of what a server tells: for imap_veil.hides. */
bool codes_in_envelope(const struct imap_envelope *envelope);

#endif
