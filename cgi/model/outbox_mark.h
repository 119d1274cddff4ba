/* outbox_mark.h — how far a message has come, as the keywords of RFC 5550 on it. Of use to outbox
 * only. */
#ifndef VM_OUTBOX_MARK_H
#define VM_OUTBOX_MARK_H

#include "draft.h"

/* The states of a send in the store; 0 is never one. */
enum outbox_state { OUTBOX_CLAIMED = 1, OUTBOX_SUBMITTING = 2, OUTBOX_SENT = 3 };

/* For what follows a submission: time of its own, since the request's may be used up, and no
 * diagnosis, since the submission's counts. */
struct imap_call outbox_after(struct arena *arena);

/* Selects drafts and marks that version: SUBMITTING $SubmitPending, SENT $Submitted, CLAIMED
 * neither. Does nothing where the mailbox keeps no such keyword or the version is not known. */
enum status outbox_mark(struct imap *imap, const struct imap_call *call, struct sv drafts,
                        struct draft_version version, enum outbox_state state) MUST_USE;

#endif
