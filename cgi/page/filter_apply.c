/* GET and POST /filters/apply: one rule applied to what is there already, as a job with Undo. */
#include "filter_apply.h"

#include "filter_words.h"
#include "flash.h"
#include "folder_list.h"
#include "job_words.h"
#include "pages.h"

struct apply {
    struct page *page;
    struct imap *imap;
    struct folders folders;
    struct filters filters;
    size_t index;
    struct rule rule; /* that one, on */
    struct sv trash;
};

/* ---- which folders ---- */

/* Where mail arrives that people have not yet thrown away, and none of their own. */
static bool is_received(const struct folder *folder)
{
    return folder->realm == IMAP_REALM_OWN && folder->use != IMAP_USE_SENT &&
           folder->use != IMAP_USE_DRAFTS && folder->use != IMAP_USE_TRASH &&
           folder->use != IMAP_USE_JUNK;
}

static bool fits(const struct apply *a, const struct folder *folder)
{
    return folder->selectable && filter_appliable_in(&a->rule, folder->name, a->trash);
}

/* ---- showing ---- */

/* What is done to what is there: nothing is sent, "for good" is Trash, and there is no later rule.
 */
static struct sv actions_words(const struct apply *a)
{
    struct rule done = a->rule;
    done.actions = arena_array(a->page->arena, a->rule.actions_n + 1, sizeof *done.actions);
    done.actions_n = 0;
    for (size_t i = 0; i < a->rule.actions_n; i++) {
        struct rule_action action = a->rule.actions[i];
        if (action.kind == RULE_REDIRECT_COPY || action.kind == RULE_KEEP ||
            action.kind == RULE_STOP)
            continue;
        if (action.kind == RULE_DELETE)
            action = (struct rule_action){RULE_MOVE, a->trash};
        done.actions[done.actions_n++] = action;
    }
    return filter_actions_words(a->page, &a->folders, &done);
}

static enum status show(struct apply *a, unsigned code, const char *error)
{
    struct page *page = a->page;
    struct node root = view_root(page_view(page)), node = node_child(root, "Apply");
    size_t n = 0;
    folder_list_put(page, &a->folders, SV(""));
    folder_list_search(page, &a->folders, SV("INBOX"), SV(""));
    node_put_text(root, "Page.title", "filter.apply_title");
    if (a->rule.name.n > 0)
        node_put(node, "name", a->rule.name);
    node_put_number(node, "rule", (int64_t)a->index);
    node_put(node, "version", a->filters.version);
    node_put(node, "conditions", filter_conditions_words(page, &a->rule));
    node_put(node, "actions", actions_words(a));
    if (error)
        node_put(node, "error", locale_text(page->locale, error));
    for (size_t i = 0; i < a->folders.n; i++) {
        const struct folder *folder = &a->folders.p[i];
        if (!fits(a, folder))
            continue;
        struct node item = node_item(root, "Targets", n++);
        node_put(item, "name", folder->name);
        node_put(item, "label", folder_label(page, folder, true));
    }
    return page_render(page, code, "filter_apply");
}

/* ---- doing ---- */

/* The field `folder`; empty: all in which mail arrives. */
static size_t choose(const struct apply *a, struct sv name, const struct folder **out)
{
    size_t n = 0;
    for (size_t i = 0; i < a->folders.n; i++) {
        const struct folder *folder = &a->folders.p[i];
        bool meant = name.n > 0 ? sv_eq(folder->name, name) : is_received(folder);
        if (meant && fits(a, folder))
            out[n++] = folder;
    }
    return n;
}

static enum status start(struct apply *a, struct sv name)
{
    struct page *page = a->page;
    struct imap_call call = page_call(page);
    const struct rule_set only = {.rules = &a->rule, .n = 1};
    const struct folder **folders = arena_array(page->arena, a->folders.n + 1, sizeof *folders);
    const struct filter_apply wish = {.set = &a->filters.set,
                                      .rule = a->index,
                                      .title = filter_rule_title(page, &a->folders, &a->rule),
                                      .folders = folders,
                                      .folders_n = choose(a, name, folders),
                                      .all = name.n == 0,
                                      .trash = a->trash};
    size_t made;
    int64_t id;
    if (wish.folders_n == 0)
        return show(a, 422, "filter.apply_nowhere");
    enum status st = filters_make_folders(a->imap, &call, &a->folders, &only, &made);
    if (st == STATUS_OK)
        st = filter_apply_start(page->app->jobs, page->session, &wish, &id);
    if (st == STATUS_UNAVAILABLE)
        return show(a, 422, "job.too_many");
    return st == STATUS_OK ? job_follow(page, &a->folders, id, SV("/filters")) : st;
}

/* Of another version the index is another rule's. */
static enum status run(struct apply *a)
{
    struct page *page = a->page;
    const struct inputs *form = &page->request->form;
    if (sv_eq(inputs_get(form, "version"), a->filters.version))
        return start(a, inputs_get(form, "folder"));
    flash_set(page, locale_text(page->locale, "filter.changed"), SV(""), true);
    return page_redirect(page, SV("/filters"));
}

/* Made, if the account has none, by the form alone. */
static enum status find_trash(struct apply *a)
{
    struct imap_call call = page_call(a->page);
    const struct folder *folder = folder_of_use(&a->folders, IMAP_USE_TRASH);
    a->trash = folder ? folder->name : SV("Trash");
    if (a->page->request->method != METHOD_POST)
        return STATUS_OK;
    return folder_ensure(a->imap, &call, &a->folders, IMAP_USE_TRASH, &a->trash);
}

static enum status load(struct apply *a)
{
    struct page *page = a->page;
    struct filter_call call = page_filter_call(page);
    uint32_t index;
    if (sv_to_u32(request_param(page->request, "rule"), &index) != STATUS_OK)
        return STATUS_NOT_FOUND;
    enum status st = folder_list_load(page, SV(""), &a->imap, &a->folders);
    if (st == STATUS_OK)
        st = find_trash(a);
    if (st == STATUS_OK)
        st = filters_load(&call, &a->filters);
    if (st == STATUS_OK && index >= a->filters.set.n)
        st = STATUS_NOT_FOUND;
    if (st != STATUS_OK)
        return st;
    a->index = index;
    a->rule = a->filters.set.rules[index];
    a->rule.on = true;
    return filter_appliable(&a->rule) ? STATUS_OK : STATUS_NOT_FOUND;
}

enum status page_filter_apply(struct page *page)
{
    struct apply *a = arena_alloc(page->arena, sizeof *a);
    a->page = page;
    if (page->site->filters.way == FILTER_NONE)
        return STATUS_NOT_FOUND;
    enum status st = load(a);
    if (st != STATUS_OK)
        return st;
    return page->request->method == METHOD_POST ? run(a) : show(a, 200, NULL);
}
