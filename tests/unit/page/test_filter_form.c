/* Every rule that the model allows comes back from the form as it was. */
#include "filter_form.h"

#include "sieve/rule_random.h"

enum { RULES = 3000 };

static struct sv some(struct chance *c, const char *const *all, size_t n)
{
    return sv_of(all[chance(c, (unsigned)n)]);
}

static void add(struct rule *rule, enum rule_action_kind kind, struct sv value)
{
    if (rule->actions_n < RULE_ACTIONS_MAX)
        rule->actions[rule->actions_n++] = (struct rule_action){kind, value};
}

static void random_place(struct chance *c, struct rule *rule)
{
    static const char *const folders[] = {"INBOX", "Amis", "Été/\"x\"", "Deleted since"};
    static const enum rule_action_kind kinds[] = {RULE_KEEP,   RULE_MOVE,   RULE_REDIRECT,
                                                  RULE_DELETE, RULE_REJECT, RULE_STOP};
    enum rule_action_kind kind = kinds[chance(c, 6)];
    bool value = kind == RULE_MOVE || kind == RULE_REDIRECT || kind == RULE_REJECT;
    struct sv text = kind == RULE_MOVE     ? some(c, folders, 4)
                     : kind == RULE_REJECT ? SV("Non,\nmerci \"beaucoup\".\n\nM.")
                                           : SV("a@b.example");
    if (kind != RULE_STOP) /* later rules decide */
        add(rule, kind, value ? text : SV(""));
}

static void random_actions(struct chance *c, struct rule *rule)
{
    static const char *const tags[] = {"$label1", "urgent", "Travail"};
    static const char *const copies[] = {"Copies", "INBOX", "Autre/C", "Gone"};
    static const char *const to[] = {"x@y.example", "z@y.example"};
    rule->actions = arena_array(c->arena, RULE_ACTIONS_MAX, sizeof *rule->actions);
    random_place(c, rule);
    bool rejects = rule->actions_n > 0 && rule->actions[0].kind == RULE_REJECT;
    if (chance(c, 3) == 0)
        add(rule, RULE_MARK_READ, SV(""));
    if (chance(c, 3) == 0)
        add(rule, RULE_MARK_FLAGGED, SV(""));
    for (unsigned n = chance(c, 3); n > 0; n--)
        add(rule, RULE_TAG, sv_of(tags[n]));
    for (unsigned n = rejects ? 0 : chance(c, 4); n > 0; n--)
        add(rule, RULE_COPY, sv_of(copies[n]));
    for (unsigned n = rejects ? 0 : chance(c, 2); n > 0; n--)
        add(rule, RULE_REDIRECT_COPY, sv_of(to[n]));
    if (chance(c, 2))
        add(rule, RULE_STOP, SV(""));
    rule_order(rule);
}

static size_t count(const struct rule *rule, const struct rule_action *action)
{
    size_t n = 0;
    for (size_t i = 0; i < rule->actions_n; i++)
        n += rule->actions[i].kind == action->kind && sv_eq(rule->actions[i].value, action->value);
    return n;
}

/* Copies and the move may change places, which means nothing. */
static void assert_same(struct arena *arena, struct rule a, struct rule b)
{
    assert_int_equal(a.actions_n, b.actions_n);
    for (size_t i = 0; i < a.actions_n; i++)
        assert_int_equal(count(&a, &a.actions[i]), count(&b, &a.actions[i]));
    b.actions = a.actions;
    const struct rule_set one = {.rules = &a, .n = 1}, other = {.rules = &b, .n = 1};
    assert_sv(rule_text_write(arena, &other), arena_cstr(arena, rule_text_write(arena, &one)));
}

static void a_rule_comes_back_from_the_form(void **state)
{
    (void)state;
    struct chance c = {.state = 11, .arena = arena_new(64 << 20)};
    struct page page = {.arena = c.arena};
    const struct folders folders = {0};
    const struct rule_site site = {.forwarding = true};
    size_t tried = 0;
    for (size_t i = 0; i < RULES; i++) {
        struct rule rule = {.name = SV("Nom")}, back;
        struct filter_form form;
        arena_reset(c.arena);
        page.language = i % 2 ? LANGUAGE_FR : LANGUAGE_EN;
        random_conditions(&c, &rule);
        rule.on = chance(&c, 2);
        if (chance(&c, 9) == 0) {
            rule.mode = RULE_EVERY;
            rule.conditions_n = 0;
        }
        random_actions(&c, &rule);
        if (rule_check(&rule, &site).wrong)
            continue;
        tried++;
        filter_form_load(&page, &rule, &form);
        filter_form_rule(&page, &form, &folders, &back);
        assert_false(rule_check(&back, &site).wrong);
        assert_same(c.arena, rule, back);
    }
    assert_true(tried > RULES / 2);
    arena_free(&c.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_rule_comes_back_from_the_form)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
