/* act_found.h — POST /act from the result of a search across folders: the field `across` is there,
 * and `uid` and `ticked` hold texts of selection.h; or, with `all`, `mark` is what seek_mark()
 * gave: all that had been found. These, and more than ACT_AT_ONCE_MAX, are a job. */
#ifndef VM_ACT_FOUND_H
#define VM_ACT_FOUND_H

#include "page.h"

bool act_found_is(const struct page *page);
/* Does it and redirects to `back`; asks first before something is destroyed. With the field `turn`
 * only goes there, the ticks with it. */
enum status act_found(struct page *page) MUST_USE;

#endif
