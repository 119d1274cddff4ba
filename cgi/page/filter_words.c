#include "filter_words.h"

#include "folder_list.h"
#include "log.h"
#include "utf8.h"

enum { SENTENCE_MAX = 64 * 1024, SHOWN_MAX = 80 };

static const char *const field_keys[] = {
    "filter.field.from", "filter.field.to",   "filter.field.subject",   "filter.field.header",
    "filter.field.list", "filter.field.size", "filter.field.attachment"};
/* [negated]; with the value as {0} */
static const char *const test_keys[][2] = {{"filter.says.contains", "filter.says.not_contains"},
                                           {"filter.says.is", "filter.says.not_is"},
                                           {"filter.says.begins", "filter.says.not_begins"},
                                           {"filter.says.matches", "filter.says.not_matches"},
                                           {"filter.says.regex", "filter.says.not_regex"},
                                           {"filter.says.over", "filter.says.not_over"},
                                           {"filter.says.under", "filter.says.not_under"},
                                           {"filter.says.present", "filter.says.absent"}};
static const char *const action_keys[] = {
    "filter.does.keep",   "filter.does.move",   "filter.does.copy",     "filter.does.read",
    "filter.does.flag",   "filter.does.tag",    "filter.does.redirect", "filter.does.send_copy",
    "filter.does.reject", "filter.does.delete", "filter.does.stop"};
static const char *const wrong_keys[RULE_WRONG_COUNT] = {
    "filter.wrong.refused",  "filter.wrong.many",   "filter.wrong.none",      "filter.wrong.empty",
    "filter.wrong.long",     "filter.wrong.text",   "filter.wrong.header",    "filter.wrong.test",
    "filter.wrong.regex",    "filter.wrong.size",   "filter.wrong.address",   "filter.wrong.tag",
    "filter.wrong.conflict", "filter.wrong.reject", "filter.wrong.forbidden", "filter.wrong.days"};

struct filter_call page_filter_call(struct page *page)
{
    return (struct filter_call){.session = page->session,
                                .site = &page->site->filters,
                                .arena = page->arena,
                                .deadline = page->deadline,
                                .diagnosis = &page->diagnosis};
}

/* ---- sizes ---- */

struct sv filter_size_write(struct page *page, uint64_t size)
{
    bool french = page->language == LANGUAGE_FR;
    static const struct {
        uint64_t unit;
        const char *fr, *en;
    } units[] = {{1000000, "Mo", "MB"}, {1000, "Ko", "KB"}, {1, "o", "B"}};
    size_t i = size % 1000000 == 0 ? 0 : size % 1000 == 0 ? 1 : 2;
    return arena_printf(page->arena, "%llu %s", (unsigned long long)(size / units[i].unit),
                        french ? units[i].fr : units[i].en);
}

uint64_t filter_size_read(struct sv text)
{
    size_t digits = 0;
    uint64_t n;
    text = sv_trim(text);
    while (digits < text.n && ascii_is_digit(text.p[digits]))
        digits++;
    struct sv unit = sv_trim(sv_slice(text, digits, text.n));
    if (sv_starts(unit, SV("\u00a0")) || sv_starts(unit, SV("\u202f")))
        unit = sv_slice(unit, sv_starts(unit, SV("\u00a0")) ? 2 : 3, unit.n);
    if (sv_to_u64(sv_slice(text, 0, digits), RULE_SIZE_MAX, &n) != STATUS_OK || unit.n > 2 ||
        (unit.n == 2 && ascii_lower(unit.p[1]) != 'o' && ascii_lower(unit.p[1]) != 'b'))
        return 0;
    char letter = unit.n > 0 ? ascii_lower(unit.p[0]) : 'b';
    uint64_t factor = letter == 'm'                    ? 1000000
                      : letter == 'k'                  ? 1000
                      : letter == 'g'                  ? 1000000000
                      : letter == 'o' || letter == 'b' ? 1
                                                       : 0;
    return factor && n <= RULE_SIZE_MAX / factor ? n * factor : 0;
}

/* ---- sentences ---- */

static struct sv condition_words(struct page *page, const struct rule_condition *c)
{
    struct sv value = c->field == RULE_SIZE ? filter_size_write(page, c->size)
                                            : utf8_cut_points(c->value, SHOWN_MAX);
    struct sv says =
        locale_format(page->locale, page->arena, test_keys[c->test][c->negated], value);
    if (c->field == RULE_ATTACHMENT)
        return says;
    struct sv field =
        c->field == RULE_HEADER ? c->header : locale_text(page->locale, field_keys[c->field]);
    return arena_printf(page->arena, "%.*s %.*s", SV_ARG(field), SV_ARG(says));
}

struct sv filter_conditions_words(struct page *page, const struct rule *rule)
{
    struct sb out;
    if (rule->mode == RULE_EVERY)
        return locale_text(page->locale, "filter.every");
    sb_init(&out, page->arena, SENTENCE_MAX);
    for (size_t i = 0; i < rule->conditions_n; i++) {
        if (i > 0) {
            sb_add_char(&out, ' ');
            sb_add(&out,
                   locale_text(page->locale, rule->mode == RULE_ANY ? "filter.or" : "filter.and"));
            sb_add_char(&out, ' ');
        }
        sb_add(&out, condition_words(page, &rule->conditions[i]));
    }
    return sb_view(&out);
}

static struct sv action_words(struct page *page, const struct folders *folders,
                              const struct rule_action *a)
{
    struct sv value = utf8_cut_points(a->value, SHOWN_MAX);
    if (a->kind == RULE_MOVE || a->kind == RULE_COPY) {
        const struct folder *folder = folder_find(folders, a->value);
        if (folder)
            value = folder_label(page, folder, true);
    }
    return locale_format(page->locale, page->arena, action_keys[a->kind], value);
}

struct sv filter_actions_words(struct page *page, const struct folders *folders,
                               const struct rule *rule)
{
    struct sb out;
    sb_init(&out, page->arena, SENTENCE_MAX);
    for (size_t i = 0; i < rule->actions_n; i++) {
        sb_add_cstr(&out, i > 0 ? ", " : "");
        sb_add(&out, action_words(page, folders, &rule->actions[i]));
    }
    return sb_view(&out);
}

static struct sv shortened(struct page *page, struct sv text)
{
    struct sv cut = utf8_cut_points(text, SHOWN_MAX);
    return cut.n == text.n ? text : arena_printf(page->arena, "%.*s…", SV_ARG(sv_trim(cut)));
}

struct sv filter_rule_title(struct page *page, const struct folders *folders,
                            const struct rule *rule)
{
    if (rule->name.n > 0)
        return rule->name;
    struct sv conditions = filter_conditions_words(page, rule);
    struct sv actions = filter_actions_words(page, folders, rule);
    return arena_printf(page->arena, "%.*s → %.*s", SV_ARG(shortened(page, conditions)),
                        SV_ARG(shortened(page, actions)));
}

struct sv filter_fault_words(struct page *page, const struct rule_fault *fault)
{
    return locale_text(page->locale, wrong_keys[fault->wrong]);
}

/* ---- saving ---- */

static bool replacing(const struct page *page)
{
    return sv_eq(inputs_get(&page->request->form, "replace"), SV("1"));
}

/* "mailbox a$b" */
static struct sv procmail_refusal(struct page *page, struct sv missing)
{
    static const char *const keys[][2] = {{"mark", "filter.cannot.mark"},
                                          {"mailbox", "filter.cannot.mailbox"},
                                          {"address", "filter.cannot.address"},
                                          {"forward", "filter.wrong.forbidden"}};
    struct sv word = sv_cut(&missing, ' ');
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (sv_eq(word, sv_of(keys[i][0])))
            return locale_format(page->locale, page->arena, keys[i][1], missing);
    return SV("");
}

static struct sv refusal(struct page *page, enum status st, struct sv missing)
{
    const struct locale *l = page->locale;
    if (st == STATUS_EXISTS)
        return locale_text(l, "filter.edited");
    if (st == STATUS_UNSUPPORTED && page->site->filters.way == FILTER_PROCMAIL)
        return procmail_refusal(page, missing);
    if (st == STATUS_UNSUPPORTED && missing.n > 0)
        return locale_format(l, page->arena, "filter.missing", missing);
    if (st == STATUS_REFUSED && page->diagnosis.cause == CAUSE_REFUSED)
        return locale_format(l, page->arena, "filter.refused", sv_of(page->diagnosis.detail));
    if (st == STATUS_TOO_LARGE)
        return locale_text(l, "filter.wrong.many");
    return SV("");
}

/* For the administrator: a stolen account likes to send mail on. */
static void log_saved(const struct rule_set *set)
{
    size_t redirections = 0;
    for (size_t i = 0; i < set->n; i++)
        for (size_t k = 0; k < set->rules[i].actions_n; k++) {
            enum rule_action_kind kind = set->rules[i].actions[k].kind;
            redirections += kind == RULE_REDIRECT || kind == RULE_REDIRECT_COPY;
        }
    log_event(LOG_LEVEL_INFO, "filters-saved", "rules=%zu redirections=%zu vacation=%s", set->n,
              redirections, set->vacation.on ? "on" : "off");
}

enum status filter_commit(struct page *page, const struct filters *was, struct filter_wish *wish,
                          struct rule_fault *fault, struct sv *sentence)
{
    struct filter_call call = page_filter_call(page);
    const struct filter_other *other = filters_displaced(was);
    struct sv missing;
    *fault = (struct rule_fault){RULE_RIGHT, RULE_IN_SET, 0, 0};
    rule_set_order(&wish->set);
    if (other && !was->ours_run && !replacing(page)) {
        if (!was->can_include) {
            *sentence = locale_format(page->locale, page->arena, "filter.displaces", other->name);
            return STATUS_INVALID;
        }
        wish->include = other->name;
    }
    enum status st = filters_save(&call, wish, fault, &missing);
    if (st == STATUS_INVALID && fault->wrong) {
        *sentence = filter_fault_words(page, fault);
        return st;
    }
    if (st == STATUS_CHANGED) {
        *sentence = locale_text(page->locale, "filter.changed");
        return st;
    }
    if (st == STATUS_OK)
        log_saved(&wish->set);
    struct sv words = st == STATUS_OK ? SV("") : refusal(page, st, missing);
    if (words.n == 0)
        return st;
    *sentence = words;
    page->diagnosis = (struct diagnosis){0};
    return STATUS_INVALID;
}
