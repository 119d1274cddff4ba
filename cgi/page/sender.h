/* sender.h — what a page can say about a letter's sender, in the reader's language. */
#ifndef VM_SENDER_H
#define VM_SENDER_H

#include "identity.h"
#include "letter.h"
#include "page.h"
#include "unsubscribe.h"

enum { SENDER_WARNINGS_MAX = 3 }; /* who reads more than that? */

struct sender {
    struct sv domain;       /* of the From, empty without one */
    bool list;              /* the letter came over a mailing list */
    struct authres results; /* those that the site believes */
    struct identity identity;
    struct unsubscribe unsubscribe;
    bool one_click; /* …may be offered: the site allows it, and the letter is signed as far as we
                       can know (RFC 8058 section 4) */
};

/* From the letter alone: nothing is fetched. */
void sender_load(struct page *page, const struct letter *letter, struct sender *out);
/* Sentences about what is not as it looks, the weightiest first; returns how many. */
size_t sender_warnings(struct page *page, const struct letter *letter, const struct sender *sender,
                       struct sv out[SENDER_WARNINGS_MAX]);

#endif
