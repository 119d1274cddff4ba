#include "rule_match.h"

#include <regex.h>

#include "address.h"
#include "arena.h"
#include "header.h"
#include "utf8.h"
#include "word.h"

/* The C library keeps each state that an expression has been in, and some expressions are in a new
 * one at each byte: some 13 KB. After so many bytes all of them are forgotten. */
enum { FED_MAX = 4 * 1024 };

struct effort {
    struct deadline until;
    bool limited, late;
    size_t fed; /* bytes */
};

struct rule_matcher {
    const struct rule_set *set;
    regex_t *patterns; /* those of all conditions in their order, compiled or not */
    bool *compiled;
    size_t n;
    struct effort *effort;
    size_t first[RULE_COUNT_MAX]; /* index of a rule's first condition */
};

/* ---- making ready ---- */

static enum status pattern_compile(const struct rule_matcher *m, size_t at, struct sv value)
{
    char text[RULE_REGEX_MAX + 1];
    struct sb b;
    sb_fixed(&b, text, sizeof text);
    sb_add(&b, value);
    if (b.over || regcomp(&m->patterns[at], text, REG_EXTENDED | REG_ICASE | REG_NOSUB) != 0)
        return STATUS_INVALID;
    m->compiled[at] = true;
    return STATUS_OK;
}

static enum status patterns_compile(struct rule_matcher *m)
{
    size_t at = 0;
    for (size_t i = 0; i < m->set->n; i++) {
        const struct rule *rule = &m->set->rules[i];
        m->first[i] = at;
        for (size_t c = 0; c < rule->conditions_n; c++, at++) {
            if (rule->conditions[c].test != RULE_REGEX)
                continue;
            enum status st = pattern_compile(m, at, rule->conditions[c].value);
            if (st != STATUS_OK)
                return st;
        }
    }
    return STATUS_OK;
}

enum status rule_matcher_new(const struct rule_set *set, struct rule_matcher **out)
{
    struct rule_matcher *m = set->n <= RULE_COUNT_MAX ? calloc(1, sizeof *m) : NULL;
    if (!m)
        return STATUS_IO;
    m->set = set;
    for (size_t i = 0; i < set->n; i++)
        m->n += set->rules[i].conditions_n;
    m->patterns = calloc(m->n + 1, sizeof *m->patterns);
    m->compiled = calloc(m->n + 1, sizeof *m->compiled);
    m->effort = calloc(1, sizeof *m->effort);
    bool whole = m->patterns && m->compiled && m->effort;
    enum status st = whole ? patterns_compile(m) : STATUS_IO;
    if (st == STATUS_OK)
        *out = m;
    else
        rule_matcher_free(&m);
    return st;
}

static void patterns_forget(const struct rule_matcher *m)
{
    for (size_t i = 0; m->compiled && i < m->n; i++) {
        if (m->compiled[i])
            regfree(&m->patterns[i]);
        m->compiled[i] = false;
    }
}

void rule_matcher_free(struct rule_matcher **matcher)
{
    if (!matcher || !*matcher)
        return;
    struct rule_matcher *m = *matcher;
    patterns_forget(m);
    free(m->patterns);
    free(m->compiled);
    free(m->effort);
    free(m);
    *matcher = NULL;
}

void rule_matcher_until(struct rule_matcher *m, struct deadline deadline)
{
    m->effort->until = deadline;
    m->effort->limited = true;
}

bool rule_matcher_late(const struct rule_matcher *m)
{
    return m->effort->late;
}

/* ---- one text ---- */

/* Bytes of the character at `at`, so that "?" stands for one of them whole. */
static size_t step(struct sv s, size_t at)
{
    size_t next = at;
    (void)utf8_next(s, &next);
    return next - at;
}

static bool glob_matches(struct sv pattern, struct sv text)
{
    size_t p = 0, t = 0, star = SIZE_MAX, mark = 0;
    while (t < text.n) {
        if (p < pattern.n && pattern.p[p] == '*') {
            star = p++;
            mark = t;
        } else if (p < pattern.n && pattern.p[p] == '?') {
            p++;
            t += step(text, t);
        } else if (p < pattern.n && ascii_lower(pattern.p[p]) == ascii_lower(text.p[t])) {
            p++;
            t++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            t = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.n && pattern.p[p] == '*')
        p++;
    return p == pattern.n;
}

static bool regex_matches(const struct rule_matcher *m, size_t at, struct sv value,
                          struct arena *arena, struct sv text)
{
    if (m->effort->fed > FED_MAX) {
        patterns_forget(m);
        m->effort->fed = 0;
    }
    m->effort->fed += text.n;
    if (!m->compiled[at] && pattern_compile(m, at, value) != STATUS_OK)
        return false;
    return regexec(&m->patterns[at], arena_cstr(arena, text), 0, NULL, 0) == 0;
}

static bool text_matches(const struct rule_matcher *m, size_t at, const struct rule_condition *c,
                         struct arena *arena, struct sv text)
{
    struct effort *effort = m->effort;
    effort->late = effort->late || (effort->limited && deadline_passed(effort->until));
    if (effort->late)
        return false;
    switch (c->test) {
    case RULE_CONTAINS:
        return sv_find_nocase(text, c->value) != SIZE_MAX;
    case RULE_IS:
        return sv_eq_nocase(text, c->value);
    case RULE_BEGINS:
        return sv_starts_nocase(text, c->value);
    case RULE_MATCHES:
        return glob_matches(c->value, text);
    case RULE_REGEX:
        return regex_matches(m, at, c->value, arena, text);
    case RULE_OVER:
    case RULE_UNDER:
    case RULE_PRESENT:
    case RULE_TEST_COUNT:
        break;
    }
    return false;
}

static struct sv field_text(struct arena *arena, struct sv raw)
{
    struct sv line = header_unfold(arena, sv_slice(raw, 0, RULE_TEXT_LOOKED));
    return sv_trim(utf8_line(arena, word_decode(arena, line)));
}

/* ---- one condition ---- */

struct look {
    const struct rule_matcher *matcher;
    struct arena *arena;
    const struct rule_message *message;
};

static bool addresses_match(const struct look *look, size_t at, const struct rule_condition *c,
                            struct sv raw)
{
    struct addresses list = address_list_parse(look->arena, sv_slice(raw, 0, RULE_TEXT_LOOKED));
    for (size_t i = 0; i < list.n; i++) {
        const struct address *a = &list.items[i];
        if (a->mailbox.n == 0 && a->domain.n == 0)
            continue;
        struct sv spec = arena_printf(look->arena, "%.*s%s%.*s", SV_ARG(a->mailbox),
                                      a->domain.n > 0 ? "@" : "", SV_ARG(a->domain));
        if (text_matches(look->matcher, at, c, look->arena, spec))
            return true;
    }
    return false;
}

static bool list_matches(const struct look *look, size_t at, const struct rule_condition *c,
                         struct sv text)
{
    if (c->test == RULE_CONTAINS || c->test == RULE_MATCHES || c->test == RULE_REGEX)
        return text_matches(look->matcher, at, c, look->arena, text);
    struct sv inside =
        arena_printf(look->arena, "<%.*s%s", SV_ARG(c->value), c->test == RULE_IS ? ">" : "");
    return sv_find_nocase(text, inside) != SIZE_MAX;
}

static bool field_is_meant(const struct rule_condition *c, struct sv name)
{
    switch (c->field) {
    case RULE_FROM:
        return sv_eq_nocase(name, SV("From"));
    case RULE_RECIPIENT:
        return sv_eq_nocase(name, SV("To")) || sv_eq_nocase(name, SV("Cc"));
    case RULE_SUBJECT:
        return sv_eq_nocase(name, SV("Subject"));
    case RULE_HEADER:
        return sv_eq_nocase(name, c->header);
    case RULE_LIST:
        return sv_eq_nocase(name, SV("List-Id"));
    case RULE_SIZE:
    case RULE_ATTACHMENT:
    case RULE_FIELD_COUNT:
        break;
    }
    return false;
}

static bool fields_match(const struct look *look, size_t at, const struct rule_condition *c)
{
    bool bare = (c->field == RULE_FROM || c->field == RULE_RECIPIENT) &&
                (c->test == RULE_IS || c->test == RULE_BEGINS);
    struct field field;
    size_t from = 0;
    while (header_next(look->message->header, &from, &field) && !arena_over(look->arena)) {
        if (!field_is_meant(c, field.name))
            continue;
        struct sv text = bare ? SV("") : field_text(look->arena, field.value);
        bool holds = bare ? addresses_match(look, at, c, field.value)
                     : c->field == RULE_LIST
                         ? list_matches(look, at, c, text)
                         : text_matches(look->matcher, at, c, look->arena, text);
        if (holds)
            return true;
    }
    return false;
}

static bool condition_holds(const struct look *look, size_t at, const struct rule_condition *c)
{
    bool holds;
    if (c->field == RULE_SIZE)
        holds =
            c->test == RULE_OVER ? look->message->size > c->size : look->message->size < c->size;
    else if (c->field == RULE_ATTACHMENT)
        holds = look->message->attachment;
    else
        holds = fields_match(look, at, c);
    return holds != c->negated;
}

/* ---- rules ---- */

bool rule_matches(const struct rule_matcher *m, size_t index, struct arena *arena,
                  const struct rule_message *message)
{
    const struct look look = {m, arena, message};
    const struct rule *rule = &m->set->rules[index];
    bool any = rule->mode == RULE_ANY;
    for (size_t c = 0; c < rule->conditions_n; c++)
        if (condition_holds(&look, m->first[index] + c, &rule->conditions[c]) == any)
            return any;
    return !any;
}

/* Returns false if no later rule is looked at. */
static bool actions_apply(const struct rule *rule, size_t index, struct rule_outcome *out)
{
    bool on = true;
    for (size_t i = 0; i < rule->actions_n; i++) {
        const struct rule_action *a = &rule->actions[i];
        if (rule_action_places(a->kind) && out->winner == SIZE_MAX) {
            out->winner = index;
            out->action = a->kind;
            out->value = a->value;
        }
        on = on && a->kind != RULE_STOP && a->kind != RULE_REJECT;
    }
    return on;
}

void rule_evaluate(const struct rule_matcher *m, struct arena *arena,
                   const struct rule_message *message, struct rule_outcome *out)
{
    *out = (struct rule_outcome){.winner = SIZE_MAX, .action = RULE_KEEP};
    for (size_t i = 0; i < m->set->n; i++) {
        if (!m->set->rules[i].on || !rule_matches(m, i, arena, message))
            continue;
        out->matched[i] = true;
        if (!actions_apply(&m->set->rules[i], i, out))
            return;
    }
}

static void field_add(struct sv *names, size_t *n, struct sv name)
{
    for (size_t i = 0; i < *n; i++)
        if (sv_eq_nocase(names[i], name))
            return;
    names[(*n)++] = name;
}

struct sv *rule_fields_needed(struct arena *arena, const struct rule_set *set, size_t *n)
{
    static const char *const fixed[] = {"From", "To", "Subject", "", "List-Id"};
    size_t room = 1, found = 0;
    for (size_t i = 0; i < set->n; i++)
        room += 2 * set->rules[i].conditions_n;
    struct sv *names = arena_array(arena, room, sizeof *names);
    for (size_t i = 0; i < set->n; i++)
        for (size_t c = 0; c < set->rules[i].conditions_n; c++) {
            const struct rule_condition *condition = &set->rules[i].conditions[c];
            if (condition->field >= RULE_SIZE)
                continue;
            bool own = condition->field == RULE_HEADER;
            field_add(names, &found, own ? condition->header : sv_of(fixed[condition->field]));
            if (condition->field == RULE_RECIPIENT)
                field_add(names, &found, SV("Cc"));
        }
    *n = found;
    return names;
}
