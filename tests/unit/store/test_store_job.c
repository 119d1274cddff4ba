/* Jobs in the store: rows that belong to a runner, plans and parts, and who works on them. */
#include <sys/wait.h>

#include "store_fixture.h"

static struct job_record job_of(const char *user, int64_t id)
{
    return (struct job_record){.id = id,
                               .user = sv_of(user),
                               .kind = SV("act"),
                               .what = SV("move"),
                               .folder = SV("INBOX"),
                               .target = SV("Été"),
                               .state = 1,
                               .made = 100 + id,
                               .changed = clock_wall(),
                               .runner = 7,
                               .total = 1000};
}

static void a_job_comes_back_whole(void **state)
{
    struct store_fixture *f = *state;
    struct job_record job = job_of("u", 5), got;
    struct sv text;
    assert_int_equal(store_job_put(f->store, &job), STATUS_OK);
    assert_int_equal(store_job_put(f->store, &job), STATUS_EXISTS);
    assert_int_equal(store_job_plan_get(f->store, 5, f->arena, &text), STATUS_NOT_FOUND);
    assert_int_equal(store_job_plan_put(f->store, 5, SV("the plan")), STATUS_OK);
    job.memo = (struct sv){"a\0b", 3};
    job.done = UINT64_C(1) << 40;
    job.count = 9;
    job.gone = 1;
    job.parts = 1;
    job.state = 2;
    job.why = 4;
    job.cause = 3;
    job.detail = SV("mail.example: no");
    assert_int_equal(store_job_save(f->store, &job, SV("part 0")), STATUS_OK);
    assert_int_equal(store_job_get(f->store, SV("u"), 5, f->arena, &got), STATUS_OK);
    assert_int_equal(got.memo.n, 3);
    assert_sv(got.target, "Été");
    assert_sv(got.detail, "mail.example: no");
    assert_int_equal(got.done, UINT64_C(1) << 40);
    assert_int_equal(got.count, 9);
    assert_int_equal(got.gone, 1);
    assert_int_equal(got.state, 2);
    assert_int_equal(got.why, 4);
    assert_int_equal(got.cause, 3);
    assert_int_equal(got.runner, 7);
    assert_int_equal(store_job_part(f->store, 5, 0, f->arena, &text), STATUS_OK);
    assert_sv(text, "part 0");
    assert_int_equal(store_job_plan_get(f->store, 5, f->arena, &text), STATUS_OK);
    assert_sv(text, "the plan");
    assert_int_equal(store_job_part(f->store, 5, 1, f->arena, &text), STATUS_NOT_FOUND);
    assert_int_equal(store_job_get(f->store, SV("v"), 5, f->arena, &got), STATUS_NOT_FOUND);
}

static void only_its_runner_writes_it(void **state)
{
    struct store_fixture *f = *state;
    struct job_record job = job_of("u", 5), got;
    struct sv text;
    assert_int_equal(store_job_put(f->store, &job), STATUS_OK);
    job.runner = 8;
    job.done = 500;
    job.parts = 1;
    assert_int_equal(store_job_save(f->store, &job, SV("stolen")), STATUS_CHANGED);
    assert_int_equal(store_job_part(f->store, 5, 0, f->arena, &text), STATUS_NOT_FOUND);
    assert_int_equal(store_job_claim(f->store, &job, 6, 0), STATUS_CHANGED);
    assert_int_equal(store_job_claim(f->store, &job, 7, 0), STATUS_OK);
    assert_int_equal(store_job_claim(f->store, &job, 7, 0), STATUS_CHANGED);
    assert_int_equal(store_job_save(f->store, &job, SV("mine")), STATUS_OK);
    assert_int_equal(store_job_get(f->store, SV("u"), 5, f->arena, &got), STATUS_OK);
    assert_int_equal(got.done, 500);
}

static void one_job_undoes_it(void **state)
{
    struct store_fixture *f = *state;
    struct job_record job = job_of("u", 5), got;
    assert_int_equal(store_job_put(f->store, &job), STATUS_OK);
    assert_int_equal(store_job_undone(f->store, SV("v"), 5, 9), STATUS_EXISTS);
    assert_int_equal(store_job_undone(f->store, SV("u"), 5, 9), STATUS_OK);
    assert_int_equal(store_job_undone(f->store, SV("u"), 5, 10), STATUS_EXISTS);
    assert_int_equal(store_job_get(f->store, SV("u"), 5, f->arena, &got), STATUS_OK);
    assert_int_equal(got.undone_by, 9);
}

static void the_oldest_go_with_their_parts(void **state)
{
    struct store_fixture *f = *state;
    struct job_record *list;
    struct sv text;
    size_t n;
    for (int64_t id = 1; id <= 6; id++) {
        struct job_record job = job_of(id == 6 ? "v" : "u", id);
        job.state = id == 1 ? 1 : 3;
        assert_int_equal(store_job_put(f->store, &job), STATUS_OK);
        assert_int_equal(store_job_plan_put(f->store, id, SV("plan")), STATUS_OK);
    }
    assert_int_equal(store_job_trim(f->store, SV("u"), 1u << 3, 2), STATUS_OK);
    assert_int_equal(store_job_list(f->store, SV("u"), f->arena, &list, &n), STATUS_OK);
    assert_int_equal(n, 3);
    assert_int_equal(list[0].id, 5);
    assert_int_equal(list[1].id, 4);
    assert_int_equal(list[2].id, 1);
    assert_int_equal(store_job_plan_get(f->store, 2, f->arena, &text), STATUS_NOT_FOUND);
    assert_int_equal(store_job_plan_get(f->store, 6, f->arena, &text), STATUS_OK);
    assert_int_equal(store_job_sweep(f->store, clock_wall() - 60), STATUS_OK);
    assert_int_equal(store_job_plan_get(f->store, 6, f->arena, &text), STATUS_OK);
    assert_int_equal(store_job_sweep(f->store, clock_wall() + 60), STATUS_OK);
    assert_int_equal(store_job_plan_get(f->store, 6, f->arena, &text), STATUS_NOT_FOUND);
}

/* What another process hears: 1 if it may work on the jobs. */
static int asked_elsewhere(struct store_fixture *f)
{
    int result = 0;
    pid_t child = fork();
    if (child == 0) {
        struct store *other = NULL;
        struct sv reason;
        bool alone =
            store_open(f->path.p, f->arena, &other, &reason) == STATUS_OK && store_job_alone(other);
        _exit(alone ? 1 : 0);
    }
    assert_int_equal(waitpid(child, &result, 0), child);
    return WEXITSTATUS(result);
}

static void one_process_works_on_the_jobs_of_a_file(void **state)
{
    struct store_fixture *f = *state;
    struct sv reason;
    assert_int_equal(asked_elsewhere(f), 1); /* it has died since */
    assert_true(store_job_alone(f->store));
    assert_true(store_job_alone(f->store));
    assert_int_equal(asked_elsewhere(f), 0);
    store_close(&f->store);
    assert_int_equal(asked_elsewhere(f), 1);
    assert_int_equal(store_open(f->path.p, f->arena, &f->store, &reason), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_store(a_job_comes_back_whole),
        with_store(only_its_runner_writes_it),
        with_store(one_job_undoes_it),
        with_store(the_oldest_go_with_their_parts),
        with_store(one_process_works_on_the_jobs_of_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
