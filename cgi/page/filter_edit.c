/* GET and POST /filters/edit: one rule, tried on what is there before it is saved. */
#include "filter_form.h"
#include "filter_trial.h"
#include "flash.h"
#include "folder_list.h"
#include "pages.h"
#include "place.h"

struct edit {
    struct page *page;
    struct imap *imap;
    struct folders folders;
    struct filters filters;
    struct filter_form form;
    struct rule_set set; /* as it would be with this rule */
    size_t index;        /* of this rule in it */
};

/* ---- showing ---- */

static enum status show(struct edit *e, unsigned code, const struct rule_fault *fault)
{
    struct page *page = e->page;
    struct node root = view_root(page_view(page));
    folder_list_put(page, &e->folders, SV(""));
    folder_list_search(page, &e->folders, SV("INBOX"), SV(""));
    node_put(
        root, "Page.title",
        locale_text(page->locale, e->form.rule.n > 0 ? "filter.edit_title" : "filter.new_title"));
    filter_form_put(page, &e->form, &e->folders, fault);
    return page_render(page, code, "filter_edit");
}

/* What was typed is still there. */
static enum status show_failure(struct edit *e, enum status why)
{
    page_put_failure(e->page, why);
    page_log_failure(e->page, why);
    return show(e, 502, NULL);
}

static enum status show_error(struct edit *e, unsigned code, struct sv sentence)
{
    node_put(view_root(page_view(e->page)), "Filter.error", sentence);
    return show(e, code, NULL);
}

static void put_sample(struct edit *e, struct node item, const struct filter_preview *found,
                       const struct filter_sample *sample)
{
    struct page *page = e->page;
    const struct place place = {.folder = SV("INBOX"), .page = 1};
    node_put(item, "from", sample->from);
    node_put(item, "subject",
             sample->subject.n > 0 ? sample->subject
                                   : locale_text(page->locale, "message.no_subject"));
    node_put(item, "date", date_short(&page->dates, page->arena, sample->arrived));
    node_put(item, "url",
             place_message_url(page->arena, "/message", &place, found->uidvalidity, sample->uid));
    if (sample->winner != SIZE_MAX && sample->winner != e->index)
        node_put(item, "winner",
                 filter_rule_title(page, &e->folders, &e->set.rules[sample->winner]));
}

static struct sv preview_words(struct page *page, const struct filter_preview *found)
{
    struct sv looked = locale_number(page->locale, page->arena, found->looked);
    if (found->looked == 0)
        return locale_text(page->locale, "filter.preview_none");
    if (found->looked == 1)
        return locale_format(page->locale, page->arena, "filter.preview_single",
                             locale_number(page->locale, page->arena, found->matched));
    return locale_plural_of(page->locale, page->arena, "filter.preview", found->matched, looked);
}

static enum status preview(struct edit *e)
{
    struct page *page = e->page;
    struct filter_preview found;
    bool waiting = false;
    enum status st = filter_try(page, &e->set, e->index, &found, &waiting);
    if (waiting)
        return st;
    if (st != STATUS_OK)
        return show_failure(e, st);
    struct node root = view_root(page_view(page)), node = node_child(root, "Preview");
    node_put(node, "text", preview_words(page, &found));
    if (found.taken > 0)
        node_put(node, "taken",
                 locale_plural(page->locale, page->arena, "filter.taken", found.taken));
    for (size_t i = 0; i < found.samples_n; i++)
        put_sample(e, node_item(root, "Samples", i), &found, &found.samples[i]);
    return show(e, 200, NULL);
}

/* ---- what has been typed, among the others ---- */

static bool form_index(const struct edit *e, size_t *index)
{
    uint32_t n;
    if (sv_to_u32(e->form.rule, &n) != STATUS_OK || n >= e->filters.set.n)
        return false;
    *index = n;
    return true;
}

static struct rule_fault set_build(struct edit *e)
{
    const struct rule_set *old = &e->filters.set;
    struct page *page = e->page;
    e->set = *old;
    e->set.rules = arena_array(page->arena, old->n + 1, sizeof *e->set.rules);
    for (size_t i = 0; i < old->n; i++)
        e->set.rules[i] = old->rules[i];
    if (!form_index(e, &e->index))
        e->index = e->set.n++;
    filter_form_rule(page, &e->form, &e->folders, &e->set.rules[e->index]);
    struct rule_fault fault = rule_check(&e->set.rules[e->index], &page->site->filters.rules);
    if (!fault.wrong)
        fault = rule_set_check(&e->set, &page->site->filters.rules);
    return fault;
}

/* ---- saving ---- */

/* Both are shown: what was typed, and what somebody else has saved. */
static enum status show_changed(struct edit *e, struct sv sentence)
{
    struct page *page = e->page;
    struct node node = node_child(view_root(page_view(page)), "Filter");
    size_t index;
    if (form_index(e, &index)) {
        const struct rule *rule = &e->filters.set.rules[index];
        node_put(node, "theirs",
                 arena_printf(page->arena, "%.*s → %.*s",
                              SV_ARG(filter_conditions_words(page, rule)),
                              SV_ARG(filter_actions_words(page, &e->folders, rule))));
    } else {
        e->form.rule = SV("");
    }
    e->form.version = e->filters.version;
    return show_error(e, 409, sentence);
}

static enum status folders_make(struct edit *e, size_t *made)
{
    struct imap_call call = page_call(e->page);
    const struct rule_set mine = {.rules = &e->set.rules[e->index], .n = 1};
    return filters_make_folders(e->imap, &call, &e->folders, &mine, made);
}

static enum status saved(struct edit *e, size_t made)
{
    struct page *page = e->page;
    struct sv title = filter_rule_title(page, &e->folders, &e->set.rules[e->index]);
    flash_set(page,
              locale_format(page->locale, page->arena,
                            made > 0 ? "filter.flash.saved_made" : "filter.flash.saved", title),
              SV(""), false);
    return page_redirect(page, SV("/filters"));
}

static enum status save(struct edit *e)
{
    struct page *page = e->page;
    struct filter_wish wish = {
        .set = e->set, .include = e->filters.include, .version = e->form.version};
    struct rule_fault fault;
    struct sv sentence = SV("");
    size_t made = 0;
    if (!sv_eq(e->form.version, e->filters.version))
        return show_changed(e, locale_text(page->locale, "filter.changed"));
    enum status st = folders_make(e, &made);
    if (st != STATUS_OK && imap_usable(e->imap)) {
        sentence = locale_format(page->locale, page->arena, "folders.refused",
                                 sv_of(page->diagnosis.detail));
        page->diagnosis = (struct diagnosis){0};
        return show_error(e, 422, sentence);
    }
    if (st == STATUS_OK)
        st = filter_commit(page, &e->filters, &wish, &fault, &sentence);
    if (st == STATUS_OK)
        return saved(e, made);
    if (st == STATUS_CHANGED && sentence.n > 0)
        return show_changed(e, sentence);
    if (st == STATUS_INVALID && sentence.n > 0) {
        const struct filter_other *other = filters_displaced(&e->filters);
        if (other && !e->filters.can_include)
            node_put(view_root(page_view(page)), "Filter.displaces", other->name);
        return show_error(e, 422, sentence);
    }
    return show_failure(e, st);
}

/* ---- the form's buttons ---- */

static void row_remove(struct filter_form *form, size_t at)
{
    for (size_t i = at; i + 1 < form->rows_n; i++)
        form->rows[i] = form->rows[i + 1];
    form->rows_n--;
}

static enum status rows_change(struct edit *e, struct sv act)
{
    struct filter_form *form = &e->form;
    uint32_t at;
    if (sv_eq(act, SV("add")) && form->rows_n < RULE_CONDITIONS_MAX)
        form->rows[form->rows_n++] =
            (struct filter_row){SV("from"), SV(""), SV("contains"), SV("")};
    else if (sv_starts(act, SV("remove.")) && form->rows_n > 1 &&
             sv_to_u32(sv_slice(act, 7, act.n), &at) == STATUS_OK && at < form->rows_n)
        row_remove(form, at);
    else if (sv_eq(act, SV("copy")) && form->copies_n < RULE_ACTIONS_MAX)
        form->copies[form->copies_n++] = SV("");
    return show(e, 200, NULL);
}

/* The page that one waits on for a trial sends the form's own first. */
static struct sv last_act(const struct page *page)
{
    size_t at = 0;
    struct sv value = SV("");
    while (inputs_next(&page->request->form, "act", &at, &value))
        ;
    return value;
}

static enum status run(struct edit *e)
{
    struct sv act = last_act(e->page);
    struct filter_call call = page_filter_call(e->page);
    if (sv_eq(act, SV("add")) || sv_starts(act, SV("remove.")) || sv_eq(act, SV("copy")) ||
        sv_eq(act, SV("edit")))
        return rows_change(e, act);
    enum status st = filters_load(&call, &e->filters);
    if (st != STATUS_OK)
        return show_failure(e, st);
    struct rule_fault fault = set_build(e);
    if (fault.wrong)
        return show(e, 422, &fault);
    return sv_eq(act, SV("preview")) ? preview(e) : save(e);
}

static enum status begin(struct edit *e)
{
    struct page *page = e->page;
    struct filter_call call = page_filter_call(page);
    struct sv rule = inputs_get(&page->request->query, "rule");
    uint32_t index;
    enum status st = filters_load(&call, &e->filters);
    if (st != STATUS_OK)
        return st;
    if (rule.n == 0)
        filter_form_start(page, &e->form);
    else if (sv_to_u32(rule, &index) == STATUS_OK && index < e->filters.set.n)
        filter_form_load(page, &e->filters.set.rules[index], &e->form);
    else
        return STATUS_NOT_FOUND;
    e->form.rule = rule;
    e->form.version = e->filters.version;
    return show(e, 200, NULL);
}

enum status page_filter_edit(struct page *page)
{
    struct edit *e = arena_alloc(page->arena, sizeof *e);
    e->page = page;
    if (page->site->filters.way == FILTER_NONE)
        return STATUS_NOT_FOUND;
    enum status st = folder_list_load(page, SV(""), &e->imap, &e->folders);
    if (st != STATUS_OK)
        return st;
    if (page->request->method != METHOD_POST)
        return begin(e);
    filter_form_read(page, &e->form);
    return run(e);
}
