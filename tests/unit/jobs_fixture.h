/* jobs_fixture.h — the jobs of a table of sessions, with somebody signed in and no gate: for tests
 * of what stands in the store. */
#ifndef VM_JOBS_FIXTURE_H
#define VM_JOBS_FIXTURE_H

#include "job.h"
#include "session_fixture.h"

struct jobs_fixture {
    struct session_fixture base;
    struct session *session; /* of user "u" */
    struct jobs *jobs;
};

/* Behind session_fixture_open(). */
static inline void jobs_fixture_start(struct jobs_fixture *f, const struct job_kind *const *kinds)
{
    f->session = session_fixture_enter(&f->base, SV("u"), 1);
    f->jobs = jobs_new(f->base.kept.store, NULL, kinds);
}

static inline bool jobs_fixture_open(struct jobs_fixture *f, const struct job_kind *const *kinds)
{
    if (!session_fixture_open(&f->base))
        return false;
    jobs_fixture_start(f, kinds);
    return true;
}

static inline void jobs_fixture_close(struct jobs_fixture *f)
{
    jobs_free(&f->jobs);
    session_release(&f->session);
    session_fixture_close(&f->base);
}

/* For cmocka, where *state is nothing but the fixture: a file's own set_up is one line. */
static inline int jobs_fixture_set_up(void **state, const struct job_kind *const *kinds)
{
    struct jobs_fixture *f = calloc(1, sizeof *f);
    *state = f;
    return jobs_fixture_open(f, kinds) ? 0 : -1;
}

static inline int jobs_fixture_tear_down(void **state)
{
    jobs_fixture_close(*state);
    free(*state);
    return 0;
}

#endif
