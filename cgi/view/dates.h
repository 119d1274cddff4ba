/* dates.h — points in time as people read them: in a time zone and a language. */
#ifndef VM_DATES_H
#define VM_DATES_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "locale.h"
#include "zone.h"

/* How the dates of one page are written. */
struct dates {
    const struct locale *locale;
    const struct zone *zone;
    int64_t now;  /* seconds since 1970 */
    bool grouped; /* rows stand under postmarks (date_group), so that yesterday needs no word */
};

/* For a row of a list: "14:02" today, "hier" yesterday ("17:48" if grouped), "12 mars" in this
 * year, "12/03/2024" else (English: "12 Mar", "12/03/2024"). */
struct sv date_short(const struct dates *d, struct arena *arena, int64_t at);
/* For a message: "aujourd’hui, 14:02", "hier, 17:48", "12 mars, 14:02", "12 mars 2024, 14:02". */
struct sv date_long(const struct dates *d, struct arena *arena, int64_t at);
/* "mardi 24 novembre 2026, 14:02 (+01:00)" */
struct sv date_full(const struct dates *d, struct arena *arena, int64_t at);
/* A stretch of time: "mardi 24 novembre 2026, 14:00 – 15:30 (+01:00)". */
struct span {
    int64_t from, until; /* until <= from: only a beginning */
    bool days;     /* whole days, from the first to the last: seconds since 1970 as if in UTC */
    bool floating; /* a clock that is no one's: likewise as if in UTC */
};
struct sv date_span(const struct dates *d, struct arena *arena, const struct span *span);
/* A day without its time, for sentences: "3 mars 2026", "3 March 2026". */
struct sv date_day(const struct dates *d, struct arena *arena, int64_t at);
/* "14:02" */
struct sv date_clock(const struct dates *d, struct arena *arena, int64_t at);
/* For <time datetime>: "2026-11-24T14:02:00+01:00" */
struct sv date_iso(const struct dates *d, struct arena *arena, int64_t at);
/* The postmark over a group of rows: "aujourd’hui", "hier", "novembre 2026" (shown in capitals);
 * tomorrow and later: "à venir". Rows with the same text belong to one group. */
struct sv date_group(const struct dates *d, struct arena *arena, int64_t at);

#endif
