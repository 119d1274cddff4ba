/* Who may try a password, and who waits: growth, decay, what an attacker can and cannot do. */
#include "throttle_fixture.h"

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

/* So many ask for the same name, each at an address of its own: that costs no failure. */
static void ask_from_everywhere(const char *user, unsigned count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct throttle_who other = who_of("2001:db8::", user);
        memcpy(other.address.bytes + 4, &i, sizeof i);
        assert_int_not_equal(try_as(other, THROTTLE_WRONG), 0);
    }
}

static void nobody_washes_out_a_turn_by_asking(void **state)
{
    struct throttle_who owner = who_of("192.0.2.1", "ann");
    char turn[THROTTLE_TURN_TEXT + 1];
    (void)state;
    attack("ann", 19);
    int64_t wait = try_as(owner, THROTTLE_RIGHT);
    assert_int_equal(wait, 32 * SECOND);
    throttle_turn(throttle, &owner, now, wait, turn);
    owner.turn = sv_of(turn);
    now += 10 * SECOND;
    ask_from_everywhere("ann", 8 * THROTTLE_KEYS);
    assert_int_equal(try_as(owner, THROTTLE_RIGHT), 22 * SECOND);
    now += 22 * SECOND;
    ask_from_everywhere("ann", 8 * THROTTLE_KEYS);
    assert_int_equal(try_as(owner, THROTTLE_RIGHT), 0);
}

static void a_turn_is_ones_own_and_spares_no_failure(void **state)
{
    static const char *const forged[] = {"", "-", "1", "1-1", "99999999999999999999-1", "x-y"};
    struct throttle_who mallory = who_of("192.0.2.1", "ann"), other = who_of("192.0.2.2", "ann");
    char turn[THROTTLE_TURN_TEXT + 1];
    (void)state;
    attack("ann", 19);
    throttle_turn(throttle, &mallory, now, 32 * SECOND, turn);
    now += 32 * SECOND;
    mallory.turn = other.turn = sv_of(turn);
    assert_int_equal(try_as(other, THROTTLE_WRONG), 32 * SECOND);
    assert_int_equal(try_as(mallory, THROTTLE_WRONG), 0);
    assert_int_equal(try_as(mallory, THROTTLE_WRONG), 64 * SECOND);
    now += MINUTE;
    assert_int_equal(try_as(mallory, THROTTLE_WRONG), 4 * SECOND);
    for (size_t i = 0; i < sizeof forged / sizeof forged[0]; i++) {
        struct throttle_who liar = who_of(numbered("192.0.#", (unsigned)i + 2000), "ann");
        liar.turn = sv_of(forged[i]);
        assert_int_not_equal(try_as(liar, THROTTLE_WRONG), 0);
    }
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        THROTTLE_TEST(each_failure_beyond_the_free_ones_doubles_the_delay),
        THROTTLE_TEST(asking_again_too_early_makes_nothing_worse),
        THROTTLE_TEST(one_failure_is_forgotten_each_quarter_of_an_hour),
        THROTTLE_TEST(who_goes_on_for_a_day_has_few_tries),
        THROTTLE_TEST(a_success_empties_the_pair_and_no_more),
        THROTTLE_TEST(what_nobody_could_tell_does_not_count),
        THROTTLE_TEST(an_address_is_a_line),
        THROTTLE_TEST(one_password_for_each_of_many_users_is_counted_by_address),
        THROTTLE_TEST(who_has_come_in_there_before_is_not_held_up_by_his_neighbours),
        THROTTLE_TEST(no_attack_from_elsewhere_holds_up_the_owner_at_home),
        THROTTLE_TEST(the_owner_at_a_new_place_waits_once_whatever_others_do),
        THROTTLE_TEST(nobody_washes_out_a_turn_by_asking),
        THROTTLE_TEST(a_turn_is_ones_own_and_spares_no_failure),
        THROTTLE_TEST(who_tries_an_attacked_name_has_one_try_and_then_waits_longer),
        THROTTLE_TEST(the_delay_for_an_attacked_name_grows_and_goes_away),
        THROTTLE_TEST(codes_are_counted_by_user_from_wherever),
        THROTTLE_TEST(at_home_codes_are_counted_too),
        THROTTLE_TEST(the_right_password_forgives_no_wrong_code),
        THROTTLE_TEST(coming_in_at_last_forgives_the_codes_too),
        THROTTLE_TEST(nothing_holds_up_a_pass_but_wrong_ones_of_the_same_pair),
        THROTTLE_TEST(without_a_user_only_the_address_counts),
        THROTTLE_TEST(a_flood_washes_out_no_counter_that_matters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
