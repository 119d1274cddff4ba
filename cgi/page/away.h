/* away.h — links to other sites in a session on a public computer: they lead to a page of ours that
 * names the whole address first, and goes on without telling where from. Each is signed for this
 * session: nobody else can have that page name an address. */
#ifndef VM_AWAY_H
#define VM_AWAY_H

#include "page.h"

/* "/link?…" for an absolute http or https URL; empty for one that is too long. */
struct sv away_url(struct page *page, struct sv remote);
/* The same as body_request.images.write_link; context: the page. */
bool away_write(struct page *page, struct sv remote, struct sb *out);

#endif
