#include "test.h"

#include "seek_window.h"

enum { TODAY = 20782 }; /* 2026-11-25 */

static void days_are_counted_from_1970(void **state)
{
    (void)state;
    assert_int_equal(seek_day((struct imap_day){1970, 1, 1}), 0);
    assert_int_equal(seek_day((struct imap_day){1969, 12, 31}), -1);
    assert_int_equal(seek_day((struct imap_day){2000, 3, 1}), 11017);
    assert_int_equal(seek_day((struct imap_day){2026, 11, 25}), TODAY);
}

static void every_day_comes_back(void **state)
{
    (void)state;
    for (int32_t day = -25567; day <= 2932531; day += 1 + (day & 1)) {
        struct imap_day date = seek_date(day);
        assert_true(date.month >= 1 && date.month <= 12 && date.day >= 1 && date.day <= 31);
        assert_int_equal(seek_day(date), day);
    }
    assert_int_equal(seek_date(INT32_MIN).year, 1900);
    assert_int_equal(seek_date(INT32_MAX).year, 9998);
}

static void little_is_looked_at_in_one_window(void **state)
{
    (void)state;
    struct seek_window window = seek_window_first(TODAY, 3000, 3000);
    assert_int_equal(window.since, SEEK_OPEN);
    assert_int_equal(window.before, SEEK_OPEN);
    assert_true(seek_window_settled(window) == INT64_MIN);
}

/* Whatever the mail is like, windows follow each other without a gap, get to the beginning, and
 * stay few. */
static unsigned windows(uint64_t (*in)(struct seek_window window), uint64_t messages, uint64_t aim,
                        uint64_t *most)
{
    struct seek_window window = seek_window_first(TODAY, messages, aim);
    unsigned count = 1;
    uint64_t left = messages;
    *most = 0;
    while (window.since != SEEK_OPEN && count < 10000) {
        uint64_t looked = in(window);
        *most = looked > *most ? looked : *most;
        left -= looked < left ? looked : left;
        struct seek_window next = seek_window_next(window, TODAY, looked, left, aim);
        assert_int_equal(next.before, window.since);
        assert_true(next.since == SEEK_OPEN || next.since < window.since);
        window = next;
        count++;
    }
    return count;
}

static int32_t since_of(struct seek_window window)
{
    return window.since == SEEK_OPEN ? TODAY - 7000 : window.since;
}

static uint64_t ten_a_day(struct seek_window window)
{
    int32_t before = window.before == SEEK_OPEN ? TODAY + 1 : window.before;
    return (uint64_t)(before - since_of(window)) * 10;
}

static uint64_t none(struct seek_window window)
{
    (void)window;
    return 0;
}

/* 70,000 messages, all on one day ten years ago: a mailbox that was moved there. */
static uint64_t all_at_once(struct seek_window window)
{
    int32_t day = TODAY - 3650;
    bool holds = since_of(window) <= day && (window.before == SEEK_OPEN || day < window.before);
    return holds ? 70000 : 0;
}

static void windows_hold_what_one_aims_at(void **state)
{
    (void)state;
    uint64_t most;
    unsigned count = windows(ten_a_day, 70000, 3000, &most);
    assert_in_range(count, 20, 40);
    assert_in_range(most, 2900, 3100);
}

static void empty_times_are_skipped_fast(void **state)
{
    (void)state;
    uint64_t most;
    assert_in_range(windows(none, 70000, 3000, &most), 2, 8);
    assert_in_range(windows(all_at_once, 70000, 3000, &most), 2, 8);
}

static void a_window_is_settled_in_every_time_zone(void **state)
{
    (void)state;
    const struct seek_window window = {10, 20};
    int64_t settled = seek_window_settled(window);
    /* the latest instant that some server may still count to the day before */
    assert_true(settled >= 10 * 86400 + 12 * 3600);
    assert_true(settled < 11 * 86400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_are_counted_from_1970),
        cmocka_unit_test(every_day_comes_back),
        cmocka_unit_test(little_is_looked_at_in_one_window),
        cmocka_unit_test(windows_hold_what_one_aims_at),
        cmocka_unit_test(empty_times_are_skipped_fast),
        cmocka_unit_test(a_window_is_settled_in_every_time_zone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
