/* GET /job?id=…: one long work: how far it is, how long it takes, what has come of it; from=501: of
 * an import, the refused messages from that one on.
 * POST /job: act = cancel, continue, undo. */
#include "flash.h"
#include "folder_list.h"
#include "import_words.h"
#include "intake.h"
#include "job_words.h"
#include "pages.h"

enum { REFUSED_SHOWN = 500 }; /* on a page: all of them need not fit one (INTAKE_REFUSED_MAX) */

static enum status read_id(struct page *page, int64_t *id)
{
    uint64_t number;
    if (sv_to_u64(request_param(page->request, "id"), INT64_MAX, &number) != STATUS_OK)
        return STATUS_NOT_FOUND;
    *id = (int64_t)number;
    return STATUS_OK;
}

/* ---- showing ---- */

static void put_failure(struct page *page, const struct job *job)
{
    page->diagnosis = job_diagnosis(page, job);
    page_put_failure(page, job->why);
    page->diagnosis = (struct diagnosis){0};
}

static void put_counts(struct page *page, struct node node, const struct folders *folders,
                       const struct job *job, bool over)
{
    if (over && job->count > 0)
        node_put(node, "result",
                 job->state == JOB_DONE
                     ? job_result(page, folders, job)
                     : locale_plural(page->locale, page->arena, "job.treated", job->count));
    if (over && job->count == 0 && job->state == JOB_DONE)
        node_put(node, "result", job_result(page, folders, job));
    if (job->gone > 0 && !(over && job->state == JOB_DONE))
        node_put(node, "gone", locale_plural(page->locale, page->arena, "job.gone", job->gone));
}

static struct sv back_url(struct page *page, const struct folders *folders, const struct job *job)
{
    bool to_folder = job->folder.n == 0 && folder_find(folders, job->target);
    struct sv name = to_folder ? job->target : job->folder;
    return folder_url(page, name.n > 0 ? name : SV("INBOX"));
}

static struct sv refused_url(struct page *page, const struct job *job, uint64_t from)
{
    return arena_printf(page->arena, "%.*s&from=%llu#refused", SV_ARG(job_url(page, job->id)),
                        (unsigned long long)from);
}

static void put_refused(struct page *page, struct node node, const struct job *job)
{
    uint64_t from = 1;
    if (sv_to_u64(inputs_get(&page->request->query, "from"), INTAKE_REFUSED_MAX, &from) !=
            STATUS_OK ||
        from == 0)
        from = 1;
    from -= (from - 1) % REFUSED_SHOWN;
    uint64_t all = import_put_refused(page, node, job, (size_t)from - 1, REFUSED_SHOWN);
    uint64_t to = all - from < REFUSED_SHOWN ? all : from + REFUSED_SHOWN - 1;
    if (all <= REFUSED_SHOWN || from > all)
        return;
    node_put(node, "range",
             locale_format(page->locale, page->arena, "list.range",
                           locale_number(page->locale, page->arena, from),
                           locale_number(page->locale, page->arena, to)));
    if (from > 1)
        node_put(node, "prev_url", refused_url(page, job, from - REFUSED_SHOWN));
    if (to < all)
        node_put(node, "next_url", refused_url(page, job, to + 1));
}

static void put_import(struct page *page, struct node node, const struct job *job, bool runs)
{
    node_put_flag(node, "sends", runs);
    node_put(node, "file", intake_counts_of(page->arena, job).file);
    if (runs)
        return;
    node_put(node, "result", import_counts(page, job));
    node_put(node, "remedy", import_remedy(page, job));
    put_refused(page, node, job);
}

static void put_job(struct page *page, const struct folders *folders, const struct job *job)
{
    struct node node = node_child(view_root(page_view(page)), "Job");
    struct sv url, way;
    bool runs = job->state == JOB_WAITING || job->state == JOB_RUNNING;
    bool stopped = job->state == JOB_FAILED || job->state == JOB_INTERRUPTED;
    node_put(node, "id", arena_printf(page->arena, "%lld", (long long)job->id));
    node_put(node, "title", job_title(page, folders, job));
    node_put(node, "progress", job_progress(page, job));
    node_put_number(node, "percent", job_percent(job));
    node_put(node, "date", date_full(&page->dates, page->arena, job->made));
    if (import_is(job))
        put_import(page, node, job, runs);
    else
        put_counts(page, node, folders, job, !runs);
    node_put_flag(node, "runs", runs);
    node_put_flag(node, "cancellable",
                  (runs && !job->cancelling) || (job->state == JOB_INTERRUPTED && job->resumable));
    node_put_flag(node, "continuable", job->resumable);
    node_put_flag(node, "undoable", job->undoable);
    if (job->undone_by != 0)
        node_put(node, "undone_url", job_url(page, job->undone_by));
    if (!runs && !stopped && job_way(page, job, &url, &way)) {
        node_put(node, "way_url", url);
        node_put(node, "way", way);
    }
    node_put(node, "back_url", back_url(page, folders, job));
    if (stopped && !import_is(job) &&
        (job->diagnosis.cause != CAUSE_NONE || job->why != STATUS_CANCELLED))
        put_failure(page, job);
}

static enum status show(struct page *page, int64_t id)
{
    struct folders folders;
    struct imap *imap;
    struct job job;
    struct sv user = session_user(page->session);
    enum status st = job_find(page->app->jobs, user, id, page->arena, &job);
    if (st == STATUS_OK && !job.told && job.state != JOB_WAITING && job.state != JOB_RUNNING)
        job_told(page->app->jobs, user, id);
    if (st == STATUS_OK)
        st = page_imap(page, SV(""), &imap);
    if (st == STATUS_OK)
        st = folder_list_fill(page, imap, SV(""), &folders);
    if (st != STATUS_OK)
        return st;
    put_job(page, &folders, &job);
    folder_list_search(page, &folders, SV("INBOX"), SV(""));
    node_put(view_root(page_view(page)), "Page.title", job_title(page, &folders, &job));
    return page_render(page, 200, "job");
}

/* ---- doing ---- */

static enum status tell(struct page *page, int64_t id, const char *key)
{
    if (key)
        flash_set(page, locale_text(page->locale, key), SV(""), true);
    return page_redirect(page, job_url(page, id));
}

static enum status act(struct page *page, int64_t id)
{
    struct jobs *jobs = page->app->jobs;
    struct sv name = inputs_get(&page->request->form, "act");
    enum status st = STATUS_INVALID;
    if (sv_eq(name, SV("undo")))
        return job_take_back(page, id, SV(""));
    if (sv_eq(name, SV("cancel")))
        st = job_cancel(jobs, page->session, id);
    if (sv_eq(name, SV("continue")))
        st = job_continue(jobs, page->session, id);
    if (st == STATUS_NOT_FOUND || st == STATUS_CHANGED)
        return tell(page, id, "job.too_late");
    if (st == STATUS_UNAVAILABLE)
        return tell(page, id, "job.too_many");
    return st == STATUS_OK ? tell(page, id, NULL) : st;
}

enum status page_job(struct page *page)
{
    int64_t id;
    enum status st = read_id(page, &id);
    if (st != STATUS_OK)
        return st;
    return page->request->method == METHOD_POST ? act(page, id) : show(page, id);
}
