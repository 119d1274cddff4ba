/* zone.h — time zones by name, read from /usr/share/zoneinfo (RFC 8536).
 *
 * A zone is read once and stays for the life of the process. TZ and the C library's own zone are
 * neither read nor changed, so that every thread may use another.
 */
#ifndef VM_ZONE_H
#define VM_ZONE_H

#include <stdint.h>
#include <time.h>

#include "arena.h"
#include "str.h"

struct zone;

/* The zone of a name like "Europe/Paris". STATUS_INVALID for a name that no zone can have or a file
 * that is none, STATUS_NOT_FOUND if there is no file. Thread-safe. */
enum status zone_find(struct sv name, const struct zone **out) MUST_USE;
const struct zone *zone_utc(void);
/* The names to choose from (zone1970.tab), sorted, in the arena; 0 if the system has no list. */
size_t zone_names(struct arena *arena, struct sv **out);
/* The calendar in that zone, tm_gmtoff and tm_isdst included; years outside 1 to 9999 become 1970.
 */
struct tm zone_time(const struct zone *zone, int64_t at);
/* The moment at which that calendar reads `local`, seconds since 1970 as if it were UTC. A time
 * that comes twice (autumn) is the first of the two, one that is skipped (spring) is taken with the
 * offset before it (RFC 5545 section 3.3.5). */
int64_t zone_moment(const struct zone *zone, int64_t local);
/* Whole days since 1970 of that calendar: two times are on one day if it is equal. */
int64_t zone_day(const struct zone *zone, int64_t at);
/* Reads the bytes of a zone file; what zone_find does after opening it. */
enum status zone_parse(struct sv bytes, struct zone **out) MUST_USE;
void zone_free(struct zone **zone); /* of zone_parse; never of zone_find */

#endif
