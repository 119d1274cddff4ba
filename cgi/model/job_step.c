/* One step of a job, and what becomes of the job after it. */
#include "job_inside.h"
#include "log.h"

enum { PAUSE_MIN_MS = 1000, PAUSE_MAX_MS = 15000 };

/* ---- a work's memory ---- */

/* The row with its own texts. Lock held, once others know of it. */
static void own_row(struct job_work *work, const struct job_record *row)
{
    work->row = *row;
    struct sv *const texts[] = {&work->row.user,   &work->row.kind,   &work->row.what,
                                &work->row.folder, &work->row.target, &work->row.detail};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        *texts[i] = arena_sv(work->arena, *texts[i]);
    free(work->memo);
    work->memo = sv_copy(row->memo);
    work->row.memo.p = work->memo;
}

struct job_work *job_work_new(struct jobs *jobs, const struct job_kind *kind,
                              const struct job_record *row)
{
    struct job_work *work = calloc(1, sizeof *work);
    if (!work)
        abort();
    work->jobs = jobs;
    work->kind = kind;
    work->arena = arena_new(JOB_MEMO_MAX);
    own_row(work, row);
    return work;
}

void job_work_take_row(struct job_work *work, const struct job_record *row)
{
    pthread_mutex_lock(&work->jobs->lock);
    own_row(work, row);
    pthread_mutex_unlock(&work->jobs->lock);
}

static void drop_plan(struct job_work *work)
{
    free(work->plan);
    work->plan = NULL;
    work->plan_n = 0;
    if (work->free_context)
        work->free_context(work->context);
    work->free_context = NULL;
    work->prepare = NULL;
}

void job_work_free(struct job_work *work)
{
    drop_plan(work);
    free(work->memo);
    arena_free(&work->arena);
    free(work);
}

void job_work_keep_plan(struct job_work *work, struct sv plan)
{
    char *copy = sv_copy(plan); /* it may be the context's own */
    drop_plan(work);
    work->plan = copy;
    work->plan_n = plan.n;
    work->planned = true;
}

void job_work_memo(struct job_work *work, struct sv memo)
{
    if (memo.p == work->memo && memo.n == work->row.memo.n)
        return;
    char *fresh = sv_copy(memo);
    free(work->memo);
    work->memo = fresh;
    work->row.memo = (struct sv){fresh, memo.n};
}

/* ---- what a step may ask for ---- */

struct imap_call job_call(const struct job_turn *turn)
{
    return (struct imap_call){
        .arena = turn->arena, .deadline = turn->deadline, .diagnosis = turn->diagnosis};
}

enum status job_work_save(struct job_work *work, struct sv part)
{
    enum status st = store_job_save(work->jobs->store, &work->row, part);
    work->lost |= st == STATUS_CHANGED;
    if (st != STATUS_OK && part.n > 0) {
        pthread_mutex_lock(&work->jobs->lock);
        work->row.parts--; /* it is not there, and the next one gets its number */
        pthread_mutex_unlock(&work->jobs->lock);
    }
    return st;
}

static struct sv behind(struct arena *arena, struct sv before, struct sv text)
{
    return before.n == 0 ? text : arena_printf(arena, "%.*s%.*s", SV_ARG(before), SV_ARG(text));
}

enum status job_note(struct job_turn *turn, struct sv memo, struct sv part)
{
    struct job_work *work = turn->work;
    struct sv whole = behind(turn->arena, turn->memo_before, memo);
    if (whole.n > JOB_MEMO_MAX)
        return STATUS_TOO_LARGE;
    pthread_mutex_lock(&work->jobs->lock);
    job_work_memo(work, whole);
    work->row.parts += part.n > 0;
    pthread_mutex_unlock(&work->jobs->lock);
    turn->memo = sv_slice(work->row.memo, turn->memo_before.n, work->row.memo.n);
    return job_work_save(work, part.n > 0 ? behind(turn->arena, turn->part_before, part) : part);
}

/* ---- the step ---- */

/* Troubles of the server or of the way to it: it may work in a moment. */
static bool may_pass(enum status st, const struct diagnosis *d)
{
    switch (st) {
    case STATUS_UNREACHABLE:
    case STATUS_TLS:
    case STATUS_TIMEOUT:
    case STATUS_CLOSED:
    case STATUS_PROTOCOL:
    case STATUS_UNAVAILABLE:
        return true;
    case STATUS_DENIED:
        return d->cause == CAUSE_UNAVAILABLE;
    case STATUS_OK:
    case STATUS_INVALID:
    case STATUS_TOO_LARGE:
    case STATUS_NOT_FOUND:
    case STATUS_EXISTS:
    case STATUS_CHANGED:
    case STATUS_REFUSED:
    case STATUS_UNSUPPORTED:
    case STATUS_QUOTA:
    case STATUS_IO:
    case STATUS_CANCELLED:
    case STATUS_SIGNED_OUT:
    case STATUS_COUNT:
        break;
    }
    return false;
}

static struct job_turn begin(struct job_work *work, struct gate_turn *turn)
{
    pthread_mutex_lock(&work->jobs->lock);
    if (work->began_ms == 0) {
        work->began_ms = clock_ms();
        work->began_done = work->row.done;
    }
    work->row.state = JOB_RUNNING;
    struct job_turn made = {.session = turn->session,
                            .store = work->jobs->store,
                            .arena = turn->arena,
                            .deadline = deadline_in(JOB_STEP_MS),
                            .diagnosis = turn->diagnosis,
                            .left = turn->left,
                            .stop = work->cancel,
                            .plan = {work->plan, work->plan_n},
                            .memo = work->row.memo,
                            .total = work->row.total,
                            .done = work->row.done,
                            .count = work->row.count,
                            .gone = work->row.gone,
                            .what = work->row.what,
                            .work = work};
    pthread_mutex_unlock(&work->jobs->lock);
    return made;
}

/* The first step of a job whose plan must be computed. Without the code for that (it went with a
 * process that was killed) nothing has been done, and nobody knows what was to be. */
static enum status make_plan(struct job_work *work, struct job_turn *turn)
{
    struct sv plan = {NULL, 0};
    if (turn->stop)
        return STATUS_OK;
    if (!work->prepare)
        return STATUS_CANCELLED;
    enum status st = work->prepare(turn, work->context, &plan);
    if (st == STATUS_OK && !plan.p) {
        turn->more = true;
        return STATUS_OK;
    }
    if (st == STATUS_OK && plan.n > JOB_PLAN_MAX)
        st = STATUS_TOO_LARGE;
    if (st == STATUS_OK)
        st = store_job_plan_put(turn->store, work->row.id, plan);
    if (st != STATUS_OK)
        return st;
    job_work_keep_plan(work, plan);
    turn->more = turn->total > 0;
    return STATUS_OK;
}

/* ---- what becomes of it ---- */

static enum job_state state_after(struct job_work *work, const struct job_turn *turn,
                                  const struct gate_turn *gate, enum status st)
{
    int64_t now = clock_ms();
    bool troubled = st != STATUS_OK && may_pass(st, gate->diagnosis);
    work->trouble_since = troubled && work->troubled ? work->trouble_since : now;
    work->pause_ms = troubled && work->troubled ? 2 * work->pause_ms : PAUSE_MIN_MS;
    if (work->pause_ms > PAUSE_MAX_MS)
        work->pause_ms = PAUSE_MAX_MS;
    if (st == STATUS_TIMEOUT && gate->diagnosis->stage == STAGE_COMMAND)
        work->pause_ms = JOB_UNANSWERED_MS;
    work->troubled = troubled;
    if (st == STATUS_OK && turn->stop && (turn->done < turn->total || !work->planned))
        return JOB_CANCELLED;
    if (st == STATUS_OK)
        return turn->more ? JOB_RUNNING : JOB_DONE;
    if (troubled)
        return now - work->trouble_since < JOB_PATIENCE_MS ? JOB_RUNNING : JOB_INTERRUPTED;
    bool locked_out = st == STATUS_SIGNED_OUT ||
                      (st == STATUS_DENIED && gate->diagnosis->cause == CAUSE_PASSWORD);
    return locked_out ? JOB_INTERRUPTED : JOB_FAILED;
}

/* Lock held. */
static void take_over(struct job_work *work, const struct job_turn *turn, enum job_state state,
                      enum status st, const struct diagnosis *d)
{
    bool kept = turn->memo.n <= JOB_MEMO_MAX;
    if (kept)
        job_work_memo(work, turn->memo);
    work->row.parts += turn->part.n > 0;
    work->row.total = turn->total;
    work->row.done = turn->done;
    work->row.count = turn->count;
    work->row.gone = turn->gone;
    work->row.changed = clock_wall();
    work->row.state = (int)state;
    work->row.why = (int)(st == STATUS_OK ? turn->why : st);
    if (!sv_eq(work->row.what, turn->what))
        work->row.what = arena_sv(work->arena, turn->what);
    work->diagnosis = *d;
    work->row.cause = (int)d->cause;
    work->row.detail = sv_of(work->diagnosis.detail);
}

void job_work_end(struct job_work *work)
{
    struct jobs *jobs = work->jobs;
    log_event(LOG_LEVEL_INFO, "job-ended", "job=%lld kind=%s state=%d status=%s code=%s done=%llu",
              (long long)work->row.id, work->kind->name, work->row.state,
              status_name((enum status)work->row.why),
              work->row.cause ? diagnosis_code((enum cause)work->row.cause) : "-",
              (unsigned long long)work->row.done);
    pthread_mutex_lock(&jobs->lock);
    drop_plan(work);
    pthread_cond_broadcast(&jobs->ended);
    pthread_mutex_unlock(&jobs->lock);
}

static enum status settle(struct job_work *work, struct gate_turn *gate,
                          const struct job_turn *turn, enum status st)
{
    struct jobs *jobs = work->jobs;
    if (work->lost)
        return STATUS_CHANGED;
    enum job_state state = state_after(work, turn, gate, st);
    bool leaves = atomic_load(turn->left) && !job_ended((int)state);
    pthread_mutex_lock(&jobs->lock);
    take_over(work, turn, state, st, gate->diagnosis);
    pthread_mutex_unlock(&jobs->lock);
    enum status saved = job_work_save(work, turn->part);
    if (work->lost)
        return STATUS_CHANGED;
    /* the row says as before that it runs: job_stranded() */
    if (saved != STATUS_OK) {
        pthread_mutex_lock(&jobs->lock);
        work->row.state = JOB_INTERRUPTED;
        work->row.why = (int)saved;
        work->row.cause = CAUSE_STORE;
        pthread_mutex_unlock(&jobs->lock);
    }
    if (job_ended(work->row.state)) {
        job_work_end(work);
        return st;
    }
    gate->again = !leaves;
    gate->pause_ms = work->troubled ? work->pause_ms : 0;
    return STATUS_OK;
}

enum status job_step(struct gate_turn *gate, void *context)
{
    struct job_work *work = context;
    if (work->rest_ms > 0) {
        gate->again = true;
        gate->pause_ms = work->rest_ms;
        work->rest_ms = 0;
        return STATUS_OK;
    }
    struct job_turn turn = begin(work, gate);
    enum status st = work->planned ? work->kind->step(&turn) : make_plan(work, &turn);
    turn.memo = behind(turn.arena, turn.memo_before, turn.memo);
    if (turn.part.n > 0)
        turn.part = behind(turn.arena, turn.part_before, turn.part);
    return settle(work, gate, &turn, st);
}
