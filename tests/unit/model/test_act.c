#include "test.h"

#include "act.h"
#include "attachment.h"
#include "sort_key.h"
#include "uid_set.h"
#include "undo.h"

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(4 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

/* ---- sets ---- */

static struct sv rewritten(const char *text)
{
    struct imap_uids uids;
    enum status st = uid_set_read(arena, sv_of(text), 1000, &uids);
    return st == STATUS_OK ? uid_set_write(arena, uids, 1000) : sv_of(status_name(st));
}

static void sets_of_uids_come_back(void **state)
{
    (void)state;
    assert_sv(rewritten(""), "");
    assert_sv(rewritten("7"), "7");
    assert_sv(rewritten("9,3:5,4,1"), "1,3:5,9");
    assert_sv(rewritten("4294967295"), "4294967295");
    assert_sv(rewritten("4294967290:4294967295"), "4294967290:4294967295");
}

static void sets_are_bounded_and_strict(void **state)
{
    (void)state;
    static const char *const WRONG[] = {"*",  "1:*", "0",  "5:3", "1,,2",       "a",
                                        "1:", ":1",  "-1", "1 2", "4294967296", "0:3"};
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++)
        assert_sv(rewritten(WRONG[i]), "invalid");
    assert_sv(rewritten("1:1001"), "too-large");
    assert_sv(rewritten("1:4294967295"), "too-large");
    assert_sv(rewritten("1:999,2000:2001"), "too-large");
    const uint32_t many[] = {1, 100, 10000, 1000000};
    assert_sv(uid_set_write(arena, (struct imap_uids){many, 4}, 8), "");
}

/* ---- undo ---- */

static void an_undo_token_comes_back(void **state)
{
    (void)state;
    const uint32_t uids[] = {9, 3, 4, 5};
    const struct undo undo = {.mark = UNDO_JUNK,
                              .folder = SV("Indésirables.x"),
                              .origin = SV("INBOX"),
                              .uidvalidity = 77,
                              .uids = {uids, 4}};
    struct undo back;
    assert_int_equal(undo_read(arena, undo_write(arena, &undo), &back), STATUS_OK);
    assert_int_equal(back.mark, UNDO_JUNK);
    assert_sv(back.folder, "Indésirables.x");
    assert_sv(back.origin, "INBOX");
    assert_int_equal(back.uidvalidity, 77);
    assert_int_equal(back.uids.n, 4);
    assert_int_equal(back.uids.p[0], 3);
}

static void marks_that_move_nothing_come_back(void **state)
{
    (void)state;
    static const enum undo_mark MARKS[] = {UNDO_TAG, UNDO_UNTAG, UNDO_SEEN};
    const uint32_t uid = 4;
    for (size_t i = 0; i < 3; i++) {
        const struct undo undo = {.mark = MARKS[i],
                                  .folder = SV("a"),
                                  .origin = SV("$label1"),
                                  .uidvalidity = 7,
                                  .uids = {&uid, 1}};
        struct undo back;
        assert_int_equal(undo_read(arena, undo_write(arena, &undo), &back), STATUS_OK);
        assert_int_equal(back.mark, MARKS[i]);
        assert_sv(back.origin, "$label1");
    }
}

static void a_token_that_would_be_too_long_is_none(void **state)
{
    (void)state;
    uint32_t *uids = arena_array(arena, 5000, sizeof *uids);
    for (uint32_t i = 0; i < 5000; i++)
        uids[i] = 2 * i + 1;
    const struct undo undo = {
        .folder = SV("a"), .origin = SV("b"), .uidvalidity = 1, .uids = {uids, 5000}};
    assert_sv(undo_write(arena, &undo), "");
}

static void other_tokens_are_refused(void **state)
{
    (void)state;
    static const char *const WRONG[] = {
        "",           "m",         "m.1.1.YQ",  "x.1.1.YQ.Yg",    "m.0x.1.YQ.Yg", "m.1.*.YQ.Yg",
        "m.1..YQ.Yg", "m.1.1..Yg", "m.1.1.YQ.", "m.1.1.YQ.Yg.Yg", "m.1.1.gIA.Yg", "m.1.1.Y!.Yg"};
    struct undo out;
    assert_int_equal(undo_read(arena, SV("m.1.1.YQ.Yg"), &out), STATUS_OK);
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++)
        assert_int_equal(undo_read(arena, sv_of(WRONG[i]), &out), STATUS_INVALID);
}

/* ---- what destroys ---- */

static void only_what_destroys_asks(void **state)
{
    (void)state;
    const struct folder trash = {.use = IMAP_USE_TRASH}, other = {.use = IMAP_USE_NONE};
    assert_true(act_destroys(ACT_DELETE, &trash));
    assert_false(act_destroys(ACT_DELETE, &other));
    assert_false(act_destroys(ACT_DELETE, NULL));
    assert_true(act_destroys(ACT_PURGE, &other));
    assert_true(act_destroys(ACT_EMPTY, &trash));
    assert_false(act_destroys(ACT_MOVE, &trash));
}

/* ---- attachments ---- */

static struct imap_part leaf(const char *type, const char *subtype)
{
    return (struct imap_part){.type = sv_of(type), .subtype = sv_of(subtype)};
}

static struct imap_part multipart(const char *subtype, const struct imap_part *children, size_t n)
{
    return (struct imap_part){
        .type = SV("multipart"), .subtype = sv_of(subtype), .children = children, .child_count = n};
}

static void attachments_are_what_is_no_text(void **state)
{
    (void)state;
    struct imap_part parts[2] = {leaf("text", "plain"), leaf("APPLICATION", "pdf")};
    struct imap_part mixed = multipart("mixed", parts, 2),
                     deep = multipart("alternative", &mixed, 1);
    assert_true(attachment_any(&mixed));
    assert_true(attachment_any(&deep));
    assert_true(attachment_any(&parts[1]));
    assert_false(attachment_any(&parts[0]));
    assert_false(attachment_any(NULL));
    parts[1] = leaf("text", "csv");
    assert_false(attachment_any(&mixed));
    parts[1].disposition = SV("ATTACHMENT");
    assert_true(attachment_any(&mixed));
}

static void inline_images_signatures_and_reports_are_none(void **state)
{
    (void)state;
    struct imap_part parts[2] = {leaf("text", "html"), leaf("image", "png")};
    struct imap_part related = multipart("related", parts, 2);
    assert_true(attachment_any(&related));
    parts[1].content_id = SV("<a@b>");
    assert_false(attachment_any(&related));
    parts[1] = leaf("application", "pgp-signature");
    parts[1].disposition = SV("attachment");
    struct imap_part other = multipart("signed", parts, 2);
    assert_false(attachment_any(&other));
    parts[1] = leaf("message", "rfc822");
    other = multipart("report", parts, 2);
    assert_false(attachment_any(&other));
    other = multipart("mixed", parts, 2);
    assert_true(attachment_any(&other));
}

/* ---- sorting ---- */

static void keys_are_ordered_and_equal_ones_by_uid(void **state)
{
    (void)state;
    struct sort_key keys[] = {{.uid = 1, .text = "b"},
                              {.uid = 2, .text = "a"},
                              {.uid = 3, .text = "b"},
                              {.uid = 4, .text = ""}};
    const struct sort_keys all = {keys, 4};
    static const uint32_t UP[] = {4, 2, 1, 3}, DOWN[] = {1, 3, 2, 4};
    struct imap_sorting by = {IMAP_ORDER_SUBJECT, false};
    assert_memory_equal(sort_keys_order(arena, &all, by).p, UP, sizeof UP);
    by.descending = true;
    assert_memory_equal(sort_keys_order(arena, &all, by).p, DOWN, sizeof DOWN);
    keys[0].number = -5;
    keys[3].number = 7;
    static const uint32_t NUMBERS[] = {1, 2, 3, 4};
    by = (struct imap_sorting){IMAP_ORDER_DATE, false};
    assert_memory_equal(sort_keys_order(arena, &all, by).p, NUMBERS, sizeof NUMBERS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_of_uids_come_back),
        cmocka_unit_test(sets_are_bounded_and_strict),
        cmocka_unit_test(an_undo_token_comes_back),
        cmocka_unit_test(marks_that_move_nothing_come_back),
        cmocka_unit_test(a_token_that_would_be_too_long_is_none),
        cmocka_unit_test(other_tokens_are_refused),
        cmocka_unit_test(only_what_destroys_asks),
        cmocka_unit_test(attachments_are_what_is_no_text),
        cmocka_unit_test(inline_images_signatures_and_reports_are_none),
        cmocka_unit_test(keys_are_ordered_and_equal_ones_by_uid),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
