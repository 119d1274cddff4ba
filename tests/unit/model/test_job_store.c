/* Jobs whose store fails in the midst, and many that are started at the same time. */
#include <pthread.h>
#include <sqlite3.h>

#include "job_fixture.h"

enum { MANY = 16 };

/* What another connection to the same file does to it. */
static void meddle(const struct fixture *f, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(f->path.p, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, SOON_MS);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void fill_disk(const struct fixture *f)
{
    meddle(f, "CREATE TRIGGER full BEFORE UPDATE ON job"
              " BEGIN SELECT RAISE(FAIL, 'the disk is full'); END");
}

static void make_room(const struct fixture *f)
{
    meddle(f, "DROP TRIGGER full");
}

/* A job that could not write down what its third step did. */
static int64_t stranded(struct fixture *f)
{
    int64_t id = start(f, 100);
    wait_for_step(2);
    atomic_store(&shared.hold, true);
    wait_for_step(atomic_load(&shared.steps));
    usleep(20000); /* the last one may have passed the gate just before */
    fill_disk(f);
    atomic_store(&shared.hold, false);
    assert_int_equal(job_wait(f->jobs, SV("u"), id, deadline_in(SOON_MS)), STATUS_OK);
    return id;
}

static void assert_waits(struct fixture *f, int64_t id)
{
    struct job job, *list;
    size_t n;
    assert_int_equal(job_find(f->jobs, SV("u"), id, f->arena, &job), STATUS_OK);
    assert_int_equal(job.state, JOB_INTERRUPTED);
    assert_int_equal(job.diagnosis.cause, CAUSE_STORE);
    assert_int_equal(job_list(f->jobs, SV("u"), f->arena, &list, &n), STATUS_OK);
    assert_int_equal(n, 1);
    assert_int_equal(list[0].state, JOB_INTERRUPTED);
}

static void a_job_whose_store_has_failed_can_be_continued(void **state)
{
    struct fixture *f = *state;
    struct job news;
    int64_t id = stranded(f);
    assert_waits(f, id);
    assert_true(job_news(f->jobs, SV("u"), f->arena, &news));
    assert_int_equal(news.state, JOB_INTERRUPTED);
    assert_waits(f, id);
    /* not while it still fails, and trying does no harm */
    assert_int_equal(job_continue(f->jobs, f->session, id), STATUS_IO);
    assert_int_equal(job_cancel(f->jobs, f->session, id), STATUS_IO);
    assert_waits(f, id);
    make_room(f);
    memset(shared.memos, 0, sizeof shared.memos);
    assert_int_equal(job_continue(f->jobs, f->session, id), STATUS_OK);
    assert_int_equal(job_continue(f->jobs, f->session, id), STATUS_NOT_FOUND);
    struct job job = ended(f, id);
    assert_int_equal(job.state, JOB_DONE);
    assert_int_equal(job.done, 100);
    assert_int_equal(job.count, 90);
    /* from what was written last, so that nothing is done twice unseen */
    assert_true(sv_starts(sv_of(shared.memos), SV("[done ")) ||
                sv_starts(sv_of(shared.memos), SV("[begun ")));
}

static void and_it_can_be_cancelled(void **state)
{
    struct fixture *f = *state;
    int64_t id = stranded(f);
    make_room(f);
    assert_int_equal(job_cancel(f->jobs, f->session, id), STATUS_OK);
    struct job job = ended(f, id);
    assert_int_equal(job.state, JOB_CANCELLED);
    assert_true(job.done < 100 && job.undoable);
}

static void one_that_cannot_be_written_down_does_not_begin(void **state)
{
    struct fixture *f = *state;
    struct job *list;
    int64_t id;
    const struct job_order order = {.kind = "count", .plan = SV("p"), .total = 10};
    meddle(f, "CREATE TRIGGER full BEFORE INSERT ON job"
              " BEGIN SELECT RAISE(FAIL, 'the disk is full'); END");
    assert_int_not_equal(job_start(f->jobs, f->session, &order, &id), STATUS_OK);
    assert_int_equal(job_running(f->jobs, SV("u"), f->arena, &list), 0);
    assert_int_equal(atomic_load(&shared.steps), 0);
}

static void *start_one(void *context)
{
    struct fixture *f = context;
    int64_t id;
    const struct job_order order = {.kind = "count", .plan = SV("p"), .total = 10};
    enum status st = job_start(f->jobs, f->session, &order, &id);
    return (void *)(intptr_t)st;
}

static void many_at_the_same_time_are_no_more_than_allowed(void **state)
{
    struct fixture *f = *state;
    pthread_t threads[MANY];
    int started = 0;
    atomic_store(&shared.hold, true);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, start_one, f), 0);
    for (int i = 0; i < MANY; i++) {
        void *got;
        pthread_join(threads[i], &got);
        started += (intptr_t)got == STATUS_OK;
        assert_true((intptr_t)got == STATUS_OK || (intptr_t)got == STATUS_UNAVAILABLE);
    }
    assert_int_equal(started, JOBS_RUNNING);
}

/* ---- plans that take longer, and what was left ---- */

static enum status prepare_slowly(struct job_turn *turn, void *context, struct sv *plan)
{
    int *calls = context;
    if (++*calls < 3)
        return STATUS_OK;
    turn->total = 10;
    *plan = SV("computed");
    return STATUS_OK;
}

static void a_plan_may_take_several_steps(void **state)
{
    struct fixture *f = *state;
    int calls = 0;
    int64_t id;
    const struct job_order order = {.kind = "count", .prepare = prepare_slowly, .context = &calls};
    assert_int_equal(job_start(f->jobs, f->session, &order, &id), STATUS_OK);
    struct job job = ended(f, id);
    assert_int_equal(job.state, JOB_DONE);
    assert_int_equal(job.total, 10);
    assert_int_equal(calls, 3);
}

static void what_was_left_is_counted_and_says_why(void **state)
{
    struct fixture *f = *state;
    atomic_store(&shared.leaves, true);
    struct job job = ended(f, start(f, 30));
    assert_int_equal(job.state, JOB_DONE);
    assert_int_equal(job.done, 30);
    assert_int_equal(job.left, 30);
    assert_int_equal(job.why, STATUS_DENIED);
    assert_int_equal(job.diagnosis.cause, CAUSE_RIGHTS);
    assert_sv(job.what, "less");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_fixture(a_job_whose_store_has_failed_can_be_continued),
        with_fixture(and_it_can_be_cancelled),
        with_fixture(one_that_cannot_be_written_down_does_not_begin),
        with_fixture(many_at_the_same_time_are_no_more_than_allowed),
        with_fixture(a_plan_may_take_several_steps),
        with_fixture(what_was_left_is_counted_and_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
