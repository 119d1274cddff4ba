#include "seek_window.h"

enum {
    DAY_S = 86400,
    DAY_FIRST = -25567, /* 1900-01-01 */
    DAY_LAST = 2932531, /* 9998-12-31 */
    FIRST_DAYS = 30,
    GROWTH = 4, /* at most so many times as long as the window before */
    /* Before it nobody has had mail: what is left there is junk with broken dates. */
    OLDEST = 4383,          /* 1982-01-01 */
    ZONES_S = 14 * 60 * 60, /* the zone that is furthest ahead */
};

/* Days of the proleptic Gregorian calendar, counted in years that begin in March, whose lengths
 * then follow from their number alone. */
int32_t seek_day(struct imap_day day)
{
    int year = day.month > 2 ? day.year : day.year - 1;
    int month = day.month > 2 ? day.month - 3 : day.month + 9;
    int before = 365 * year + year / 4 - year / 100 + year / 400;
    return before + (153 * month + 2) / 5 + day.day - 1 - 719468;
}

struct imap_day seek_date(int32_t day)
{
    int32_t clamped = day < DAY_FIRST ? DAY_FIRST : day > DAY_LAST ? DAY_LAST : day;
    int since = clamped + 719468, era = since / 146097, in_era = since % 146097;
    int year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int in_year = in_era - (365 * year + year / 4 - year / 100), month = (5 * in_year + 2) / 153;
    struct imap_day date = {.year = year + era * 400 + (month >= 10),
                            .month = month < 10 ? month + 3 : month - 9,
                            .day = in_year - (153 * month + 2) / 5 + 1};
    return date;
}

struct seek_window seek_window_first(int32_t today, uint64_t messages, uint64_t aim)
{
    struct seek_window window = {today - FIRST_DAYS, SEEK_OPEN};
    if (messages <= aim)
        window.since = SEEK_OPEN;
    return window;
}

struct seek_window seek_window_next(struct seek_window last, int32_t today, uint64_t looked,
                                    uint64_t left, uint64_t aim)
{
    struct seek_window window = {SEEK_OPEN, last.since};
    if (last.since == SEEK_OPEN || left <= aim)
        return window;
    int64_t end = last.before == SEEK_OPEN ? (int64_t)today + 1 : last.before;
    int64_t days = end - last.since;
    if (days < 1)
        days = 1;
    uint64_t wanted = looked > 0 ? (uint64_t)days * aim / looked : (uint64_t)days * GROWTH;
    if (wanted > (uint64_t)days * GROWTH)
        wanted = (uint64_t)days * GROWTH;
    int64_t since = (int64_t)last.since - (int64_t)(wanted > 0 ? wanted : 1);
    if (since > OLDEST)
        window.since = (int32_t)since;
    return window;
}

int64_t seek_window_settled(struct seek_window window)
{
    return window.since == SEEK_OPEN ? INT64_MIN : (int64_t)window.since * DAY_S + ZONES_S;
}
