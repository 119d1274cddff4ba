#include "second.h"

#include <pthread.h>

#include "second_desk.h"
#include "session_fixture.h"

#define CLAIRE SV("claire@demo.example")
#define KARIM SV("karim@demo.example")

static const uint8_t secret[TOTP_SECRET_SIZE] = "12345678901234567890";
enum { NOW = 1234567890 };

static int set_up(void **state)
{
    struct session_fixture *f = calloc(1, sizeof *f);
    *state = f;
    return f && session_fixture_open(f) ? 0 : -1;
}

static int tear_down(void **state)
{
    session_fixture_close(*state);
    free(*state);
    return 0;
}

static struct sv code_at(char room[TOTP_DIGITS + 1], int64_t away)
{
    totp_code(secret, totp_step(NOW) + away, room);
    return sv_of(room);
}

static void begin(struct session_fixture *f, struct sv account)
{
    char code[TOTP_DIGITS + 1];
    assert_int_equal(second_totp_set(f->table, account, secret, code_at(code, -1), NOW), STATUS_OK);
}

static void restart(struct session_fixture *f)
{
    sessions_free(&f->table);
    store_close(&f->kept.store);
    assert_true(store_fixture_reopen(&f->kept));
    session_fixture_start(f, &session_fixture_key);
}

/* ---- one-time codes ---- */

static void a_step_serves_once_and_none_before_it(void **state)
{
    struct session_fixture *f = *state;
    char code[TOTP_DIGITS + 1];
    begin(f, CLAIRE);
    assert_int_equal(second_totp_check(f->table, CLAIRE, code_at(code, -1), NOW), STATUS_CHANGED);
    assert_int_equal(second_totp_check(f->table, CLAIRE, code_at(code, 1), NOW), STATUS_OK);
    assert_int_equal(second_totp_check(f->table, CLAIRE, code_at(code, 1), NOW), STATUS_CHANGED);
    assert_int_equal(second_totp_check(f->table, CLAIRE, code_at(code, 0), NOW), STATUS_CHANGED);
    assert_int_equal(second_totp_check(f->table, CLAIRE, SV("000000"), NOW), STATUS_DENIED);
    restart(f);
    assert_int_equal(second_totp_check(f->table, CLAIRE, code_at(code, 1), NOW), STATUS_CHANGED);
    assert_int_equal(second_totp_check(f->table, CLAIRE, code_at(code, 2), NOW + 30), STATUS_OK);
}

static void a_clock_that_is_set_back_opens_nothing_again(void **state)
{
    struct session_fixture *f = *state;
    char code[TOTP_DIGITS + 1];
    begin(f, CLAIRE);
    for (int64_t back = 10; back >= 2; back--)
        assert_int_equal(second_totp_check(f->table, CLAIRE, code_at(code, -back), NOW - 30 * back),
                         STATUS_CHANGED);
    assert_int_equal(second_totp_check(f->table, CLAIRE, code_at(code, 0), NOW), STATUS_OK);
}

struct rush {
    struct session_fixture *f;
    pthread_barrier_t *start;
    enum status status;
    const char *recovery; /* NULL: the one-time code */
};

static void *rush_in(void *context)
{
    struct rush *rush = context;
    char code[TOTP_DIGITS + 1];
    pthread_barrier_wait(rush->start);
    rush->status = rush->recovery
                       ? second_code_use(rush->f->table, CLAIRE, sv_of(rush->recovery))
                       : second_totp_check(rush->f->table, CLAIRE, code_at(code, 0), NOW);
    return NULL;
}

static size_t winners(struct session_fixture *f, const char *recovery)
{
    enum { RUNNERS = 8 };
    struct rush rushes[RUNNERS];
    pthread_t threads[RUNNERS];
    pthread_barrier_t start;
    size_t won = 0;
    pthread_barrier_init(&start, NULL, RUNNERS);
    for (size_t i = 0; i < RUNNERS; i++) {
        rushes[i] = (struct rush){.f = f, .start = &start, .recovery = recovery};
        assert_int_equal(pthread_create(&threads[i], NULL, rush_in, &rushes[i]), 0);
    }
    for (size_t i = 0; i < RUNNERS; i++) {
        pthread_join(threads[i], NULL);
        won += rushes[i].status == STATUS_OK;
    }
    pthread_barrier_destroy(&start);
    return won;
}

static void of_many_at_once_one_wins(void **state)
{
    struct session_fixture *f = *state;
    char codes[SECOND_CODES][SECOND_CODE_TEXT + 1];
    begin(f, CLAIRE);
    assert_int_equal(second_codes_make(f->table, CLAIRE, codes), STATUS_OK);
    assert_int_equal(winners(f, NULL), 1);
    assert_int_equal(winners(f, codes[3]), 1);
}

static void a_secret_opens_for_its_account_and_key_alone(void **state)
{
    struct session_fixture *f = *state;
    static const struct server_key other = {{9}};
    struct store_second row;
    char code[TOTP_DIGITS + 1];
    begin(f, CLAIRE);
    assert_int_equal(store_second_get(f->kept.store, CLAIRE, f->arena, &row), STATUS_OK);
    assert_int_equal(sv_find(row.sealed, (struct sv){(const char *)secret, sizeof secret}),
                     SIZE_MAX);
    row.step = 0;
    assert_int_equal(store_second_put(f->kept.store, KARIM, &row), STATUS_OK);
    assert_int_equal(second_totp_check(f->table, KARIM, code_at(code, 0), NOW), STATUS_DENIED);
    sessions_free(&f->table);
    session_fixture_start(f, &other);
    assert_int_equal(second_totp_check(f->table, CLAIRE, code_at(code, 0), NOW), STATUS_DENIED);
}

static void an_account_without_a_secret_has_no_code(void **state)
{
    struct session_fixture *f = *state;
    struct store_second_counts counts;
    char code[TOTP_DIGITS + 1];
    bool any = true;
    assert_int_equal(second_state(f->table, CLAIRE, &counts), STATUS_OK);
    assert_false(second_on(&counts));
    assert_int_equal(second_anywhere(f->table, &any), STATUS_OK);
    assert_false(any);
    assert_int_equal(second_totp_check(f->table, CLAIRE, code_at(code, 0), NOW), STATUS_DENIED);
    assert_int_equal(second_totp_set(f->table, CLAIRE, secret, SV("000000"), NOW), STATUS_DENIED);
    assert_int_equal(second_anywhere(f->table, &any), STATUS_OK);
    assert_false(any);
    begin(f, CLAIRE);
    assert_int_equal(second_anywhere(f->table, &any), STATUS_OK);
    assert_true(any);
    assert_int_equal(second_drop(f->table, CLAIRE), STATUS_OK);
    assert_int_equal(second_totp_check(f->table, CLAIRE, code_at(code, 0), NOW), STATUS_DENIED);
}

/* ---- recovery codes ---- */

static void a_recovery_code_serves_once_as_people_write_it(void **state)
{
    struct session_fixture *f = *state;
    struct store_second_counts counts;
    char codes[SECOND_CODES][SECOND_CODE_TEXT + 1], again[SECOND_CODES][SECOND_CODE_TEXT + 1];
    char typed[4 * SECOND_CODE_TEXT + 1];
    size_t n = 0;
    assert_int_equal(second_codes_make(f->table, CLAIRE, codes), STATUS_OK);
    for (const char *c = codes[0]; *c; c++) {
        if (*c == '-')
            continue;
        typed[n++] = *c == '0' ? 'o' : *c == '1' ? 'i' : ascii_lower(*c);
        n += (size_t)snprintf(typed + n, sizeof typed - n, "\u2011");
    }
    typed[n] = '\0';
    assert_int_equal(second_code_use(f->table, KARIM, sv_of(typed)), STATUS_DENIED);
    assert_int_equal(second_code_use(f->table, CLAIRE, sv_of(typed)), STATUS_OK);
    assert_int_equal(second_code_use(f->table, CLAIRE, sv_of(codes[0])), STATUS_DENIED);
    restart(f);
    assert_int_equal(second_code_use(f->table, CLAIRE, sv_of(codes[0])), STATUS_DENIED);
    assert_int_equal(second_state(f->table, CLAIRE, &counts), STATUS_OK);
    assert_int_equal(counts.codes, SECOND_CODES - 1);
    assert_int_equal(second_codes_make(f->table, CLAIRE, again), STATUS_OK);
    assert_int_equal(second_code_use(f->table, CLAIRE, sv_of(codes[1])), STATUS_DENIED);
    assert_int_equal(second_code_use(f->table, CLAIRE, sv_of(again[9])), STATUS_OK);
}

static void what_is_no_recovery_code_is_refused(void **state)
{
    struct session_fixture *f = *state;
    char codes[SECOND_CODES][SECOND_CODE_TEXT + 1], longer[SECOND_CODE_TEXT + 2];
    assert_int_equal(second_codes_make(f->table, CLAIRE, codes), STATUS_OK);
    snprintf(longer, sizeof longer, "%s0", codes[0]);
    const struct sv wrong[] = {SV(""),
                               SV("----"),
                               sv_of(longer),
                               sv_slice(sv_of(codes[0]), 0, SECOND_CODE_TEXT - 1),
                               SV("UUUU-UUUU-UUUU-UUUU"),
                               SV("0000-0000-0000-0000")};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(second_code_use(f->table, CLAIRE, wrong[i]), STATUS_DENIED);
    assert_int_equal(second_code_use(f->table, CLAIRE, sv_of(codes[0])), STATUS_OK);
}

/* ---- the desk ---- */

static void a_session_has_ten_tries(void **state)
{
    struct session_fixture *f = *state;
    struct session *session = session_fixture_enter(f, CLAIRE, 1);
    struct second_desk *desk = second_desk_of(session), *other = second_desk_of(session);
    for (int i = 0; i < SECOND_TRIES; i++)
        assert_true(second_desk_try(i % 2 ? desk : other));
    assert_false(second_desk_try(desk));
    second_desk_right(other);
    assert_true(second_desk_try(desk));
    second_desk_release(&desk);
    second_desk_release(&other);
    session_release(&session);
}

static void a_challenge_serves_once_and_the_newest_alone(void **state)
{
    struct session_fixture *f = *state;
    struct session *session = session_fixture_enter(f, CLAIRE, 1);
    struct second_desk *desk = second_desk_of(session);
    char first[SECOND_CHALLENGE_TEXT + 1], second[sizeof first], got[sizeof first];
    assert_int_equal(second_desk_answered(desk, got), STATUS_NOT_FOUND);
    second_desk_challenge(desk, first);
    second_desk_challenge(desk, second);
    assert_string_not_equal(first, second);
    assert_int_equal(second_desk_answered(desk, got), STATUS_OK);
    assert_string_equal(got, second);
    assert_int_equal(second_desk_answered(desk, got), STATUS_NOT_FOUND);
    second_desk_release(&desk);
    session_release(&session);
}

static void codes_are_shown_once_and_the_secret_until_it_serves(void **state)
{
    struct session_fixture *f = *state;
    struct session *session = session_fixture_enter(f, CLAIRE, 1);
    struct second_desk *desk = second_desk_of(session);
    uint8_t a[TOTP_SECRET_SIZE], b[TOTP_SECRET_SIZE];
    char codes[SECOND_CODES][SECOND_CODE_TEXT + 1] = {"0000-0000-0000-0000"};
    assert_false(second_desk_secret_there(desk, a));
    second_desk_secret(desk, a);
    second_desk_secret(desk, b);
    assert_memory_equal(a, b, sizeof a);
    assert_true(second_desk_secret_there(desk, b));
    second_desk_secret_forget(desk);
    assert_false(second_desk_secret_there(desk, b));
    second_desk_secret(desk, b);
    assert_memory_not_equal(a, b, sizeof a);
    assert_false(second_desk_codes_take(desk, codes));
    second_desk_codes_put(desk, codes);
    assert_true(second_desk_codes_take(desk, codes));
    assert_false(second_desk_codes_take(desk, codes));
    assert_int_equal(second_desk_door(desk), SECOND_DOOR_SHUT);
    second_desk_set_door(desk, SECOND_DOOR_OPEN);
    assert_int_equal(second_desk_door(desk), SECOND_DOOR_OPEN);
    second_desk_release(&desk);
    session_release(&session);
}

#define case_of(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        case_of(a_step_serves_once_and_none_before_it),
        case_of(a_clock_that_is_set_back_opens_nothing_again),
        case_of(of_many_at_once_one_wins),
        case_of(a_secret_opens_for_its_account_and_key_alone),
        case_of(an_account_without_a_secret_has_no_code),
        case_of(a_recovery_code_serves_once_as_people_write_it),
        case_of(what_is_no_recovery_code_is_refused),
        case_of(a_session_has_ten_tries),
        case_of(a_challenge_serves_once_and_the_newest_alone),
        case_of(codes_are_shown_once_and_the_secret_until_it_serves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
