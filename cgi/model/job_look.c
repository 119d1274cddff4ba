/* Jobs as pages see them. */
#include "job_inside.h"

/* Seconds that it will take at the pace that it has had here. */
static int64_t time_left(const struct job_work *work)
{
    const struct job_record *row = &work->row;
    int64_t spent = clock_ms() - work->began_ms;
    if (work->began_ms == 0 || work->troubled || row->total <= row->done ||
        row->done <= work->began_done || spent <= 0)
        return -1;
    uint64_t rest = row->total - row->done, made = row->done - work->began_done;
    return (int64_t)((double)rest * (double)spent / (double)made / 1000.0) + 1;
}

static bool is_undoable(const struct jobs *jobs, const struct job_record *row)
{
    const struct job_kind *kind = job_kind_find(jobs, row->kind);
    bool over = row->state == JOB_DONE || row->state == JOB_CANCELLED || row->state == JOB_FAILED;
    return kind && kind->undo && over && row->parts > 0 && row->undoes == 0 && row->undone_by == 0;
}

static bool is_resumable(const struct jobs *jobs, const struct job_record *row)
{
    const struct job_kind *kind = job_kind_find(jobs, row->kind);
    bool stopped = row->state == JOB_FAILED || row->state == JOB_INTERRUPTED;
    return kind && kind->step && stopped && row->undone_by == 0;
}

bool job_stranded(const struct jobs *jobs, const struct job_record *row)
{
    return !job_ended(row->state) && row->runner == jobs->runner;
}

/* What is not known of it is how it failed: only that it was the store. */
static void strand(struct job *job)
{
    job->state = JOB_INTERRUPTED;
    job->why = STATUS_IO;
    diagnosis_set(&job->diagnosis, STAGE_STORE, CAUSE_STORE, "", 0, NULL);
}

struct job job_of_row(const struct jobs *jobs, struct arena *arena, const struct job_record *row,
                      const struct job_work *work)
{
    struct job job = {
        .id = row->id,
        .state = (enum job_state)row->state,
        .kind = arena_sv(arena, row->kind),
        .what = arena_sv(arena, row->what),
        .folder = arena_sv(arena, row->folder),
        .target = arena_sv(arena, row->target),
        .memo = arena_sv(arena, row->memo),
        .parts = row->parts,
        .total = row->total,
        .done = row->done,
        .count = row->count,
        .gone = row->gone,
        .left = row->done > row->count + row->gone ? row->done - row->count - row->gone : 0,
        .made = row->made,
        .changed = row->changed,
        .left_s = -1,
        .undoes = row->undoes,
        .undone_by = row->undone_by,
        .resumable = is_resumable(jobs, row),
        .undoable = is_undoable(jobs, row),
        .told = row->told,
        .why = (enum status)row->why};
    if (work && !job_ended(row->state)) {
        job.cancelling = work->cancel;
        job.troubled = work->troubled;
        job.left_s = time_left(work);
    }
    if (work && work->diagnosis.cause != CAUSE_NONE)
        job.diagnosis = work->diagnosis;
    else if (row->cause > CAUSE_NONE && row->cause < CAUSE_COUNT)
        diagnosis_set(&job.diagnosis, STAGE_COMMAND, (enum cause)row->cause, "", 0,
                      arena_cstr(arena, row->detail));
    if (!work && job_stranded(jobs, row))
        strand(&job);
    return job;
}

struct job_work *job_work_find(const struct jobs *jobs, struct sv user, int64_t id)
{
    struct job_work *found = NULL;
    for (struct job_work *w = jobs->first; w; w = w->next) {
        if (w->row.id != id || !sv_eq(w->row.user, user))
            continue;
        if (!job_ended(w->row.state))
            return w;
        found = found ? found : w; /* of a run before, which the gate may hold still */
    }
    return found;
}

static bool find_here(struct jobs *jobs, struct sv user, int64_t id, struct arena *arena,
                      struct job *out)
{
    pthread_mutex_lock(&jobs->lock);
    const struct job_work *work = job_work_find(jobs, user, id);
    if (work)
        *out = job_of_row(jobs, arena, &work->row, work);
    pthread_mutex_unlock(&jobs->lock);
    return work != NULL;
}

enum status job_find(struct jobs *jobs, struct sv user, int64_t id, struct arena *arena,
                     struct job *out)
{
    struct job_record row;
    if (find_here(jobs, user, id, arena, out) && !job_ended((int)out->state))
        return STATUS_OK;
    enum status st = store_job_get(jobs->store, user, id, arena, &row);
    if (st == STATUS_OK)
        *out = job_of_row(jobs, arena, &row, NULL);
    return st;
}

enum status job_list(struct jobs *jobs, struct sv user, struct arena *arena, struct job **out,
                     size_t *count)
{
    struct job_record *rows;
    size_t n;
    enum status st = store_job_list(jobs->store, user, arena, &rows, &n);
    if (st != STATUS_OK)
        return st;
    struct job *list = arena_array(arena, n + 1, sizeof *list);
    for (size_t i = 0; i < n; i++) {
        if (find_here(jobs, user, rows[i].id, arena, &list[i]))
            continue;
        if (job_stranded(jobs, &rows[i])) /* or it has ended since the rows were read */
            (void)!store_job_get(jobs->store, user, rows[i].id, arena, &rows[i]);
        list[i] = job_of_row(jobs, arena, &rows[i], NULL);
    }
    *out = list;
    *count = n;
    return STATUS_OK;
}

size_t job_running(struct jobs *jobs, struct sv user, struct arena *arena, struct job **out)
{
    struct job *list = arena_array(arena, JOBS_RUNNING, sizeof *list);
    size_t n = 0;
    pthread_mutex_lock(&jobs->lock);
    for (const struct job_work *w = jobs->first; w && n < JOBS_RUNNING; w = w->next)
        if (!job_ended(w->row.state) && sv_eq(w->row.user, user))
            list[n++] = job_of_row(jobs, arena, &w->row, w);
    pthread_mutex_unlock(&jobs->lock);
    *out = list;
    return n;
}

bool job_news(struct jobs *jobs, struct sv user, struct arena *arena, struct job *out)
{
    const struct job_work *found = NULL;
    pthread_mutex_lock(&jobs->lock);
    for (const struct job_work *w = jobs->first; w && !found; w = w->next)
        if (job_ended(w->row.state) && !w->row.told && sv_eq(w->row.user, user))
            found = w;
    if (found)
        *out = job_of_row(jobs, arena, &found->row, found);
    pthread_mutex_unlock(&jobs->lock);
    if (found)
        job_told(jobs, user, out->id);
    return found != NULL;
}

enum status job_wait(struct jobs *jobs, struct sv user, int64_t id, struct deadline deadline)
{
    struct timespec until = deadline_timespec(deadline);
    const struct job_work *work;
    int waited = 0;
    pthread_mutex_lock(&jobs->lock);
    while ((work = job_work_find(jobs, user, id)) && !job_ended(work->row.state) && waited == 0)
        waited = pthread_cond_timedwait(&jobs->ended, &jobs->lock, &until);
    bool over = !work || job_ended(work->row.state);
    pthread_mutex_unlock(&jobs->lock);
    return over ? STATUS_OK : STATUS_TIMEOUT;
}
