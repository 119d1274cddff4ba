#include "arena_fixture.h"
#include "unsubscribe.h"

static const struct {
    const char *field, *to, *subject, *text, *url, *host;
} CASES[] = {
    {"<mailto:x@l.example>", "x@l.example", "", "", "", ""},
    {"<MAILTO:x@l.example?subject=unsubscribe%20me&body=a%0D%0Ab>", "x@l.example", "unsubscribe me",
     "a\nb", "", ""},
    {"<mailto:x@l.example?SUBJECT=d%C3%A9part&cc=y@z.example&bcc=y@z.example>", "x@l.example",
     "départ", "", "", ""},
    {"<mailto:x@l.example?subject=a+b>", "x@l.example", "a+b", "", "", ""},
    {"<mailto:x@l.example?subject=a%0D%0ABcc:%20y@z.example>", "x@l.example", "a  Bcc: y@z.example",
     "", "", ""},
    {"<mailto:x@l.example?subject=%FF%00>", "x@l.example", "\xef\xbf\xbd ", "", "", ""},
    {"<mailto:x+a%3Db@l.example>", "x+a=b@l.example", "", "", "", ""},
    {"<mailto:x@l.example,y@z.example>", "", "", "", "", ""},
    {"<mailto:x@l.example%0D%0ABcc:y@z>", "", "", "", "", ""},
    {"<mailto:>", "", "", "", "", ""},
    {"<https://L.Example/u?a=1&b=2#c>", "", "", "", "https://L.Example/u?a=1&b=2#c", "l.example"},
    {"<https://l.example:8443/u>", "", "", "", "https://l.example:8443/u", "l.example"},
    {"<https://l.example>", "", "", "", "https://l.example", "l.example"},
    {"<https://l.example?u>", "", "", "", "https://l.example?u", "l.example"},
    {"<http://l.example/u>", "", "", "", "http://l.example/u", "l.example"},
    {"<http://l.example/u>, <https://m.example/v>", "", "", "", "https://m.example/v", "m.example"},
    {"<mailto:x@l.example>,\r\n <https://l.example/\r\n u>", "x@l.example", "", "",
     "https://l.example/u", "l.example"},
    {"<https://a.example/>,<https://b.example/>,<mailto:a@a.example>,<mailto:b@b.example>",
     "a@a.example", "", "", "https://a.example/", "a.example"},
    {"(no thanks) <https://l.example/u> (click)", "", "", "", "https://l.example/u", "l.example"},
    {"<https://univ.fr@evil.example/>", "", "", "", "", ""},
    {"<https://univ.fr:x@evil.example/>", "", "", "", "", ""},
    {"<https://l.example:0/>", "", "", "", "", ""},
    {"<https://l.example:99999/>", "", "", "", "", ""},
    {"<https://[::1]/>", "", "", "", "", ""},
    {"<https:///u>", "", "", "", "", ""},
    {"<https:l.example>", "", "", "", "", ""},
    {"<https://l.example/\"onclick=x>", "", "", "", "", ""},
    {"<https://l.example/\xc3\xa9>", "", "", "", "", ""},
    {"<https://l.example\\@evil.example/>", "", "", "", "", ""},
    {"<javascript:alert(1)>", "", "", "", "", ""},
    {"<ftp://l.example/u>", "", "", "", "", ""},
    {"<//l.example/u>", "", "", "", "", ""},
    {"https://l.example/u", "", "", "", "", ""},
    {"<https://l.example/u", "", "", "", "https://l.example/u", "l.example"},
    {"", "", "", "", "", ""},
    {"NO", "", "", "", "", ""},
};

static void ways_out_are_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct unsubscribe got;
        unsubscribe_read(arena, arena_printf(arena, "List-Unsubscribe: %s\r\n\r\n", CASES[i].field),
                         &got);
        assert_sv(got.to, CASES[i].to);
        assert_sv(got.subject, CASES[i].subject);
        assert_sv(got.text, CASES[i].text);
        assert_sv(got.url, CASES[i].url);
        assert_sv(got.host, CASES[i].host);
        assert_false(got.one_click);
    }
}

static void one_click_is_the_senders_word(void **state)
{
    (void)state;
    static const struct {
        const char *block;
        bool one_click;
    } cases[] = {
        {"List-Unsubscribe: <https://l.example/u>\nList-Unsubscribe-Post: "
         "List-Unsubscribe=One-Click\n",
         true},
        {"LIST-UNSUBSCRIBE-POST:\r\n list-unsubscribe=one-click \r\nlist-unsubscribe: "
         "<https://l.example/u>\r\n",
         true},
        {"List-Unsubscribe: <http://l.example/u>\nList-Unsubscribe-Post: "
         "List-Unsubscribe=One-Click\n",
         false},
        {"List-Unsubscribe: <mailto:x@l.example>\nList-Unsubscribe-Post: "
         "List-Unsubscribe=One-Click\n",
         false},
        {"List-Unsubscribe: <https://l.example/u>\nList-Unsubscribe-Post: yes\n", false},
        {"List-Unsubscribe-Post: List-Unsubscribe=One-Click\n", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct unsubscribe got;
        unsubscribe_read(arena, sv_of(cases[i].block), &got);
        assert_int_equal(got.one_click, cases[i].one_click);
    }
}

#define WAY "List-Unsubscribe: <https://l.example/u>\n"
#define CLICK "List-Unsubscribe-Post: List-Unsubscribe=One-Click\n"
#define SIGNED(tags) "DKIM-Signature: " tags "\n"
#define FULL                                                                                       \
    "v=1; a=rsa-sha256; d=l.example;\n h=From:list-unsubscribe:\n List-Unsubscribe-Post : To; "    \
    "b=abc=\n =;"

static void signatures_cover_both_fields_or_count_for_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *block;
        bool covered;
    } cases[] = {
        {SIGNED(FULL) WAY CLICK, true},
        {SIGNED("d=other.example; h=x") SIGNED(FULL) WAY CLICK, true},
        {SIGNED("h=List-Unsubscribe:List-Unsubscribe-Post; d=L.Example") WAY CLICK, true},
        {WAY CLICK, false},
        {SIGNED("d=l.example; h=From:List-Unsubscribe") WAY CLICK, false},
        {SIGNED("d=l.example; h=From:List-Unsubscribe-Post") WAY CLICK, false},
        {SIGNED("d=x.l.example; h=List-Unsubscribe:List-Unsubscribe-Post") WAY CLICK, false},
        {SIGNED("dd=l.example; h=List-Unsubscribe:List-Unsubscribe-Post") WAY CLICK, false},
        {WAY SIGNED(FULL) WAY CLICK, false}, /* one was put there later */
        {SIGNED(FULL) WAY CLICK CLICK, false},
        {SIGNED(FULL) WAY, false},
        {SIGNED("") SIGNED(";=;") WAY CLICK, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(unsubscribe_covered(arena, sv_of(cases[i].block), SV("l.example")),
                         cases[i].covered);
    assert_false(unsubscribe_covered(
        arena, SV(SIGNED("h=List-Unsubscribe:List-Unsubscribe-Post") WAY CLICK), SV("")));
}

static void what_is_too_long_is_none(void **state)
{
    (void)state;
    struct unsubscribe got;
    struct sb block;
    sb_init(&block, arena, 40000);
    sb_add(&block, SV("List-Unsubscribe: <https://l.example/"));
    for (int i = 0; i < UNSUBSCRIBE_URL_MAX; i++)
        sb_add_char(&block, 'x');
    sb_add(&block, SV(">, <mailto:x@l.example>"));
    unsubscribe_read(arena, sb_view(&block), &got);
    assert_sv(got.url, "");
    assert_sv(got.to, "x@l.example");
    for (int i = 0; i < UNSUBSCRIBE_FIELD_MAX; i++)
        sb_add_char(&block, ' ');
    unsubscribe_read(arena, sb_view(&block), &got);
    assert_sv(got.to, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(ways_out_are_found, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(one_click_is_the_senders_word, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(signatures_cover_both_fields_or_count_for_nothing, arena_up,
                                        arena_down),
        cmocka_unit_test_setup_teardown(what_is_too_long_is_none, arena_up, arena_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
