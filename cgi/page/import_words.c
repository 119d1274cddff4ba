#include "import_words.h"

#include "folder_list.h"
#include "intake.h"
#include "job_words.h"

enum { SENTENCE_MAX = 2000 };

bool import_is(const struct job *job)
{
    return sv_eq(job->kind, sv_of(intake_kind.name));
}

bool import_last(struct page *page, struct job *out)
{
    struct job *jobs;
    size_t n;
    struct sv user = session_user(page->session);
    if (job_list(page->app->jobs, user, page->arena, &jobs, &n) != STATUS_OK)
        return false; /* the page is of use without it */
    for (size_t i = 0; i < n; i++)
        if (import_is(&jobs[i])) {
            *out = jobs[i];
            return true;
        }
    return false;
}

struct sv import_title(struct page *page, const struct folders *folders, const struct job *job)
{
    const struct folder *folder = folders ? folder_find(folders, job->target) : NULL;
    struct sv label = folder ? folder_label(page, folder, true) : job->target;
    return job->target.n > 0 ? locale_format(page->locale, page->arena, "transfer.job", label)
                             : locale_text(page->locale, "transfer.job_top");
}

/* ---- how far ---- */

static struct sv size(struct page *page, uint64_t bytes)
{
    return locale_size(page->locale, page->arena, bytes);
}

static struct sv why_failed(struct page *page, const struct job *job)
{
    if (job->why == STATUS_NOT_FOUND && job->diagnosis.cause == CAUSE_NONE)
        return locale_text(page->locale, "transfer.end_no_file");
    if (job->diagnosis.cause != CAUSE_NONE) {
        struct page_words words = page_words(page, job->why, &job->diagnosis);
        return locale_format(page->locale, page->arena, "transfer.end_server", words.cause);
    }
    switch ((int)job->why) {
    case STATUS_INVALID:
        return locale_text(page->locale, "transfer.end_broken");
    case STATUS_TOO_LARGE:
        return locale_text(page->locale, "transfer.end_large");
    case STATUS_CANCELLED:
        return locale_text(page->locale, "transfer.end_restart");
    default:
        return locale_text(page->locale, "transfer.end_upload");
    }
}

static struct sv running(struct page *page, const struct job *job)
{
    if (job->cancelling)
        return locale_text(page->locale, "job.cancelling");
    struct sv text =
        arena_printf(page->arena, "%.*s · %.*s",
                     SV_ARG(locale_plural(page->locale, page->arena, "transfer.in", job->count)),
                     SV_ARG(locale_format(page->locale, page->arena, "job.done_of",
                                          size(page, job->done), size(page, job->total))));
    if (job->left_s < 0)
        return text;
    return arena_printf(page->arena, "%.*s · %.*s", SV_ARG(text),
                        SV_ARG(job_time_left(page, job->left_s)));
}

struct sv import_progress(struct page *page, const struct job *job)
{
    switch (job->state) {
    case JOB_WAITING:
    case JOB_RUNNING:
        return running(page, job);
    case JOB_INTERRUPTED:
        return locale_text(page->locale, "transfer.end_killed");
    case JOB_DONE:
        return locale_text(page->locale, "job.done");
    case JOB_CANCELLED:
        return locale_format(page->locale, page->arena, "job.cancelled", size(page, job->done),
                             size(page, job->total));
    case JOB_FAILED:
        return why_failed(page, job);
    }
    return SV("");
}

/* ---- what has come of it ---- */

static void add_part(struct page *page, struct sb *out, const char *key, uint64_t n)
{
    if (n == 0)
        return;
    sb_add_cstr(out, ", ");
    sb_add(out, locale_plural(page->locale, page->arena, key, n));
}

struct sv import_counts(struct page *page, const struct job *job)
{
    struct intake_counts counts = intake_counts_of(page->arena, job);
    struct sb out;
    sb_init(&out, page->arena, SENTENCE_MAX);
    sb_add(&out, locale_plural(page->locale, page->arena, "transfer.in", job->count));
    add_part(page, &out, "transfer.known", counts.known);
    add_part(page, &out, "transfer.refused", counts.refused);
    sb_add_char(&out, ' ');
    sb_add(&out, locale_format(page->locale, page->arena, "transfer.of",
                               locale_number(page->locale, page->arena, counts.seen)));
    return sb_view(&out);
}

struct sv import_result(struct page *page, const struct job *job)
{
    struct sv text = import_counts(page, job);
    if (job->state == JOB_DONE)
        return text;
    return arena_printf(page->arena, "%.*s %.*s", SV_ARG(text), SV_ARG(import_progress(page, job)));
}

struct sv import_remedy(struct page *page, const struct job *job)
{
    bool early =
        job->state == JOB_FAILED || job->state == JOB_INTERRUPTED || job->state == JOB_CANCELLED;
    bool of_the_file = job->diagnosis.cause == CAUSE_NONE &&
                       (job->why == STATUS_INVALID || job->why == STATUS_TOO_LARGE);
    return early && !of_the_file ? locale_text(page->locale, "transfer.again") : SV("");
}

uint64_t import_put_refused(struct page *page, struct node node, const struct job *job, size_t skip,
                            size_t most)
{
    struct intake_refused *list;
    size_t n =
        intake_refusals(page->session, page->app->store, page->arena, job, skip, most, &list);
    for (size_t i = 0; i < n; i++) {
        const struct intake_refused *r = &list[i];
        struct node item = node_item(node, "Refused", i);
        struct sv key = arena_printf(page->arena, "transfer.why_%s", intake_why_names[r->why]);
        node_put(item, "number", locale_number(page->locale, page->arena, r->number));
        node_put(item, "subject", r->subject);
        node_put(item, "where", r->where);
        node_put(item, "why", locale_text(page->locale, key.p));
        if (r->words.n > 0)
            node_put(item, "words", r->words);
    }
    return intake_counts_of(page->arena, job).refused;
}
