/* Rules as procmail recipes: what is written, and what passes. */
#include "arena_fixture.h"
#include "procmail.h"
#include "recipe_check.h"

static const struct procmail_site plusplus = {PROCMAIL_MAILDIRPP, '/', {0}, true};

static struct rule_set rules_of(const char *text)
{
    struct rule_set set;
    assert_int_equal(rule_text_read(arena, sv_of(text), &set), STATUS_OK);
    return set;
}

static struct sv written(const char *rules)
{
    struct rule_set set = rules_of(rules);
    struct sv text;
    assert_int_equal(procmail_write(arena, &set, &plusplus, &text), STATUS_OK);
    return text;
}

static enum status passes(struct sv text, struct sv *recipes)
{
    struct recipe_needs needs;
    size_t line;
    return recipe_check(arena, text, PROCMAIL_MAILDIRPP, true, recipes, &needs, &line);
}

/* ---- the founding example, word for word ---- */

static void founding_example_reads_well(void **state)
{
    (void)state;
    struct sv recipes, text = written("rules 1\n"
                                      "rule on all P\xc3\xa9nible\n"
                                      "if from contains penible@\n"
                                      "do move Trash\n"
                                      "do stop\n"
                                      "rule on any\n"
                                      "if from is copain@example.org\n"
                                      "unless to contains moi@\n"
                                      "do move Amis/\xc3\x89t\xc3\xa9\n");
    assert_int_equal(passes(text, &recipes), STATUS_OK);
    assert_sv(recipes, "VM_TAKEN=no\n"
                       "VM_KEPT=no\n"
                       "VM_REJECTED=no\n"
                       "VM_STOP=no\n"
                       ":0\n"
                       "* VM ?? ^from: .*(penible@)\n"
                       "{\n"
                       "  :0 c\n"
                       "  \"./.Trash/\"\n"
                       "  :0 a\n"
                       "  { VM_TAKEN=yes }\n"
                       "  VM_STOP=yes\n"
                       "}\n"
                       ":0\n"
                       "* ! VM ?? ^from address: (copain@example\\.org)$\n"
                       "* VM ?? ^(to|cc): .*(moi@)\n"
                       "{ }\n"
                       ":0 E\n"
                       "* ! VM_STOP ?? yes\n"
                       "{\n"
                       "  :0 c\n"
                       "  \"./.Amis.&AMk-t&AOk-/\"\n"
                       "  :0 a\n"
                       "  { VM_TAKEN=yes }\n"
                       "}\n");
}

static void file_is_read_back(void **state)
{
    (void)state;
    const char *rules = "rules 1\n"
                        "rule off every `id` $HOME | x\n"
                        "do delete\n"
                        "vacation on 20261101 20261130 7\n"
                        "address moi@example.org\n"
                        "text Absente%0A%5C`id`\n";
    struct rule_set set;
    struct sv recipes, text = written(rules);
    assert_int_equal(procmail_read(arena, text, &set), STATUS_OK);
    assert_sv(rule_text_write(arena, &set), rules);
    /* nothing of it gets as far as procmail */
    assert_int_equal(passes(text, &recipes), STATUS_OK);
    assert_sv(recipes, "VM_TAKEN=no\nVM_KEPT=no\nVM_REJECTED=no\nVM_STOP=no\n");
    assert_int_equal(procmail_read(arena, SV(":0\n| id\n"), &set), STATUS_INVALID);
}

static void what_cannot_be_done_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *action;
        enum procmail_cannot why;
    } cases[] = {
        {"read", PROCMAIL_CANNOT_MARK},
        {"flag", PROCMAIL_CANNOT_MARK},
        {"tag urgent", PROCMAIL_CANNOT_MARK},
        {"move a$HOME", PROCMAIL_CANNOT_MAILBOX},
        {"move a`id`", PROCMAIL_CANNOT_MAILBOX},
        {"move a\"b", PROCMAIL_CANNOT_MAILBOX},
        {"move a%5Cb", PROCMAIL_CANNOT_MAILBOX},
        {"copy a//b", PROCMAIL_CANNOT_MAILBOX},
        {"copy a.b", PROCMAIL_CANNOT_MAILBOX},
        {"copy a/", PROCMAIL_CANNOT_MAILBOX},
        {"redirect a~b@example.org", PROCMAIL_CANNOT_ADDRESS},
        {"redirect a@example.org", PROCMAIL_CAN},
        {"move Mes amis/l'\xc3\xa9t\xc3\xa9 & #!|;*?[]{}()<>", PROCMAIL_CAN},
        {"move INBOX", PROCMAIL_CAN},
        {"delete", PROCMAIL_CAN},
        {"reject Non", PROCMAIL_CAN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rule_set set =
            rules_of(arena_printf(arena, "rules 1\nrule off every\ndo flag\nrule on every\ndo %s\n",
                                  cases[i].action)
                         .p);
        struct procmail_fault fault = procmail_check(&set, &plusplus);
        assert_int_equal(fault.why, cases[i].why);
        assert_int_equal(fault.rule, cases[i].why != PROCMAIL_CAN);
        struct sv text;
        assert_int_equal(procmail_write(arena, &set, &plusplus, &text),
                         cases[i].why == PROCMAIL_CAN ? STATUS_OK : STATUS_UNSUPPORTED);
    }
    struct rule_set set = rules_of("rules 1\nrule on every\ndo redirect a@example.org\n");
    const struct procmail_site closed = {PROCMAIL_FS, '/', {0}, false};
    assert_int_equal(procmail_check(&set, &closed).why, PROCMAIL_CANNOT_FORWARD);
    assert_false(procmail_can(RULE_REDIRECT_COPY, &closed));
    assert_true(procmail_can(RULE_MOVE, &closed));
}

static void mailboxes_lie_where_the_layout_says(void **state)
{
    (void)state;
    static const struct {
        struct procmail_site site;
        const char *mailbox, *line; /* NULL: cannot be one */
    } cases[] = {
        {{PROCMAIL_FS, '/', {0}, true}, "A/B.c", "  \"./A/B.c/\""},
        {{PROCMAIL_FS, '/', {0}, true}, "A/.ssh", NULL},
        {{PROCMAIL_FS, '/', {0}, true}, "..", NULL},
        {{PROCMAIL_FS, '/', {0}, true}, "A/new", NULL},
        {{PROCMAIL_FS, '.', {0}, true}, "A/B", NULL},
        {{PROCMAIL_FS, '.', {0}, true}, "A.B", "  \"./A/B/\""},
        {{PROCMAIL_MBOX, '/', {0}, true}, "A/B", "  \"./A/B\""},
        {{PROCMAIL_MBOX, '/', {0}, true}, ".procmailrc", NULL},
        {{PROCMAIL_MAILDIRPP, '.', {"INBOX.", 6}, true}, "INBOX.A.B", "  \"./.A.B/\""},
        {{PROCMAIL_MAILDIRPP, '.', {"INBOX.", 6}, true}, "Shared.A", NULL},
        {{PROCMAIL_MAILDIRPP, '/', {0}, true}, "..", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rule_set set = rules_of(
            arena_printf(arena, "rules 1\nrule on every\ndo move %s\n", cases[i].mailbox).p);
        struct sv text, recipes;
        enum status status = procmail_write(arena, &set, &cases[i].site, &text);
        assert_int_equal(status, cases[i].line ? STATUS_OK : STATUS_UNSUPPORTED);
        if (!cases[i].line)
            continue;
        assert_int_not_equal(sv_find(text, sv_of(cases[i].line)), SIZE_MAX);
        struct recipe_needs needs;
        size_t line;
        assert_int_equal(
            recipe_check(arena, text, cases[i].site.layout, false, &recipes, &needs, &line),
            STATUS_OK);
    }
}

/* ---- what does not pass ---- */

static const char head[] = "VM_TAKEN=no\n:0\n* VM ?? ^subject: .*(x)\n{\n  :0 c\n  \"./.A/\"\n}\n";

static const char *const planted[] = {
    ":0\n| id > /tmp/planted\n",
    ":0 c\n| id\n",
    ":0 fw\n| id\n",
    "VM_TAKEN=`id`\n",
    "VM_TAKEN=$HOME\n",
    "VM_TAKEN=yes\n",
    "VM_TAKEN=no `id`\n",
    "VM_1234=no\n",
    "VM_=no\n",
    "VM=no\n",
    "SHELL=/bin/sh\n",
    "TRAP=id\n",
    "TRAP=\"id\"\n",
    "INCLUDERC=/tmp/x\n",
    "SWITCHRC=/tmp/x\n",
    "SENDMAIL=/tmp/x\n",
    "LOGFILE=/tmp/x\n",
    "LOG=`id`\n",
    "MAILDIR=/tmp\n",
    "LINEBUF=10\n",
    "DROPPRIVS=no\n",
    "EXITCODE=75\n",
    ":0\n/dev/null\n",
    ":0\n* ? id\n{\n}\n",
    ":0\n* $ ! ^subject: $HOME\n{\n}\n",
    ":0\n* VM ?? $ ^subject: (x)\n{\n}\n",
    ":0\n* VM ?? ^subject: (`id`)\n  | id\n",
    ":0\n* HOME ?? ^subject: (x)\n{\n}\n",
    ":0\n* VM ?? ^subject: (x)\\\n{\n}\n",
    ":0\n* VM ?? ^subject: (x) \n{\n}\n",
    ":0\n* VM ?? ^subject: x\n{\n}\n",
    ":0\n* VM ?? ^subject: (x\\/y)\n{\n}\n",
    ":0\n* VM ?? ^subject: (x\\<y)\n{\n}\n",
    ":0\n* VM ?? ^subject: (^TO_x)\n{\n}\n",
    ":0\n* VM ?? ^subject: ([^TO_])\n{\n}\n",
    ":0\n* VM ?? ^subject: (x\\^FROM_DAEMON)\n{\n}\n",
    ":0\n* VM ?? ^TO: (x)\n{\n}\n",
    ":0\n* VM ?? ^subject: (x))\n{\n}\n",
    ":0\n* VM ?? ^subject: ((x)\n{\n}\n",
    ":0\n* VM ?? ^subject: ()\n{\n}\n",
    ":0\n* VM ?? ^subject: ([x)\n{\n}\n",
    ":0\n* VM ?? ^sub ject: (x)\n{\n}\n",
    ":0\n* > 1 `id`\n{\n}\n",
    ":0\n* > -1\n{\n}\n",
    ":0\n* 1^1 VM ?? ^subject: (x)\n{\n}\n",
    ":0 :/tmp/lock\n{\n}\n",
    ":0 c\n{\n}\n",
    ":0\n{ TRAP=id }\n",
    ":0\n{\n  :0 c\n  ./.A/\n}\n",
    ":0\n{\n  :0 c\n  \"/tmp/x/\"\n}\n",
    ":0\n{\n  :0 c\n  \"./.A/../../B/\"\n}\n",
    ":0\n{\n  :0 c\n  \"./..\"\n}\n",
    ":0\n{\n  :0 c\n  \"./../x/\"\n}\n",
    ":0\n{\n  :0 c\n  \"./.A$HOME/\"\n}\n",
    ":0\n{\n  :0 c\n  \"./.A`id`/\"\n}\n",
    ":0\n{\n  :0 c\n  \"./.A\" | id \"/\"\n}\n",
    ":0\n{\n  :0 c\n  \"./.A\\\"/\"\n}\n",
    ":0\n{\n  :0 c\n  \"./.procmailrc\"\n}\n",
    ":0\n{\n  :0 c:\n  \"./.A/\"\n}\n",
    ":0\n{\n  :0\n  \"./.A/\"\n}\n",
    ":0\n{\n  :0 c\n  | id\n}\n",
    ":0\n{\n  :0 c\n  ! a@b\n}\n",
    ":0\n{\n  :0 cw\n  | id\n}\n",
    ":0\n{\n  :0 cw\n  ! -Cx@b\n}\n",
    ":0\n{\n  :0 cw\n  ! a@b c@d\n}\n",
    ":0\n{\n  :0 cw\n  ! a@-b\n}\n",
    ":0\n{\n  :0 cw\n  ! a@b;id\n}\n",
    ":0\n{\n  :0 cw\n  ! a@b`id`\n}\n",
    ":0\n{\n  :0 cw\n  ! a@b@c\n}\n",
    ":0\n{\n  :0 a\n  { TRAP=id }\n}\n",
    ":0\n{\n  :0 a\n  { VM_TAKEN=yes } TRAP=id\n}\n",
    ":0\n{\n  VM_TAKEN=yes;id\n}\n",
    ":0\n{\n  TRAP=id\n}\n",
    ":0\n{\n#\n}\n",
    ":0\n{\n\n}\n",
    ":0\n#\n{\n}\n",
    ":0\n{ }\n| id\n",
    ":0\n{ }\n:0\n{\n}\n",
    ":0\n{ }\n:0 E\n{ }\n",
    ":0\n{ }\n",
    ":0\n{\n",
    ":0\n",
    ":0",
    "}\n",
    "\tVM_TAKEN=no\n",
    "VM_TAKEN=no\r\n",
    "VM_TAKEN=no\v\n",
    "\\\n",
    "id\n",
    ":1\nid\n",
    "\xef\xbb\xbfVM_TAKEN=no\n",
};

static void planted_lines_do_not_pass(void **state)
{
    (void)state;
    struct sv recipes;
    assert_int_equal(passes(sv_of(head), &recipes), STATUS_OK);
    for (size_t i = 0; i < sizeof planted / sizeof *planted; i++) {
        struct sv alone = sv_of(planted[i]), after = arena_printf(arena, "%s%s", head, planted[i]);
        if (passes(alone, &recipes) != STATUS_INVALID || passes(after, &recipes) != STATUS_INVALID)
            fail_msg("passes: %s", planted[i]);
    }
    assert_int_equal(passes(SV(":0\n{\n\0}\n"), &recipes), STATUS_INVALID);
    assert_int_equal(passes(SV("# a\0b\n:0\n| id\n"), &recipes), STATUS_INVALID);
    /* a comment ends with its line, whatever procmail would make of a backslash: it is not copied
     */
    assert_int_equal(passes(SV("# \\\n:0\n{\n}\n"), &recipes), STATUS_OK);
    assert_sv(recipes, ":0\n{\n}\n");
}

static void long_lines_do_not_pass(void **state)
{
    (void)state;
    struct sb b;
    struct sv recipes;
    sb_init(&b, arena, 2 * RECIPE_LINE_MAX);
    sb_add_cstr(&b, ":0\n* VM ?? ^subject: (");
    for (size_t i = 0; i < RECIPE_LINE_MAX; i++)
        sb_add_char(&b, 'x');
    sb_add_cstr(&b, ")\n{\n}\n");
    assert_int_equal(passes(sb_view(&b), &recipes), STATUS_INVALID);
}

static void forwarding_is_the_sites_to_allow(void **state)
{
    (void)state;
    struct sv recipes, text = written("rules 1\nrule on every\ndo redirect a@example.org\n");
    struct recipe_needs needs;
    size_t line;
    assert_int_equal(recipe_check(arena, text, PROCMAIL_MAILDIRPP, true, &recipes, &needs, &line),
                     STATUS_OK);
    assert_int_equal(recipe_check(arena, text, PROCMAIL_MAILDIRPP, false, &recipes, &needs, &line),
                     STATUS_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(founding_example_reads_well, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(file_is_read_back, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_done_is_named, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(mailboxes_lie_where_the_layout_says, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(planted_lines_do_not_pass, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(long_lines_do_not_pass, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(forwarding_is_the_sites_to_allow, arena_up, arena_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
