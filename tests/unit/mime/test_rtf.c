#include "rtf.h"
#include "test.h"

#include "decode.h"

static struct arena *arena;
static struct codepages *pages;

static int setup(void **state)
{
    (void)state;
    arena = arena_new((size_t)64 << 20);
    pages = codepages_open();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    codepages_close(&pages);
    return 0;
}

static struct sv text_of(struct sv source, size_t step, bool *html)
{
    struct sb out;
    sb_init(&out, arena, 1 << 20);
    struct rtf *rtf = rtf_new(arena, pages, &out);
    for (size_t at = 0; at < source.n; at += step)
        assert_int_equal(rtf_write(rtf, sv_slice(source, at, at + step)), STATUS_OK);
    rtf_finish(rtf);
    *html = rtf_is_html(rtf);
    return sb_view(&out);
}

static void assert_text(const char *source, const char *want)
{
    bool html;
    for (size_t step = 1; step < 8; step++)
        assert_sv(text_of(sv_of(source), step, &html), want);
    assert_false(html);
}

static void assert_html(const char *source, const char *want)
{
    bool html;
    for (size_t step = 1; step < 8; step++)
        assert_sv(text_of(sv_of(source), step, &html), want);
    assert_true(html);
}

static void text_is_found_among_the_form(void **state)
{
    (void)state;
    assert_text("{\\rtf1\\ansi{\\fonttbl\\f0\\fswiss Helvetica;}\\f0\\pard Hello {\\b you}\\par}",
                "Hello you\n");
    assert_text("{\\rtf1{\\stylesheet{\\s1 Heading;}}{\\info{\\title T}}{\\pict\\wmetafile8 01ff}"
                "{\\*\\generator X;}{\\*\\unknown y}a\\tab b\\line c\\~d\\_e\\-f}",
                "a\tb\nc\xc2\xa0"
                "d\xe2\x80\x91"
                "ef");
    assert_text("{\\rtf1 \\{a\\\\b\\}\r\n\\emdash\\ldblquote x\\rdblquote }",
                "{a\\b}\xe2\x80\x94\xe2\x80\x9cx\xe2\x80\x9d");
    assert_text("{\\rtf1 a\\bin4 }}\\{b}", "ab");
    assert_text("{\\rtf1 a\\bin0 b\\bin-3 c}", "abc");
}

static void characters_of_all_code_pages_are_read(void **state)
{
    (void)state;
    assert_text("{\\rtf1 {\\*\\unknown x\\'}seen}", "seen");
    assert_text("{\\rtf1\\ansi\\ansicpg1252 caf\\'e9 \xe9}", "caf\xc3\xa9 \xc3\xa9");
    assert_text("{\\rtf1\\ansicpg1252{\\fonttbl{\\f0\\fcharset0 A;}{\\f1\\fcharset204 B;}}"
                "\\f1\\'cf\\'f0\\f0\\'e9{\\f1\\'e8}\\'e8\\plain x}",
                "\xd0\x9f\xd1\x80\xc3\xa9\xd0\xb8\xc3\xa8x");
    assert_text("{\\rtf1\\ansicpg932 \\'93\\'fa\\'96{\\'7b}}", "\xe6\x97\xa5\xe6\x9c\xac");
    assert_text("{\\rtf1 \\u8217 ?s \\u-3913?\\uc2\\u233 \\'81\\'82x\\uc0\\u234 y}",
                "\xe2\x80\x99s \xef\x82\xb7\xc3\xa9x\xc3\xaay");
    assert_text("{\\rtf1 \\u-10179?\\u-8704?.{\\uc1\\u233}x}", "\xf0\x9f\x98\x80.\xc3\xa9x");
}

static void html_inside_is_given_back(void **state)
{
    (void)state;
    assert_html("{\\rtf1\\ansi\\ansicpg1251\\fromhtml1 \\deff0{\\fonttbl{\\f0 Arial;}}"
                "{\\*\\htmltag19 <html>}{\\*\\htmltag84 <p class=\"a\">}\\htmlrtf{\\b \\htmlrtf0 "
                "1 < 2 {\\*\\htmltag84 &nbsp;}\\htmlrtf\\'a0\\htmlrtf0 \\'ff"
                "{\\*\\mhtmltag84 no}\\htmlrtf\\par}\\htmlrtf0\\par{\\*\\htmltag92 </p>\\par }}",
                "<html><p class=\"a\">1 &lt; 2 &nbsp;\xd1\x8f\n</p>\n");
}

static void damage_ends_nowhere(void **state)
{
    (void)state;
    bool html;
    static const char *const broken[] = {"",
                                         "{",
                                         "}}}}",
                                         "{\\rtf1 \\'",
                                         "{\\rtf1 \\'g",
                                         "\\u",
                                         "\\u99999999999999",
                                         "\\bin99999999 x",
                                         "\\*\\*",
                                         "{\\fonttbl\\fcharset1",
                                         "\\f-1\\uc-1\\u1"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        (void)text_of(sv_of(broken[i]), 3, &html);
    struct sb deep;
    sb_init(&deep, arena, 1 << 20);
    for (int i = 0; i < 5000; i++)
        sb_add(&deep, SV("{\\b "));
    sb_add(&deep, SV("inside"));
    for (int i = 0; i < 5000; i++)
        sb_add_char(&deep, '}');
    sb_add(&deep, SV(" outside"));
    assert_sv(text_of(sb_view(&deep), 1000, &html), "inside outside");
}

static void output_is_bounded(void **state)
{
    (void)state;
    char room[9];
    struct sb out;
    sb_fixed(&out, room, sizeof room);
    struct rtf *rtf = rtf_new(arena, pages, &out);
    enum status status = rtf_write(rtf, SV("abc\\par def\\par ghi\\par jkl\\par x"));
    rtf_finish(rtf);
    assert_int_equal(status, STATUS_TOO_LARGE);
    assert_true(out.over && out.n <= 8);
}

/* ---- compression ---- */

static struct sv unpack(struct sv packed, bool *whole)
{
    struct sb out;
    sb_init(&out, arena, 1 << 20);
    assert_int_equal(rtf_unpack(packed, sb_sink(&out), whole), STATUS_OK);
    return sb_view(&out);
}

/* The two examples of [MS-OXRTFCP] section 4. */
static void the_examples_of_the_specification_are_unpacked(void **state)
{
    (void)state;
    bool whole;
    static const unsigned char first[] = {
        0x2d, 0x00, 0x00, 0x00, 0x2b, 0x00, 0x00, 0x00, 0x4c, 0x5a, 0x46, 0x75, 0xf1,
        0xc5, 0xc7, 0xa7, 0x03, 0x00, 0x0a, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32,
        0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20, 0x68, 0x65, 0x6c, 0x09, 0x00, 0x20, 0x62,
        0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f, 0xa0};
    static const unsigned char second[] = {
        0x1a, 0x00, 0x00, 0x00, 0x1c, 0x00, 0x00, 0x00, 0x4c, 0x5a, 0x46, 0x75, 0xe2, 0xd4, 0x4b,
        0x51, 0x41, 0x00, 0x04, 0x20, 0x57, 0x58, 0x59, 0x5a, 0x0d, 0x6e, 0x7d, 0x01, 0x0e, 0xb0};
    struct sv packed = {(const char *)first, sizeof first};
    assert_sv(unpack(packed, &whole), "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
    assert_true(whole);
    assert_sv(unpack((struct sv){(const char *)second, sizeof second}, &whole),
              "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}");
    assert_true(whole);
    for (size_t n = 16; n < sizeof first - 2; n++) {
        struct sv got = unpack(sv_slice(packed, 0, n), &whole);
        assert_true(sv_starts(SV("{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"), got));
        assert_false(whole && got.n < 43);
    }
}

static void what_is_not_compressed_is_taken_as_it_is(void **state)
{
    (void)state;
    bool whole;
    struct sb out;
    assert_sv(unpack((struct sv){"\x10\0\0\0\3\0\0\0MELA\0\0\0\0abcd", 20}, &whole), "abc");
    assert_true(whole);
    assert_sv(unpack((struct sv){"\x10\0\0\0\xff\xff\xff\xffMELA\0\0\0\0abcd", 20}, &whole),
              "abcd");
    assert_false(whole);
    sb_init(&out, arena, 100);
    assert_int_equal(rtf_unpack(SV("{\\rtf1 not compressed at all}"), sb_sink(&out), &whole),
                     STATUS_INVALID);
    assert_int_equal(rtf_unpack(SV("short"), sb_sink(&out), &whole), STATUS_INVALID);
}

/* Four kilobytes wrap the dictionary; the size of the header bounds what comes out. */
static void runs_wrap_and_are_bounded(void **state)
{
    (void)state;
    bool whole;
    struct sb in;
    sb_init(&in, arena, 1 << 16);
    sb_add(&in, (struct sv){"\0\0\0\0\x10\x27\0\0LZFu\0\0\0\0", 16}); /* 10000 bytes */
    sb_add(&in, (struct sv){"\0abcdefgh", 9});                        /* at 207 */
    for (unsigned i = 0, at = 215; i < 4000; i++) {
        if (i % 8 == 0)
            sb_add_char(&in, (char)0xff);
        unsigned from = (at + 4096 - 8) % 4096;
        sb_add_char(&in, (char)(from >> 4));
        sb_add_char(&in, (char)((from & 15) << 4 | 6)); /* eight bytes */
        at = (at + 8) % 4096;
    }
    struct sv out = unpack(sb_view(&in), &whole);
    assert_true(whole);
    assert_int_equal(out.n, 10000);
    for (size_t i = 0; i < out.n; i++)
        assert_int_equal(out.p[i], "abcdefgh"[i % 8]);
}

static void code_pages_have_their_charsets(void **state)
{
    (void)state;
    struct sb out;
    sb_init(&out, arena, 100);
    codepages_add(pages, 866, SV("\x80"), &out);
    codepages_add(pages, 950, SV("\xa4\xa4"), &out);
    codepages_add(pages, CODEPAGE_UTF16, (struct sv){"\xac\x20", 2}, &out);
    codepages_add(pages, 12345, SV("\x80\xc3\xa9"), &out);
    assert_sv(sb_view(&out), "\xd0\x90\xe4\xb8\xad\xe2\x82\xac\xe2\x82\xac\xc3\xa9");
    assert_string_equal(codepage_label(1251), "windows-1251");
    assert_null(codepage_label(0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(text_is_found_among_the_form, setup, teardown),
        cmocka_unit_test_setup_teardown(characters_of_all_code_pages_are_read, setup, teardown),
        cmocka_unit_test_setup_teardown(html_inside_is_given_back, setup, teardown),
        cmocka_unit_test_setup_teardown(damage_ends_nowhere, setup, teardown),
        cmocka_unit_test_setup_teardown(output_is_bounded, setup, teardown),
        cmocka_unit_test_setup_teardown(the_examples_of_the_specification_are_unpacked, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(what_is_not_compressed_is_taken_as_it_is, setup, teardown),
        cmocka_unit_test_setup_teardown(runs_wrap_and_are_bounded, setup, teardown),
        cmocka_unit_test_setup_teardown(code_pages_have_their_charsets, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
