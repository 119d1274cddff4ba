#include "test.h"

#include "arena.h"
#include "selection.h"

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(32 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct sv one(const char *folder, uint32_t v, uint32_t uid)
{
    return selection_text(arena, sv_of(folder), v, (struct imap_uids){&uid, 1}, 1000);
}

static void messages_of_a_folder_come_together(void **state)
{
    (void)state;
    struct selection s = {0};
    assert_sv(one("INBOX", 7, 5), "7.5.SU5CT1g");
    assert_int_equal(selection_add(arena, one("INBOX", 7, 5), &s), STATUS_OK);
    assert_int_equal(selection_add(arena, one("Été; .", 8, 4), &s), STATUS_OK);
    assert_int_equal(selection_add(arena, one("INBOX", 7, 3), &s), STATUS_OK);
    assert_int_equal(selection_add(arena, one("INBOX", 7, 4), &s), STATUS_OK);
    assert_int_equal(selection_add(arena, one("INBOX", 7, 5), &s), STATUS_OK);
    assert_int_equal(s.n, 2);
    assert_int_equal(s.uids, 4);
    assert_sv(s.p[1].folder, "Été; .");
    assert_sv(selection_write(arena, &s, 1000), "7.3:5.SU5CT1g;8.4.w4l0w6k7IC4");
    /* a folder that was made anew is another one */
    assert_int_equal(selection_add(arena, one("INBOX", 9, 5), &s), STATUS_OK);
    assert_int_equal(s.n, 3);
    assert_null(selection_find(&s, SV("INBOX"), 10));
    assert_int_equal(selection_find(&s, SV("INBOX"), 7)->uids.n, 3);
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    struct selection s = {0}, again = {0};
    char name[16];
    for (uint32_t i = 1; i <= 50; i++) {
        struct sb out;
        sb_fixed(&out, name, sizeof name);
        sb_printf(&out, "Dossier %u", i % 7);
        assert_int_equal(selection_add(arena, one(name, i % 7 + 1, i * i), &s), STATUS_OK);
    }
    struct sv text = selection_write(arena, &s, 10000);
    assert_int_equal(selection_add(arena, text, &again), STATUS_OK);
    assert_int_equal(again.n, 7);
    assert_int_equal(again.uids, 50);
    assert_sv(selection_write(arena, &again, 10000), text.p);
    assert_int_equal(selection_write(arena, &s, 20).n, 0);
}

static void some_are_taken_out(void **state)
{
    (void)state;
    struct selection s = {0};
    const uint32_t gone[] = {3, 1, 99};
    assert_int_equal(selection_add(arena, SV("7.1:4.SU5CT1g"), &s), STATUS_OK);
    selection_remove(arena, &s, SV("INBOX"), 7, (struct imap_uids){gone, 3});
    assert_int_equal(s.uids, 2);
    assert_sv(selection_write(arena, &s, 1000), "7.2,4.SU5CT1g");
    selection_remove(arena, &s, SV("INBOX"), 7, (struct imap_uids){(const uint32_t[]){2, 4}, 2});
    assert_int_equal(selection_write(arena, &s, 1000).n, 0);
    selection_remove(arena, &s, SV("other"), 7, (struct imap_uids){gone, 3});
}

static void anything_else_is_refused(void **state)
{
    (void)state;
    static const char *const WRONG[] = {
        "7",     "7.5",         "7..SU5CT1g", "0.5.SU5CT1g",  "7.0.SU5CT1g", "7.5.",
        "7.5.*", "x.5.SU5CT1g", "7.5.gA",     "7.5.SU5CT1g;", ";",           "7.5:1.SU5CT1g"};
    struct selection s = {0};
    assert_int_equal(selection_add(arena, SV("7.1.SU5CT1g"), &s), STATUS_OK);
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        enum status st = selection_add(arena, sv_of(WRONG[i]), &s);
        if (!sv_eq(sv_of(WRONG[i]), SV("7.5.SU5CT1g;"))) /* an end like a line's */
            assert_int_equal(st, STATUS_INVALID);
    }
    assert_int_equal(s.n, 1);
    assert_int_equal(selection_add(arena, SV("7.1:20001.SU5CT1g"), &s), STATUS_TOO_LARGE);
    assert_int_equal(selection_add(arena, SV("7.1:20000.SU5CT1g;8.1.SU5CT1g"), &s),
                     STATUS_TOO_LARGE);
    assert_int_equal(s.n, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_of_a_folder_come_together),
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(some_are_taken_out),
        cmocka_unit_test(anything_else_is_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
