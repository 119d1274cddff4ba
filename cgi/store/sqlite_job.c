#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "clock.h"
#include "sqlite.h"

enum { PLAN = -1 /* the part that holds it */, WORK_BUDGET = 8 * 1024 * 1024, SEALED_MORE = 128 };
static const char PART[] = "job_part.text";

/* ---- rows ---- */

static struct job_record read_row(sqlite3_stmt *q, struct arena *arena)
{
    return (struct job_record){.id = sqlite3_column_int64(q, 0),
                               .user = store_column(q, 1, arena),
                               .kind = store_column(q, 2, arena),
                               .what = store_column(q, 3, arena),
                               .folder = store_column(q, 4, arena),
                               .target = store_column(q, 5, arena),
                               .memo = store_column(q, 6, arena),
                               .state = sqlite3_column_int(q, 7),
                               .why = sqlite3_column_int(q, 8),
                               .public = sqlite3_column_int(q, 9) != 0,
                               .told = sqlite3_column_int(q, 10) != 0,
                               .made = sqlite3_column_int64(q, 11),
                               .changed = sqlite3_column_int64(q, 12),
                               .runner = sqlite3_column_int64(q, 13),
                               .undoes = sqlite3_column_int64(q, 14),
                               .undone_by = sqlite3_column_int64(q, 15),
                               .total = (uint64_t)sqlite3_column_int64(q, 16),
                               .done = (uint64_t)sqlite3_column_int64(q, 17),
                               .count = (uint64_t)sqlite3_column_int64(q, 18),
                               .gone = (uint64_t)sqlite3_column_int64(q, 19),
                               .parts = (uint64_t)sqlite3_column_int64(q, 20),
                               .detail = store_column(q, 21, arena),
                               .cause = sqlite3_column_int(q, 22)};
}

/* ---- what is sealed ---- */

static struct sv row_of(struct arena *arena, int64_t id)
{
    return arena_printf(arena, "%lld", (long long)id);
}

/* The names of folders and rules, how far it has come, the server's words. */
struct sealed_column {
    const char *name;
    struct sv *text;
};
enum { SEALED_COLUMNS = 4 };
static void columns_of(struct job_record *job, struct sealed_column out[SEALED_COLUMNS])
{
    const struct sealed_column all[SEALED_COLUMNS] = {{"job.folder", &job->folder},
                                                      {"job.target", &job->target},
                                                      {"job.memo", &job->memo},
                                                      {"job.detail", &job->detail}};
    memcpy(out, all, sizeof all);
}

static enum status close_row(struct store *store, struct arena *arena, struct job_record *job)
{
    struct sealed_column columns[SEALED_COLUMNS];
    enum status st = STATUS_OK;
    columns_of(job, columns);
    for (int i = 0; st == STATUS_OK && i < SEALED_COLUMNS; i++)
        st = store_close_text(store, arena, columns[i].name, row_of(arena, job->id),
                              *columns[i].text, columns[i].text);
    return st;
}

/* STATUS_NOT_FOUND for one that was sealed under another key. */
static enum status open_row(struct store *store, struct arena *arena, struct job_record *job)
{
    struct sealed_column columns[SEALED_COLUMNS];
    enum status st = STATUS_OK;
    columns_of(job, columns);
    for (int i = 0; st == STATUS_OK && i < SEALED_COLUMNS; i++)
        st = store_open_text(store, arena, columns[i].name, row_of(arena, job->id),
                             *columns[i].text, columns[i].text);
    return st == STATUS_DENIED ? STATUS_NOT_FOUND : st;
}

static struct sv part_row(struct arena *arena, int64_t id, int64_t number)
{
    return arena_printf(arena, "%lld %lld", (long long)id, (long long)number);
}

/* The five numbers, from this index on. */
static void bind_numbers(sqlite3_stmt *q, int index, const struct job_record *job)
{
    const uint64_t numbers[] = {job->total, job->done, job->count, job->gone, job->parts};
    for (int i = 0; i < 5; i++)
        sqlite3_bind_int64(q, index + i, (sqlite3_int64)numbers[i]);
}

static enum status put_row(struct store *store, const struct job_record *job)
{
    sqlite3_stmt *q = store_begin(store, JOB_PUT);
    const struct sv texts[] = {job->user, job->kind, job->what};
    const struct sv blobs[] = {job->folder, job->target, job->memo};
    sqlite3_bind_int64(q, 1, job->id);
    for (int i = 0; i < 3; i++) {
        store_bind_text(q, 2 + i, texts[i]);
        store_bind_blob(q, 5 + i, blobs[i].p, blobs[i].n);
    }
    sqlite3_bind_int(q, 8, job->state);
    sqlite3_bind_int(q, 9, job->why);
    sqlite3_bind_int(q, 10, job->public);
    sqlite3_bind_int(q, 11, job->told);
    sqlite3_bind_int64(q, 12, job->made);
    sqlite3_bind_int64(q, 13, job->changed);
    sqlite3_bind_int64(q, 14, job->runner);
    sqlite3_bind_int64(q, 15, job->undoes);
    sqlite3_bind_int64(q, 16, job->undone_by);
    bind_numbers(q, 17, job);
    store_bind_blob(q, 22, job->detail.p, job->detail.n);
    sqlite3_bind_int(q, 23, job->cause);
    int code = sqlite3_step(q);
    enum status st = code == SQLITE_DONE         ? STATUS_OK
                     : code == SQLITE_CONSTRAINT ? STATUS_EXISTS
                                                 : store_failed(store, "keeping a job");
    store_end(store, q);
    return st;
}

enum status store_job_put(struct store *store, const struct job_record *job)
{
    struct arena *arena = arena_new(WORK_BUDGET);
    struct job_record sealed = *job;
    enum status st = close_row(store, arena, &sealed);
    if (st == STATUS_OK)
        st = put_row(store, &sealed);
    arena_free(&arena);
    return st;
}

enum status store_job_get(struct store *store, struct sv user, int64_t id, struct arena *arena,
                          struct job_record *out)
{
    sqlite3_stmt *q = store_begin(store, JOB_GET);
    store_bind_text(q, 1, user);
    sqlite3_bind_int64(q, 2, id);
    int code = sqlite3_step(q);
    enum status st = STATUS_OK;
    struct job_record job;
    if (code == SQLITE_ROW)
        job = read_row(q, arena);
    else
        st = code == SQLITE_DONE ? STATUS_NOT_FOUND : store_failed(store, "reading a job");
    store_end(store, q);
    if (st == STATUS_OK)
        st = open_row(store, arena, &job);
    if (st == STATUS_OK)
        *out = job;
    return st;
}

enum status store_job_list(struct store *store, struct sv user, struct arena *arena,
                           struct job_record **out, size_t *count)
{
    struct job_record *list = arena_array(arena, STORE_JOBS_MAX, sizeof *list);
    size_t rows = 0, n = 0;
    int code;
    sqlite3_stmt *q = store_begin(store, JOB_LIST);
    store_bind_text(q, 1, user);
    sqlite3_bind_int(q, 2, STORE_JOBS_MAX);
    sqlite3_bind_int(q, 3, STORE_JOB_MEMO_LISTED + SEALED_MORE);
    while ((code = sqlite3_step(q)) == SQLITE_ROW && rows < STORE_JOBS_MAX)
        list[rows++] = read_row(q, arena);
    enum status st = code == SQLITE_DONE ? STATUS_OK : store_failed(store, "listing jobs");
    store_end(store, q);
    for (size_t i = 0; st == STATUS_OK && i < rows; i++) {
        if (open_row(store, arena, &list[i]) != STATUS_OK)
            continue;
        if (list[i].memo.n > STORE_JOB_MEMO_LISTED)
            list[i].memo = SV("");
        list[n++] = list[i];
    }
    if (st == STATUS_OK) {
        *out = list;
        *count = n;
    }
    return st;
}

enum status store_job_claim(struct store *store, const struct job_record *job, int64_t seen,
                            int state)
{
    sqlite3_stmt *q = store_begin(store, JOB_CLAIM);
    store_bind_text(q, 1, job->user);
    sqlite3_bind_int64(q, 2, job->id);
    sqlite3_bind_int(q, 3, job->state);
    sqlite3_bind_int64(q, 4, job->runner);
    sqlite3_bind_int(q, 5, state);
    sqlite3_bind_int64(q, 6, clock_wall());
    sqlite3_bind_int64(q, 7, seen);
    return store_run_if(store, q, STATUS_CHANGED, "claiming a job");
}

/* Lock held. */
static enum status put_part(struct store *store, int64_t id, int64_t number, struct sv part)
{
    sqlite3_stmt *q = store->queries[JOB_PART_PUT];
    sqlite3_bind_int64(q, 1, id);
    sqlite3_bind_int64(q, 2, number);
    store_bind_blob(q, 3, part.p, part.n);
    return store_step_if(store, q, STATUS_IO, "keeping a part of a job");
}

static enum status save(struct store *store, const struct job_record *job, struct sv part)
{
    enum status st = store_transaction_begin(store);
    if (st != STATUS_OK)
        return st;
    sqlite3_stmt *q = store->queries[JOB_SAVE];
    store_bind_text(q, 1, job->user);
    sqlite3_bind_int64(q, 2, job->id);
    sqlite3_bind_int64(q, 3, job->runner);
    sqlite3_bind_int(q, 4, job->state);
    sqlite3_bind_int(q, 5, job->why);
    sqlite3_bind_int(q, 6, job->told);
    store_bind_blob(q, 7, job->memo.p, job->memo.n);
    bind_numbers(q, 8, job);
    store_bind_blob(q, 13, job->detail.p, job->detail.n);
    sqlite3_bind_int(q, 14, job->cause);
    sqlite3_bind_int64(q, 15, clock_wall());
    store_bind_text(q, 16, job->what);
    st = store_step_if(store, q, STATUS_CHANGED, "keeping how far a job is");
    if (st == STATUS_OK && part.n > 0)
        st = put_part(store, job->id, (int64_t)job->parts - 1, part);
    return store_transaction_end(store, st);
}

enum status store_job_save(struct store *store, const struct job_record *job, struct sv part)
{
    struct arena *arena = arena_new(WORK_BUDGET);
    struct job_record sealed = *job;
    struct sv row = part_row(arena, job->id, (int64_t)job->parts - 1);
    enum status st = close_row(store, arena, &sealed);
    if (st == STATUS_OK)
        st = store_close_text(store, arena, PART, row, part, &part);
    if (st == STATUS_OK)
        st = save(store, &sealed, part);
    arena_free(&arena);
    return st;
}

enum status store_job_told(struct store *store, struct sv user, int64_t id)
{
    sqlite3_stmt *q = store_begin(store, JOB_TOLD);
    store_bind_text(q, 1, user);
    sqlite3_bind_int64(q, 2, id);
    return store_run(store, q, "noting that a job was told");
}

enum status store_job_undone(struct store *store, struct sv user, int64_t id, int64_t by)
{
    sqlite3_stmt *q = store_begin(store, JOB_UNDONE);
    store_bind_text(q, 1, user);
    sqlite3_bind_int64(q, 2, id);
    sqlite3_bind_int64(q, 3, by);
    return store_run_if(store, q, STATUS_EXISTS, "noting that a job is undone");
}

static enum status get_part(struct store *store, int64_t id, int64_t number, struct arena *arena,
                            struct sv *out)
{
    sqlite3_stmt *q = store_begin(store, JOB_PART_GET);
    sqlite3_bind_int64(q, 1, id);
    sqlite3_bind_int64(q, 2, number);
    int code = sqlite3_step(q);
    enum status st = STATUS_OK;
    struct sv sealed = SV("");
    if (code == SQLITE_ROW)
        sealed = store_column(q, 0, arena);
    else
        st = code == SQLITE_DONE ? STATUS_NOT_FOUND : store_failed(store, "reading a job's part");
    store_end(store, q);
    if (st == STATUS_OK)
        st = store_open_text(store, arena, PART, part_row(arena, id, number), sealed, out);
    return st == STATUS_DENIED ? STATUS_NOT_FOUND : st;
}

enum status store_job_part(struct store *store, int64_t id, uint64_t number, struct arena *arena,
                           struct sv *out)
{
    return number > INT64_MAX ? STATUS_NOT_FOUND : get_part(store, id, (int64_t)number, arena, out);
}

enum status store_job_plan_put(struct store *store, int64_t id, struct sv plan)
{
    struct arena *arena = arena_new(WORK_BUDGET);
    enum status st = store_close_text(store, arena, PART, part_row(arena, id, PLAN), plan, &plan);
    if (st == STATUS_OK)
        st = store_transaction_begin(store);
    if (st == STATUS_OK)
        st = store_transaction_end(store, put_part(store, id, PLAN, plan));
    arena_free(&arena);
    return st;
}

enum status store_job_plan_get(struct store *store, int64_t id, struct arena *arena, struct sv *out)
{
    return get_part(store, id, PLAN, arena, out);
}

/* ---- forgetting ---- */

/* Runs what is bound, then takes the parts of jobs that are no more. */
static enum status forget(struct store *store, sqlite3_stmt *q)
{
    enum status st = store_run(store, q, "forgetting jobs");
    if (st != STATUS_OK)
        return st;
    return store_run(store, store_begin(store, JOB_PARTS_SWEEP), "forgetting parts of jobs");
}

enum status store_job_trim(struct store *store, struct sv user, unsigned states, size_t keep)
{
    sqlite3_stmt *q = store_begin(store, JOB_TRIM);
    store_bind_text(q, 1, user);
    sqlite3_bind_int64(q, 2, states);
    sqlite3_bind_int64(q, 3, (sqlite3_int64)keep);
    return forget(store, q);
}

enum status store_job_sweep(struct store *store, int64_t before)
{
    sqlite3_stmt *q = store_begin(store, JOB_SWEEP);
    sqlite3_bind_int64(q, 1, before);
    return forget(store, q);
}

/* ---- who works on them ---- */

/* A lock of the kernel's goes with the process, however that ends. It is on a file of its own:
 * closing the database's would drop SQLite's locks. */
bool store_job_alone(struct store *store)
{
    char path[4096];
    struct sb name;
    pthread_mutex_lock(&store->lock);
    if (store->job_lock < 0) {
        sb_fixed(&name, path, sizeof path);
        sb_printf(&name, "%s-jobs", sqlite3_db_filename(store->db, "main"));
        int fd = name.over ? -1 : open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
            store->job_lock = fd;
        else if (fd >= 0)
            close(fd);
    }
    bool ours = store->job_lock >= 0;
    pthread_mutex_unlock(&store->lock);
    return ours;
}
