/* filter_trial.h — a rule tried on the last messages of the inbox, at the gate (costly.h). */
#ifndef VM_FILTER_TRIAL_H
#define VM_FILTER_TRIAL_H

#include "filter_preview.h"
#include "page.h"

/* Gives page->imap back. The set has passed rule_set_check(). *waiting as in costly.h; else *found
 * lives as long as the request. STATUS_TOO_LARGE: the set is too large to be tried. */
enum status filter_try(struct page *page, const struct rule_set *set, size_t rule,
                       struct filter_preview *found, bool *waiting) MUST_USE;

#endif
