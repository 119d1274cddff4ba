#include "dates.h"

#include "test.h"

/* Tuesday 24 November 2026, 14:02 in Paris */
enum { NOW = 1795525320, HOUR = 3600, DAY = 86400 };

static struct locale *locales[LANGUAGE_COUNT];
static struct arena *arena;
static struct dates fr, en;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(1 << 20);
    if (locale_load("templates/locale", locales) != STATUS_OK)
        return -1;
    fr = (struct dates){.locale = locales[LANGUAGE_FR], .now = NOW};
    if (zone_find(SV("Europe/Paris"), &fr.zone) != STATUS_OK)
        return -1;
    en = fr;
    en.locale = locales[LANGUAGE_EN];
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    for (int i = 0; i < LANGUAGE_COUNT; i++)
        locale_free(&locales[i]);
    arena_free(&arena);
    return 0;
}

static struct dates in_zone(const struct dates *d, const char *name)
{
    struct dates other = *d;
    assert_int_equal(zone_find(sv_of(name), &other.zone), STATUS_OK);
    return other;
}

static void a_stretch_of_time_has_two_ends(void **state)
{
    (void)state;
#define THIN "\xe2\x80\xaf\xe2\x80\x93 "
    const int64_t start = NOW - 120;          /* 14:00 */
    const int64_t day = (int64_t)20781 * DAY; /* 24 November 2026 */
    const struct {
        struct span span;
        const char *fr, *en;
    } cases[] = {
        {{.from = start, .until = start + 90 * 60},
         "mardi 24 novembre 2026, 14:00" THIN "15:30 (+01:00)",
         "Tuesday 24 November 2026, 14:00" THIN "15:30 (+01:00)"},
        {{.from = start, .until = start}, "mardi 24 novembre 2026, 14:00 (+01:00)", NULL},
        {{.from = start, .until = start - DAY}, "mardi 24 novembre 2026, 14:00 (+01:00)", NULL},
        {{.from = start, .until = start + DAY},
         "mardi 24 novembre 2026, 14:00" THIN "mercredi 25 novembre 2026, 14:00 (+01:00)",
         NULL},
        {{.from = day + 14 * HOUR, .until = day + 15 * HOUR, .floating = true},
         "mardi 24 novembre 2026, 14:00" THIN "15:00",
         NULL},
        {{.from = day, .until = day + DAY - 1, .days = true}, "mardi 24 novembre 2026", NULL},
        {{.from = day, .until = day - 1, .days = true}, "mardi 24 novembre 2026", NULL},
        {{.from = day, .until = day + 2 * DAY - 1, .days = true},
         "mardi 24 novembre 2026" THIN "mercredi 25 novembre 2026",
         NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_sv(date_span(&fr, arena, &cases[i].span), cases[i].fr);
        if (cases[i].en)
            assert_sv(date_span(&en, arena, &cases[i].span), cases[i].en);
    }
}

static void a_row_has_the_shortest_date_that_is_clear(void **state)
{
    (void)state;
    static const struct {
        int64_t at;
        const char *fr, *en;
    } cases[] = {
        {NOW, "14:02", "14:02"},
        {NOW - 14 * HOUR, "00:02", "00:02"},
        {NOW + 9 * HOUR, "23:02", "23:02"},
        {NOW - 15 * HOUR, "hier", "yesterday"},
        {NOW - 38 * HOUR, "hier", "yesterday"},
        {NOW - 39 * HOUR, "22 nov.", "22 Nov"},
        {NOW + 10 * HOUR, "25 nov.", "25 Nov"},
        {1773316800, "12 mars", "12 Mar"},
        {1772366400, "1er mars", "1 Mar"},
        {1767222000, "1er janv.", "1 Jan"},
        {1767221999, "31/12/2025", "31/12/2025"},
        {1798758000, "01/01/2027", "01/01/2027"},
        {0, "01/01/1970", "01/01/1970"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_sv(date_short(&fr, arena, cases[i].at), cases[i].fr);
        assert_sv(date_short(&en, arena, cases[i].at), cases[i].en);
    }
}

static void under_a_postmark_yesterday_has_its_time(void **state)
{
    (void)state;
    struct dates grouped = fr;
    grouped.grouped = true;
    assert_sv(date_short(&grouped, arena, NOW - 20 * HOUR), "18:02");
    assert_sv(date_short(&grouped, arena, NOW - 39 * HOUR), "22 nov.");
}

static void a_message_has_day_and_time(void **state)
{
    (void)state;
    static const struct {
        int64_t at;
        const char *fr, *en;
    } cases[] = {
        {NOW, "aujourd’hui, 14:02", "today, 14:02"},
        {NOW - DAY, "hier, 14:02", "yesterday, 14:02"},
        {NOW + DAY, "25 novembre, 14:02", "25 November, 14:02"},
        {1773316800, "12 mars, 13:00", "12 March, 13:00"},
        {1710241200, "12 mars 2024, 12:00", "12 March 2024, 12:00"},
        {1709290800, "1er mars 2024, 12:00", "1 March 2024, 12:00"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_sv(date_long(&fr, arena, cases[i].at), cases[i].fr);
        assert_sv(date_long(&en, arena, cases[i].at), cases[i].en);
    }
}

static void the_full_date_says_all(void **state)
{
    (void)state;
    assert_sv(date_full(&fr, arena, NOW), "mardi 24 novembre 2026, 14:02 (+01:00)");
    assert_sv(date_full(&en, arena, NOW), "Tuesday 24 November 2026, 14:02 (+01:00)");
    struct dates kolkata = in_zone(&en, "Asia/Kolkata"),
                 newfoundland = in_zone(&fr, "America/St_Johns");
    assert_sv(date_full(&kolkata, arena, NOW), "Tuesday 24 November 2026, 18:32 (+05:30)");
    assert_sv(date_full(&newfoundland, arena, NOW), "mardi 24 novembre 2026, 09:32 (-03:30)");
}

static void each_month_and_weekday_has_its_name(void **state)
{
    (void)state;
    static const char *const months[] = {"janvier",   "février", "mars",     "avril",
                                         "mai",       "juin",    "juillet",  "août",
                                         "septembre", "octobre", "novembre", "décembre"};
    static const char *const days[] = {"lundi",    "mardi",  "mercredi", "jeudi",
                                       "vendredi", "samedi", "dimanche"};
    static const int64_t fifth_of_january = 1767610800; /* a Monday, 12:00 in Paris */
    for (int64_t i = 0; i < 12; i++) {
        struct sv day = date_day(&fr, arena, fifth_of_january + i * 31 * DAY);
        assert_true(sv_find(day, sv_of(months[i])) != SIZE_MAX);
    }
    for (int64_t i = 0; i < 7; i++)
        assert_true(sv_starts(date_full(&fr, arena, fifth_of_january + i * DAY), sv_of(days[i])));
    assert_sv(date_day(&fr, arena, 1772539200), "3 mars 2026");
    assert_sv(date_day(&en, arena, 1772539200), "3 March 2026");
    assert_sv(date_day(&fr, arena, 1777636800), "1er mai 2026");
}

static void clocks_change(void **state)
{
    (void)state;
    assert_sv(date_clock(&fr, arena, 1774745940), "01:59");
    assert_sv(date_clock(&fr, arena, 1774746000), "03:00");
    assert_sv(date_iso(&fr, arena, 1774745999), "2026-03-29T01:59:59+01:00");
    assert_sv(date_iso(&fr, arena, 1774746000), "2026-03-29T03:00:00+02:00");
    assert_sv(date_iso(&fr, arena, 1792889999), "2026-10-25T02:59:59+02:00");
    assert_sv(date_iso(&fr, arena, 1792890000), "2026-10-25T02:00:00+01:00");
    /* the day of 23 hours and that of 25 are days like others */
    struct dates d = fr;
    d.now = 1774821600; /* Monday 30 March 2026, 00:00 */
    assert_sv(date_short(&d, arena, 1774738800), "hier");
    assert_sv(date_short(&d, arena, 1774738799), "28 mars");
    d.now = 1792969199; /* Sunday 25 October 2026, 23:59:59 */
    assert_sv(date_short(&d, arena, 1792879200), "00:00");
    assert_sv(date_short(&d, arena, 1792879199), "hier");
}

static void the_day_is_that_of_the_reader(void **state)
{
    (void)state;
    int64_t late = NOW + 9 * HOUR; /* 23:02 in Paris, 07:02 in Tokyo */
    struct dates tokyo = in_zone(&fr, "Asia/Tokyo"), hawaii = in_zone(&fr, "Pacific/Honolulu");
    assert_sv(date_short(&fr, arena, late), "23:02");
    assert_sv(date_short(&tokyo, arena, late), "25 nov.");
    assert_sv(date_short(&hawaii, arena, NOW - 4 * HOUR), "hier");
    struct dates utc = fr;
    utc.zone = zone_utc();
    assert_sv(date_iso(&utc, arena, NOW), "2026-11-24T13:02:00+00:00");
}

static void rows_are_grouped_by_day_then_month(void **state)
{
    (void)state;
    assert_sv(date_group(&fr, arena, NOW + DAY), "à venir");
    assert_sv(date_group(&fr, arena, NOW), "aujourd’hui");
    assert_sv(date_group(&fr, arena, NOW - 14 * HOUR), "aujourd’hui");
    assert_sv(date_group(&fr, arena, NOW - 15 * HOUR), "hier");
    assert_sv(date_group(&fr, arena, NOW - 3 * DAY), "novembre 2026");
    assert_sv(date_group(&fr, arena, NOW - 30 * DAY), "octobre 2026");
    assert_sv(date_group(&en, arena, NOW + DAY), "upcoming");
    assert_sv(date_group(&en, arena, NOW), "today");
    assert_sv(date_group(&en, arena, NOW - DAY), "yesterday");
    assert_sv(date_group(&en, arena, NOW - 365 * DAY), "November 2025");
}

static void no_time_is_too_far(void **state)
{
    (void)state;
    assert_sv(date_iso(&fr, arena, 253370764800), "9999-01-01T01:00:00+01:00");
    assert_sv(date_short(&fr, arena, 253370764800), "01/01/9999");
    assert_sv(date_group(&fr, arena, 253370764800), "à venir");
    assert_sv(date_day(&fr, arena, -30000000000), "4 mai 1019");
    static const int64_t far[] = {INT64_MIN, INT64_MAX, -99999999999, 99999999999999};
    for (size_t i = 0; i < sizeof far / sizeof *far; i++) {
        assert_sv(date_short(&fr, arena, far[i]), "01/01/1970");
        assert_sv(date_long(&en, arena, far[i]), "1 January 1970, 01:00");
        assert_sv(date_full(&fr, arena, far[i]), "jeudi 1er janvier 1970, 01:00 (+01:00)");
        assert_sv(date_iso(&fr, arena, far[i]), "1970-01-01T01:00:00+01:00");
        assert_sv(date_group(&fr, arena, far[i]), "janvier 1970");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_has_the_shortest_date_that_is_clear),
        cmocka_unit_test(a_stretch_of_time_has_two_ends),
        cmocka_unit_test(under_a_postmark_yesterday_has_its_time),
        cmocka_unit_test(a_message_has_day_and_time),
        cmocka_unit_test(the_full_date_says_all),
        cmocka_unit_test(each_month_and_weekday_has_its_name),
        cmocka_unit_test(clocks_change),
        cmocka_unit_test(the_day_is_that_of_the_reader),
        cmocka_unit_test(rows_are_grouped_by_day_then_month),
        cmocka_unit_test(no_time_is_too_far),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
