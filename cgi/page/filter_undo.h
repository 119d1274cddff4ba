/* filter_undo.h — the Undo of what has just been done to the order of rules, to one of them, or to
 * whether it is on: the rules as they were wait with the session, once. */
#ifndef VM_FILTER_UNDO_H
#define VM_FILTER_UNDO_H

#include "page.h"

/* was: as rule_text_write() gives them; now: as they have been saved. The token for flash_set(). */
struct sv filter_undo_keep(struct page *page, struct sv was, const struct rule_set *now);
/* Whether the field `undo` of POST /act holds such a token. */
bool filter_undo_means(struct sv token);
/* Saves the rules as they were, unless they have been changed since, and goes on to `way`. */
enum status filter_undo_run(struct page *page, struct sv token, struct sv way) MUST_USE;

#endif
