#include "address.h"
#include "arena_fixture.h"
#include "word.h"

/* "name|mailbox|domain|group" for each, separated by " / ". */
static struct sv shown(struct addresses list)
{
    struct sb b;
    sb_init(&b, arena, 100000);
    for (size_t i = 0; i < list.n; i++) {
        struct address a = list.items[i];
        sb_printf(&b, "%s%.*s|%.*s|%.*s|%.*s", i > 0 ? " / " : "", SV_ARG(a.name),
                  SV_ARG(a.mailbox), SV_ARG(a.domain), SV_ARG(a.group));
    }
    return sb_view(&b);
}

static void lists_are_parsed(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"", ""},
        {"a@b.c", "|a|b.c|"},
        {"<a@b.c>", "|a|b.c|"},
        {"Jean Dupont <a@b.c>", "Jean Dupont|a|b.c|"},
        {"\"Dupont, Jean\" <a@b.c>, d@e", "Dupont, Jean|a|b.c| / |d|e|"},
        {"\"a \\\"q\\\" b\" <a@b>", "a \"q\" b|a|b|"},
        {"a@b (Jean (le) Dupont)", "Jean (le) Dupont|a|b|"},
        {"Jean (x) <a@b>", "Jean|a|b|"},
        {"=?utf-8?Q?Andr=C3=A9?= <a@b>", "André|a|b|"},
        {"\"=?utf-8?Q?Andr=C3=A9?=\" <a@b>", "André|a|b|"},
        {"=?utf-8?Q?Dupont,_Andr=C3=A9?= <a@b>", "Dupont, André|a|b|"},
        {"=?utf-8?Q?Andr?=\r\n =?utf-8?Q?=C3=A9?=\r\n <a@b>", "André|a|b|"},
        {"Andr\xc3\xa9 <a@b>", "André|a|b|"},
        {"Andr\xe9 <a@b>", "André|a|b|"},
        {"'Jean' <a@b>", "Jean|a|b|"},
        {"friends: a@b, Bob <c@d>; e@f", "|a|b|friends / Bob|c|d|friends / |e|f|"},
        {"\"x a@b y\":;, \"x a@b\": c@d;", "|||x a@b y / |c|d|x a@b"},
        {"Jean \xc2\x9e@b", "Jean||b|"},
        {"undisclosed-recipients:;", "|||undisclosed-recipients"},
        {"a@b; c@d", "|a|b| / |c|d|"},
        {"<@x.y,@z:a@b>", "|a|b|"},
        {"\"@x:\"@b, <\"@x:\"@b>", "|@x:|b| / |@x:|b|"},
        {"a @ b . c", "|a|b.c|"},
        {"Jean a@b", "Jean|a|b|"},
        {"a@b Jean", "Jean|a|b|"},

        {"\"john doe\"@b", "|john doe|b|"},
        {"<\"john doe\"@b>", "|john doe|b|"},
        {"Jean <a@b, Bob <c@d>", "Jean|a|b| / Bob|c|d|"},
        {"Jean \"x <a@b>, c@d", "Jean x|a|b| / |c|d|"},
        {"(open <a@b>, c@d", "(open|a|b| / |c|d|"},
        {"Nobody <>, c@d", "Nobody||| / |c|d|"},
        {",,, a@b ,,", "|a|b|"},
        {"MAILER-DAEMON", "MAILER-DAEMON|||"},
        {"<root>", "|root||"},
        {"a@[IPv6:::1]", "|a|[IPv6:::1]|"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_sv(shown(address_list_parse(arena, sv_of(cases[i].in))), cases[i].out);
    struct addresses list = address_list_parse(arena, SV("a@b\r\nBcc: x@y, \xff\x01@\x02"));
    for (size_t i = 0; i < list.n; i++)
        assert_false(sv_has_control(list.items[i].name) || sv_has_control(list.items[i].mailbox) ||
                     sv_has_control(list.items[i].domain));
}

static void lists_are_bounded(void **state)
{
    (void)state;
    struct sb b;
    sb_init(&b, arena, 1 << 20);
    for (int i = 0; i < 20000; i++)
        sb_printf(&b, "a%d@b,", i);
    assert_int_equal(address_list_parse(arena, sb_view(&b)).n, ADDRESS_COUNT_MAX);
    struct typed_addresses typed;
    assert_int_equal(address_list_typed(arena, sb_view(&b), &typed), STATUS_TOO_LARGE);
    const char *const marks[] = {"(", "\"", "<", "=?", "\"\\", "(\\", "a:", "=?a?q?"};
    for (size_t k = 0; k < sizeof marks / sizeof *marks; k++) { /* quadratic if done badly */
        sb_clear(&b);
        while (b.n < 200000)
            sb_add_cstr(&b, marks[k]);
        address_list_parse(arena, sb_view(&b));
        arena_reset(arena);
        sb_init(&b, arena, 1 << 20);
    }
}

static void typed_lists_name_their_faults(void **state)
{
    (void)state;
    struct typed_addresses t;
    assert_int_equal(address_list_typed(arena,
                                        SV("a@b.c, Jean <d@e>; \"Last, First\" <f@g>\r\nh@i\n\n"
                                           "André <j@k>"),
                                        &t),
                     STATUS_OK);
    assert_int_equal(t.bad_n, 0);
    assert_sv(shown(t.good), "|a|b.c| / Jean|d|e| / Last, First|f|g| / |h|i| / André|j|k|");
    static const struct {
        const char *in;
        enum address_fault fault;
    } bad[] = {
        {"bob", ADDRESS_FAULT_SYNTAX},
        {"a@b c@d", ADDRESS_FAULT_SYNTAX},
        {"Jean <a@b", ADDRESS_FAULT_SYNTAX},
        {"Jean a@b", ADDRESS_FAULT_SYNTAX},
        {"Jean <>", ADDRESS_FAULT_SYNTAX},
        {"Jean <a@b> c@d", ADDRESS_FAULT_SYNTAX},
        {"g: a@b", ADDRESS_FAULT_SYNTAX},
        {"a@", ADDRESS_FAULT_DOMAIN},
        {"@b", ADDRESS_FAULT_SYNTAX},
        {"a@b..c", ADDRESS_FAULT_DOMAIN},
        {"a@-b", ADDRESS_FAULT_DOMAIN},
        {"a@b.", ADDRESS_FAULT_DOMAIN},
        {"a@exämple.org", ADDRESS_FAULT_UNICODE},
        {"é@b.c", ADDRESS_FAULT_MAILBOX},
        {"a\x01@b", ADDRESS_FAULT_CONTROL},
        {"a@[1.2.3", ADDRESS_FAULT_DOMAIN},
        {"a@b>c", ADDRESS_FAULT_SYNTAX},
        {"\"a@b", ADDRESS_FAULT_SYNTAX},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(address_list_typed(arena, sv_of(bad[i].in), &t), STATUS_OK);
        if (t.bad_n != 1 || t.good.n != 0 || t.bad[0].fault != bad[i].fault)
            print_error("%s: %zu bad, %zu good\n", bad[i].in, t.bad_n, t.good.n);
        assert_true(t.bad_n == 1 && t.good.n == 0);
        assert_int_equal(t.bad[0].fault, bad[i].fault);
    }
    assert_int_equal(address_list_typed(arena, SV("Last, First <a@b>"), &t), STATUS_OK);
    assert_int_equal(t.bad_n, 1);
    assert_sv(t.bad[0].text, "Last");
    assert_int_equal(t.good.n, 1);
}

static void checks_are_strict(void **state)
{
    (void)state;
    char longest[66];
    memset(longest, 'a', 65);
    longest[65] = '\0';
    struct address a = {.mailbox = SV("a"), .domain = SV("b.example")};
    assert_int_equal(address_check(a), ADDRESS_FAULT_NONE);
    a.mailbox = sv_of(longest);
    assert_int_equal(address_check(a), ADDRESS_FAULT_MAILBOX);
    a.mailbox.n = 64;
    assert_int_equal(address_check(a), ADDRESS_FAULT_NONE);
    a.domain = SV("b\r\nRCPT");
    assert_int_equal(address_check(a), ADDRESS_FAULT_CONTROL);
    a.domain = SV("[192.0.2.1]");
    assert_int_equal(address_check(a), ADDRESS_FAULT_NONE);
    a.domain = SV("b c");
    assert_int_equal(address_check(a), ADDRESS_FAULT_DOMAIN);
    a.domain = SV("");
    assert_int_equal(address_check(a), ADDRESS_FAULT_DOMAIN);
    a = (struct address){.mailbox = SV("a b>\"c"), .domain = SV("d")};
    assert_sv(address_spec(arena, a), "\"a b>\\\"c\"@d");
    assert_true(address_same((struct address){.mailbox = SV("A"), .domain = SV("B.c")},
                             (struct address){.mailbox = SV("a"), .domain = SV("b.C")}));
}

static void lists_come_back_from_writing(void **state)
{
    (void)state;
    static const char *const lists[] = {
        "a@b.c",
        "Jean Dupont <a@b.c>, \"Dupont, Jean\" <a@b.c>, =?utf-8?Q?Andr=C3=A9?= <d@e>",
        "friends: a@b, Bob <c@d>; e@f",
        "undisclosed-recipients:;",
        "x@y, g: a@b;, h: c@d;",
        "\"john doe\"@b, \"a \\\"q\\\" \\\\ b\" <a@b>",
        "=?utf-8?B?5pel5pys6Kqe44Gu44Go44Gm44KC6ZW344GE5ZCN5YmN5pel5pys6Kqe44Gu44Go44Gm44KC6ZW344GE"
        "5ZCN5YmN?= <a@b>, z@z",
        "a1@example.org, a2@example.org, a3@example.org, a4@example.org, a5@example.org, "
        "a6@example.org, a7@example.org, a8@example.org",
    };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct addresses list = address_list_parse(arena, sv_of(lists[i])), back;
        struct sb b;
        sb_init(&b, arena, 20000);
        address_add_header(&b, list, 4);
        size_t column = 4;
        for (size_t k = 0; k < b.n; k++) {
            column = b.p[k] == '\n' ? 0 : column + (b.p[k] != '\r');
            assert_true(column <= 78);
        }
        back = address_list_parse(arena, sb_view(&b));
        assert_sv(shown(back), arena_cstr(arena, shown(list)));
    }
}

static void display_can_be_typed_again(void **state)
{
    (void)state;
    struct addresses list = address_list_parse(
        arena, SV("Jean <a@b>, \"D, \\\"J\\\"\" <c@d>, =?utf-8?Q?Andr=C3=A9?= <e@f>, \"x y\"@z"));
    struct sb b;
    struct typed_addresses t;
    sb_init(&b, arena, 1000);
    address_add_display(&b, list);
    assert_sv(sb_view(&b), "Jean <a@b>, \"D, \\\"J\\\"\" <c@d>, André <e@f>, \"x y\"@z");
    assert_int_equal(address_list_typed(arena, sb_view(&b), &t), STATUS_OK);
    assert_int_equal(t.bad_n, 0);
    assert_sv(shown(t.good), arena_cstr(arena, shown(list)));
}

static void nothing_hostile_is_written(void **state)
{
    (void)state;
    struct address items[] = {
        {.name = SV("x\r\nBcc: evil@x"), .mailbox = SV("a"), .domain = SV("b")},
        {.mailbox = SV("a\r\n"), .domain = SV("b")},
        {.mailbox = SV("a"), .domain = SV("b>,c@d")},
    };
    struct sb b;
    sb_init(&b, arena, 1000);
    address_add_header(&b, (struct addresses){items, 3}, 4);
    assert_int_equal(sv_find_char(sb_view(&b), '\n'), SIZE_MAX);
    assert_sv(shown(address_list_parse(arena, sb_view(&b))), "x  Bcc: evil@x|a|b|");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lists_are_parsed, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(lists_are_bounded, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(typed_lists_name_their_faults, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(checks_are_strict, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(lists_come_back_from_writing, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(display_can_be_typed_again, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(nothing_hostile_is_written, arena_up, arena_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
