/* public.h — what pages do otherwise in a session on a public computer, where whole pages are not
 * refused already (NEED_FULL, cgi/route.h). */
#ifndef VM_PUBLIC_H
#define VM_PUBLIC_H

#include "link.h"

bool page_is_public(const struct page *page);
/* True if such a session is not shown all of the mail (session_limits.public_days, public_hides).
 */
bool page_is_partial(const struct page *page);
/* For what such a session may not do: STATUS_DENIED, with CAUSE_PUBLIC. */
enum status page_deny_public(struct page *page) MUST_USE;
/* The reader's rule for remote images; in such a session they are never shown. */
enum remote_rule page_remote_rule(const struct page *page);

/* True if the site takes whoever comes from this request's address to be at a public computer. */
bool public_by_address(const struct page *page);

/* True if the answer would leave a file on that computer, and its reader has not yet been told so.
 */
bool public_warns_first(const struct page *page);
/* Tells it: the answer is a page with the ways on. message: whose file it is. */
enum status public_warn(struct page *page, const struct target *message, struct sv name) MUST_USE;

#endif
