/* announcement.h — a message from the site itself to its user, put into the inbox and sent nowhere.
 */
#ifndef VM_ANNOUNCEMENT_H
#define VM_ANNOUNCEMENT_H

#include "imap.h"

struct announcement {
    struct sv from_name, from_domain; /* comes from postmaster@ that domain (RFC 5321, 4.5.1) */
    struct sv to;                     /* the user's address */
    struct sv subject, text;          /* UTF-8 */
    int64_t at;                       /* seconds since 1970 */
    int32_t offset;                   /* minutes east of UTC, of the reader's clock */
};

/* Appends it to INBOX, unread. No mailbox is selected by that. */
enum status announcement_put(struct imap *imap, const struct imap_call *call,
                             const struct announcement *announcement) MUST_USE;

#endif
