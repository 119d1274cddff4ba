/* imap_change.h — marking, copying, moving and deleting messages of the selected mailbox.
 *
 * Long lists go out in several commands of IMAP_SET_MAX bytes; when one fails those before it have
 * been done. Messages that no longer exist are passed over in silence, as IMAP does. */
#ifndef VM_IMAP_CHANGE_H
#define VM_IMAP_CHANGE_H

#include "imap.h"
#include "imap_message.h"
#include "imap_set.h"

/* Adds or takes away flags. IMAP_RECENT is STATUS_INVALID; keywords must be atoms. A keyword that
 * the mailbox does not keep is dropped by the server: see imap_keeps_keyword(). */
enum status imap_store(struct imap *imap, const struct imap_call *call, struct imap_uids uids,
                       const struct imap_flags *flags, bool add) MUST_USE;

/* Where copied messages went: COPYUID (RFC 4315), or for a move without UIDPLUS the new UIDs of a
 * target that has grown by just as many. */
struct imap_copied {
    bool known;            /* for all of them */
    uint32_t uidvalidity;  /* of the target */
    struct imap_uids from; /* in step with to */
    struct imap_uids to;
};

/* STATUS_NOT_FOUND: there is no mailbox `target`. */
enum status imap_copy(struct imap *imap, const struct imap_call *call, struct imap_uids uids,
                      struct sv target, struct imap_copied *copied) MUST_USE;
/* Without MOVE: copies all, then deletes all; a failure between the two leaves both, and says so by
 * its status: nothing is lost. */
enum status imap_move(struct imap *imap, const struct imap_call *call, struct imap_uids uids,
                      struct sv target, struct imap_copied *copied) MUST_USE;

/* Deletes these messages for good, and no others: marks them \Deleted, then UID EXPUNGE. Without
 * UIDPLUS other messages that carry \Deleted are unmarked for the time of one EXPUNGE and marked
 * again; should the connection break just then, they stay unmarked, never expunged. (Another client
 * that marks a message within those few milliseconds has it expunged too: there is no way around it
 * without UIDPLUS.) */
enum status imap_expunge(struct imap *imap, const struct imap_call *call,
                         struct imap_uids uids) MUST_USE;

#endif
