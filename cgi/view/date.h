/* date.h — points in time as people read them: in a time zone and a language.
 *
 * Zones are those of /usr/share/zoneinfo (RFC 8536). A zone is read once and stays for the life of
 * the process; TZ and the C library's own zone are neither read nor changed, so that every thread
 * may use another.
 */
#ifndef VM_DATE_H
#define VM_DATE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "arena.h"
#include "locale.h"

struct zone;

/* The zone of a name like "Europe/Paris". STATUS_INVALID for a name that no zone can have,
 * STATUS_NOT_FOUND if there is none. Thread-safe. */
enum status zone_find(struct sv name, const struct zone **out) MUST_USE;
const struct zone *zone_utc(void);
/* The names to choose from (zone1970.tab), sorted, in the arena; 0 if the system has no list. */
size_t zone_names(struct arena *arena, struct sv **out);
/* The calendar in that zone, tm_gmtoff and tm_isdst included; years outside 1 to 9999 become 1970.
 */
struct tm zone_time(const struct zone *zone, int64_t at);

/* How the dates of one page are written. */
struct dates {
    const struct locale *locale;
    const struct zone *zone;
    int64_t now; /* seconds since 1970 */
};

/* For a row of a list: "14:02" today and yesterday, "12 mars" in this year, "12/03/2024" else
 * (English: "12 Mar", "12/03/2024"). */
struct sv date_short(const struct dates *d, struct arena *arena, int64_t at);
/* For a message: "aujourd’hui, 14:02", "hier, 17:48", "12 mars, 14:02", "12 mars 2024, 14:02". */
struct sv date_long(const struct dates *d, struct arena *arena, int64_t at);
/* "mardi 24 novembre 2026, 14:02 (+01:00)" */
struct sv date_full(const struct dates *d, struct arena *arena, int64_t at);
/* A day without its time, for sentences: "3 mars 2026", "3 March 2026". */
struct sv date_day(const struct dates *d, struct arena *arena, int64_t at);
/* "14:02" */
struct sv date_clock(const struct dates *d, struct arena *arena, int64_t at);
/* For <time datetime>: "2026-11-24T14:02:00+01:00" */
struct sv date_iso(const struct dates *d, struct arena *arena, int64_t at);
/* The postmark over a group of rows: "Aujourd’hui", "Hier", "Novembre 2026"; tomorrow and later:
 * "À venir". Rows with the same text belong to one group. */
struct sv date_group(const struct dates *d, struct arena *arena, int64_t at);

#endif
