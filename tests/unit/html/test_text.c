#include "html_check.h"
#include "plain.h"
#include "scan.h"
#include "test.h"
#include "text.h"
#include "utf8.h"

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(1 << 26);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct sv line_of(const char *line)
{
    struct sb b;
    struct text_writer w;
    sb_init(&b, arena, 1 << 16);
    text_open(&w, &b);
    text_line(&w, sv_of(line), 0, false);
    text_close(&w);
    struct sv out = sb_view(&b);
    char wrong[256];
    if (check_finds(out, false, wrong, sizeof wrong))
        fail_msg("%s in %.*s", wrong, SV_ARG(out));
    assert_true(sv_starts(out, SV("<div class=\"vm-letter vm-plain\"><div>")));
    assert_true(sv_ends(out, SV("</div></div>")));
    return sv_slice(out, 37, out.n - 12);
}

#define LINK(href, text)                                                                           \
    "<a href=\"" href "\" target=\"_blank\" rel=\"noopener noreferrer\">" text "</a>"

static void markup_in_text_is_text(void **state)
{
    (void)state;
    assert_sv(line_of("<script>alert('1')</script> & \"x\""),
              "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;x&quot;");
    assert_sv(line_of("a\033[31mb\001"), "a[31mb");
}

static void spacing_stays(void **state)
{
    (void)state;
    assert_sv(line_of("  a   b c"), "\xc2\xa0 "
                                    "a\xc2\xa0\xc2\xa0 b c");
    assert_sv(line_of("ab\tc"), "ab\xc2\xa0\xc2\xa0\xc2\xa0\xc2\xa0\xc2\xa0\xc2\xa0"
                                "c");
}

static void links_end_where_people_end_them(void **state)
{
    (void)state;
    assert_sv(
        line_of("see https://a.example/x?y=1&z=(2)."),
        "see " LINK("https://a.example/x?y=1&amp;z=(2)", "https://a.example/x?y=1&amp;z=(2)") ".");
    assert_sv(line_of("(http://a.example/b)"),
              "(" LINK("http://a.example/b", "http://a.example/b") ")");
    assert_sv(line_of("<https://a.example/>,"),
              "&lt;" LINK("https://a.example/", "https://a.example/") "&gt;,");
    assert_sv(line_of("www.a.example!"), LINK("http://www.a.example", "www.a.example") "!");
    assert_sv(line_of("Jean <jean.b+c@a.example>."),
              "Jean &lt;" LINK("/compose?to=jean.b%2Bc%40a.example", "jean.b+c@a.example") "&gt;.");
    assert_sv(line_of("mailto:a@b.example x@y"),
              LINK("/compose?to=a%40b.example", "mailto:a@b.example") " x@y");
    assert_sv(line_of("javascript:alert(1) xhttp://a.example"),
              "javascript:alert(1) xhttp://a.example");
    assert_sv(line_of("http://"), "http://");
    assert_sv(line_of("https://a.example/\"onclick=\"x"),
              LINK("https://a.example/", "https://a.example/") "&quot;onclick=&quot;x");
}

static void quotes_nest_and_the_signature_is_apart(void **state)
{
    (void)state;
    struct sb b;
    struct text_writer w;
    sb_init(&b, arena, 1 << 16);
    text_open(&w, &b);
    text_line(&w, SV("a"), 2, false);
    text_line(&w, SV("b"), 1, false);
    text_line(&w, SV("c"), 0, false);
    text_line(&w, SV("d"), 0, false);
    text_line(&w, SV("-- "), 0, true);
    text_line(&w, SV("me"), 0, false);
    text_close(&w);
    assert_sv(sb_view(&b), "<div class=\"vm-letter vm-plain\"><blockquote><blockquote><div>a</div>"
                           "</blockquote><div>b</div></blockquote><div>c<br>\nd</div>"
                           "<div class=\"vm-signature\"><div>-- <br>\nme</div></div></div>");
}

static void deep_quotes_are_bounded(void **state)
{
    (void)state;
    struct sb b;
    struct text_writer w;
    sb_init(&b, arena, 1 << 16);
    text_open(&w, &b);
    text_line(&w, SV("a"), 100000, false);
    text_close(&w);
    assert_true(b.n < 1000);
    sb_clear(&b);
    text_add_plain(&b, SV("a\001\033b"), 2);
    assert_sv(sb_view(&b), ">> ab\n");
}

static struct sv plain_of(struct sv html)
{
    struct sb b;
    sb_init(&b, arena, 1 << 22);
    assert_int_equal(html_to_text(html, arena, &b), STATUS_OK);
    return sb_view(&b);
}

static void letters_read_as_text(void **state)
{
    (void)state;
    assert_sv(plain_of(SV("<title>t</title><style>x</style><h1>A  b</h1><p>c<br>d</p>e<script>f"
                          "</script>")),
              "A b\n\nc\nd\n\ne\n");
    assert_sv(plain_of(SV("<a href='https://a.example/x'>here</a> <a href=https://b.example/>"
                          "https://b.example/</a> <a href=mailto:a@b.c>me</a>")),
              "here <https://a.example/x> https://b.example/ me <a@b.c>\n");
    assert_sv(plain_of(SV("<ul><li>a<li><p>b</p><ol><li>c<li>d</ol></ul>e")),
              "- a\n- b\n\n  1. c\n  2. d\n\ne\n");
    assert_sv(plain_of(SV("<table><tr><td>a<td>b<tr><td>c<td>d</table>")), "a  b\nc  d\n");
    assert_sv(plain_of(SV("x<blockquote>a<blockquote>b</blockquote>c</blockquote>y")),
              "x\n\n> a\n>\n>> b\n>\n> c\n\ny\n");
    assert_sv(plain_of(SV("<pre>a\n  b\n\nc</pre>d")), "a\n  b\n\nc\n\nd\n");
    assert_true(utf8_valid(plain_of(SV("&#11149999999999999999112;&#x99999999999;"))));
    assert_sv(plain_of(SV("<img src=x alt=logo> &eacute;&nbsp;&lt;")),
              "[logo] \xc3\xa9\xc2\xa0<\n");
}

static void what_is_too_deep_is_still_read(void **state)
{
    (void)state;
    struct sb b;
    sb_init(&b, arena, 1 << 21);
    for (int i = 0; i < 20000; i++)
        sb_add(&b, SV("<div><b title='>'>x &lt;"));
    assert_false(html_within_limits(sb_view(&b)));
    struct sv text = plain_of(sb_view(&b));
    assert_true(sv_starts(text, SV("x <\nx <\nx <")));
    assert_true(text.n > 60000);
    sb_clear(&b);
    for (int i = 0; i < 300; i++)
        sb_add(&b, SV("<div>"));
    sb_add(&b, SV("<script>no()</script><!-- no -->yes 1 < 2 </div></>"));
    assert_sv(plain_of(sb_view(&b)), "yes 1 < 2\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(markup_in_text_is_text, setup, teardown),
        cmocka_unit_test_setup_teardown(spacing_stays, setup, teardown),
        cmocka_unit_test_setup_teardown(links_end_where_people_end_them, setup, teardown),
        cmocka_unit_test_setup_teardown(quotes_nest_and_the_signature_is_apart, setup, teardown),
        cmocka_unit_test_setup_teardown(deep_quotes_are_bounded, setup, teardown),
        cmocka_unit_test_setup_teardown(letters_read_as_text, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_too_deep_is_still_read, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
