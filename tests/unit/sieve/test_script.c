/* Scripts as Pigeonhole reads them: it takes each one, and what it does with a message is what our
 * own evaluator says. */
#include <sys/stat.h>
#include <unistd.h>

#include "rule_match.h"
#include "rule_random.h"
#include "sieve_script.h"

#define ALL                                                                                        \
    "fileinto reject ereject envelope imap4flags vacation copy relational date include mailbox "   \
    "regex mime body"

static char place[] = "/tmp/vaguemestre-sieve-XXXXXX";

static struct sv write_script(struct arena *arena, const struct rule_set *set)
{
    struct sieve_script script = {.set = *set};
    struct sv text, missing;
    assert_int_equal(sieve_script_write(arena, &script, SV(ALL), &text, &missing), STATUS_OK);
    return text;
}

static struct sv read_all(struct arena *arena, FILE *file)
{
    char piece[4096];
    struct sb b;
    sb_init(&b, arena, 1 << 20);
    for (size_t n; (n = fread(piece, 1, sizeof piece, file)) > 0;)
        sb_add(&b, (struct sv){piece, n});
    return sb_view(&b);
}

static void put_file(struct arena *arena, const char *name, struct sv text)
{
    FILE *file = fopen(arena_printf(arena, "%s/%s", place, name).p, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text.p, 1, text.n, file), text.n);
    fclose(file);
}

/* What Pigeonhole does with message.eml under rules.sieve. */
static struct sv sieve_test(struct arena *arena)
{
    struct sv command =
        arena_printf(arena, "sieve-test -c %s/dovecot.conf %s/rules.sieve %s/message.eml 2>&1",
                     place, place, place);
    FILE *pipe = popen(command.p, "r");
    assert_non_null(pipe);
    struct sv said = read_all(arena, pipe);
    if (pclose(pipe) != 0)
        fail_msg("sieve-test: %.*s", SV_ARG(said));
    return said;
}

static int place_make(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    if (!mkdtemp(place) || chmod(place, 0777) != 0)
        return -1;
    /* root does not deliver mail: any user's number that may write into the place will do */
    unsigned user = getuid() ? getuid() : 65534, group = getgid() ? getgid() : 65534;
    put_file(arena, "dovecot.conf",
             arena_printf(
                 arena,
                 "mail_uid=%u\nmail_gid=%u\nfirst_valid_uid=1\nfirst_valid_gid=1\nmail_home=%s\n"
                 "mail_location=maildir:%s/mail\nlog_path=/dev/stderr\nssl=no\n"
                 "postmaster_address=p@demo.example\n",
                 user, group, place, place));
    arena_free(&arena);
    return 0;
}

static int place_unmake(void **state)
{
    (void)state;
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", place);
    return system(command);
}

/* ---- messages by chance ---- */

static struct sv field_by_chance(struct chance *c)
{
    static const char *const values[] = {"penible@b.example",
                                         "Liste <liste@x.example>",
                                         "a",
                                         "b",
                                         "abc",
                                         "\"x\\\"y\" <b@c.example>",
                                         "=?utf-8?Q?=C3=89t=C3=A9?=",
                                         "${x}",
                                         "<x>",
                                         "a. b",
                                         "*",
                                         "a\\b",
                                         "liste <abc>",
                                         "#;stop;",
                                         ""};
    return sv_of(values[chance(c, sizeof values / sizeof *values)]);
}

static void random_message(struct chance *c, struct sb *out, bool *attachment)
{
    *attachment = chance(c, 2);
    sb_printf(out, "From: %s\r\nTo: %s\r\n",
              chance(c, 2) ? "Penible <penible@b.example>" : "a@x.example, abc@b.example",
              chance(c, 2) ? "liste@x.example" : "\"B\" <b@x.example>");
    if (chance(c, 2))
        sb_printf(out, "Cc: penible@c.example\r\n");
    sb_printf(out, "Subject: %s%s\r\n", field_by_chance(c).p, field_by_chance(c).p);
    if (chance(c, 2))
        sb_printf(out, "X-Test: %s\r\n", nasty_text(c, 200).p);
    if (chance(c, 2))
        sb_printf(out, "X-Test: %s %s\r\n", field_by_chance(c).p, field_by_chance(c).p);
    if (chance(c, 2))
        sb_printf(out, "List-Id: Une liste\r\n <%s>\r\n", chance(c, 2) ? "a" : "abc.x");
    sb_add_cstr(out, "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; "
                     "boundary=q\r\n\r\n--q\r\nContent-Type: text/plain\r\n\r\nhi\r\n--q\r\n");
    sb_printf(out, "Content-Disposition: %s\r\n\r\n%*s\r\n--q--\r\n",
              *attachment ? "ATTACHMENT;\r\n filename=x" : "inline; filename=attachment",
              (int)chance(c, 2000), "x");
}

/* "?" for a character beyond ASCII: Pigeonhole also lets it stand for a part of one. */
static bool is_doubtful(const struct rule *rule)
{
    for (size_t i = 0; i < rule->conditions_n; i++)
        if (rule->conditions[i].test == RULE_MATCHES &&
            sv_find_char(rule->conditions[i].value, '?') != SIZE_MAX)
            return true;
    return false;
}

enum { RULES = 40, SETS = 25, MESSAGES = 8 };

static void compare(struct chance *c, const struct rule_set *set, const struct rule_matcher *m)
{
    struct sb letter;
    struct rule_message message;
    sb_init(&letter, c->arena, 1 << 16);
    random_message(c, &letter, &message.attachment);
    message.header = sb_view(&letter);
    message.size = letter.n;
    put_file(c->arena, "message.eml", sb_view(&letter));
    struct sv said = sieve_test(c->arena);
    for (size_t i = 0; i < set->n; i++) {
        struct sv line = arena_printf(c->arena, "store message in folder: r%zu\n", i);
        bool theirs = sv_find(said, line) != SIZE_MAX;
        bool ours = rule_matches(m, i, c->arena, &message);
        if (theirs != ours && !is_doubtful(&set->rules[i])) {
            struct rule_set one = {.rules = &set->rules[i], .n = 1};
            fail_msg("Pigeonhole says %d, we say %d:\n%.*s\n%.*s", theirs, ours,
                     SV_ARG(rule_text_write(c->arena, &one)), SV_ARG(sb_view(&letter)));
        }
    }
}

static void pigeonhole_agrees(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= SETS; seed++) {
        struct chance c = {seed * 7919, arena_new(256 << 20)};
        struct rule rules[RULES];
        struct rule_action actions[RULES];
        for (size_t i = 0; i < RULES; i++) {
            rules[i] = (struct rule){.name = nasty_text(&c, RULE_NAME_MAX)};
            random_conditions(&c, &rules[i]);
            actions[i] = (struct rule_action){RULE_COPY, arena_printf(c.arena, "r%zu", i)};
            rules[i].actions = &actions[i];
            rules[i].actions_n = 1;
        }
        struct rule_set set = {.rules = rules, .n = RULES};
        struct rule_site site = {.forwarding = true};
        assert_int_equal(rule_set_check(&set, &site).wrong, RULE_RIGHT);
        put_file(c.arena, "rules.sieve", write_script(c.arena, &set));
        struct rule_matcher *m;
        assert_int_equal(rule_matcher_new(&set, &m), STATUS_OK);
        for (unsigned k = 0; k < MESSAGES; k++)
            compare(&c, &set, m);
        rule_matcher_free(&m);
        arena_free(&c.arena);
    }
}

/* Values of every kind of action are text to Pigeonhole, whatever they hold. */
static void no_value_escapes(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= 60; seed++) {
        struct chance c = {seed, arena_new(64 << 20)};
        struct rule_condition condition = {RULE_SUBJECT,        RULE_IS, true, SV(""),
                                           nasty_text(&c, 100), 0};
        struct sv folder = nasty_text(&c, 100);
        struct rule_action file[] = {{RULE_TAG, SV("a';`$(x)")}, {RULE_COPY, folder}};
        struct rule_action reject[] = {
            {RULE_REJECT,
             arena_printf(c.arena, "%s\n.\n%s", nasty_text(&c, 100).p, nasty_text(&c, 100).p)}};
        struct rule rules[] = {{.on = true,
                                .mode = RULE_ALL,
                                .conditions = &condition,
                                .conditions_n = 1,
                                .actions = chance(&c, 2) ? reject : file,
                                .actions_n = 1}};
        if (rules[0].actions == file)
            rules[0].actions_n = 2;
        file[0].value = SV("a;$(x)"); /* "(" is no keyword */
        file[0].value = SV("a;`x`");
        struct rule_set set = {
            .rules = rules,
            .n = 1,
            .vacation = {.on = true,
                         .days = 1,
                         .first = 20200101,
                         .last = 20991231,
                         .subject = nasty_text(&c, 100),
                         .text = arena_printf(c.arena, "%s\n.\n\"%s", nasty_text(&c, 100).p,
                                              nasty_text(&c, 100).p)}};
        put_file(c.arena, "rules.sieve", write_script(c.arena, &set));
        put_file(
            c.arena, "message.eml",
            SV("From: z@outside.example\r\nTo: me@demo.example\r\nSubject: none\r\n\r\nx\r\n"));
        struct sv said = sieve_test(c.arena);
        bool rejected = sv_find(said, SV("reject")) != SIZE_MAX;
        bool filed =
            sv_find(said, arena_printf(c.arena, "folder: %.*s\n", SV_ARG(folder))) != SIZE_MAX;
        if (rejected == filed || rejected != (rules[0].actions == reject))
            fail_msg("%.*s", SV_ARG(said));
        arena_free(&c.arena);
    }
}

static void vacation_keeps_its_days(void **state)
{
    (void)state;
    struct arena *arena = arena_new(16 << 20);
    put_file(arena, "message.eml",
             SV("From: z@outside.example\r\nTo: me@demo.example\r\nSubject: s\r\n\r\nx\r\n"));
    struct rule_set set = {
        .vacation = {.on = true, .days = 1, .first = 20200101, .text = SV("Absente.\nZoé")}};
    put_file(arena, "rules.sieve", write_script(arena, &set));
    assert_true(sv_find(sieve_test(arena), SV("send vacation message")) != SIZE_MAX);
    set.vacation.last = 20200102;
    put_file(arena, "rules.sieve", write_script(arena, &set));
    assert_true(sv_find(sieve_test(arena), SV("send vacation message")) == SIZE_MAX);
    arena_free(&arena);
}

static void ours_comes_back_and_edits_are_noticed(void **state)
{
    (void)state;
    struct arena *arena = arena_new(16 << 20);
    struct sieve_script script = {.include = SV("roundcube")}, got;
    struct sv text, missing;
    assert_int_equal(rule_text_read(arena,
                                    SV("rules 1\nrule on any a\nif from is x\ndo move \"b\"\n"),
                                    &script.set),
                     STATUS_OK);
    assert_int_equal(sieve_script_write(arena, &script, SV(ALL), &text, &missing), STATUS_OK);
    assert_true(sv_find(text, SV("include :personal \"roundcube\";")) != SIZE_MAX);
    assert_int_equal(sieve_script_read(arena, text, &got), SIEVE_SCRIPT_OURS);
    assert_sv(got.include, "roundcube");
    assert_true(sv_eq(rule_text_write(arena, &got.set), rule_text_write(arena, &script.set)));
    struct sv edited = arena_printf(arena, "%.*skeep;\r\n", SV_ARG(text));
    assert_int_equal(sieve_script_read(arena, edited, &got), SIEVE_SCRIPT_EDITED);
    assert_int_equal(got.set.n, 1);
    assert_int_equal(sieve_script_read(arena, SV("require \"fileinto\";\r\n"), &got),
                     SIEVE_SCRIPT_FOREIGN);
    assert_int_equal(got.set.n, 0);
    assert_int_equal(sieve_script_write(arena, &script, SV("include copy"), &text, &missing),
                     STATUS_UNSUPPORTED);
    assert_sv(missing, "fileinto");
    script.include = SV("a\r\nstop");
    assert_int_equal(sieve_script_write(arena, &script, SV(ALL), &text, &missing), STATUS_INVALID);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ours_comes_back_and_edits_are_noticed),
        cmocka_unit_test(vacation_keeps_its_days),
        cmocka_unit_test(no_value_escapes),
        cmocka_unit_test(pigeonhole_agrees),
    };
    return cmocka_run_group_tests(tests, place_make, place_unmake);
}
