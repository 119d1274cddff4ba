/* thread_headers.h — what messages are linked by, read from the server in batches. */
#ifndef VM_THREAD_HEADERS_H
#define VM_THREAD_HEADERS_H

#include "imap_fetch.h"
#include "thread_link.h"

/* The raw fields of one FETCH of THREAD_FIELDS. */
struct thread_mail thread_mail_of(const struct imap_message *message);
extern const struct imap_items THREAD_ITEMS;

/* All of them into the link. */
enum status thread_headers(struct imap *imap, const struct imap_call *call, struct imap_uids uids,
                           struct thread_link *link) MUST_USE;

#endif
