/* again.h — what was typed into a form that could not be obeyed, since its session is over: it
 * comes back to its writer, to be copied or, once they have signed in again, sent again as it is.
 */
#ifndef VM_AGAIN_H
#define VM_AGAIN_H

#include "page.h"

/* What somebody has typed into the request's form, as text to read and copy, names of files that
 * went with it at its end; empty if the form was no more than a click. */
struct sv again_typed(struct page *page);
/* Answers with that form. Without a session it can be sent again after signing in, beside this
 * page; in another session of the same writer (page->stale) by one more press: never by itself,
 * since the form does not bear this session's token. */
enum status again_ask(struct page *page) MUST_USE;

#endif
