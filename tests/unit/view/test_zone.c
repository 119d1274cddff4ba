/* The system's zones of that name are read: tzdata is a package that the program depends on. */
#include "zone.h"
#include "zone_alias.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"
#include "zone_rule.h"

static const struct zone *zone(const char *name)
{
    const struct zone *found = NULL;
    assert_int_equal(zone_find(sv_of(name), &found), STATUS_OK);
    assert_non_null(found);
    return found;
}

static void assert_time(const struct zone *z, int64_t at, const char *expected)
{
    struct tm tm = zone_time(z, at);
    char text[80];
    snprintf(text, sizeof text, "%04d-%02d-%02d %02d:%02d:%02d %ld %d", tm.tm_year + 1900,
             tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, tm.tm_gmtoff,
             tm.tm_isdst);
    assert_string_equal(text, expected);
}

static void names_that_no_zone_has_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        ".",
        "..",
        "../etc/passwd",
        "../x",
        "Europe/../../etc/passwd",
        "/etc/passwd",
        "/usr/share/zoneinfo/UTC",
        "Europe/",
        "Europe//Paris",
        "Europe/Paris/",
        "europe/Paris",
        "posix/UTC",
        "leapseconds",
        "zone1970.tab",
        "Europe/Par is",
        "Europe/Paris\n",
        "Europe\\Paris",
        "Europe/Par\xc3\xads",
        ":Europe/Paris",
        "Europe/Paris%00",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
    const struct zone *found = NULL;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(zone_find(sv_of(bad[i]), &found), STATUS_INVALID);
    assert_int_equal(zone_find(SV("Europe\0/Paris"), &found), STATUS_INVALID);
    assert_int_equal(zone_find(SV("Europe"), &found), STATUS_INVALID); /* a directory */
    assert_int_equal(zone_find(SV("Europe/Nowhere"), &found), STATUS_NOT_FOUND);
    assert_int_equal(
        zone_find(SV("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), &found),
        STATUS_NOT_FOUND);
    assert_null(found);
}

static void a_zone_is_read_once(void **state)
{
    (void)state;
    assert_ptr_equal(zone("Europe/Paris"), zone("Europe/Paris"));
    assert_ptr_equal(zone("UTC"), zone_utc());
    assert_ptr_not_equal(zone("Europe/Paris"), zone("Europe/Lisbon"));
}

static void summer_time_begins_and_ends_to_the_second(void **state)
{
    (void)state;
    const struct zone *paris = zone("Europe/Paris");
    assert_time(paris, 1774745999, "2026-03-29 01:59:59 3600 0");
    assert_time(paris, 1774746000, "2026-03-29 03:00:00 7200 1");
    assert_time(paris, 1792889999, "2026-10-25 02:59:59 7200 1");
    assert_time(paris, 1792890000, "2026-10-25 02:00:00 3600 0");
    assert_time(zone("Australia/Sydney"), 1767225600, "2026-01-01 11:00:00 39600 1");
    assert_time(zone("Australia/Sydney"), 1782864000, "2026-07-01 10:00:00 36000 0");
    assert_time(zone("Asia/Kolkata"), 1767225600, "2026-01-01 05:30:00 19800 0");
    assert_time(zone("Pacific/Kiritimati"), 1767182400, "2026-01-01 02:00:00 50400 0");
    assert_time(zone("America/St_Johns"), 1767225600, "2025-12-31 20:30:00 -12600 0");
    /* in Ireland the law calls winter the exception */
    assert_time(zone("Europe/Dublin"), 1782864000, "2026-07-01 01:00:00 3600 0");
    assert_time(zone("Europe/Dublin"), 1767225600, "2026-01-01 00:00:00 0 1");
}

static void the_rule_goes_on_where_the_list_ends(void **state)
{
    (void)state;
    const struct zone *paris = zone("Europe/Paris");
    assert_time(paris, 4109878799, "2100-03-28 01:59:59 3600 0");
    assert_time(paris, 4109878800, "2100-03-28 03:00:00 7200 1");
    assert_time(paris, 4128627599, "2100-10-31 02:59:59 7200 1");
    assert_time(paris, 4128627600, "2100-10-31 02:00:00 3600 0");
    assert_time(zone("Australia/Sydney"), 4102444800, "2100-01-01 11:00:00 39600 1");
    assert_time(zone("Asia/Tokyo"), 4102444800, "2100-01-01 09:00:00 32400 0");
}

static void the_past_has_its_own_time(void **state)
{
    (void)state;
    const struct zone *paris = zone("Europe/Paris");
    assert_time(paris, 0, "1970-01-01 01:00:00 3600 0");
    assert_time(paris, -1, "1970-01-01 00:59:59 3600 0");
    assert_time(paris, -923360400, "1940-09-28 01:00:00 7200 1");
    assert_time(paris, -5000000000, "1811-07-23 15:16:01 561 0"); /* local mean time */
}

static void years_beyond_the_calendar_become_1970(void **state)
{
    (void)state;
    static const int64_t beyond[] = {INT64_MIN, INT64_MIN + 1,   -62135596800, -62200000000,
                                     INT64_MAX, INT64_MAX - 100, 253402300799, 253402300800};
    for (size_t i = 0; i < sizeof beyond / sizeof *beyond; i++)
        assert_time(zone_utc(), beyond[i], "1970-01-01 00:00:00 0 0");
    assert_time(zone_utc(), 253370764800, "9999-01-01 00:00:00 0 0");
    assert_time(zone_utc(), -62104060800, "0002-01-01 00:00:00 0 0");
}

static void the_zones_to_choose_from_all_exist(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    struct sv *names = NULL;
    size_t count = zone_names(arena, &names);
    assert_in_range(count, 200, 1000);
    bool paris = false;
    for (size_t i = 0; i < count; i++) {
        const struct zone *found = NULL;
        assert_int_equal(zone_find(names[i], &found), STATUS_OK);
        assert_true(i == 0 || sv_compare(names[i - 1], names[i]) < 0);
        paris |= sv_eq(names[i], SV("Europe/Paris"));
    }
    assert_true(paris);
    arena_free(&arena);
}

/* Against the C library, every 40 hours from 1900 to 2200. */
static void the_c_library_agrees(void **state)
{
    (void)state;
    static const char *const names[] = {"Europe/Paris",        "America/New_York",
                                        "Australia/Lord_Howe", "Africa/Casablanca",
                                        "America/Nuuk",        "Pacific/Apia"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct zone *z = zone(names[i]);
        assert_int_equal(setenv("TZ", names[i], 1), 0);
        tzset();
        for (time_t at = -2208988800; at < 7258118400; at += 40 * 3600 - 1) {
            struct tm ours = zone_time(z, at), theirs, day = {.tm_mday = 1};
            assert_non_null(localtime_r(&at, &theirs));
            day.tm_year = theirs.tm_year;
            day.tm_mday = theirs.tm_yday + 1; /* timegm brings it into its month */
            if (zone_day(z, at) != timegm(&day) / 86400)
                fail_msg("the day of %s %lld", names[i], (long long)at);
            if (ours.tm_gmtoff != theirs.tm_gmtoff || ours.tm_hour != theirs.tm_hour ||
                ours.tm_mday != theirs.tm_mday || ours.tm_wday != theirs.tm_wday)
                fail_msg("%s %lld", names[i], (long long)at);
        }
    }
    assert_int_equal(unsetenv("TZ"), 0);
}

static void *search(void *result)
{
    static const char *const names[] = {"Asia/Tokyo", "Asia/Seoul", "Asia/Dhaka", "Asia/Kabul"};
    const struct zone **out = result;
    for (size_t i = 0; i < 400; i++) {
        if (zone_find(sv_of(names[i % 4]), &out[i % 4]) != STATUS_OK)
            return NULL;
    }
    return result;
}

static void threads_find_the_same_zone(void **state)
{
    (void)state;
    pthread_t thread[4];
    const struct zone *found[4][4] = {0};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, search, found[i]), 0);
    for (size_t i = 0; i < 4; i++) {
        void *result;
        assert_int_equal(pthread_join(thread[i], &result), 0);
        assert_non_null(result);
        assert_memory_equal(found[i], found[0], sizeof found[0]);
    }
}

/* ---- broken files ---- */

static struct sv file_of(const char *name, char *buffer, size_t size)
{
    char path[100];
    snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    struct sv bytes = {buffer, fread(buffer, 1, size, file)};
    assert_int_equal(fclose(file), 0);
    return bytes;
}

static void a_file_that_is_cut_is_refused_or_read_without_its_rule(void **state)
{
    (void)state;
    char buffer[8192];
    struct sv bytes = file_of("Europe/Paris", buffer, sizeof buffer);
    struct zone *whole = NULL;
    assert_int_equal(zone_parse(bytes, &whole), STATUS_OK);
    assert_time(whole, 4109878800, "2100-03-28 03:00:00 7200 1");
    zone_free(&whole);
    assert_null(whole);
    size_t footer = sv_find(bytes, SV("\nCET-1CEST"));
    assert_true(footer < bytes.n);
    for (size_t n = 0; n < bytes.n; n++) {
        /* memory of just that size, so that reading on is seen */
        char *copy = malloc(n + 1);
        memcpy(copy, bytes.p, n);
        struct zone *z = NULL;
        enum status status = zone_parse((struct sv){copy, n}, &z);
        assert_int_equal(status, n < footer ? STATUS_INVALID : STATUS_OK);
        assert_true((z != NULL) == (status == STATUS_OK));
        if (z)
            (void)zone_time(z, 4109878800);
        zone_free(&z);
        free(copy);
    }
}

static void any_wrong_byte_is_survived(void **state)
{
    (void)state;
    char buffer[8192];
    struct sv bytes = file_of("Africa/Casablanca", buffer, sizeof buffer);
    size_t refused = 0;
    for (size_t i = 0; i < bytes.n; i++) {
        char kept = buffer[i];
        static const char wrong[] = {'\0', '\x01', '\x7f', '\x80', '\xff'};
        for (size_t k = 0; k < sizeof wrong; k++) {
            buffer[i] = wrong[k];
            struct zone *z = NULL;
            refused += zone_parse(bytes, &z) != STATUS_OK;
            for (int64_t at = -3000000000; z && at < 300000000000; at += 9999999999)
                (void)zone_time(z, at);
            zone_free(&z);
        }
        buffer[i] = kept;
    }
    assert_true(refused > 0);
}

static void what_is_no_zone_file_is_refused(void **state)
{
    (void)state;
    char head[88];
    struct zone *z = NULL;
    assert_int_equal(zone_parse(SV(""), &z), STATUS_INVALID);
    assert_int_equal(zone_parse(SV("TZif2"), &z), STATUS_INVALID);
    memset(head, 0, sizeof head);
    memcpy(head, "TZif", 4);
    assert_int_equal(zone_parse((struct sv){head, sizeof head}, &z),
                     STATUS_INVALID); /* version 1 */
    head[4] = '2';
    memcpy(head + 44, "TZif2", 5);
    assert_int_equal(zone_parse((struct sv){head, sizeof head}, &z), STATUS_INVALID); /* no type */
    memset(head + 64, 0xff, 24);
    assert_int_equal(zone_parse((struct sv){head, sizeof head}, &z), STATUS_INVALID); /* counts */
    zone_free(NULL);
    assert_null(z);
}

static void rules_are_read_strictly(void **state)
{
    (void)state;
    static const char *const good[] = {"CET-1CEST,M3.5.0,M10.5.0/3",
                                       "<+03>-3",
                                       "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
                                       "IST-1GMT0,M10.5.0,M3.5.0/1",
                                       "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
                                       "XXX-24",
                                       "XXX24"};
    static const char *const bad[] = {
        "",
        "C",
        "CET",
        "CET-",
        "<CET-1",
        "CET-25",
        "CET-24:1",
        "CET-1:60",
        "CET-99999",
        "CET-1CEST",
        "CET-1C,M",
        "CET-1CEST-25,M3.5.0,M10.5.0",
        "CET-1CEST,M13.5.0,M10.5.0",
        "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,M3.0.0,M10.5.0",
        "CET-1CEST,M3.5.7,M10.5.0",
        "CET-1CEST,M0.5.0,M10.5.0",
        "CET-1CEST,M3.5.0",
        "CET-1CEST,M3.5.0,M10.5.0/168",
        "CET-1CEST,M3.5.0,M10.5.0 ",
        "EST5EDT,0/0,J365/25",
    };
    struct zone_rule rule = {.standard = {.offset = 7}};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        if (zone_rule_parse(sv_of(good[i]), &rule) != STATUS_OK)
            fail_msg("refused: %s", good[i]);
    }
    rule.standard.offset = 7;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (zone_rule_parse(sv_of(bad[i]), &rule) != STATUS_UNSUPPORTED)
            fail_msg("taken: %s", bad[i]);
    }
    assert_int_equal(rule.standard.offset, 7);
}

static void a_clock_on_the_wall_is_a_moment(void **state)
{
    (void)state;
    const struct zone *paris;
    assert_int_equal(zone_find(SV("Europe/Paris"), &paris), STATUS_OK);
    static const struct {
        int64_t local, moment;
    } cases[] = {
        {1795528800, 1795525200}, /* 24 November 2026, 14:00: +01:00 */
        {1784037600, 1784030400}, /* 14 July 2026, 14:00: +02:00 */
        {1774749600, 1774746000}, /* 29 March 2026, 02:00, which is skipped: 03:00 +02:00 */
        {1774751400, 1774747800}, /* 02:30 likewise */
        {1774753200, 1774746000}, /* 03:00 */
        {1792895400, 1792888200}, /* 25 October 2026, 02:30, which comes twice: the first */
        {1792899000, 1792895400}, /* 03:30 */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(zone_moment(paris, cases[i].local), cases[i].moment);
    for (int64_t at = 1767225600; at < 1798761600; at += 7207) {
        struct tm tm = zone_time(paris, at);
        int64_t local = at + tm.tm_gmtoff, again = zone_moment(paris, local);
        assert_true(again == at || again == at - 3600); /* the hour that comes twice */
    }
    assert_int_equal(zone_moment(zone_utc(), 12345), 12345);
    (void)zone_moment(paris, INT64_MAX);
    (void)zone_moment(paris, INT64_MIN);
}

static void zones_have_other_names_elsewhere(void **state)
{
    (void)state;
    static const struct {
        const char *name, *alias;
    } cases[] = {
        {"Romance Standard Time", "Europe/Paris"},
        {"w. europe standard time", "Europe/Berlin"},
        {"UTC", "Etc/UTC"},
        {"/mozilla.org/20050126_1/Europe/Paris", "Europe/Paris"},
        {"/citadel.org/20190101_1/America/Argentina/Ushuaia", "America/Argentina/Ushuaia"},
        {"/freeassociation.sourceforge.net/Europe/Paris", "Europe/Paris"},
        {"Europe/Paris", "Europe/Paris"},
        {"Customized Time Zone", "Customized Time Zone"},
        {"/", ""},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_sv(zone_alias(sv_of(cases[i].name)), cases[i].alias);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_that_no_zone_has_are_refused),
        cmocka_unit_test(a_zone_is_read_once),
        cmocka_unit_test(summer_time_begins_and_ends_to_the_second),
        cmocka_unit_test(the_rule_goes_on_where_the_list_ends),
        cmocka_unit_test(the_past_has_its_own_time),
        cmocka_unit_test(years_beyond_the_calendar_become_1970),
        cmocka_unit_test(the_zones_to_choose_from_all_exist),
        cmocka_unit_test(the_c_library_agrees),
        cmocka_unit_test(threads_find_the_same_zone),
        cmocka_unit_test(a_file_that_is_cut_is_refused_or_read_without_its_rule),
        cmocka_unit_test(any_wrong_byte_is_survived),
        cmocka_unit_test(what_is_no_zone_file_is_refused),
        cmocka_unit_test(rules_are_read_strictly),
        cmocka_unit_test(a_clock_on_the_wall_is_a_moment),
        cmocka_unit_test(zones_have_other_names_elsewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
