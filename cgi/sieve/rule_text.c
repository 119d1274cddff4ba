#include <string.h>

#include "arena.h"
#include "rule.h"

static const char *const mode_words[] = {"all", "any", "every"};
static const char *const field_words[] = {"from", "to",   "subject",   "header",
                                          "list", "size", "attachment"};
static const char *const test_words[] = {"contains", "is",   "begins", "matches",
                                         "regex",    "over", "under"};
static const char *const action_words[] = {"keep",   "move",   "copy",     "read",
                                           "flag",   "tag",    "redirect", "redirect-copy",
                                           "reject", "delete", "stop"};
enum { ADDRESS_ROOM = VACATION_ADDRESSES_MAX };

#define WORDS(list) (sizeof(list) / sizeof *(list))

/* ---- writing ---- */

static bool is_escaped(struct sv s, size_t i)
{
    unsigned char c = (unsigned char)s.p[i];
    bool edge = i == 0 || i + 1 == s.n;
    return c < ' ' || c == 0x7f || c == '%' || c == '\\' || (c == ' ' && edge);
}

static void value_write(struct sb *out, const char *before, struct sv s)
{
    static const char digits[] = "0123456789ABCDEF";
    sb_add_cstr(out, before);
    for (size_t i = 0; i < s.n; i++) {
        if (!is_escaped(s, i)) {
            sb_add_char(out, s.p[i]);
            continue;
        }
        sb_add_char(out, '%');
        sb_add_char(out, digits[(unsigned char)s.p[i] >> 4]);
        sb_add_char(out, digits[s.p[i] & 15]);
    }
}

static void condition_write(struct sb *out, const struct rule_condition *c)
{
    sb_add_cstr(out, c->negated ? "unless " : "if ");
    sb_add_cstr(out, field_words[c->field]);
    if (c->field == RULE_HEADER)
        value_write(out, " ", c->header);
    if (c->test != RULE_PRESENT)
        sb_printf(out, " %s", test_words[c->test]);
    if (rule_test_has_value(c->test))
        value_write(out, " ", c->value);
    if (c->field == RULE_SIZE)
        sb_printf(out, " %llu", (unsigned long long)c->size);
    sb_add_char(out, '\n');
}

static void rule_write(struct sb *out, const struct rule *rule)
{
    sb_printf(out, "rule %s %s", rule->on ? "on" : "off", mode_words[rule->mode]);
    if (rule->name.n > 0)
        value_write(out, " ", rule->name);
    sb_add_char(out, '\n');
    for (size_t i = 0; i < rule->conditions_n; i++)
        condition_write(out, &rule->conditions[i]);
    for (size_t i = 0; i < rule->actions_n; i++) {
        const struct rule_action *a = &rule->actions[i];
        sb_printf(out, "do %s", action_words[a->kind]);
        if (rule_action_has_value(a->kind))
            value_write(out, " ", a->value);
        sb_add_char(out, '\n');
    }
}

static bool vacation_is_blank(const struct vacation *v)
{
    return !v->on && v->first == 0 && v->last == 0 && v->days == 0 && v->subject.n == 0 &&
           v->text.n == 0 && v->addresses_n == 0;
}

static void vacation_write(struct sb *out, const struct vacation *v)
{
    sb_printf(out, "vacation %s %u %u %u\n", v->on ? "on" : "off", v->first, v->last, v->days);
    for (size_t i = 0; i < v->addresses_n; i++) {
        value_write(out, "address ", v->addresses[i]);
        sb_add_char(out, '\n');
    }
    if (v->subject.n > 0) {
        value_write(out, "subject ", v->subject);
        sb_add_char(out, '\n');
    }
    if (v->text.n > 0) {
        value_write(out, "text ", v->text);
        sb_add_char(out, '\n');
    }
}

struct sv rule_text_write(struct arena *arena, const struct rule_set *set)
{
    struct sb out;
    /* each byte of a checked set takes at most three */
    sb_init(&out, arena, (size_t)RULE_COUNT_MAX << 17);
    sb_add_cstr(&out, "rules 1\n");
    for (size_t i = 0; i < set->n; i++)
        rule_write(&out, &set->rules[i]);
    if (!vacation_is_blank(&set->vacation))
        vacation_write(&out, &set->vacation);
    return sb_view(&out);
}

/* ---- reading ---- */

struct text_reader {
    struct arena *arena;
    struct rule_set set;
    struct rule
        *rule;     /* the one whose lines these are; NULL before the first and behind the last */
    bool vacation; /* its line has been read */
};

static bool word_find(const char *const *words, size_t n, struct sv word, size_t *index)
{
    for (size_t i = 0; i < n; i++)
        if (sv_eq(word, sv_of(words[i]))) {
            *index = i;
            return true;
        }
    return false;
}

/* Undoes value_write(). That the form was canonical is found out by writing it again. */
static bool value_read(struct arena *arena, struct sv s, struct sv *out)
{
    struct sb b;
    sb_init(&b, arena, s.n + 1);
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '%') {
            sb_add_char(&b, s.p[i]);
            continue;
        }
        int high = i + 2 < s.n ? ascii_hex(s.p[i + 1]) : -1;
        int low = i + 2 < s.n ? ascii_hex(s.p[i + 2]) : -1;
        if (high < 0 || low < 0)
            return false;
        sb_add_char(&b, (char)(high << 4 | low));
        i += 2;
    }
    *out = sb_view(&b);
    return true;
}

static bool number_read(struct sv word, uint32_t *out)
{
    return sv_to_u32(word, out) == STATUS_OK;
}

static bool switch_read(struct sv word, bool *on)
{
    *on = sv_eq(word, SV("on"));
    return *on || sv_eq(word, SV("off"));
}

static bool rule_read(struct text_reader *r, struct sv rest)
{
    size_t mode;
    bool on;
    if (r->set.n == RULE_COUNT_MAX || r->vacation || !switch_read(sv_cut(&rest, ' '), &on) ||
        !word_find(mode_words, WORDS(mode_words), sv_cut(&rest, ' '), &mode))
        return false;
    struct rule *rule = &r->set.rules[r->set.n++];
    rule->on = on;
    rule->mode = (enum rule_mode)mode;
    rule->conditions = arena_array(r->arena, RULE_CONDITIONS_MAX, sizeof *rule->conditions);
    rule->actions = arena_array(r->arena, RULE_ACTIONS_MAX, sizeof *rule->actions);
    r->rule = rule;
    return value_read(r->arena, rest, &rule->name);
}

static bool condition_read(struct text_reader *r, struct sv rest, bool negated)
{
    struct rule_condition c = {.negated = negated, .test = RULE_PRESENT};
    size_t field, test;
    if (!r->rule || r->rule->conditions_n == RULE_CONDITIONS_MAX ||
        !word_find(field_words, WORDS(field_words), sv_cut(&rest, ' '), &field))
        return false;
    c.field = (enum rule_field)field;
    if (c.field == RULE_HEADER && !value_read(r->arena, sv_cut(&rest, ' '), &c.header))
        return false;
    if (c.field != RULE_ATTACHMENT) {
        if (!word_find(test_words, WORDS(test_words), sv_cut(&rest, ' '), &test))
            return false;
        c.test = (enum rule_test)test;
    }
    bool read = c.field == RULE_SIZE ? sv_to_u64(rest, RULE_SIZE_MAX, &c.size) == STATUS_OK
                                     : value_read(r->arena, rest, &c.value);
    r->rule->conditions[r->rule->conditions_n++] = c;
    return read;
}

static bool action_read(struct text_reader *r, struct sv rest)
{
    struct rule_action a;
    size_t kind;
    if (!r->rule || r->rule->actions_n == RULE_ACTIONS_MAX ||
        !word_find(action_words, WORDS(action_words), sv_cut(&rest, ' '), &kind))
        return false;
    a.kind = (enum rule_action_kind)kind;
    if (!value_read(r->arena, rest, &a.value))
        return false;
    r->rule->actions[r->rule->actions_n++] = a;
    return true;
}

static bool vacation_read(struct text_reader *r, struct sv rest)
{
    struct vacation *v = &r->set.vacation;
    if (r->vacation)
        return false;
    r->vacation = true;
    r->rule = NULL;
    v->addresses = arena_array(r->arena, ADDRESS_ROOM, sizeof *v->addresses);
    return switch_read(sv_cut(&rest, ' '), &v->on) && number_read(sv_cut(&rest, ' '), &v->first) &&
           number_read(sv_cut(&rest, ' '), &v->last) && number_read(rest, &v->days);
}

static bool vacation_line_read(struct text_reader *r, struct sv word, struct sv rest)
{
    struct vacation *v = &r->set.vacation;
    if (!r->vacation)
        return false;
    if (sv_eq(word, SV("subject")))
        return value_read(r->arena, rest, &v->subject);
    if (sv_eq(word, SV("text")))
        return value_read(r->arena, rest, &v->text);
    return sv_eq(word, SV("address")) && v->addresses_n < ADDRESS_ROOM &&
           value_read(r->arena, rest, &v->addresses[v->addresses_n++]);
}

static bool line_read(struct text_reader *r, struct sv line)
{
    struct sv word = sv_cut(&line, ' ');
    if (sv_eq(word, SV("rule")))
        return rule_read(r, line);
    if (sv_eq(word, SV("if")) || sv_eq(word, SV("unless")))
        return condition_read(r, line, word.n != 2);
    if (sv_eq(word, SV("do")))
        return action_read(r, line);
    if (sv_eq(word, SV("vacation")))
        return vacation_read(r, line);
    return vacation_line_read(r, word, line);
}

enum status rule_text_read(struct arena *arena, struct sv text, struct rule_set *out)
{
    struct text_reader r = {.arena = arena};
    struct sv rest = text;
    if (text.n > RULE_TEXT_MAX)
        return STATUS_TOO_LARGE;
    r.set.rules = arena_array(arena, RULE_COUNT_MAX, sizeof *r.set.rules);
    if (!sv_eq(sv_cut(&rest, '\n'), SV("rules 1")))
        return STATUS_INVALID;
    while (rest.n > 0 && !arena_over(arena))
        if (!line_read(&r, sv_cut(&rest, '\n')))
            return STATUS_INVALID;
    if (arena_over(arena))
        return STATUS_TOO_LARGE;
    struct rule_site site = {.forwarding = true};
    if (rule_set_check(&r.set, &site).wrong || !sv_eq(rule_text_write(arena, &r.set), text))
        return STATUS_INVALID;
    *out = r.set;
    return STATUS_OK;
}

struct sv rule_text_digest(struct arena *arena, struct sv text)
{
    uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */
    for (size_t i = 0; i < text.n; i++)
        hash = (hash ^ (unsigned char)text.p[i]) * 0x100000001b3u;
    return arena_printf(arena, "%016llx", (unsigned long long)hash);
}
