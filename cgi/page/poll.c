/* GET /poll?folder=…: what is new, for the page's own script; it extends no session.
 *
 * {"uidvalidity":1,"uidnext":70001,"messages":70000,"unseen":12,
 *  "folders":[{"name":"INBOX","unseen":12},…]}: the first four are the folder's, absent if there is
 * none of that name; folders names all that have unseen messages. */
#include "folder_list.h"
#include "json.h"
#include "pages.h"

enum { POLL_MAX = 1024 * 1024 };

static void add_counts(struct sb *out, const struct folder *folder)
{
    const struct imap_counts *counts = &folder->counts;
    sb_printf(out, "\"uidvalidity\":%u,\"uidnext\":%u,\"messages\":%u,\"unseen\":%u,",
              counts->uidvalidity, counts->uidnext, counts->messages, counts->unseen);
}

static struct sv json(struct page *page, const struct folders *folders)
{
    struct sb out;
    bool first = true;
    const struct folder *folder = folder_find(folders, inputs_get(&page->request->query, "folder"));
    sb_init(&out, page->arena, POLL_MAX);
    sb_add_char(&out, '{');
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
    enum status st =
        folder_list_load(page, inputs_get(&page->request->query, "folder"), &imap, &folders);
    if (st != STATUS_OK)
        return st;
    response_set_kind(page->response, RESPONSE_DATA);
    st = response_write(page->response, json(page, &folders));
    return st == STATUS_OK ? response_end(page->response) : st;
}
