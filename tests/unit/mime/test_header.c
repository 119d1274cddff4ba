#include <time.h>

#include "arena_fixture.h"
#include "date.h"
#include "header.h"
#include "msgid.h"
#include "param.h"
#include "subject.h"
#include "utf8.h"
#include "word.h"

static void fields_are_iterated_and_found(void **state)
{
    (void)state;
    struct sv block = SV("From x@y Mon Jan 1\r\nSubject: one\r\n two\r\n\tthree\r\nX-Empty:\n"
                         "junk line\nto : a@b\nSubject: last\r\n\r\nSubject: body");
    struct field f;
    size_t at = 0, n = 0;
    while (header_next(block, &at, &f))
        n++;
    assert_int_equal(n, 4);
    assert_sv(sv_slice(block, at, block.n), "Subject: body");
    struct sv value;
    assert_true(header_find(block, SV("subject"), &value));
    assert_sv(header_unfold(arena, value), "one two three");
    assert_true(header_find(block, SV("TO"), &value));
    assert_sv(sv_trim(value), "a@b");
    assert_true(header_find(block, SV("x-empty"), &value));
    assert_sv(value, "");
    assert_true(header_find_last(block, SV("Subject"), &value));
    assert_sv(header_text(arena, block, SV("Subject")), "one two three");
    assert_sv(sv_trim(value), "last");
    assert_false(header_find(block, SV("Junk"), &value));
    assert_true(header_name_valid(SV("X-Foo")));
    assert_false(header_name_valid(SV("X Foo")));
    assert_false(header_name_valid(SV("")));
}

static void words_are_decoded(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"plain", "plain"},
        {"  a\r\n b  ", "a b"},
        {"=?utf-8?Q?caf=C3=A9?=", "café"},
        {"=?UTF-8?b?Y2Fmw6k=?=", "café"},
        {"=?iso-8859-1?q?caf=E9_noir?=", "café noir"},
        {"=?iso-8859-1?q?=80?=", "€"}, /* windows-1252, as everybody means */
        {"=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"},
        {"=?utf-8?Q?a?=\r\n =?utf-8?Q?b?=", "ab"},
        {"=?utf-8?Q?a?= b", "a b"},
        {"a =?utf-8?Q?b?= c", "a b c"},
        {"=?utf-8?Q?caf=C3?= =?utf-8?Q?=A9?=", "café"}, /* a character split between words */
        {"=?utf-8?B?w6k=?= =?utf-8?B?w6k=?=", "éé"},    /* both padded */
        {"=?utf-8?B?Y2Fmw6k?=", "café"},                /* padding missing */
        {"=?utf-8?B?Y2Fmw6k====?=", "café"},            /* too much of it */
        {"=?utf-8?Q?deux mots?= x", "deux mots x"},     /* spaces inside */
        {"=?utf-8?Q?a?=b", "ab"},                       /* glued */
        {"x=?utf-8?Q?=C3=A9?=y", "xéy"},
        {"\"=?utf-8?Q?caf=C3=A9?=\"", "\"café\""},
        {"caf\xc3\xa9", "café"},
        {"caf\xe9", "café"},
        {"=?utf-8?Q?caf=E9?=", "café"}, /* the label lies */
        {"=?us-ascii?Q?caf=C3=A9?=", "café"},
        {"=?x-unheard-of?Q?caf=C3=A9?=", "café"},
        {"=?utf-8*fr?Q?caf=C3=A9?=", "café"},
        {"=?utf8?Q?caf=C3=A9?=", "café"},
        {"=?ISO-2022-JP?B?GyRCRnxLXBsoQg==?=", "日本"},
        {"\033$BF|K\\\033(B", "日本"},
        {"=?shift_jis?B?k/qWew==?=", "日本"},
        {"=?gb2312?B?1tC5+g==?=", "中国"},
        {"=?koi8-r?B?8NLJ18XU?=", "Привет"},
        {"=?unicode-1-1-utf-7?Q?caf+AOk-?=", "café"},
        {"=?utf-8?Q?no_end", "=?utf-8?Q?no_end"},
        {"=?utf-8?X?abc?=", "=?utf-8?X?abc?="},
        {"=?=?=?", "=?=?=?"},
        {"=?utf-8?Q?"
         "?=",
         ""},
        {"=?utf-8?Q?a=0D=0ABcc:_x?=", "a  Bcc: x"}, /* no new line comes out */
        {"=?utf-8?Q?100=_=ZZ?=", "100= =ZZ"},
        {"a\0b", "a"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_sv(word_decode(arena, sv_of(cases[i].in)), cases[i].out);
    assert_sv(word_decode(arena, (struct sv){"a\0b", 3}), "a b");
}

static void longest_line(struct sv s, size_t max, size_t first_column)
{
    size_t column = first_column;
    for (size_t i = 0; i < s.n; i++) {
        column = s.p[i] == '\n' ? 0 : column + (s.p[i] != '\r');
        assert_true(column <= max);
    }
}

static void words_come_back_from_encoding(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "Hello world",
        "café",
        "Réunion du 3 à la salle 4 : ordre du jour très long, avec beaucoup d'accents éèàùç œ € …",
        "日本語の件名がとても長いとき、どこで折り返されるのかを確かめるための文章です。",
        "=?utf-8?Q?not_a_word?=",
        "a  b   c",
        "x y trailing \xe2\x9c\x93",
        "👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍"
        "👧"
        "‍"
        "👦"
        " "
        "family",
        "a_b=c?d \"quoted\" <x>",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaa",
        "an ordinary English subject that is rather long and goes on and on until it must be "
        "folded",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct sb text, phrase;
        sb_init(&text, arena, 10000);
        sb_init(&phrase, arena, 10000);
        word_encode_text(&text, sv_of(texts[i]), 9);
        assert_false(text.over);
        longest_line(sb_view(&text), 76, 9);
        for (size_t k = 0; k < text.n; k++)
            assert_true((unsigned char)text.p[k] < 0x80);
        assert_sv(word_decode(arena, sb_view(&text)), texts[i]);
        word_encode_phrase(&phrase, sv_of(texts[i]), 4);
        longest_line(sb_view(&phrase), 76, 4);
    }
    struct sb b;
    sb_init(&b, arena, 1000);
    word_encode_text(&b, SV("a\r\nBcc: x\xff"), 9);
    assert_int_equal(sv_find_char(sb_view(&b), '\n'), SIZE_MAX);
    assert_sv(word_decode(arena, sb_view(&b)), "a  Bcc: x\xef\xbf\xbd");
    sb_clear(&b);
    word_encode_phrase(&b, SV("O'Hara, \"Bob\""), 4);
    assert_sv(sb_view(&b), "\"O'Hara, \\\"Bob\\\"\"");
    sb_clear(&b);
    word_encode_phrase(&b, SV("Jean Dupont"), 4);
    assert_sv(sb_view(&b), "Jean Dupont");
}

static void assert_param(const char *raw, const char *name, const char *want)
{
    struct params params;
    struct sv value = SV("(none)");
    param_parse(arena, sv_of(raw), &params);
    bool found = param_get(arena, params, sv_of(name), &value);
    assert_true(found == (want != NULL));
    assert_sv(value, want != NULL ? want : "(none)");
}

static void parameters_are_read(void **state)
{
    (void)state;
    struct params params;
    assert_sv(param_parse(arena, SV(" Text/HTML ; charset=utf-8"), &params), "text/html");
    assert_int_equal(params.n, 1);
    assert_sv(param_parse(arena, SV("text / plain (c;omment); a=b"), &params), "text/plain");
    assert_sv(param_parse(arena, SV("charset=utf-8"), &params), "");
    assert_int_equal(params.n, 1);
    assert_param("text/plain; charset=\"utf-8\"", "CHARSET", "utf-8");
    assert_param("text/plain charset=utf-8 format=flowed", "format", "flowed");
    assert_param("text/plain charset=utf-8 format=flowed", "charset", "utf-8");
    assert_param("text/plain; charset=us-ascii (plain)", "charset", "us-ascii");
    assert_param("a/b; name=my file.pdf; x=y", "name", "my file.pdf");
    assert_param("a/b; name=\"a\\\"b;c\"", "name", "a\"b;c");
    assert_param("a/b; name=\"C:\\dir\\f.txt\"", "name", "C:\\dir\\f.txt");
    assert_param("a/b; name=\"never closed", "name", "never closed");
    assert_param("a/b; name*=utf-8''caf%C3%A9.txt", "name", "café.txt");
    assert_param("a/b; name*=iso-8859-1'fr'caf%E9", "name", "café");
    assert_param("a/b; name*=caf%C3%A9", "name", "café");
    assert_param("a/b; name=x; name*=utf-8''y", "name", "y");
    assert_param("a/b; name*1=\"lo\"; name*0=\"hel\"", "name", "hello");
    assert_param("a/b; name*0*=utf-8''caf%C3; name*1*=%A9; name*2=.txt", "name", "café.txt");
    assert_param("a/b; name*1=a; name*2=b", "name", "ab");
    assert_param("a/b; name=\"=?utf-8?Q?caf=C3=A9?=\"", "name", "café");
    assert_param("a/b; name==?utf-8?Q?caf=C3=A9?=", "name", "café");
    assert_param("a/b; name=\"=?utf-8?Q?caf?=\r\n =?utf-8?Q?=C3=A9?=\"", "name", "café");
    assert_param("a/b; name=caf\xe9", "name", "café");
    assert_param("a/b; name*=utf-8''a%0D%0Ab", "name", "a  b");
    assert_param("a/b; name*=utf-8''%zz%4", "name", "%zz%4");
    assert_param("a/b; x=y", "name", NULL);
    assert_param("a/b;;; ; =; x=; y", "x", "");
    struct param imap[] = {{SV("FILENAME*0*"), SV("utf-8''a%20")}, {SV("FILENAME*1"), SV("b%20")}};
    struct sv value;
    assert_true(param_get(arena, (struct params){imap, 2}, SV("filename"), &value));
    assert_sv(value, "a b%20");
    assert_true(media_type_valid(SV("application/x-foo+xml")));
    assert_false(media_type_valid(SV("application/")));
    assert_false(media_type_valid(SV("a/b\r\n")));
    assert_false(media_type_valid(SV("a/b/c")));
}

static void parameters_come_back_from_writing(void **state)
{
    (void)state;
    char ascii[301];
    memset(ascii, 'n', 300);
    ascii[300] = '\0';
    const char *const values[] = {
        "a.pdf",
        "my file.pdf",
        "a\"b\\c",
        "café.pdf",
        ascii,
        "",
        "Compte rendu très détaillé de la réunion extraordinaire du comité — été 2024 "
        "(définitif).odt",
        "日本語のとても長いファイル名です本当に長いのでいくつもの部分に分かれます.pdf",
        "=?utf-8?Q?x?="};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct sb b;
        struct params params;
        struct sv value;
        sb_init(&b, arena, 20000);
        sb_add(&b, SV("attachment"));
        param_add(&b, SV("filename"), sv_of(values[i]), 31);
        assert_false(b.over);
        longest_line(sb_view(&b), values[i] == ascii ? 120 : 78, 21);
        assert_sv(param_parse(arena, sb_view(&b), &params), "attachment");
        assert_true(param_get(arena, params, SV("filename"), &value));
        assert_sv(value, values[i]);
        /* An old reader, which knows no RFC 2231, finds the name too. */
        for (size_t k = 0; k < params.n && values[i] != ascii; k++)
            if (sv_eq(params.items[k].name, SV("filename")))
                assert_sv(word_decode(arena, params.items[k].value), values[i]);
    }
}

static void dates_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *in;
        int64_t time;
        int32_t offset;
    } cases[] = {
        {"Mon, 01 Jan 2024 09:05:00 +0100", 1704096300, 60},
        {"1 Jan 2024 09:05 +0100", 1704096300, 60},
        {"Mon, 1 Jan 24 08:05:00 GMT", 1704096300, 0},
        {"Mon, 1 Jan 2024 03:05:00 EST", 1704096300, -300},
        {"Mon, 1 Jan 2024 09:05:00 +0100 (CET)", 1704096300, 60},
        {"Mon, 1 Jan 2024 09:05:00 (CET)", 1704096300, 60},
        {"Mon, 1 Jan 2024 09:05:00 GMT+0100", 1704096300, 60},
        {"Mon Jan  1 09:05:00 2024", 1704099900, 0},
        {"Mon Jan  1 09:05:00 CET 2024", 1704096300, 60},
        {" 1-Jan-2024 09:05:00 +0100", 1704096300, 60},
        {"2024-01-01T09:05:00.000+01:00", 1704096300, 60},
        {"2024-01-01 08:05:00Z", 1704096300, 0},
        {"Mon, 1 Jan 2024 9:05:00 PM +0000", 1704143100, 0},
        {"Fri, 21 Nov 1997 09:55:06 -0600", 880127706, -360},
        {"21 Nov 97 09:55:06 -0600", 880127706, -360},
        {"Thu, 1 Jan 1970 00:00:00 +0000", 0, 0},
        {"29 Feb 2000 00:00:00 +0000", 951782400, 0},
        {"Mon, 01 Jan 2024 09:05:00 Q", 1704099900, 0},
        {"Mon, 01 Jan 2024", 1704067200, 0},
        {"Wed, 31 Dec 1969 23:59:59 +0000", -1, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct date d;
        assert_int_equal(date_parse(sv_of(cases[i].in), &d), STATUS_OK);
        if (d.time != cases[i].time)
            print_error("%s: %lld\n", cases[i].in, (long long)d.time);
        assert_true(d.time == cases[i].time);
        assert_int_equal(d.offset, cases[i].offset);
    }
    static const char *const bad[] = {
        "",         "yesterday",   "32 Jan 2024", "30 Feb 2024 10:00",
        "Jan 2024", "29 Feb 2023", "0 Jan 2024",  "99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct date d = {7, 7};
        assert_int_equal(date_parse(sv_of(bad[i]), &d), STATUS_INVALID);
        assert_true(d.time == 7);
    }
}

static void dates_come_back_from_writing(void **state)
{
    (void)state;
    for (int64_t t = -86400LL * 365 * 60; t < 4102444800; t += 86400 * 17 + 12347) {
        char buffer[DATE_LENGTH_MAX];
        struct sb b;
        struct date d = {t, (int32_t)(t % 839)}, back;
        sb_fixed(&b, buffer, sizeof buffer);
        date_format(&b, d);
        assert_false(b.over);
        assert_int_equal(date_parse(sb_view(&b), &back), STATUS_OK);
        assert_true(back.time == d.time && back.offset == d.offset);
    }
    char buffer[DATE_LENGTH_MAX];
    struct sb b;
    sb_fixed(&b, buffer, sizeof buffer);
    date_format(&b, (struct date){1704096300, 60});
    assert_sv(sb_view(&b), "Mon, 01 Jan 2024 09:05:00 +0100");
}

static void message_ids_are_listed(void **state)
{
    (void)state;
    struct msgids ids = msgid_list(arena, SV("<a@b> junk <c\r\n d@e>(x) <f <g@h> <> <i"));
    assert_int_equal(ids.n, 3);
    assert_sv(ids.items[0], "<a@b>");
    assert_sv(ids.items[1], "<cd@e>");
    assert_sv(ids.items[2], "<g@h>");
    assert_int_equal(msgid_list(arena, SV("")).n, 0);
    struct sb many;
    sb_init(&many, arena, 100000);
    for (int i = 0; i < 3000; i++)
        sb_printf(&many, "<%d@x> ", i);
    ids = msgid_list(arena, sb_view(&many));
    assert_int_equal(ids.n, MSGID_COUNT_MAX);
    assert_sv(ids.items[0], "<0@x>");
    assert_sv(ids.items[1], "<2001@x>");
    assert_sv(ids.items[ids.n - 1], "<2999@x>");
    struct sv one = msgid_new(arena, SV("ex ample.org>"));
    assert_true(msgid_valid(one));
    assert_true(sv_ends(one, SV("@example.org>")));
    assert_false(sv_eq(one, msgid_new(arena, SV("ex ample.org>"))));
    assert_true(msgid_valid(msgid_new(arena, SV(""))));
    assert_false(msgid_valid(SV("<a@b>\r\n")));
    assert_false(msgid_valid(SV("<a b@c>")));
    assert_false(msgid_valid(SV("a@b")));
}

static void subjects_lose_their_marks(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
        bool reply;
    } cases[] = {
        {"Hello", "Hello", false},
        {"Re: Hello", "Hello", true},
        {"RE: re:RE : Hello", "Hello", true},
        {"Re[2]: Hello", "Hello", true},
        {"Re (3) : Hello", "Hello", true},
        {"Fwd: Hello", "Hello", true},
        {"TR : Hello", "Hello", true},
        {"TR\xc2\xa0: Hello", "Hello", true},
        {"Réf : Hello", "Hello", true},
        {"RÉF: Hello", "Hello", true},
        {"AW: WG: Hello", "Hello", true},
        {"[list] Hello", "Hello", false},
        {"[list] Re: [list] Hello", "Hello", true},
        {"Re: [a] [b] Hello", "Hello", true},
        {"Hello (fwd)", "Hello", true},
        {"[Fwd: Hello]", "Hello", true},
        {"[nothing else]", "[nothing else]", false},
        {"  two   words ", "two words", false},
        {"Regarding: x", "Regarding: x", false},
        {"Trouble: x", "Trouble: x", false},
        {"Re:", "", true},
        {"", "", false},
        {"回复：你好", "你好", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool reply = !cases[i].reply;
        assert_sv(subject_base(arena, sv_of(cases[i].in), &reply), cases[i].out);
        assert_true(reply == cases[i].reply);
    }
    assert_sv(subject_prefix(arena, SV("Re: "), SV("RE : Hello")), "Re: Hello");
    assert_sv(subject_prefix(arena, SV("Re: "), SV("Re: [l] Re: [l] x")), "Re: [l] x");
    assert_sv(subject_prefix(arena, SV("Fwd: "), SV("x")), "Fwd: x");
}

/* A page of a mailbox decodes fifty envelopes: that must cost next to nothing. */
static void a_page_of_envelopes_is_cheap(void **state)
{
    (void)state;
    struct timespec a, b;
    word_decode(arena, SV("=?ISO-2022-JP?B?GyRCRnxLXBsoQg==?="));
    clock_gettime(CLOCK_MONOTONIC, &a);
    for (int i = 0; i < 50; i++) {
        word_decode(arena, SV("=?utf-8?Q?R=C3=A9union?= =?utf-8?Q?_de_l'=C3=A9t=C3=A9?="));
        word_decode(arena, SV("=?ISO-2022-JP?B?GyRCRnxLXBsoQg==?="));
    }
    clock_gettime(CLOCK_MONOTONIC, &b);
    double ms = (double)(b.tv_sec - a.tv_sec) * 1e3 + (double)(b.tv_nsec - a.tv_nsec) / 1e6;
    print_message("50 envelopes: %.3f ms\n", ms);
    assert_true(ms < 100); /* sanitized and on a busy machine; the message shows the truth */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(fields_are_iterated_and_found, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(words_are_decoded, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(words_come_back_from_encoding, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(parameters_are_read, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(parameters_come_back_from_writing, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(dates_are_read, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(dates_come_back_from_writing, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(message_ids_are_listed, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(subjects_lose_their_marks, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(a_page_of_envelopes_is_cheap, arena_up, arena_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
