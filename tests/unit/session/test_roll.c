/* The list of a user's sessions, and ending them. */
#include "roll.h"
#include "session_fixture.h"

struct fixture {
    struct session_fixture s;
    struct gate *gate;
    struct session *asking;
};

static int set_up(void **state)
{
    static const struct gate_limits limits = {.running = 1, .each = 2, .forget_ms = 1000};
    struct fixture *f = calloc(1, sizeof *f);
    *state = f;
    if (!session_fixture_open(&f->s))
        return -1;
    f->gate = gate_new(&limits);
    f->asking = session_fixture_enter(&f->s, SV("claire"), 1);
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    session_release(&f->asking);
    gate_free(&f->gate);
    session_fixture_close(&f->s);
    free(f);
    return 0;
}

/* A row that nobody has used since the program was started; its token. */
static struct sv sleeper(struct fixture *f, const char *user, uint8_t first, int64_t used)
{
    const struct session_record record = {
        .user = sv_of(user), .kind = SESSION_FULL, .created = used, .used = used};
    return session_fixture_keep(&f->s, first, record);
}

static size_t list(struct fixture *f, struct roll_entry **entries)
{
    size_t n = 0;
    assert_int_equal(roll_list(f->asking, f->s.arena, entries, &n), STATUS_OK);
    return n;
}

static enum status find(struct fixture *f, struct sv token)
{
    struct session *session = NULL;
    enum status st =
        session_find(f->s.table, token, &session_fixture_browser, SESSION_USE_POLL, &session);
    session_release(&session);
    return st;
}

static void memory_and_store_are_listed_once_and_only_ones_own(void **state)
{
    struct fixture *f = *state;
    struct roll_entry *e;
    int64_t now = clock_wall();
    sleeper(f, "claire", 2, now - 100);
    sleeper(f, "claire", 3, now - 700); /* its time is over */
    sleeper(f, "denis", 4, now);
    struct session *kiosk = session_fixture_enter_as(&f->s, SV("claire"), 5, SESSION_PUBLIC);
    struct session *other = session_fixture_enter_as(&f->s, SV("denis"), 6, SESSION_PUBLIC);
    kiosk->used = now - 10;
    assert_int_equal(list(f, &e), 3);
    assert_true(e[0].self);
    assert_int_equal(e[0].kind, SESSION_FULL);
    assert_sv(e[0].address, "192.0.2.1");
    assert_sv(e[0].agent, "w3m");
    assert_int_equal(e[1].kind, SESSION_PUBLIC);
    assert_int_equal(e[1].used, now - 10);
    assert_int_equal(e[2].used, now - 100);
    assert_int_equal(e[2].expires, now + 500);
    for (int i = 0; i < 3; i++)
        assert_true(strlen(e[i].name) == SESSION_CSRF_TEXT && (i == 0) == e[i].self);
    session_release(&kiosk);
    session_release(&other);
}

/* Whoever has the password and spells the name otherwise is seen, and ended, all the same. */
static void another_spelling_of_the_name_hides_nobody(void **state)
{
    static const char *const spellings[] = {"CLAIRE", "Claire@Example.org", "claire@example.org"};
    struct fixture *f = *state;
    struct roll_entry *e;
    size_t ended;
    struct sv token[3];
    session_release(&f->asking);
    sessions_use_domain(f->s.table, SV("example.org"));
    f->asking = session_fixture_enter(&f->s, SV("claire@example.org"), 2);
    for (uint8_t i = 0; i < 3; i++)
        token[i] = sleeper(f, spellings[i], (uint8_t)(10 + i), clock_wall() - 10);
    sleeper(f, "claire@elsewhere.org", 20, clock_wall());
    sleeper(f, "claire@example.org.uk", 21, clock_wall());
    struct session *kiosk = session_fixture_enter_as(&f->s, SV("cLAIRE"), 5, SESSION_PUBLIC);
    assert_sv(session_user(kiosk), "cLAIRE");
    assert_sv(session_account(kiosk), "claire");
    assert_int_equal(find(f, token[0]), STATUS_OK); /* now in memory too */
    assert_int_equal(list(f, &e), 6);
    assert_int_equal(roll_end_others(f->asking, f->gate, &ended), STATUS_OK);
    assert_int_equal(ended, 5);
    for (int i = 0; i < 3; i++)
        assert_int_equal(find(f, token[i]), STATUS_NOT_FOUND);
    session_release(&kiosk);
}

static void one_that_sleeps_in_the_store_is_ended(void **state)
{
    struct fixture *f = *state;
    struct roll_entry *e;
    struct sv token = sleeper(f, "claire", 2, clock_wall() - 100);
    assert_int_equal(list(f, &e), 2);
    assert_int_equal(roll_end(f->asking, f->gate, sv_of(e[1].name)), STATUS_OK);
    assert_int_equal(find(f, token), STATUS_NOT_FOUND);
    assert_int_equal(roll_end(f->asking, f->gate, sv_of(e[1].name)), STATUS_NOT_FOUND);
    assert_int_equal(list(f, &e), 1);
}

static void one_in_memory_is_ended_there_and_in_the_store(void **state)
{
    struct fixture *f = *state;
    struct roll_entry *e;
    struct sv token = sleeper(f, "claire", 2, clock_wall() - 100);
    assert_int_equal(find(f, token), STATUS_OK); /* now in memory too */
    assert_int_equal(list(f, &e), 2);
    assert_int_equal(roll_end(f->asking, f->gate, sv_of(e[1].name)), STATUS_OK);
    assert_int_equal(find(f, token), STATUS_NOT_FOUND);
    /* as after a restart */
    session_release(&f->asking);
    sessions_free(&f->s.table);
    session_fixture_start(&f->s, &session_fixture_key);
    assert_int_equal(find(f, token), STATUS_NOT_FOUND);
}

static void a_name_is_good_for_who_was_given_it_alone(void **state)
{
    struct fixture *f = *state;
    struct roll_entry *e, *his;
    size_t n;
    struct sv token = sleeper(f, "claire", 2, clock_wall());
    struct session *denis = session_fixture_enter(&f->s, SV("denis"), 9);
    struct session *second = session_fixture_enter(&f->s, SV("claire"), 8);
    assert_int_equal(list(f, &e), 3);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(roll_end(denis, f->gate, sv_of(e[i].name)), STATUS_NOT_FOUND);
        assert_int_equal(roll_end(second, f->gate, sv_of(e[i].name)), STATUS_NOT_FOUND);
    }
    assert_int_equal(roll_list(denis, f->s.arena, &his, &n), STATUS_OK);
    assert_int_equal(n, 1);
    assert_int_equal(roll_end(f->asking, f->gate, SV("")), STATUS_NOT_FOUND);
    assert_int_equal(find(f, token), STATUS_OK);
    session_release(&denis);
    session_release(&second);
}

static void all_others_are_ended_but_not_those_of_others(void **state)
{
    struct fixture *f = *state;
    struct roll_entry *e;
    size_t ended = 0;
    struct sv one = sleeper(f, "claire", 2, clock_wall()),
              his = sleeper(f, "denis", 3, clock_wall());
    struct session *kiosk = session_fixture_enter_as(&f->s, SV("claire"), 5, SESSION_PUBLIC);
    assert_int_equal(roll_end_others(f->asking, f->gate, &ended), STATUS_OK);
    assert_int_equal(ended, 2);
    assert_true(kiosk->ended);
    assert_int_equal(find(f, one), STATUS_NOT_FOUND);
    assert_int_equal(find(f, his), STATUS_OK);
    assert_int_equal(list(f, &e), 1);
    assert_true(e[0].self);
    session_release(&kiosk);
}

/* Nobody stays by being more than a list has room for. */
static void all_others_are_more_than_one_list(void **state)
{
    enum { MANY = ROLL_MAX + 50 };
    struct fixture *f = *state;
    struct session *kiosk[MANY];
    size_t ended = 0;
    for (size_t i = 0; i < MANY; i++) {
        struct session_record record = {.user = SV("claire"),
                                        .kind = SESSION_PUBLIC,
                                        .created = clock_wall(),
                                        .used = clock_wall(),
                                        .id = {(uint8_t)(i >> 8), (uint8_t)i, 1}};
        kiosk[i] = session_fixture_admit(&f->s, &record, (struct session_nature){0});
    }
    assert_int_equal(roll_end_others(f->asking, f->gate, &ended), STATUS_OK);
    assert_int_equal(ended, MANY);
    for (size_t i = 0; i < MANY; i++) {
        assert_true(kiosk[i]->ended);
        session_release(&kiosk[i]);
    }
    assert_false(f->asking->ended);
}

static void the_code_ends_a_public_session(void **state)
{
    struct fixture *f = *state;
    char code[ROLL_CODE_TEXT + 2], other[ROLL_CODE_TEXT + 2];
    struct sv user = SV("");
    struct session *kiosk = session_fixture_enter_as(&f->s, SV("claire"), 5, SESSION_PUBLIC);
    struct session *second = session_fixture_enter_as(&f->s, SV("claire"), 6, SESSION_PUBLIC);
    roll_code(kiosk, code);
    roll_code(second, other);
    assert_int_equal(strlen(code), ROLL_CODE_TEXT + 1);
    assert_int_equal(code[ROLL_CODE_TEXT / 2], '-');
    assert_string_not_equal(code, other);
    struct sv typed = arena_lower(f->s.arena, sv_of(code));
    typed = arena_printf(f->s.arena, " %.4s  %.4s ", typed.p, typed.p + 5);
    assert_int_equal(roll_end_code(f->s.table, f->gate, typed, f->s.arena, &user), STATUS_OK);
    assert_sv(user, "claire");
    assert_true(kiosk->ended);
    assert_false(second->ended);
    assert_int_equal(roll_end_code(f->s.table, f->gate, sv_of(code), f->s.arena, &user),
                     STATUS_NOT_FOUND);
    session_release(&kiosk);
    session_release(&second);
}

static void what_is_no_code_ends_nothing(void **state)
{
    struct fixture *f = *state;
    char code[ROLL_CODE_TEXT + 2];
    struct sv user = SV("");
    static const char *const typed[] = {
        "", "ABCD", "ABCD-EFGHX", "ABCD-EFGU", "ABCD-EFG\xc3\xa9", "----"};
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++)
        assert_int_equal(roll_end_code(f->s.table, f->gate, sv_of(typed[i]), f->s.arena, &user),
                         STATUS_INVALID);
    roll_code(f->asking, code); /* a full session has none that works */
    assert_int_equal(roll_end_code(f->s.table, f->gate, sv_of(code), f->s.arena, &user),
                     STATUS_NOT_FOUND);
    assert_false(f->asking->ended);
}

#define with_fixture(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_fixture(memory_and_store_are_listed_once_and_only_ones_own),
        with_fixture(another_spelling_of_the_name_hides_nobody),
        with_fixture(one_that_sleeps_in_the_store_is_ended),
        with_fixture(one_in_memory_is_ended_there_and_in_the_store),
        with_fixture(a_name_is_good_for_who_was_given_it_alone),
        with_fixture(all_others_are_ended_but_not_those_of_others),
        with_fixture(all_others_are_more_than_one_list),
        with_fixture(the_code_ends_a_public_session),
        with_fixture(what_is_no_code_ends_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
