/* attachment.h — whether a message has attachments, from its BODYSTRUCTURE alone. */
#ifndef VM_ATTACHMENT_H
#define VM_ATTACHMENT_H

#include <stdbool.h>

#include "imap_message.h"

/* True if some leaf is marked as an attachment, or is neither text nor referenced from a text
 * (multipart/related with a Content-ID). Signatures and the parts of a delivery report are none.
 * structure may be NULL. */
bool attachment_any(const struct imap_part *structure);

#endif
