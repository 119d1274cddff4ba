/* order.h — all messages of a search or of a sorted folder, in order, kept with the session.
 *
 * What costs the server much (a search in texts, a sort that it gives only as a whole, a sort that
 * it cannot do and that is done here) is computed once and then cut into pages. It is used again as
 * long as folder, order and query are the same and UIDVALIDITY, UIDNEXT and EXISTS have not moved;
 * where flags matter, HIGHESTMODSEQ too (a server without it searches again). Sort keys that were
 * read for a sort of our own are kept also when the folder has changed: only those of new messages
 * are read then.
 */
#ifndef VM_ORDER_H
#define VM_ORDER_H

#include "query.h"
#include "session.h"

enum {
    ORDER_OWN_MAX = 100 * 1000, /* messages that we sort ourselves; the newest ones */
    ORDER_LOOK_MAX = 20 * 1000, /* structures looked at for attachments; the newest ones */
    ORDER_KEY_MAX = 48          /* bytes of a key that count in a sort of ours */
};

struct order_request {
    struct imap_sorting sorting; /* ARRIVAL: that of the mailbox, by sequence */
    const struct query *query;
    struct sv query_key; /* tells queries apart: same text on the same day, same result */
    uint32_t uidnext;    /* as a fresh STATUS has told, or 0 */
    bool kept_only;      /* STATUS_CANCELLED rather than a deep query anew (query_deep()) */
};

struct order_window {
    struct imap_uids uids;
    uint32_t total;
    bool indexed; /* seek_state.indexed */
    bool cut;     /* a limit was reached: older messages are missing */
};

/* The window [skip, skip + count) of the selected mailbox. */
enum status order_window(struct session *session, struct imap *imap, const struct imap_call *call,
                         const struct order_request *request, uint32_t skip, uint32_t count,
                         struct order_window *window) MUST_USE;

/* True if the session holds that order of that folder; it may have become old. */
bool order_kept(struct session *session, struct sv folder, const struct order_request *request);

#endif
