#include "card.h"

enum { DAY = 86400, YEAR_FIRST = 1, YEAR_LAST = 9999 };

/* Howard Hinnant's algorithms over years that begin in March. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    int64_t era = year / 400, of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void date_of(int64_t days, int64_t *year, int64_t *month, int64_t *day)
{
    days += 719468;
    int64_t era = days / 146097, of_era = days - era * 146097;
    int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * y + y / 4 - y / 100), m = (5 * of_year + 2) / 153;
    *day = of_year - (153 * m + 2) / 5 + 1;
    *month = m + (m < 10 ? 3 : -9);
    *year = y + era * 400 + (*month <= 2);
}

/* Exactly so many digits. */
static bool cut_number(struct sv *rest, size_t digits, uint32_t most, uint32_t *out)
{
    if (rest->n < digits || sv_to_u32(sv_slice(*rest, 0, digits), out) != STATUS_OK || *out > most)
        return false;
    *rest = sv_slice(*rest, digits, rest->n);
    return true;
}

static bool zone_is_fit(struct sv zone)
{
    return zone.n > 0 && zone.n <= CARD_ZONE_MAX && !sv_has_control(zone) && zone.p[0] != ' ';
}

enum status card_time_read(struct sv value, struct card_time *out)
{
    uint32_t year, month, day, hour = 0, minute = 0, second = 0;
    struct card_time time = {.zone = SV("")};
    if (!cut_number(&value, 4, YEAR_LAST, &year) || year < YEAR_FIRST ||
        !cut_number(&value, 2, 12, &month) || month == 0 || !cut_number(&value, 2, 31, &day) ||
        day == 0)
        return STATUS_INVALID;
    time.day = value.n == 0;
    if (!time.day) {
        if (value.p[0] != 'T')
            return STATUS_INVALID;
        value = sv_slice(value, 1, value.n);
        if (!cut_number(&value, 2, 23, &hour) || !cut_number(&value, 2, 59, &minute) ||
            !cut_number(&value, 2, 60, &second))
            return STATUS_INVALID;
        time.utc = sv_eq(value, SV("Z"));
        if (!time.utc && value.n > 0) {
            time.zone = sv_slice(value, 1, value.n);
            if (value.p[0] != ' ' || !zone_is_fit(time.zone))
                return STATUS_INVALID;
        }
    }
    time.at = days_of(year, month, day) * DAY + hour * 3600 + minute * 60 + second;
    *out = time;
    return STATUS_OK;
}

void card_time_write(struct sb *out, const struct card_time *time)
{
    int64_t days = time->at / DAY - (time->at % DAY < 0), of_day = time->at - days * DAY;
    int64_t year, month, day;
    date_of(days, &year, &month, &day);
    if (year < YEAR_FIRST || year > YEAR_LAST)
        return;
    sb_add_padded(out, (uint64_t)year, 4);
    sb_add_padded(out, (uint64_t)month, 2);
    sb_add_padded(out, (uint64_t)day, 2);
    if (time->day)
        return;
    sb_add_char(out, 'T');
    sb_add_padded(out, (uint64_t)(of_day / 3600), 2);
    sb_add_padded(out, (uint64_t)(of_day / 60 % 60), 2);
    sb_add_padded(out, (uint64_t)(of_day % 60), 2);
    if (time->utc)
        sb_add_char(out, 'Z');
    else if (zone_is_fit(time->zone)) {
        sb_add_char(out, ' ');
        sb_add(out, time->zone);
    }
}
