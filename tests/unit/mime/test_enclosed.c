#include "arena_fixture.h"
#include "decode.h"
#include "enclosed.h"
#include "enriched.h"

/* ---- files in a text ---- */

/* "<name>bytes" for each file. */
struct taken {
    struct sb text, files;
    size_t count, most;
};

static bool take_begin(void *context, struct sv name)
{
    struct taken *t = context;
    if (t->count == t->most)
        return false;
    t->count++;
    sb_printf(&t->files, "<%.*s>", SV_ARG(name));
    return true;
}

static enum status take_bytes(void *context, struct sv piece)
{
    struct taken *t = context;
    sb_add(&t->files, piece);
    return STATUS_OK;
}

static struct taken read_in(struct sv text, size_t step, size_t most)
{
    struct taken t = {.most = most};
    static struct enclosed e;
    sb_init(&t.text, arena, 1 << 20);
    sb_init(&t.files, arena, 1 << 20);
    enclosed_init(&e, sb_sink(&t.text), (struct enclosed_taker){take_begin, {take_bytes, &t}, &t});
    for (size_t at = 0; at < text.n; at += step)
        assert_int_equal(enclosed_write(&e, sv_slice(text, at, at + step)), STATUS_OK);
    assert_int_equal(enclosed_finish(&e), STATUS_OK);
    return t;
}

/* However the text is cut. */
static void assert_read(const char *text, const char *left, const char *files)
{
    for (size_t step = 1; step < 70; step += 4) {
        struct taken t = read_in(sv_of(text), step, SIZE_MAX);
        assert_sv(sb_view(&t.text), left);
        assert_sv(sb_view(&t.files), files);
    }
}

static void uuencoded_files_are_taken_out(void **state)
{
    (void)state;
    assert_read("Hi\r\n\r\nbegin 644 a b.txt\r\n#0V%T\r\n`\r\nend\r\nBye\r\n",
                "Hi\r\n\r\n[a b.txt]\r\nBye\r\n", "<a b.txt>Cat");
    /* LF, a space for the empty line, at the very end of the text */
    assert_read("begin 0755 x\n#0V%T\n \nend", "[x]\r\n", "<x>Cat");
    /* the empty line lost its space; no empty line; blanks behind "end" */
    assert_read("begin 644 x\n#0V%T\n\nend\n", "[x]\r\n", "<x>Cat");
    assert_read("begin 644 x\n#0V%T\nend  \nmore\n", "[x]\r\nmore\n", "<x>Cat");
    /* several, one directly behind the other */
    assert_read("begin 644 x\n#0V%T\n`\nend\nbegin 600 y\n#0V%T\n`\nend\n", "[x]\r\n[y]\r\n",
                "<x>Cat<y>Cat");
    /* a checksum behind the line, as some wrote it */
    assert_read("begin 644 x\n#0V%T!\n`\nend\n", "[x]\r\n", "<x>Cat");
}

static void lost_trailing_spaces_are_zeros(void **state)
{
    (void)state;
    /* "Cat\0\0\0" and then 45 zeros, whose line is "M" alone */
    const char text[] = "begin 644 z\n&0V%T\nM\n`\nend\n";
    struct taken t = read_in(sv_of(text), 1000, 9);
    assert_sv(sb_view(&t.text), "[z]\r\n");
    assert_int_equal(t.files.n, 3 + 6 + 45);
    assert_memory_equal(t.files.p, "<z>Cat\0\0\0\0", 10);
}

static void other_encodings_are_taken_out(void **state)
{
    (void)state;
    assert_read("begin-base64 644 x\nQ2F0\n====\nend?\n", "[x]\r\nend?\n", "<x>Cat");
    assert_read("=ybegin line=128 size=3 name=c a.txt\r\n\x6d\x8b\x9e\r\n=yend size=3\r\nok\r\n",
                "[c a.txt]\r\nok\r\n", "<c a.txt>Cat");
    /* an escaped NUL, and the line of a part */
    assert_read("=ybegin part=1 line=128 size=3 name=x\r\n=ypart begin=1 end=3\r\n\x6d=\x83\x9e\r\n"
                "=yend size=3\r\n",
                "[x]\r\n", "<x>C\031t");
}

static void what_only_looks_like_a_file_stays(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "begin 644 x\nthis is how it begins\nend\n",
        "begin 644 x\n",
        "begin 644 x",
        "begin 644 \n#0V%T\n`\nend\n",
        "begin 9 x\n#0V%T\n`\nend\n",
        "begin again\nIT\nend\n",
        "begin 644 x\nIT\nend\n",
        "begin 644 x\n`\nend\n",
        "  begin 644 x\n  #0V%T\n  `\n  end\n",
        "> begin 644 x\n> #0V%T\n> `\n> end\n",
        "begin-base64 644 x\nnot really\n====\n",
        "=ybegin line=128 size=400 name=x\nis what such a line looks like\n=yend\n",
        "=ybegin name=x\nabc\n=yend\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_read(texts[i], texts[i], "");
}

static void a_file_that_breaks_off_ends_there(void **state)
{
    (void)state;
    assert_read("begin 644 x\n#0V%T\nand so on\nend\n", "[x]\r\nand so on\nend\n", "<x>Cat");
    assert_read("begin 644 x\n#0V%T", "[x]\r\n", "<x>Cat");
    assert_read("begin 644 x\n#0V%T\n`\nno end\n", "[x]\r\nno end\n", "<x>Cat");
    char text[4000];
    struct sb b;
    sb_fixed(&b, text, sizeof text);
    sb_add(&b, SV("begin 644 x\n#0V%T\n"));
    for (size_t i = 0; i < 3000; i++)
        sb_add_char(&b, 'A');
    sb_add(&b, SV("\nbegin 644 y\n#0V%T\n`\nend\n"));
    struct taken t = read_in(sb_view(&b), 7, 9);
    assert_sv(sb_view(&t.files), "<x>Cat<y>Cat");
    assert_int_equal(t.text.n, 5 + 3001 + 5);
}

static void a_file_that_nobody_takes_stays(void **state)
{
    (void)state;
    struct sv text = SV("begin 644 x\n#0V%T\n`\nend\nbegin 644 y\n#0V%T\n`\nend\n");
    struct taken t = read_in(text, 5, 1);
    assert_sv(sb_view(&t.text), "[x]\r\nbegin 644 y\n#0V%T\n`\nend\n");
    assert_sv(sb_view(&t.files), "<x>Cat");
}

/* ---- enriched text ---- */

static void assert_enriched(const char *text, const char *plain)
{
    struct sb out;
    sb_init(&out, arena, 1000);
    enriched_text(&out, sv_of(text));
    assert_sv(sb_view(&out), plain);
}

static void enriched_text_becomes_text(void **state)
{
    (void)state;
    assert_enriched("<bold>Now</bold> is the time for\n<italic>all</italic> good men",
                    "Now is the time for all good men\n");
    assert_enriched("one\r\n\r\ntwo\r\n\r\n\r\nthree\r\n", "one\ntwo\n\nthree\n");
    assert_enriched("<fontfamily><param>Times</param>a</fontfamily> << b < c <3", "a < b < c <3\n");
    assert_enriched("x<nofill>\n a\n  b\n</nofill>y", "x\n a\n  b\ny\n");
    assert_enriched("a<nl>b<lt>c<comment>gone</comment>", "a\nb<c\n");
    assert_enriched("He said:\n<excerpt>this\n\nand that</excerpt>so",
                    "He said: \n> this\n> and that\nso\n");
    assert_enriched("</excerpt></param><param>never ended", "\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uuencoded_files_are_taken_out),
        cmocka_unit_test(lost_trailing_spaces_are_zeros),
        cmocka_unit_test(other_encodings_are_taken_out),
        cmocka_unit_test(what_only_looks_like_a_file_stays),
        cmocka_unit_test(a_file_that_breaks_off_ends_there),
        cmocka_unit_test(a_file_that_nobody_takes_stays),
        cmocka_unit_test(enriched_text_becomes_text),
    };
    return cmocka_run_group_tests(tests, arena_up, arena_down);
}
