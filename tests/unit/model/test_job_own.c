/* Jobs that a request does itself: what others see of them, and what is left of one that died. */
#include <signal.h>
#include <sys/resource.h>

#include "job_own.h"
#include "jobs_fixture.h"

static const struct job_kind own_kind = {.name = "own"}, other_kind = {.name = "other"};
static const struct job_kind *const kinds[] = {&own_kind, &other_kind, NULL};

static int set_up(void **state)
{
    return jobs_fixture_set_up(state, kinds);
}

static struct job_own *begin(struct jobs_fixture *f)
{
    struct job_own *own = NULL;
    const struct job_order order = {
        .kind = "own", .what = SV("import"), .target = SV("Été"), .total = 1000};
    assert_int_equal(job_own_begin(f->jobs, f->session, &order, &own), STATUS_OK);
    return own;
}

static struct job only_job(struct jobs_fixture *f)
{
    struct job *list;
    size_t n;
    assert_int_equal(job_list(f->jobs, SV("u"), f->base.arena, &list, &n), STATUS_OK);
    assert_int_equal(n, 1);
    return list[0];
}

static struct job_record row_of(struct jobs_fixture *f, int64_t id)
{
    struct job_record row;
    assert_int_equal(store_job_get(f->base.kept.store, SV("u"), id, f->base.arena, &row),
                     STATUS_OK);
    return row;
}

static const struct job_own_state half = {
    .memo = {"half", 4}, .total = 1000, .done = 500, .count = 7};

static void how_far_it_is_is_seen_at_once_and_kept_now_and_then(void **state)
{
    struct jobs_fixture *f = *state;
    struct job_own *own = begin(f);
    struct job *list;
    assert_false(job_own_due(own));
    usleep(2000);
    assert_int_equal(job_own_moved(own, &half, SV(""), false), STATUS_OK);
    assert_int_equal(job_running(f->jobs, SV("u"), f->base.arena, &list), 1);
    assert_int_equal(list[0].state, JOB_RUNNING);
    assert_int_equal(list[0].done, 500);
    assert_int_equal(list[0].count, 7);
    assert_true(list[0].left_s >= 0);
    assert_int_equal(row_of(f, list[0].id).done, 0);
    assert_int_equal(job_own_moved(own, &half, SV(""), true), STATUS_OK);
    assert_int_equal(row_of(f, list[0].id).done, 500);
    assert_sv(only_job(f).memo, "half");
    usleep(1010 * 1000);
    assert_true(job_own_due(own));
    assert_int_equal(job_own_moved(own, &half, SV(""), false), STATUS_OK);
    assert_false(job_own_due(own));
    job_own_end(&own, &half, SV(""), STATUS_OK, NULL);
}

static void its_end_is_kept_and_told_once(void **state)
{
    struct jobs_fixture *f = *state;
    struct job_own *own = begin(f);
    const struct job_own_state all = {.memo = SV("all"), .total = 1000, .done = 1000, .count = 20};
    struct job news;
    struct sv part;
    assert_int_equal(job_own_moved(own, &half, SV("one"), false), STATUS_OK);
    assert_false(job_news(f->jobs, SV("u"), f->base.arena, &news));
    job_own_end(&own, &all, SV("two"), STATUS_OK, NULL);
    assert_null(own);
    assert_false(job_news(f->jobs, SV("other"), f->base.arena, &news));
    assert_true(job_news(f->jobs, SV("u"), f->base.arena, &news));
    assert_int_equal(news.state, JOB_DONE);
    assert_int_equal(news.count, 20);
    assert_sv(news.memo, "all");
    assert_false(news.undoable || news.resumable);
    assert_false(job_news(f->jobs, SV("u"), f->base.arena, &news));
    assert_int_equal(only_job(f).parts, 2);
    assert_int_equal(store_job_part(f->base.kept.store, news.id, 1, f->base.arena, &part),
                     STATUS_OK);
    assert_sv(part, "two");
}

/* Whoever starts one after the other and never looks takes no more memory for it. */
static void as_many_ends_wait_to_be_told_as_the_store_keeps(void **state)
{
    struct jobs_fixture *f = *state;
    struct job_own *own;
    struct job news;
    size_t n = 0;
    for (int i = 0; i < JOBS_KEPT + 10; i++) {
        own = begin(f);
        job_own_end(&own, &half, SV(""), STATUS_OK, NULL);
    }
    while (job_news(f->jobs, SV("u"), f->base.arena, &news))
        n++;
    assert_int_equal(n, JOBS_KEPT);
}

static void a_failure_keeps_its_reason(void **state)
{
    struct jobs_fixture *f = *state;
    struct job_own *own = begin(f);
    struct diagnosis why = {0};
    diagnosis_set(&why, STAGE_COMMAND, CAUSE_QUOTA, "imap.invalid", 143, "no room");
    job_own_end(&own, &half, SV(""), STATUS_QUOTA, &why);
    struct job job = only_job(f);
    assert_int_equal(job.state, JOB_FAILED);
    assert_int_equal(job.why, STATUS_QUOTA);
    assert_int_equal(job.diagnosis.cause, CAUSE_QUOTA);
    assert_int_equal(row_of(f, job.id).cause, CAUSE_QUOTA);
    assert_sv(row_of(f, job.id).detail, "no room");
    assert_int_equal(job_continue(f->jobs, f->session, job.id), STATUS_NOT_FOUND);
}

static void who_is_asked_to_stop_hears_of_it(void **state)
{
    struct jobs_fixture *f = *state;
    struct job_own *own = begin(f);
    struct job *list;
    assert_int_equal(job_running(f->jobs, SV("u"), f->base.arena, &list), 1);
    assert_int_equal(job_cancel(f->jobs, f->session, list[0].id), STATUS_OK);
    assert_int_equal(job_own_moved(own, &half, SV(""), false), STATUS_CANCELLED);
    assert_int_equal(job_running(f->jobs, SV("u"), f->base.arena, &list), 1);
    assert_true(list[0].cancelling);
    job_own_end(&own, &half, SV(""), STATUS_CANCELLED, NULL);
    assert_int_equal(only_job(f).state, JOB_CANCELLED);
}

/* The program's own end is not its user's wish. */
static void stopped_by_nobody_it_has_failed(void **state)
{
    struct jobs_fixture *f = *state;
    struct job_own *own = begin(f);
    job_own_end(&own, &half, SV(""), STATUS_CANCELLED, NULL);
    assert_int_equal(only_job(f).state, JOB_FAILED);
    assert_int_equal(only_job(f).why, STATUS_CANCELLED);
}

static void one_of_a_kind_runs_for_one_user(void **state)
{
    struct jobs_fixture *f = *state;
    struct job_own *own = begin(f), *second = NULL, *third = NULL;
    struct session *other = session_fixture_enter(&f->base, SV("v"), 9);
    struct job_order order = {.kind = "own", .what = SV("import"), .total = 1};
    assert_int_equal(job_own_begin(f->jobs, f->session, &order, &second), STATUS_EXISTS);
    assert_null(second);
    assert_int_equal(job_own_begin(f->jobs, other, &order, &second), STATUS_OK);
    order.kind = "other";
    assert_int_equal(job_own_begin(f->jobs, f->session, &order, &third), STATUS_OK);
    job_own_end(&own, &half, SV(""), STATUS_OK, NULL);
    job_own_end(&second, &half, SV(""), STATUS_OK, NULL);
    job_own_end(&third, &half, SV(""), STATUS_OK, NULL);
    own = begin(f);
    job_own_end(&own, &half, SV(""), STATUS_OK, NULL);
    session_release(&other);
}

/* No file may grow: as on a full disk. */
static void let_files_grow(bool grow)
{
    const struct rlimit limit = {.rlim_cur = grow ? RLIM_INFINITY : 0, .rlim_max = RLIM_INFINITY};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* A gap would end whoever reads one after the other, as Undo does. */
static void a_part_that_could_not_be_written_leaves_no_gap(void **state)
{
    struct jobs_fixture *f = *state;
    struct job_own *own = begin(f);
    struct sv part;
    assert_int_equal(job_own_moved(own, &half, SV("one"), false), STATUS_OK);
    let_files_grow(false);
    assert_int_equal(job_own_moved(own, &half, SV("lost"), false), STATUS_OK);
    let_files_grow(true);
    assert_int_equal(job_own_moved(own, &half, SV("two"), false), STATUS_OK);
    job_own_end(&own, &half, SV(""), STATUS_OK, NULL);
    assert_int_equal(only_job(f).parts, 2);
    assert_int_equal(store_job_part(f->base.kept.store, only_job(f).id, 1, f->base.arena, &part),
                     STATUS_OK);
    assert_sv(part, "two");
}

/* As after kill -9: the row is as it was last written, and nobody holds the work. */
static void what_a_dead_process_left_is_interrupted_and_stays_so(void **state)
{
    struct jobs_fixture *f = *state;
    struct job_own *own = begin(f);
    struct job news, *list;
    assert_int_equal(job_own_moved(own, &half, SV("one"), false), STATUS_OK);
    int64_t written = row_of(f, only_job(f).id).changed;
    jobs_free(&f->jobs);
    free(own);
    while (clock_wall() == written)
        usleep(10 * 1000);
    f->jobs = jobs_new(f->base.kept.store, NULL, kinds);
    assert_int_equal(only_job(f).state, JOB_RUNNING);
    jobs_resume(f->jobs, f->session);
    /* nobody knows how long it lived after it wrote: whoever waits counts from here */
    assert_true(only_job(f).changed > written);
    assert_int_equal(only_job(f).changed, row_of(f, only_job(f).id).changed);
    assert_int_equal(job_running(f->jobs, SV("u"), f->base.arena, &list), 0);
    assert_true(job_news(f->jobs, SV("u"), f->base.arena, &news));
    assert_int_equal(news.state, JOB_INTERRUPTED);
    assert_int_equal(news.count, 7);
    assert_sv(news.memo, "half");
    assert_false(news.resumable);
    assert_int_equal(job_continue(f->jobs, f->session, news.id), STATUS_NOT_FOUND);
    assert_int_equal(job_cancel(f->jobs, f->session, news.id), STATUS_NOT_FOUND);
    assert_int_equal(only_job(f).state, JOB_INTERRUPTED);
    own = begin(f); /* and does not stand in the way of the next one */
    job_own_end(&own, &half, SV(""), STATUS_OK, NULL);
}

#define with_fixture(name) cmocka_unit_test_setup_teardown(name, set_up, jobs_fixture_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_fixture(how_far_it_is_is_seen_at_once_and_kept_now_and_then),
        with_fixture(its_end_is_kept_and_told_once),
        with_fixture(as_many_ends_wait_to_be_told_as_the_store_keeps),
        with_fixture(a_failure_keeps_its_reason),
        with_fixture(who_is_asked_to_stop_hears_of_it),
        with_fixture(stopped_by_nobody_it_has_failed),
        with_fixture(one_of_a_kind_runs_for_one_user),
        with_fixture(a_part_that_could_not_be_written_leaves_no_gap),
        with_fixture(what_a_dead_process_left_is_interrupted_and_stays_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
