#include "dates.h"

enum { YEAR_BASE = 1900, NUMBER_MAX = 24, ISO_MAX = 40, KEY_MAX = 64 };

/* A page of a list writes some hundred of these numbers: printf would be a tenth of its time. */
static struct sv number_of(struct arena *arena, int value)
{
    char digits[NUMBER_MAX];
    struct sb b;
    sb_fixed(&b, digits, sizeof digits);
    sb_add_u64(&b, (uint64_t)value);
    return arena_sv(arena, sb_view(&b));
}

static void add_two(struct sb *b, int value)
{
    sb_add_padded(b, (uint64_t)value, 2);
}

/* 0 today, 1 yesterday, negative in the future. */
static int64_t days_ago(const struct dates *d, int64_t at)
{
    return zone_day(d->zone, d->now) - zone_day(d->zone, at);
}

static struct sv text_of(const struct dates *d, const char *block, int index)
{
    char key[KEY_MAX];
    struct sb b;
    sb_fixed(&b, key, sizeof key);
    sb_add_cstr(&b, block);
    sb_add_char(&b, '.');
    sb_add_u64(&b, (uint64_t)index);
    return locale_text(d->locale, key);
}

/* "1er" or "12" */
static struct sv day_of_month(const struct dates *d, struct arena *arena, const struct tm *tm)
{
    return tm->tm_mday == 1 ? locale_text(d->locale, "date.first") : number_of(arena, tm->tm_mday);
}

static struct sv clock_of(struct arena *arena, const struct tm *tm)
{
    char text[NUMBER_MAX];
    struct sb b;
    sb_fixed(&b, text, sizeof text);
    add_two(&b, tm->tm_hour);
    sb_add_char(&b, ':');
    add_two(&b, tm->tm_min);
    return arena_sv(arena, sb_view(&b));
}

/* "12/03/2024" */
static struct sv day_in_numbers(struct arena *arena, const struct tm *tm)
{
    char text[NUMBER_MAX];
    struct sb b;
    sb_fixed(&b, text, sizeof text);
    add_two(&b, tm->tm_mday);
    sb_add_char(&b, '/');
    add_two(&b, tm->tm_mon + 1);
    sb_add_char(&b, '/');
    sb_add_padded(&b, (uint64_t)tm->tm_year + YEAR_BASE, 4);
    return arena_sv(arena, sb_view(&b));
}

/* "12 mars 2026" or "12 mars" */
static struct sv day_of(const struct dates *d, struct arena *arena, const struct tm *tm,
                        bool with_year)
{
    struct sv day = day_of_month(d, arena, tm);
    struct sv month = text_of(d, "date.month", tm->tm_mon + 1);
    if (!with_year)
        return locale_format(d->locale, arena, "date.day_month", day, month);
    return locale_format(d->locale, arena, "date.day_month_year", day, month,
                         number_of(arena, tm->tm_year + YEAR_BASE));
}

/* "+01:00" */
static void add_offset(struct sb *b, const struct tm *tm)
{
    int minutes = (int)(tm->tm_gmtoff / 60);
    int size = minutes < 0 ? -minutes : minutes;
    sb_add_char(b, minutes < 0 ? '-' : '+');
    add_two(b, size / 60);
    sb_add_char(b, ':');
    add_two(b, size % 60);
}

static struct sv offset_of(struct arena *arena, const struct tm *tm)
{
    char text[NUMBER_MAX];
    struct sb b;
    sb_fixed(&b, text, sizeof text);
    add_offset(&b, tm);
    return arena_sv(arena, sb_view(&b));
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
                             text_of(d, "date.month_short", tm.tm_mon + 1));
    return day_in_numbers(arena, &tm);
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
    return locale_format(d->locale, arena, "date.full", text_of(d, "date.weekday", tm.tm_wday),
                         day_of(d, arena, &tm, true), clock_of(arena, &tm), offset_of(arena, &tm));
}

/* "mardi 24 novembre 2026" */
static struct sv weekday_of(const struct dates *d, struct arena *arena, const struct tm *tm)
{
    return arena_printf(arena, "%.*s %.*s", SV_ARG(text_of(d, "date.weekday", tm->tm_wday)),
                        SV_ARG(day_of(d, arena, tm, true)));
}

static struct sv with_clock(const struct dates *d, struct arena *arena, const struct tm *tm)
{
    return locale_format(d->locale, arena, "date.day_time", weekday_of(d, arena, tm),
                         clock_of(arena, tm));
}

static struct sv from_to(const struct dates *d, struct arena *arena, struct sv from, struct sv to)
{
    return locale_format(d->locale, arena, "date.from_to", from, to);
}

struct sv date_span(const struct dates *d, struct arena *arena, const struct span *span)
{
    const struct zone *zone = span->days || span->floating ? zone_utc() : d->zone;
    struct tm from = zone_time(zone, span->from), until = zone_time(zone, span->until);
    bool ends = span->until > span->from;
    bool one_day = zone_day(zone, span->from) == zone_day(zone, span->until);
    if (span->days) {
        struct sv first = weekday_of(d, arena, &from);
        return ends && !one_day ? from_to(d, arena, first, weekday_of(d, arena, &until)) : first;
    }
    struct sv text = with_clock(d, arena, &from);
    if (ends)
        text = from_to(d, arena, text,
                       one_day ? clock_of(arena, &until) : with_clock(d, arena, &until));
    if (span->floating)
        return text;
    return arena_printf(arena, "%.*s (%.*s)", SV_ARG(text), SV_ARG(offset_of(arena, &from)));
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
    const int numbers[] = {tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec};
    char text[ISO_MAX];
    struct sb b;
    sb_fixed(&b, text, sizeof text);
    sb_add_padded(&b, (uint64_t)tm.tm_year + YEAR_BASE, 4);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        sb_add_char(&b, "--T::"[i]);
        add_two(&b, numbers[i]);
    }
    add_offset(&b, &tm);
    return arena_sv(arena, sb_view(&b));
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
                         text_of(d, "date.month", tm.tm_mon + 1),
                         number_of(arena, tm.tm_year + YEAR_BASE));
}
