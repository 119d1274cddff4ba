/* fuzz_zone — the bytes are a zone file, and also an Accept-Language header and the name of a zone.
 * A zone that was taken gives a calendar for all times, with an offset that is no more than 26
 * hours. */
#include <stdlib.h>

#include "locale.h"
#include "zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool right)
{
    if (!right)
        abort();
}

static void times_check(const struct zone *zone)
{
    static const int64_t times[] = {INT64_MIN,  -62135000000, -2208988800, -1,           0,
                                    1774746000, 1792890000,   4109878800,  253402100000, INT64_MAX};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        struct tm tm = zone_time(zone, times[i]);
        check(tm.tm_year >= 1 - 1900 && tm.tm_year <= 9999 - 1900);
        check(tm.tm_gmtoff >= -26 * 3600 && tm.tm_gmtoff <= 26 * 3600);
        check(tm.tm_mon >= 0 && tm.tm_mon < 12 && tm.tm_wday >= 0 && tm.tm_wday < 7);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv bytes = {(const char *)data, size};
    struct zone *zone = NULL;
    if (zone_parse(bytes, &zone) == STATUS_OK)
        times_check(zone);
    else
        check(!zone);
    zone_free(&zone);
    check((unsigned)language_negotiate(bytes, LANGUAGE_FR) < LANGUAGE_COUNT);
    const struct zone *named;
    if (zone_find(bytes, &named) == STATUS_OK)
        check(sv_find(bytes, SV(".")) == SIZE_MAX && sv_find_char(bytes, '\0') == SIZE_MAX);
    return 0;
}
