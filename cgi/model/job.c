#include "job_inside.h"

#include "log.h"
#include "random.h"

enum { SWEEP_MS = 3600 * 1000, ID_BITS = 20 };

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
    if (!jobs)
        abort();
    pthread_mutex_init(&jobs->lock, NULL);
    deadline_cond_init(&jobs->ended);
    jobs->store = store;
    jobs->gate = gate;
    jobs->kinds = kinds;
    jobs->runner = fresh_number();
    jobs->swept = clock_ms();
    return jobs;
}

/* ---- the list; lock held ---- */

void job_work_put(struct job_work *work)
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

struct job_work *job_work_let_go(struct job_work *work)
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
    return n > JOBS_KEPT ? job_work_let_go(oldest) : NULL;
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
        if (w->row.changed < before && job_work_let_go(w)) {
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
    struct job_work *dead = stays ? let_go_oldest(jobs, work->row.user) : job_work_let_go(work);
    pthread_cond_broadcast(&jobs->ended);
    pthread_mutex_unlock(&jobs->lock);
    if (dead)
        job_work_free(dead);
}

/* What requests do themselves: one of each kind at a time. */
static bool runs_already(const struct job_work *work)
{
    const struct jobs *jobs = work->jobs;
    for (const struct job_work *w = jobs->first; w && !work->kind->step; w = w->next)
        if (w->kind == work->kind && !job_ended(w->row.state) && sv_eq(w->row.user, work->row.user))
            return true;
    return false;
}

enum status job_reserve(struct job_work *work, bool limited)
{
    struct jobs *jobs = work->jobs;
    struct sv user = work->row.user;
    pthread_mutex_lock(&jobs->lock);
    const struct job_work *known = job_work_find(jobs, user, work->row.id);
    bool taken = known && !job_ended(known->row.state);
    bool second = runs_already(work);
    bool full = limited && unfinished(jobs, user) >= JOBS_RUNNING;
    if (!taken && !second && !full) {
        work->held = true;
        job_work_put(work);
    }
    pthread_mutex_unlock(&jobs->lock);
    return taken    ? STATUS_NOT_FOUND
           : second ? STATUS_EXISTS
           : full   ? STATUS_UNAVAILABLE
                    : STATUS_OK;
}

void job_unreserve(struct job_work *work)
{
    struct jobs *jobs = work->jobs;
    pthread_mutex_lock(&jobs->lock);
    take_out(work);
    pthread_cond_broadcast(&jobs->ended);
    pthread_mutex_unlock(&jobs->lock);
    job_work_free(work);
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

enum status job_submit(struct job_work *work, struct session *session, struct arena *arena)
{
    struct jobs *jobs = work->jobs;
    struct gate_ticket *ticket = NULL;
    struct job_record row = work->row;
    row.user = arena_sv(arena, row.user);
    row.memo = arena_sv(arena, row.memo);
    row.what = arena_sv(arena, row.what);
    row.detail = arena_sv(arena, row.detail);
    const struct gate_work order = {
        .key = arena_printf(arena, "job %lld %lld", (long long)row.id, (long long)fresh_number()),
        .urgency = GATE_JOB,
        .step = job_step,
        .context = work,
        .free_context = job_work_release};
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

static enum status put_row(const struct job_work *work)
{
    struct store *store = work->jobs->store;
    const unsigned ended =
        1u << JOB_DONE | 1u << JOB_CANCELLED | 1u << JOB_FAILED | 1u << JOB_INTERRUPTED;
    enum status st = store_job_trim(store, work->row.user, ended, JOBS_KEPT - 1);
    if (st == STATUS_OK)
        st = store_job_put(store, &work->row);
    if (st == STATUS_OK && work->planned)
        st = store_job_plan_put(store, work->row.id, (struct sv){work->plan, work->plan_n});
    return st;
}

/* Its place first: whoever finds the row finds that somebody works on it. */
enum status job_work_open(struct jobs *jobs, struct session *session, const struct job_order *order,
                          int64_t id, struct job_work **out)
{
    const struct job_kind *kind = job_kind_find(jobs, sv_of(order->kind));
    const struct job_record row = row_of(jobs, session, order, id);
    if (!kind || order->plan.n > JOB_PLAN_MAX) {
        if (order->free_context)
            order->free_context(order->context);
        return STATUS_INVALID;
    }
    struct job_work *work = job_work_new(jobs, kind, &row);
    if (kind->step && !order->prepare)
        job_work_keep_plan(work, order->plan);
    work->prepare = order->prepare;
    work->context = order->context;
    work->free_context = order->free_context;
    enum status st = job_reserve(work, true);
    if (st != STATUS_OK) {
        job_work_free(work);
        return st;
    }
    st = put_row(work);
    if (st == STATUS_OK)
        *out = work;
    else
        job_unreserve(work);
    return st;
}

enum status job_start_as(struct jobs *jobs, struct session *session, const struct job_order *order,
                         int64_t id)
{
    struct job_work *work;
    enum status st = job_work_open(jobs, session, order, id, &work);
    if (st != STATUS_OK)
        return st;
    struct arena *arena = arena_new(JOB_MEMO_MAX);
    st = job_submit(work, session, arena);
    arena_free(&arena);
    return st;
}

enum status job_start(struct jobs *jobs, struct session *session, const struct job_order *order,
                      int64_t *id)
{
    int64_t fresh = job_fresh_id(jobs);
    enum status st = job_start_as(jobs, session, order, fresh);
    if (st == STATUS_OK)
        *id = fresh;
    return st;
}
