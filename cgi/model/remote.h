/* remote.h — whether the remote images of a letter are shown: never, unless the reader says so.
 *
 * Once, by a token of this session in the address (page/link.h); always, for a sender that the
 * reader has named; and with the preference `never` not at all, whatever else was said. A letter
 * says who sent it and can lie: naming a sender shows pictures, and nothing else; where the site's
 * server found that it lies, the page does not ask whether its sender is named.
 */
#ifndef VM_REMOTE_H
#define VM_REMOTE_H

#include "letter.h"
#include "preferences.h"

/* The address to remember, in lower case: of the one mailbox in From. Empty if there is none, more
 * than one, or one that no mail can come from: such a letter is asked about each time. */
struct sv remote_sender(struct arena *arena, const struct letter *letter);

/* Whether the reader has named the sender of this letter. False as well if the store fails, which
 * is logged: pictures stay out. */
bool remote_sender_named(struct session *session, struct store *store, struct arena *arena,
                         const struct letter *letter);

#endif
