/* imap_veil.h — what a connection does not show (struct imap_veil, imap.h), inside imap/. */
#ifndef VM_IMAP_VEIL_H
#define VM_IMAP_VEIL_H

#include "imap_fetch.h"
#include "imap_talk.h"

/* What must be asked for besides, to know what may be shown. */
struct imap_items veil_items(const struct imap *imap, const struct imap_items *items);
/* Takes out what is not there; of what is hidden stays what struct imap_message says. In place. */
void veil_draw(const struct imap *imap, struct imap_message *messages, size_t *n);
/* Before anything of a message's text is read: STATUS_NOT_FOUND with CAUSE_MESSAGE_MISSING if it is
 * not there, STATUS_DENIED with CAUSE_HIDDEN if it is hidden. One round trip, unless
 * imap_fetch_uids() has just shown it. */
enum status veil_admit(struct imap *imap, const struct imap_call *call, uint32_t uid) MUST_USE;
/* The criteria that keep a search to what is there, with a space behind them; nothing if all is. */
void veil_criteria_add(struct imap_batch *batch);
/* These, ascending, are all that is there: what comes before them need not be looked at again. */
void veil_learn(struct imap *imap, struct imap_uids uids);

#endif
