#include "filter_form.h"

#include "folder_list.h"

static const char *const fields[] = {"from", "to",   "subject",   "header",
                                     "list", "size", "attachment"};
static const char *const tests[] = {"contains", "is",   "begins", "matches",
                                    "regex",    "over", "under",  "present"};

/* ---- reading ---- */

static struct sv field(const struct page *page, const char *name)
{
    return sv_trim(inputs_get(&page->request->form, name));
}

static bool ticked(const struct page *page, const char *name)
{
    return inputs_get(&page->request->form, name).n > 0;
}

static struct sv next(const struct page *page, const char *name, size_t *at)
{
    struct sv value = SV("");
    (void)inputs_next(&page->request->form, name, at, &value);
    return sv_trim(value);
}

static void rows_read(struct page *page, struct filter_form *form)
{
    size_t at[4] = {0};
    struct sv value;
    while (form->rows_n < RULE_CONDITIONS_MAX &&
           inputs_next(&page->request->form, "field", &at[0], &value))
        form->rows[form->rows_n++] =
            (struct filter_row){value, next(page, "header", &at[1]), next(page, "test", &at[2]),
                                next(page, "value", &at[3])};
    if (form->rows_n == 0)
        form->rows[form->rows_n++] =
            (struct filter_row){SV("from"), SV(""), SV("contains"), SV("")};
}

static void copies_read(struct page *page, struct filter_form *form)
{
    size_t at = 0;
    struct sv value;
    while (form->copies_n < RULE_ACTIONS_MAX &&
           inputs_next(&page->request->form, "copy", &at, &value))
        form->copies[form->copies_n++] = value;
}

void filter_form_read(struct page *page, struct filter_form *form)
{
    *form = (struct filter_form){.rule = field(page, "rule"),
                                 .version = field(page, "version"),
                                 .name = field(page, "name"),
                                 .mode = field(page, "mode"),
                                 .place = field(page, "place"),
                                 .folder = inputs_get(&page->request->form, "folder"),
                                 .folder_new = field(page, "folder_new"),
                                 .redirect = field(page, "redirect"),
                                 .reason = sv_trim(form_lines(page->arena, field(page, "reason"))),
                                 .tags = field(page, "tags"),
                                 .send_copy = field(page, "send_copy"),
                                 .on = ticked(page, "on"),
                                 .read = ticked(page, "read"),
                                 .flag = ticked(page, "flag"),
                                 .stop = ticked(page, "stop")};
    rows_read(page, form);
    copies_read(page, form);
}

static void row_add(struct filter_form *form, const char *name, const char *test, struct sv value)
{
    if (value.n > 0 && form->rows_n < RULE_CONDITIONS_MAX)
        form->rows[form->rows_n++] = (struct filter_row){sv_of(name), SV(""), sv_of(test), value};
}

/* A piece of an address, or of a list's name, is no whole one. */
static const char *test_of(struct sv value, char whole)
{
    return sv_find_char(value, whole) == SIZE_MAX ? "contains" : "is";
}

void filter_form_start(struct page *page, struct filter_form *form)
{
    const struct inputs *query = &page->request->query;
    *form = (struct filter_form){.mode = SV("all"), .place = SV("move"), .on = true, .stop = true};
    struct sv from = sv_trim(inputs_get(query, "from")), list = sv_trim(inputs_get(query, "list"));
    row_add(form, "from", test_of(from, '@'), from);
    row_add(form, "to", "contains", sv_trim(inputs_get(query, "to")));
    row_add(form, "subject", "contains", sv_trim(inputs_get(query, "subject")));
    row_add(form, "list", test_of(list, '.'), list);
    row_add(form, "subject", "contains", sv_trim(inputs_get(query, "words")));
    row_add(form, "size", "over", sv_trim(inputs_get(query, "larger")));
    if (sv_eq(inputs_get(query, "attachment"), SV("1")))
        row_add(form, "attachment", "present", SV(" "));
    if (form->rows_n == 0)
        form->rows[form->rows_n++] =
            (struct filter_row){SV("from"), SV(""), SV("contains"), SV("")};
}

/* ---- a rule as a form ---- */

static struct filter_row row_of(struct page *page, const struct rule_condition *c)
{
    struct sv test = arena_printf(page->arena, "%s%s", c->negated ? "not-" : "", tests[c->test]);
    return (struct filter_row){sv_of(fields[c->field]), c->header, test,
                               c->field == RULE_SIZE ? filter_size_write(page, c->size) : c->value};
}

static void word_join(struct page *page, struct sv *list, struct sv word)
{
    *list =
        list->n == 0 ? word : arena_printf(page->arena, "%.*s %.*s", SV_ARG(*list), SV_ARG(word));
}

static void action_load(struct page *page, const struct rule_action *a, struct filter_form *form)
{
    switch (a->kind) {
    case RULE_KEEP:
        form->place = SV("keep");
        break;
    case RULE_MOVE:
        form->place = SV("move");
        form->folder = a->value;
        break;
    case RULE_REDIRECT:
        form->place = SV("redirect");
        form->redirect = a->value;
        break;
    case RULE_REJECT:
        form->place = SV("reject");
        form->reason = a->value;
        break;
    case RULE_DELETE:
        form->place = SV("delete");
        break;
    case RULE_COPY:
        form->copies[form->copies_n++] = a->value; /* no rule has more actions than these */
        break;
    case RULE_TAG:
        word_join(page, &form->tags, a->value);
        break;
    case RULE_REDIRECT_COPY:
        word_join(page, &form->send_copy, a->value);
        break;
    case RULE_MARK_READ:
        form->read = true;
        break;
    case RULE_MARK_FLAGGED:
        form->flag = true;
        break;
    case RULE_STOP:
        form->stop = true;
        break;
    case RULE_ACTION_COUNT:
        break;
    }
}

void filter_form_load(struct page *page, const struct rule *rule, struct filter_form *form)
{
    static const char *const modes[] = {"all", "any", "every"};
    *form = (struct filter_form){
        .name = rule->name, .mode = sv_of(modes[rule->mode]), .place = SV("none"), .on = rule->on};
    for (size_t i = 0; i < rule->conditions_n; i++)
        form->rows[form->rows_n++] = row_of(page, &rule->conditions[i]);
    if (form->rows_n == 0)
        form->rows[form->rows_n++] =
            (struct filter_row){SV("from"), SV(""), SV("contains"), SV("")};
    for (size_t i = 0; i < rule->actions_n; i++)
        action_load(page, &rule->actions[i], form);
}

/* ---- a form as a rule ---- */

static size_t index_of(const char *const *words, size_t n, struct sv word, size_t otherwise)
{
    for (size_t i = 0; i < n; i++)
        if (sv_eq(word, sv_of(words[i])))
            return i;
    return otherwise;
}

static struct rule_condition condition_of(const struct filter_row *row)
{
    struct rule_condition c = {.value = row->value};
    struct sv test = row->test;
    c.field = (enum rule_field)index_of(fields, RULE_FIELD_COUNT, row->field, RULE_FROM);
    if (sv_starts(test, SV("not-"))) {
        c.negated = true;
        test = sv_slice(test, 4, test.n);
    }
    c.test = (enum rule_test)index_of(tests, RULE_TEST_COUNT, test, RULE_CONTAINS);
    if (c.field == RULE_HEADER)
        c.header = row->header;
    if (c.field == RULE_SIZE) {
        /* the menu of tests may still show one of a text's: "larger" is what is meant most */
        c.test = c.test == RULE_UNDER ? RULE_UNDER : RULE_OVER;
        c.size = filter_size_read(row->value);
        c.value = SV("");
    }
    if (c.field == RULE_ATTACHMENT) {
        c.test = RULE_PRESENT;
        c.value = SV("");
    }
    return c;
}

static bool row_is_blank(const struct filter_row *row)
{
    return row->value.n == 0 && !sv_eq(row->field, SV("attachment"));
}

static void conditions_of(struct page *page, const struct filter_form *form, struct rule *rule)
{
    size_t filled = 0;
    rule->mode = sv_eq(form->mode, SV("any"))     ? RULE_ANY
                 : sv_eq(form->mode, SV("every")) ? RULE_EVERY
                                                  : RULE_ALL;
    rule->conditions = arena_array(page->arena, RULE_CONDITIONS_MAX, sizeof *rule->conditions);
    for (size_t i = 0; i < form->rows_n; i++)
        filled += !row_is_blank(&form->rows[i]);
    for (size_t i = 0; i < form->rows_n && rule->mode != RULE_EVERY; i++)
        if (filled == 0 || !row_is_blank(&form->rows[i]))
            rule->conditions[rule->conditions_n++] = condition_of(&form->rows[i]);
}

static void act(struct rule *rule, enum rule_action_kind kind, struct sv value)
{
    /* one more than allowed: the check says that it is too many */
    if (rule->actions_n <= RULE_ACTIONS_MAX)
        rule->actions[rule->actions_n++] = (struct rule_action){kind, value};
}

static void act_each(struct rule *rule, enum rule_action_kind kind, struct sv words)
{
    while (words.n > 0) {
        struct sv word = sv_trim(sv_cut(&words, ' '));
        if (word.n > 0)
            act(rule, kind, word);
    }
}

/* What is typed is below the personal namespace, "/" parts its levels. */
static struct sv new_folder(struct page *page, const struct folders *folders, struct sv typed)
{
    for (size_t i = 0; i < folders->n; i++)
        if (sv_eq(folder_label(page, &folders->p[i], true), typed) ||
            sv_eq(folders->p[i].name, typed))
            return folders->p[i].name;
    struct sb name;
    sb_init(&name, page->arena, RULE_FOLDER_MAX * 2);
    sb_add(&name, folders->prefix);
    for (size_t i = 0; i < typed.n; i++)
        sb_add_char(&name,
                    typed.p[i] == '/' && folders->delimiter ? folders->delimiter : typed.p[i]);
    return sb_view(&name);
}

static void place_of(struct page *page, const struct filter_form *form,
                     const struct folders *folders, struct rule *rule)
{
    if (sv_eq(form->place, SV("keep")))
        act(rule, RULE_KEEP, SV(""));
    else if (sv_eq(form->place, SV("move")))
        act(rule, RULE_MOVE,
            form->folder_new.n > 0 ? new_folder(page, folders, form->folder_new) : form->folder);
    else if (sv_eq(form->place, SV("redirect")))
        act(rule, RULE_REDIRECT, form->redirect);
    else if (sv_eq(form->place, SV("reject")))
        act(rule, RULE_REJECT, form->reason);
    else if (sv_eq(form->place, SV("delete")))
        act(rule, RULE_DELETE, SV(""));
}

void filter_form_rule(struct page *page, const struct filter_form *form,
                      const struct folders *folders, struct rule *out)
{
    struct rule rule = {.name = form->name, .on = form->on};
    rule.actions = arena_array(page->arena, RULE_ACTIONS_MAX + 1, sizeof *rule.actions);
    conditions_of(page, form, &rule);
    if (form->read)
        act(&rule, RULE_MARK_READ, SV(""));
    if (form->flag)
        act(&rule, RULE_MARK_FLAGGED, SV(""));
    act_each(&rule, RULE_TAG, form->tags);
    for (size_t i = 0; i < form->copies_n; i++)
        if (form->copies[i].n > 0)
            act(&rule, RULE_COPY, form->copies[i]);
    act_each(&rule, RULE_REDIRECT_COPY, form->send_copy);
    place_of(page, form, folders, &rule);
    if (form->stop)
        act(&rule, RULE_STOP, SV(""));
    *out = rule;
}

/* ---- showing ---- */

static void put_target(struct node root, size_t n, struct sv name, struct sv label)
{
    struct node item = node_item(root, "Targets", n);
    node_put(item, "name", name);
    node_put(item, "label", label);
}

/* A folder that somebody has deleted stays the rule's. */
static void put_deleted(struct node root, const struct folders *folders, struct sv name, size_t *n)
{
    const struct folder *folder = folder_find(folders, name);
    if (name.n > 0 && !(folder && folder->selectable))
        put_target(root, (*n)++, name, name);
}

static bool is_twice(const struct filter_form *form, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (sv_eq(form->copies[i], form->copies[at]))
            return true;
    return sv_eq(form->copies[at], form->folder);
}

static void put_targets(struct page *page, const struct filter_form *form,
                        const struct folders *folders)
{
    struct node root = view_root(page_view(page));
    size_t n = 0;
    for (size_t i = 0; i < folders->n; i++)
        if (folders->p[i].selectable)
            put_target(root, n++, folders->p[i].name, folder_label(page, &folders->p[i], true));
    put_deleted(root, folders, form->folder, &n);
    for (size_t i = 0; i < form->copies_n; i++)
        if (!is_twice(form, i))
            put_deleted(root, folders, form->copies[i], &n);
}

static void put_copies(struct node root, const struct filter_form *form)
{
    for (size_t i = 0; i < form->copies_n || i == 0; i++) {
        struct node item = node_item(root, "Copies", i);
        node_put_number(item, "number", (int64_t)i + 1);
        node_put(item, "folder", i < form->copies_n ? form->copies[i] : SV(""));
    }
}

static void put_rows(struct node root, const struct filter_form *form)
{
    for (size_t i = 0; i < form->rows_n; i++) {
        struct node item = node_item(root, "Conditions", i);
        node_put_number(item, "number", (int64_t)i + 1);
        node_put_number(item, "index", (int64_t)i);
        node_put(item, "field", form->rows[i].field);
        node_put(item, "header", form->rows[i].header);
        node_put(item, "test", form->rows[i].test);
        node_put(item, "value", form->rows[i].value);
    }
}

/* The row that a condition of the rule was made from: blank rows have none. */
static size_t row_of_condition(const struct filter_form *form, size_t condition)
{
    size_t seen = 0;
    for (size_t i = 0; i < form->rows_n; i++)
        if (!row_is_blank(&form->rows[i]) && seen++ == condition)
            return i;
    return condition;
}

/* The sentence stands beside what it is about, and above only that there is one. */
static void put_fault(struct page *page, const struct filter_form *form,
                      const struct rule_fault *fault)
{
    struct node root = view_root(page_view(page)), node = node_child(root, "Filter");
    struct sv words = filter_fault_words(page, fault), url = SV("");
    if (fault->place == RULE_IN_CONDITION && fault->index < form->rows_n) {
        size_t row = row_of_condition(form, fault->index);
        node_put(node_item(root, "Conditions", row), "error", words);
        url = arena_printf(page->arena, "#condition-%zu-error", row);
    } else if (fault->place == RULE_IN_ACTION) {
        node_put(node, "action_error", words);
        url = SV("#action-error");
    } else if (fault->place == RULE_IN_NAME) {
        node_put(node, "name_error", words);
        url = SV("#name-error");
    }
    node_put(node, "error", url.n > 0 ? locale_text(page->locale, "filter.see_below") : words);
    if (url.n > 0)
        node_put(node, "error_url", url);
}

void filter_form_put(struct page *page, const struct filter_form *form,
                     const struct folders *folders, const struct rule_fault *fault)
{
    struct node root = view_root(page_view(page)), node = node_child(root, "Filter");
    node_put(node, "rule", form->rule);
    node_put(node, "version", form->version);
    node_put(node, "name", form->name);
    node_put(node, "mode", form->mode);
    node_put(node, "place", form->place);
    node_put(node, "folder", form->folder);
    node_put(node, "folder_new", form->folder_new);
    node_put(node, "redirect", form->redirect);
    node_put(node, "reason", form->reason);
    node_put(node, "tags", form->tags);
    node_put(node, "send_copy", form->send_copy);
    node_put_flag(node, "on", form->on);
    node_put_flag(node, "read", form->read);
    node_put_flag(node, "flag", form->flag);
    node_put_flag(node, "stop", form->stop);
    node_put_flag(node, "full", form->rows_n == RULE_CONDITIONS_MAX);
    node_put_flag(node, "several", form->rows_n > 1);
    node_put_flag(node, "forwarding", page->site->filters.rules.forwarding);
    node_put_flag(node, "marks", filters_can(&page->site->filters, RULE_TAG));
    node_put_flag(node, "reasons", page->site->filters.way != FILTER_PROCMAIL);
    node_put_flag(node, "copies_full", form->copies_n == RULE_ACTIONS_MAX);
    put_targets(page, form, folders);
    put_copies(root, form);
    put_rows(root, form);
    if (fault && fault->wrong)
        put_fault(page, form, fault);
}
