/* filter_procmail.h — the way out by recipe files (filter.h). */
#ifndef VM_FILTER_PROCMAIL_H
#define VM_FILTER_PROCMAIL_H

#include "filter.h"

/* STATUS_UNSUPPORTED with CAUSE_LOGIN_CAPITALS or CAUSE_LOGIN_DOMAIN: mail for this login is not
 * delivered by procmail here. */
enum status filter_procmail_load(const struct filter_call *call, struct filters *out) MUST_USE;
enum status filter_procmail_save(const struct filter_call *call, const struct filter_wish *wish,
                                 struct sv *missing) MUST_USE;

#endif
