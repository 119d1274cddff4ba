/* Jobs: what stands in the store after each step, who takes them up, what becomes of failures. */
#include "job_fixture.h"

/* A process that dies leaves the rows as they were after its last write. */
static void die_and_start_again(struct fixture *f)
{
    char from[64], to[64];
    struct sb name;
    const char *const suffixes[] = {"", "-wal"};
    for (size_t i = 0; i < 2; i++) {
        char command[200];
        sb_fixed(&name, command, sizeof command);
        sb_printf(&name, "cp '%s%s' '%s/dead%s'", f->base.kept.path.p, suffixes[i],
                  f->base.kept.dir, suffixes[i]);
        assert_int_equal(system(command), 0);
    }
    close_all(f);
    sessions_free(&f->base.table);
    store_close(&f->base.kept.store);
    for (size_t i = 0; i < 2; i++) {
        sb_fixed(&name, from, sizeof from);
        sb_printf(&name, "%s/dead%s", f->base.kept.dir, suffixes[i]);
        sb_fixed(&name, to, sizeof to);
        sb_printf(&name, "%s%s", f->base.kept.path.p, suffixes[i]);
        assert_int_equal(rename(from, to), 0);
    }
    assert_true(store_fixture_reopen(&f->base.kept));
    session_fixture_start(&f->base, &session_fixture_key);
    open_all(f);
}
/* ---- tests ---- */

static void a_job_runs_to_its_end_and_says_so_once(void **state)
{
    struct fixture *f = *state;
    struct job news;
    struct job job = ended(f, start(f, 30));
    assert_int_equal(job.state, JOB_DONE);
    assert_int_equal(job.done, 30);
    assert_int_equal(job.count, 27);
    assert_int_equal(job.gone, 3);
    assert_sv(job.target, "Été");
    assert_true(job.undoable);
    assert_int_equal(atomic_load(&shared.steps), 3);
    assert_string_equal(shared.memos, "[][done 10][done 20]");
    assert_true(job_news(f->jobs, SV("u"), f->arena, &news));
    assert_int_equal(news.id, job.id);
    assert_false(job_news(f->jobs, SV("u"), f->arena, &news));
    assert_false(job_news(f->jobs, SV("other"), f->arena, &news));
}

static void nobody_sees_the_jobs_of_others(void **state)
{
    struct fixture *f = *state;
    struct job job, *list;
    size_t n;
    int64_t id = ended(f, start(f, 10)).id;
    assert_int_equal(job_find(f->jobs, SV("v"), id, f->arena, &job), STATUS_NOT_FOUND);
    assert_int_equal(job_list(f->jobs, SV("v"), f->arena, &list, &n), STATUS_OK);
    assert_int_equal(n, 0);
    assert_int_equal(job_list(f->jobs, SV("u"), f->arena, &list, &n), STATUS_OK);
    assert_int_equal(n, 1);
}

static void a_running_one_tells_how_far_it_is_and_can_be_cancelled(void **state)
{
    struct fixture *f = *state;
    struct job *list;
    int64_t id = start(f, 1000);
    wait_for_step(3);
    atomic_store(&shared.hold, true);
    int n = atomic_load(&shared.steps);
    wait_for_step(n);
    assert_int_equal(job_running(f->jobs, SV("u"), f->arena, &list), 1);
    assert_int_equal(list[0].state, JOB_RUNNING);
    assert_true(list[0].done >= 10);
    assert_true(list[0].left_s > 0);
    assert_int_equal(job_cancel(f->jobs, f->session, id), STATUS_OK);
    assert_int_equal(job_running(f->jobs, SV("u"), f->arena, &list), 1);
    assert_true(list[0].cancelling);
    atomic_store(&shared.hold, false);
    struct job job = ended(f, id);
    assert_int_equal(job.state, JOB_CANCELLED);
    assert_true(job.done < 1000 && job.undoable);
    assert_int_equal(job_cancel(f->jobs, f->session, id), STATUS_NOT_FOUND);
}

static void a_trouble_of_the_server_is_tried_again_from_the_memo(void **state)
{
    struct fixture *f = *state;
    atomic_store(&shared.fail_at, 2);
    atomic_store(&shared.fail, STATUS_CLOSED);
    struct job job = ended(f, start(f, 30));
    assert_int_equal(job.state, JOB_DONE);
    assert_int_equal(job.done, 30);
    assert_string_equal(shared.memos, "[][done 10][begun 2][done 20]");
}

/* The server may still be doing it: who looks too early does it twice. */
static void what_was_not_answered_in_time_is_left_alone_for_a_while(void **state)
{
    struct fixture *f = *state;
    atomic_store(&shared.fail_at, 2);
    atomic_store(&shared.fail, STATUS_TIMEOUT);
    (void)start(f, 30);
    wait_for_step(2);
    usleep(2500 * 1000); /* what else fails is tried again after a second */
    assert_int_equal(atomic_load(&shared.steps), 2);
}

static void a_refusal_fails_it_and_it_can_be_continued(void **state)
{
    struct fixture *f = *state;
    atomic_store(&shared.fail_at, 2);
    atomic_store(&shared.fail, STATUS_QUOTA);
    struct job job = ended(f, start(f, 30));
    assert_int_equal(job.state, JOB_FAILED);
    assert_int_equal(job.why, STATUS_QUOTA);
    assert_int_equal(job.done, 10);
    assert_true(job.undoable);
    assert_int_equal(job_continue(f->jobs, f->session, job.id), STATUS_OK);
    job = ended(f, job.id);
    assert_int_equal(job.state, JOB_DONE);
    assert_int_equal(job.done, 30);
    assert_int_equal(job_continue(f->jobs, f->session, job.id), STATUS_NOT_FOUND);
}

static void what_a_dead_process_left_is_taken_up_once(void **state)
{
    struct fixture *f = *state;
    struct job *list;
    int64_t id = start(f, 1000);
    wait_for_step(3);
    atomic_store(&shared.hold, true);
    wait_for_step(atomic_load(&shared.steps));
    usleep(20000);
    die_and_start_again(f);
    memset(shared.memos, 0, sizeof shared.memos);
    int before = atomic_load(&shared.steps);
    sign_in(f, SESSION_FULL);
    assert_int_equal(job_running(f->jobs, SV("u"), f->arena, &list), 0);
    jobs_resume(f->jobs, f->session);
    jobs_resume(f->jobs, f->session);
    assert_int_equal(job_running(f->jobs, SV("u"), f->arena, &list), 1);
    assert_int_equal(list[0].id, id);
    atomic_store(&shared.hold, false);
    wait_for_step(before + 1);
    assert_int_equal(job_cancel(f->jobs, f->session, id), STATUS_OK);
    struct job job = ended(f, id);
    /* it went on from what the dead one had written, and counted nothing twice */
    assert_true(sv_starts(sv_of(shared.memos), SV("[done ")) ||
                sv_starts(sv_of(shared.memos), SV("[begun ")));
    assert_int_equal(job.done % 10, 0);
    assert_int_equal(job.count, job.done / 10 * 9);
}

static void one_of_a_public_computer_waits_for_its_user(void **state)
{
    struct fixture *f = *state;
    struct job news;
    sign_in(f, SESSION_PUBLIC);
    int64_t id = start(f, 1000);
    wait_for_step(2);
    atomic_store(&shared.hold, true);
    wait_for_step(atomic_load(&shared.steps));
    die_and_start_again(f);
    atomic_store(&shared.hold, false);
    sign_in(f, SESSION_FULL);
    jobs_resume(f->jobs, f->session);
    assert_true(job_news(f->jobs, SV("u"), f->arena, &news));
    assert_int_equal(news.id, id);
    assert_int_equal(news.state, JOB_INTERRUPTED);
    assert_int_equal(job_cancel(f->jobs, f->session, id), STATUS_OK);
    assert_int_equal(ended(f, id).state, JOB_CANCELLED);
}

static void whoever_has_lost_a_job_hears_of_it(void **state)
{
    struct fixture *f = *state;
    int64_t id = start(f, 1000);
    wait_for_step(1);
    atomic_store(&shared.hold, true);
    int n = atomic_load(&shared.steps);
    wait_for_step(n);
    struct job_record row;
    assert_int_equal(store_job_get(f->store, SV("u"), id, f->arena, &row), STATUS_OK);
    int64_t seen = row.runner;
    row.runner = 77;
    row.state = row.state ? row.state : JOB_WAITING;
    assert_int_equal(store_job_claim(f->store, &row, seen, JOB_RUNNING), STATUS_OK);
    uint64_t done = row.done;
    atomic_store(&shared.hold, false);
    for (int i = 0; i < 300; i++) {
        struct job *list;
        if (job_running(f->jobs, SV("u"), f->arena, &list) == 0)
            break;
        usleep(10000);
    }
    assert_int_equal(store_job_get(f->store, SV("u"), id, f->arena, &row), STATUS_OK);
    assert_int_equal(row.runner, 77);
    assert_int_equal(row.done, done);
}

static void a_job_is_undone_once_by_its_parts(void **state)
{
    struct fixture *f = *state;
    struct job job = ended(f, start(f, 20));
    struct sv plan;
    int64_t by = 0, again = 0;
    assert_int_equal(job_undo(f->jobs, f->session, job.id, SV("Trash"), &by), STATUS_OK);
    assert_int_equal(job_undo(f->jobs, f->session, job.id, SV("Trash"), &again), STATUS_EXISTS);
    assert_int_equal(ended(f, by).undoes, job.id);
    assert_int_equal(ended(f, job.id).undone_by, by);
    assert_false(ended(f, job.id).undoable);
    assert_int_equal(store_job_plan_get(f->store, by, f->arena, &plan), STATUS_OK);
    assert_sv(plan, "part 20;part 10;");
}

/* One press of Undo that comes to nothing does not take the next one's chance. */
static void an_undo_that_could_not_begin_is_none(void **state)
{
    struct fixture *f = *state;
    struct job job = ended(f, start(f, 20));
    int64_t by = 0;
    atomic_store(&shared.endless, true);
    assert_int_equal(job_undo(f->jobs, f->session, job.id, SV("Trash"), &by), STATUS_INVALID);
    assert_true(ended(f, job.id).undoable);
    atomic_store(&shared.endless, false);
    assert_int_equal(job_undo(f->jobs, f->session, job.id, SV("Trash"), &by), STATUS_OK);
    assert_int_equal(ended(f, job.id).undone_by, by);
}

static enum status prepare(struct job_turn *turn, void *context, struct sv *plan)
{
    turn->total = *(uint64_t *)context;
    *plan = SV("computed");
    return STATUS_OK;
}

static void count_freed(void *context)
{
    (void)context;
    atomic_fetch_add(&shared.freed, 1);
}

static void a_plan_may_be_computed_as_the_first_step(void **state)
{
    struct fixture *f = *state;
    uint64_t total = 20, none = 0;
    struct sv plan;
    int64_t id;
    struct job_order order = {
        .kind = "count", .prepare = prepare, .context = &total, .free_context = count_freed};
    assert_int_equal(job_start(f->jobs, f->session, &order, &id), STATUS_OK);
    struct job job = ended(f, id);
    assert_int_equal(job.state, JOB_DONE);
    assert_int_equal(job.total, 20);
    assert_int_equal(store_job_plan_get(f->store, id, f->arena, &plan), STATUS_OK);
    assert_sv(plan, "computed");
    order.context = &none;
    assert_int_equal(job_start(f->jobs, f->session, &order, &id), STATUS_OK);
    job = ended(f, id);
    assert_int_equal(job.state, JOB_DONE);
    assert_int_equal(job.count, 0);
    assert_int_equal(atomic_load(&shared.freed), 2);
}

static void jobs_are_bounded(void **state)
{
    struct fixture *f = *state;
    struct job *list;
    size_t n;
    int64_t id;
    const struct job_order order = {.kind = "count", .plan = SV("p"), .total = 10};
    const struct job_order wrong = {.kind = "other", .plan = SV("p")};
    for (int i = 0; i < JOBS_KEPT + 5; i++)
        ended(f, start(f, 10));
    assert_int_equal(job_list(f->jobs, SV("u"), f->arena, &list, &n), STATUS_OK);
    assert_int_equal(n, JOBS_KEPT);
    atomic_store(&shared.hold, true);
    for (int i = 0; i < JOBS_RUNNING; i++)
        assert_int_equal(job_start(f->jobs, f->session, &order, &id), STATUS_OK);
    assert_int_equal(job_start(f->jobs, f->session, &order, &id), STATUS_UNAVAILABLE);
    assert_int_equal(job_start(f->jobs, f->session, &wrong, &id), STATUS_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_fixture(a_job_runs_to_its_end_and_says_so_once),
        with_fixture(nobody_sees_the_jobs_of_others),
        with_fixture(a_running_one_tells_how_far_it_is_and_can_be_cancelled),
        with_fixture(a_trouble_of_the_server_is_tried_again_from_the_memo),
        with_fixture(what_was_not_answered_in_time_is_left_alone_for_a_while),
        with_fixture(a_refusal_fails_it_and_it_can_be_continued),
        with_fixture(what_a_dead_process_left_is_taken_up_once),
        with_fixture(one_of_a_public_computer_waits_for_its_user),
        with_fixture(whoever_has_lost_a_job_hears_of_it),
        with_fixture(a_job_is_undone_once_by_its_parts),
        with_fixture(an_undo_that_could_not_begin_is_none),
        with_fixture(a_plan_may_be_computed_as_the_first_step),
        with_fixture(jobs_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
