#include "css.h"
#include "css_check.h"
#include "test.h"

static struct arena *arena;
static char buffer[4096];
static bool coloured;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(1 << 24);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct sv declarations(const char *css)
{
    struct sb b;
    coloured = false;
    sb_fixed(&b, buffer, sizeof buffer);
    css_write_declarations(sv_of(css), &b, &coloured);
    return sb_view(&b);
}

static struct sv sheet(const char *css)
{
    struct sb b;
    coloured = false;
    sb_fixed(&b, buffer, sizeof buffer);
    css_write_sheet(sv_of(css), arena, &b, &coloured);
    return sb_view(&b);
}

static void values_are_read_and_written_anew(void **state)
{
    (void)state;
    assert_sv(declarations("COLOR : RED ; width: 10.50PX;height:+.5em"),
              "color:red;width:10.5px;height:0.5em");
    assert_true(coloured);
    assert_sv(declarations("color:#AbC;background-color:#11223380;border-color:rgb(0, 50%, 255)"),
              "color:#aabbcc;background-color:rgba(17,34,51,0.502);border-color:#0080ff");
    assert_sv(declarations("color:hsl(120,100%,25%);background:hsla(0 100% 50% / .5)"),
              "color:#008000;background-color:rgba(255,0,0,0.502)");
    assert_sv(declarations("margin:0 auto;padding:1px 2pt 3em 4%"),
              "margin:0 auto;padding:1px 2pt 3em 4%");
    assert_sv(declarations("font:italic bold 12px/1.5 'Times New Roman',serif"),
              "font:italic bold 12px/1.5 'Times New Roman',serif");
    assert_sv(declarations("font-family:Open Sans, \"X 1\" , serif"),
              "font-family:Open Sans,'X 1',serif");
    assert_sv(declarations("width:600;color:red!important"), "width:600px;color:red!important");
    assert_sv(declarations("border:solid windowtext 1.0pt"), "border:solid windowtext 1pt");
    assert_sv(declarations("OVERFLOW:hidden!important;opacity:0 ! important"),
              "overflow:hidden;opacity:0");
    assert_false((declarations("border:1px solid red"), coloured));
    assert_sv(declarations("background:none"), "background-color:transparent");
    assert_sv(declarations("a:b;color:red;;;c"), "color:red");
}

static void what_is_not_listed_is_left_out(void **state)
{
    (void)state;
    static const char *const none[] = {"position:fixed",
                                       "z-index:9",
                                       "margin:-1px",
                                       "width:url(x)",
                                       "color:re\\64",
                                       "width:calc(1px)",
                                       "color:var(--x)",
                                       "--x:red",
                                       "content:'x'",
                                       "width:99999px",
                                       "top:0",
                                       "font-family:'<'",
                                       "font-family:'a;b'",
                                       "color:red blue",
                                       "width:1px 2px",
                                       "background:url(x)",
                                       "color:#12345",
                                       "cursor:pointer",
                                       "width:expression(1)",
                                       "opacity:",
                                       "display:none;;position:absolute;x",
                                       "font:12px",
                                       "font-family:a,,b",
                                       "color:rgb(1,2)",
                                       "text-indent:-9999px",
                                       "width:1e3px",
                                       "color:\"red\"",
                                       "filter:alpha(opacity=1)"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_sv(declarations(none[i]), i == 20 ? "display:none" : "");
}

static void writing_again_changes_nothing(void **state)
{
    (void)state;
    static const char *const all[] = {
        "color:#11223380;color:rgba(1,2,3,.333);color:hsl(77,33%,44%)", "font:12pt/120% a b,'c d'",
        "width:.125em;height:100%;letter-spacing:-.5px",
        "border:thin dotted;background:#FFF url(a) no-repeat;margin:0!important"};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        char once[512];
        struct sv first = declarations(all[i]);
        assert_true(first.n > 0 && first.n < sizeof once);
        memcpy(once, first.p, first.n + 1);
        assert_sv(declarations(once), once);
    }
}

static void rules_stay_in_the_letter(void **state)
{
    (void)state;
    assert_sv(sheet("p.a, #b > DIV:hover{color:red}"),
              ".vm-letter p.x-a,.vm-letter #x-b>div:hover{color:red}\n");
    assert_sv(sheet("body{color:red}html body .a{color:red}body.c td{color:red}:root{color:red}"),
              ".vm-letter{color:red}\n.vm-letter .x-a{color:red}\n.vm-letter.x-c td{color:red}\n"
              ".vm-letter{color:red}\n");
    assert_sv(sheet("body+p{color:red}body ~ .toolbar{color:red}"),
              ".vm-letter p{color:red}\n.vm-letter .x-toolbar{color:red}\n");
    assert_sv(
        sheet(".vm-letter .vm-image{color:red}p .vm-letter{color:red}div.vm-letter{color:red}"),
        ".vm-letter .x-vm-image{color:red}\n.vm-letter p .x-vm-letter{color:red}\n"
        ".vm-letter div.x-vm-letter{color:red}\n");
    assert_sv(sheet("a::before{color:red}a[href]{color:red}:is(a){color:red}a>{color:red}"
                    "a b c,::x{color:red}"),
              ".vm-letter a b c{color:red}\n");
}

static void only_widths_make_media_rules(void **state)
{
    (void)state;
    assert_sv(sheet("@media only screen and (max-width:600px),print{a{color:red}}b{color:red}"),
              "@media screen and (max-width:600px){\n.vm-letter a{color:red}\n}\n"
              ".vm-letter b{color:red}\n");
    assert_sv(sheet("@media (min-width:1px) and (max-width:2px){a{color:red}}"),
              "@media (min-width:1px) and (max-width:2px){\n.vm-letter a{color:red}\n}\n");
    assert_sv(sheet("@media (prefers-color-scheme:dark){a{color:red}}@media print{a{color:red}}"),
              "");
    assert_sv(sheet("@media screen{@media screen{a{color:red}}}@import url(x);a{color:red}"),
              ".vm-letter a{color:red}\n");
    assert_sv(sheet("@font-face{src:url(x)}@supports(x){a{color:red}}/*{*/a{color:red}"),
              ".vm-letter a{color:red}\n");
}

static void broken_sheets_end_somewhere(void **state)
{
    (void)state;
    assert_sv(sheet("a{color:red"), ".vm-letter a{color:red}\n");
    assert_sv(sheet("a{color:red;b{c:d}}e{color:red}"), ".vm-letter e{color:red}\n");
    assert_sv(sheet("}}}a{color:red}"), "");
    assert_sv(sheet("a{color:\"}b{color:red}"), "");
    assert_sv(sheet("<!-- a{color:red} -->"), ".vm-letter a{color:red}\n");
    assert_sv(sheet("@media"), "");
    assert_sv(declarations("background:x\v\f y"), "");
    assert_sv(sheet("/* a{color:red}"), "");
}

/* What the fuzz targets and the vectors are judged by. */
static void the_judge_sees_what_is_wrong(void **state)
{
    (void)state;
    static const char *const bad[] = {"position:fixed",
                                      "color",
                                      "color:",
                                      "--x:1px",
                                      "background-color:url(x)",
                                      "width:calc(1px)",
                                      "margin-top:-1px",
                                      "margin:0 -1px",
                                      "color:red}",
                                      "font-family:'x",
                                      "font-family:'\\'",
                                      "content:none",
                                      "overflow:hidden!important",
                                      "width:1px;;height:1px",
                                      "color:rgb(1,2,3)"};
    static const char *const bad_sheets[] = {"body{color:red}\n",
                                             ".vm-letter{}\n",
                                             ".vm-letter~p{color:red}\n",
                                             ".vm-letter p,b{color:red}\n",
                                             "@import x\n",
                                             "@media print{\n}\n",
                                             "@media screen{\n",
                                             "}\n",
                                             ".vm-letter p::after{color:red\n",
                                             ".vm-letter a[href]{color:red}\n",
                                             "@media screen{\n@media screen{\n}\n}\n"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (css_check_declarations(sv_of(bad[i])))
            fail_msg("%s", bad[i]);
    for (size_t i = 0; i < sizeof bad_sheets / sizeof bad_sheets[0]; i++)
        if (css_check_sheet(sv_of(bad_sheets[i])))
            fail_msg("%s", bad_sheets[i]);
    assert_true(
        css_check_declarations(SV("color:red;letter-spacing:-1px;font:bold 9px/1 'A-b',x")));
    assert_true(css_check_sheet(
        SV("@media screen and (max-width:9px),(min-width:1px){\n.vm-letter .x-a{margin:0}\n}\n")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_judge_sees_what_is_wrong),
        cmocka_unit_test_setup_teardown(values_are_read_and_written_anew, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_not_listed_is_left_out, setup, teardown),
        cmocka_unit_test_setup_teardown(writing_again_changes_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(rules_stay_in_the_letter, setup, teardown),
        cmocka_unit_test_setup_teardown(only_widths_make_media_rules, setup, teardown),
        cmocka_unit_test_setup_teardown(broken_sheets_end_somewhere, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
