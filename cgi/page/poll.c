/* GET /poll?folder=…: what is new, for the page's own script; it extends no session.
 *
 * {"uidvalidity":1,"uidnext":70001,"messages":70000,"unseen":12,
 *  "folders":[{"name":"INBOX","unseen":12},…]}: the first four are the folder's, absent if there is
 * none of that name; folders names all that have unseen messages.
 *
 * While jobs run, also "jobs":[{"id":"1","percent":35,"text":"7 000 of 20 412"},…], and when some
 * have ended that nobody was told of, "ended":[{"text":…,"undo":…,"url":…,"way":…,"bad":true}]:
 * they are told then. GET /poll?jobs=1 asks for these two alone, and no server. */
#include "folder_list.h"
#include "job_words.h"
#include "json.h"
#include "pages.h"

enum { POLL_MAX = 1024 * 1024 };

static void add_counts(struct sb *out, const struct folder *folder)
{
    const struct imap_counts *counts = &folder->counts;
    sb_printf(out, "\"uidvalidity\":%u,\"uidnext\":%u,\"messages\":%u,\"unseen\":%u,",
              counts->uidvalidity, counts->uidnext, counts->messages, counts->unseen);
}

static void add_running(struct page *page, struct sb *out)
{
    struct job *jobs;
    size_t n = job_running(page->app->jobs, session_user(page->session), page->arena, &jobs);
    sb_add(out, SV("\"jobs\":["));
    for (size_t i = 0; i < n; i++) {
        sb_printf(out, "%s{\"id\":\"%lld\",\"percent\":%lld,\"text\":", i ? "," : "",
                  (long long)jobs[i].id, (long long)job_percent(&jobs[i]));
        json_add_string(out, job_progress(page, &jobs[i]));
        sb_add_char(out, '}');
    }
    sb_add_char(out, ']');
}

/* For their texts the labels of folders are needed; a server that does not tell them leaves names.
 */
static void add_ended(struct page *page, struct sb *out)
{
    struct job job;
    struct imap *imap;
    struct folders folders;
    bool known = false, first = true;
    while (job_news(page->app->jobs, session_user(page->session), page->arena, &job)) {
        known = known || folder_list_load(page, SV(""), &imap, &folders) == STATUS_OK;
        bool bad = job.state == JOB_FAILED || job.state == JOB_INTERRUPTED;
        sb_add_cstr(out, first ? ",\"ended\":[{\"text\":" : ",{\"text\":");
        json_add_string(out, job_result(page, known ? &folders : NULL, &job));
        sb_add(out, SV(",\"undo\":"));
        json_add_string(out, job_undo_token(page, &job));
        struct sv url, way;
        if (job_way(page, &job, &url, &way)) {
            sb_add(out, SV(",\"url\":"));
            json_add_string(out, url);
            sb_add(out, SV(",\"way\":"));
            json_add_string(out, way);
        }
        sb_printf(out, ",\"bad\":%s}", bad ? "true" : "false");
        first = false;
    }
    if (!first)
        sb_add_char(out, ']');
}

static enum status answer(struct page *page, struct sv text)
{
    response_set_kind(page->response, RESPONSE_DATA);
    enum status st = response_write(page->response, text);
    return st == STATUS_OK ? response_end(page->response) : st;
}

static enum status answer_jobs(struct page *page)
{
    struct sb out;
    sb_init(&out, page->arena, POLL_MAX);
    sb_add_char(&out, '{');
    add_running(page, &out);
    add_ended(page, &out);
    sb_add(&out, SV("}\n"));
    return answer(page, out.over ? SV("{}\n") : sb_view(&out));
}

static struct sv json(struct page *page, const struct folders *folders)
{
    struct sb out;
    bool first = true;
    const struct folder *folder = folder_find(folders, inputs_get(&page->request->query, "folder"));
    sb_init(&out, page->arena, POLL_MAX);
    sb_add_char(&out, '{');
    add_running(page, &out);
    sb_add_char(&out, ',');
    if (folder && folder->counted)
        add_counts(&out, folder);
    sb_add(&out, SV("\"folders\":["));
    for (size_t i = 0; i < folders->n; i++) {
        if (!folders->p[i].counted || folders->p[i].counts.unseen == 0)
            continue;
        sb_add_cstr(&out, first ? "{\"name\":" : ",{\"name\":");
        json_add_string(&out, folders->p[i].name);
        sb_printf(&out, ",\"unseen\":%u}", folders->p[i].counts.unseen);
        first = false;
    }
    sb_add(&out, SV("]}\n"));
    return out.over ? SV("{\"folders\":[]}\n") : sb_view(&out);
}

enum status page_poll(struct page *page)
{
    struct folders folders;
    struct imap *imap;
    if (inputs_get(&page->request->query, "jobs").n > 0)
        return answer_jobs(page);
    enum status st =
        folder_list_load(page, inputs_get(&page->request->query, "folder"), &imap, &folders);
    return st == STATUS_OK ? answer(page, json(page, &folders)) : st;
}
