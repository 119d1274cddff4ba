/* export.h — the messages of the selected folder, one after the other, with what is known of each.
 *
 * In windows: flags, dates, sizes and envelopes of some messages, then their bodies in few
 * commands, each passed on while it comes. Memory does not grow with the folder but for four bytes
 * a message. Nothing is marked as read, and a folder in which others work meanwhile is no harm: a
 * message that goes is left out, and counted.
 */
#ifndef VM_EXPORT_H
#define VM_EXPORT_H

#include "imap.h"
#include "imap_message.h"
#include "imap_set.h"

enum { EXPORT_WINDOW = 200, EXPORT_AT_ONCE = 8 * 1024 * 1024 /* bytes of bodies in one command */ };

/* Valid during the calls for this message. */
struct export_message {
    uint32_t uid;
    int64_t date;       /* INTERNALDATE */
    unsigned marks;     /* enum mbox_flag */
    struct sv keywords; /* parted by single spaces */
    struct sv sender;   /* raw address of the first From, or empty */
    struct sv subject;  /* decoded, one line; may be empty */
};

/* Called in this order for each message. A status other than OK ends the export. */
struct export_taker {
    enum status (*begin)(void *context, const struct export_message *message);
    enum status (*data)(void *context, struct sv piece);
    enum status (*end)(void *context);
    void *context;
};

struct export_counts {
    uint64_t messages; /* passed on */
    uint64_t gone;     /* had gone meanwhile */
};

/* These messages (ascending), or all of them (NULL). command_ms: of one exchange with the server.
 * Adds to *counts, also on failure. */
enum status export_messages(struct imap *imap, const struct imap_uids *uids, int64_t command_ms,
                            const struct export_taker *taker, struct export_counts *counts,
                            struct diagnosis *diagnosis) MUST_USE;

#endif
