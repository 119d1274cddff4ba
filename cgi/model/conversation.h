/* conversation.h — a folder's conversations as rows of a list. */
#ifndef VM_CONVERSATION_H
#define VM_CONVERSATION_H

#include "listing.h"
#include "threads.h"

enum {
    CONVERSATION_LOOK = 4, /* messages of a conversation whose sender is read: the first one and
                              the newest */
    CONVERSATION_UNREAD_MAX = 200 /* the newest ones, looked at for unread ones */
};

struct conversation_request {
    const struct listing_request *listing; /* sorting.order is taken for ARRIVAL */
    struct sv own_address;                 /* the reader's */
    struct sv me;                          /* what the reader is called among the others ("moi") */
};

/* Selects the folder and brings its conversations up to date; those of a small mailbox are found
 * out at once. uidnext: as a fresh STATUS has told, or 0. refresh: as in a listing_request.
 * *costly: they are not known, and threads_compute() must run first. */
enum status conversation_prepare(struct session *session, struct imap *imap,
                                 const struct imap_call *call, struct sv folder, uint32_t uidnext,
                                 bool refresh, bool *costly) MUST_USE;

/* The page of them, newest reply first (or last); with a query those that have a message which it
 * finds. After conversation_prepare(). STATUS_NOT_FOUND: not known any more. */
enum status conversation_list(struct session *session, struct imap *imap,
                              const struct imap_call *call,
                              const struct conversation_request *request,
                              struct listing *listing) MUST_USE;

#endif
