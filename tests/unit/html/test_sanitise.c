#include "html_check.h"
#include "sanitise.h"
#include "test.h"
#include "utf8.h"

#define VECTORS "tests/corpus/html/vectors.txt"

static const struct sanitise_cid cids[] = {{{"logo@x", 6}, {"/part?uid=1&part=2", 18}},
                                           {{"a b%c", 5}, {"/part?uid=1&part=3", 18}}};
static struct sanitise_options options = {.cids = cids, .cid_count = 2, .max_output = 4 << 20};
static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new((size_t)256 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct sanitise_result sanitise(struct sv html)
{
    struct sanitise_result result = {0};
    assert_int_equal(html_sanitise(html, &options, arena, &result), STATUS_OK);
    return result;
}

/* What stands in the root element. */
static struct sv inside(const char *html)
{
    struct sv out = sanitise(sv_of(html)).html;
    size_t start = sv_find_char(out, '>');
    assert_true(sv_ends(out, SV("</div>")));
    return sv_slice(out, start + 1, out.n - 6);
}

static int hex(char c)
{
    return ascii_is_digit(c) ? c - '0' : ascii_lower(c) - 'a' + 10;
}

/* Without what a reader must see, which the browser tests look at. */
static size_t unescape(char *line)
{
    size_t n = 0;
    char *visible = strstr(line, " ==> ");
    if (visible)
        *visible = '\0';
    for (char *p = line; *p && *p != '\n'; p++) {
        if (*p != '\\') {
            line[n++] = *p;
            continue;
        }
        p++;
        line[n++] = (char)(*p == 'n'   ? '\n'
                           : *p == 't' ? '\t'
                           : *p == 'r' ? '\r'
                           : *p == 'x' ? hex(p[1]) << 4 | hex(p[2])
                                       : *p);
        if (*p == 'x')
            p += 2;
    }
    return n;
}

/* Letters shown as text instead: few of them. */
static size_t refused;

static void check_vector(struct sv vector)
{
    char wrong[256];
    struct sv html = utf8_clean(arena, vector);
    struct sanitise_result once, twice;
    enum status status = html_sanitise(html, &options, arena, &once);
    if (status == STATUS_TOO_LARGE || status == STATUS_CHANGED) {
        refused++;
        return;
    }
    assert_int_equal(status, STATUS_OK);
    if (check_finds(once.html, options.allow_remote, wrong, sizeof wrong))
        fail_msg("%.*s\nlets pass \"%s\":\n%.*s", SV_ARG(vector), wrong, SV_ARG(once.html));
    assert_int_equal(html_sanitise(once.html, &options, arena, &twice), STATUS_OK);
    assert_true(sv_eq(once.html, twice.html));
    assert_true(utf8_valid(once.html));
}

static size_t for_each_vector(const char *before, const char *after)
{
    char line[2048], whole[4096];
    size_t count = 0;
    FILE *file = fopen(VECTORS, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        if (strncmp(line, "# ", 2) == 0)
            continue;
        struct sb b;
        sb_fixed(&b, whole, sizeof whole);
        sb_add_cstr(&b, before);
        sb_add(&b, (struct sv){line, unescape(line)});
        sb_add_cstr(&b, after);
        check_vector(sb_view(&b));
        arena_reset(arena);
        count++;
    }
    fclose(file);
    return count;
}

static void hostile_letters_lose_their_teeth(void **state)
{
    (void)state;
    refused = 0;
    assert_true(for_each_vector("", "") >= 700);
    assert_true(refused <= 5);
}

static void hostile_letters_lose_their_teeth_wherever_they_stand(void **state)
{
    (void)state;
    for_each_vector("<table><tr><td>", "</td></tr></table>");
    for_each_vector("<div title='x'><a href='https://ok.example/'>", "</a></div>");
    for_each_vector("<svg><desc>", "</desc></svg>");
    for_each_vector("<math><mtext>", "");
    for_each_vector("<form><select>", "</select></form>");
    for_each_vector("<style>", "</style>");
    for_each_vector("<!--", "-->");
    for_each_vector("<p title=\"", "\">");
    for_each_vector("<b style='", "'>x</b>");
    for_each_vector("<a href=\"", "\">x</a>");
    for_each_vector("<img src='", "'>");
}

static void nothing_remote_unless_allowed(void **state)
{
    (void)state;
    static const char html[] =
        "<img src='https://a.example/1.png' width=600 height=90 alt='Our <shop>'>"
        "<img src=http://t.example/p.gif width=1 height=1>"
        "<img src='cid:logo@x' srcset='https://a.example/2.png'>";
    struct sanitise_result result = sanitise(sv_of(html));
    assert_int_equal(result.remote_blocked, 2);
    assert_sv(result.html, "<div class=\"vm-letter\"><span class=\"vm-image\" "
                           "style=\"width:600px;height:90px\">Our &lt;shop&gt;</span>"
                           "<img src=\"/part?uid=1&amp;part=2\"></div>");
    options.allow_remote = true;
    result = sanitise(sv_of(html));
    options.allow_remote = false;
    assert_int_equal(result.remote_blocked, 0);
    assert_true(sv_find(result.html, SV("<img src=\"https://a.example/1.png\" width=\"600\"")) !=
                SIZE_MAX);
    assert_true(sv_find(result.html, SV("a.example/2.png")) == SIZE_MAX);
}

static void inline_images_come_from_the_message_only(void **state)
{
    (void)state;
    assert_sv(inside("<img src=CID:a%20b%25c alt=x>"),
              "<img src=\"/part?uid=1&amp;part=3\" alt=\"x\">");
    assert_sv(inside("<img src='cid:other' alt=x>"), "<span class=\"vm-image\">x</span>");
    assert_sv(inside("<img src='/part?uid=9&part=2'>"), "<span class=\"vm-image\"></span>");
    assert_sv(inside("<img src='DATA:imaGe/GIF;base64,iVBORw0KGgo='>"),
              "<img src=\"data:image/gif;base64,iVBORw0KGgo=\">");
    assert_sv(inside("<img src='data:image/png;base64,iVBORw0KGgo='>"),
              "<img src=\"data:image/png;base64,iVBORw0KGgo=\">");
}

static void links_open_apart_and_show_where_they_go(void **state)
{
    (void)state;
#define APART " target=\"_blank\" rel=\"noopener noreferrer\""
    assert_sv(inside("<a href=' HTTPS://WWW.Evil.example:8/a?b&c#d' target=_top title=z>click</a>"),
              "<a href=\"https://www.evil.example:8/a?b&amp;c#d\"" APART
              " title=\"evil.example\">click</a>");
    assert_sv(inside("<a href=https://evil.example/>https://bank.example/login</a>"),
              "<a href=\"https://evil.example/\"" APART
              " title=\"evil.example\" data-host=\"evil.example\">https://bank.example/login</a>");
    assert_sv(inside("<a href=https://evil.example/><b>www.bank.example</b> </a>"),
              "<a href=\"https://evil.example/\"" APART
              " title=\"evil.example\" data-host=\"evil.example\"><b>www.bank.example</b> </a>");
    assert_sv(inside("<a href=https://click.bank.example/>bank.example</a>"),
              "<a href=\"https://click.bank.example/\"" APART
              " title=\"click.bank.example\">bank.example</a>");
    assert_sv(
        inside("<a href=https://bank.example@evil.example/>Go to https://bank.example now</a>"),
        "<a href=\"https://bank.example@evil.example/\"" APART
        " title=\"evil.example\" data-host=\"evil.example\">Go to https://bank.example now</a>");
    assert_sv(inside("<a href=https://notbank.example/>bank.example</a>"),
              "<a href=\"https://notbank.example/\"" APART
              " title=\"notbank.example\" data-host=\"notbank.example\">bank.example</a>");
    assert_sv(
        inside(
            "<a href='mailto:a%40b@c.example,d@e.example?subject=x%26y&bcc=f@g&body=1%0A2'>m</a>"),
        "<a href=\"/compose?to=a%40b%40c.example%2Cd%40e.example&amp;subject=x%26y"
        "&amp;text=1%0A2\"" APART ">m</a>");
    assert_sv(inside("<a href=tel:+33123>t</a>"), "<a href=\"tel:+33123\"" APART ">t</a>");
    assert_sv(inside("<a href='#part 2'>x</a><a href=#p2>x</a><a name=p2></a>"),
              "<a>x</a><a href=\"#x-p2\">x</a><a id=\"x-p2\"></a>");
    assert_sv(inside("<a href='javascript:alert(1)'>x</a>"), "<a>x</a>");
}

static bool warns(const char *text)
{
    struct sv out = inside(arena_printf(arena, "<a href=https://evil.example/>%s</a>", text).p);
    return sv_find(out, SV(" data-host=\"evil.example\"")) != SIZE_MAX;
}

/* Style hides some of what a link's text says, by an attribute or by a sheet. */
static void no_hidden_text_makes_a_false_link_true(void **state)
{
    static const char *const false_ones[] = {
        "<i>https://evil.example/</i>https://bank.example",
        "https://<i>evil.example/</i>bank.example",
        "https://bank<i>.evil.example/</i>.example",
        "https://ban<i>.evil.example/</i>k.example/login",
        "https:/<i>/evil.example/</i>/bank.example",
        "http<i>://evil.example/</i>s://bank.example",
        "<i>www.evil.example/</i>www.bank.example",
        "www.<i>evil.example/</i>bank.example",
        "<img src=cid:x alt='https://evil.example/'>https://bank.example",
        "bank.example.",
        "(bank.example)",
        "&lt;https://bank.example>",
        "https://bank.example,",
    };
    static const char *const honest[] = {
        "https://evil.example<wbr>/<b>path</b>",
        "<b>https://evil.example</b>/path",
        "<b>https://evil.example</b>",
        "See <b>https://evil.example/a</b>, or <i>https://www.evil.example</i> now",
        "<b>www.evil.example</b> <i>here</i>",
        "evil.example.",
    };
    (void)state;
    for (size_t i = 0; i < sizeof false_ones / sizeof false_ones[0]; i++) {
        if (!warns(false_ones[i]))
            print_error("%s\n", false_ones[i]);
        assert_true(warns(false_ones[i]));
    }
    for (size_t i = 0; i < sizeof honest / sizeof honest[0]; i++) {
        if (warns(honest[i]))
            print_error("%s\n", honest[i]);
        assert_false(warns(honest[i]));
    }
}

static void newsletters_keep_their_look(void **state)
{
    (void)state;
    struct sv out =
        sanitise(
            SV("<html><head><title>News</title><style>@media only screen and (max-width: 480px) { "
               ".col "
               "{ width: 100% !important } } td.col a{color:#0af} body{margin:0}</style></head>"
               "<body bgcolor=FFFFFF text='#333333' class=outer style='margin:0;padding:0' "
               "background='https://a.example/b.png'><center><table width='600' cellpadding=0 "
               "cellspacing=\"0\" border=0 align=center bgcolor=\"#EEE\"><tr><td class=col "
               "colspan=2 "
               "valign=top width='50%' height=20 style=\"font:bold 14px/20px 'Open Sans', Arial;"
               "background:#fff url(x.png) no-repeat;border-left:1px solid RGB(1,2,3);padding:8px "
               "16px;"
               "mso-line-height-rule:exactly\"><font color=red face='Arial, Helvetica' size=+1>Sale"
               "</font></td></tr></table></center></body></html>"))
            .html;
    assert_sv(out,
              "<div class=\"vm-letter vm-coloured x-outer\" style=\"background-color:#ffffff;"
              "color:#333333;margin:0;padding:0\"><style>\n"
              "@media screen and (max-width:480px){\n"
              ".vm-letter .x-col{width:100%!important}\n}\n"
              ".vm-letter td.x-col a{color:#00aaff}\n"
              ".vm-letter{margin:0}\n"
              "</style><center><table width=\"600\" cellpadding=\"0\" cellspacing=\"0\" "
              "border=\"0\" align=\"center\" bgcolor=\"#eeeeee\"><tbody><tr><td class=\"x-col\" "
              "colspan=\"2\" valign=\"top\" width=\"50%\" height=\"20\" "
              "style=\"font:bold 14px/20px &#39;Open Sans&#39;,Arial;background-color:#ffffff;"
              "border-left:1px solid #010203;padding:8px 16px\">"
              "<font color=\"red\" face=\"Arial,Helvetica\" size=\"+1\">Sale</font></td></tr>"
              "</tbody></table></center></div>");
}

static void visible_text_is_kept(void **state)
{
    (void)state;
    assert_sv(inside("<form><label>Name</label> <button>Go</button></form><x-y>z</x-y>"),
              "Name Goz");
    assert_sv(inside("<o:p>Word</o:p><details><summary>S</summary>D</details>"), "WordSD");
    assert_sv(inside("<xmp><b>&amp;</xmp>"), "<pre>&lt;b&gt;&amp;amp;</pre>");
    assert_sv(inside("<pre>\n\n x</pre>"), "<pre>\n\n x</pre>");
    assert_sv(inside("a\001b\r\nc"), "a\xef\xbf\xbd"
                                     "b\nc");
}

static struct sv repeated(const char *piece, size_t times)
{
    struct sb b;
    sb_init(&b, arena, 8 << 20);
    for (size_t i = 0; i < times; i++)
        sb_add_cstr(&b, piece);
    return sb_view(&b);
}

static enum status status_of(struct sv html)
{
    struct sanitise_result result;
    return html_sanitise(html, &options, arena, &result);
}

static void costly_letters_are_refused(void **state)
{
    (void)state;
    assert_int_equal(status_of(repeated("<div>", 10000)), STATUS_TOO_LARGE);
    assert_int_equal(status_of(repeated("<b>", 30000)), STATUS_TOO_LARGE);
    assert_int_equal(status_of(repeated("<div></b>", 10000)), STATUS_TOO_LARGE);
    assert_int_equal(status_of(repeated("<table>", 300)), STATUS_TOO_LARGE);
    assert_int_equal(status_of(repeated("<div><table></div>", 300)), STATUS_TOO_LARGE);
    assert_int_equal(status_of(repeated("<svg><td>", 300)), STATUS_TOO_LARGE);
    assert_int_equal(status_of(repeated("<br>", 50001)), STATUS_TOO_LARGE);
    assert_int_equal(status_of(repeated("x", (1 << 20) + 1)), STATUS_TOO_LARGE);
    assert_int_equal(status_of(repeated("<p>x</p>", 20000)), STATUS_OK);
    assert_int_equal(status_of(repeated("<p>x<li>y<td>z", 10000)), STATUS_OK);
    struct sb b;
    sb_init(&b, arena, 1 << 20);
    sb_add(&b, SV("<p"));
    for (int i = 0; i < 65; i++)
        sb_printf(&b, " a%d=1", i);
    sb_add(&b, SV(">"));
    assert_int_equal(status_of(sb_view(&b)), STATUS_TOO_LARGE);
}

static void unclosed_formatting_does_not_multiply(void **state)
{
    (void)state;
    struct sb b;
    sb_init(&b, arena, 1 << 20);
    for (int i = 0; i < 100; i++)
        sb_printf(&b, "<font size=%d color=#%06x>", i % 7, i);
    for (int i = 0; i < 20000; i++)
        sb_add(&b, SV("<p>x"));
    assert_int_equal(status_of(sb_view(&b)), STATUS_TOO_LARGE);
}

/* What is cut or refused by length must be so before and after it is written. */
static void limits_of_length_are_stable(void **state)
{
    (void)state;
    static const char *const patterns[] = {"<a name=%s>x</a>",
                                           "<a id=%s href=#%s>x</a>",
                                           "<a href='https://a.example/%s'>x</a>",
                                           "<a href='https://a.example/\xc3\xa9%s'>x</a>",
                                           "<p class='%s b'>x",
                                           "<p style='width:1;font-family:%s'>x",
                                           "<img alt='\xc3\xa9%s' src=x>",
                                           "<p title='%s'>x",
                                           "<style>.%s{color:red}</style>"};
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++)
        for (size_t n = 60; n < 5000; n += n < 70 || n % 1024 > 1000 ? 1 : 7) {
            char *name = arena_alloc(arena, n + 1);
            struct sb b;
            memset(name, i == 3 ? '^' : 'n', n);
            sb_init(&b, arena, 16384);
            for (const char *p = patterns[i]; *p; p++)
                if (p[0] == '%' && p[1] == 's')
                    sb_add_cstr(&b, name), p++;
                else
                    sb_add_char(&b, *p);
            check_vector(sb_view(&b));
            arena_reset(arena);
        }
}

static void output_is_bounded(void **state)
{
    (void)state;
    options.max_output = 1000;
    assert_int_equal(status_of(repeated("&lt;", 1000)), STATUS_TOO_LARGE);
    options.max_output = 4 << 20;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(hostile_letters_lose_their_teeth, setup, teardown),
        cmocka_unit_test_setup_teardown(hostile_letters_lose_their_teeth_wherever_they_stand, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(nothing_remote_unless_allowed, setup, teardown),
        cmocka_unit_test_setup_teardown(inline_images_come_from_the_message_only, setup, teardown),
        cmocka_unit_test_setup_teardown(links_open_apart_and_show_where_they_go, setup, teardown),
        cmocka_unit_test_setup_teardown(no_hidden_text_makes_a_false_link_true, setup, teardown),
        cmocka_unit_test_setup_teardown(newsletters_keep_their_look, setup, teardown),
        cmocka_unit_test_setup_teardown(visible_text_is_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(costly_letters_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(unclosed_formatting_does_not_multiply, setup, teardown),
        cmocka_unit_test_setup_teardown(limits_of_length_are_stable, setup, teardown),
        cmocka_unit_test_setup_teardown(output_is_bounded, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
