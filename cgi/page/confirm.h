/* confirm.h — asks before something that cannot be undone (templates/confirm.cs). */
#ifndef VM_CONFIRM_H
#define VM_CONFIRM_H

#include "imap_folders.h"
#include "page.h"

struct confirm {
    struct sv title, text, button;
    const char *action; /* where the form posts: "/act" */
    struct sv act;      /* the button's value */
    struct sv cancel_url;
    const struct sv *lines; /* what it is about, by name; may be NULL */
    size_t line_count;
    struct sv stamp; /* comes back as the field `stamp`, for the caller to compare; may be empty */
    const struct imap_counts *counts; /* of the folder whose messages the text counts; NULL: none */
};

/* Renders the question; the fields of the form come along, but for csrf, act and confirmed. With
 * counts, UIDVALIDITY (v) and UIDNEXT of then do too: the answer is about these messages. The
 * folder list must have been filled. */
enum status confirm_ask(struct page *page, const struct confirm *confirm) MUST_USE;
/* True if the form comes from there. */
bool confirm_given(const struct page *page);
/* The UIDNEXT that came along; 0: none. */
uint32_t confirm_uidnext(const struct page *page);
/* True if the form comes from there and the folder has got nothing since. */
bool confirm_covers(const struct page *page, const struct imap_counts *now);

#endif
