#include "job_words.h"

#include "flash.h"
#include "folder_list.h"
#include "import_words.h"
#include "job_act.h"
#include "tag_list.h"

enum { MINUTE_S = 60, HOUR_S = 3600, FOLLOW_MS = 1000 };

static struct sv number(struct page *page, uint64_t n)
{
    return locale_number(page->locale, page->arena, n);
}

static struct sv label_of(struct page *page, const struct folders *folders, struct sv name)
{
    const struct folder *folder = folders ? folder_find(folders, name) : NULL;
    return folder ? folder_label(page, folder, true) : name;
}

/* A folder, or what the job puts on messages. */
static struct sv target_label(struct page *page, const struct folders *folders,
                              const struct job *job)
{
    bool tags = sv_eq(job->what, SV("tag")) || sv_eq(job->what, SV("untag"));
    return tags ? tag_list_label(page, job->target) : label_of(page, folders, job->target);
}

/* An undoing whose messages stand elsewhere than before is called like any other. */
static struct sv word_of(const struct job *job)
{
    return sv_eq(job->what, SV(JOB_ACT_ABOVE)) ? SV(JOB_ACT_BACK) : job->what;
}

/* Back to several folders, or from there: the names would be many. */
static bool is_across(const struct job *job)
{
    bool back = sv_eq(word_of(job), SV(JOB_ACT_BACK));
    return job->folder.n == 0 || (back && job->target.n == 0);
}

struct diagnosis job_diagnosis(struct page *page, const struct job *job)
{
    struct diagnosis d = job->diagnosis;
    if (d.host[0] || d.cause == CAUSE_NONE || d.cause == CAUSE_STORE)
        return d;
    diagnosis_set(&d, STAGE_COMMAND, job->diagnosis.cause,
                  arena_cstr(page->arena, session_server(page->session, page->arena)), 0,
                  job->diagnosis.detail);
    return d;
}

/* Why it stands still, or left some as they were. */
static struct sv cause_of(struct page *page, const struct job *job)
{
    const struct diagnosis d = job_diagnosis(page, job);
    return page_words(page, job->why, &d).cause;
}

struct sv job_title(struct page *page, const struct folders *folders, const struct job *job)
{
    if (import_is(job))
        return import_title(page, folders, job);
    struct sv key = arena_printf(page->arena, "job.%s.%.*s", is_across(job) ? "across" : "what",
                                 SV_ARG(word_of(job)));
    return locale_format(page->locale, page->arena, key.p, label_of(page, folders, job->folder),
                         target_label(page, folders, job));
}

/* ---- how far ---- */

struct sv job_time_left(struct page *page, int64_t seconds)
{
    if (seconds < MINUTE_S)
        return locale_text(page->locale, "job.left_soon");
    if (seconds < HOUR_S)
        return locale_plural(page->locale, page->arena, "job.left_minutes",
                             (uint64_t)(seconds + MINUTE_S - 1) / MINUTE_S);
    return locale_plural(page->locale, page->arena, "job.left_hours",
                         (uint64_t)(seconds + HOUR_S / 2) / HOUR_S);
}

static struct sv running(struct page *page, const struct job *job)
{
    if (job->cancelling)
        return locale_text(page->locale, "job.cancelling");
    if (job->troubled)
        return locale_format(page->locale, page->arena, "job.troubled", cause_of(page, job));
    if (job->state == JOB_WAITING || job->total == 0)
        return locale_text(page->locale, "job.waiting");
    struct sv done = locale_format(page->locale, page->arena, "job.done_of",
                                   number(page, job->done), number(page, job->total));
    if (job->left_s < 0)
        return done;
    return arena_printf(page->arena, "%.*s · %.*s", SV_ARG(done),
                        SV_ARG(job_time_left(page, job->left_s)));
}

struct sv job_progress(struct page *page, const struct job *job)
{
    if (import_is(job))
        return import_progress(page, job);
    switch (job->state) {
    case JOB_WAITING:
    case JOB_RUNNING:
        return running(page, job);
    case JOB_INTERRUPTED:
        return locale_format(page->locale, page->arena, "job.interrupted", number(page, job->done),
                             number(page, job->total));
    case JOB_DONE:
        return locale_text(page->locale, "job.done");
    case JOB_CANCELLED:
        return locale_format(page->locale, page->arena, "job.cancelled", number(page, job->done),
                             number(page, job->total));
    case JOB_FAILED:
        return locale_format(page->locale, page->arena, "job.failed", number(page, job->done),
                             number(page, job->total));
    }
    return SV("");
}

int64_t job_percent(const struct job *job)
{
    if (job->state == JOB_DONE)
        return 100;
    if (job->total == 0)
        return 0;
    uint64_t done = job->done < job->total ? job->done : job->total;
    return (int64_t)((double)done / (double)job->total * 100);
}

/* ---- what has come of it ---- */

static struct sv counted(struct page *page, const struct folders *folders, const struct job *job)
{
    bool several = job->target.n == 0 && sv_eq(word_of(job), SV(JOB_ACT_BACK));
    struct sv own = arena_printf(page->arena, "job.result.%.*s%s", SV_ARG(word_of(job)),
                                 several ? "_across" : "");
    struct sv shared = arena_printf(page->arena, "flash.%.*s", SV_ARG(word_of(job)));
    bool has = locale_has(page->locale, arena_printf(page->arena, "%s.other", own.p).p);
    return locale_plural_of(page->locale, page->arena, has ? own.p : shared.p, job->count,
                            target_label(page, folders, job));
}

static struct sv with(struct page *page, struct sv sentence, struct sv more)
{
    return arena_printf(page->arena, "%.*s. %.*s", SV_ARG(sentence), SV_ARG(more));
}

static struct sv left_behind(struct page *page, const struct job *job)
{
    return locale_plural_of(page->locale, page->arena, "flash.left", job->left,
                            cause_of(page, job));
}

struct sv job_result(struct page *page, const struct folders *folders, const struct job *job)
{
    bool bad = job->state == JOB_FAILED || job->state == JOB_INTERRUPTED;
    if (import_is(job))
        return import_result(page, job);
    bool left = !bad && job->left > 0 && job->why != STATUS_OK;
    struct sv of_left = left ? left_behind(page, job) : SV("");
    if (job->count == 0 && job->state == JOB_DONE && left)
        return of_left;
    if (job->count == 0 && job->state == JOB_DONE)
        return locale_text(page->locale, job->gone > 0 ? "flash.gone" : "job.nothing");
    struct sv text = job->count > 0 ? counted(page, folders, job) : job_title(page, folders, job);
    if (job->gone > 0)
        text = with(page, text, locale_plural(page->locale, page->arena, "job.gone", job->gone));
    if (left)
        text = with(page, text, of_left);
    if (sv_eq(job->what, SV(JOB_ACT_ABOVE)))
        text = with(page, text, locale_text(page->locale, "job.above"));
    if (job->state == JOB_CANCELLED || bad)
        text = with(page, text, job_progress(page, job));
    if (bad && job->diagnosis.cause != CAUSE_NONE)
        text = arena_printf(page->arena, "%.*s %.*s", SV_ARG(text), SV_ARG(cause_of(page, job)));
    return text;
}

static bool is_full(const struct job *job)
{
    return (job->state == JOB_FAILED || job->state == JOB_INTERRUPTED) && job->why == STATUS_QUOTA;
}

bool job_way(struct page *page, const struct job *job, struct sv *url, struct sv *label)
{
    if (is_full(job)) {
        *url = SV("/space");
        *label = locale_text(page->locale, "space.title");
        return true;
    }
    if (!sv_eq(job->what, SV(JOB_ACT_ABOVE)) || job->target.n == 0)
        return false;
    const struct place by_date = {
        .folder = job->target, .sorting = {IMAP_ORDER_DATE, true}, .page = 1};
    *url = place_url(page->arena, "/mail", &by_date);
    *label = locale_text(page->locale, "job.by_date");
    return true;
}

static void set_flash(struct page *page, struct sv text, const struct job *job, bool bad)
{
    struct sv url = SV(""), way = SV("");
    (void)job_way(page, job, &url, &way);
    flash_set_way(page, text, job_undo_token(page, job), bad, url, way);
}

struct sv job_url(struct page *page, int64_t id)
{
    return arena_printf(page->arena, "/job?id=%lld", (long long)id);
}

/* ---- undoing ---- */

static const char TOKEN[] = "job.";

struct sv job_undo_token(struct page *page, const struct job *job)
{
    return job->undoable ? arena_printf(page->arena, "%s%lld", TOKEN, (long long)job->id) : SV("");
}

enum status job_undo_read(struct sv token, int64_t *id)
{
    uint64_t number;
    struct sv rest = sv_slice(token, sizeof TOKEN - 1, token.n);
    if (!sv_starts(token, sv_of(TOKEN)) || sv_to_u64(rest, INT64_MAX, &number) != STATUS_OK)
        return STATUS_INVALID;
    *id = (int64_t)number;
    return STATUS_OK;
}

/* ---- on every page ---- */

void job_strip_put(struct page *page, const struct folders *folders)
{
    struct node root = view_root(page_view(page));
    struct job *jobs, news;
    size_t n = job_running(page->app->jobs, session_user(page->session), page->arena, &jobs);
    for (size_t i = 0; i < n; i++) {
        struct node item = node_item(root, "Jobs", i);
        node_put(item, "id", arena_printf(page->arena, "%lld", (long long)jobs[i].id));
        node_put(item, "url", job_url(page, jobs[i].id));
        node_put(item, "title", job_title(page, folders, &jobs[i]));
        node_put(item, "progress", job_progress(page, &jobs[i]));
        node_put_number(item, "percent", job_percent(&jobs[i]));
    }
    if (request_by_itself(page->request) || flash_waits(page) ||
        !job_news(page->app->jobs, session_user(page->session), page->arena, &news))
        return;
    set_flash(page, job_result(page, folders, &news), &news,
              news.state == JOB_FAILED || news.state == JOB_INTERRUPTED);
}

/* ---- after a form ---- */

enum status job_follow(struct page *page, const struct folders *folders, int64_t id, struct sv way)
{
    struct job job;
    struct sv user = session_user(page->session);
    struct deadline soon = deadline_min(page->deadline, deadline_in(FOLLOW_MS));
    session_connection_give(page->session, &page->imap); /* the job may well use it */
    bool over = job_wait(page->app->jobs, user, id, soon) == STATUS_OK;
    enum status st = job_find(page->app->jobs, user, id, page->arena, &job);
    if (st != STATUS_OK)
        return st;
    if (!over) {
        flash_set(page, job_title(page, folders, &job), SV(""), false);
        return page_redirect(page, way);
    }
    job_told(page->app->jobs, user, id);
    bool bad = job.state == JOB_FAILED || job.state == JOB_INTERRUPTED;
    if (bad)
        return page_redirect(page, job_url(page, id));
    set_flash(page, job_result(page, folders, &job), &job, false);
    return page_redirect(page, way);
}

enum status job_take_back(struct page *page, int64_t id, struct sv way)
{
    struct imap *imap;
    struct folders folders;
    struct sv trash = SV("");
    int64_t by;
    struct imap_call call = page_call(page);
    enum status st = folder_list_load(page, SV(""), &imap, &folders);
    if (st == STATUS_OK)
        st = folder_ensure(imap, &call, &folders, IMAP_USE_TRASH, &trash);
    if (st == STATUS_OK)
        st = job_undo(page->app->jobs, page->session, id, trash, &by);
    if (st == STATUS_NOT_FOUND || st == STATUS_EXISTS || st == STATUS_UNAVAILABLE) {
        const char *key = st == STATUS_UNAVAILABLE ? "job.too_many" : "flash.undo_late";
        flash_set(page, locale_text(page->locale, key), SV(""), true);
        return page_redirect(page, way.n > 0 ? way : job_url(page, id));
    }
    if (st != STATUS_OK)
        return st;
    return job_follow(page, &folders, by, way.n > 0 ? way : job_url(page, by));
}
