/* counting_jobs.h — jobs over a store in a directory of its own, of a kind that counts: for tests
 * that need no server. */
#ifndef VM_COUNTING_JOBS_H
#define VM_COUNTING_JOBS_H

#include <stdatomic.h>

#include "job.h"
#include "session_fixture.h"

enum { SOON_MS = 5000 };

struct fixture {
    struct session_fixture base;
    struct arena *arena; /* the base's */
    struct sv path;      /* of the base's store */
    struct store *store; /* the base's, while it is open */
    struct session *session;
    struct gate *gate;
    struct jobs *jobs;
};

/* What the steps of one test do and leave. */
static struct {
    atomic_int steps, fail_at, held, freed;
    _Atomic(enum status) fail;
    atomic_bool hold;    /* steps wait */
    atomic_int hold_at;  /* so do those from this one on; 0: none */
    atomic_bool endless; /* the plan of an undo is longer than any may be */
    atomic_bool leaves;  /* steps find that nothing may be done */
    char memos[4000];    /* the memos that the steps have found, as many as fit */
} shared;

/* ---- a kind that counts ---- */

static bool waits(int step)
{
    int from = atomic_load(&shared.hold_at);
    return atomic_load(&shared.hold) || (from > 0 && step >= from);
}

static enum status count_step(struct job_turn *turn)
{
    int n = atomic_fetch_add(&shared.steps, 1) + 1;
    struct sb seen;
    size_t used = strlen(shared.memos);
    sb_fixed(&seen, shared.memos + used, sizeof shared.memos - used);
    sb_printf(&seen, "[%.*s]", SV_ARG(turn->memo));
    atomic_store(&shared.held, n);
    while (waits(n))
        usleep(1000);
    if (turn->stop && turn->memo.n == 0)
        return STATUS_OK;
    enum status st = job_note(turn, arena_printf(turn->arena, "begun %d", n), SV(""));
    if (st != STATUS_OK)
        return st;
    if (n == atomic_load(&shared.fail_at)) {
        diagnosis_set(turn->diagnosis, STAGE_COMMAND, CAUSE_NONE, "imap.invalid", 143, "");
        return atomic_load(&shared.fail);
    }
    turn->done += 10;
    if (atomic_load(&shared.leaves)) {
        turn->why = STATUS_DENIED;
        turn->what = SV("less");
        diagnosis_set(turn->diagnosis, STAGE_COMMAND, CAUSE_RIGHTS, "", 0, NULL);
    } else {
        turn->count += 9;
        turn->gone += 1;
    }
    turn->memo = arena_printf(turn->arena, "done %llu", (unsigned long long)turn->done);
    turn->part = arena_printf(turn->arena, "part %llu", (unsigned long long)turn->done);
    turn->more = turn->done < turn->total;
    return STATUS_OK;
}

static enum status count_undo(struct job_undo *undo)
{
    struct sv part;
    struct sb all;
    sb_init(&all, undo->arena, 200);
    for (uint64_t i = undo->parts; i-- > 0;) {
        assert_int_equal(store_job_part(undo->store, undo->job->id, i, undo->arena, &part),
                         STATUS_OK);
        sb_add(&all, part);
        sb_add_char(&all, ';');
    }
    undo->made = sb_view(&all);
    if (atomic_load(&shared.endless))
        undo->made = (struct sv){arena_alloc(undo->arena, JOB_PLAN_MAX + 1), JOB_PLAN_MAX + 1};
    undo->what = SV("back");
    undo->total = 10;
    return STATUS_OK;
}

static const struct job_kind count_kind = {"count", count_step, count_undo};
static const struct job_kind *const kinds[] = {&count_kind, NULL};

/* ---- set up ---- */

static inline void open_all(struct fixture *f)
{
    const struct gate_limits limits = {.running = 2, .each = 20, .forget_ms = 1000};
    f->arena = f->base.arena;
    f->path = f->base.kept.path;
    f->store = f->base.kept.store;
    f->gate = gate_new(&limits);
    f->jobs = jobs_new(f->store, f->gate, kinds);
}

static inline void close_all(struct fixture *f)
{
    atomic_store(&shared.hold, false);
    gate_free(&f->gate);
    jobs_free(&f->jobs);
    session_release(&f->session);
}

/* A session of user "u". */
static inline void sign_in(struct fixture *f, enum session_kind kind)
{
    session_release(&f->session);
    f->session = session_fixture_enter_as(&f->base, SV("u"), (uint8_t)(kind + 1), kind);
}

static inline int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    *state = f;
    if (!session_fixture_open(&f->base))
        return -1;
    memset(&shared, 0, sizeof shared);
    open_all(f);
    sign_in(f, SESSION_FULL);
    return 0;
}

static inline int tear_down(void **state)
{
    struct fixture *f = *state;
    close_all(f);
    session_fixture_close(&f->base);
    free(f);
    return 0;
}

static inline int64_t start(struct fixture *f, uint64_t total)
{
    int64_t id = 0;
    const struct job_order order = {.kind = "count",
                                    .what = SV("move"),
                                    .folder = SV("INBOX"),
                                    .target = SV("Été"),
                                    .total = total,
                                    .plan = SV("a plan")};
    assert_int_equal(job_start(f->jobs, f->session, &order, &id), STATUS_OK);
    return id;
}

static inline struct job ended(struct fixture *f, int64_t id)
{
    struct job job;
    assert_int_equal(job_wait(f->jobs, SV("u"), id, deadline_in(SOON_MS)), STATUS_OK);
    assert_int_equal(job_find(f->jobs, SV("u"), id, f->arena, &job), STATUS_OK);
    return job;
}

static inline void wait_for_step(int n)
{
    for (int i = 0; i < SOON_MS && atomic_load(&shared.held) < n; i++)
        usleep(1000);
    assert_true(atomic_load(&shared.held) >= n);
}

#define with_fixture(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
