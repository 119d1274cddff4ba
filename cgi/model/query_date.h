/* query_date.h — days, months and years as people type them into a search. */
#ifndef VM_QUERY_DATE_H
#define VM_QUERY_DATE_H

#include "imap_search.h"

struct query_days {
    struct imap_day first;
    struct imap_day end; /* the day behind the last */
};

/* "2026-11-24", "24/11/2026", "24.11.2026", "2026-11", "11/2026", "2026", "today", "hier"… Years
 * 1900 to 9998. STATUS_INVALID for anything else and for days that no calendar has. */
enum status query_date_parse(struct sv text, struct imap_day today,
                             struct query_days *out) MUST_USE;

#endif
