/* Memory for secrets, and the clock that a session's age goes by. */
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "arena.h"
#include "clock.h"
#include "secret.h"
#include "test.h"

enum { MANY = 300 };

static void small_ones_share_pages_and_give_them_back(void **state)
{
    (void)state;
    char *all[MANY];
    for (int i = 0; i < MANY; i++) {
        all[i] = secret_new(40);
        for (int k = 0; k < 40; k++)
            assert_int_equal(all[i][k], 0);
        memset(all[i], i, 40);
    }
    assert_int_equal(secret_used().secrets, MANY);
    assert_int_equal(secret_used().pages, (MANY + 63) / 64);
    for (int i = 0; i < MANY; i++)
        assert_int_equal((unsigned char)all[i][39], i & 0xff); /* nobody else's place */
    for (int i = 0; i < MANY; i++)
        secret_free(all[i]);
    assert_int_equal(secret_used().pages, 0);
    secret_free(NULL);
}

static void a_place_is_wiped_when_it_is_given_back(void **state)
{
    (void)state;
    char *neighbour = secret_new(64), *secret = secret_copy(SV("correct horse"));
    assert_string_equal(secret, "correct horse");
    secret_free(secret);
    for (int i = 0; i < 64; i++)
        assert_int_equal(secret[i], 0); /* the page is still there, for the neighbour */
    assert_ptr_equal(secret_new(64), secret);
    secret_free(secret);
    secret_free(neighbour);
}

static void each_size_has_pages_of_its_own(void **state)
{
    (void)state;
    char *small = secret_new(1), *middle = secret_new(65), *large = secret_new(SECRET_MAX);
    memset(large, 1, SECRET_MAX);
    memset(middle, 1, 128);
    assert_int_equal(secret_used().pages, 3);
    assert_int_equal(small[0], 0);
    secret_free(large);
    secret_free(middle);
    secret_free(small);
    assert_int_equal(secret_used().pages, 0);
}

static void where_nothing_may_be_locked_it_goes_on(void **state)
{
    (void)state;
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_MEMLOCK, &none); /* does not bind root, nor a sanitizer, which locks nothing */
    char *secret = secret_copy(SV("x"));
    assert_string_equal(secret, "x");
    secret_free(secret);
}

static void an_arena_wipes_what_it_forgets(void **state)
{
    (void)state;
    struct arena *arena = arena_new(100000);
    char *text = arena_cstr(arena, SV("the password in a form"));
    arena_reset(arena);
    for (size_t i = 0; i < sizeof "the password in a form"; i++)
        assert_int_equal(text[i], 0); /* the block is kept */
    arena_free(&arena);
}

static void an_age_follows_the_clock_forwards_and_never_back(void **state)
{
    (void)state;
    _Atomic int64_t ahead = INT64_MIN;
    const int64_t noon = 1800000000000;
    assert_int_equal(clock_lasting_of(&ahead, noon, 5000), noon / 1000);
    assert_int_equal(clock_lasting_of(&ahead, noon + 60000, 65000), noon / 1000 + 60);
    /* set back by an hour: a minute later it is a minute later */
    assert_int_equal(clock_lasting_of(&ahead, noon - 3600000, 125000), noon / 1000 + 120);
    /* set forward: what should have ended meanwhile has ended */
    assert_int_equal(clock_lasting_of(&ahead, noon + 3600000, 126000), noon / 1000 + 3600);
    /* a machine that slept, whose steady clock stood still */
    assert_int_equal(clock_lasting_of(&ahead, noon + 7200000, 126000), noon / 1000 + 7200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_ones_share_pages_and_give_them_back),
        cmocka_unit_test(a_place_is_wiped_when_it_is_given_back),
        cmocka_unit_test(each_size_has_pages_of_its_own),
        cmocka_unit_test(where_nothing_may_be_locked_it_goes_on),
        cmocka_unit_test(an_arena_wipes_what_it_forgets),
        cmocka_unit_test(an_age_follows_the_clock_forwards_and_never_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
