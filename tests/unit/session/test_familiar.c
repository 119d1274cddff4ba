/* Where a user has signed in before: kept over a restart, bounded, by line, and unreadable. */
#include "familiar.h"
#include "session_fixture.h"

static int set_up(void **state)
{
    struct session_fixture *f = calloc(1, sizeof *f);
    *state = f;
    return session_fixture_open(f) ? 0 : -1;
}

static int tear_down(void **state)
{
    struct session_fixture *f = *state;
    session_fixture_close(f);
    free(f);
    return 0;
}

static struct ip ip_of(const char *text)
{
    struct ip address;
    assert_int_equal(ip_parse(sv_of(text), &address), STATUS_OK);
    return address;
}

static bool is(struct session_fixture *f, const char *user, const char *address)
{
    struct ip ip = ip_of(address);
    return familiar_is(f->table, sv_of(user), &ip);
}

static void note(struct session_fixture *f, const char *user, const char *address)
{
    struct ip ip = ip_of(address);
    familiar_note(f->table, sv_of(user), &ip);
}

static void a_place_is_a_user_s_and_a_line_s(void **state)
{
    struct session_fixture *f = *state;
    assert_false(is(f, "ann", "2001:db8:0:1::1"));
    note(f, "ann", "2001:db8:0:1::1");
    assert_true(is(f, "ann", "2001:db8:0:1::1"));
    assert_true(is(f, "ann", "2001:db8:0:1:ffff::2"));
    assert_false(is(f, "ann", "2001:db8:0:2::1"));
    assert_false(is(f, "ben", "2001:db8:0:1::1"));
    note(f, "", "192.0.2.1");
    assert_false(is(f, "", "192.0.2.1"));
}

static void it_outlives_a_restart_but_not_the_key(void **state)
{
    static const struct server_key other = {{8}};
    struct session_fixture *f = *state;
    note(f, "ann", "192.0.2.1");
    sessions_free(&f->table);
    session_fixture_start(f, &session_fixture_key);
    assert_true(is(f, "ann", "192.0.2.1"));
    sessions_free(&f->table);
    session_fixture_start(f, &other);
    assert_false(is(f, "ann", "192.0.2.1"));
}

static void the_last_ones_are_remembered(void **state)
{
    struct session_fixture *f = *state;
    for (unsigned i = 0; i < FAMILIAR_MAX; i++)
        note(f, "ann", arena_printf(f->arena, "192.0.2.%u", i).p);
    note(f, "ann", "192.0.2.0"); /* still in use */
    note(f, "ann", "192.0.2.100");
    assert_true(is(f, "ann", "192.0.2.100"));
    assert_true(is(f, "ann", "192.0.2.0"));
    assert_false(is(f, "ann", "192.0.2.1"));
    for (unsigned i = 2; i < FAMILIAR_MAX; i++)
        assert_true(is(f, "ann", arena_printf(f->arena, "192.0.2.%u", i).p));
}

static void the_store_tells_no_address(void **state)
{
    struct session_fixture *f = *state;
    struct preference *rows;
    size_t count;
    note(f, "ann", "192.0.2.1");
    assert_int_equal(store_preferences_get(f->kept.store, SV("ann"), f->arena, &rows, &count),
                     STATUS_OK);
    assert_int_equal(count, 1);
    assert_int_equal(rows[0].value.n, 22);
    assert_int_equal(sv_find(rows[0].value, SV("192")), SIZE_MAX);
    note(f, "ben", "192.0.2.1"); /* nor that two of them were at the same place */
    struct sv of_ann = rows[0].value;
    assert_int_equal(store_preferences_get(f->kept.store, SV("ben"), f->arena, &rows, &count),
                     STATUS_OK);
    assert_false(sv_eq(of_ann, rows[0].value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_place_is_a_user_s_and_a_line_s, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_outlives_a_restart_but_not_the_key, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_last_ones_are_remembered, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_store_tells_no_address, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
