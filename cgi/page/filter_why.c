/* GET /filters/why: "why is this message here?" — which rule files it. */
#include "filter_preview.h"
#include "filter_words.h"
#include "folder_list.h"
#include "link.h"
#include "pages.h"

static struct sv place_words(struct page *page, const struct folders *folders,
                             const struct rule_outcome *outcome)
{
    struct rule_action action = {outcome->action, outcome->value};
    struct rule only = {.actions = &action, .actions_n = 1};
    return filter_actions_words(page, folders, &only);
}

/* The rule's answer is what would happen now; where the message lies may say something else. */
static bool is_elsewhere(const struct target *target, const struct rule_outcome *outcome)
{
    bool moves = outcome->winner != SIZE_MAX && outcome->action == RULE_MOVE;
    struct sv expected = moves ? outcome->value : SV("INBOX");
    return !sv_eq(expected, target->folder) &&
           !(sv_eq_nocase(expected, SV("INBOX")) && sv_eq_nocase(target->folder, SV("INBOX")));
}

static void put_answer(struct page *page, const struct folders *folders,
                       const struct filters *filters, const struct target *target,
                       const struct rule_outcome *outcome)
{
    struct node root = view_root(page_view(page)), why = node_child(root, "Why");
    const struct folder *folder = folder_find(folders, target->folder);
    struct sv here = folder ? folder_label(page, folder, false) : target->folder;
    size_t n = 0;
    node_put(why, "here", here);
    node_put(why, "back_url", target_url(page, "/message", target));
    node_put_flag(why, "elsewhere", is_elsewhere(target, outcome));
    if (filters->include.n > 0)
        node_put(why, "include", filters->include);
    if (!filters->ours_run)
        node_put_flag(why, "asleep", true);
    if (outcome->winner != SIZE_MAX) {
        const struct rule *rule = &filters->set.rules[outcome->winner];
        node_put_number(why, "number", (int64_t)outcome->winner + 1);
        node_put(why, "title", filter_rule_title(page, folders, rule));
        node_put(why, "conditions", filter_conditions_words(page, rule));
        node_put(why, "does", place_words(page, folders, outcome));
        node_put(why, "edit_url",
                 arena_printf(page->arena, "/filters/edit?rule=%zu", outcome->winner));
    }
    for (size_t i = 0; i < filters->set.n; i++)
        if (outcome->matched[i] && i != outcome->winner) {
            struct node item = node_item(root, "Also", n++);
            node_put_number(item, "number", (int64_t)i + 1);
            node_put(item, "title", filter_rule_title(page, folders, &filters->set.rules[i]));
            node_put(item, "actions", filter_actions_words(page, folders, &filters->set.rules[i]));
        }
}

enum status page_filter_why(struct page *page)
{
    struct target target;
    struct imap *imap;
    struct folders folders;
    struct filters *filters = arena_alloc(page->arena, sizeof *filters);
    struct rule_outcome *outcome = arena_alloc(page->arena, sizeof *outcome);
    struct imap_call call = page_call(page);
    struct filter_call filter_call = page_filter_call(page);
    if (page->site->filters.way == FILTER_NONE)
        return STATUS_NOT_FOUND;
    enum status st = target_read(page, &target);
    if (st == STATUS_OK)
        st = target_select(page, &target, &imap);
    if (st == STATUS_OK)
        st = folder_list_fill(page, imap, target.folder, &folders);
    if (st == STATUS_OK)
        st = filters_load(&filter_call, filters);
    if (st == STATUS_OK)
        st = filter_explain(imap, &call, target.uid, &filters->set, outcome);
    if (st == STATUS_NOT_FOUND)
        return target_missing(page);
    if (st != STATUS_OK)
        return st;
    folder_list_search(page, &folders, target.folder, SV(""));
    node_put_text(view_root(page_view(page)), "Page.title", "filter.why_title");
    put_answer(page, &folders, filters, &target, outcome);
    return page_render(page, 200, "filter_why");
}
