/* uid_set.h — many UIDs in a short text that a form or a URL can carry: "1:5,9". */
#ifndef VM_UID_SET_H
#define VM_UID_SET_H

#include "imap_set.h"

/* Empty if there are none, or if it would be longer than `most` bytes. */
struct sv uid_set_write(struct arena *arena, struct imap_uids uids, size_t most);
/* Ascending, each once. STATUS_INVALID for anything but numbers and ranges of them,
 * STATUS_TOO_LARGE beyond `most` UIDs. */
enum status uid_set_read(struct arena *arena, struct sv text, size_t most,
                         struct imap_uids *uids) MUST_USE;

#endif
