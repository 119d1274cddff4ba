#include "job_inside.h"

#include "log.h"
#include "random.h"

enum { SWEEP_MS = 3600 * 1000, REST_MS = 2000, LOOK_ARENA = 2 * JOB_PLAN_MAX, ID_BITS = 20 };

bool job_ended(int state)
{
    return state != JOB_WAITING && state != JOB_RUNNING;
}

const struct job_kind *job_kind_find(const struct jobs *jobs, struct sv name)
{
    for (const struct job_kind *const *at = jobs->kinds; *at; at++)
        if (sv_eq(sv_of((*at)->name), name))
            return *at;
    return NULL;
}

static int64_t fresh_number(void)
{
    return (int64_t)(random_u64() >> 16) + 1;
}

/* Greater than those before, so that jobs of one second have an order too. */
int64_t job_fresh_id(struct jobs *jobs)
{
    int64_t id = clock_wall() << ID_BITS | (int64_t)(random_u64() >> (64 - ID_BITS));
    pthread_mutex_lock(&jobs->lock);
    jobs->last_id = id > jobs->last_id ? id : jobs->last_id + 1;
    id = jobs->last_id;
    pthread_mutex_unlock(&jobs->lock);
    return id;
}

struct jobs *jobs_new(struct store *store, struct gate *gate, const struct job_kind *const *kinds)
{
    struct jobs *jobs = calloc(1, sizeof *jobs);
    pthread_condattr_t monotonic;
    if (!jobs)
        abort();
    pthread_mutex_init(&jobs->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&jobs->ended, &monotonic);
    pthread_condattr_destroy(&monotonic);
    jobs->store = store;
    jobs->gate = gate;
    jobs->kinds = kinds;
    jobs->runner = fresh_number();
    jobs->swept = clock_ms();
    return jobs;
}

/* ---- the list; lock held ---- */

void job_work_list(struct job_work *work)
{
    struct job_work **at = &work->jobs->first;
    while (*at)
        at = &(*at)->next;
    *at = work;
}

static void take_out(struct job_work *work)
{
    struct job_work **at = &work->jobs->first;
    while (*at && *at != work)
        at = &(*at)->next;
    if (*at)
        *at = work->next;
}

/* Out of the list if only the list still has it: then it is the caller's. */
static struct job_work *let_go(struct job_work *work)
{
    if (work->held)
        return NULL;
    take_out(work);
    return work;
}

/* Of what has ended and nobody has looked at, no more than the store has. */
static struct job_work *let_go_oldest(const struct jobs *jobs, struct sv user)
{
    struct job_work *oldest = NULL;
    size_t n = 0;
    for (struct job_work *w = jobs->first; w; w = w->next)
        if (!w->held && sv_eq(w->row.user, user) && n++ == 0)
            oldest = w;
    return n > JOBS_KEPT ? let_go(oldest) : NULL;
}

static size_t unfinished(const struct jobs *jobs, struct sv user)
{
    size_t n = 0;
    for (const struct job_work *w = jobs->first; w; w = w->next)
        n += !job_ended(w->row.state) && sv_eq(w->row.user, user);
    return n;
}

void jobs_free(struct jobs **jobs)
{
    if (!jobs || !*jobs)
        return;
    while ((*jobs)->first) {
        struct job_work *work = (*jobs)->first;
        take_out(work);
        job_work_free(work);
    }
    pthread_cond_destroy(&(*jobs)->ended);
    pthread_mutex_destroy(&(*jobs)->lock);
    free(*jobs);
    *jobs = NULL;
}

void jobs_sweep(struct jobs *jobs)
{
    int64_t before = clock_wall() - JOBS_FORGOTTEN_S;
    if (clock_ms() - jobs->swept < SWEEP_MS)
        return;
    jobs->swept = clock_ms();
    if (store_job_sweep(jobs->store, before) != STATUS_OK)
        log_event(LOG_LEVEL_WARNING, "sweep-failed", "code=%s", diagnosis_code(CAUSE_STORE));
    struct job_work *dead = NULL;
    pthread_mutex_lock(&jobs->lock);
    for (struct job_work *w = jobs->first, *next; w; w = next) {
        next = w->next;
        if (w->row.changed < before && let_go(w)) {
            w->next = dead;
            dead = w;
        }
    }
    pthread_mutex_unlock(&jobs->lock);
    while (dead) {
        struct job_work *next = dead->next;
        job_work_free(dead);
        dead = next;
    }
}

/* ---- handing over to the gate ---- */

void job_work_release(void *context)
{
    struct job_work *work = context;
    struct jobs *jobs = work->jobs;
    pthread_mutex_lock(&jobs->lock);
    work->held = false;
    bool stays = job_ended(work->row.state) && !work->row.told && !work->lost;
    struct job_work *dead = stays ? let_go_oldest(jobs, work->row.user) : let_go(work);
    pthread_cond_broadcast(&jobs->ended);
    pthread_mutex_unlock(&jobs->lock);
    if (dead)
        job_work_free(dead);
}

/* Everything of a job that could not even wait; its user can go on later. */
static enum status give_up(struct jobs *jobs, struct job_record row)
{
    row.state = JOB_INTERRUPTED;
    row.why = STATUS_UNAVAILABLE;
    row.cause = CAUSE_BUSY;
    row.runner = jobs->runner;
    return store_job_save(jobs->store, &row, SV(""));
}

/* The work is the gate's from here on. */
static enum status submit(struct job_work *work, struct session *session, struct arena *arena)
{
    struct jobs *jobs = work->jobs;
    struct gate_ticket *ticket = NULL;
    struct job_record row = work->row;
    row.user = arena_sv(arena, row.user);
    row.memo = arena_sv(arena, row.memo);
    struct gate_work order = {
        .key = arena_printf(arena, "job %lld %lld", (long long)row.id, (long long)fresh_number()),
        .urgency = GATE_JOB,
        .step = job_step,
        .context = work,
        .free_context = job_work_release};
    work->held = true;
    pthread_mutex_lock(&jobs->lock);
    job_work_list(work);
    pthread_mutex_unlock(&jobs->lock);
    enum status st = gate_submit(jobs->gate, session, &order, &ticket);
    gate_release(&ticket);
    return st == STATUS_OK ? st : give_up(jobs, row);
}

/* ---- starting ---- */

static struct job_record row_of(const struct jobs *jobs, struct session *session,
                                const struct job_order *order, int64_t id)
{
    return (struct job_record){.id = id,
                               .user = session_user(session),
                               .kind = sv_of(order->kind),
                               .what = order->what,
                               .folder = order->folder,
                               .target = order->target,
                               .state = JOB_WAITING,
                               .public = session_kind(session) == SESSION_PUBLIC,
                               .made = clock_wall(),
                               .changed = clock_wall(),
                               .runner = jobs->runner,
                               .undoes = order->undoes,
                               .total = order->total};
}

static enum status put_row(struct jobs *jobs, const struct job_record *row)
{
    const unsigned ended =
        1u << JOB_DONE | 1u << JOB_CANCELLED | 1u << JOB_FAILED | 1u << JOB_INTERRUPTED;
    enum status st = store_job_trim(jobs->store, row->user, ended, JOBS_KEPT - 1);
    return st == STATUS_OK ? store_job_put(jobs->store, row) : st;
}

static enum status check(struct jobs *jobs, struct session *session, const struct job_order *order)
{
    if (!job_kind_find(jobs, sv_of(order->kind)) || order->plan.n > JOB_PLAN_MAX)
        return STATUS_INVALID;
    pthread_mutex_lock(&jobs->lock);
    bool full = unfinished(jobs, session_user(session)) >= JOBS_RUNNING;
    pthread_mutex_unlock(&jobs->lock);
    return full ? STATUS_UNAVAILABLE : STATUS_OK;
}

enum status job_work_open(struct jobs *jobs, struct session *session, const struct job_order *order,
                          int64_t id, struct job_work **out)
{
    struct job_record row = row_of(jobs, session, order, id);
    enum status st = check(jobs, session, order);
    if (st == STATUS_OK)
        st = put_row(jobs, &row);
    if (st == STATUS_OK)
        *out = job_work_new(jobs, job_kind_find(jobs, sv_of(order->kind)), &row);
    return st;
}

static enum status start(struct jobs *jobs, struct session *session, const struct job_order *order,
                         int64_t id)
{
    struct arena *arena = arena_new(JOB_MEMO_MAX);
    struct job_work *work;
    enum status st = job_work_open(jobs, session, order, id, &work);
    if (st == STATUS_OK && !order->prepare) {
        st = store_job_plan_put(jobs->store, id, order->plan);
        if (st != STATUS_OK)
            job_work_free(work);
    }
    if (st == STATUS_OK) {
        if (!order->prepare)
            job_work_keep_plan(work, order->plan);
        work->prepare = order->prepare;
        work->context = order->context;
        work->free_context = order->free_context;
        st = submit(work, session, arena);
    } else if (order->free_context) {
        order->free_context(order->context);
    }
    arena_free(&arena);
    return st;
}

enum status job_start(struct jobs *jobs, struct session *session, const struct job_order *order,
                      int64_t *id)
{
    int64_t fresh = job_fresh_id(jobs);
    enum status st = start(jobs, session, order, fresh);
    if (st == STATUS_OK)
        *id = fresh;
    return st;
}

/* Takes up a job of the store, in the state that it was seen in. */
static enum status take_up(struct jobs *jobs, struct session *session, struct arena *arena,
                           struct job_record row, bool cancel)
{
    struct sv plan = SV("");
    int64_t seen = row.runner;
    const struct job_kind *kind = job_kind_find(jobs, row.kind);
    if (!kind || !kind->step)
        return kind ? STATUS_NOT_FOUND : STATUS_UNSUPPORTED;
    enum status st = store_job_get(jobs->store, row.user, row.id, arena, &row);
    if (st == STATUS_OK && row.runner != seen)
        st = STATUS_CHANGED;
    row.runner = jobs->runner;
    if (st == STATUS_OK)
        st = store_job_claim(jobs->store, &row, seen, JOB_WAITING);
    if (st != STATUS_OK)
        return st;
    row.state = JOB_WAITING;
    row.told = false;
    st = store_job_plan_get(jobs->store, row.id, arena, &plan);
    if (st != STATUS_OK && st != STATUS_NOT_FOUND)
        return give_up(jobs, row);
    struct job_work *work = job_work_new(jobs, kind, &row);
    if (st == STATUS_OK)
        job_work_keep_plan(work, plan);
    work->cancel = cancel;
    /* what the process before us asked for may still be under way */
    work->rest_ms = row.memo.n > 0 ? REST_MS : 0;
    return submit(work, session, arena);
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
        job_work_list(work);
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
        st = take_up(jobs, session, arena, *row, false);
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
    if (st == STATUS_OK && row.state != JOB_INTERRUPTED)
        st = STATUS_NOT_FOUND;
    if (st == STATUS_OK) {
        job_told(jobs, user, id);
        st = take_up(jobs, session, arena, row, true);
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
        ((row.state != JOB_INTERRUPTED && row.state != JOB_FAILED) || row.undone_by != 0))
        st = STATUS_NOT_FOUND;
    pthread_mutex_lock(&jobs->lock);
    if (st == STATUS_OK && unfinished(jobs, user) >= JOBS_RUNNING)
        st = STATUS_UNAVAILABLE;
    pthread_mutex_unlock(&jobs->lock);
    if (st == STATUS_OK) {
        job_told(jobs, user, id);
        st = take_up(jobs, session, arena, row, false);
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
    st = start(jobs, session, &order, fresh);
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
    enum status st = check(jobs, session, &(struct job_order){.kind = jobs->kinds[0]->name});
    if (st == STATUS_OK)
        st = store_job_get(jobs->store, session_user(session), id, arena, &row);
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
        dead = let_go(work);
    }
    pthread_mutex_unlock(&jobs->lock);
    if (dead)
        job_work_free(dead);
    if (ended && store_job_told(jobs->store, user, id) != STATUS_OK)
        log_event(LOG_LEVEL_WARNING, "job-not-told", "code=%s", diagnosis_code(CAUSE_STORE));
}
