/* GET and POST /filters: the rules in their order, and what other programs keep on the server. */
#include "filter_apply.h"
#include "filter_undo.h"
#include "filter_words.h"
#include "flash.h"
#include "folder_list.h"
#include "pages.h"

struct list {
    struct page *page;
    struct imap *imap;
    struct folders folders;
    struct filters filters;
    struct sv was; /* the rules as they were, as rule_text_write() gives them */
};

static struct sv field(const struct page *page, const char *name)
{
    return inputs_get(&page->request->form, name);
}

/* ---- showing ---- */

static void put_rule(struct list *l, struct node item, size_t i)
{
    struct page *page = l->page;
    const struct rule *rule = &l->filters.set.rules[i];
    node_put_number(item, "index", (int64_t)i);
    node_put_number(item, "number", (int64_t)i + 1);
    if (rule->name.n > 0)
        node_put(item, "name", rule->name);
    node_put(item, "title", filter_rule_title(page, &l->folders, rule));
    node_put(item, "conditions", filter_conditions_words(page, rule));
    node_put(item, "actions", filter_actions_words(page, &l->folders, rule));
    node_put(item, "edit_url", arena_printf(page->arena, "/filters/edit?rule=%zu", i));
    node_put_flag(item, "on", rule->on);
    if (filter_appliable(rule))
        node_put(item, "apply_url", arena_printf(page->arena, "/filters/apply?rule=%zu", i));
    node_put_flag(item, "first", i == 0);
    node_put_flag(item, "last", i + 1 == l->filters.set.n);
}

static void put_others(struct list *l, struct node root)
{
    const struct filters *f = &l->filters;
    for (size_t i = 0; i < f->others_n; i++) {
        struct node item = node_item(root, "Others", i);
        bool included = sv_eq(f->others[i].name, f->include);
        node_put(item, "name", f->others[i].name);
        node_put(item, "text", f->others[i].text);
        node_put_flag(item, "active", f->others[i].active);
        node_put_flag(item, "included", included);
        node_put_flag(item, "includable", f->can_include && f->ours_run && !included);
    }
}

static struct sv vacation_words(struct page *page, const struct vacation *v)
{
    if (!v->on)
        return locale_text(page->locale, "filter.vacation_off");
    rule_day last = v->last;
    if (last == 0)
        return locale_text(page->locale, "filter.vacation_on");
    struct tm day = {.tm_year = (int)(last / 10000) - 1900,
                     .tm_mon = (int)(last / 100 % 100) - 1,
                     .tm_mday = (int)(last % 100),
                     .tm_hour = 12};
    struct dates dates = page->dates;
    dates.zone = zone_utc();
    return locale_format(page->locale, page->arena, "filter.vacation_until",
                         date_day(&dates, page->arena, (int64_t)timegm(&day)));
}

static enum status show(struct list *l, unsigned code, struct sv error)
{
    struct page *page = l->page;
    struct node root = view_root(page_view(page)), node = node_child(root, "Filters");
    folder_list_put(page, &l->folders, SV(""));
    folder_list_search(page, &l->folders, SV("INBOX"), SV(""));
    node_put_text(root, "Page.title", "filter.title");
    node_put(root, "Page.url", SV("/filters"));
    node_put(node, "version", l->filters.version);
    node_put(node, "vacation", vacation_words(page, &l->filters.set.vacation));
    if (error.n > 0)
        node_put(node, "error", error);
    if (l->filters.edited)
        node_put(node, "edited_text", l->filters.text);
    const struct filter_other *other = filters_displaced(&l->filters);
    if (other && !l->filters.ours_run) {
        node_put(node, "other", other->name);
        node_put_flag(node, "joins", l->filters.can_include);
    }
    for (size_t i = 0; i < l->filters.set.n; i++)
        put_rule(l, node_item(root, "Rules", i), i);
    put_others(l, root);
    return page_render(page, code, "filters");
}

/* ---- doing ---- */

static enum status chosen_rule(const struct list *l, size_t *index)
{
    uint32_t n;
    if (sv_to_u32(field(l->page, "rule"), &n) != STATUS_OK || n >= l->filters.set.n)
        return STATUS_NOT_FOUND;
    *index = n;
    return STATUS_OK;
}

static void swap_rules(struct rule_set *set, size_t a, size_t b)
{
    struct rule kept = set->rules[a];
    set->rules[a] = set->rules[b];
    set->rules[b] = kept;
}

static void take_out(struct rule_set *set, size_t at)
{
    for (size_t i = at; i + 1 < set->n; i++)
        set->rules[i] = set->rules[i + 1];
    set->n--;
}

static enum status save(struct list *l, struct filter_wish *wish, const char *key, struct sv what)
{
    struct page *page = l->page;
    struct rule_fault fault;
    struct sv sentence = SV("");
    wish->version = field(page, "version");
    enum status st = filter_commit(page, &l->filters, wish, &fault, &sentence);
    if ((st == STATUS_INVALID || st == STATUS_CHANGED) && sentence.n > 0)
        return show(l, 422, sentence);
    if (st != STATUS_OK)
        return st;
    struct sv undo = l->was.n > 0 ? filter_undo_keep(page, l->was, &wish->set) : SV("");
    flash_set(page, locale_format(page->locale, page->arena, key, what), undo, false);
    return page_redirect(page, SV("/filters"));
}

/* "include" and "exclude" another program's script; "adopt" what was changed by hand. */
static enum status whole(struct list *l, struct sv act, struct filter_wish *wish)
{
    struct sv name = field(l->page, "name");
    if (sv_eq(act, SV("adopt"))) {
        wish->overwrite = true;
        return save(l, wish, "filter.flash.adopted", SV(""));
    }
    if (sv_eq(act, SV("exclude"))) {
        wish->include = SV("");
        return save(l, wish, "filter.flash.excluded", name);
    }
    for (size_t i = 0; i < l->filters.others_n; i++)
        if (sv_eq(l->filters.others[i].name, name)) {
            wish->include = l->filters.others[i].name;
            return save(l, wish, "filter.flash.included", name);
        }
    return STATUS_NOT_FOUND;
}

/* A folder that was deleted while the rule was off is there again when it is on. */
static enum status turn_on(struct list *l, struct filter_wish *wish, size_t i, struct sv title)
{
    struct page *page = l->page;
    struct imap_call call = page_call(page);
    const struct rule_set only = {.rules = &wish->set.rules[i], .n = 1};
    size_t made;
    wish->set.rules[i].on = true;
    enum status st = filters_make_folders(l->imap, &call, &l->folders, &only, &made);
    if (st == STATUS_OK)
        return save(l, wish, "filter.flash.on", title);
    if (!imap_usable(l->imap))
        return st;
    struct sv sentence =
        locale_format(page->locale, page->arena, "folders.refused", sv_of(page->diagnosis.detail));
    page->diagnosis = (struct diagnosis){0};
    return show(l, 422, sentence);
}

static enum status run(struct list *l)
{
    struct sv act = field(l->page, "act");
    size_t i = 0;
    struct filter_wish wish = {.set = l->filters.set, .include = l->filters.include};
    if (sv_eq(act, SV("adopt")) || sv_eq(act, SV("include")) || sv_eq(act, SV("exclude")))
        return whole(l, act, &wish);
    /* of another version the index is another rule's */
    if (!sv_eq(field(l->page, "version"), l->filters.version))
        return show(l, 409, locale_text(l->page->locale, "filter.changed"));
    enum status st = chosen_rule(l, &i);
    if (st != STATUS_OK)
        return st;
    l->was = rule_text_write(l->page->arena, &l->filters.set);
    struct sv title = filter_rule_title(l->page, &l->folders, &wish.set.rules[i]);
    if (sv_eq(act, SV("up")) && i > 0)
        swap_rules(&wish.set, i, i - 1);
    else if (sv_eq(act, SV("down")) && i + 1 < wish.set.n)
        swap_rules(&wish.set, i, i + 1);
    else if (sv_eq(act, SV("on")))
        return turn_on(l, &wish, i, title);
    else if (sv_eq(act, SV("off")))
        wish.set.rules[i].on = false;
    else if (sv_eq(act, SV("delete")))
        take_out(&wish.set, i);
    else
        return STATUS_INVALID;
    return save(l, &wish,
                sv_eq(act, SV("off"))      ? "filter.flash.off"
                : sv_eq(act, SV("delete")) ? "filter.flash.deleted"
                                           : "filter.flash.moved",
                title);
}

enum status page_filters(struct page *page)
{
    struct list *l = arena_alloc(page->arena, sizeof *l);
    struct filter_call call = page_filter_call(page);
    l->page = page;
    if (page->site->filters.way == FILTER_NONE)
        return STATUS_NOT_FOUND;
    enum status st = folder_list_load(page, SV(""), &l->imap, &l->folders);
    if (st == STATUS_OK)
        st = filters_load(&call, &l->filters);
    if (st != STATUS_OK)
        return st;
    return page->request->method == METHOD_POST ? run(l) : show(l, 200, SV(""));
}
