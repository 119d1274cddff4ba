/* imap_bodies.h — whole messages, many in one command, each passed on while it comes. */
#ifndef VM_IMAP_BODIES_H
#define VM_IMAP_BODIES_H

#include "flow.h"
#include "imap.h"
#include "imap_set.h"

/* Called in this order for each message. A status other than OK ends the operation with that
 * status and makes the connection unusable: what is still on its way is of no use. */
struct imap_bodies {
    enum status (*begin)(void *context, uint32_t uid, uint64_t size);
    enum status (*data)(void *context, struct sv piece);
    enum status (*end)(void *context, uint32_t uid);
    void *context;
};

/* These messages of the selected mailbox, as they are there, in ascending order. Those that no
 * longer exist are left out. Nothing sets \Seen. */
enum status imap_fetch_bodies(struct imap *imap, const struct imap_call *call,
                              struct imap_uids uids, const struct imap_bodies *bodies) MUST_USE;

#endif
