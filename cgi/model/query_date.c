#include "query_date.h"

enum { YEAR_FIRST = 1900, YEAR_LAST = 9998 };

static int days_in(int year, int month)
{
    static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : DAYS[month - 1];
}

static struct imap_day day_after(struct imap_day d)
{
    if (d.day < days_in(d.year, d.month))
        return (struct imap_day){d.year, d.month, d.day + 1};
    if (d.month < 12)
        return (struct imap_day){d.year, d.month + 1, 1};
    return (struct imap_day){d.year + 1, 1, 1};
}

static struct imap_day day_before(struct imap_day d)
{
    if (d.day > 1)
        return (struct imap_day){d.year, d.month, d.day - 1};
    if (d.month > 1)
        return (struct imap_day){d.year, d.month - 1, days_in(d.year, d.month - 1)};
    return (struct imap_day){d.year - 1, 12, 31};
}

static struct query_days one_day(struct imap_day d)
{
    return (struct query_days){.first = d, .end = day_after(d)};
}

static enum status by_name(struct sv text, struct imap_day today, struct query_days *out)
{
    static const char *const TODAY[] = {"today", "aujourd'hui", "aujourd’hui", "aujourdhui"};
    for (size_t i = 0; i < sizeof TODAY / sizeof TODAY[0]; i++)
        if (sv_eq_nocase(text, sv_of(TODAY[i]))) {
            *out = one_day(today);
            return STATUS_OK;
        }
    if (!sv_eq_nocase(text, SV("yesterday")) && !sv_eq_nocase(text, SV("hier")))
        return STATUS_INVALID;
    *out = one_day(day_before(today));
    return STATUS_OK;
}

/* 0: not there, or nothing that fits. */
static int number(struct sv text, uint64_t most)
{
    uint64_t value;
    return sv_to_u64(text, most, &value) == STATUS_OK ? (int)value : 0;
}

enum status query_date_parse(struct sv text, struct imap_day today, struct query_days *out)
{
    if (text.n == 0 || !ascii_is_digit(text.p[0]))
        return by_name(text, today, out);
    char separator = sv_find_char(text, '-') != SIZE_MAX   ? '-'
                     : sv_find_char(text, '/') != SIZE_MAX ? '/'
                                                           : '.';
    struct sv rest = text, pieces[3] = {{0}};
    size_t count = 0;
    for (; count < 3 && rest.n > 0; count++)
        pieces[count] = sv_cut(&rest, separator);
    if (rest.n > 0 || text.p[text.n - 1] == separator)
        return STATUS_INVALID;
    bool year_first = pieces[0].n == 4;
    int year = number(year_first ? pieces[0] : pieces[count - 1], YEAR_LAST);
    int month = count == 1 ? 1 : number(pieces[count == 3 || year_first ? 1 : 0], 12);
    int day = count < 3 ? 1 : number(pieces[year_first ? 2 : 0], 31);
    if (year < YEAR_FIRST || month < 1 || day < 1 || day > days_in(year, month))
        return STATUS_INVALID;
    struct imap_day last = {year, count == 1 ? 12 : month, day};
    if (count < 3)
        last.day = days_in(last.year, last.month);
    *out = (struct query_days){.first = {year, month, day}, .end = day_after(last)};
    return STATUS_OK;
}
