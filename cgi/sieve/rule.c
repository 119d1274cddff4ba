#include "rule.h"

#include <string.h>

#include "address.h"
#include "header.h"
#include "utf8.h"

bool rule_test_fits(enum rule_field field, enum rule_test test)
{
    if (field == RULE_SIZE)
        return test == RULE_OVER || test == RULE_UNDER;
    if (field == RULE_ATTACHMENT)
        return test == RULE_PRESENT;
    return field < RULE_SIZE && rule_test_has_value(test);
}

bool rule_test_has_value(enum rule_test test)
{
    return test <= RULE_REGEX;
}

bool rule_action_has_value(enum rule_action_kind kind)
{
    return kind == RULE_MOVE || kind == RULE_COPY || kind == RULE_TAG || kind == RULE_REDIRECT ||
           kind == RULE_REDIRECT_COPY || kind == RULE_REJECT;
}

bool rule_action_places(enum rule_action_kind kind)
{
    return kind == RULE_KEEP || kind == RULE_MOVE || kind == RULE_REDIRECT || kind == RULE_REJECT ||
           kind == RULE_DELETE;
}

static bool is_redirect(enum rule_action_kind kind)
{
    return kind == RULE_REDIRECT || kind == RULE_REDIRECT_COPY;
}

static bool year_is_leap(uint32_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

bool rule_day_valid(rule_day day)
{
    static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    uint32_t year = day / 10000, month = day / 100 % 100, d = day % 100;
    if (year < 1970 || year > 9999 || month < 1 || month > 12 || d < 1)
        return false;
    return d <= lengths[month - 1] + (uint32_t)(month == 2 && year_is_leap(year));
}

/* ---- single values ---- */

static enum rule_wrong line_check(struct sv s, size_t max)
{
    if (s.n > max)
        return RULE_WRONG_LONG;
    for (size_t at = 0; at < s.n;) {
        uint32_t c = utf8_next(s, &at);
        /* C1 and the two separators end a line for some readers */
        if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029)
            return RULE_WRONG_TEXT;
    }
    return utf8_valid(s) ? RULE_RIGHT : RULE_WRONG_TEXT;
}

static enum rule_wrong value_check(struct sv s, size_t max)
{
    return s.n == 0 ? RULE_WRONG_EMPTY : line_check(s, max);
}

static enum rule_wrong lines_check(struct sv s, size_t max)
{
    if (s.n == 0)
        return RULE_WRONG_EMPTY;
    if (s.n > max)
        return RULE_WRONG_LONG;
    while (s.n > 0) {
        enum rule_wrong wrong = line_check(sv_cut(&s, '\n'), max);
        if (wrong)
            return wrong;
    }
    return RULE_RIGHT;
}

/* No quoted local part, and of its characters only those that no shell, no recipe and no command
 * line reads as anything else. */
static enum rule_wrong address_wrong(struct sv s)
{
    if (s.n == 0)
        return RULE_WRONG_EMPTY;
    if (s.n > RULE_ADDRESS_MAX)
        return RULE_WRONG_LONG;
    size_t at = sv_find_last_char(s, '@');
    if (at == SIZE_MAX || s.p[0] == '-' || s.p[0] == '.' || at == 0 || s.p[at - 1] == '.')
        return RULE_WRONG_ADDRESS;
    for (size_t i = 0; i < at; i++)
        if ((!ascii_is_alnum(s.p[i]) && (s.p[i] == '\0' || !strchr("._+-=~", s.p[i]))) ||
            (s.p[i] == '.' && s.p[i + 1] == '.'))
            return RULE_WRONG_ADDRESS;
    struct address a = {.mailbox = sv_slice(s, 0, at), .domain = sv_slice(s, at + 1, s.n)};
    bool literal = sv_find_char(a.domain, '[') != SIZE_MAX;
    return literal || address_check(a) != ADDRESS_FAULT_NONE ? RULE_WRONG_ADDRESS : RULE_RIGHT;
}

/* An atom of IMAP (RFC 3501 section 9), which has neither space nor quote nor backslash. */
static enum rule_wrong tag_check(struct sv s)
{
    if (s.n == 0)
        return RULE_WRONG_EMPTY;
    if (s.n > RULE_TAG_MAX)
        return RULE_WRONG_LONG;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] >= 0x7f || strchr("(){%*\"\\]", s.p[i]))
            return RULE_WRONG_TAG;
    return RULE_RIGHT;
}

/* RFC 5322 section 2.2 allows more; nobody writes it, and none of these is a wildcard or a quote
 * anywhere. */
static bool header_check(struct sv name)
{
    for (size_t i = 0; i < name.n; i++)
        if (!ascii_is_alnum(name.p[i]) && name.p[i] != '-' && name.p[i] != '_')
            return false;
    return header_name_valid(name);
}

static enum rule_wrong condition_check(const struct rule_condition *c)
{
    if (!rule_test_fits(c->field, c->test))
        return RULE_WRONG_TEST;
    if (c->field == RULE_HEADER ? !header_check(c->header) : c->header.n > 0)
        return RULE_WRONG_HEADER;
    if (c->field == RULE_SIZE ? c->size == 0 || c->size > RULE_SIZE_MAX : c->size != 0)
        return RULE_WRONG_SIZE;
    if (!rule_test_has_value(c->test))
        return c->value.n == 0 ? RULE_RIGHT : RULE_WRONG_TEST;
    enum rule_wrong wrong = value_check(c->value, RULE_VALUE_MAX);
    /* a trimmed text neither is " a" nor begins so: the rule would never match */
    if (!wrong && sv_trim(c->value).n == 0)
        return RULE_WRONG_EMPTY;
    if (!wrong && c->test == RULE_REGEX && !rule_regex_valid(c->value))
        return RULE_WRONG_REGEX;
    return wrong;
}

static enum rule_wrong action_check(const struct rule_action *a, const struct rule_site *site)
{
    if (is_redirect(a->kind) && !site->forwarding)
        return RULE_WRONG_FORBIDDEN;
    if (!rule_action_has_value(a->kind))
        return a->value.n == 0 ? RULE_RIGHT : RULE_WRONG_TEXT;
    if (is_redirect(a->kind))
        return address_wrong(a->value);
    if (a->kind == RULE_TAG)
        return tag_check(a->value);
    if (a->kind == RULE_REJECT)
        return lines_check(a->value, RULE_REASON_MAX);
    return value_check(a->value, RULE_FOLDER_MAX);
}

/* ---- what goes together ---- */

static bool actions_exclude(enum rule_action_kind a, enum rule_action_kind b)
{
    static const bool beside_reject[RULE_ACTION_COUNT] = {
        [RULE_MARK_READ] = true, [RULE_MARK_FLAGGED] = true, [RULE_TAG] = true, [RULE_STOP] = true};
    if (a == RULE_REJECT || b == RULE_REJECT)
        return !beside_reject[a == RULE_REJECT ? b : a];
    return rule_action_places(a) && rule_action_places(b);
}

static struct rule_fault actions_check(const struct rule *rule, const struct rule_site *site)
{
    struct rule_fault fault = {RULE_RIGHT, RULE_IN_ACTION, 0, 0};
    if (rule->actions_n == 0 || rule->actions_n > RULE_ACTIONS_MAX)
        fault.wrong = rule->actions_n == 0 ? RULE_WRONG_NONE : RULE_WRONG_MANY;
    for (size_t i = 0; i < rule->actions_n && !fault.wrong; i++) {
        fault.index = i;
        fault.wrong = action_check(&rule->actions[i], site);
        for (size_t k = 0; k < i && !fault.wrong; k++)
            if (actions_exclude(rule->actions[i].kind, rule->actions[k].kind))
                fault.wrong = RULE_WRONG_CONFLICT;
    }
    return fault;
}

struct rule_fault rule_check(const struct rule *rule, const struct rule_site *site)
{
    struct rule_fault fault = {line_check(rule->name, RULE_NAME_MAX), RULE_IN_NAME, 0, 0};
    if (fault.wrong)
        return fault;
    fault.place = RULE_IN_CONDITION;
    if (rule->conditions_n > RULE_CONDITIONS_MAX)
        fault.wrong = RULE_WRONG_MANY;
    else if ((rule->conditions_n == 0) != (rule->mode == RULE_EVERY))
        fault.wrong = rule->conditions_n == 0 ? RULE_WRONG_NONE : RULE_WRONG_MANY;
    for (size_t i = 0; i < rule->conditions_n && !fault.wrong; i++) {
        fault.index = i;
        fault.wrong = condition_check(&rule->conditions[i]);
    }
    return fault.wrong ? fault : actions_check(rule, site);
}

static enum rule_wrong vacation_check(const struct vacation *v)
{
    enum rule_wrong wrong = v->subject.n > 0 ? line_check(v->subject, VACATION_SUBJECT_MAX) : 0;
    if (!wrong && (v->on || v->text.n > 0))
        wrong = lines_check(v->text, VACATION_TEXT_MAX);
    if (wrong)
        return wrong;
    if ((v->first && !rule_day_valid(v->first)) || (v->last && !rule_day_valid(v->last)) ||
        (v->last && v->last < v->first) || v->days > VACATION_DAYS_MAX || (v->on && v->days == 0))
        return RULE_WRONG_DAYS;
    if (v->addresses_n > VACATION_ADDRESSES_MAX)
        return RULE_WRONG_MANY;
    for (size_t i = 0; i < v->addresses_n && !wrong; i++)
        wrong = address_wrong(v->addresses[i]);
    return wrong;
}

static bool does(const struct rule *rule, enum rule_action_kind kind)
{
    for (size_t i = 0; i < rule->actions_n; i++)
        if (rule->actions[i].kind == kind)
            return true;
    return false;
}

/* Whether the message may reach the next rule with a delivery decided. */
static bool delivers_and_goes_on(const struct rule *rule)
{
    return rule->on && !does(rule, RULE_STOP) && !does(rule, RULE_REJECT) &&
           (does(rule, RULE_KEEP) || does(rule, RULE_MOVE) || does(rule, RULE_COPY) ||
            does(rule, RULE_REDIRECT) || does(rule, RULE_REDIRECT_COPY) || does(rule, RULE_DELETE));
}

struct rule_fault rule_set_check(const struct rule_set *set, const struct rule_site *site)
{
    struct rule_fault fault = {RULE_RIGHT, RULE_IN_SET, 0, 0};
    bool delivered = false;
    if (set->n > RULE_COUNT_MAX)
        fault.wrong = RULE_WRONG_MANY;
    for (size_t i = 0; i < set->n && !fault.wrong; i++) {
        fault = rule_check(&set->rules[i], site);
        fault.rule = i;
        if (!fault.wrong && delivered && set->rules[i].on && does(&set->rules[i], RULE_REJECT))
            fault = (struct rule_fault){RULE_WRONG_REJECT, RULE_IN_ACTION, i, 0};
        delivered = delivered || delivers_and_goes_on(&set->rules[i]);
    }
    if (fault.wrong)
        return fault;
    return (struct rule_fault){vacation_check(&set->vacation), RULE_IN_VACATION, 0, 0};
}

/* ---- order ---- */

static unsigned rank(enum rule_action_kind kind)
{
    bool mark = kind == RULE_MARK_READ || kind == RULE_MARK_FLAGGED || kind == RULE_TAG;
    return mark ? 0 : kind == RULE_STOP ? 2 : 1;
}

void rule_order(struct rule *rule)
{
    struct rule_action *a = rule->actions;
    size_t n = 0;
    for (size_t i = 0; i < rule->actions_n; i++) {
        struct rule_action moving = a[i];
        bool seen = false;
        for (size_t k = 0; k < n && !seen; k++)
            seen = a[k].kind == moving.kind && sv_eq(a[k].value, moving.value);
        if (seen)
            continue;
        size_t at = n++;
        for (; at > 0 && rank(a[at - 1].kind) > rank(moving.kind); at--)
            a[at] = a[at - 1];
        a[at] = moving;
    }
    rule->actions_n = n;
}

void rule_set_order(struct rule_set *set)
{
    for (size_t i = 0; i < set->n; i++)
        rule_order(&set->rules[i]);
}
