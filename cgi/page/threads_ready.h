/* threads_ready.h — the conversations of a folder before a page needs them. */
#ifndef VM_THREADS_READY_H
#define VM_THREADS_READY_H

#include "folder.h"
#include "page.h"

/* Brings them up to date on the page's connection, which has been used in this request already; if
 * they are to be found out first, through the gate (costly.h): then *imap is another one
 * afterwards, or *waiting is true and the page has been answered. */
enum status threads_ready(struct page *page, struct imap **imap, const struct folders *folders,
                          struct sv folder, bool *waiting) MUST_USE;

#endif
