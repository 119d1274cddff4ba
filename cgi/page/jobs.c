/* GET /jobs: the long works of this user, those that run first. */
#include "folder_list.h"
#include "import_words.h"
#include "job_words.h"
#include "pages.h"

static void put_job(struct page *page, const struct folders *folders, struct node item,
                    const struct job *job)
{
    bool runs = job->state == JOB_WAITING || job->state == JOB_RUNNING;
    node_put(item, "id", arena_printf(page->arena, "%lld", (long long)job->id));
    node_put(item, "url", job_url(page, job->id));
    node_put(item, "title", job_title(page, folders, job));
    node_put(item, "state",
             !runs && (job->state == JOB_DONE || import_is(job)) ? job_result(page, folders, job)
                                                                 : job_progress(page, job));
    node_put(item, "date", date_full(&page->dates, page->arena, job->made));
    node_put(item, "time", date_short(&page->dates, page->arena, job->made));
    node_put_number(item, "percent", job_percent(job));
    node_put_flag(item, "runs", runs);
    struct sv url, way;
    if (runs || !job_way(page, job, &url, &way))
        return;
    node_put(item, "way_url", url);
    node_put(item, "way", way);
}

enum status page_jobs(struct page *page)
{
    struct folders folders;
    struct job *jobs;
    size_t count;
    struct node root = view_root(page_view(page));
    enum status st = folder_list_around(page, &folders);
    if (st == STATUS_OK)
        st = job_list(page->app->jobs, session_user(page->session), page->arena, &jobs, &count);
    if (st != STATUS_OK)
        return st;
    for (size_t i = 0; i < count; i++)
        put_job(page, &folders, node_item(root, "Items", i), &jobs[i]);
    folder_list_search(page, &folders, SV("INBOX"), SV(""));
    node_put(root, "Page.title", locale_text(page->locale, "job.title"));
    return page_render(page, 200, "jobs");
}
