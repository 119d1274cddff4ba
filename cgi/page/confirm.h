/* confirm.h — asks before something that cannot be undone (templates/confirm.cs). */
#ifndef VM_CONFIRM_H
#define VM_CONFIRM_H

#include "page.h"

struct confirm {
    struct sv title, text, button;
    const char *action; /* where the form posts: "/act" */
    struct sv act;      /* the button's value */
    struct sv cancel_url;
};

/* Renders the question; the fields of the form come along, but for csrf, act and confirmed. The
 * folder list must have been filled. */
enum status confirm_ask(struct page *page, const struct confirm *confirm) MUST_USE;
/* True if the form comes from there. */
bool confirm_given(const struct page *page);

#endif
