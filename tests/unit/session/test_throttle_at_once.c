/* How many passwords are checked at once, and what becomes of the others. */
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "throttle_fixture.h"

enum { THREADS = 4 };

static void so_many_at_once_and_a_quarter_for_those_who_are_known(void **state)
{
    static const char *const from[] = {"192.0.2.1", "192.0.2.1", "192.0.2.1",
                                       "192.0.2.1", "192.0.2.2", "192.0.2.3"};
    struct throttle_try held[8], more;
    int64_t wait = -1;
    (void)state;
    for (unsigned i = 0; i < 6; i++) {
        struct throttle_who who = who_of(from[i], numbered("u#", i));
        if (i == 4) /* half is for one address */
            assert_int_equal(
                throttle_enter(
                    throttle,
                    &(struct throttle_who){.address = who_of(from[0], "").address, .user = SV("x")},
                    now, at_once, &more, &wait),
                THROTTLE_FULL);
        assert_int_equal(throttle_enter(throttle, &who, now, at_once, &held[i], &wait),
                         THROTTLE_LET_IN);
    }
    struct throttle_who stranger = who_of("192.0.2.4", "ann"), known = who_of(HOME, "ann");
    known.familiar = true;
    assert_int_equal(throttle_enter(throttle, &stranger, now, at_once, &more, &wait),
                     THROTTLE_FULL);
    throttle_leave(throttle, &more, THROTTLE_WRONG, now); /* which was never let in */
    assert_int_equal(throttle_enter(throttle, &known, now, at_once, &held[6], &wait),
                     THROTTLE_LET_IN);
    assert_int_equal(throttle_enter(throttle, &known, now, at_once, &held[7], &wait),
                     THROTTLE_LET_IN);
    assert_int_equal(throttle_enter(throttle, &known, now, at_once, &more, &wait), THROTTLE_FULL);
    assert_int_equal(wait, -1);
    for (int i = 0; i < 8; i++)
        throttle_leave(throttle, &held[(i + 3) % 8], THROTTLE_RIGHT, now);
    throttle_leave(throttle, &held[0], THROTTLE_RIGHT, now); /* once is enough */
    assert_int_equal(throttle_enter(throttle, &stranger, now, at_once, &more, &wait),
                     THROTTLE_LET_IN);
    throttle_leave(throttle, &more, THROTTLE_RIGHT, now);
}

static void tries_at_once_are_counted_like_tries_one_after_the_other(void **state)
{
    struct throttle_try held[PAIR_FREE + 1];
    struct throttle_who who = who_of("192.0.2.1", "ann");
    int64_t wait = 0;
    (void)state;
    throttle_configure(throttle, (struct throttle_limits){.most = 100, .room = 100});
    for (int i = 0; i < PAIR_FREE; i++)
        assert_int_equal(throttle_enter(throttle, &who, now, at_once, &held[i], &wait),
                         THROTTLE_LET_IN);
    assert_int_equal(throttle_enter(throttle, &who, now, at_once, &held[PAIR_FREE], &wait),
                     THROTTLE_WAIT);
    for (int i = 0; i < PAIR_FREE; i++)
        throttle_leave(throttle, &held[i], THROTTLE_UNKNOWN, now);
    assert_int_equal(succeed("192.0.2.1", "ann"), 0);
}

static void *leave_soon(void *try_)
{
    usleep(100 * 1000);
    throttle_leave(throttle, try_, THROTTLE_RIGHT, now);
    return NULL;
}

static void who_finds_no_place_waits_a_moment_if_there_is_room(void **state)
{
    struct throttle_try first, second;
    struct throttle_who ann = who_of("192.0.2.1", "ann"), ben = who_of("192.0.2.2", "ben");
    pthread_t thread;
    int64_t wait = 0, from = clock_ms();
    (void)state;
    throttle_configure(throttle, (struct throttle_limits){.most = 1, .room = 2});
    assert_int_equal(throttle_enter(throttle, &ann, now, at_once, &first, &wait), THROTTLE_LET_IN);
    assert_int_equal(throttle_enter(throttle, &ben, now, deadline_in(50), &second, &wait),
                     THROTTLE_FULL);
    assert_in_range(clock_ms() - from, 50, 5000);
    assert_int_equal(pthread_create(&thread, NULL, leave_soon, &first), 0);
    assert_int_equal(throttle_enter(throttle, &ben, now, deadline_in(60000), &second, &wait),
                     THROTTLE_LET_IN);
    assert_in_range(clock_ms() - from, 100, 30000);
    pthread_join(thread, NULL);
    throttle_configure(throttle, (struct throttle_limits){.most = 1, .room = 1});
    assert_int_equal(throttle_enter(throttle, &ann, now, deadline_in(60000), &first, &wait),
                     THROTTLE_FULL);
    throttle_leave(throttle, &second, THROTTLE_RIGHT, now);
}

static void who_has_waited_for_a_place_is_not_held_up_by_those_before(void **state)
{
    (void)state;
    now += 500;
    assert_int_equal(fails("192.0.2.1", "ann"), 0);
    assert_int_equal(fails("192.0.2.1", "ben"), 0);
    now -= 500; /* who read the clock before that */
    assert_int_equal(fails("192.0.2.1", "ann"), 0);
    assert_int_equal(succeed("192.0.2.1", "ben"), 0);
}

static void *hammer(void *let_in)
{
    struct throttle_who who = {.kind = THROTTLE_PASSWORD, .user = SV("ann")};
    for (int i = 0; i < 500; i++) {
        struct throttle_try one;
        int64_t wait;
        if (throttle_enter(throttle, &who, START, at_once, &one, &wait) == THROTTLE_LET_IN)
            atomic_fetch_add((atomic_uint *)let_in, 1);
        throttle_leave(throttle, &one, THROTTLE_WRONG, START);
    }
    return NULL;
}

static void threads_do_not_get_more_tries_than_one(void **state)
{
    pthread_t threads[THREADS];
    atomic_uint let_in = 0;
    (void)state;
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hammer, &let_in), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(let_in, PAIR_FREE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        THROTTLE_TEST(so_many_at_once_and_a_quarter_for_those_who_are_known),
        THROTTLE_TEST(who_finds_no_place_waits_a_moment_if_there_is_room),
        THROTTLE_TEST(who_has_waited_for_a_place_is_not_held_up_by_those_before),
        THROTTLE_TEST(tries_at_once_are_counted_like_tries_one_after_the_other),
        THROTTLE_TEST(threads_do_not_get_more_tries_than_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
