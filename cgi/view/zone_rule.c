#include "zone_rule.h"

#include <time.h>

/* POSIX allows 24 hours in both; RFC 8536, 3.3.1 has a week for the time of a change. */
enum { OFFSET_HOURS_MAX = 24, CHANGE_HOURS_MAX = 167 };

/* What is left of the text; `failed` stays set. */
struct scanner {
    struct sv rest;
    bool failed;
};

static bool next_is(const struct scanner *s, char c)
{
    return s->rest.n > 0 && s->rest.p[0] == c;
}

static bool take(struct scanner *s, char c)
{
    if (!next_is(s, c))
        return false;
    s->rest = sv_slice(s->rest, 1, s->rest.n);
    return true;
}

static int32_t number(struct scanner *s, int32_t max)
{
    size_t n = 0;
    while (n < s->rest.n && n < 4 && ascii_is_digit(s->rest.p[n]))
        n++;
    uint64_t value = 0;
    if (sv_to_u64(sv_slice(s->rest, 0, n), (uint64_t)max, &value) != STATUS_OK)
        s->failed = true;
    s->rest = sv_slice(s->rest, n, s->rest.n);
    return (int32_t)value;
}

/* "CET", "<+03>": its letters are not needed. */
static void abbreviation(struct scanner *s)
{
    size_t n = 0;
    if (take(s, '<')) {
        n = sv_find_char(s->rest, '>');
        s->failed |= n == SIZE_MAX;
        n = n == SIZE_MAX ? s->rest.n : n + 1;
    } else {
        while (n < s->rest.n && ascii_is_alpha(s->rest.p[n]))
            n++;
        s->failed |= n < 3;
    }
    s->rest = sv_slice(s->rest, n, s->rest.n);
}

/* [+-]hh[:mm[:ss]] in seconds. */
static int32_t duration(struct scanner *s, int32_t max_hours)
{
    bool negative = take(s, '-');
    if (!negative)
        (void)take(s, '+');
    int32_t value = number(s, max_hours) * 3600;
    if (take(s, ':'))
        value += number(s, 59) * 60;
    if (take(s, ':'))
        value += number(s, 59);
    s->failed |= value > max_hours * 3600;
    return negative ? -value : value;
}

static struct zone_change change(struct scanner *s)
{
    struct zone_change c = {.seconds = 2 * 3600};
    s->failed |= !take(s, ',') || !take(s, 'M');
    c.month = number(s, 12);
    s->failed |= !take(s, '.');
    c.week = number(s, 5);
    s->failed |= !take(s, '.');
    c.day = number(s, 6);
    s->failed |= c.month == 0 || c.week == 0;
    if (take(s, '/'))
        c.seconds = duration(s, CHANGE_HOURS_MAX);
    return c;
}

enum status zone_rule_parse(struct sv text, struct zone_rule *out)
{
    struct scanner s = {.rest = text};
    struct zone_rule rule = {0};
    abbreviation(&s);
    /* POSIX counts west of Greenwich as positive */
    rule.standard.offset = -duration(&s, OFFSET_HOURS_MAX);
    rule.has_summer = !s.failed && s.rest.n > 0;
    if (rule.has_summer) {
        abbreviation(&s);
        rule.summer = (struct zone_type){rule.standard.offset + 3600, true};
        if (s.rest.n > 0 && !next_is(&s, ','))
            rule.summer.offset = -duration(&s, OFFSET_HOURS_MAX);
        rule.begin = change(&s);
        rule.end = change(&s);
    }
    if (s.failed || s.rest.n > 0)
        return STATUS_UNSUPPORTED;
    *out = rule;
    return STATUS_OK;
}

/* Seconds since 1970 of the change in that year, if clocks stood at UTC. */
static int64_t change_at(const struct zone_change *c, int year)
{
    struct tm tm = {.tm_year = year, .tm_mon = c->month - 1, .tm_mday = 1};
    time_t first = timegm(&tm); /* fills tm_wday */
    int day = 1 + (c->day - tm.tm_wday + 7) % 7 + 7 * (c->week - 1);
    struct tm next = {.tm_year = year, .tm_mon = c->month, .tm_mday = 1};
    int days = (int)((timegm(&next) - first) / 86400);
    if (day > days)
        day -= 7;
    return first + (int64_t)(day - 1) * 86400 + c->seconds;
}

struct zone_type zone_rule_at(const struct zone_rule *rule, int64_t at)
{
    if (!rule->has_summer)
        return rule->standard;
    time_t local = (time_t)(at + rule->standard.offset);
    struct tm tm = {0};
    gmtime_r(&local, &tm);
    int64_t begin = change_at(&rule->begin, tm.tm_year) - rule->standard.offset;
    int64_t end = change_at(&rule->end, tm.tm_year) - rule->summer.offset;
    /* south of the equator summer spans the new year */
    bool summer = begin < end ? at >= begin && at < end : at >= begin || at < end;
    return summer ? rule->summer : rule->standard;
}
