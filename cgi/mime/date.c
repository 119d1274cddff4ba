#include "date.h"

#include <time.h>

static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
static const char days[] = "SunMonTueWedThuFriSat";

/* Minutes east of UTC. Single military letters are not here: RFC 5322 section 4.3 says that their
 * sign was so often wrong that they mean nothing. */
static const struct {
    const char *name;
    int offset;
} zones[] = {{"ut", 0},      {"utc", 0},     {"gmt", 0},    {"z", 0},      {"est", -300},
             {"edt", -240},  {"cst", -360},  {"cdt", -300}, {"mst", -420}, {"mdt", -360},
             {"pst", -480},  {"pdt", -420},  {"cet", 60},   {"cest", 120}, {"met", 60},
             {"mest", 120},  {"mez", 60},    {"mesz", 120}, {"wet", 0},    {"west", 60},
             {"eet", 120},   {"eest", 180},  {"bst", 60},   {"msk", 180},  {"msd", 240},
             {"jst", 540},   {"kst", 540},   {"hkt", 480},  {"sgt", 480},  {"aest", 600},
             {"aedt", 660},  {"awst", 480},  {"acst", 570}, {"nzst", 720}, {"nzdt", 780},
             {"akst", -540}, {"akdt", -480}, {"hst", -600}, {"ast", -240}, {"adt", -180},
             {"nst", -210},  {"ndt", -150},  {"sast", 120}, {"brt", -180}, {"brst", -120}};

struct reading {
    int year, month, day; /* -1: not seen */
    int hour, minute, second;
    int offset;
    bool has_time, has_zone, afternoon, forenoon;
};

/* Days since 1970 of a day in the Gregorian calendar; the year starts in March so that the leap day
 * comes last. */
static int64_t days_since_1970(int year, int month, int day)
{
    int64_t y = month <= 2 ? (int64_t)year - 1 : year;
    int64_t era = y / 400, of_era = y % 400;
    int64_t of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int number(struct sv s)
{
    uint64_t value = 0;
    return sv_to_u64(s, 99999, &value) == STATUS_OK ? (int)value : -1;
}

static int month_of(struct sv word)
{
    for (int i = 0; word.n >= 3 && i < 12; i++)
        if (sv_eq_nocase(sv_slice(word, 0, 3), (struct sv){months + 3 * i, 3}))
            return i + 1;
    return -1;
}

static void read_word(struct reading *r, struct sv word)
{
    if (r->month < 0 && month_of(word) > 0) {
        r->month = month_of(word);
        return;
    }
    if (sv_eq_nocase(word, SV("pm")))
        r->afternoon = true;
    if (sv_eq_nocase(word, SV("am")))
        r->forenoon = true;
    for (size_t i = 0; i < sizeof zones / sizeof *zones && r->has_time && !r->has_zone; i++)
        if (sv_eq_nocase(word, sv_of(zones[i].name))) {
            r->offset = zones[i].offset;
            r->has_zone = true;
        }
}

/* "9:05", "09:05:33.125" */
static void read_time(struct reading *r, struct sv s)
{
    if (r->has_time)
        return;
    int hour = number(sv_cut(&s, ':')), minute = number(sv_cut(&s, ':'));
    int second = s.n > 0 ? number(sv_cut(&s, '.')) : 0;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
        return;
    r->hour = hour;
    r->minute = minute;
    r->second = second;
    r->has_time = true;
}

/* "+0100", "-05:30", "+2" */
static void read_offset(struct reading *r, bool west, struct sv s)
{
    int hours, minutes = 0;
    if (sv_find_char(s, ':') != SIZE_MAX) {
        hours = number(sv_cut(&s, ':'));
        minutes = number(s);
    } else {
        hours = number(s);
        if (s.n > 2) {
            minutes = hours % 100;
            hours /= 100;
        }
    }
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
        return;
    r->offset = (hours * 60 + minutes) * (west ? -1 : 1);
    r->has_zone = true;
}

static void read_number(struct reading *r, struct sv s)
{
    int value = number(s);
    if (value < 0)
        return;
    if (r->day < 0 && s.n <= 2) {
        r->day = value;
    } else if (r->year < 0 && s.n >= 2 && s.n <= 4) {
        bool two = s.n == 2, three = s.n == 3; /* RFC 5322 section 4.3 */
        r->year = two && value < 50 ? value + 2000 : two || three ? value + 1900 : value;
    }
}

/* "2024-01-05" and what follows it */
static struct sv read_iso(struct reading *r, struct sv s)
{
    if (s.n < 10 || s.p[4] != '-' || s.p[7] != '-')
        return s;
    int year = number(sv_slice(s, 0, 4)), month = number(sv_slice(s, 5, 7));
    int day = number(sv_slice(s, 8, 10));
    if (year < 0 || month < 0 || day < 0)
        return s;
    r->year = year;
    r->month = month;
    r->day = day;
    return sv_slice(s, 10, s.n);
}

static size_t run_length(struct sv s)
{
    size_t n = 1;
    if (ascii_is_digit(s.p[0])) {
        while (n < s.n && (ascii_is_digit(s.p[n]) || s.p[n] == ':' || s.p[n] == '.'))
            n++;
    } else if (ascii_is_alpha(s.p[0])) {
        while (n < s.n && ascii_is_alpha(s.p[n]))
            n++;
    }
    return n;
}

/* Comments are read like the rest: some mailers leave the zone in one. */
static void read_all(struct reading *r, struct sv s)
{
    s = read_iso(r, s);
    while (s.n > 0) {
        size_t n = run_length(s);
        struct sv run = sv_slice(s, 0, n);
        bool sign = (s.p[0] == '+' || s.p[0] == '-') && s.n > 1 && ascii_is_digit(s.p[1]);
        if (sign && r->has_time) {
            n = 1 + run_length(sv_slice(s, 1, s.n));
            read_offset(r, s.p[0] == '-', sv_slice(s, 1, n));
        } else if (ascii_is_alpha(s.p[0])) {
            read_word(r, run);
        } else if (sv_find_char(run, ':') != SIZE_MAX) {
            read_time(r, run);
        } else if (ascii_is_digit(s.p[0])) {
            read_number(r, run);
        }
        s = sv_slice(s, n, s.n);
    }
}

static int days_in(int month, int year)
{
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (month == 2)
        return leap ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

enum status date_parse(struct sv text, struct date *out)
{
    struct reading r = {.year = -1, .month = -1, .day = -1};
    read_all(&r, sv_slice(sv_trim(text), 0, 200));
    if (r.year < 1 || r.year > 9999 || r.month < 1 || r.month > 12 || r.day < 1 ||
        r.day > days_in(r.month, r.year))
        return STATUS_INVALID;
    if (r.afternoon && r.hour < 12)
        r.hour += 12;
    if (r.forenoon && r.hour == 12)
        r.hour = 0;
    int64_t local =
        days_since_1970(r.year, r.month, r.day) * 86400 + r.hour * 3600 + r.minute * 60 + r.second;
    out->time = local - (int64_t)r.offset * 60;
    out->offset = r.offset;
    return STATUS_OK;
}

void date_format(struct sb *out, struct date date)
{
    struct tm tm;
    time_t local = (time_t)(date.time + (int64_t)date.offset * 60);
    int east = date.offset < 0 ? -date.offset : date.offset;
    if (gmtime_r(&local, &tm) == NULL) {
        out->over = true;
        return;
    }
    sb_printf(out, "%.3s, %02d %c%.2s %04d %02d:%02d:%02d %c%02d%02d", days + 3 * tm.tm_wday,
              tm.tm_mday, months[3 * tm.tm_mon] - ('a' - 'A'), months + 3 * tm.tm_mon + 1,
              tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec, date.offset < 0 ? '-' : '+',
              east / 60, east % 60);
}
