/* Jobs that are there already: taken up after another process, cancelled, continued, undone, told.
 */
#include "job_inside.h"
#include "log.h"

enum { REST_MS = 2000, LOOK_ARENA = 2 * JOB_PLAN_MAX };

/* ---- taking up ---- */

/* What stands in the store is read once nobody else can be at work on it. */
static enum status claim(struct job_work *work, struct arena *arena, const struct job_record *seen)
{
    struct jobs *jobs = work->jobs;
    struct job_record row;
    struct sv plan = SV("");
    enum status st = store_job_get(jobs->store, work->row.user, work->row.id, arena, &row);
    if (st != STATUS_OK)
        return st;
    if (row.runner != seen->runner || row.state != seen->state)
        return STATUS_CHANGED;
    st = store_job_plan_get(jobs->store, row.id, arena, &plan);
    bool planned = st == STATUS_OK;
    if (!planned && st != STATUS_NOT_FOUND)
        return st;
    row.runner = jobs->runner;
    st = store_job_claim(jobs->store, &row, seen->runner, JOB_WAITING);
    if (st != STATUS_OK)
        return st;
    row.state = JOB_WAITING;
    row.told = false;
    job_work_take_row(work, &row);
    if (planned)
        job_work_keep_plan(work, plan);
    /* what the process before us asked for may still be under way */
    work->rest_ms = row.memo.n > 0 ? REST_MS : 0;
    return STATUS_OK;
}

struct again {
    bool cancel;  /* only to the end of what it has begun */
    bool limited; /* not beyond JOBS_RUNNING */
};

/* Takes up a job of the store, if it is still as it was seen. */
static enum status take_up(struct jobs *jobs, struct session *session, struct arena *arena,
                           const struct job_record *seen, struct again how)
{
    struct job_record row = *seen;
    const struct job_kind *kind = job_kind_find(jobs, row.kind);
    if (!kind || !kind->step)
        return kind ? STATUS_NOT_FOUND : STATUS_UNSUPPORTED;
    row.state = JOB_WAITING;
    struct job_work *work = job_work_new(jobs, kind, &row);
    work->cancel = how.cancel;
    enum status st = job_reserve(work, how.limited);
    if (st != STATUS_OK) {
        job_work_free(work);
        return st;
    }
    st = claim(work, arena, seen);
    if (st == STATUS_OK)
        return job_submit(work, session, arena);
    job_unreserve(work);
    return st;
}

/* ---- after another process ---- */

static void free_mark(void *value)
{
    (void)value;
}

static bool first_time(struct session *session)
{
    static char mark;
    bool first = !session_slot_take(session, SESSION_SLOT_JOBS);
    session_slot_put(session, SESSION_SLOT_JOBS, &mark, free_mark);
    return first;
}

/* An end that nobody has seen: it waits here to be told. */
static void await_telling(struct jobs *jobs, const struct job_record *row)
{
    const struct job_kind *kind = job_kind_find(jobs, row->kind);
    if (!kind)
        return;
    struct job_work *work = job_work_new(jobs, kind, row);
    pthread_mutex_lock(&jobs->lock);
    bool known = job_work_find(jobs, row->user, row->id) != NULL;
    if (!known)
        job_work_put(work);
    pthread_mutex_unlock(&jobs->lock);
    if (known)
        job_work_free(work);
}

static enum status leave_to_user(struct jobs *jobs, struct job_record row)
{
    int64_t seen = row.runner;
    row.runner = jobs->runner;
    enum status st = store_job_claim(jobs->store, &row, seen, JOB_INTERRUPTED);
    row.state = JOB_INTERRUPTED;
    row.changed = clock_wall(); /* as in the store */
    if (st == STATUS_OK)
        await_telling(jobs, &row);
    return st;
}

static void resume(struct jobs *jobs, struct session *session, struct arena *arena,
                   const struct job_record *row)
{
    enum status st = STATUS_OK;
    const struct job_kind *kind = job_kind_find(jobs, row->kind);
    if (job_ended(row->state) && !row->told)
        await_telling(jobs, row);
    if (job_ended(row->state) || row->runner == jobs->runner || !store_job_alone(jobs->store))
        return;
    if (row->public || (kind && !kind->step))
        st = leave_to_user(jobs, *row);
    else
        st = take_up(jobs, session, arena, row, (struct again){0});
    log_event(LOG_LEVEL_INFO, "job-resumed", "job=%lld status=%s", (long long)row->id,
              status_name(st));
}

void jobs_resume(struct jobs *jobs, struct session *session)
{
    struct job_record *rows;
    size_t n = 0;
    if (!first_time(session))
        return;
    struct arena *arena = arena_new(LOOK_ARENA);
    if (store_job_list(jobs->store, session_user(session), arena, &rows, &n) == STATUS_OK)
        for (size_t i = n; i-- > 0;)
            resume(jobs, session, arena, &rows[i]);
    arena_free(&arena);
}

/* ---- commands ---- */

/* One whose work here has ended without being able to write that is its user's as well. */
static bool waits_for_user(const struct jobs *jobs, const struct job_record *row)
{
    return row->state == JOB_INTERRUPTED || job_stranded(jobs, row);
}

enum status job_cancel(struct jobs *jobs, struct session *session, int64_t id)
{
    struct sv user = session_user(session);
    struct job_record row;
    pthread_mutex_lock(&jobs->lock);
    struct job_work *work = job_work_find(jobs, user, id);
    bool runs = work && !job_ended(work->row.state);
    if (runs)
        work->cancel = true;
    pthread_mutex_unlock(&jobs->lock);
    if (runs)
        return STATUS_OK;
    struct arena *arena = arena_new(LOOK_ARENA);
    enum status st = store_job_get(jobs->store, user, id, arena, &row);
    if (st == STATUS_OK && !waits_for_user(jobs, &row))
        st = STATUS_NOT_FOUND;
    if (st == STATUS_OK) {
        job_told(jobs, user, id);
        st = take_up(jobs, session, arena, &row, (struct again){.cancel = true});
    }
    arena_free(&arena);
    return st;
}

enum status job_continue(struct jobs *jobs, struct session *session, int64_t id)
{
    struct sv user = session_user(session);
    struct job_record row;
    struct arena *arena = arena_new(LOOK_ARENA);
    enum status st = store_job_get(jobs->store, user, id, arena, &row);
    if (st == STATUS_OK &&
        ((!waits_for_user(jobs, &row) && row.state != JOB_FAILED) || row.undone_by != 0))
        st = STATUS_NOT_FOUND;
    if (st == STATUS_OK) {
        job_told(jobs, user, id);
        st = take_up(jobs, session, arena, &row, (struct again){.limited = true});
    }
    arena_free(&arena);
    return st;
}

static enum status undo(struct jobs *jobs, struct session *session, struct arena *arena,
                        const struct job_record *row, struct sv trash, int64_t *by)
{
    const struct job_kind *kind = job_kind_find(jobs, row->kind);
    const struct job job = job_of_row(jobs, arena, row, NULL);
    struct job_undo made = {.store = jobs->store,
                            .arena = arena,
                            .job = &job,
                            .memo = row->memo,
                            .parts = row->parts,
                            .trash = trash};
    if (row->undone_by != 0)
        return STATUS_EXISTS;
    if (!job.undoable)
        return STATUS_NOT_FOUND;
    enum status st = store_job_plan_get(jobs->store, row->id, arena, &made.plan);
    if (st == STATUS_OK)
        st = kind->undo(&made);
    /* claimed before it is started: of two presses one undoes */
    int64_t fresh = job_fresh_id(jobs);
    if (st == STATUS_OK)
        st = store_job_undone(jobs->store, row->user, row->id, fresh);
    if (st != STATUS_OK)
        return st;
    const struct job_order order = {.kind = kind->name,
                                    .what = made.what,
                                    .folder = made.folder,
                                    .target = made.target,
                                    .total = made.total,
                                    .plan = made.made,
                                    .undoes = row->id};
    st = job_start_as(jobs, session, &order, fresh);
    if (st == STATUS_OK)
        *by = fresh;
    else
        (void)!store_job_undone(jobs->store, row->user, row->id, 0);
    return st;
}

enum status job_undo(struct jobs *jobs, struct session *session, int64_t id, struct sv trash,
                     int64_t *by)
{
    struct job_record row;
    struct arena *arena = arena_new(8 * LOOK_ARENA);
    enum status st = store_job_get(jobs->store, session_user(session), id, arena, &row);
    if (st == STATUS_OK)
        st = undo(jobs, session, arena, &row, trash, by);
    if (st == STATUS_OK)
        job_told(jobs, session_user(session), id);
    arena_free(&arena);
    return st;
}

/* ---- telling ---- */

void job_told(struct jobs *jobs, struct sv user, int64_t id)
{
    struct job_work *dead = NULL;
    pthread_mutex_lock(&jobs->lock);
    struct job_work *work = job_work_find(jobs, user, id);
    bool ended = !work || job_ended(work->row.state);
    if (work && ended) {
        work->row.told = true;
        dead = job_work_let_go(work);
    }
    pthread_mutex_unlock(&jobs->lock);
    if (dead)
        job_work_free(dead);
    if (ended && store_job_told(jobs->store, user, id) != STATUS_OK)
        log_event(LOG_LEVEL_WARNING, "job-not-told", "code=%s", diagnosis_code(CAUSE_STORE));
}
