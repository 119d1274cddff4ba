/* date.h — the date-time of RFC 5322 section 3.3. */
#ifndef VM_DATE_H
#define VM_DATE_H

#include "str.h"

struct date {
    int64_t time;   /* seconds since 1970, UTC */
    int32_t offset; /* minutes east of UTC, for showing the sender's own clock; -1439 to 1439 */
};

enum { DATE_LENGTH_MAX = 40 };

/* Reads what mailers write: with or without day name, seconds and zone; two-digit years; obsolete
 * and alphabetic zones; "GMT+0200"; comments; ctime's order; IMAP's "17-Jul-1996 02:44:25 -0700";
 * ISO 8601. A missing or unknown zone is UTC. STATUS_INVALID if there is no day, month and year. */
enum status date_parse(struct sv text, struct date *out) MUST_USE;
/* "Mon, 01 Jan 2024 09:05:00 +0100" */
void date_format(struct sb *out, struct date date);

#endif
