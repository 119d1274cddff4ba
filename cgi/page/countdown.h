/* countdown.h — how long the session still lasts, on every page of it: for its reader, for the
 * page's script, and for browsers without scripts. */
#ifndef VM_COUNTDOWN_H
#define VM_COUNTDOWN_H

#include "page.h"

/* Session.* of top.cs, for a page made by this template. */
void countdown_put(struct page *page, const char *name);
/* A document without our scripts that may stand in a tab of its own (a letter's body, a source)
 * goes to the closing page when a public session is over. Before the page writes. */
void countdown_alone(struct page *page);

#endif
