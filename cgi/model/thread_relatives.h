/* thread_relatives.h — where a few new messages belong, when the server's THREAD has told of the
 * others: by searches, since it does not tell Message-IDs.
 *
 * Measured on Dovecot with 70,000 messages: a THREAD costs 130 ms with everything in its caches
 * (1.9 s without), one header key over the whole mailbox 65 to 95 ms, over the newest 5,000 8 ms;
 * reading the Message-IDs and References of all 500 ms and 13 MB. So the newest
 * THREAD_NEAR messages are searched for the messages that a new one names, for those that name it,
 * and for its subject; what an answer names and is not there is looked for once more, by
 * Message-ID, among THREAD_FAR. Neither grows with the mailbox. An answer to something older still
 * begins a conversation of its own until the next THREAD. What is found is judged by thread_link.h,
 * as the server would. */
#ifndef VM_THREAD_RELATIVES_H
#define VM_THREAD_RELATIVES_H

#include "imap.h"
#include "thread_forest.h"

enum {
    THREAD_NEAR = 5000, /* messages searched for one new one; fewer for each of several */
    THREAD_NEAR_LEAST = 1000,
    THREAD_FAR = 20000,
    THREAD_FAR_IDS = 8,   /* Message-IDs looked for there */
    THREAD_HITS_MAX = 200 /* headers read of what a search finds, the newest */
};

/* The pairs that join `added` to each other and to the conversations of the forest, by equal
 * subjects too if by_subject. The mailbox is selected. */
enum status thread_relatives(struct imap *imap, const struct imap_call *call,
                             const struct thread_forest *forest, struct imap_uids added,
                             bool by_subject, struct thread_pair **pairs, size_t *count) MUST_USE;

#endif
