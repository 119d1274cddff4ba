/* How much one user may send: counted over sessions and restarts, and by no clock that jumps. */
#include "store_fixture.h"

enum { HOUR = 3600, DAY = 24 * HOUR, NOW = 1800000000 };

static const struct sending_limits some = {.messages_hour = 3, .recipients_day = 10}, none = {0};

static int64_t count_as(struct store_fixture *f, const char *user, const char *id,
                        uint32_t recipients, int64_t now, bool public)
{
    const struct store_sending sending = {sv_of(id), recipients, public};
    const struct sending_limits few = {.messages_hour = 1, .recipients_day = 4};
    int64_t until = -1;
    bool added;
    assert_int_equal(
        store_sending_count(f->store, sv_of(user), &sending, &some, &few, now, &until, &added),
        STATUS_OK);
    return until;
}

static int64_t count(struct store_fixture *f, const char *id, uint32_t recipients, int64_t now)
{
    return count_as(f, "claire", id, recipients, now, false);
}

static void messages_of_an_hour_are_counted(void **state)
{
    struct store_fixture *f = *state;
    assert_int_equal(count(f, "a", 1, NOW), 0);
    assert_int_equal(count(f, "b", 1, NOW + 100), 0);
    assert_int_equal(count(f, "c", 1, NOW + 200), 0);
    assert_int_equal(count(f, "d", 1, NOW + 300), NOW + HOUR);
    assert_int_equal(count(f, "d", 1, NOW + HOUR - 1), NOW + HOUR);
    assert_int_equal(count_as(f, "karim", "d", 1, NOW + 300, false), 0);
    assert_int_equal(count(f, "d", 1, NOW + HOUR), 0);
    assert_int_equal(count(f, "e", 1, NOW + HOUR), NOW + 100 + HOUR);
}

static void recipients_of_a_day_are_counted(void **state)
{
    struct store_fixture *f = *state;
    assert_int_equal(count(f, "a", 3, NOW), 0);
    assert_int_equal(count(f, "b", 5, NOW + 2 * HOUR), 0);
    assert_int_equal(count(f, "c", 2, NOW + 4 * HOUR), 0);
    /* one more fits when the oldest has gone, six when the two oldest have */
    assert_int_equal(count(f, "d", 1, NOW + 6 * HOUR), NOW + DAY);
    assert_int_equal(count(f, "d", 6, NOW + 6 * HOUR), NOW + 2 * HOUR + DAY);
    assert_int_equal(count(f, "d", 3, NOW + DAY), 0);
}

static void the_same_again_counts_once_and_what_was_not_sent_not_at_all(void **state)
{
    struct store_fixture *f = *state;
    assert_int_equal(count(f, "a", 9, NOW), 0);
    assert_int_equal(count(f, "a", 9, NOW + 1), 0);
    assert_int_equal(count(f, "b", 2, NOW + 2), NOW + DAY);
    assert_int_equal(store_sending_forget(f->store, SV("claire"), SV("a")), STATUS_OK);
    assert_int_equal(store_sending_forget(f->store, SV("claire"), SV("a")), STATUS_OK);
    assert_int_equal(count(f, "b", 2, NOW + 3), 0);
}

static void public_ones_have_limits_of_their_own(void **state)
{
    struct store_fixture *f = *state;
    assert_int_equal(count_as(f, "claire", "a", 1, NOW, false), 0);
    assert_int_equal(count_as(f, "claire", "b", 1, NOW + 1, true), 0);
    assert_int_equal(count_as(f, "claire", "c", 1, NOW + 2, true), NOW + 1 + HOUR);
    assert_int_equal(count_as(f, "claire", "c", 1, NOW + 2, false), 0);
    assert_int_equal(count_as(f, "claire", "d", 4, NOW + 2 * HOUR, true), NOW + 1 + DAY);
    /* the limits of all hold for public ones too */
    assert_int_equal(count_as(f, "claire", "e", 7, NOW + 2 * HOUR, false), 0);
    assert_int_equal(count_as(f, "claire", "f", 1, NOW + 4 * HOUR, true), NOW + DAY);
}

static void it_outlives_the_process_and_a_clock_that_jumps(void **state)
{
    struct store_fixture *f = *state;
    assert_int_equal(count(f, "a", 10, NOW), 0);
    store_close(&f->store);
    assert_true(store_fixture_reopen(f));
    assert_int_equal(count(f, "b", 1, NOW + 1), NOW + DAY);
    /* an hour back: what was sent is neither forgotten nor held against one for longer than a day
     */
    assert_int_equal(count(f, "b", 1, NOW - HOUR), NOW - HOUR + DAY);
    assert_int_equal(count(f, "b", 1, NOW - HOUR + DAY), 0);
}

static void no_limit_is_none(void **state)
{
    struct store_fixture *f = *state;
    for (int i = 0; i < 50; i++) {
        char id[8];
        int64_t until = -1;
        bool added = false;
        struct sb text;
        sb_fixed(&text, id, sizeof id);
        sb_add_u64(&text, (uint64_t)i);
        const struct store_sending sending = {sb_view(&text), 1000, true};
        assert_int_equal(store_sending_count(f->store, SV("claire"), &sending, &none, &none, NOW,
                                             &until, &added),
                         STATUS_OK);
        assert_int_equal(until, 0);
        assert_true(added);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_store(messages_of_an_hour_are_counted),
        with_store(recipients_of_a_day_are_counted),
        with_store(the_same_again_counts_once_and_what_was_not_sent_not_at_all),
        with_store(public_ones_have_limits_of_their_own),
        with_store(it_outlives_the_process_and_a_clock_that_jumps),
        with_store(no_limit_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
