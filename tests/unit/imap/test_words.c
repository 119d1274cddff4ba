/* The small languages inside IMAP: mailbox names, sets, dates, structures. */
#include "imap_criteria.h"
#include "imap_reply.h"
#include "journey.h"
#include "mailbox_name.h"
#include "wire.h"

static void names_go_there_and_back(void **state)
{
    static const char *const pairs[][2] = {
        {"INBOX", "INBOX"},
        {"Envoy\xc3\xa9s", "Envoy&AOk-s"},
        {"a & b", "a &- b"},
        {"~peter/mail/\xe5\x8f\xb0\xe5\x8c\x97/\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e",
         "~peter/mail/&U,BTFw-/&ZeVnLIqe-"},
        {"\xf0\x9f\x8c\x8a", "&2DzfCg-"},
        {"100% *\"\\", "100% *\"\\"},
        {"tab\there", "tab&AAk-here"},
    };
    struct arena *arena = arena_new(1 << 20);
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        struct sv wire;
        assert_int_equal(mailbox_encode(arena, sv_of(pairs[i][0]), &wire), STATUS_OK);
        assert_sv(wire, pairs[i][1]);
        assert_sv(mailbox_decode(arena, wire), pairs[i][0]);
    }
    arena_free(&arena);
}

static void every_wire_name_finds_its_way_back(void **state)
{
    static const char *const odd[] = {"a&b",
                                      "&",
                                      "&AOk",
                                      "&AOk-&AOk-",
                                      "&AGE-",
                                      "\xe9t\xe9",
                                      "&2Dw-",
                                      "&3Ao-",
                                      "\x7f"
                                      "x",
                                      "&AOl-x",
                                      "a&-b",
                                      "&&-",
                                      "&AOkA-",
                                      "&!!!-",
                                      "&AH8-y"};
    struct arena *arena = arena_new(1 << 20);
    (void)state;
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        struct sv wire, name = mailbox_decode(arena, sv_of(odd[i]));
        assert_int_equal(mailbox_encode(arena, name, &wire), STATUS_OK);
        assert_sv(wire, odd[i]);
    }
    const struct sv bad[] = {SV(""), SV("\xff"), SV("\x7f"), SV("\x7f\r"), SV("\x7f\xc4\x80")};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(mailbox_encode(arena, bad[i], &(struct sv){0}), STATUS_INVALID);
    arena_free(&arena);
}

static void sets_are_written_as_ranges_and_cut_at_the_cap(void **state)
{
    const uint32_t uids[] = {9, 3, 1, 2, 9, 0, 4294967295, 4294967294};
    struct arena *arena = arena_new(1 << 20);
    struct imap_uids sorted = imap_uids_sorted(arena, (struct imap_uids){uids, 8});
    struct sb out;
    size_t at = 0;
    (void)state;
    assert_int_equal(sorted.n, 6);
    assert_true(imap_uids_has(sorted, 9) && !imap_uids_has(sorted, 4));
    sb_init(&out, arena, 100);
    imap_set_add(&out, sorted, &at);
    assert_sv(sb_view(&out), "1:3,9,4294967294:4294967295");
    assert_int_equal(at, 6);
    at = 0;
    sb_init(&out, arena, 23);
    imap_set_add(&out, sorted, &at);
    assert_sv(sb_view(&out), "1:3");
    sb_clear(&out);
    imap_set_add(&out, sorted, &at);
    assert_sv(sb_view(&out), "9");
    arena_free(&arena);
}

/* A lexer over these bytes. */
struct reading {
    struct wire wire;
    struct imap_lexer lexer;
    struct arena *arena;
};

static void reading_start(struct reading *r, const char *bytes)
{
    *r = (struct reading){.arena = arena_new(8 << 20)};
    wire_script(&r->wire, bytes);
    r->wire.piece = 1;
    r->lexer.line = wire_transport(&r->wire);
    lexer_begin(&r->lexer, deadline_in(1000));
    lexer_reply(&r->lexer);
}

static void reading_end(struct reading *r)
{
    lexer_deinit(&r->lexer);
    wire_free(&r->wire);
    arena_free(&r->arena);
}

static int64_t date_of(const char *bytes)
{
    struct reading r;
    reading_start(&r, bytes);
    int64_t date = reply_date(&r.lexer, r.arena);
    assert_true(lexer_more(&r.lexer));
    reading_end(&r);
    return date;
}

static void dates_are_read_and_written(void **state)
{
    char text[64];
    struct sb out;
    (void)state;
    assert_int_equal(date_of("\"17-Jul-1996 02:44:25 -0700\""), 837596665);
    assert_int_equal(date_of("\" 1-Jan-1970 01:00:00 +0100\""), 0);
    assert_int_equal(date_of("\"17-Foo-1996 02:44:25 -0700\""), 0);
    assert_int_equal(date_of("\"17-Jul-1996\""), 0);
    assert_int_equal(date_of("NIL)"), 0);
    sb_fixed(&out, text, sizeof text);
    date_add(&out, 837596665);
    assert_sv(sb_view(&out), "17-Jul-1996 09:44:25 +0000");
}

/* Thousands in each letter of a page would not fit into its arena. */
static void no_more_people_are_kept_than_asked_for(void **state)
{
    struct reading r;
    struct imap_envelope e;
    (void)state;
    reading_start(&r,
                  "(NIL \"s\" ((\"A\" NIL \"a\" \"x\")(NIL NIL \"b\" \"x\")(NIL NIL \"c\" \"x\")) "
                  "NIL NIL ((NIL NIL \"d\" \"x\")) NIL NIL NIL \"<i@x>\")");
    reply_envelope(&r.lexer, r.arena, 2, &e);
    assert_true(lexer_more(&r.lexer));
    assert_int_equal(e.from.n, 2);
    assert_sv(e.from.p[1].mailbox, "b");
    assert_int_equal(e.to.n, 1);
    assert_sv(e.message_id, "<i@x>");
    reading_end(&r);
}

static void structures_of_all_kinds_are_read(void **state)
{
    struct reading r;
    (void)state;
    reading_start(&r,
                  "((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"utf-8\") NIL NIL \"8BIT\" 10 2 NIL "
                  "(\"inline\" NIL) NIL \"loc\" \"more\" (1 2))(\"image\" \"png\" NIL \"<i@x>\" "
                  "{3}\r\nabc \"base64\" 99 \"md5\" (\"attachment\" (\"filename\" \"a.png\")))"
                  "(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 50 (NIL \"s\" NIL NIL NIL NIL "
                  "NIL NIL NIL NIL) (\"text\" \"plain\" NIL NIL NIL NIL 5 1) 4) \"MIXED\" "
                  "(\"boundary\" \"b\") NIL NIL)");
    struct imap_part root = {.size = 0};
    reply_structure(&r.lexer, r.arena, 9, &root);
    assert_true(lexer_more(&r.lexer));
    assert_int_equal(root.child_count, 3);
    assert_sv(root.id, "");
    assert_sv(root.subtype, "MIXED");
    assert_sv(root.children[0].location, "loc");
    assert_int_equal(root.children[0].lines, 2);
    assert_sv(root.children[0].disposition, "inline");
    assert_sv(root.children[1].description, "abc");
    assert_sv(root.children[1].content_id, "<i@x>");
    assert_sv(imap_parameter_get(root.children[1].disposition_parameters, SV("FileName")), "a.png");
    assert_sv(root.children[2].envelope->subject, "s");
    assert_sv(root.children[2].children[0].id, "3.1");
    assert_null(root.children[2].children[0].encoding.p);
    assert_ptr_equal(imap_part_find(&root, SV("2")), &root.children[1]);
    assert_null(imap_part_find(&root, SV("4")));
    reading_end(&r);
    reading_start(&r, "(\"text\" \"plain\" NIL NIL NIL \"7bit\" 7 1)");
    struct imap_part single = {.size = 0};
    reply_structure(&r.lexer, r.arena, 9, &single);
    assert_true(lexer_more(&r.lexer));
    assert_sv(single.id, "1");
    reading_end(&r);
}

static void words_of(const struct imap_criteria *criteria, const char *words, enum status status)
{
    struct imap imap = {.port = 0};
    struct arena *arena = arena_new(1 << 20);
    const struct imap_call call = {.arena = arena};
    struct imap_batch batch;
    imap_capability_add(&imap.can, SV("LITERAL+"));
    batch_init(&batch, &imap, &call);
    criteria_add(&batch, criteria);
    assert_int_equal(batch.status, status);
    if (status == STATUS_OK)
        assert_sv(sb_view(&batch.out), words);
    arena_free(&arena);
}

static void criteria_become_words(void **state)
{
    const struct imap_criteria c = {.key = IMAP_KEY_FLAG, .number = IMAP_FORWARDED};
    const struct imap_criteria b = {.key = IMAP_KEY_SUBJECT, .text = SV("\xc3\xa9"), .next = &c};
    const struct imap_criteria a = {.key = IMAP_KEY_FLAG, .number = IMAP_SEEN, .next = &b};
    const struct imap_criteria either = {.key = IMAP_KEY_OR, .children = &a};
    const struct imap_criteria neither = {.key = IMAP_KEY_NOT, .children = &a};
    const struct imap_criteria none = {.key = IMAP_KEY_OR};
    const struct imap_criteria day = {.key = IMAP_KEY_SINCE, .day = {2024, 2, 9}};
    const struct imap_criteria header = {
        .key = IMAP_KEY_HEADER, .field = SV("List-Id"), .text = SV("a\"b")};
    const struct imap_criteria month13 = {.key = IMAP_KEY_ON, .day = {2024, 13, 1}};
    const struct imap_criteria recent = {.key = IMAP_KEY_FLAG, .number = 3};
    (void)state;
    words_of(NULL, "ALL", STATUS_OK);
    words_of(&either, "OR Seen OR SUBJECT {2+}\r\n\xc3\xa9 KEYWORD $Forwarded", STATUS_OK);
    words_of(&neither, "NOT (Seen SUBJECT {2+}\r\n\xc3\xa9 KEYWORD $Forwarded)", STATUS_OK);
    words_of(&none, "NOT ALL", STATUS_OK);
    words_of(&day, "SINCE 9-Feb-2024", STATUS_OK);
    words_of(&header, "HEADER List-Id \"a\\\"b\"", STATUS_OK);
    words_of(&month13, "", STATUS_INVALID);
    words_of(&recent, "", STATUS_INVALID);
    assert_true(criteria_need_charset(&either));
    assert_false(criteria_need_charset(&day));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_go_there_and_back),
        cmocka_unit_test(every_wire_name_finds_its_way_back),
        cmocka_unit_test(sets_are_written_as_ranges_and_cut_at_the_cap),
        cmocka_unit_test(dates_are_read_and_written),
        cmocka_unit_test(no_more_people_are_kept_than_asked_for),
        cmocka_unit_test(structures_of_all_kinds_are_read),
        cmocka_unit_test(criteria_become_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
