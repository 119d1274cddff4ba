/* The message as it is described, the vacation reply, and the files on both sides. */
#include <sys/stat.h>
#include <unistd.h>

#include "arena_fixture.h"
#include "mail_lines.h"
#include "pieces.h"
#include "procmail_file.h"
#include "recipe_file.h"
#include "replied.h"
#include "vacation_reply.h"

static char scratch[] = "/tmp/vaguemestre-delivery-XXXXXX";

static struct mail mail_of(struct sv text, size_t each)
{
    struct pieces pieces = {.left = text, .each = each};
    struct mail mail;
    assert_int_equal(mail_read(arena, pieces_source(&pieces), true, &mail), STATUS_OK);
    assert_int_equal(pieces.left.n, 0);
    return mail;
}

static bool attached(const char *text)
{
    bool found = mail_of(sv_of(text), 1).has_attachment;
    assert_int_equal(mail_of(sv_of(text), 100000).has_attachment, found);
    return found;
}

static void attachments_are_found_in_parts(void **state)
{
    (void)state;
    assert_false(attached("Subject: x\n\nContent-Disposition: attachment\n\nx\n"));
    assert_true(attached("Content-Disposition: attachment\n\nx\n"));
    assert_true(attached("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\n"
                         "content-disposition: ATTACHMENT;\n filename=x\n\ny\n--b--\n"));
    assert_true(attached("Content-Type: multipart/mixed;\r\n boundary=\"b c\"\r\n\r\n--b c\r\n\r\n"
                         "--b c\r\nContent-Disposition: attachment\r\n\r\n\r\n--b c--\r\n"));
    assert_false(attached("Content-Type: multipart/mixed; boundary=b\n\n--b\n"
                          "Content-Disposition: inline; filename=attachment\n\ny\n--b--\n"));
    assert_false(attached("Content-Type: multipart/mixed; boundary=b\n\n--b\n\n"
                          "Content-Disposition: attachment\n\ny\n--b--\n"
                          "--b\nContent-Disposition: attachment\n\n"));
    assert_true(attached("Content-Type: multipart/mixed; boundary=b\n\n--b\n"
                         "Content-Type: multipart/related; boundary=bb\n\n--bb\n\nx\n--bb\n"
                         "Content-Disposition: attachment\n\n"));
    assert_true(attached("Content-Type: multipart/mixed; boundary=b\n\n--b\n"
                         "Content-Type: message/rfc822\n\nSubject: y\n"
                         "Content-Disposition: attachment\n\ny\n--b--\n"));
    /* a header that the end of the file cuts off is none */
    assert_false(attached("Content-Type: multipart/mixed; boundary=b\n\n--b\n"
                          "Content-Disposition: attachment"));
    assert_false(attached(""));
    assert_false(attached("\n"));
}

static void deep_and_long_messages_are_survived(void **state)
{
    (void)state;
    struct sb b;
    sb_init(&b, arena, 8 << 20);
    sb_add_cstr(&b, "Content-Type: multipart/mixed; boundary=b\n\n");
    for (int i = 0; i < 20000; i++)
        sb_printf(&b, "--b\nContent-Type: multipart/mixed; boundary=b%d\n\n--b%d\nX: y\n", i, i);
    for (int i = 0; i < 3000000; i++)
        sb_add_char(&b, 'x');
    assert_false(b.over);
    assert_false(mail_of(sb_view(&b), 65536).has_attachment);
    sb_clear(&b);
    sb_add_cstr(&b, "Subject: ");
    for (int i = 0; i < 3000000; i++)
        sb_add_char(&b, 'x');
    assert_int_equal(mail_of(sb_view(&b), 65536).header.n, MAIL_HEADER_MAX);
}

static void lines_are_what_was_asked_for(void **state)
{
    (void)state;
    struct sv fields[] = {SV("subject"), SV("x-a")};
    struct recipe_needs needs = {fields, 2, true, true, true};
    struct mail mail = mail_of(SV("From MAILER-DAEMON Mon Nov 23 10:00:00 2026\n"
                                  "From: =?utf-8?Q?A=0Achecked?= <A@b>, c@d\nTo: e@f\nCC: g@h\n"
                                  "Subject: =?utf-8?B?UsOpdW5pb24=?=\n  du 3\n"
                                  "subject: vacation\nX-B: no\nX-A: \x01\x1b[1m \xff z \n"
                                  "from address: x@y\n\nbody\n"),
                               10);
    assert_sv(mail_lines_write(arena, &mail, &needs, true),
              "checked\nreturned\nvacation\nfrom address: A@b\nfrom address: c@d\n"
              "to address: e@f\ncc address: g@h\n"
              "subject: R\xc3\xa9union du 3\nsubject: vacation\nx-a: [1m \xc3\xbf z\n");
}

static void lines_have_an_end(void **state)
{
    (void)state;
    struct sv fields[] = {SV("x"), SV("y")};
    struct recipe_needs needs = {.fields = fields, .fields_n = 2};
    struct sb b;
    sb_init(&b, arena, 1 << 20);
    for (int i = 0; i < 100; i++)
        sb_printf(&b, "X: %01000d\n", i);
    sb_add_cstr(&b, "Y: last\n\n");
    struct mail mail = mail_of(sb_view(&b), 65536);
    struct sv lines = mail_lines_write(arena, &mail, &needs, false);
    assert_true(lines.n <= MAIL_LINES_MAX && lines.n > MAIL_LINES_MAX - 2000);
    assert_true(sv_ends(lines, SV("\ny: last\n")));
}

/* ---- the reply ---- */

static const rule_day today = 20261125;

static bool due(const char *header, struct vacation vacation, struct reply *reply)
{
    struct reply_person person = {
        .account = SV("claire"), .domains = {SV("site.example")}, .domains_n = 1};
    struct mail mail = mail_of(sv_of(header), 100);
    return reply_is_due(arena, &mail, &vacation, &person, today, reply);
}

#define TO_CLAIRE "From karim@b.example Mon Nov 23 10:00:00 2026\nTo: claire@site.example\n"

static void replies_go_to_people_only(void **state)
{
    (void)state;
    static const char *const fields[] = {"List-Unsubscribe: <x>\n",
                                         "list-id: x\n",
                                         "Mailing-List: x\n",
                                         "Precedence: BULK\n",
                                         "Precedence: list\n",
                                         "Auto-Submitted: auto-replied\n",
                                         "Auto-Submitted: auto-generated; x\n",
                                         "X-Loop: x\n",
                                         "X-Spam-Flag: YES\n",
                                         "X-Auto-Response-Suppress: DR, OOF\n",
                                         "Content-Type: multipart/report; boundary=x\n"};
    static const char *const senders[] = {"MAILER-DAEMON",
                                          "owner-l@b.example",
                                          "l-request@b.example",
                                          "l-bounces+k=c@b.example",
                                          "noreply@b.example",
                                          "No-Reply@b.example",
                                          "claire@site.example",
                                          "-oX@b.example",
                                          "karim",
                                          "\"a b\"",
                                          "karim@b.example,x@y.example",
                                          "postmaster@b.example"};
    struct vacation v = {.on = true, .days = 7, .text = SV("x")};
    struct reply reply;
    assert_true(due(TO_CLAIRE "\n", v, &reply));
    assert_true(due(TO_CLAIRE "Auto-Submitted: no\nPrecedence: first-class\n"
                              "X-Auto-Response-Suppress: DR\n\n",
                    v, &reply));
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (due(arena_printf(arena, TO_CLAIRE "%s\n", fields[i]).p, v, &reply))
            fail_msg("answered: %s", fields[i]);
    for (size_t i = 0; i < sizeof senders / sizeof *senders; i++)
        if (due(arena_printf(arena, "From %s Mon\nTo: claire@site.example\n\n", senders[i]).p, v,
                &reply))
            fail_msg("answered: %s", senders[i]);
    assert_false(due("From karim@b.example Mon\nTo: liste@site.example\n\n", v, &reply));
    assert_false(due("From karim@b.example Mon\n\n", v, &reply));
    assert_false(due("To: claire@site.example\n\n", v, &reply));
    assert_false(due("Return-Path: <>\nTo: claire@site.example\n\n", v, &reply));
    assert_true(due("Return-Path: <k@b.example>\nTo: claire@site.example\n\n", v, &reply));
}

static void replies_are_due_on_their_days(void **state)
{
    (void)state;
    static const struct {
        rule_day first, last;
        bool due;
    } cases[] = {{0, 0, true},          {today, today, true}, {today + 1, 0, false},
                 {0, today - 1, false}, {20200101, 0, true},  {0, 20991231, true}};
    struct reply reply;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vacation v = {
            .on = true, .first = cases[i].first, .last = cases[i].last, .days = 7, .text = SV("x")};
        assert_int_equal(due(TO_CLAIRE "\n", v, &reply), cases[i].due);
        v.on = false;
        assert_false(due(TO_CLAIRE "\n", v, &reply));
    }
    assert_true(reply_today(1764028800) >= 20251124 && reply_today(1764028800) <= 20251126);
}

static struct sv composed(const struct reply *reply)
{
    struct message message;
    struct message_reader reader;
    struct sb out;
    char buffer[512];
    size_t n;
    assert_int_equal(reply_compose(arena, reply, 1764028800, &message), STATUS_OK);
    message_reader_init(&reader, &message, false);
    sb_init(&out, arena, 100000);
    while (source_read(message_reader_source(&reader), buffer, sizeof buffer, &n) == STATUS_OK && n)
        sb_add(&out, (struct sv){buffer, n});
    return sb_view(&out);
}

static void replies_say_what_they_are(void **state)
{
    (void)state;
    struct sv mine = SV("moi@autre.example");
    struct vacation v = {.on = true,
                         .days = 7,
                         .text = SV("Absente.\nClaire"),
                         .addresses = &mine,
                         .addresses_n = 1};
    struct reply reply;
    assert_true(due("From karim@b.example Mon\nCc: x@y, \"C\" <Moi@Autre.example>\n"
                    "Subject: =?utf-8?Q?=C3=A9t=C3=A9=0D=0ABcc:_x@y?=\nMessage-ID: <1@b>\n"
                    "References: <0@b>\n\n",
                    v, &reply));
    struct sv text = composed(&reply);
    assert_true(sv_find(text, SV("From: Moi@Autre.example\r\n")) != SIZE_MAX);
    assert_true(sv_find(text, SV("To: karim@b.example\r\n")) != SIZE_MAX);
    assert_true(sv_find(text, SV("Auto-Submitted: auto-replied\r\n")) != SIZE_MAX);
    assert_true(sv_find(text, SV("In-Reply-To: <1@b>\r\n")) != SIZE_MAX);
    assert_true(sv_find(text, SV("References: <0@b> <1@b>\r\n")) != SIZE_MAX);
    assert_true(sv_find(text, SV("\nBcc:")) == SIZE_MAX);
    assert_true(sv_find(text, SV("Absente.\r\nClaire")) != SIZE_MAX);
    v.subject = SV("Absente");
    assert_true(due(TO_CLAIRE "\n", v, &reply));
    assert_true(sv_find(composed(&reply), SV("Subject: Absente\r\n")) != SIZE_MAX);
}

/* ---- who has been answered ---- */

static bool first_time(const char *path, uint64_t key, uint32_t days, int64_t now)
{
    bool first;
    assert_int_equal(replied_note(arena, path, key, days, now, &first), STATUS_OK);
    return first;
}

static void replies_are_sent_once(void **state)
{
    (void)state;
    const char *path = arena_printf(arena, "%s/replied", scratch).p;
    const int64_t day = 24 * 60 * 60, now = 1764028800;
    uint64_t a = replied_key(SV("a@b"), SV("s"), SV("t")),
             b = replied_key(SV("a@b"), SV("st"), SV(""));
    assert_true(a != b && a != replied_key(SV("a@bs"), SV(""), SV("t")));
    assert_true(first_time(path, a, 7, now));
    assert_false(first_time(path, a, 7, now + 7 * day - 1));
    assert_true(first_time(path, b, 7, now));
    assert_true(first_time(path, a, 7, now + 7 * day));
    assert_false(first_time(path, a, 7, now + 8 * day));
    /* a clock that was wrong for a while */
    assert_true(first_time(path, b, 7, now + 4000 * day));
    assert_true(first_time(path, b, 7, now + 9 * day));
    for (uint64_t i = 0; i < REPLIED_MAX + 10; i++)
        assert_true(first_time(path, 1000 + i, 7, now));
    assert_false(first_time(path, 1000 + REPLIED_MAX, 7, now));
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_true(st.st_size <= 30 * REPLIED_MAX && (st.st_mode & 0777) == 0600);
    bool first = true;
    const char *link = arena_printf(arena, "%s/link", scratch).p;
    assert_int_equal(symlink(path, link), 0);
    assert_int_equal(replied_note(arena, link, a, 7, now, &first), STATUS_DENIED);
}

/* ---- files ---- */

static void accounts_have_files_of_their_own(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{"claire.morel", "claire.morel"},
                                           {"..", "=2E."},
                                           {"a/b", "a=2Fb"},
                                           {".x", "=2Ex"},
                                           {"a=2Fb", "a=3D2=46b"},
                                           {"Claire", "=43laire"},
                                           {"a@b", "a=40b"},
                                           {"\xc3\xa9", "=C3=A9"}};
    struct sv name;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        assert_int_equal(procmail_file_name(arena, sv_of(pairs[i][0]), &name), STATUS_OK);
        assert_sv(name, pairs[i][1]);
    }
    assert_int_equal(procmail_file_name(arena, SV("a\0b"), &name), STATUS_OK);
    assert_sv(name, "a=00b");
    assert_int_equal(procmail_file_name(arena, SV(""), &name), STATUS_INVALID);
}

static enum status account_of(const char *login, const char *domain,
                              enum procmail_capitals capitals, struct sv *name)
{
    return procmail_account(arena, sv_of(login), sv_of(domain), capitals, name);
}

static void a_login_has_one_account(void **state)
{
    (void)state;
    static const char *const strange[] = {"claire@other", "claire@", "@site.example", ""};
    const char *const domain = "site.example";
    struct sv name;
    for (int how = 0; how < PROCMAIL_CAPITALS_COUNT; how++) {
        enum procmail_capitals capitals = (enum procmail_capitals)how;
        assert_int_equal(account_of("claire@Site.Example", domain, capitals, &name), STATUS_OK);
        assert_sv(name, "claire");
        assert_int_equal(account_of("claire", "", capitals, &name), STATUS_OK);
        assert_int_equal(account_of("\xc3\x89 'x/..", domain, capitals, &name), STATUS_OK);
        assert_sv(name, "\xc3\x89 'x/..");
        for (size_t i = 0; i < sizeof strange / sizeof *strange; i++)
            assert_int_equal(account_of(strange[i], domain, capitals, &name), STATUS_UNSUPPORTED);
        assert_int_equal(account_of("claire@site.example", "", capitals, &name),
                         STATUS_UNSUPPORTED);
    }
    assert_int_equal(account_of("Claire", domain, PROCMAIL_CAPITALS_REFUSE, &name), STATUS_DENIED);
    assert_int_equal(account_of("CLAIRE@SITE.EXAMPLE", domain, PROCMAIL_CAPITALS_FOLD, &name),
                     STATUS_OK);
    assert_sv(name, "claire");
    assert_int_equal(account_of("Claire", domain, PROCMAIL_CAPITALS_KEEP, &name), STATUS_OK);
    assert_sv(name, "Claire"); /* in a file of its own: see above */
}

static void files_are_replaced_whole(void **state)
{
    (void)state;
    const char *dir = arena_printf(arena, "%s/recipes", scratch).p;
    struct sv text, none = procmail_version(arena, SV(""));
    struct stat st;
    assert_int_equal(mkdir(dir, 0755), 0);
    assert_int_equal(procmail_directory_check(dir), STATUS_DENIED);
    assert_int_equal(chmod(dir, 0711), 0);
    assert_int_equal(procmail_directory_check(dir), STATUS_OK);
    assert_int_equal(procmail_load(arena, dir, SV("c"), &text), STATUS_NOT_FOUND);
    assert_int_equal(procmail_save(arena, dir, SV("c"), none, SV("one\n")), STATUS_OK);
    assert_int_equal(procmail_save(arena, dir, SV("c"), none, SV("two\n")), STATUS_CHANGED);
    assert_int_equal(procmail_load(arena, dir, SV("c"), &text), STATUS_OK);
    assert_sv(text, "one\n");
    assert_int_equal(procmail_save(arena, dir, SV("c"), procmail_version(arena, text), SV("two\n")),
                     STATUS_OK);
    assert_int_equal(stat(arena_printf(arena, "%s/c", dir).p, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0644);
    /* what delivers reads the same */
    assert_int_equal(recipe_file_read(arena, dir, SV("c"), geteuid(), &text), STATUS_OK);
    assert_sv(text, "two\n");
    assert_int_equal(procmail_load(arena, "/nonexistent", SV("c"), &text), STATUS_IO);
    assert_int_equal(recipe_file_read(arena, "/nonexistent", SV("c"), 0, &text), STATUS_NOT_FOUND);
}

static void other_files_are_not_looked_at(void **state)
{
    (void)state;
    const char *dir = arena_printf(arena, "%s/others", scratch).p;
    const char *file = arena_printf(arena, "%s/c", dir).p;
    struct sv text, none = procmail_version(arena, SV(""));
    assert_int_equal(mkdir(dir, 0711), 0);
    assert_int_equal(procmail_save(arena, dir, SV("c"), none, SV("x\n")), STATUS_OK);
    if (geteuid() != 0)
        assert_int_equal(recipe_file_read(arena, dir, SV("c"), geteuid() + 1, &text),
                         STATUS_DENIED);
    else if (chown(file, 12345, (gid_t)-1) == 0) /* root's own files always pass */
        assert_int_equal(recipe_file_read(arena, dir, SV("c"), 4711, &text), STATUS_DENIED);
    assert_int_equal(unlink(file), 0);
    assert_int_equal(symlink("/etc/passwd", file), 0);
    assert_int_equal(recipe_file_read(arena, dir, SV("c"), geteuid(), &text), STATUS_DENIED);
    assert_int_equal(procmail_load(arena, dir, SV("c"), &text), STATUS_INVALID);
    assert_int_equal(unlink(file), 0);
    assert_int_equal(mkfifo(file, 0644), 0);
    assert_int_equal(recipe_file_read(arena, dir, SV("c"), geteuid(), &text), STATUS_DENIED);
    assert_int_equal(procmail_load(arena, dir, SV("c"), &text), STATUS_INVALID);
}

static void copies_are_the_persons_own(void **state)
{
    (void)state;
    const char *home = arena_printf(arena, "%s/home", scratch).p;
    const char *copy = arena_printf(arena, "%s/.r", home).p;
    struct stat one, two;
    assert_int_equal(mkdir(home, 0700), 0);
    assert_int_equal(recipe_file_write(arena, home, ".r", SV("a\n")), STATUS_OK);
    assert_int_equal(stat(copy, &one), 0);
    assert_int_equal(one.st_mode & 07777, 0600);
    assert_int_equal(recipe_file_write(arena, home, ".r", SV("a\n")), STATUS_OK);
    assert_int_equal(stat(copy, &two), 0);
    assert_int_equal(one.st_ino, two.st_ino); /* not written again */
    assert_int_equal(recipe_file_write(arena, home, ".r", SV("b\n")), STATUS_OK);
    /* a link is replaced, not followed; so is a file that others could write to */
    assert_int_equal(unlink(copy), 0);
    const char *target = arena_printf(arena, "%s/target", scratch).p;
    assert_int_equal(symlink(target, copy), 0);
    assert_int_equal(recipe_file_write(arena, home, ".r", SV("b\n")), STATUS_OK);
    assert_int_equal(access(target, F_OK), -1);
    assert_int_equal(chmod(copy, 0666), 0);
    assert_int_equal(recipe_file_write(arena, home, ".r", SV("b\n")), STATUS_OK);
    assert_int_equal(stat(copy, &one), 0);
    assert_int_equal(one.st_mode & 07777, 0600);
    assert_int_equal(chmod(home, 0777), 0);
    assert_int_equal(recipe_file_write(arena, home, ".r", SV("b\n")), STATUS_DENIED);
    assert_int_equal(chdir(home), 0);
    assert_int_equal(recipe_place_check(home), STATUS_DENIED);
    assert_int_equal(chdir("/"), 0);
    assert_int_equal(recipe_place_check(home), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(attachments_are_found_in_parts, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(deep_and_long_messages_are_survived, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(lines_are_what_was_asked_for, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(lines_have_an_end, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(replies_go_to_people_only, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(replies_are_due_on_their_days, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(replies_say_what_they_are, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(replies_are_sent_once, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(accounts_have_files_of_their_own, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(a_login_has_one_account, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(files_are_replaced_whole, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(other_files_are_not_looked_at, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(copies_are_the_persons_own, arena_up, arena_down),
    };
    assert_non_null(mkdtemp(scratch));
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    struct arena *last = arena_new(4096);
    (void)!system(arena_printf(last, "rm -rf %s", scratch).p);
    arena_free(&last);
    return failed;
}
