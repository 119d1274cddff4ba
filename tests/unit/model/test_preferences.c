/* What people have chosen, and what of it is the account's however its name is spelt. */
#include "preferences.h"
#include "session_fixture.h"

static int set_up(void **state)
{
    struct session_fixture *f = calloc(1, sizeof *f);
    *state = f;
    if (!session_fixture_open(f))
        return -1;
    sessions_use_domain(f->table, SV("example.org"));
    return 0;
}

static int tear_down(void **state)
{
    struct session_fixture *f = *state;
    session_fixture_close(f);
    free(f);
    return 0;
}

static struct preferences load(struct session_fixture *f, struct session *session)
{
    struct preferences p;
    assert_int_equal(preferences_load(session, f->kept.store, f->arena, &p), STATUS_OK);
    return p;
}

static void save(struct session_fixture *f, struct session *session, const struct preferences *p)
{
    assert_int_equal(preferences_save(session, f->kept.store, f->arena, p), STATUS_OK);
}

static void another_spelling_turns_no_announcement_off(void **state)
{
    static const char *const names[] = {"claire@example.org", "claire", "CLAIRE",
                                        "Claire@Example.ORG"};
    struct session_fixture *f = *state;
    struct session *sessions[4];
    for (uint8_t i = 0; i < 4; i++)
        sessions[i] = session_fixture_enter(f, sv_of(names[i]), (uint8_t)(i + 1));
    struct preferences p = load(f, sessions[0]);
    assert_false(p.announce);
    p.announce = true;
    p.signature = SV("Claire");
    save(f, sessions[0], &p);
    for (int i = 0; i < 4; i++)
        assert_true(load(f, sessions[i]).announce);
    /* a stranger who chooses a language saves all that he has loaded */
    p = load(f, sessions[2]);
    assert_int_equal(p.signature.n, 0);
    p.language = SV("en");
    save(f, sessions[2], &p);
    for (int i = 0; i < 4; i++)
        assert_true(load(f, sessions[i]).announce);
    p = load(f, sessions[0]);
    assert_sv(p.signature, "Claire");
    p.announce = false;
    save(f, sessions[0], &p);
    for (int i = 0; i < 4; i++)
        assert_false(load(f, sessions[i]).announce);
    for (int i = 0; i < 4; i++)
        session_release(&sessions[i]);
}

static void another_account_has_its_own(void **state)
{
    struct session_fixture *f = *state;
    struct session *one = session_fixture_enter(f, SV("claire"), 1);
    struct session *other = session_fixture_enter(f, SV("claire@elsewhere.org"), 2);
    struct preferences p = load(f, one);
    p.announce = true;
    save(f, one, &p);
    assert_false(load(f, other).announce);
    session_release(&one);
    session_release(&other);
}

#define with_sessions(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_sessions(another_spelling_turns_no_announcement_off),
        with_sessions(another_account_has_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
