/* rule_random.h — rule sets by chance: valid, and as nasty as validity allows. */
#ifndef VM_RULE_RANDOM_H
#define VM_RULE_RANDOM_H

#include "arena.h"
#include "rule.h"
#include "test.h"

struct chance {
    uint64_t state;
    struct arena *arena;
};

static unsigned chance(struct chance *c, unsigned n)
{
    c->state = c->state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(c->state >> 33) % n;
}

/* Pieces that mean something to Sieve, to a shell, to a recipe or to a comment. */
static const char *const nasty[] = {
    "\"",       "\\",    "\";stop;#", "${x}", "${hex:22}", "*", "?",  "/*", "*/",
    "#",        "text:", ".",         "`id`", "|",         "a", "B",  "é",  "Été",
    "%",        "%0A",   " ",         "@",    "<x>",       "]", "[",  ",",  ";",
    "penible@", "liste", "{3+}",      "$(x)", "b",         "c", "abc"};

static struct sv nasty_text(struct chance *c, size_t max)
{
    struct sb b;
    sb_init(&b, c->arena, max);
    for (unsigned n = 1 + chance(c, 4); n > 0; n--) {
        sb_add_cstr(&b, nasty[chance(c, sizeof nasty / sizeof *nasty)]);
    }
    return sb_view(&b).n > 0 && sv_trim(sb_view(&b)).n > 0 ? sb_view(&b) : SV("x");
}

static struct sv some_regex(struct chance *c)
{
    static const char *const all[] = {"^a",       "b$",        "(a|b)+c", "[a-c]x*", "\\.",
                                      "[^a-z]\"", "\"",        "é",       "^.*$",    "a?b",
                                      "\\\\",     "(liste|x)", "[a-]",    "[\"';]",  "\\$\\{"};
    return sv_of(all[chance(c, sizeof all / sizeof *all)]);
}

static void random_condition(struct chance *c, struct rule_condition *out)
{
    *out = (struct rule_condition){.field = (enum rule_field)chance(c, RULE_FIELD_COUNT),
                                   .negated = chance(c, 4) == 0};
    if (out->field == RULE_SIZE) {
        out->test = chance(c, 2) ? RULE_OVER : RULE_UNDER;
        out->size = 1 + chance(c, 2000);
        return;
    }
    if (out->field == RULE_ATTACHMENT) {
        out->test = RULE_PRESENT;
        return;
    }
    if (out->field == RULE_HEADER)
        out->header = chance(c, 2) ? SV("X-Test") : SV("Subject");
    out->test = (enum rule_test)chance(c, RULE_REGEX + 1);
    out->value = out->test == RULE_REGEX ? some_regex(c) : nasty_text(c, RULE_VALUE_MAX);
}

static void random_conditions(struct chance *c, struct rule *rule)
{
    rule->on = true;
    rule->mode = chance(c, 2) ? RULE_ANY : RULE_ALL;
    rule->conditions_n = 1 + chance(c, 3);
    rule->conditions = arena_array(c->arena, rule->conditions_n, sizeof *rule->conditions);
    for (size_t i = 0; i < rule->conditions_n; i++)
        random_condition(c, &rule->conditions[i]);
}

#endif
