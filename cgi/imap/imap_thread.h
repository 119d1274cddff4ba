/* imap_thread.h — which messages of the selected mailbox belong together, as the server sees it
 * (RFC 5256, THREAD). */
#ifndef VM_IMAP_THREAD_H
#define VM_IMAP_THREAD_H

#include "imap.h"
#include "imap_set.h"

struct imap_threads {
    struct imap_uids uids; /* thread after thread, each from its root on, in the server's order */
    const size_t *ends; /* thread i ends before uids.p[ends[i]]; ascending, ends[n - 1] == uids.n;
                           none is empty */
    size_t n;
    bool by_subject; /* equal subjects have brought some together (REFERENCES) */
};

/* All messages, by REFERENCES, or by REFS where that alone is there. Who answers whom inside a
 * thread is left out. The server may name a message twice or leave one out: check. Costs the server
 * a look at every header the first time. STATUS_UNSUPPORTED: it cannot. */
enum status imap_thread(struct imap *imap, const struct imap_call *call,
                        struct imap_threads *threads) MUST_USE;

#endif
