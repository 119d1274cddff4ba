/* closed.h — the way to /closed, the page that shows nothing, when a session on a public computer
 * is over. */
#ifndef VM_CLOSED_H
#define VM_CLOSED_H

#include "page.h"

/* Where a page goes by itself that has no scripts. */
#define CLOSED_LEAVE "/closed?leave=1"

/* With a redirect away from a session that is over: Back brings nothing of it back. Chromium keeps
 * pages that nobody may store, and without scripts none of them sees that it is shown again. It
 * drops them if a cookie that no script can read gets another value before the next page is there,
 * and not if that page itself gives it. */
void closed_let_go(struct page *page);
/* Redirects to /closed so, with this query ("?saved=1", or empty). */
enum status closed_go(struct page *page, struct sv query) MUST_USE;

#endif
