#include <dlfcn.h>
#include <malloc.h>

#include "clock.h"
#include "rule_match.h"
#include "rule_random.h"

static const struct rule_site open_site = {.forwarding = true};

static void regexes_are_the_common_subset(void **state)
{
    (void)state;
    static const char *const good[] = {"a",    "^a$",   "a|b",     "(a|b)c",  "[a-z0-9_]+", "\\.",
                                       "a.*b", "(é)*x", "[^a]",    "a b",     "\\\\",       "x/y",
                                       "[a-]", "((a))", "^(a|b)$", "\\{3\\}", "[.*]"};
    static const char *const bad[] = {"",
                                      "*a",
                                      "a**",
                                      "a+?",
                                      "(",
                                      ")",
                                      "()",
                                      "a||b",
                                      "|a",
                                      "a|",
                                      "^a|b",
                                      "a$b",
                                      "a^b",
                                      "[",
                                      "[]",
                                      "[]a]",
                                      "[a",
                                      "[z-a]",
                                      "[a-Z]",
                                      "[0-a]",
                                      "[[:alpha:]]",
                                      "[a\\]",
                                      "a{2}",
                                      "\\w",
                                      "\\1",
                                      "\\<a",
                                      "\\/",
                                      "\\",
                                      "é*",
                                      "a\nb",
                                      "[é]",
                                      "$",
                                      "^",
                                      "a|b$",
                                      "(^a)",
                                      "[a-b-c]",
                                      "((((((((((a))))))))))",
                                      "[-a]",
                                      "[^]"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!rule_regex_valid(sv_of(good[i])))
            fail_msg("refused: %s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (rule_regex_valid(sv_of(bad[i])))
            fail_msg("taken: %s", bad[i]);
    char many[RULE_REGEX_MAX + 2];
    memset(many, 'a', sizeof many);
    assert_true(rule_regex_valid((struct sv){many, RULE_REGEX_MAX}));
    assert_false(rule_regex_valid((struct sv){many, RULE_REGEX_MAX + 1}));
}

/* ---- what is refused ---- */

static enum rule_wrong check_condition(struct rule_condition condition)
{
    struct rule_action stop = {.kind = RULE_STOP};
    struct rule rule = {.mode = RULE_ALL,
                        .conditions = &condition,
                        .conditions_n = 1,
                        .actions = &stop,
                        .actions_n = 1};
    return rule_check(&rule, &open_site).wrong;
}

static enum rule_wrong check_actions(size_t n, const struct rule_action *actions, bool forwarding)
{
    struct rule_site site = {.forwarding = forwarding};
    struct rule_action copy[RULE_ACTIONS_MAX + 1];
    for (size_t i = 0; i < n; i++)
        copy[i] = actions[i];
    struct rule rule = {.mode = RULE_EVERY, .actions = copy, .actions_n = n};
    return rule_check(&rule, &site).wrong;
}

#define ACTIONS(...)                                                                               \
    check_actions(sizeof((struct rule_action[]){__VA_ARGS__}) / sizeof(struct rule_action),        \
                  (struct rule_action[]){__VA_ARGS__}, true)

static void conditions_are_checked(void **state)
{
    (void)state;
    assert_int_equal(check_condition((struct rule_condition){RULE_FROM, RULE_CONTAINS, false,
                                                             SV(""), SV("x"), 0}),
                     RULE_RIGHT);
    assert_int_equal(check_condition((struct rule_condition){RULE_FROM, RULE_CONTAINS, false,
                                                             SV(""), SV(" "), 0}),
                     RULE_WRONG_EMPTY);
    assert_int_equal(
        check_condition((struct rule_condition){RULE_FROM, RULE_OVER, false, SV(""), SV(""), 0}),
        RULE_WRONG_TEST);
    assert_int_equal(check_condition((struct rule_condition){RULE_SUBJECT, RULE_IS, false, SV(""),
                                                             SV("a\r\nb"), 0}),
                     RULE_WRONG_TEXT);
    assert_int_equal(check_condition((struct rule_condition){
                         RULE_SUBJECT, RULE_IS, false, SV(""), {"a\0b", 3}, 0}),
                     RULE_WRONG_TEXT);
    assert_int_equal(check_condition((struct rule_condition){RULE_SUBJECT, RULE_IS, false, SV(""),
                                                             SV("\xff"), 0}),
                     RULE_WRONG_TEXT);
    assert_int_equal(check_condition((struct rule_condition){RULE_SUBJECT, RULE_IS, false, SV(""),
                                                             SV("a\xe2\x80\xa8"), 0}),
                     RULE_WRONG_TEXT);
    assert_int_equal(check_condition((struct rule_condition){RULE_SUBJECT, RULE_REGEX, false,
                                                             SV(""), SV("("), 0}),
                     RULE_WRONG_REGEX);
    assert_int_equal(check_condition((struct rule_condition){RULE_HEADER, RULE_IS, false, SV("X Y"),
                                                             SV("x"), 0}),
                     RULE_WRONG_HEADER);
    assert_int_equal(
        check_condition((struct rule_condition){RULE_HEADER, RULE_IS, false, SV(""), SV("x"), 0}),
        RULE_WRONG_HEADER);
    assert_int_equal(
        check_condition((struct rule_condition){RULE_SIZE, RULE_OVER, false, SV(""), SV(""), 0}),
        RULE_WRONG_SIZE);
    assert_int_equal(
        check_condition((struct rule_condition){RULE_SIZE, RULE_OVER, false, SV(""), SV(""), 5}),
        RULE_RIGHT);
}

static void actions_are_checked(void **state)
{
    (void)state;
    struct rule_action move = {RULE_MOVE, SV("A")}, reject = {RULE_REJECT, SV("no\nno")};
    struct rule_action stop = {RULE_STOP, SV("")}, keep = {RULE_KEEP, SV("")};
    assert_int_equal(ACTIONS(move, stop), RULE_RIGHT);
    assert_int_equal(ACTIONS(move, keep), RULE_WRONG_CONFLICT);
    assert_int_equal(ACTIONS({RULE_COPY, SV("B")}, keep), RULE_RIGHT);
    assert_int_equal(ACTIONS(reject, stop, {RULE_MARK_READ, SV("")}), RULE_RIGHT);
    assert_int_equal(ACTIONS(reject, {RULE_COPY, SV("B")}), RULE_WRONG_CONFLICT);
    assert_int_equal(ACTIONS({RULE_DELETE, SV("x")}), RULE_WRONG_TEXT);
    assert_int_equal(ACTIONS({RULE_TAG, SV("$Label1")}), RULE_RIGHT);
    assert_int_equal(ACTIONS({RULE_TAG, SV("\\Deleted")}), RULE_WRONG_TAG);
    assert_int_equal(ACTIONS({RULE_TAG, SV("a b")}), RULE_WRONG_TAG);
    assert_int_equal(ACTIONS({RULE_REDIRECT, SV("a.b+c@d.example")}), RULE_RIGHT);
    static const char *const bad[] = {
        "a",         "@b",          "a@",         "-f@b.example", "a b@c.example",
        "`id`@b.c",  "a@b.c,d@e.f", "a@b\n",      "<a@b.c>",      "a..b@c.d",
        "\"a\"@b.c", "$x@b.c",      "a@[1.2.3.4]"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (ACTIONS({RULE_REDIRECT, sv_of(bad[i])}) != RULE_WRONG_ADDRESS)
            fail_msg("taken: %s", bad[i]);
    struct rule_action redirect[] = {{RULE_REDIRECT_COPY, SV("a@b.example")}};
    assert_int_equal(check_actions(1, redirect, false), RULE_WRONG_FORBIDDEN);
    assert_int_equal(check_actions(0, NULL, true), RULE_WRONG_NONE);
}

static void a_taken_message_is_not_rejected(void **state)
{
    (void)state;
    struct rule_action copy[] = {{RULE_COPY, SV("A")}, {RULE_STOP, SV("")}};
    struct rule_action reject[] = {{RULE_REJECT, SV("no")}};
    struct rule rules[] = {{.on = true, .mode = RULE_EVERY, .actions = copy, .actions_n = 1},
                           {.on = true, .mode = RULE_EVERY, .actions = reject, .actions_n = 1}};
    struct rule_set set = {.rules = rules, .n = 2};
    struct rule_fault fault = rule_set_check(&set, &open_site);
    assert_int_equal(fault.wrong, RULE_WRONG_REJECT);
    assert_int_equal(fault.rule, 1);
    rules[0].actions_n = 2;
    assert_int_equal(rule_set_check(&set, &open_site).wrong, RULE_RIGHT);
}

static void vacations_are_checked(void **state)
{
    (void)state;
    struct rule_set set = {.vacation = {.on = true, .days = 7, .text = SV("Absent.\nZoé")}};
    assert_int_equal(rule_set_check(&set, &open_site).wrong, RULE_RIGHT);
    set.vacation.first = 20240229;
    assert_int_equal(rule_set_check(&set, &open_site).wrong, RULE_RIGHT);
    set.vacation.first = 20230229;
    assert_int_equal(rule_set_check(&set, &open_site).wrong, RULE_WRONG_DAYS);
    set.vacation.first = 20240301;
    set.vacation.last = 20240229;
    assert_int_equal(rule_set_check(&set, &open_site).wrong, RULE_WRONG_DAYS);
    set.vacation = (struct vacation){.on = true, .days = 7};
    assert_int_equal(rule_set_check(&set, &open_site).wrong, RULE_WRONG_EMPTY);
    set.vacation.text = SV("a\rb");
    assert_int_equal(rule_set_check(&set, &open_site).wrong, RULE_WRONG_TEXT);
}

/* ---- text ---- */

static void text_comes_back(void **state)
{
    (void)state;
    struct arena *arena = arena_new(64 << 20);
    struct sv text = SV("rules 1\n"
                        "rule on any P%C3%A9nible\n");
    struct rule_set set;
    assert_int_equal(rule_text_read(arena, text, &set), STATUS_INVALID); /* é needs no escape */
    text = SV(
        "rules 1\nrule on any P\xc3\xa9nible\nif from contains penible@\nunless header X-Spam is "
        "%20a%25b\nif size over 100\nif attachment\ndo flag\ndo move Corbeille/%5C\ndo stop\n"
        "rule off every\ndo delete\nvacation on 20261224 0 7\naddress a@b.example\n"
        "subject Absent\ntext Bonjour,%0A%0AZ\n");
    assert_int_equal(rule_text_read(arena, text, &set), STATUS_OK);
    assert_int_equal(set.n, 2);
    assert_sv(set.rules[0].conditions[1].value, " a%b");
    assert_sv(set.rules[0].actions[1].value, "Corbeille/\\");
    assert_sv(set.vacation.text, "Bonjour,\n\nZ");
    assert_true(sv_eq(rule_text_write(arena, &set), text));
    static const char *const bad[] = {"",
                                      "rules 2\n",
                                      "rules 1",
                                      "rules 1\nif from is x\n",
                                      "rules 1\nrule on all\nif from is x\n",
                                      "rules 1\nrule on all\nif from is x\ndo stop",
                                      "rules 1\n\n",
                                      "rules 1\nrule on all\nif from is x%\ndo stop\n",
                                      "rules 1\nrule on all\nif from is %4\ndo stop\n",
                                      "rules 1\nrule on all\nif from is %0a\ndo stop\n",
                                      "rules 1\nrule on all\nif from regex (\ndo stop\n",
                                      "rules 1\nrule on every\ndo run rm\n",
                                      "rules 1\nvacation on 0 0 07\ntext x\n"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (rule_text_read(arena, sv_of(bad[i]), &set) != STATUS_INVALID)
            fail_msg("taken: %s", bad[i]);
    arena_free(&arena);
}

static void random_text_comes_back(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= 300; seed++) {
        struct chance c = {seed, arena_new(64 << 20)};
        struct rule rule;
        struct rule_action actions[] = {{RULE_MOVE, nasty_text(&c, RULE_FOLDER_MAX)},
                                        {RULE_STOP, SV("")}};
        random_conditions(&c, &rule);
        rule.name = nasty_text(&c, RULE_NAME_MAX);
        rule.actions = actions;
        rule.actions_n = 2;
        struct rule_set set = {.rules = &rule, .n = 1}, again;
        assert_int_equal(rule_set_check(&set, &open_site).wrong, RULE_RIGHT);
        struct sv text = rule_text_write(c.arena, &set);
        assert_int_equal(rule_text_read(c.arena, text, &again), STATUS_OK);
        assert_true(sv_eq(again.rules[0].name, rule.name));
        assert_true(sv_eq(again.rules[0].actions[0].value, actions[0].value));
        for (size_t i = 0; i < rule.conditions_n; i++)
            assert_true(sv_eq(again.rules[0].conditions[i].value, rule.conditions[i].value));
        arena_free(&c.arena);
    }
}

/* ---- evaluation ---- */

static void the_first_rule_that_decides_wins(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    struct rule_set set;
    assert_int_equal(
        rule_text_read(
            arena,
            SV("rules 1\nrule on all\nif from is direction@univ.example\ndo keep\ndo stop\n"
               "rule off every\ndo delete\n"
               "rule on any\nif from contains univ.example\ndo flag\n"
               "rule on any\nif subject regex ^\xc3\x89t\nif list is amis.example\n"
               "do move Amis\n"),
            &set),
        STATUS_OK);
    struct rule_matcher *m;
    struct rule_outcome out;
    assert_int_equal(rule_matcher_new(&set, &m), STATUS_OK);
    struct rule_message letter = {
        .header = SV("From: \"D\" <DIRECTION@univ.example>\r\nSubject: x\r\n\r\n")};
    rule_evaluate(m, arena, &letter, &out);
    assert_int_equal(out.winner, 0);
    assert_false(out.matched[2]); /* stopped before */
    letter.header =
        SV("From: xdirection@univ.example\r\nSubject: =?utf-8?Q?=C3=89t=C3=A9?=\r\n\r\n");
    rule_evaluate(m, arena, &letter, &out);
    assert_int_equal(out.winner, 3);
    assert_true(out.matched[2]);
    assert_sv(out.value, "Amis");
    letter.header = SV("From: a@b\r\nList-Id: Les amis\r\n <amis.example>\r\n\r\n");
    rule_evaluate(m, arena, &letter, &out);
    assert_int_equal(out.winner, 3);
    letter.header = SV("From: a@b\r\nList-Id: <xamis.example>\r\n\r\n");
    rule_evaluate(m, arena, &letter, &out);
    assert_true(out.winner == SIZE_MAX);
    size_t n;
    struct sv *names = rule_fields_needed(arena, &set, &n);
    assert_int_equal(n, 3);
    assert_sv(names[2], "List-Id");
    rule_matcher_free(&m);
    arena_free(&arena);
}

static void marks_come_first_and_stop_last(void **state)
{
    (void)state;
    struct rule_action actions[] = {{RULE_STOP, SV("")},
                                    {RULE_MOVE, SV("A")},
                                    {RULE_STOP, SV("")},
                                    {RULE_MARK_READ, SV("")},
                                    {RULE_COPY, SV("B")}};
    struct rule rule = {.actions = actions, .actions_n = 5};
    rule_order(&rule);
    assert_int_equal(rule.actions_n, 4);
    assert_int_equal(actions[0].kind, RULE_MARK_READ);
    assert_int_equal(actions[1].kind, RULE_MOVE);
    assert_int_equal(actions[2].kind, RULE_COPY);
    assert_int_equal(actions[3].kind, RULE_STOP);
}

/* Whatever counts the memory here. */
static size_t allocated(void)
{
    size_t (*counted)(void) = NULL;
    *(void **)&counted = dlsym(RTLD_DEFAULT, "__sanitizer_get_current_allocated_bytes");
    struct mallinfo2 info = mallinfo2();
    return counted ? counted() : info.uordblks + info.hblkhd;
}

/* One that is in another state at each byte of a text without pattern: 13 KB each. All of them are
 * more than twice as much as is allowed here. */
enum { TRIES = 12, MEMORY = 80 * 1024 * 1024 };

static void no_expression_takes_all_memory_or_time(void **state)
{
    (void)state;
    struct rule_condition condition = {
        .field = RULE_SUBJECT, .test = RULE_REGEX, .value = SV("(a|b)*a....................z")};
    struct rule_action stop = {RULE_STOP, SV("")};
    struct rule rule = {
        .on = true, .conditions = &condition, .conditions_n = 1, .actions = &stop, .actions_n = 1};
    const struct rule_set set = {.rules = &rule, .n = 1};
    struct arena *arena = arena_new(16 << 20);
    struct rule_matcher *m;
    char header[1200] = "Subject: ";
    const size_t begin = strlen(header), end = sizeof header - 2;
    struct rule_message message = {.header = {header, sizeof header}};
    struct rule_outcome out;
    uint32_t dice = 1;
    memcpy(header + end, "\r\n", 2);
    assert_true(rule_regex_valid(condition.value));
    assert_int_equal(rule_matcher_new(&set, &m), STATUS_OK);
    size_t before = allocated(), most = before;
    for (int i = 0; i < TRIES; i++) {
        arena_reset(arena);
        for (size_t k = begin; k < end; k++)
            header[k] = (dice = dice * 1103515245u + 12345u) & 1u << 20 ? 'a' : 'b';
        assert_false(rule_matches(m, 0, arena, &message));
        most = allocated() > most ? allocated() : most;
    }
    if (most - before > MEMORY)
        fail_msg("%zu bytes more", most - before);
    header[end - 1] = 'z';
    header[end - 22] = 'a';
    assert_true(rule_matches(m, 0, arena, &message));
    assert_false(rule_matcher_late(m));
    rule_matcher_until(m, deadline_in(0));
    rule_evaluate(m, arena, &message, &out);
    assert_false(out.matched[0]);
    assert_true(rule_matcher_late(m));
    rule_matcher_free(&m);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(regexes_are_the_common_subset),
        cmocka_unit_test(conditions_are_checked),
        cmocka_unit_test(actions_are_checked),
        cmocka_unit_test(a_taken_message_is_not_rejected),
        cmocka_unit_test(vacations_are_checked),
        cmocka_unit_test(text_comes_back),
        cmocka_unit_test(random_text_comes_back),
        cmocka_unit_test(the_first_rule_that_decides_wins),
        cmocka_unit_test(marks_come_first_and_stop_last),
        cmocka_unit_test(no_expression_takes_all_memory_or_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
