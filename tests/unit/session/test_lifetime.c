#include "lifetime.h"
#include "session_fixture.h"

enum { IDLE = 300, ABSOLUTE = 1800, NOW = 1000000 };

/* A public session of these limits, begun and last used so many seconds ago. */
static struct lifetime of(int64_t begun, int64_t used)
{
    int64_t over = NOW - begun + ABSOLUTE, idle = NOW - used + IDLE;
    return lifetime_at(NOW, idle < over ? idle : over, over, IDLE, SESSION_PUBLIC);
}

static void idle_time_can_be_had_again_and_the_absolute_limit_cannot(void **state)
{
    (void)state;
    struct lifetime fresh = of(0, 0), quiet = of(290, 290), old = of(1700, 0), last = of(1500, 0);
    assert_int_equal(fresh.left, 300);
    assert_int_equal(fresh.most, 1800);
    assert_int_equal(quiet.left, 10);
    assert_true(quiet.most > quiet.left);
    assert_int_equal(old.left, 100);
    assert_int_equal(old.most, 100);
    assert_int_equal(old.most, old.left);
    assert_int_equal(last.left, 300);
    assert_int_equal(last.most, last.left);
}

static void what_is_over_has_nothing_left(void **state)
{
    (void)state;
    struct lifetime idle = of(400, 300), long_ago = of(90000, 80000);
    assert_int_equal(idle.left, 0);
    assert_int_equal(idle.most, 1400);
    assert_int_equal(long_ago.left, 0);
    assert_int_equal(long_ago.most, 0);
    /* cut off before its time */
    struct lifetime cut = lifetime_at(NOW, NOW - 5, NOW + 1000, IDLE, SESSION_PUBLIC);
    assert_int_equal(cut.left, 0);
}

static void one_is_warned_early_and_not_all_the_time(void **state)
{
    (void)state;
    assert_int_equal(lifetime_at(NOW, NOW + 3600, NOW + 43200, 3600, SESSION_FULL).warn, 120);
    assert_int_equal(lifetime_at(NOW, NOW + 300, NOW + 1800, 300, SESSION_PUBLIC).warn, 60);
    assert_int_equal(lifetime_at(NOW, NOW + 60, NOW + 1800, 60, SESSION_PUBLIC).warn, 30);
    assert_int_equal(lifetime_at(NOW, NOW + 1, NOW + 1800, 1, SESSION_PUBLIC).warn, 0);
}

static void a_session_tells_its_own_and_counts_its_rescues(void **state)
{
    struct session_fixture *f = *state;
    struct session *session = session_fixture_enter(f, SV("claire"), 1);
    struct lifetime lifetime = session_lifetime(session);
    assert_in_range(lifetime.left, 599, 600);
    assert_in_range(lifetime.most, 3599, 3600);
    assert_int_equal(lifetime.warn, 120);
    session_cut(session);
    assert_int_equal(session_lifetime(session).left, 0);
    for (int i = 0; i < LIFETIME_RESCUES_MAX; i++)
        assert_true(session_may_rescue(session));
    assert_false(session_may_rescue(session));
    session_release(&session);
}

static int setup(void **state)
{
    static struct session_fixture f;
    *state = &f;
    return session_fixture_open(&f) ? 0 : -1;
}

static int teardown(void **state)
{
    session_fixture_close(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(idle_time_can_be_had_again_and_the_absolute_limit_cannot),
        cmocka_unit_test(what_is_over_has_nothing_left),
        cmocka_unit_test(one_is_warned_early_and_not_all_the_time),
        cmocka_unit_test_setup_teardown(a_session_tells_its_own_and_counts_its_rescues, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
