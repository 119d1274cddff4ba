/* receipt.h — what a public session opens, sends and downloads, for its user to see at the next
 * trusted machine (session/visit.h). */
#ifndef VM_RECEIPT_H
#define VM_RECEIPT_H

#include "letter.h"
#include "link.h"
#include "page.h"

enum receipt { RECEIPT_OPENED, RECEIPT_SENT, RECEIPT_DOWNLOADED };

/* In a public session, notes it once the answer is out; in any other nothing happens. once tells it
 * from others of its kind, so that a reload is no second one. Both are copied. */
void receipt_note(struct page *page, enum receipt what, struct sv once, struct sv text);
/* The letter (or the one inside it) whose body this page shows: sender and subject. */
void receipt_opened(struct page *page, const struct target *target, const struct letter *letter);
/* A file of that letter, by its name. */
void receipt_downloaded(struct page *page, const struct target *target, struct sv name);
/* Of route_finish(), after the answer. */
void receipt_keep(struct page *page);

#endif
