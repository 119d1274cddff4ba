/* What counts as costly: the first time in a large folder, and all of an account that is unknown.
 */
#include "session_fixture.h"
#include "warm.h"

enum { MANY = WARM_FOLDERS_MAX + 3 };

struct fixture {
    struct session_fixture base;
    struct session *session;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    *state = f;
    if (!session_fixture_open(&f->base))
        return -1;
    f->session = session_fixture_enter(&f->base, SV("u"), 1);
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    session_release(&f->session);
    session_fixture_close(&f->base);
    free(f);
    return 0;
}

static struct folder folder(const char *name, uint32_t messages)
{
    return (struct folder){
        .name = sv_of(name), .selectable = true, .counted = true, .counts = {.messages = messages}};
}

static void an_account_that_nobody_has_listed_is_costly(void **state)
{
    struct fixture *f = *state;
    assert_true(warm_is_costly(f->session, SV("INBOX"), WARM_OPENED));
    assert_int_equal(warm_account(f->session), WARM_UNKNOWN);
    warm_done(f->session, SV("INBOX"), WARM_OPENED);
    assert_true(warm_is_costly(f->session, SV("INBOX"), WARM_OPENED));
}

static void the_first_time_in_a_large_folder_is_costly(void **state)
{
    struct fixture *f = *state;
    struct folder all[] = {folder("large", WARM_LARGE), folder("small", WARM_LARGE - 1),
                           folder("uncounted", 0), folder("parent", 0)};
    const struct folders folders = {.p = all, .n = 4};
    const unsigned by_date = WARM_SORTED << IMAP_ORDER_DATE,
                   by_size = WARM_SORTED << IMAP_ORDER_SIZE;
    all[2].counted = false;
    all[3].counted = all[3].selectable = false;
    const struct folders one = {.p = all + 1, .n = 1};
    warm_learn(f->session, &one);
    assert_int_equal(warm_account(f->session), WARM_ACCOUNT_SMALL);
    warm_learn(f->session, &folders);
    assert_int_equal(warm_account(f->session), WARM_ACCOUNT_LARGE);
    assert_true(warm_is_costly(f->session, SV("large"), WARM_OPENED));
    assert_true(warm_is_costly(f->session, SV("uncounted"), WARM_OPENED));
    assert_false(warm_is_costly(f->session, SV("small"), WARM_OPENED | by_date | WARM_SEARCHED));
    assert_false(warm_is_costly(f->session, SV("parent"), WARM_OPENED));
    assert_false(warm_is_costly(f->session, SV("no such"), WARM_OPENED));
    warm_done(f->session, SV("large"), WARM_OPENED | by_date);
    assert_false(warm_is_costly(f->session, SV("large"), WARM_OPENED | by_date));
    assert_true(warm_is_costly(f->session, SV("large"), WARM_OPENED | by_size));
    assert_true(warm_is_costly(f->session, SV("large"), WARM_OPENED | WARM_SEARCHED));
    warm_learn(f->session, &folders);
    assert_false(warm_is_costly(f->session, SV("large"), WARM_OPENED | by_date));
    all[1].counts.messages++;
    warm_learn(f->session, &folders);
    assert_true(warm_is_costly(f->session, SV("small"), WARM_OPENED));
}

static void folders_beyond_those_remembered_stay_costly(void **state)
{
    struct fixture *f = *state;
    static struct folder all[MANY];
    for (unsigned i = 0; i < MANY; i++)
        all[i] = folder(arena_printf(f->base.arena, "f%u", i).p, WARM_LARGE);
    const struct folders folders = {.p = all, .n = MANY};
    warm_learn(f->session, &folders);
    for (unsigned i = 0; i < MANY; i++)
        warm_done(f->session, all[i].name, WARM_OPENED);
    assert_false(warm_is_costly(f->session, SV("f0"), WARM_OPENED));
    assert_true(warm_is_costly(f->session, all[MANY - 1].name, WARM_OPENED));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_account_that_nobody_has_listed_is_costly, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_first_time_in_a_large_folder_is_costly, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(folders_beyond_those_remembered_stay_costly, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
