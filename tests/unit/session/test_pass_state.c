/* What becomes of a one-time pass, also when several want it, when the process dies, and when an
 * older store comes back. */
#include "pass_fixture.h"

#include <pthread.h>

#include "sqlite.h"

static void it_is_used_once(void **state)
{
    struct pass_fixture *f = *state;
    pass_text pass[2];
    struct pass_claim got, second;
    pass_fixture_make(f, "claire", 2, pass);
    assert_int_equal(pass_fixture_claim(f, "claire", pass[0], &got), STATUS_OK);
    assert_sv(((struct sv){got.password, got.password_n}), "OPEN-SESAME-4711");
    assert_int_equal(got.row.policy, PASS_READING);
    assert_int_equal(pass_fixture_claim(f, "claire", pass[0], &second), STATUS_DENIED);
    assert_int_equal(pass_done(f->passes, &got, PASS_SIGNED_IN), STATUS_OK);
    assert_int_equal(pass_fixture_claim(f, "claire", pass[0], &second), STATUS_DENIED);
    struct pass_record row = pass_fixture_row(f, pass[0]);
    assert_int_equal(row.state, PASS_USED);
    assert_sv(row.address, "192.0.2.7");
    assert_sv(row.agent, "kiosk");
    assert_in_range(row.changed, clock_wall() - 5, clock_wall());
    pass_fixture_use(f, pass[1]); /* the other one is as good as before */
}

static void one_that_found_no_server_is_given_back(void **state)
{
    struct pass_fixture *f = *state;
    pass_text pass[1];
    struct pass_claim got;
    pass_fixture_make(f, "claire", 1, pass);
    assert_int_equal(pass_fixture_claim(f, "claire", pass[0], &got), STATUS_OK);
    assert_int_equal(pass_done(f->passes, &got, PASS_UNREACHABLE), STATUS_OK);
    assert_int_equal(pass_fixture_row(f, pass[0]).state, PASS_UNUSED);
    assert_int_equal(pass_fixture_row(f, pass[0]).address.n, 0);
    pass_fixture_use(f, pass[0]);
}

static void a_password_that_has_changed_voids_all_of_ones_own(void **state)
{
    struct pass_fixture *f = *state;
    pass_text pass[2], karim[1];
    struct pass_claim got;
    pass_fixture_make(f, "claire", 2, pass);
    pass_fixture_make(f, "karim", 1, karim);
    assert_int_equal(pass_fixture_claim(f, "claire", pass[0], &got), STATUS_OK);
    assert_int_equal(pass_done(f->passes, &got, PASS_REFUSED), STATUS_OK);
    assert_int_equal(pass_fixture_claim(f, "claire", pass[0], &got), STATUS_DENIED);
    assert_int_equal(pass_fixture_claim(f, "claire", pass[1], &got), STATUS_DENIED);
    assert_int_equal(pass_fixture_row(f, pass[1]).why, PASS_WHY_PASSWORD);
    assert_int_equal(pass_fixture_claim(f, "karim", karim[0], &got), STATUS_OK);
}

static void another_spelling_of_the_name_hides_none(void **state)
{
    struct pass_fixture *f = *state;
    struct pass_record *rows;
    size_t n;
    pass_text pass[1], shouted[1];
    struct pass_claim got;
    pass_fixture_make(f, "claire", 1, pass);
    pass_fixture_make(f, "CLAIRE@Example.org", 1, shouted);
    assert_int_equal(store_pass_list(f->kept.store, SV("claire"), f->kept.arena, &rows, &n),
                     STATUS_OK);
    assert_int_equal(n, 2);
    assert_int_equal(
        pass_void(f->passes, SV("claire@example.org"), PASS_SELECTOR_ANY, PASS_WHY_USER),
        STATUS_OK);
    assert_int_equal(pass_fixture_claim(f, "claire", shouted[0], &got), STATUS_DENIED);
    assert_int_equal(pass_fixture_claim(f, "claire", pass[0], &got), STATUS_DENIED);
}

static void one_voided_while_it_is_claimed_lets_nobody_in(void **state)
{
    struct pass_fixture *f = *state;
    pass_text pass[1];
    struct pass_claim got;
    pass_fixture_make(f, "claire", 1, pass);
    assert_int_equal(pass_fixture_claim(f, "claire", pass[0], &got), STATUS_OK);
    assert_int_equal(pass_void(f->passes, SV("claire"), PASS_SELECTOR_ANY, PASS_WHY_USER),
                     STATUS_OK);
    assert_int_equal(pass_done(f->passes, &got, PASS_SIGNED_IN), STATUS_CHANGED);
    assert_int_equal(pass_fixture_row(f, pass[0]).state, PASS_VOID);
    assert_int_equal(pass_done(f->passes, &got, PASS_UNREACHABLE), STATUS_CHANGED);
    assert_int_equal(pass_fixture_row(f, pass[0]).state, PASS_VOID);
}

static void a_crash_while_claimed_voids_it(void **state)
{
    struct pass_fixture *f = *state;
    pass_text pass[2];
    struct pass_claim got;
    pass_fixture_make(f, "claire", 2, pass);
    assert_int_equal(pass_fixture_claim(f, "claire", pass[0], &got), STATUS_OK);
    passes_sweep(f->passes); /* not while it may still be going on */
    assert_int_equal(pass_fixture_row(f, pass[0]).state, PASS_CLAIMED);
    struct sv sealed = sv_slice(pass_fixture_row(f, pass[0]).sealed, 0, 40);
    pass_fixture_restart(f);
    assert_int_equal(pass_fixture_row(f, pass[0]).state, PASS_VOID);
    assert_int_equal(pass_fixture_row(f, pass[0]).why, PASS_WHY_BROKEN);
    assert_false(pass_fixture_holds(f, sealed));
    assert_int_equal(pass_fixture_claim(f, "claire", pass[0], &got), STATUS_DENIED);
    pass_fixture_use(f, pass[1]);
}

static void one_claimed_for_too_long_is_void(void **state)
{
    struct pass_fixture *f = *state;
    pass_text pass[1];
    struct pass_claim got;
    pass_fixture_make(f, "claire", 1, pass);
    assert_int_equal(pass_fixture_claim(f, "claire", pass[0], &got), STATUS_OK);
    int64_t at = pass_fixture_row(f, pass[0]).changed;
    assert_int_equal(store_pass_sweep(f->kept.store, at, 0), STATUS_OK);
    assert_int_equal(pass_fixture_row(f, pass[0]).state, PASS_CLAIMED);
    assert_int_equal(store_pass_sweep(f->kept.store, at + 1, 0), STATUS_OK);
    assert_int_equal(pass_fixture_row(f, pass[0]).state, PASS_VOID);
}

/* The right secret of a pass whose time is over meets the transaction's own condition; then it is
 * wiped, and in the end forgotten. */
static void an_expired_one_is_no_good(void **state)
{
    struct pass_fixture *f = *state;
    pass_text pass[1];
    struct pass_claim got;
    struct pass_record row;
    const struct pass_order order = {.user = SV("claire"),
                                     .password = SV("x"),
                                     .policy = PASS_READING,
                                     .expires = clock_wall() + 1,
                                     .count = 1};
    assert_int_equal(pass_make(f->passes, &order, f->kept.arena, pass), STATUS_OK);
    while (clock_wall() < order.expires)
        usleep(20 * 1000);
    assert_int_equal(pass_fixture_claim(f, "claire", pass[0], &got), STATUS_DENIED);
    row = pass_fixture_row(f, pass[0]);
    assert_int_equal(row.state, PASS_UNUSED);
    passes_sweep(f->passes);
    assert_false(pass_fixture_holds(f, sv_slice(row.sealed, 0, 40)));
    row = pass_fixture_row(f, pass[0]);
    assert_int_equal(row.state, PASS_VOID);
    assert_int_equal(row.why, PASS_WHY_EXPIRED);
    assert_int_equal(store_pass_sweep(f->kept.store, 0, row.expires), STATUS_OK);
    row = pass_fixture_row(f, pass[0]);
    assert_int_equal(store_pass_sweep(f->kept.store, 0, row.expires + 1), STATUS_OK);
    assert_int_equal(store_pass_get(f->kept.store, SV("claire"), row.selector, f->kept.arena, &row),
                     STATUS_NOT_FOUND);
}

struct contender {
    struct pass_fixture *f;
    const char *typed;
    pthread_barrier_t *barrier;
    enum status got;
};

static void *contend(void *context)
{
    struct contender *c = context;
    struct arena *arena = arena_new(1 << 20);
    struct pass_claim claimed;
    const struct pass_try try = {.user = SV("claire"), .typed = sv_of(c->typed)};
    pthread_barrier_wait(c->barrier);
    c->got = pass_claim(c->f->passes, &try, arena, &claimed);
    arena_free(&arena);
    return NULL;
}

static void of_several_at_once_one_wins(void **state)
{
    struct pass_fixture *f = *state;
    enum { THREADS = 6, ROUNDS = 5 };
    pass_text pass[ROUNDS];
    pass_fixture_make(f, "claire", ROUNDS, pass);
    for (int round = 0; round < ROUNDS; round++) {
        pthread_t threads[THREADS];
        struct contender all[THREADS];
        pthread_barrier_t barrier;
        size_t won = 0;
        pthread_barrier_init(&barrier, NULL, THREADS);
        for (int i = 0; i < THREADS; i++) {
            all[i] = (struct contender){f, pass[round], &barrier, STATUS_OK};
            assert_int_equal(pthread_create(&threads[i], NULL, contend, &all[i]), 0);
        }
        for (int i = 0; i < THREADS; i++) {
            pthread_join(threads[i], NULL);
            won += all[i].got == STATUS_OK;
            assert_true(all[i].got == STATUS_OK || all[i].got == STATUS_DENIED);
        }
        assert_int_equal(won, 1);
        pthread_barrier_destroy(&barrier);
    }
}

static void what_was_used_is_told_of_once(void **state)
{
    struct pass_fixture *f = *state;
    pass_text pass[3];
    struct pass_record *rows;
    size_t n;
    pass_fixture_make(f, "claire", 3, pass);
    pass_fixture_use(f, pass[0]);
    pass_fixture_use(f, pass[1]);
    assert_int_equal(store_pass_untold(f->kept.store, SV("claire"), f->kept.arena, &rows, &n),
                     STATUS_OK);
    assert_int_equal(n, 2);
    uint32_t left = rows[1].selector;
    assert_int_equal(store_pass_told(f->kept.store, SV("claire"), rows[0].selector), STATUS_OK);
    assert_int_equal(store_pass_untold(f->kept.store, SV("claire"), f->kept.arena, &rows, &n),
                     STATUS_OK);
    assert_int_equal(n, 1);
    assert_int_equal(rows[0].selector, left);
    assert_int_equal(store_pass_list(f->kept.store, SV("claire"), f->kept.arena, &rows, &n),
                     STATUS_OK);
    assert_int_equal(n, 3);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(rows[i].sealed.n, 0);
}

/* ---- a store that was set back ---- */

static void back_up(struct pass_fixture *f)
{
    /* closing brings the journal into the file */
    passes_close(&f->passes);
    store_close(&f->kept.store);
    pass_fixture_write(f->backup, pass_fixture_read(f, f->kept.path));
    assert_true(store_fixture_reopen(&f->kept));
    assert_int_equal(pass_fixture_start(f), STATUS_OK);
}

static void restore(struct pass_fixture *f)
{
    passes_close(&f->passes);
    store_close(&f->kept.store);
    pass_fixture_write(f->kept.path, pass_fixture_read(f, f->backup));
    assert_true(store_fixture_reopen(&f->kept));
}

static void a_restored_store_revives_none(void **state)
{
    struct pass_fixture *f = *state;
    pass_text pass[2], karim[1];
    struct pass_claim got;
    pass_fixture_make(f, "claire", 2, pass);
    pass_fixture_make(f, "karim", 1, karim);
    back_up(f);
    pass_fixture_use(f, pass[0]);
    restore(f);
    assert_int_equal(pass_fixture_row(f, pass[0]).state, PASS_UNUSED); /* as it was */
    assert_int_equal(pass_fixture_start(f), STATUS_OK);
    assert_int_equal(pass_fixture_claim(f, "claire", pass[0], &got), STATUS_DENIED);
    assert_int_equal(pass_fixture_claim(f, "claire", pass[1], &got), STATUS_DENIED);
    assert_int_equal(pass_fixture_claim(f, "karim", karim[0], &got), STATUS_DENIED);
    assert_int_equal(pass_fixture_row(f, pass[0]).why, PASS_WHY_RESTORED);
    assert_int_equal(pass_fixture_row(f, pass[0]).sealed.n, 0);
    pass_fixture_make(f, "claire", 1, pass); /* new ones are as good as ever */
    pass_fixture_restart(f);
    pass_fixture_use(f, pass[0]);
}

static void a_voided_one_is_not_revived_either(void **state)
{
    struct pass_fixture *f = *state;
    pass_text pass[1];
    struct pass_claim got;
    pass_fixture_make(f, "claire", 1, pass);
    back_up(f);
    assert_int_equal(pass_void(f->passes, SV("claire"), PASS_SELECTOR_ANY, PASS_WHY_USER),
                     STATUS_OK);
    restore(f);
    assert_int_equal(pass_fixture_start(f), STATUS_OK);
    assert_int_equal(pass_fixture_claim(f, "claire", pass[0], &got), STATUS_DENIED);
}

static void without_the_file_of_the_generation_all_are_void(void **state)
{
    struct pass_fixture *f = *state;
    pass_text pass[1];
    struct pass_claim got;
    pass_fixture_make(f, "claire", 1, pass); /* also before any has been used */
    unlink(f->generation.p);
    assert_int_equal(pass_fixture_claim(f, "claire", pass[0], &got), STATUS_DENIED);
    pass_fixture_make(f, "claire", 1, pass);
    pass_fixture_write(f->generation, SV("no number\n"));
    pass_fixture_restart(f);
    assert_int_equal(pass_fixture_claim(f, "claire", pass[0], &got), STATUS_DENIED);
}

/* The machine stopped behind the store's step and before the file's: nobody has come in by it. */
static void a_file_one_step_behind_catches_up(void **state)
{
    struct pass_fixture *f = *state;
    pass_text pass[3];
    pass_fixture_make(f, "claire", 3, pass);
    pass_fixture_use(f, pass[0]);
    pass_fixture_use(f, pass[1]);
    assert_sv(pass_fixture_read(f, f->generation), "3\n"); /* 1 when the file was made */
    pass_fixture_write(f->generation, SV("2\n"));
    pass_fixture_restart(f);
    assert_sv(pass_fixture_read(f, f->generation), "3\n");
    pass_fixture_use(f, pass[2]);
    assert_sv(pass_fixture_read(f, f->generation), "4\n");
}

static void nobody_comes_in_where_the_file_cannot_be_written(void **state)
{
    struct pass_fixture *f = *state;
    pass_text pass[1];
    struct pass_claim got;
    pass_fixture_make(f, "claire", 1, pass);
    /* in the way of the new file, for root too */
    struct sv aside = arena_printf(f->kept.arena, "%s.new", f->generation.p);
    assert_int_equal(mkdir(aside.p, 0700), 0);
    assert_int_equal(pass_fixture_claim(f, "claire", pass[0], &got), STATUS_IO);
    assert_int_equal(rmdir(aside.p), 0);
    assert_int_equal(pass_fixture_claim(f, "claire", pass[0], &got), STATUS_DENIED);
    pass_fixture_restart(f);
    assert_int_equal(pass_fixture_row(f, pass[0]).why, PASS_WHY_BROKEN);
}

#define PASS_TEST(name)                                                                            \
    cmocka_unit_test_setup_teardown(name, pass_fixture_set_up, pass_fixture_tear_down)

static void none_that_opens_is_hidden_by_those_that_do_not(void **state)
{
    struct pass_fixture *f = *state;
    pass_text pass[1];
    struct pass_record *rows;
    size_t n;
    pass_fixture_make(f, "claire", 1, pass);
    assert_int_equal(
        store_execute(
            f->kept.store,
            "INSERT INTO pass(name, selector, user, policy, state, made, expires, changed,"
            " sealed) WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE"
            " i < 150) SELECT 'claire', i, 'claire', 1, 3, 9999999999, 1, 1, x'' FROM n"),
        STATUS_OK);
    assert_int_equal(store_pass_list(f->kept.store, SV("claire"), f->kept.arena, &rows, &n),
                     STATUS_OK);
    assert_int_equal(n, STORE_PASSES_LISTED_MAX);
    assert_int_equal(rows[0].state, PASS_UNUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PASS_TEST(it_is_used_once),
        PASS_TEST(one_that_found_no_server_is_given_back),
        PASS_TEST(a_password_that_has_changed_voids_all_of_ones_own),
        PASS_TEST(another_spelling_of_the_name_hides_none),
        PASS_TEST(one_voided_while_it_is_claimed_lets_nobody_in),
        PASS_TEST(a_crash_while_claimed_voids_it),
        PASS_TEST(one_claimed_for_too_long_is_void),
        PASS_TEST(an_expired_one_is_no_good),
        PASS_TEST(of_several_at_once_one_wins),
        PASS_TEST(none_that_opens_is_hidden_by_those_that_do_not),
        PASS_TEST(what_was_used_is_told_of_once),
        PASS_TEST(a_restored_store_revives_none),
        PASS_TEST(a_voided_one_is_not_revived_either),
        PASS_TEST(without_the_file_of_the_generation_all_are_void),
        PASS_TEST(a_file_one_step_behind_catches_up),
        PASS_TEST(nobody_comes_in_where_the_file_cannot_be_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
