#include "job_own.h"

#include <string.h>

#include "job_inside.h"
#include "log.h"

struct job_own {
    struct job_work *work;
    int64_t saved; /* clock_ms() */
    bool failed;   /* the store, and that has been logged */
};

/* Lock held. */
static bool runs_already(const struct jobs *jobs, struct sv user, const char *kind)
{
    for (const struct job_work *w = jobs->first; w; w = w->next)
        if (strcmp(w->kind->name, kind) == 0 && !job_ended(w->row.state) &&
            sv_eq(w->row.user, user))
            return true;
    return false;
}

/* The row was not to be: it goes as one that has ended and was told. */
static void take_back(struct job_work *work)
{
    work->row.state = JOB_CANCELLED;
    work->row.told = true;
    if (job_work_save(work, SV("")) != STATUS_OK)
        log_event(LOG_LEVEL_WARNING, "job-not-kept", "code=%s", diagnosis_code(CAUSE_STORE));
    job_work_free(work);
}

enum status job_own_begin(struct jobs *jobs, struct session *session, const struct job_order *order,
                          struct job_own **out)
{
    struct job_work *work;
    struct sv user = session_user(session);
    pthread_mutex_lock(&jobs->lock);
    bool second = runs_already(jobs, user, order->kind);
    pthread_mutex_unlock(&jobs->lock);
    if (second)
        return STATUS_EXISTS;
    enum status st = job_work_open(jobs, session, order, job_fresh_id(jobs), &work);
    if (st != STATUS_OK)
        return st;
    work->held = true;
    work->row.state = JOB_RUNNING;
    work->began_ms = clock_ms();
    pthread_mutex_lock(&jobs->lock);
    second = runs_already(jobs, user, order->kind); /* begun meanwhile */
    if (!second)
        job_work_list(work);
    pthread_mutex_unlock(&jobs->lock);
    if (second) {
        take_back(work);
        return STATUS_EXISTS;
    }
    struct job_own *own = calloc(1, sizeof *own);
    if (!own)
        abort();
    own->work = work;
    own->saved = clock_ms();
    *out = own;
    return STATUS_OK;
}

bool job_own_due(const struct job_own *own)
{
    return clock_ms() - own->saved >= JOB_OWN_SAVE_MS;
}

/* The numbers are for the pages of this process at any time; the rest goes with what is written. */
static void note(struct job_work *work, const struct job_own_state *now, bool write, bool part)
{
    work->row.total = now->total;
    work->row.done = now->done;
    work->row.count = now->count;
    work->row.gone = now->gone;
    if (!write)
        return;
    if (now->memo.n <= JOB_MEMO_MAX)
        job_work_memo(work, now->memo);
    work->row.parts += part;
    work->row.changed = clock_wall();
}

static void save(struct job_own *own, struct sv part)
{
    enum status st = job_work_save(own->work, part);
    own->saved = clock_ms();
    if (st != STATUS_OK && !own->failed)
        log_event(LOG_LEVEL_WARNING, "job-not-kept", "job=%lld status=%s",
                  (long long)own->work->row.id, status_name(st));
    own->failed = st != STATUS_OK;
}

enum status job_own_moved(struct job_own *own, const struct job_own_state *now, struct sv part,
                          bool keep)
{
    struct job_work *work = own->work;
    bool write = keep || part.n > 0 || job_own_due(own);
    pthread_mutex_lock(&work->jobs->lock);
    note(work, now, write, part.n > 0);
    bool cancelled = work->cancel;
    pthread_mutex_unlock(&work->jobs->lock);
    if (write)
        save(own, part);
    return cancelled ? STATUS_CANCELLED : STATUS_OK;
}

void job_own_end(struct job_own **own, const struct job_own_state *now, struct sv part,
                 enum status why, const struct diagnosis *diagnosis)
{
    struct job_work *work = (*own)->work;
    struct jobs *jobs = work->jobs;
    pthread_mutex_lock(&jobs->lock);
    note(work, now, true, part.n > 0);
    work->row.state = why == STATUS_OK                          ? JOB_DONE
                      : why == STATUS_CANCELLED && work->cancel ? JOB_CANCELLED
                                                                : JOB_FAILED;
    work->row.why = (int)why;
    work->diagnosis = diagnosis ? *diagnosis : (struct diagnosis){0};
    work->row.cause = (int)work->diagnosis.cause;
    work->row.detail = sv_of(work->diagnosis.detail);
    pthread_mutex_unlock(&jobs->lock);
    save(*own, part);
    job_work_end(work);
    job_work_release(work);
    free(*own);
    *own = NULL;
}
