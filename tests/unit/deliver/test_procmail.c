/* Rules and messages by chance, through the real procmail. */
#include <dirent.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arena_fixture.h"
#include "mail_lines.h"
#include "pieces.h"
#include "procmail.h"
#include "recipe_check.h"
#include "rule_match.h"

static const struct procmail_site plusplus = {PROCMAIL_MAILDIRPP, '/', {0}, true};

/* ---- chance ---- */

static uint32_t seed;

static uint32_t chance(uint32_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

static const char *choose(const char *const *list, size_t n)
{
    return list[chance((uint32_t)n)];
}
#define CHOOSE(list) choose(list, sizeof(list) / sizeof *(list))

static const char *const texts[] = {
    "penible@",
    "a^TO_b",
    "^TO",
    "R\xc3\xa9union",
    "x `id` $HOME",
    "[^TO]",
    "a\\b",
    "tail\\",
    "($HOME)|x",
    "*.?+",
    "a{2}",
    "^FROM_DAEMON",
    "\\/x",
    "\\<w\\>",
    "un mot",
    "|id",
    "!id",
    "\xc3\xa9t\xc3\xa9",
    "x$",
    "$x",
    "#no",
    "\"quoted\"",
    "'single'",
    "a b  c",
    "%s%n",
    "&amp;<>;",
    "x  ",
    "<liste.example>",
    "a@b.example",
    "]x[",
    "} x {",
    "\xe2\x82\xac",
    "A",
    "a",
    "liste",
    "==",
};
static const char *const regexes[] = {
    "a|b",       "^R.*n$",       "[0-9]+",    "[^TO]x?",   "(a|e)+t",
    "^penible@", "\\$HOME",      "x\\\\",     "(\\(|\\))", "a.b",
    "\\^TO",     "[a-f][^a-f]",  "(x|y|z)*u", "\xc3\xa9t", "[^FROM_DAEMON]",
    ".+@.+",     "un (mot|nom)", "(a*)*b",    "(a?b?)+c$", "((a|b)+|c)*",
    "[-]",       "[$`|]",        "\\{x\\}",   "[T-Z^]?",
};
static const char *const globs[] = {"*",     "?*",      "R?union", "*penible@*", "?t?",
                                    "a*b*c", "*\xc3?*", "*$HOME*", "*\\*",       "x?\xe2\x82\xac*",
                                    "??"};

static void condition_by_chance(struct rule_condition *c)
{
    static const char *const headers[] = {"X-Spam", "Sender", "X+Y",    "To",
                                          "X^TO",   "from",   "(to|cc)"};
    *c = (struct rule_condition){.field = (enum rule_field)chance(RULE_FIELD_COUNT),
                                 .negated = chance(4) == 0};
    do
        c->test = (enum rule_test)chance(RULE_TEST_COUNT);
    while (!rule_test_fits(c->field, c->test));
    if (c->field == RULE_HEADER)
        c->header = sv_of(CHOOSE(headers));
    if (c->field == RULE_SIZE)
        c->size = chance(2) ? 100 : 1000000;
    if (c->test == RULE_REGEX)
        do
            c->value = sv_of(CHOOSE(regexes));
        while (!rule_regex_valid(c->value));
    else if (c->test == RULE_MATCHES)
        c->value = sv_of(CHOOSE(globs));
    else if (rule_test_has_value(c->test))
        c->value = sv_of(CHOOSE(texts));
}

static void rule_by_chance(struct rule *rule)
{
    static const char *const folders[] = {"A", "B", "Mes amis", "\xc3\x89t\xc3\xa9/C", "INBOX"};
    static const enum rule_action_kind kinds[] = {RULE_MOVE, RULE_MOVE,   RULE_COPY, RULE_DELETE,
                                                  RULE_KEEP, RULE_REJECT, RULE_STOP};
    *rule = (struct rule){.name = SV("n"), .on = chance(8) != 0, .mode = (enum rule_mode)chance(3)};
    rule->conditions_n = rule->mode == RULE_EVERY ? 0 : 1 + chance(3);
    rule->conditions = arena_array(arena, 3, sizeof *rule->conditions);
    for (size_t i = 0; i < rule->conditions_n; i++)
        condition_by_chance(&rule->conditions[i]);
    rule->actions_n = 1 + chance(3);
    rule->actions = arena_array(arena, 3, sizeof *rule->actions);
    for (size_t i = 0; i < rule->actions_n; i++) {
        rule->actions[i].kind = kinds[chance(sizeof kinds / sizeof *kinds)];
        if (rule->actions[i].kind == RULE_MOVE || rule->actions[i].kind == RULE_COPY)
            rule->actions[i].value = sv_of(CHOOSE(folders));
        if (rule->actions[i].kind == RULE_REJECT)
            rule->actions[i].value = SV("no");
    }
}

static struct rule_set set_by_chance(void)
{
    const struct rule_site site = {true};
    struct rule_set set = {.rules = arena_array(arena, 4, sizeof *set.rules)};
    do {
        set.n = 1 + chance(4);
        for (size_t i = 0; i < set.n; i++)
            rule_by_chance(&set.rules[i]);
        rule_set_order(&set);
    } while (rule_set_check(&set, &site).wrong != RULE_RIGHT);
    return set;
}

static struct sv message_by_chance(void)
{
    static const char *const odd[] = {"=?utf-8?Q?R=C3=A9union_a?=",
                                      "=?iso-8859-1?B?6XTp?=",
                                      "a\r\n b  c",
                                      "=?utf-8?B?cGVuaWJsZUA=?=",
                                      "",
                                      "\t"};
    struct sb b;
    sb_init(&b, arena, 4000);
    sb_printf(&b, "From x@y Mon Nov 23 10:00:00 2026\nFrom: %s <%s>\n", CHOOSE(texts),
              chance(2) ? "penible@example.org" : "a@b.example");
    sb_printf(&b, "Subject: %s%s%s\n", CHOOSE(texts), chance(2) ? " " : "", CHOOSE(odd));
    if (chance(2))
        sb_printf(&b, "To: %s, \"%s\" <a@b.example>\nCc: x@y\n", CHOOSE(texts), "penible@");
    if (chance(2))
        sb_printf(&b, "List-Id: %s <liste.example>\n", CHOOSE(odd));
    if (chance(2))
        sb_printf(&b, "X-Spam: %s\nX+Y: %s\nX^TO: %s\n(to|cc): x\n", CHOOSE(texts), CHOOSE(texts),
                  CHOOSE(odd));
    if (chance(2))
        sb_printf(&b,
                  "Content-Type: multipart/mixed; boundary=\"b\"\n\n--b\n\nx\n--b\n"
                  "Content-Disposition: %s; filename=x\n\ny\n--b--\n",
                  chance(2) ? "attachment" : "inline");
    else
        sb_add_cstr(&b, "\nbody\n");
    return sb_view(&b);
}

/* ---- the real procmail ---- */

static char scratch[] = "/tmp/vaguemestre-recipes-XXXXXX";

static void file_make(const char *name, struct sv text)
{
    const char *path = arena_printf(arena, "%s/%s", scratch, name).p;
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text.p, 1, text.n, file), text.n);
    assert_int_equal(fclose(file), 0);
}

/* What the site's procmailrc does around the recipes, but for the program. */
static void procmailrc_make(void)
{
    file_make("rc",
              arena_printf(arena,
                           "SHELL=/bin/sh\nLINEBUF=131072\nMAILDIR=%s/mail\nDEFAULT=%s/mail/\n"
                           "LOGFILE=%s/log\nVM=`cat %s/lines`\nINCLUDERC=%s/recipes\n"
                           ":0\n* VM_REJECTED ?? yes\n{\n  EXITCODE=77\n  :0\n  /dev/null\n}\n"
                           ":0\n* VM_TAKEN ?? yes\n* ! VM_KEPT ?? yes\n/dev/null\n",
                           scratch, scratch, scratch, scratch, scratch));
}

static int run(const char *command)
{
    int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static size_t files_in(const char *directory)
{
    DIR *dir = opendir(arena_printf(arena, "%s/mail/%s", scratch, directory).p);
    size_t n = 0;
    for (const struct dirent *entry; dir && (entry = readdir(dir));)
        n += entry->d_name[0] != '.';
    if (dir)
        closedir(dir);
    return n;
}

/* What rule.h says: which of the folders get one, whether the inbox does, whether it is rejected.
 */
struct expected {
    bool folders[4], inbox, rejected;
};
static const char *const names[4] = {"A", "B", "Mes amis", "\xc3\x89t\xc3\xa9/C"};
static const char *const directories[4] = {".A/new", ".B/new", ".Mes amis/new",
                                           ".&AMk-t&AOk-.C/new"};

static struct expected expect(const struct rule_set *set, const struct rule_message *message)
{
    struct rule_matcher *matcher;
    struct rule_outcome outcome;
    struct expected e = {.inbox = false};
    bool taken = false, kept = false;
    assert_int_equal(rule_matcher_new(set, &matcher), STATUS_OK);
    rule_evaluate(matcher, arena, message, &outcome);
    for (size_t r = 0; r < set->n; r++)
        for (size_t a = 0; outcome.matched[r] && a < set->rules[r].actions_n; a++) {
            const struct rule_action *action = &set->rules[r].actions[a];
            bool files = action->kind == RULE_MOVE || action->kind == RULE_COPY;
            bool inbox = files && sv_eq(action->value, SV("INBOX"));
            for (size_t i = 0; files && i < 4; i++)
                e.folders[i] |= sv_eq(action->value, sv_of(names[i]));
            taken |= (action->kind == RULE_MOVE && !inbox) || action->kind == RULE_DELETE;
            kept |= inbox || action->kind == RULE_KEEP;
            e.rejected |= action->kind == RULE_REJECT;
        }
    e.inbox = !e.rejected && (!taken || kept);
    rule_matcher_free(&matcher);
    return e;
}

static void same_as_procmail(const struct rule_set *set, struct sv text)
{
    struct sv file, recipes;
    struct pieces letter = {.left = text};
    struct recipe_needs needs;
    struct mail mail;
    size_t line;
    assert_int_equal(procmail_write(arena, set, &plusplus, &file), STATUS_OK);
    if (recipe_check(arena, file, PROCMAIL_MAILDIRPP, false, &recipes, &needs, &line) != STATUS_OK)
        fail_msg("line %zu does not pass:\n%.*s", line, SV_ARG(file));
    assert_int_equal(mail_read(arena, pieces_source(&letter), needs.attachment, &mail), STATUS_OK);
    file_make("recipes", recipes);
    file_make("lines", mail_lines_write(arena, &mail, &needs, false));
    file_make("message", text);
    file_make("log", SV(""));
    int code =
        run(arena_printf(arena, "cd %s && rm -rf mail && mkdir mail && procmail -m %s/rc <message",
                         scratch, scratch)
                .p);
    bool attachment = sv_find(text, SV("Disposition: attachment")) != SIZE_MAX;
    struct expected e = expect(set, &(struct rule_message){text, text.n, attachment});
    bool same = code == (e.rejected ? 77 : 0) && files_in("new") == e.inbox;
    for (size_t i = 0; i < 4; i++)
        same &= files_in(directories[i]) == e.folders[i];
    if (same)
        return;
    struct sv rules = rule_text_write(arena, set);
    (void)run(
        arena_printf(arena, "cd %s && cat message lines recipes log; find mail -type f", scratch)
            .p);
    fail_msg("seed %u, exit %d, rules:\n%.*s", seed, code, SV_ARG(rules));
}

static void procmail_does_what_the_rules_say(void **state)
{
    (void)state;
    procmailrc_make();
    for (uint32_t i = 0; i < 300; i++) {
        seed = 7919 * i + 1;
        arena_reset(arena);
        struct rule_set set = set_by_chance();
        same_as_procmail(&set, message_by_chance());
    }
}

static bool holds(const char *path, const char *words)
{
    return run(arena_printf(arena, "grep -q '%s' '%s/mail/%s' 2>/dev/null", words, scratch, path)
                   .p) == 0;
}

static void mbox_files_and_directories_are_delivered_to(void **state)
{
    (void)state;
    struct rule_set set;
    struct sv file, recipes,
        message = SV("From x@y Mon Nov 23 10:00:00 2026\nSubject: un\n\nbody\n");
    struct recipe_needs needs;
    size_t line;
    const struct procmail_site site = {PROCMAIL_MBOX, '/', {0}, true};
    assert_int_equal(
        rule_text_read(arena, SV("rules 1\nrule on every\ndo copy Mes #1\ndo move L/C\n"), &set),
        STATUS_OK);
    assert_int_equal(procmail_write(arena, &set, &site, &file), STATUS_OK);
    assert_int_equal(recipe_check(arena, file, PROCMAIL_MBOX, false, &recipes, &needs, &line),
                     STATUS_OK);
    procmailrc_make();
    file_make("recipes", recipes);
    file_make("lines", SV("checked\n"));
    file_make("message", message);
    const char *twice =
        arena_printf(arena,
                     "cd %s && rm -rf mail && mkdir -p mail/L && procmail -m %s/rc <message && "
                     "procmail -m %s/rc <message",
                     scratch, scratch, scratch)
            .p;
    assert_int_equal(run(twice), 0);
    assert_true(holds("Mes #1", "^Subject: un") && holds("L/C", "^Subject: un"));
    assert_int_equal(
        run(arena_printf(arena, "test $(grep -c '^From ' %s/mail/L/C) = 2", scratch).p), 0);
    assert_int_equal(
        run(arena_printf(arena, "test -z \"$(find %s/mail -name '*.lock')\"", scratch).p), 0);
    assert_int_equal(files_in("new"), 0);
    /* a parent that is missing: it stays in the inbox, and the copy is there all the same */
    assert_int_equal(
        run(arena_printf(arena, "cd %s && rm -rf mail && mkdir mail && procmail -m %s/rc <message",
                         scratch, scratch)
                .p),
        0);
    assert_true(holds("Mes #1", "^Subject: un"));
    assert_int_equal(files_in("new"), 1);
}

/* One byte of a good file changed: what passes nevertheless has to be harmless, which the real
 * procmail shows, and what the change means to a shell does not pass at all. */
static void changed_files_run_nothing(void **state)
{
    (void)state;
    static const char bytes[] = "|`$!\\\"'\n\r\t #:{}*;&<>?=^()[]~@/.-0aA\x7f\xff";
    struct sv recipes;
    struct recipe_needs needs;
    size_t line_number, passed = 0, refused = 0;
    for (uint32_t i = 0; i < 4000; i++) {
        seed = 104729 * i + 5;
        arena_reset(arena);
        struct rule_set set = set_by_chance();
        struct sv text;
        assert_int_equal(procmail_write(arena, &set, &plusplus, &text), STATUS_OK);
        struct sv copy = arena_sv(arena, text);
        size_t at = sv_find(copy, SV("\nVM_TAKEN"));
        at += chance((uint32_t)(copy.n - at));
        ((char *)(uintptr_t)copy.p)[at] = bytes[chance(sizeof bytes - 1)];
        if (recipe_check(arena, copy, PROCMAIL_MAILDIRPP, true, &recipes, &needs, &line_number) !=
            STATUS_OK) {
            refused++;
            continue;
        }
        passed++;
        while (recipes.n > 0) {
            struct sv line = sv_trim(sv_cut(&recipes, '\n'));
            bool test = sv_starts(line, SV("* ")), path = sv_starts(line, SV("\""));
            assert_false(sv_starts(line, SV("|")));
            assert_true(test || sv_find_char(line, '`') == SIZE_MAX);
            assert_true(test || sv_find_char(line, '$') == SIZE_MAX);
            assert_true(test || path || sv_find_char(line, '|') == SIZE_MAX);
            assert_false(sv_ends(line, SV("\\")));
        }
    }
    assert_true(refused > 2000 && passed > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(changed_files_run_nothing, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(mbox_files_and_directories_are_delivered_to, arena_up,
                                        arena_down),
        cmocka_unit_test_setup_teardown(procmail_does_what_the_rules_say, arena_up, arena_down),
    };
    assert_non_null(mkdtemp(scratch));
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    struct sv command;
    struct arena *last = arena_new(4096);
    command = arena_printf(last, "rm -rf %s", scratch);
    (void)run(command.p);
    arena_free(&last);
    return failed;
}
