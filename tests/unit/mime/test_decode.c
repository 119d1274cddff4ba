#include "arena_fixture.h"
#include "charset.h"
#include "decode.h"
#include "flowed.h"
#include "utf8.h"

static struct sv decoded(enum transfer transfer, struct sv text, size_t step)
{
    struct sb b;
    struct decoder d;
    sb_init(&b, arena, 1 << 20);
    decoder_init(&d, transfer, sb_sink(&b));
    for (size_t at = 0; at < text.n; at += step)
        assert_int_equal(decoder_write(&d, sv_slice(text, at, at + step)), STATUS_OK);
    assert_int_equal(decoder_finish(&d), STATUS_OK);
    return sb_view(&b);
}

/* Cut into pieces of every small size it must come out the same. */
static void assert_decodes(enum transfer transfer, const char *text, const char *want)
{
    for (size_t step = 1; step < 12; step++)
        assert_sv(decoded(transfer, sv_of(text), step), want);
    assert_sv(decoded(transfer, sv_of(text), 4096), want);
}

static void base64_is_tolerant(void **state)
{
    (void)state;
    assert_decodes(TRANSFER_BASE64, "", "");
    assert_decodes(TRANSFER_BASE64, "aGVsbG8=", "hello");
    assert_decodes(TRANSFER_BASE64, "aGVs\r\nbG8=\r\n", "hello");
    assert_decodes(TRANSFER_BASE64, "aGVsbG8", "hello");
    assert_decodes(TRANSFER_BASE64, "aGVsbA==aGVsbA==", "hellhell");
    assert_decodes(TRANSFER_BASE64, " a G!V*s\tb\x80G8=\n-- \n!", "hello");
    assert_decodes(TRANSFER_BASE64, "aGVsbG8=\n=", "hello");
    assert_decodes(TRANSFER_BASE64, "====", "");
    assert_decodes(TRANSFER_BASE64, "a", "");
    assert_decodes(TRANSFER_BASE64, "/+8=", "\xff\xef");
}

static void quoted_printable_is_tolerant(void **state)
{
    (void)state;
    assert_decodes(TRANSFER_QUOTED, "caf=C3=A9=20=\r\nx\r\n", "café x\r\n");
    assert_decodes(TRANSFER_QUOTED, "a=\nb", "ab");
    assert_decodes(TRANSFER_QUOTED, "a= \t\r\nb", "ab");
    assert_decodes(TRANSFER_QUOTED, "a  \t\r\nb \nc ", "a\r\nb\nc ");
    assert_decodes(TRANSFER_QUOTED, "1=2 and =zz =4x =", "1=2 and =zz =4x ");
    assert_decodes(TRANSFER_QUOTED, "=c3=a9", "é");
    assert_decodes(TRANSFER_QUOTED, "==41", "=A");
    assert_decodes(TRANSFER_QUOTED, "= =41=", "= A");
    assert_decodes(TRANSFER_QUOTED, "a\rb=\rc", "a\rb=\rc");
    assert_decodes(TRANSFER_QUOTED, "=3D=3D=4", "===4");
    struct sb blanks;
    sb_init(&blanks, arena, 5000);
    for (int i = 0; i < 1000; i++)
        sb_add_char(&blanks, ' ');
    sb_add_char(&blanks, 'x');
    assert_decodes(TRANSFER_QUOTED, blanks.p, blanks.p);
}

static void uuencode_is_decoded(void **state)
{
    (void)state;
    assert_decodes(TRANSFER_UU, "prose\nbegin 644 f\n%:&5L;&\\ \n`\nend\nmore", "hello");
    assert_decodes(TRANSFER_UU, "begin 644 f\r\n%:&5L;&\\\r\n \r\nend\r\n", "hello");
    assert_decodes(TRANSFER_UU, "begin 644 f\n#86)C\n#86)C\n`\nend\n", "abcabc");
    assert_decodes(TRANSFER_UU, "nothing here", "");
}

static void encodings_are_named(void **state)
{
    (void)state;
    assert_int_equal(transfer_of(SV(" BASE64 ")), TRANSFER_BASE64);
    assert_int_equal(transfer_of(SV("\"quoted-printable\"")), TRANSFER_QUOTED);
    assert_int_equal(transfer_of(SV("x-uuencode")), TRANSFER_UU);
    assert_int_equal(transfer_of(SV("8bit")), TRANSFER_IDENTITY);
    assert_int_equal(transfer_of(SV("")), TRANSFER_IDENTITY);
}

static void base64_lines_have_the_promised_length(void **state)
{
    (void)state;
    unsigned char bytes[600];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(i * 7);
    for (size_t n = 0; n < sizeof bytes; n++) {
        struct sb b;
        struct base64_encoder e;
        sb_init(&b, arena, 4000);
        base64_encoder_init(&e, sb_sink(&b));
        struct sv all = {(const char *)bytes, n};
        for (size_t at = 0; at < n; at += 10)
            assert_int_equal(base64_encoder_write(&e, sv_slice(all, at, at + 10)), STATUS_OK);
        assert_int_equal(base64_encoder_finish(&e), STATUS_OK);
        assert_int_equal(b.n, base64_lines_length(n));
        assert_true(n == 0 || sv_ends(sb_view(&b), SV("\r\n")));
        assert_true(sv_eq(decoded(TRANSFER_BASE64, sb_view(&b), 100), all));
    }
    assert_true(base64_lines_length(UINT64_MAX) == UINT64_MAX);
}

static void quoted_printable_comes_back(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "café\r\n",
                                        "trailing \r\ntab\t\r\n",
                                        "From here\r\n.\r\n.x\r\n",
                                        "a=b\r\n",
                                        "no end",
                                        "\x01\x02\r\n",
                                        "A line that is far too long for a letter and that "
                                        "therefore must be broken éèàù softly ...."
                                        ".........................................................."
                                        "......................... F\r\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct sb b;
        sb_init(&b, arena, 4000);
        quoted_encode(&b, sv_of(texts[i]));
        struct sv rest = sb_view(&b);
        while (rest.n > 0) {
            struct sv line = sv_cut(&rest, '\n');
            assert_true(line.n <= 77);
            assert_false(sv_starts(line, SV(".")) || sv_starts(line, SV("From ")));
            assert_false(sv_ends(line, SV(" \r")));
        }
        assert_sv(decoded(TRANSFER_QUOTED, sb_view(&b), 7), texts[i]);
    }
    struct sb b;
    sb_init(&b, arena, 100);
    quoted_encode(&b, SV("a\nb"));
    assert_sv(sb_view(&b), "a\r\nb");
}

static void line_ends_are_normalised(void **state)
{
    (void)state;
    struct sv text = SV("a\nb\rc\r\nd\n\re\r\r\n\n.\n");
    for (size_t step = 1; step < 20; step++) {
        struct sb b;
        struct crlf c;
        sb_init(&b, arena, 1000);
        crlf_init(&c, sb_sink(&b));
        for (size_t at = 0; at < text.n; at += step)
            assert_int_equal(crlf_write(&c, sv_slice(text, at, at + step)), STATUS_OK);
        assert_sv(sb_view(&b), "a\r\nb\r\nc\r\nd\r\n\r\ne\r\n\r\n\r\n.\r\n");
    }
}

static struct sv converted(struct charset *c, struct sv text, size_t step)
{
    struct sb b;
    sb_init(&b, arena, 1 << 20);
    for (size_t at = 0; at < text.n; at += step)
        assert_int_equal(charset_write(c, sv_slice(text, at, at + step), sb_sink(&b)), STATUS_OK);
    assert_int_equal(charset_finish(c, sb_sink(&b)), STATUS_OK);
    return sb_view(&b);
}

static const struct {
    const char *label, *in, *out;
} charset_cases[] = {
    {"utf-8", "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", "café € 😀"},
    {"utf-8",
     "\xef\xbb\xbf"
     "a",
     "a"},
    {"UTF8",
     "a\xff"
     "b\xe2\x82",
     "a\xef\xbf\xbd"
     "b\xef\xbf\xbd"},
    {"iso-8859-1", "caf\xe9 \x80", "café €"},
    {"latin1", "\xe9", "é"},
    {"iso-8859-15", "\xa4", "€"},
    {"us-ascii", "caf\xe9", "café"},
    {"us-ascii", "caf\xc3\xa9", "café"},
    {"", "caf\xc3\xa9 caf\xe9", "café café"},
    {"",
     "\xff\xfe"
     "a\0b",
     "a"},
    {"", "x \033$BF|K\\\033(B y", "x 日本 y"},
    {"unheard-of", "caf\xe9", "café"},
    {"iso-2022-jp", "\033$BF|K\\\033(B a \033(J~\033(B", "日本 a ~"},
    {"iso-2022-jp", "\033$B-!\033(B", "①"},
    {"iso-2022-jp", "\033(I1\033(B", "ｱ"},
    {"iso-2022-jp", "\033$BF|K\n\xa4ok", "日\xef\xbf\xbd\n\xef\xbf\xbdok"},
    {"x-sjis", "\x93\xfa\x96\x7b", "日本"},
    {"euc-jp", "\xc6\xfc\xcb\xdc", "日本"},
    {"gb2312", "\xd6\xd0\xb9\xfa", "中国"},
    {"big5", "\xa4\xa4\xb0\xea", "中國"},
    {"ks_c_5601-1987", "\xc7\xd1\xb1\xdb", "한글"},
    {"koi8-r", "\xf0\xf2", "ПР"},
    {"windows-1251", "\xcf\xd0", "ПР"},
    {"cp-850", "\x82", "é"},
    {"iso-8859-8-i", "\xf9", "ש"},
    {"unicode-1-1-utf-7", "caf+AOk-", "café"},
    {"iso_8859-2:1987", "\xb1", "ą"},
    {"x-gbk", "\xd6\xd0", "中"},
    {"windows-1258", "a\xcc", "à"},
    {"shift_jis", "a\x81", "a\xef\xbf\xbd"},
    {"euc-kr",
     "\xff"
     "ok",
     "\xef\xbf\xbd"
     "ok"},
};

static void charsets_are_converted_in_pieces(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof charset_cases / sizeof *charset_cases; i++) {
        struct charset *c = charset_open(sv_of(charset_cases[i].label), CHARSET_PLAIN);
        struct sv in = sv_of(charset_cases[i].in);
        if (sv_starts(in, SV("\xff\xfe")))
            in = (struct sv){charset_cases[i].in, 4};
        for (size_t step = 1; step < 9; step++) { /* and c is fit for another text each time */
            struct sv out = converted(c, in, step);
            if (!sv_eq(out, sv_of(charset_cases[i].out)))
                print_error("%s in steps of %zu\n", charset_cases[i].label, step);
            assert_sv(out, charset_cases[i].out);
        }
        charset_close(&c);
        assert_null(c);
    }
}

static void labels_are_an_allow_list(void **state)
{
    (void)state;
    assert_true(charset_known(SV("\"UTF-8\"")));
    assert_true(charset_known(SV("csISO2022JP")));
    assert_true(charset_known(SV("us-ascii")));
    assert_false(charset_known(SV("iso-2022-cn-ext")));
    assert_false(charset_known(SV("UTF-8//TRANSLIT")));
    assert_false(charset_known(SV("../../x")));
    assert_false(charset_known(SV("")));
    struct charset *c = charset_open(SV("utf-7"), CHARSET_MARKUP);
    assert_string_equal(charset_name(c), "");
    assert_sv(converted(c, SV("+ADw-script"), 4), "+ADw-script");
    charset_close(&c);
    c = charset_open(SV("ibm037"), CHARSET_MARKUP);
    assert_string_equal(charset_name(c), "");
    charset_close(&c);
    c = charset_open(SV("latin1"), CHARSET_MARKUP);
    assert_string_equal(charset_name(c), "windows-1252");
    charset_close(&c);
}

/* Long enough to pass every buffer, and every byte there is. */
static void long_and_random_texts_stay_valid(void **state)
{
    (void)state;
    static const char *const labels[] = {
        "utf-8", "",           "iso-2022-jp", "shift_jis",   "gb18030",  "utf-16",      "utf-7",
        "big5",  "euc-kr",     "latin1",      "koi8-r",      "euc-tw",   "iso-2022-kr", "utf-32",
        "tcvn",  "hz-gb-2312", "ibm037",      "iso-2022-cn", "armscii-8"};
    static char bytes[20000];
    uint32_t seed = 1;
    for (size_t i = 0; i < sizeof bytes; i++) {
        seed = seed * 1664525 + 1013904223;
        bytes[i] = (char)(seed >> 24);
    }
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        struct charset *c = charset_open(sv_of(labels[i]), CHARSET_PLAIN);
        struct sv all = {bytes, sizeof bytes};
        struct sv one = converted(c, all, sizeof bytes), pieces = converted(c, all, 999);
        assert_true(utf8_valid(one));
        if (!sv_eq(one, pieces))
            print_error("%s\n", labels[i]);
        assert_true(sv_eq(one, pieces));
        assert_true(one.n > 0);
        charset_close(&c);
        arena_reset(arena);
    }
}

static struct sv shown(struct paragraphs p)
{
    struct sb b;
    sb_init(&b, arena, 10000);
    for (size_t i = 0; i < p.n; i++)
        sb_printf(&b, "%u%s:%.*s|", p.items[i].depth, p.items[i].signature ? "s" : "",
                  SV_ARG(p.items[i].text));
    return sb_view(&b);
}

static void flowed_text_is_joined(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
        bool flowed, delsp;
    } cases[] = {
        {"a \r\nb\r\nc\r\n", "0:a b|0:c|", true, false},
        {"a \nb \nc", "0:a b c|", true, false},
        {"a \nb", "0:ab|", true, true},
        {"> a \n> b\n>> c \nd\n", "1:a b|2:c |0:d|", true, false},
        {" > x\n  y\n From z\n", "0:> x|0: y|0:From z|", true, false},
        {"a \n-- \nme", "0:a |0s:-- |0:me|", true, false},
        {"a \n\nb", "0:a |0:|0:b|", true, false},
        {"a \nb", "0:a |0:b|", false, false},
        {"> > a\n>> b\n>c\n> d", "2:a|2:b|1:c|1:d|", false, false},
        {"a\rb\r\nc", "0:a|0:b|0:c|", false, false},
        {"", "", true, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_sv(
            shown(flowed_parse(arena, sv_of(cases[i].in), cases[i].flowed, cases[i].delsp, 100)),
            cases[i].out);
    assert_sv(shown(flowed_parse(arena, SV("a\nb\nc\nd"), true, false, 2)), "0:a|0:b\nc\nd|");
}

static void typed_text_comes_back_from_flowed(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *out;
    } cases[] = {
        {"hello", "0:hello|"},
        {"a\n\nb\r\n", "0:a|0:|0:b|"},
        {" indented\nFrom me", "0: indented|0:From me|"},
        {"> quoted\n>> twice\n> > twice\n>", "1:quoted|2:twice|2:twice|1:|"},
        {"bye   \n-- \nme", "0:bye|0s:-- |0:me|"},
        {"a > b", "0:a > b|"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sb b;
        sb_init(&b, arena, 1000);
        flowed_write(&b, sv_of(cases[i].typed));
        assert_sv(shown(flowed_parse(arena, sb_view(&b), true, false, 100)), cases[i].out);
    }
    struct sb typed, b;
    sb_init(&typed, arena, 10000);
    for (int i = 0; i < 200; i++)
        sb_printf(&typed, "%s%s", i > 0 ? (i % 7 ? " " : "  ") : "", i % 5 ? "mot" : "> élan -- ");
    sb_init(&b, arena, 20000);
    flowed_write(&b, sb_view(&typed));
    struct paragraphs p = flowed_parse(arena, sb_view(&b), true, false, 1000);
    assert_int_equal(p.n, 1);
    assert_int_equal(p.items[0].depth, 1);
    struct sv rest = sb_view(&b);
    while (rest.n > 0)
        assert_true(utf8_count(sv_cut(&rest, '\n')) <= 80);
    struct sv want = sv_trim(sv_slice(sb_view(&typed), 2, typed.n));
    assert_sv(sv_trim(p.items[0].text), arena_cstr(arena, want));
}

/* Last: nothing can be opened behind it. */
static void a_sealed_process_guesses(void **state)
{
    (void)state;
    struct charset *before = charset_open(SV("koi8-r"), CHARSET_PLAIN);
    charset_seal();
    assert_sv(converted(before, SV("\xf0"), 1), "П");
    charset_close(&before);
    struct charset *c = charset_open(SV("koi8-r"), CHARSET_PLAIN);
    assert_string_equal(charset_name(c), "");
    assert_sv(converted(c, SV("\xe9"), 1), "é");
    charset_close(&c);
    assert_sv(charset_decode(arena, SV("latin1"), SV("\xe9"), 10), "é");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(base64_is_tolerant, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(quoted_printable_is_tolerant, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(uuencode_is_decoded, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(encodings_are_named, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(base64_lines_have_the_promised_length, arena_up,
                                        arena_down),
        cmocka_unit_test_setup_teardown(quoted_printable_comes_back, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(line_ends_are_normalised, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(charsets_are_converted_in_pieces, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(labels_are_an_allow_list, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(long_and_random_texts_stay_valid, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(flowed_text_is_joined, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(typed_text_comes_back_from_flowed, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(a_sealed_process_guesses, arena_up, arena_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
