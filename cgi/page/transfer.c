/* GET /transfer: import and export, and how the last import of the session went or goes. With
 * poll=1 that alone, for the page's own script: {"running":true,"percent":12,"text":"…"}. */
#include "intake.h"

#include "chosen.h"
#include "folder_list.h"
#include "json.h"
#include "pages.h"
#include "uid_set.h"

enum { JSON_MAX = 16 * 1024, JOURNEY_STEPS = 3 };

/* ---- the last import ---- */

static struct sv number(struct page *page, uint64_t n)
{
    return locale_number(page->locale, page->arena, n);
}

/* "9 998 importés, 2 refusés, sur 10 000 messages" */
static struct sv sentence(struct page *page, const struct intake_state *s)
{
    struct sb out;
    sb_init(&out, page->arena, JSON_MAX / 4);
    sb_add(&out, locale_plural(page->locale, page->arena, "transfer.in", s->in));
    if (s->known > 0) {
        sb_add_cstr(&out, ", ");
        sb_add(&out, locale_plural(page->locale, page->arena, "transfer.known", s->known));
    }
    if (s->refused_count > 0) {
        sb_add_cstr(&out, ", ");
        sb_add(&out,
               locale_plural(page->locale, page->arena, "transfer.refused", s->refused_count));
    }
    sb_add_cstr(&out, " ");
    sb_add(&out, locale_format(page->locale, page->arena, "transfer.of", number(page, s->seen)));
    return sb_view(&out);
}

static int64_t percent(const struct intake_state *s)
{
    if (!s->running && s->why == STATUS_OK)
        return 100;
    return s->total > 0 ? (int64_t)((double)s->done / (double)s->total * 100) : 0;
}

static struct sv why_ended(struct page *page, const struct intake_state *s)
{
    if (s->why == STATUS_NOT_FOUND)
        return locale_text(page->locale, "transfer.end_no_file");
    if (s->diagnosis.cause != CAUSE_NONE) {
        struct page_words words = page_words(page, s->why, &s->diagnosis);
        return locale_format(page->locale, page->arena, "transfer.end_server", words.cause);
    }
    switch ((int)s->why) {
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

static void put_refused(struct page *page, struct node state, const struct intake_state *s)
{
    for (size_t i = 0; i < s->refused_count; i++) {
        const struct intake_refused *r = &s->refused[i];
        struct node item = node_item(state, "Refused", i);
        struct sv key = arena_printf(page->arena, "transfer.why_%s", intake_why_names[r->why]);
        node_put(item, "number", number(page, r->number));
        node_put(item, "subject", r->subject);
        node_put(item, "where", r->where);
        node_put(item, "why", locale_text(page->locale, key.p));
        if (r->words.n > 0)
            node_put(item, "words", r->words);
    }
}

static void put_state(struct page *page, struct node root, const struct folders *folders,
                      const struct intake_state *s)
{
    struct node state = node_child(root, "State");
    const struct folder *folder = folder_find(folders, s->folder);
    node_put(state, "text", sentence(page, s));
    node_put(state, "file", s->file);
    node_put_number(state, "percent", percent(s));
    node_put_flag(state, "running", s->running);
    if (folder) {
        node_put(state, "folder", folder_label(page, folder, true));
        node_put(state, "url", folder_url(page, folder->name));
    }
    if (!s->running && s->why != STATUS_OK)
        node_put(state, "error", why_ended(page, s));
    if (!s->running)
        node_put(state, "when", date_long(&page->dates, page->arena, s->ended));
    put_refused(page, state, s);
}

static enum status answer_poll(struct page *page)
{
    struct intake_state s = {0};
    struct sb out;
    sb_init(&out, page->arena, JSON_MAX);
    bool any = intake_look(page->session, page->arena, &s);
    sb_printf(&out, "{\"running\":%s,\"percent\":%d,\"text\":", any && s.running ? "true" : "false",
              (int)percent(&s));
    json_add_string(&out, any ? sentence(page, &s) : SV(""));
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
    node_put(node, "folder", chosen->folder->name);
    node_put_number(node, "v", chosen->uidvalidity);
    node_put(node, "uids", uid_set_write(page->arena, chosen->uids, CHOSEN_TEXT_MAX));
    node_put(node, "text",
             locale_plural_of(page->locale, page->arena, "transfer.chosen", chosen->uids.n,
                              folder_label(page, chosen->folder, true)));
}

enum status page_transfer(struct page *page)
{
    struct folders folders;
    struct chosen chosen;
    struct intake_state state;
    struct imap *imap;
    struct node root = view_root(page_view(page));
    if (request_has(page->request, "poll"))
        return answer_poll(page);
    struct sv here = inputs_get(&page->request->query, "folder");
    enum status st = page_imap(page, here, &imap);
    if (st == STATUS_OK)
        st = folder_list_fill(page, imap, SV(""), &folders);
    if (st == STATUS_OK)
        st = chosen_read(page, imap, &folders, &chosen);
    if (st != STATUS_OK)
        return st;
    node_put_text(root, "Page.title", "transfer.title");
    node_put_cstr(root, "Page.id", "transfer");
    put_folders(page, root, &folders, here);
    put_selection(page, root, &chosen);
    node_put_flag(root, "Transfer.public", session_kind(page->session) == SESSION_PUBLIC);
    node_put_number(root, "Transfer.limit_bytes", (int64_t)page->site->import_max);
    node_put(root, "Transfer.limit",
             locale_format(page->locale, page->arena, "transfer.limit",
                           locale_size(page->locale, page->arena, page->site->import_max)));
    if (intake_look(page->session, page->arena, &state))
        put_state(page, root, &folders, &state);
    folder_list_search(page, &folders, SV("INBOX"), SV(""));
    return page_render(page, 200, "transfer");
}
