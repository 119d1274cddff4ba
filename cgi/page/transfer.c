/* GET /transfer: import and export, and how the last import went or goes. With poll=1 that alone,
 * for the page's own script while it sends: {"running":true,"id":"…","text":"…"}. */
#include "chosen.h"
#include "folder_list.h"
#include "import_words.h"
#include "intake.h"
#include "job_words.h"
#include "json.h"
#include "pages.h"

enum { JSON_MAX = 16 * 1024, REFUSED_SHOWN = 10 };

/* ---- the last import ---- */

static bool is_running(const struct job *job)
{
    return job->state == JOB_WAITING || job->state == JOB_RUNNING;
}

static void put_state(struct page *page, struct node root, const struct folders *folders,
                      const struct job *job)
{
    struct node state = node_child(root, "State");
    const struct folder *folder = folder_find(folders, job->target);
    bool runs = is_running(job);
    node_put(state, "id", arena_printf(page->arena, "%lld", (long long)job->id));
    node_put(state, "job_url", job_url(page, job->id));
    node_put(state, "text", runs ? import_progress(page, job) : import_counts(page, job));
    node_put(state, "file", intake_counts_of(page->arena, job).file);
    node_put_number(state, "percent", job_percent(job));
    node_put_flag(state, "running", runs);
    if (folder) {
        node_put(state, "folder", folder_label(page, folder, true));
        node_put(state, "url", folder_url(page, folder->name));
    }
    if (runs)
        return;
    if (job->state != JOB_DONE)
        node_put(state, "error", import_progress(page, job));
    node_put(state, "remedy", import_remedy(page, job));
    node_put(state, "when", date_long(&page->dates, page->arena, job->changed));
    uint64_t refused = import_put_refused(page, state, job, 0, REFUSED_SHOWN);
    if (refused > REFUSED_SHOWN)
        node_put(state, "more",
                 locale_plural(page->locale, page->arena, "transfer.all_refused", refused));
}

static enum status answer_poll(struct page *page)
{
    struct job job = {.state = JOB_DONE};
    struct sb out;
    sb_init(&out, page->arena, JSON_MAX);
    bool runs = import_last(page, &job) && is_running(&job);
    sb_printf(&out, "{\"running\":%s", runs ? "true" : "false");
    if (runs) {
        sb_printf(&out, ",\"id\":\"%lld\",\"text\":", (long long)job.id);
        json_add_string(&out, import_progress(page, &job));
    }
    sb_add_cstr(&out, "}\n");
    response_set_kind(page->response, RESPONSE_DATA);
    enum status st = response_write(page->response, sb_view(&out));
    return st == STATUS_OK ? response_end(page->response) : st;
}

/* ---- the forms ---- */

static void put_folders(struct page *page, struct node root, const struct folders *folders,
                        struct sv chosen)
{
    size_t n = 0;
    for (size_t i = 0; i < folders->n; i++) {
        if (!folders->p[i].selectable)
            continue;
        struct node item = node_item(root, "Choices", n++);
        node_put(item, "name", folders->p[i].name);
        node_put(item, "label", folder_label(page, &folders->p[i], true));
        node_put_flag(item, "current", sv_eq(folders->p[i].name, chosen));
    }
}

static void put_selection(struct page *page, struct node root, const struct chosen *chosen)
{
    struct node node = node_child(root, "Chosen");
    if (!chosen->some || !chosen->folder)
        return;
    uint64_t count = chosen->uids.n;
    if (chosen->all &&
        sv_to_u64(inputs_get(&page->request->query, "total"), UINT32_MAX, &count) != STATUS_OK)
        count = 0;
    chosen_put_fields(page, node, chosen);
    node_put(node, "text",
             locale_plural_of(page->locale, page->arena, "transfer.chosen", count,
                              folder_label(page, chosen->folder, true)));
}

enum status page_transfer(struct page *page)
{
    struct folders folders;
    struct chosen chosen;
    struct job last;
    struct imap *imap;
    struct node root = view_root(page_view(page));
    if (request_has(page->request, "poll"))
        return answer_poll(page);
    bool any = import_last(page, &last);
    if (any && !is_running(&last) && !last.told) /* here, and not by the status line as well */
        job_told(page->app->jobs, session_user(page->session), last.id);
    struct sv here = inputs_get(&page->request->query, "folder");
    enum status st = page_imap(page, here, &imap);
    if (st == STATUS_OK)
        st = folder_list_fill(page, imap, SV(""), &folders);
    if (st == STATUS_OK)
        st = chosen_read(page, &folders, &chosen);
    if (st != STATUS_OK)
        return st;
    node_put_text(root, "Page.title", "transfer.title");
    node_put_cstr(root, "Page.id", "transfer");
    put_folders(page, root, &folders, here);
    put_selection(page, root, &chosen);
    node_put_number(root, "Transfer.limit_bytes", (int64_t)page->site->import_max);
    node_put(root, "Transfer.limit",
             locale_format(page->locale, page->arena, "transfer.limit",
                           locale_size(page->locale, page->arena, page->site->import_max)));
    if (any)
        put_state(page, root, &folders, &last);
    folder_list_search(page, &folders, SV("INBOX"), SV(""));
    return page_render(page, 200, "transfer");
}
