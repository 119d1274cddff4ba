/* Charsets beyond the usual: all that the C library knows, byte orders without a mark, HZ, and what
 * is made of text without a label. */
#include <stdio.h>

#include "arena_fixture.h"
#include "charset.h"
#include "decode.h"

static struct sv converted(const char *label, struct sv bytes, size_t step)
{
    struct sb out;
    struct charset *c = charset_open(sv_of(label), CHARSET_PLAIN);
    sb_init(&out, arena, 1 << 20);
    for (size_t at = 0; at < bytes.n; at += step)
        assert_int_equal(charset_write(c, sv_slice(bytes, at, at + step), sb_sink(&out)),
                         STATUS_OK);
    assert_int_equal(charset_finish(c, sb_sink(&out)), STATUS_OK);
    charset_close(&c);
    return sb_view(&out);
}

/* ---- all that iconv knows ---- */

/* Not in the list, each for a reason that label.c and label_more.c give. */
static const char *const left_out[] = {"BRF",
                                       "CA",
                                       "CN",
                                       "DE",
                                       "DK",
                                       "ES",
                                       "ES2",
                                       "FI",
                                       "FR",
                                       "GB",
                                       "HU",
                                       "IT",
                                       "JP",
                                       "JS",
                                       "NO",
                                       "NO2",
                                       "PT",
                                       "PT2",
                                       "SE",
                                       "SE2",
                                       "UK",
                                       "YU",
                                       "INTERNAL",

                                       "ISO11548-1",
                                       "ISO_11548-1",
                                       "ISO/TR_11548-1",
                                       "WCHAR_T",
                                       "UTF-7-IMAP",
                                       "ISO-2022-CN-EXT",
                                       "ISO2022CNEXT",
                                       "ISO-2022-JP-3",
                                       "ISO2022JP3"};

static bool is_left_out(struct sv name)
{
    /* IBM's two-byte EBCDICs, and the register that numbers charsets once more */
    static const char *const pages[] = {"930",  "933",  "935",  "937",  "939",
                                        "1364", "1371", "1388", "1390", "1399"};
    for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
        if (sv_eq(name, sv_of(left_out[i])))
            return true;
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        if (sv_ends(name, sv_of(pages[i])) &&
            (sv_starts(name, SV("CP")) || sv_starts(name, SV("IBM")) ||
             sv_starts(name, SV("CSIBM"))))
            return true;
    return sv_starts(name, SV("OSF"));
}

static void all_that_iconv_knows_is_known(void **state)
{
    (void)state;
    char line[200];
    size_t known = 0, unknown = 0;
    FILE *names = popen("iconv -l", "r");
    assert_non_null(names);
    while (fgets(line, sizeof line, names)) {
        struct sv name = sv_trim(sv_of(line));
        while (sv_ends(name, SV("/")))
            name.n--;
        if (is_left_out(name)) {
            if (charset_known(name))
                fail_msg("%.*s is known", SV_ARG(name));
            continue;
        }
        if (!charset_known(name))
            print_error("%.*s is not known\n", SV_ARG(name));
        known += charset_known(name);
        unknown += !charset_known(name);
    }
    assert_int_equal(unknown, 0);
    assert_int_equal(pclose(names), 0);
    assert_true(known > 800);
}

/* What mailers and browsers call them (the labels of the WHATWG's encodings). */
static const struct {
    const char *label, *name;
} labels[] = {
    {"unicode-1-1-utf-8", "UTF-8"},
    {"x-unicode20utf8", "UTF-8"},
    {"dos-862", "IBM862"},
    {"cp-862", "IBM862"},
    {"866", "IBM866"},
    {"csibm866", "IBM866"},
    {"x-cp1250", "windows-1250"},
    {"iso-ir-101", "ISO-8859-2"},
    {"l3", "ISO-8859-3"},
    {"csisolatincyrillic", "ISO-8859-5"},
    {"asmo-708", "ISO-8859-6"},
    {"csiso88596e", "ISO-8859-6"},
    {"iso-8859-6-i", "ISO-8859-6"},
    {"sun_eu_greek", "ISO-8859-7"},
    {"ecma-118", "ISO-8859-7"},
    {"visual", "ISO-8859-8"},
    {"csiso88598e", "ISO-8859-8"},
    {"logical", "ISO-8859-8"},
    {"cskoi8r", "KOI8-R"},
    {"koi", "KOI8-R"},
    {"x-mac-roman", "macintosh"},
    {"csmacintosh", "macintosh"},
    {"dos-874", "windows-874"},
    {"x-mac-ukrainian", "x-mac-cyrillic"},
    {"x-gbk", "GB18030"},
    {"csgb2312", "GB18030"},
    {"gb_2312-80", "GB18030"},
    {"iso-ir-58", "GB18030"},
    {"csiso58gb231280", "GB18030"},
    {"hz-gb-2312", "HZ-GB-2312"},
    {"x-x-big5", "Big5"},
    {"csbig5", "Big5"},
    {"cseucpkdfmtjapanese", "EUC-JP"},
    {"x-euc-jp", "EUC-JP"},
    {"csshiftjis", "Shift_JIS"},
    {"x-sjis", "Shift_JIS"},
    {"ms_kanji", "Shift_JIS"},
    {"cseuckr", "EUC-KR"},
    {"iso-ir-149", "EUC-KR"},
    {"windows-949", "EUC-KR"},
    {"unicodefffe", "UTF-16BE"},
    {"csunicode", "UTF-16"},
    {"iso-10646-ucs-2", "UTF-16"},
    {"armscii-8", "ARMSCII-8"},
    {"georgian-ps", "GEORGIAN-PS"},
    {"TCVN5712-1:1993", "TCVN"},
    {"x-viscii", "VISCII"},
    {"roman8", "HP-ROMAN8"},
    {"din_66003", "DIN_66003"},
};

static void what_others_call_them_is_known(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        struct charset *c = charset_open(sv_of(labels[i].label), CHARSET_PLAIN);
        if (strcmp(charset_name(c), labels[i].name) != 0)
            print_error("%s: %s\n", labels[i].label, charset_name(c));
        assert_string_equal(charset_name(c), labels[i].name);
        charset_close(&c);
    }
}

/* ---- forms ---- */

static void rare_charsets_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *label, *in, *out;
    } cases[] = {
        {"armscii-8", "\xb2\xd2", "\xd4\xb1\xd5\x81"},
        {"georgian-ps", "\xc0\xc1", "\xe1\x83\x90\xe1\x83\x91"},
        {"ibm862", "\x80", "\xd7\x90"},
        {"mik", "\x80", "\xd0\x90"},
        {"hp-roman8", "\xc5", "\xc3\xa9"},
        {"din_66003", "M}nchen", "M\xc3\xbcnchen"},
        {"ibm037", "\xc8\x89", "Hi"},
        {"koi8-t", "\xc0", "\xd1\x8e"},
        {"hz-gb-2312", "a ~{<:Ky~} ~~ b~\n!", "a \xe5\xb7\xb1\xe6\x89\x80 ~ b!"},
        {"hz-gb-2312", "~{<:\nK", "\xe5\xb7\xb1\nK"},
        {"hz-gb-2312", "~{<", "\xef\xbf\xbd"},
        {"hz-gb-2312", "~", "~"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t step = 1; step < 9; step++)
            assert_sv(converted(cases[i].label, sv_of(cases[i].in), step), cases[i].out);
}

static void the_byte_order_is_found_without_a_mark(void **state)
{
    (void)state;
    static const char le[] = "H\0i\0 \0\xe9\0", be[] = "\0H\0i\0 \0\xe9";
    static const char be32[] = "\0\0\0H\0\0\0i", le32[] = "H\0\0\0i\0\0";
    for (size_t step = 1; step < 9; step++) {
        assert_sv(converted("utf-16", (struct sv){le, 8}, step), "Hi \xc3\xa9");
        assert_sv(converted("utf-16", (struct sv){be, 8}, step), "Hi \xc3\xa9");
        assert_sv(converted("utf-32", (struct sv){be32, 8}, step), "Hi");
        assert_sv(converted("utf-32", (struct sv){le32, 8}, step), "Hi");
        assert_sv(converted("utf-32be", (struct sv){be32, 8}, step), "Hi");
        assert_sv(converted("utf-16", SV("\xfe\xff\0H\0i"), step), "Hi");
        assert_sv(converted("utf-16", SV("\xff\xfeH\0i\0"), step), "Hi");
        assert_sv(converted("unicode", SV("no UTF-16 at all\r\n"), step), "no UTF-16 at all\r\n");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_that_iconv_knows_is_known),
        cmocka_unit_test(what_others_call_them_is_known),
        cmocka_unit_test(rare_charsets_are_read),
        cmocka_unit_test(the_byte_order_is_found_without_a_mark),
    };
    return cmocka_run_group_tests(tests, arena_up, arena_down);
}
