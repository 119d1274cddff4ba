#include "arena.h"
#include "base64.h"
#include "clock.h"
#include "sorted.h"
#include "test.h"
#include "utf8.h"

static void views_are_cut_and_compared(void **state)
{
    (void)state;
    struct sv rest = SV("a,b,,c");
    assert_sv(sv_cut(&rest, ','), "a");
    assert_sv(sv_cut(&rest, ','), "b");
    assert_sv(sv_cut(&rest, ','), "");
    assert_sv(sv_cut(&rest, ','), "c");
    assert_sv(rest, "");
    assert_true(sv_eq_nocase(SV("Sent"), SV("sENT")));
    assert_true(sv_starts_nocase(SV("INBOX/x"), SV("inbox")));
    assert_int_equal(sv_find(SV("abcabd"), SV("abd")), 3);
    assert_int_equal(sv_find(SV("ab"), SV("abd")), SIZE_MAX);
    assert_sv(sv_trim(SV(" \r\n a b\t ")), "a b");
    assert_true(sv_has_control(SV("a\nb")));
    assert_false(sv_has_control(SV("a b")));
}

static void a_place_in_order_is_that_of_the_first_of_equals(void **state)
{
    (void)state;
    static const uint32_t numbers[] = {2, 3, 3, 3, 7, UINT32_MAX};
    static const struct {
        uint32_t key;
        size_t place;
    } cases[] = {{0, 0}, {2, 0}, {3, 1}, {4, 4}, {7, 4}, {8, 5}, {UINT32_MAX, 5}};
    for (size_t n = 0; n <= 6; n++)
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            size_t want = cases[i].place < n ? cases[i].place : n;
            assert_int_equal(sorted_place_u32(cases[i].key, numbers, n), want);
            bool there = want < n && numbers[want] == cases[i].key;
            assert_int_equal(sorted_find_u32(cases[i].key, numbers, n), there ? want : SIZE_MAX);
        }
    assert_int_equal(sorted_place_u32(5, NULL, 0), 0);
    const struct {
        uint32_t uid;
        const char *name;
    } rows[] = {{1, "a"}, {4, "b"}, {9, "c"}};
    uint32_t uid = 4;
    assert_int_equal(sorted_place(&uid, rows, 3, sizeof *rows, sorted_by_u32), 1);
}

static void numbers_are_written_with_zeros_in_front(void **state)
{
    (void)state;
    static const struct {
        uint64_t value;
        size_t width;
        const char *text;
    } cases[] = {
        {0, 1, "0"},
        {0, 2, "00"},
        {7, 2, "07"},
        {12, 2, "12"},
        {345, 2, "345"},
        {9, 20, "00000000000000000009"},
        {9, 30, "00000000000000000009"},
        {UINT64_MAX, 1, "18446744073709551615"},
    };
    char room[40];
    struct sb b;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sb_fixed(&b, room, sizeof room);
        sb_add_padded(&b, cases[i].value, cases[i].width);
        assert_sv(sb_view(&b), cases[i].text);
    }
    sb_fixed(&b, room, sizeof room);
    sb_add_u64(&b, 0);
    sb_add_u64(&b, 120);
    assert_sv(sb_view(&b), "0120");
}

static void numbers_are_read_whole_and_bounded(void **state)
{
    (void)state;
    uint32_t n = 7;
    assert_int_equal(sv_to_u32(SV("4294967295"), &n), STATUS_OK);
    assert_true(n == 4294967295u);
    n = 7;
    assert_int_equal(sv_to_u32(SV("4294967296"), &n), STATUS_INVALID);
    assert_int_equal(sv_to_u32(SV(""), &n), STATUS_INVALID);
    assert_int_equal(sv_to_u32(SV("-1"), &n), STATUS_INVALID);
    assert_int_equal(sv_to_u32(SV("1 "), &n), STATUS_INVALID);
    assert_int_equal(n, 7);
    uint64_t small = 7;
    assert_int_equal(sv_to_u64(SV("6"), 5, &small), STATUS_INVALID);
    assert_int_equal(sv_to_u64(SV("1"), 0, &small), STATUS_INVALID);
    assert_true(small == 7);
    assert_int_equal(sv_to_u64(SV("5"), 5, &small), STATUS_OK);
    assert_true(small == 5);
}

static void builder_drops_whole_pieces_and_stays_over(void **state)
{
    (void)state;
    char buffer[6];
    struct sb b;
    sb_fixed(&b, buffer, sizeof buffer);
    sb_add(&b, SV("abc"));
    sb_add(&b, SV("def"));
    assert_true(b.over);
    sb_add(&b, SV("d"));
    assert_sv(sb_view(&b), "abc");
    sb_clear(&b);
    sb_printf(&b, "%d", 12345);
    assert_sv(sb_view(&b), "12345");
    assert_false(b.over);
}

static void arena_counts_its_budget(void **state)
{
    (void)state;
    struct arena *arena = arena_new(100000);
    struct sb b;
    sb_init(&b, arena, 50000);
    for (int i = 0; i < 50000; i++)
        sb_add_char(&b, 'x');
    assert_false(b.over);
    assert_int_equal(b.n, 50000);
    sb_add_char(&b, 'x');
    assert_true(b.over);
    arena_alloc(arena, 60000);
    assert_true(arena_over(arena));
    arena_reset(arena);
    assert_false(arena_over(arena));
    assert_sv(arena_printf(arena, "%s-%d", "a", 5), "a-5");
    arena_free(&arena);
    assert_null(arena);
    arena_free(&arena);
}

static void base64_is_exact(void **state)
{
    (void)state;
    char text[32], bytes[8];
    struct sb b;
    sb_fixed(&b, text, sizeof text);
    base64_encode(&b, "\xff\xfe", 2);
    assert_sv(sb_view(&b), "//4=");
    sb_clear(&b);
    base64url_encode(&b, "\xff\xfe", 2);
    assert_sv(sb_view(&b), "__4");
    size_t n = sizeof bytes;
    assert_int_equal(base64url_decode(SV("__4"), bytes, &n), STATUS_OK);
    assert_int_equal(n, 2);
    n = sizeof bytes;
    assert_int_equal(base64url_decode(SV("__5"), bytes, &n), STATUS_INVALID);
    assert_int_equal(base64_decode(SV("//4"), bytes, &n), STATUS_INVALID);
    assert_int_equal(base64_decode(SV("//4=\n"), bytes, &n), STATUS_INVALID);
    n = 1;
    assert_int_equal(base64_decode(SV("//4="), bytes, &n), STATUS_TOO_LARGE);
}

static void utf8_is_checked_replaced_and_cut(void **state)
{
    (void)state;
    struct arena *arena = arena_new(100000);
    assert_true(utf8_valid(SV("é日😀")));
    assert_false(utf8_valid(SV("\xc0\xaf")));
    assert_false(utf8_valid(SV("\xed\xa0\x80")));
    assert_false(utf8_valid(SV("\xf4\x90\x80\x80")));
    /* wherever it stands among ASCII */
    for (size_t i = 0; i < 20; i++) {
        struct sv whole = arena_printf(arena, "%.*sé%.*s", (int)i, "0123456789abcdefghij",
                                       (int)(20 - i), "0123456789abcdefghij");
        assert_true(utf8_valid(whole));
        assert_false(utf8_valid(sv_slice(whole, 0, i + 1)));
        assert_false(utf8_valid(sv_slice(whole, i + 1, whole.n)));
    }
    assert_sv(utf8_clean(arena, SV("a\xff\xe9z")), "a\xef\xbf\xbd\xef\xbf\xbdz");
    assert_sv(utf8_clean(arena, SV("\xe6\x97z")), "\xef\xbf\xbdz");
    assert_sv(utf8_line(arena, SV("a\r\nb\xc2\x85")), "a  b ");
    assert_sv(utf8_cut(SV("aé"), 2), "a");
    assert_sv(utf8_cut_points(SV("e\xcc\x81z"), 1), "e\xcc\x81");
    assert_int_equal(utf8_count(SV("日本")), 2);
    arena_free(&arena);
}

static void deadlines_pass(void **state)
{
    (void)state;
    assert_true(deadline_passed(deadline_in(0)));
    struct deadline d = deadline_in(10000);
    assert_false(deadline_passed(d));
    assert_in_range(deadline_left(d), 9000, 10000);
    assert_true(deadline_min(d, deadline_in(5)).at_ms < d.at_ms);
}

static void a_peers_words_are_made_one_line(void **state)
{
    (void)state;
    struct diagnosis d = {0};
    diagnosis_set(&d, STAGE_LOGIN, CAUSE_PASSWORD, "imap.example", 993, "no\r\nA1 OK \xff");
    assert_string_equal(d.detail, "no  A1 OK \xef\xbf\xbd");
    assert_string_equal(diagnosis_code(d.cause), "LOG-20");
    for (int i = 1; i < CAUSE_COUNT; i++)
        assert_true(diagnosis_code((enum cause)i)[0] && diagnosis_key((enum cause)i)[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(views_are_cut_and_compared),
        cmocka_unit_test(a_place_in_order_is_that_of_the_first_of_equals),
        cmocka_unit_test(numbers_are_written_with_zeros_in_front),
        cmocka_unit_test(numbers_are_read_whole_and_bounded),
        cmocka_unit_test(builder_drops_whole_pieces_and_stays_over),
        cmocka_unit_test(arena_counts_its_budget),
        cmocka_unit_test(base64_is_exact),
        cmocka_unit_test(utf8_is_checked_replaced_and_cut),
        cmocka_unit_test(deadlines_pass),
        cmocka_unit_test(a_peers_words_are_made_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
