/* chosen.h — which messages an export or a copy for the journey is about: folder (raw name;
 * empty for all folders), and with uids ("1:5,9") and v (UIDVALIDITY) these messages of it. */
#ifndef VM_CHOSEN_H
#define VM_CHOSEN_H

#include "folder.h"
#include "imap_set.h"
#include "page.h"

enum { CHOSEN_MAX = 100000, CHOSEN_TEXT_MAX = 6000 };

struct chosen {
    const struct folder *folder; /* NULL: all folders */
    bool some;                   /* uids only */
    struct imap_uids uids;       /* ascending */
    uint32_t uidvalidity;        /* with some */
};

/* From the request's query. STATUS_NOT_FOUND: there is no such folder that holds messages;
 * STATUS_CHANGED with CAUSE_MAILBOX_CHANGED; STATUS_INVALID. */
enum status chosen_read(struct page *page, struct imap *imap, const struct folders *folders,
                        struct chosen *out) MUST_USE;

#endif
