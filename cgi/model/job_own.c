#include "job_own.h"

#include "job_inside.h"
#include "log.h"

struct job_own {
    struct job_work *work;
    int64_t saved; /* clock_ms() */
    bool failed;   /* the store, and that has been logged */
};

enum status job_own_begin(struct jobs *jobs, struct session *session, const struct job_order *order,
                          struct job_own **out)
{
    struct job_work *work;
    enum status st = job_work_open(jobs, session, order, job_fresh_id(jobs), &work);
    if (st != STATUS_OK)
        return st;
    pthread_mutex_lock(&jobs->lock);
    work->row.state = JOB_RUNNING;
    work->began_ms = clock_ms();
    pthread_mutex_unlock(&jobs->lock);
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
