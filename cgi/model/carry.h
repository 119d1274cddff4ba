/* carry.h — attachments that go from one message of the account into another.
 *
 * They pass through a spool and are never whole in memory. A part stays encoded as it is where its
 * bytes may stand in a new message; otherwise it is decoded and encoded anew.
 */
#ifndef VM_CARRY_H
#define VM_CARRY_H

#include "imap_fetch.h"
#include "spool.h"
#include "write.h"

/* Part `id` of message `uid` of the selected mailbox, which has this structure. The spool must
 * outlive the attachment. STATUS_NOT_FOUND if there is no such part (CAUSE_MESSAGE_MISSING),
 * STATUS_TOO_LARGE at the spool's limit. */
enum status carry_part(struct imap *imap, const struct imap_call *call, uint32_t uid,
                       const struct imap_part *structure, struct sv id, struct spool *spool,
                       struct attachment *out) MUST_USE;
/* The whole message, or the message/rfc822 in its part `nested`. filename: "Subject.eml". */
enum status carry_message(struct imap *imap, const struct imap_call *call, uint32_t uid,
                          const struct imap_part *structure, struct sv nested, struct sv filename,
                          struct spool *spool, struct attachment *out) MUST_USE;

#endif
