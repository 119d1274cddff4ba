/* Who may try a password, and who waits: growth, decay, what an attacker can and cannot do. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "arena.h"
#include "test.h"
#include "throttle.h"

enum {
    SECOND = 1000,
    MINUTE = 60 * SECOND,
    HOUR = 60 * MINUTE,
    START = 12345678,
    PAIR_FREE = 5, /* failures before the first delay */
    ADDRESS_FREE = 31,
    THREADS = 4
};

#define HOME "198.51.100.7"

static struct throttle *throttle;
static int64_t now;
static const struct deadline at_once; /* long past */

static int set_up(void **state)
{
    (void)state;
    throttle = throttle_new((struct throttle_limits){.most = 8, .room = 8});
    now = START;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    throttle_free(&throttle);
    return 0;
}

static struct throttle_who who_of(const char *address, const char *user)
{
    struct throttle_who who = {.kind = THROTTLE_PASSWORD, .user = sv_of(user)};
    assert_int_equal(ip_parse(sv_of(address), &who.address), STATUS_OK);
    return who;
}

/* ms to wait; 0: it was let in, and turned out like that. */
static int64_t try_as(struct throttle_who who, enum throttle_outcome outcome)
{
    struct throttle_try one;
    int64_t wait = 0;
    enum throttle_verdict verdict = throttle_enter(throttle, &who, now, at_once, &one, &wait);
    assert_int_not_equal(verdict, THROTTLE_FULL);
    assert_int_equal(verdict == THROTTLE_WAIT, wait > 0);
    throttle_leave(throttle, &one, outcome, now);
    return wait;
}

static int64_t fails(const char *address, const char *user)
{
    return try_as(who_of(address, user), THROTTLE_WRONG);
}

static int64_t fail_code(const char *address, const char *user)
{
    struct throttle_who who = who_of(address, user);
    who.kind = THROTTLE_CODE;
    return try_as(who, THROTTLE_WRONG);
}

static int64_t fail_at_home(const char *user, enum throttle_kind kind)
{
    struct throttle_who who = who_of(HOME, user);
    who.kind = kind;
    who.familiar = true;
    return try_as(who, THROTTLE_WRONG);
}

static int64_t succeed(const char *address, const char *user)
{
    return try_as(who_of(address, user), THROTTLE_RIGHT);
}

static const char *numbered(const char *pattern, unsigned i)
{
    static char text[64];
    struct sb b;
    sb_fixed(&b, text, sizeof text);
    for (const char *p = pattern; *p; p++)
        if (*p == '#')
            sb_printf(&b, "%u.%u", i / 250, i % 250);
        else
            sb_add_char(&b, *p);
    return text;
}

/* So many failures at one user, from ten addresses. */
static void attack(const char *user, unsigned failures)
{
    for (unsigned i = 0; i < failures; i++)
        assert_int_equal(fails(numbered("10.1.#", i % 10), user), 0);
}

/* ---- growth and decay ---- */

static void each_failure_beyond_the_free_ones_doubles_the_delay(void **state)
{
    (void)state;
    for (int i = 0; i < PAIR_FREE; i++)
        assert_int_equal(fails("192.0.2.1", "ann"), 0);
    for (int64_t seconds = 2; seconds <= 256; seconds *= 2) {
        assert_int_equal(fails("192.0.2.1", "ann"), seconds * SECOND);
        now += seconds * SECOND - 1;
        assert_int_equal(fails("192.0.2.1", "ann"), 1);
        now++;
        assert_int_equal(fails("192.0.2.1", "ann"), 0);
    }
    for (int i = 0; i < 10; i++) { /* one is forgotten on the way */
        int64_t wait = fails("192.0.2.1", "ann");
        assert_int_equal(wait, i < 2 ? 512 * SECOND : 15 * MINUTE);
        now += wait;
        assert_int_equal(fails("192.0.2.1", "ann"), 0);
    }
}

static void asking_again_too_early_makes_nothing_worse(void **state)
{
    (void)state;
    for (int i = 0; i < PAIR_FREE; i++)
        assert_int_equal(fails("192.0.2.1", "ann"), 0);
    for (int i = 0; i < 100; i++)
        assert_int_equal(fails("192.0.2.1", "ann"), 2 * SECOND);
    now += 2 * SECOND;
    assert_int_equal(succeed("192.0.2.1", "ann"), 0);
}

static void one_failure_is_forgotten_each_quarter_of_an_hour(void **state)
{
    (void)state;
    for (int i = 0; i < PAIR_FREE; i++)
        assert_int_equal(fails("192.0.2.1", "ann"), 0);
    now += 16 * MINUTE;
    assert_int_equal(fails("192.0.2.1", "ann"), 0); /* the fifth again */
    assert_int_equal(fails("192.0.2.1", "ann"), 2 * SECOND);
    now += 2 * HOUR;
    for (int i = 0; i < PAIR_FREE; i++)
        assert_int_equal(fails("192.0.2.1", "ann"), 0);
}

static void who_goes_on_for_a_day_has_few_tries(void **state)
{
    unsigned tries = 0;
    (void)state;
    for (int64_t end = now + 24 * HOUR; now < end; now += SECOND)
        tries += fails("192.0.2.1", "ann") == 0 ? 1 : 0;
    assert_in_range(tries, 90, 4 * 24 + 16);
}

static void a_success_empties_the_pair_and_no_more(void **state)
{
    (void)state;
    for (int i = 0; i < PAIR_FREE - 1; i++)
        assert_int_equal(fails("192.0.2.1", "ann"), 0);
    assert_int_equal(succeed("192.0.2.1", "ann"), 0);
    for (int i = 0; i < PAIR_FREE; i++)
        assert_int_equal(fails("192.0.2.1", "ann"), 0);
    assert_int_equal(fails("192.0.2.1", "ann"), 2 * SECOND);
}

static void what_nobody_could_tell_does_not_count(void **state)
{
    (void)state;
    for (int i = 0; i < 200; i++)
        assert_int_equal(try_as(who_of("192.0.2.1", "ann"), THROTTLE_UNKNOWN), 0);
    for (int i = 0; i < PAIR_FREE; i++)
        assert_int_equal(fails("192.0.2.1", "ann"), 0);
    assert_int_equal(try_as(who_of("192.0.2.1", "ann"), THROTTLE_UNKNOWN), 2 * SECOND);
    now += 2 * SECOND;
    assert_int_equal(try_as(who_of("192.0.2.1", "ann"), THROTTLE_UNKNOWN), 0);
    assert_int_equal(fails("192.0.2.1", "ann"), 0);
    assert_int_equal(fails("192.0.2.1", "ann"), 4 * SECOND);
}

/* ---- addresses ---- */

static void an_address_is_a_line(void **state)
{
    static const char *const same[] = {"2001:db8:0:1::1", "2001:db8:0:1::2",
                                       "2001:db8:0:1:ffff::", "2001:db8:0:1:a:b:c:d",
                                       "2001:db8:0:1::"};
    (void)state;
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        assert_int_equal(fails(same[i], "ann"), 0);
    assert_int_equal(fails("2001:db8:0:1::77", "ann"), 2 * SECOND);
    assert_int_equal(fails("2001:db8:0:2::77", "ann"), 0);
    for (int i = 0; i < PAIR_FREE; i++)
        assert_int_equal(fails("192.0.2.1", "ben"), 0);
    assert_int_equal(fails("::ffff:192.0.2.1", "ben"), 2 * SECOND);
    assert_int_equal(fails("192.0.2.2", "ben"), 0);
}

static void one_password_for_each_of_many_users_is_counted_by_address(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ADDRESS_FREE; i++)
        assert_int_equal(fails("192.0.2.1", numbered("u#", i)), 0);
    assert_int_equal(fails("192.0.2.1", "another"), 2 * SECOND);
    assert_int_equal(fails("192.0.2.2", "another"), 0);
    /* nor does an account of one's own wash it clean */
    for (int i = 0; i < 50; i++) {
        int64_t wait = succeed("192.0.2.1", "mallory");
        now += wait;
    }
    assert_true(fails("192.0.2.1", "yet another") > 0 || fails("192.0.2.1", "one more") > 0);
}

static void who_has_come_in_there_before_is_not_held_up_by_his_neighbours(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ADDRESS_FREE; i++)
        assert_int_equal(fails(HOME, numbered("u#", i)), 0);
    assert_true(fails(HOME, "ann") > 0);
    for (int i = 0; i < PAIR_FREE; i++)
        assert_int_equal(fail_at_home("ann", THROTTLE_PASSWORD), 0);
    for (int64_t seconds = 2; seconds <= 32; seconds *= 2) {
        assert_int_equal(fail_at_home("ann", THROTTLE_PASSWORD), seconds * SECOND);
        now += seconds * SECOND;
        assert_int_equal(fail_at_home("ann", THROTTLE_PASSWORD), 0);
    }
    assert_int_equal(fail_at_home("ann", THROTTLE_PASSWORD), MINUTE);
    now += MINUTE;
    assert_int_equal(fail_at_home("ann", THROTTLE_PASSWORD), 0);
    assert_int_equal(fail_at_home("ann", THROTTLE_PASSWORD), MINUTE);
}

/* ---- the owner ---- */

static void no_attack_from_elsewhere_holds_up_the_owner_at_home(void **state)
{
    struct throttle_who home = who_of(HOME, "ann");
    (void)state;
    home.familiar = true;
    for (unsigned i = 0; i < 2000; i++)
        (void)fails(numbered("10.1.#", i), "ann");
    assert_int_equal(try_as(home, THROTTLE_RIGHT), 0);
}

static void the_owner_at_a_new_place_waits_once_whatever_others_do(void **state)
{
    (void)state;
    attack("ann", 19);
    assert_int_equal(succeed("192.0.2.1", "ann"), 32 * SECOND);
    for (int second = 0; second < 32; second++) {
        for (unsigned i = 0; i < 20; i++)
            (void)fails(numbered("10.1.#", 100 + 20 * (unsigned)second + i), "ann");
        assert_int_equal(succeed("192.0.2.1", "ann"), (32 - second) * SECOND);
        now += SECOND;
    }
    assert_int_equal(succeed("192.0.2.1", "ann"), 0);
}

static void who_tries_an_attacked_name_has_one_try_and_then_waits_longer(void **state)
{
    (void)state;
    attack("ann", 19);
    assert_int_equal(fails("192.0.2.1", "ann"), 32 * SECOND);
    now += 32 * SECOND;
    assert_int_equal(fails("192.0.2.1", "ann"), 0);
    assert_int_equal(fails("192.0.2.1", "ann"), 64 * SECOND);
    now += 64 * SECOND;
    assert_int_equal(fails("192.0.2.1", "ann"), 0);
    assert_int_equal(fails("192.0.2.1", "ann"), 128 * SECOND);
    assert_int_equal(fails("192.0.2.1", "ben"), 0); /* other names are not under attack */
}

static void the_delay_for_an_attacked_name_grows_and_goes_away(void **state)
{
    (void)state;
    attack("ann", 10);
    assert_int_equal(fails("192.0.2.1", "ann"), 0); /* the eleventh */
    assert_int_equal(fails("192.0.2.2", "ann"), 2 * SECOND);
    now += 2 * HOUR;
    assert_int_equal(fails("192.0.2.3", "ann"), 0);
}

/* ---- codes ---- */

static void codes_are_counted_by_user_from_wherever(void **state)
{
    (void)state;
    for (unsigned i = 0; i < PAIR_FREE; i++)
        assert_int_equal(fail_code(numbered("10.1.#", i), "ann"), 0);
    assert_int_equal(fail_code("192.0.2.1", "ann"), 2 * SECOND);
    assert_int_equal(fails("192.0.2.1", "ann"), 0); /* which holds up no password */
    now += 2 * SECOND;
    assert_int_equal(fail_code("192.0.2.1", "ann"), 0);
    assert_int_equal(fail_code("192.0.2.2", "ann"), 4 * SECOND);
    assert_int_equal(fail_at_home("ann", THROTTLE_CODE), 0);
}

static void at_home_codes_are_counted_too(void **state)
{
    unsigned tries = 0;
    (void)state;
    for (int64_t end = now + 24 * HOUR; now < end; now += SECOND)
        tries += fail_at_home("ann", THROTTLE_CODE) == 0 ? 1 : 0;
    assert_in_range(tries, 90, 4 * 24 + 16);
}

static void the_right_password_forgives_no_wrong_code(void **state)
{
    (void)state;
    for (int i = 0; i < PAIR_FREE; i++) {
        /* as door.h does it where a code is still to come */
        assert_int_equal(try_as(who_of("192.0.2.1", "ann"), THROTTLE_UNKNOWN), 0);
        assert_int_equal(fail_code("192.0.2.1", "ann"), 0);
    }
    assert_int_equal(fail_code("192.0.2.1", "ann"), 2 * SECOND);
}

static void coming_in_at_last_forgives_the_codes_too(void **state)
{
    (void)state;
    for (int i = 0; i < PAIR_FREE - 1; i++)
        assert_int_equal(fail_at_home("ann", THROTTLE_CODE), 0);
    struct throttle_who home = who_of(HOME, "ann");
    home.familiar = true;
    assert_int_equal(try_as(home, THROTTLE_RIGHT), 0);
    for (int i = 0; i < PAIR_FREE; i++)
        assert_int_equal(fail_at_home("ann", THROTTLE_CODE), 0);
    assert_int_equal(fail_at_home("ann", THROTTLE_CODE), 2 * SECOND);
}

static void nothing_holds_up_a_pass_but_wrong_ones_of_the_same_pair(void **state)
{
    struct throttle_who who = who_of("192.0.2.1", "ann");
    (void)state;
    who.kind = THROTTLE_PASS;
    attack("ann", 19);
    for (unsigned i = 0; i < ADDRESS_FREE; i++)
        assert_int_equal(fails("192.0.2.1", numbered("u#", i)), 0);
    assert_true(fails("192.0.2.1", "ann") > 0);
    for (int i = 0; i < PAIR_FREE; i++)
        assert_int_equal(try_as(who, THROTTLE_WRONG), 0);
    assert_int_equal(try_as(who, THROTTLE_RIGHT), 2 * SECOND);
    who.user = SV("ben");
    assert_int_equal(try_as(who, THROTTLE_RIGHT), 0);
    who.address.bytes[15]++;
    who.user = SV("ann");
    assert_int_equal(try_as(who, THROTTLE_RIGHT), 0);
}

static void without_a_user_only_the_address_counts(void **state)
{
    (void)state;
    for (int i = 0; i < ADDRESS_FREE; i++)
        assert_int_equal(fail_code("192.0.2.1", ""), 0);
    assert_int_equal(fail_code("192.0.2.1", ""), 2 * SECOND);
    assert_int_equal(fail_code("192.0.2.2", ""), 0);
}

/* ---- memory ---- */

/* So many others, each at an address of its own. */
static void flood(uint32_t from, uint32_t count, unsigned failures)
{
    for (uint32_t i = from; i < from + count; i++) {
        struct throttle_who other = who_of("2001:db8::", numbered("u#", i));
        memcpy(other.address.bytes + 4, &i, sizeof i);
        for (unsigned n = 0; n < failures; n++)
            (void)try_as(other, THROTTLE_WRONG);
    }
}

static void a_flood_washes_out_no_counter_that_matters(void **state)
{
    (void)state;
    flood(0, THROTTLE_KEYS / 2, 2);
    flood(THROTTLE_KEYS / 2, THROTTLE_KEYS / 2, 1);
    for (int i = 0; i < PAIR_FREE; i++)
        assert_int_equal(fails("192.0.2.1", "ann"), 0);
    now += 2 * SECOND;
    assert_int_equal(fails("192.0.2.1", "ann"), 0);
    assert_int_equal(fails("192.0.2.1", "ann"), 4 * SECOND);
    flood(THROTTLE_KEYS, 8 * THROTTLE_KEYS, 1);
    assert_int_equal(fails("192.0.2.1", "ann"), 4 * SECOND);
}

/* ---- at once ---- */

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

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_failure_beyond_the_free_ones_doubles_the_delay),
        TEST(asking_again_too_early_makes_nothing_worse),
        TEST(one_failure_is_forgotten_each_quarter_of_an_hour),
        TEST(who_goes_on_for_a_day_has_few_tries),
        TEST(a_success_empties_the_pair_and_no_more),
        TEST(what_nobody_could_tell_does_not_count),
        TEST(an_address_is_a_line),
        TEST(one_password_for_each_of_many_users_is_counted_by_address),
        TEST(who_has_come_in_there_before_is_not_held_up_by_his_neighbours),
        TEST(no_attack_from_elsewhere_holds_up_the_owner_at_home),
        TEST(the_owner_at_a_new_place_waits_once_whatever_others_do),
        TEST(who_tries_an_attacked_name_has_one_try_and_then_waits_longer),
        TEST(the_delay_for_an_attacked_name_grows_and_goes_away),
        TEST(codes_are_counted_by_user_from_wherever),
        TEST(at_home_codes_are_counted_too),
        TEST(the_right_password_forgives_no_wrong_code),
        TEST(coming_in_at_last_forgives_the_codes_too),
        TEST(nothing_holds_up_a_pass_but_wrong_ones_of_the_same_pair),
        TEST(without_a_user_only_the_address_counts),
        TEST(a_flood_washes_out_no_counter_that_matters),
        TEST(so_many_at_once_and_a_quarter_for_those_who_are_known),
        TEST(who_finds_no_place_waits_a_moment_if_there_is_room),
        TEST(who_has_waited_for_a_place_is_not_held_up_by_those_before),
        TEST(tries_at_once_are_counted_like_tries_one_after_the_other),
        TEST(threads_do_not_get_more_tries_than_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
