/* Reading and writing mbox files: what others write, and that ours come back byte for byte. */
#include "mbox.h"

#include <string.h>

#include "arena.h"
#include "maildir.h"
#include "test.h"

enum { MESSAGES_MAX = 16 };

struct taken {
    struct arena *arena;
    struct sb text[MESSAGES_MAX];
    struct mbox_marks marks[MESSAGES_MAX];
    size_t n;
};

static enum status take_begin(void *context)
{
    struct taken *t = context;
    assert_true(t->n < MESSAGES_MAX);
    sb_init(&t->text[t->n], t->arena, 1 << 20);
    return STATUS_OK;
}

static enum status take_data(void *context, struct sv piece)
{
    struct taken *t = context;
    sb_add(&t->text[t->n], piece);
    return STATUS_OK;
}

static enum status take_end(void *context, const struct mbox_marks *marks)
{
    struct taken *t = context;
    t->marks[t->n] = *marks;
    t->marks[t->n].sender = arena_sv(t->arena, marks->sender);
    t->marks[t->n++].keywords = arena_sv(t->arena, marks->keywords);
    return STATUS_OK;
}

static enum status read_in(struct taken *t, struct arena *arena, struct sv file, size_t step)
{
    struct mbox *m = arena_alloc(arena, sizeof *m);
    *t = (struct taken){.arena = arena};
    mbox_init(m, (struct mbox_handler){take_begin, take_data, take_end, t});
    for (size_t at = 0; at < file.n; at += step) {
        enum status st = mbox_feed(m, sv_slice(file, at, at + step));
        if (st != STATUS_OK)
            return st;
    }
    return mbox_finish(m);
}

static void test_unix(void **state)
{
    struct arena *arena = *state;
    struct taken t;
    const struct sv file = SV("From a@example.org Thu Mar 12 14:02:09 2026\n"
                              "Subject: one\nStatus: RO\nX-Status: AFD\nX-Keywords: work $label1 \n"
                              "\n>From here\n>>From there\n>Fromage\nFrom the desk of nobody\n"
                              "\nFrom outer space\n"
                              "\n"
                              "From b@example.org Thu Mar 12 14:02:10 2026 +0100\n"
                              "Subject: two\n\nlast line");
    for (size_t step = 1; step < 200; step += 3) {
        assert_int_equal(read_in(&t, arena, file, step), STATUS_OK);
        assert_int_equal(t.n, 2);
        assert_sv(sb_view(&t.text[0]),
                  "Subject: one\r\nStatus: RO\r\nX-Status: AFD\r\nX-Keywords: work $label1 \r\n"
                  "\r\nFrom here\r\n>From there\r\n>Fromage\r\nFrom the desk of nobody\r\n"
                  "\r\nFrom outer space\r\n");
        assert_sv(sb_view(&t.text[1]), "Subject: two\r\n\r\nlast line");
        assert_sv(t.marks[0].sender, "a@example.org");
        assert_sv(t.marks[0].keywords, "work $label1");
        assert_int_equal(t.marks[0].date, 1773324129);
        assert_int_equal(t.marks[1].date, 1773324130 - 3600);
        /* what a header says of deletion is the word of whoever wrote the letter */
        assert_int_equal(t.marks[0].flags, MBOX_SEEN | MBOX_ANSWERED | MBOX_FLAGGED);
        assert_int_equal(t.marks[1].flags, 0);
    }
}

static void test_windows_and_mozilla(void **state)
{
    struct arena *arena = *state;
    struct taken t;
    const struct sv file = SV("From - Thu Mar 12 14:02:09 2026\r\nX-Mozilla-Status: 0007\r\n"
                              "X-Mozilla-Keys: $label2     \r\n\r\nHi\nlone\r\n\r\n"
                              "From \r\nA: b\r\n\r\n\r\nFrom \r\nC: d\r\n\r\nx\r\n");
    assert_int_equal(read_in(&t, arena, file, 7), STATUS_OK);
    assert_int_equal(t.n, 3);
    assert_int_equal(t.marks[0].flags, MBOX_SEEN | MBOX_ANSWERED | MBOX_FLAGGED);
    assert_sv(t.marks[0].keywords, "$label2");
    assert_sv(t.marks[0].sender, "-");
    assert_sv(sb_view(&t.text[1]), "A: b\r\n\r\n");
    assert_sv(sb_view(&t.text[2]), "C: d\r\n\r\nx\r\n");
    assert_true(sv_ends(sb_view(&t.text[0]), SV("Hi\r\nlone\r\n")));
}

static void test_no_mbox(void **state)
{
    struct arena *arena = *state;
    struct taken t;
    assert_int_equal(read_in(&t, arena, SV("Subject: x\n\nFrom me\n"), 99), STATUS_INVALID);
    assert_int_equal(read_in(&t, arena, SV("From: a\n"), 99), STATUS_INVALID);
    assert_int_equal(read_in(&t, arena, SV("\n\n"), 99), STATUS_OK);
    assert_int_equal(t.n, 0);
    assert_true(mbox_begins(SV("From MAILER-DAEMON Fri Jul  8 12:08:34 2011\nX")));
    assert_true(mbox_begins(SV("From 1@xxx Thu Jan 01 00:00:00 +0000 1970\r\n")));
    assert_true(mbox_begins(SV("From John Doe Fri Jul  8 12:08 MET 2011\n")));
    assert_false(mbox_begins(SV("From the desk of the dean\n")));
    assert_false(mbox_begins(SV("From: dean@example.org\n")));
    assert_false(mbox_begins(SV("From x Fri Jul  8 12:08:34 11\n")));
}

/* ---- ours come back ---- */

static enum status sink_add(void *context, struct sv piece)
{
    sb_add(context, piece);
    return STATUS_OK;
}

static void write_out(struct arena *arena, struct sb *out, const struct sv *messages,
                      const struct mbox_marks *marks, size_t n, size_t step)
{
    struct mbox_writer *w = arena_alloc(arena, sizeof *w);
    sb_init(out, arena, 1 << 20);
    mbox_writer_init(w, (struct sink){sink_add, out});
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(mbox_writer_begin(w, &marks[i]), STATUS_OK);
        for (size_t at = 0; at < messages[i].n; at += step)
            assert_int_equal(mbox_writer_feed(w, sv_slice(messages[i], at, at + step)), STATUS_OK);
        assert_int_equal(mbox_writer_end(w), STATUS_OK);
    }
}

static void check_round(struct arena *arena, const struct sv *messages, size_t n, size_t step)
{
    struct mbox_marks marks[MESSAGES_MAX];
    struct taken t;
    struct sb file;
    for (size_t i = 0; i < n; i++)
        marks[i] = (struct mbox_marks){.sender = SV("x@example.org"),
                                       .date = 1000000000 + (int64_t)i,
                                       .flags = (unsigned)i & 31,
                                       .keywords = i % 2 ? SV("$Forwarded work") : SV("")};
    write_out(arena, &file, messages, marks, n, step);
    assert_true(mbox_begins(sb_view(&file)));
    assert_int_equal(read_in(&t, arena, sb_view(&file), step), STATUS_OK);
    assert_int_equal(t.n, n);
    for (size_t i = 0; i < n; i++) {
        assert_true(sv_eq(sb_view(&t.text[i]), messages[i]));
        assert_int_equal(t.marks[i].date, marks[i].date);
        assert_int_equal(t.marks[i].flags, marks[i].flags);
        assert_true(sv_eq(t.marks[i].keywords, marks[i].keywords));
        assert_sv(t.marks[i].sender, "x@example.org");
    }
}

static void test_round_trip(void **state)
{
    struct arena *arena = *state;
    const struct sv messages[] = {
        SV("Subject: a\r\n\r\nFrom b Thu Mar 12 14:02:09 2026\r\n\r\nFrom b Thu Mar 12 14:02:09 "
           "2026\r\n>From c\r\n"),
        SV("Subject: open"),
        SV("Subject: open\r\n\r\nFrom "),
        SV("Subject: open\r\n\r\n>>Fro"),
        SV("From x\r\n\r\n\r\n\r\n"),
        SV("\r\n"),
        SV("a\rb\r\n\r\r\n\r"),
        SV("Status: RO\r\nX-Status: D\r\nX-Keywords: x\r\nX-Mbox: mboxrd\r\n\r\nmine\r\n"),
        SV("Status: RO\r\n\r\n\xe9\xff\r\n\r\n"),
    };
    for (size_t step = 1; step < 90; step += step < 5 ? 1 : 17)
        check_round(arena, messages, sizeof messages / sizeof messages[0], step);
}

/* Whatever stands in a message, with LF behind CR only, comes back. */
static void test_round_trip_random(void **state)
{
    struct arena *arena = *state;
    static const char *const words[] = {"From ",    ">",  "\r\n",
                                        "\r\n\r\n", "\r", "x",
                                        "Status: ", ": ", "From a Thu Mar 12 14:02:09 2026\r\n"};
    uint32_t seed = 7;
    for (int round = 0; round < 300; round++) {
        struct sv messages[4];
        for (size_t i = 0; i < 4; i++) {
            struct sb b;
            sb_init(&b, arena, 1 << 16);
            sb_add_char(&b, 'h');
            for (int w = 0; w < 12; w++) {
                seed = seed * 1664525 + 1013904223;
                sb_add_cstr(&b, words[(seed >> 16) % 9]);
                for (unsigned k = seed >> 30 == 3 ? (seed >> 8) % 9000 : 0; k > 0; k--)
                    sb_add_char(&b, '>');
            }
            messages[i] = sb_view(&b);
        }
        check_round(arena, messages, 4, 1 + seed % 8191);
        if (round % 20 == 0)
            arena_reset(arena);
    }
}

/* A line of any length passes through what has a fixed size. */
static void test_long_lines(void **state)
{
    struct arena *arena = *state;
    static const size_t lengths[] = {1000, 8190, 8191, 8192, 8193, 8194, 20000};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        for (int quotes = 0; quotes < 2; quotes++) {
            struct sb b;
            sb_init(&b, arena, 1 << 16);
            sb_add_cstr(&b, "A: b\r\n\r\n>");
            while (b.n < lengths[i])
                sb_add_char(&b, quotes ? '>' : 'x');
            sb_add_cstr(&b, "\rFrom \r\r\nFrom z");
            const struct sv messages[] = {sb_view(&b), SV("C: d\r\n")};
            check_round(arena, messages, 2, 1);
            check_round(arena, messages, 2, 4096);
            check_round(arena, messages, 2, 1 << 20);
        }
    }
}

/* ---- names of files ---- */

static void test_names(void **state)
{
    static const struct {
        const char *path, *folder, *keywords;
        unsigned flags;
        bool upkeep;
    } rows[] = {
        {"Maildir/cur/1700.M1P2.host,S=12:2,FS", "Maildir", "", MBOX_FLAGGED | MBOX_SEEN, false},
        {"cur/1700.x:2,PRT", "", "$Forwarded", MBOX_ANSWERED | MBOX_DELETED, false},
        {"new/1700.x", "", "", 0, false},
        {"tmp/1700.x", "", "", 0, true},
        {"M/.Travaux.&AMk-t&AOk-/new/1!2,D", "M/Travaux/&AMk-t&AOk-", "", MBOX_DRAFT, false},
        {"M/dovecot-uidlist", "M", "", 0, true},
        {"./a//b/./x.eml", "a/b", "", 0, false},
        {"a/.b/x.eml", "a/.b", "", 0, false},
        {"INBOX/000001 2026-03-12 S;2,x;2,SF;work,a%2fb.EML", "INBOX", "work a/b",
         MBOX_SEEN | MBOX_FLAGGED, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct maildir_name name;
        assert_int_equal(maildir_name_read(*state, sv_of(rows[i].path), &name), STATUS_OK);
        assert_sv(name.folder, rows[i].folder);
        assert_sv(name.keywords, rows[i].keywords);
        assert_int_equal(name.flags, rows[i].flags);
        assert_int_equal(name.upkeep, rows[i].upkeep);
    }
    struct maildir_name name;
    assert_int_equal(maildir_name_read(*state, SV("../x.eml"), &name), STATUS_INVALID);
    assert_int_equal(maildir_name_read(*state, SV("a/../x.eml"), &name), STATUS_INVALID);
    assert_int_equal(maildir_name_read(*state, SV(""), &name), STATUS_INVALID);
}

static void test_names_come_back(void **state)
{
    struct sb out;
    struct maildir_name name;
    char buffer[MAILDIR_NAME_MAX + 1];
    sb_fixed(&out, buffer, sizeof buffer);
    maildir_name_write(&out, 7, SV("2026-03-12"), SV("Re: a/b <c> \xc3\xa9t\xc3\xa9;2,T"),
                       MBOX_SEEN | MBOX_DRAFT, SV("$Forwarded a/b;c,d"));
    assert_sv(sb_view(&out), "000007 2026-03-12 Re_ a_b _c_ \xc3\xa9t\xc3\xa9;2,T;2,DS;$Forwarded,"
                             "a%2fb%3bc%2cd.eml");
    assert_int_equal(maildir_name_read(*state, sb_view(&out), &name), STATUS_OK);
    assert_int_equal(name.flags, MBOX_SEEN | MBOX_DRAFT);
    assert_sv(name.keywords, "$Forwarded a/b;c,d");
}

static int setup(void **state)
{
    *state = arena_new((size_t)1 << 30);
    return 0;
}

static int teardown(void **state)
{
    struct arena *arena = *state;
    arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_unix, setup, teardown),
        cmocka_unit_test_setup_teardown(test_windows_and_mozilla, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_mbox, setup, teardown),
        cmocka_unit_test_setup_teardown(test_round_trip, setup, teardown),
        cmocka_unit_test_setup_teardown(test_round_trip_random, setup, teardown),
        cmocka_unit_test_setup_teardown(test_long_lines, setup, teardown),
        cmocka_unit_test_setup_teardown(test_names, setup, teardown),
        cmocka_unit_test_setup_teardown(test_names_come_back, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
