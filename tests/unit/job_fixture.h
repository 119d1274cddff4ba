/* job_fixture.h — jobs over a store in a directory of its own, of a kind that counts: for tests
 * that need no server. */
#ifndef VM_JOB_FIXTURE_H
#define VM_JOB_FIXTURE_H

#include <stdatomic.h>
#include <unistd.h>

#include "arena.h"
#include "base64.h"
#include "job.h"
#include "test.h"

enum { SOON_MS = 5000 };

struct fixture {
    struct arena *arena;
    char dir[32];
    struct sv path;
    struct store *store;
    struct sessions *table;
    struct session *session;
    struct gate *gate;
    struct jobs *jobs;
};

static const struct server_key key = {{7}};
static const struct stream_target server = {.host = "imap.invalid", .port = 143};
static const struct session_limits session_limits = {.idle_s = 600,
                                                     .absolute_s = 3600,
                                                     .public_idle_s = 600,
                                                     .public_absolute_s = 3600,
                                                     .connections_each = 2,
                                                     .connections_total = 10};

/* What the steps of one test do and leave. */
static struct {
    atomic_int steps, fail_at, held, freed;
    _Atomic(enum status) fail;
    atomic_bool hold;    /* steps wait */
    atomic_bool endless; /* the plan of an undo is longer than any may be */
    atomic_bool leaves;  /* steps find that nothing may be done */
    char memos[400];     /* each memo that a step has found */
} shared;

/* ---- a kind that counts ---- */

static enum status count_step(struct job_turn *turn)
{
    int n = atomic_fetch_add(&shared.steps, 1) + 1;
    struct sb seen;
    sb_fixed(&seen, shared.memos + strlen(shared.memos), 40);
    sb_printf(&seen, "[%.*s]", SV_ARG(turn->memo));
    atomic_store(&shared.held, n);
    while (atomic_load(&shared.hold))
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
    struct sv reason;
    assert_int_equal(store_open(f->path.p, f->arena, &f->store, &reason), STATUS_OK);
    f->table = sessions_new(f->store, &key, &server, &session_limits);
    f->gate = gate_new(&limits);
    f->jobs = jobs_new(f->store, f->gate, kinds);
}

static inline void close_all(struct fixture *f)
{
    atomic_store(&shared.hold, false);
    gate_free(&f->gate);
    jobs_free(&f->jobs);
    session_release(&f->session);
    sessions_free(&f->table);
    store_close(&f->store);
}

/* A session of user "u"; a public one has no row that opens it, so its kind is set by the record.
 */
static inline void sign_in(struct fixture *f, enum session_kind kind)
{
    uint8_t secret[SESSION_TOKEN_SIZE] = {(uint8_t)(kind + 1)};
    struct sv secret_view = {(char *)secret, sizeof secret};
    struct session_record record = {.user = SV("u"),
                                    .kind = kind,
                                    .created = clock_wall(),
                                    .used = clock_wall(),
                                    .address = SV("192.0.2.1"),
                                    .agent = SV("w3m")};
    struct sb context, sealed, token;
    session_release(&f->session);
    seal_hash(secret_view, record.id);
    sb_init(&context, f->arena, 400);
    sb_add(&context, (struct sv){(char *)record.id, sizeof record.id});
    sb_add(&context, record.user);
    sb_init(&sealed, f->arena, 400);
    assert_int_equal(seal_close(&key, secret_view, sb_view(&context), SV("s3cret"), &sealed),
                     STATUS_OK);
    record.sealed = sb_view(&sealed);
    assert_int_equal(store_session_put(f->store, &record), STATUS_OK);
    sb_init(&token, f->arena, 100);
    base64url_encode(&token, secret, sizeof secret);
    assert_int_equal(session_find(f->table, sb_view(&token), SESSION_USE_PAGE, &f->session),
                     STATUS_OK);
}

static inline int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->arena = arena_new(100000000);
    memcpy(f->dir, "/tmp/vm-jobs-XXXXXX", sizeof "/tmp/vm-jobs-XXXXXX");
    if (!mkdtemp(f->dir))
        return -1;
    f->path = arena_printf(f->arena, "%s/store", f->dir);
    *state = f;
    memset(&shared, 0, sizeof shared);
    open_all(f);
    sign_in(f, SESSION_FULL);
    return 0;
}

static inline int tear_down(void **state)
{
    struct fixture *f = *state;
    close_all(f);
    const char *const suffixes[] = {"", "-wal", "-shm", "-jobs"};
    for (size_t i = 0; i < 4; i++)
        unlink(arena_printf(f->arena, "%s%s", f->path.p, suffixes[i]).p);
    rmdir(f->dir);
    arena_free(&f->arena);
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
