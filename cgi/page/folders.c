/* GET and POST /folders: the whole tree, and what can be done with folders. */
#include "act.h"
#include "confirm.h"
#include "flash.h"
#include "folder_list.h"
#include "pages.h"

static struct sv field(const struct page *page, const char *name)
{
    return inputs_get(&page->request->form, name);
}

/* ---- showing ---- */

static void put_item(struct page *page, struct node item, const struct folders *folders,
                     const struct folder *folder)
{
    bool special = folder->use != IMAP_USE_NONE;
    node_put(item, "name", folder->name);
    node_put(item, "label", folder_label(page, folder, false));
    node_put(item, "rename", folder->last);
    node_put_number(item, "level", folder->level);
    node_put(item, "url", folder_url(page, folder->name));
    node_put(item, "page_url", folder_page_url(page, folder->name));
    node_put_cstr(item, "realm", folder_realm(folder->realm));
    if (folder->colour != COLOUR_NONE)
        node_put_cstr(item, "colour", colour_names[folder->colour]);
    node_put_cstr(item, "icon", folder_kind(folder->use));
    if (folder->counted) {
        node_put(item, "total", locale_number(page->locale, page->arena, folder->counts.messages));
        node_put(item, "unread", locale_number(page->locale, page->arena, folder->counts.unseen));
    }
    node_put_flag(item, "special", special);
    node_put_flag(item, "selectable", folder->selectable);
    node_put_flag(item, "subscribed", folder->subscribed);
    node_put_flag(item, "renamable", !special);
    node_put_flag(item, "deletable", !special);
    node_put_flag(item, "discardable", folder_may_discard(folders, folder));
    node_put_flag(item, "emptiable", folder->use == IMAP_USE_JUNK || folder->use == IMAP_USE_TRASH);
}

static void put_parents(struct page *page, const struct folders *folders)
{
    struct node root = view_root(page_view(page)), top = node_item(root, "Parents", 0);
    struct sv chosen = field(page, "parent");
    size_t n = 1;
    node_put(top, "name", SV(""));
    node_put(top, "label", locale_text(page->locale, "folders.top"));
    for (size_t i = 0; i < folders->n; i++) {
        const struct folder *folder = &folders->p[i];
        if (!folder->may_have_children)
            continue;
        struct node item = node_item(root, "Parents", n++);
        node_put(item, "name", folder->name);
        node_put(item, "label", folder_label(page, folder, true));
        node_put_flag(item, "current", sv_eq(folder->name, chosen));
    }
}

static enum status show(struct page *page, struct imap *imap, unsigned code)
{
    struct folders folders;
    enum status st = folder_list_fill(page, imap, SV(""), &folders);
    if (st != STATUS_OK)
        return st;
    struct node root = view_root(page_view(page));
    node_put_text(root, "Page.title", "folders.title");
    node_put(root, "Page.url", SV("/folders"));
    for (size_t i = 0; i < folders.n; i++)
        put_item(page, node_item(root, "Items", i), &folders, &folders.p[i]);
    put_parents(page, &folders);
    folder_list_search(page, &folders, SV("INBOX"), SV(""));
    return page_render(page, code, "folders");
}

/* ---- what went wrong, and what was done ---- */

static struct sv why_not(struct page *page, const struct folders *folders, enum status st)
{
    char delimiter[2] = {folders->delimiter, '\0'};
    if (st == STATUS_EXISTS)
        return locale_text(page->locale, "folders.exists");
    /* a server that says why (CANNOT) knows better */
    if (st == STATUS_INVALID && !page->diagnosis.detail[0])
        return locale_format(page->locale, page->arena, "folders.bad_name", sv_of(delimiter));
    return locale_format(page->locale, page->arena, "folders.refused",
                         sv_of(page->diagnosis.detail));
}

/* A refusal stands over the page with what was typed; without a connection there is no page. */
static enum status show_error(struct page *page, struct imap *imap, const struct folders *folders,
                              enum status st)
{
    if (!imap_usable(imap))
        return st;
    struct node root = view_root(page_view(page));
    struct sv sentence = why_not(page, folders, st);
    if (sv_eq(field(page, "act"), SV("create"))) {
        node_put(root, "Create.name", field(page, "name"));
        node_put(root, "Create.error", sentence);
    } else
        node_put(root, "Folder.error", sentence);
    page->diagnosis = (struct diagnosis){0};
    return show(page, imap, 422);
}

static enum status tell(struct page *page, const char *key, struct sv label)
{
    flash_set(page, locale_format(page->locale, page->arena, key, label), SV(""), false);
    return page_redirect(page, SV("/folders"));
}

/* ---- doing ---- */

struct task {
    struct page *page;
    struct imap *imap;
    struct imap_call call;
    struct folders folders;
    const struct folder *folder; /* the field `folder`; NULL: there is none of that name */
};

static enum status create(struct task *t)
{
    struct sv label = sv_trim(field(t->page, "name"));
    enum status st = folder_create(t->imap, &t->call, &t->folders, field(t->page, "parent"), label);
    return st == STATUS_OK ? tell(t->page, "flash.created", label)
                           : show_error(t->page, t->imap, &t->folders, st);
}

static enum status rename_folder(struct task *t)
{
    struct sv label = sv_trim(field(t->page, "name"));
    if (sv_eq(label, t->folder->last))
        return page_redirect(t->page, SV("/folders"));
    enum status st = folder_place(t->page->session, t->imap, &t->call, &t->folders, t->folder,
                                  folder_above(&t->folders, t->folder), label);
    return st == STATUS_OK ? tell(t->page, "flash.renamed", label)
                           : show_error(t->page, t->imap, &t->folders, st);
}

static enum status ask(struct task *t, const char *title, const char *text, const char *button,
                       const struct imap_counts *counts)
{
    struct page *page = t->page;
    struct folders filled;
    const struct confirm confirm = {
        .title =
            locale_format(page->locale, page->arena, title, folder_label(page, t->folder, false)),
        .text = locale_plural(page->locale, page->arena, text, counts->messages),
        .button = locale_text(page->locale, button),
        .action = "/folders",
        .act = field(page, "act"),
        .cancel_url = SV("/folders"),
        .counts = counts};
    enum status st = folder_list_fill(page, t->imap, SV(""), &filled);
    return st == STATUS_OK ? confirm_ask(page, &confirm) : st;
}

static enum status empty_folder(struct task *t)
{
    struct act_result result;
    struct imap_counts counts;
    struct act_request request = {.act = ACT_EMPTY, .folder = t->folder->name};
    if (!act_empties(t->folder))
        return STATUS_INVALID;
    enum status st = folder_counts(t->imap, &t->call, t->folder, &counts);
    if (st != STATUS_OK)
        return st;
    request.uidnext = confirm_uidnext(t->page);
    if (!confirm_given(t->page) || request.uidnext == 0 ||
        sv_to_u32(field(t->page, "v"), &request.uidvalidity) != STATUS_OK)
        return ask(t, "confirm.empty_title", "confirm.empty_text", "confirm.empty", &counts);
    st = act_run(t->imap, &t->call, &t->folders, &request, &result);
    return st == STATUS_OK ? tell(t->page, "flash.emptied", folder_label(t->page, t->folder, false))
                           : st;
}

static enum status subscribe(struct task *t, bool subscribed)
{
    enum status st = imap_subscribe(t->imap, &t->call, t->folder->name, subscribed);
    return st == STATUS_OK ? tell(t->page, subscribed ? "flash.subscribed" : "flash.unsubscribed",
                                  folder_label(t->page, t->folder, false))
                           : show_error(t->page, t->imap, &t->folders, st);
}

static enum status run(struct task *t)
{
    struct sv act = field(t->page, "act");
    if (sv_eq(act, SV("create")))
        return create(t);
    if (!t->folder)
        return STATUS_NOT_FOUND;
    if (sv_eq(act, SV("rename")))
        return rename_folder(t);
    if (sv_eq(act, SV("empty")))
        return empty_folder(t);
    if (sv_eq(act, SV("subscribe")) || sv_eq(act, SV("unsubscribe")))
        return subscribe(t, sv_eq(act, SV("subscribe")));
    return STATUS_INVALID;
}

enum status page_folders(struct page *page)
{
    struct task t = {.page = page, .call = page_call(page)};
    if (page->request->method != METHOD_POST) {
        enum status ready = page_imap(page, SV(""), &t.imap);
        return ready == STATUS_OK ? show(page, t.imap, 200) : ready;
    }
    enum status st = folder_list_load(page, SV(""), &t.imap, &t.folders);
    if (st != STATUS_OK)
        return st;
    t.folder = folder_find(&t.folders, field(page, "folder"));
    return run(&t);
}
