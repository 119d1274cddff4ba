#include "dates.h"

enum { YEAR_BASE = 1900 };

/* Whole days since 1970 of a local calendar: two times are on one day if it is equal. */
static int64_t day_number(const struct zone *zone, int64_t at)
{
    struct tm tm = zone_time(zone, at);
    tm.tm_gmtoff = 0;
    int64_t seconds = timegm(&tm);
    return (seconds - ((seconds % 86400) + 86400) % 86400) / 86400;
}

/* 0 today, 1 yesterday, negative in the future. */
static int64_t days_ago(const struct dates *d, int64_t at)
{
    return day_number(d->zone, d->now) - day_number(d->zone, at);
}

static struct sv text_of(const struct dates *d, struct arena *arena, const char *block, int index)
{
    return locale_text(d->locale, arena_printf(arena, "%s.%d", block, index).p);
}

/* "1er" or "12" */
static struct sv day_of_month(const struct dates *d, struct arena *arena, const struct tm *tm)
{
    return tm->tm_mday == 1 ? locale_text(d->locale, "date.first")
                            : arena_printf(arena, "%d", tm->tm_mday);
}

static struct sv clock_of(struct arena *arena, const struct tm *tm)
{
    return arena_printf(arena, "%02d:%02d", tm->tm_hour, tm->tm_min);
}

/* "12 mars 2026" or "12 mars" */
static struct sv day_of(const struct dates *d, struct arena *arena, const struct tm *tm,
                        bool with_year)
{
    struct sv day = day_of_month(d, arena, tm);
    struct sv month = text_of(d, arena, "date.month", tm->tm_mon + 1);
    if (!with_year)
        return locale_format(d->locale, arena, "date.day_month", day, month);
    return locale_format(d->locale, arena, "date.day_month_year", day, month,
                         arena_printf(arena, "%d", tm->tm_year + YEAR_BASE));
}

/* "+01:00" */
static struct sv offset_of(struct arena *arena, const struct tm *tm)
{
    long minutes = tm->tm_gmtoff / 60;
    long size = minutes < 0 ? -minutes : minutes;
    return arena_printf(arena, "%c%02ld:%02ld", minutes < 0 ? '-' : '+', size / 60, size % 60);
}

static bool this_year(const struct dates *d, const struct tm *tm)
{
    return zone_time(d->zone, d->now).tm_year == tm->tm_year;
}

struct sv date_short(const struct dates *d, struct arena *arena, int64_t at)
{
    struct tm tm = zone_time(d->zone, at);
    int64_t ago = days_ago(d, at);
    if (ago == 0 || (ago == 1 && d->grouped))
        return clock_of(arena, &tm);
    if (ago == 1)
        return locale_text(d->locale, "date.yesterday");
    if (this_year(d, &tm))
        return locale_format(d->locale, arena, "date.day_month", day_of_month(d, arena, &tm),
                             text_of(d, arena, "date.month_short", tm.tm_mon + 1));
    return arena_printf(arena, "%02d/%02d/%04d", tm.tm_mday, tm.tm_mon + 1, tm.tm_year + YEAR_BASE);
}

struct sv date_long(const struct dates *d, struct arena *arena, int64_t at)
{
    struct tm tm = zone_time(d->zone, at);
    int64_t ago = days_ago(d, at);
    struct sv day;
    if (ago == 0)
        day = locale_text(d->locale, "date.today");
    else if (ago == 1)
        day = locale_text(d->locale, "date.yesterday");
    else
        day = day_of(d, arena, &tm, !this_year(d, &tm));
    return locale_format(d->locale, arena, "date.day_time", day, clock_of(arena, &tm));
}

struct sv date_full(const struct dates *d, struct arena *arena, int64_t at)
{
    struct tm tm = zone_time(d->zone, at);
    return locale_format(d->locale, arena, "date.full",
                         text_of(d, arena, "date.weekday", tm.tm_wday), day_of(d, arena, &tm, true),
                         clock_of(arena, &tm), offset_of(arena, &tm));
}

struct sv date_day(const struct dates *d, struct arena *arena, int64_t at)
{
    struct tm tm = zone_time(d->zone, at);
    return day_of(d, arena, &tm, true);
}

struct sv date_clock(const struct dates *d, struct arena *arena, int64_t at)
{
    struct tm tm = zone_time(d->zone, at);
    return clock_of(arena, &tm);
}

struct sv date_iso(const struct dates *d, struct arena *arena, int64_t at)
{
    struct tm tm = zone_time(d->zone, at);
    return arena_printf(arena, "%04d-%02d-%02dT%02d:%02d:%02d%.*s", tm.tm_year + YEAR_BASE,
                        tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
                        SV_ARG(offset_of(arena, &tm)));
}

struct sv date_group(const struct dates *d, struct arena *arena, int64_t at)
{
    int64_t ago = days_ago(d, at);
    if (ago < 0)
        return locale_text(d->locale, "date.later");
    if (ago == 0)
        return locale_text(d->locale, "date.today");
    if (ago == 1)
        return locale_text(d->locale, "date.yesterday");
    struct tm tm = zone_time(d->zone, at);
    return locale_format(d->locale, arena, "date.month_year",
                         text_of(d, arena, "date.month", tm.tm_mon + 1),
                         arena_printf(arena, "%d", tm.tm_year + YEAR_BASE));
}
