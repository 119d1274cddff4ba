/* A winmail.dat in the jail, and what its parent believes of the answer. */
#include "jail.h"
#include "test.h"
#include "tnef_list.h"
#include "tnef_writer.h"
#include "verify.h"

#include <unistd.h>

#include "base64.h"
#include "log.h"

static char program[512];
static struct jail jail = {program, 64 << 20, 10 << 20};
static struct arena *arena;

static const struct jail_request request = {
    .input = JAIL_INPUT_TNEF, .output = JAIL_OUTPUT_TEXT, .encoding = {"base64", 6}};
static const struct jail_request binary = {
    .input = JAIL_INPUT_TNEF, .output = JAIL_OUTPUT_TEXT, .encoding = {"binary", 6}};

static int setup(void **state)
{
    (void)state;
    arena = arena_new((size_t)512 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

struct bytes {
    struct sv rest;
    uint64_t taken;
};

static enum status bytes_read(void *context, void *buffer, size_t room, size_t *n)
{
    struct bytes *b = context;
    *n = b->rest.n < room ? b->rest.n : room;
    if (*n > 0)
        memcpy(buffer, b->rest.p, *n);
    b->rest = sv_slice(b->rest, *n, b->rest.n);
    b->taken += *n;
    return STATUS_OK;
}

static struct tnef_list list_of(const struct jail_request *how, struct sv body, bool *truncated)
{
    struct bytes bytes = {body, 0};
    struct jail_result result;
    struct tnef_list list;
    assert_int_equal(jail_run(&jail, how, (struct source){bytes_read, &bytes}, arena,
                              deadline_in(20000), &result),
                     STATUS_OK);
    assert_true(verify_text(result.text));
    assert_int_equal(tnef_list_parse(arena, result.text, jail.max_input, &list), STATUS_OK);
    *truncated = result.truncated;
    return list;
}

static struct sv encoded(struct sv bytes)
{
    struct sb out;
    sb_init(&out, arena, BASE64_LENGTH(bytes.n));
    base64_encode(&out, bytes.p, bytes.n);
    return sb_view(&out);
}

static void files_are_listed_with_their_places(void **state)
{
    (void)state;
    struct tnef_writer w;
    bool truncated;
    write_start(&w, arena);
    write_preamble(&w, 1251);
    write_open(&w, 1, WRITE_MESSAGE_PROPERTIES);
    write_number(&w.stream, 2, 4);
    write_variable(&w.stream, 0x1000001e, SV("\xcf\xf0\xe8\xe2\xe5\xf2,\r\n\001x"));
    write_variable(&w.stream, 0x0037001f, write_utf16(arena, SV("About\tit")));
    write_close(&w);
    write_file(&w, "\xcf\xf0.txt", SV("content"));
    write_open(&w, 2, WRITE_FILE_PROPERTIES);
    write_number(&w.stream, 2, 4);
    write_variable(&w.stream, 0x3712001e, SV("<a@b>"));
    write_variable(&w.stream, 0x370e001e, SV("Text/Plain"));
    write_close(&w);
    struct sv stream = sb_view(&w.stream);
    const struct jail_request *const ways[] = {&request, &binary};
    for (size_t i = 0; i < 2; i++) {
        struct sv body = i == 0 ? encoded(stream) : stream;
        struct tnef_list list = list_of(ways[i], body, &truncated);
        assert_false(truncated || list.incomplete || list.damaged || list.left_out);
        assert_int_equal(list.message_count, 1);
        assert_sv(list.messages[0].subject, "About it");
        assert_sv(list.messages[0].text, "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82,\nx\n");
        assert_int_equal(list.file_count, 1);
        const struct tnef_list_file *file = &list.files[0];
        assert_sv(file->name, "\xd0\x9f\xd1\x80.txt");
        assert_sv(file->media_type, "Text/Plain");
        assert_sv(file->content_id, "a@b");
        assert_int_equal(file->content, TNEF_LIST_BYTES);
        assert_sv(sv_slice(stream, (size_t)file->offset, (size_t)(file->offset + file->length)),
                  "content");
    }
}

static struct sv text_with(uint32_t tag, struct sv value)
{
    struct tnef_writer w;
    bool truncated;
    write_start(&w, arena);
    write_preamble(&w, 1252);
    write_open(&w, 1, WRITE_MESSAGE_PROPERTIES);
    write_number(&w.stream, 2, 4);
    write_integer(&w.stream, 0x3fde0003, 65001);
    write_variable(&w.stream, tag, value);
    write_close(&w);
    return list_of(&binary, sb_view(&w.stream), &truncated).messages[0].text;
}

#define RTF(text) SV("\x7f\0\0\0\x7f\0\0\0MELA\0\0\0\0" text)

static void texts_of_all_kinds_are_read(void **state)
{
    (void)state;
    assert_sv(text_with(0x10130102, SV("<p>Caf\xc3\xa9 <script>no</script><b>fort</b>")),
              "Caf\xc3\xa9 fort\n");
    assert_sv(text_with(0x1013001e, SV("<p>caf\xe9")), "caf\xef\xbf\xbd\n");
    assert_sv(text_with(0x10090102, RTF("{\\rtf1\\ansi caf\\'e9\\par {\\b noir}\\par}")),
              "caf\xc3\xa9\nnoir\n");
    assert_sv(text_with(0x10090102, RTF("{\\rtf1\\fromhtml1{\\*\\htmltag <p>}a &lt; b"
                                        "{\\*\\htmltag <br>}c}")),
              "a &lt; b\nc\n");
    assert_sv(text_with(0x1000001f, write_utf16(arena, SV("wide"))), "wide\n");
}

/* Even one that is a single line. */
static void long_texts_are_cut(void **state)
{
    (void)state;
    struct tnef_writer w;
    bool truncated;
    char *words = arena_alloc(arena, 3 << 20);
    memset(words, 'w', 3 << 20);
    write_start(&w, arena);
    write_attribute(&w, 1, WRITE_BODY, (struct sv){words, 3 << 20});
    struct tnef_list list = list_of(&binary, sb_view(&w.stream), &truncated);
    assert_true(list.left_out && !list.incomplete);
    assert_int_equal(list.messages[0].text.n, 512 * 1024 + 1);
}

/* What takes most memory to read is read within the wall around it. */
static void hard_texts_are_read(void **state)
{
    (void)state;
    struct sb html, wide;
    sb_init(&html, arena, 4 << 20);
    sb_init(&wide, arena, 4 << 20);
    while (html.n < (2 << 20))
        sb_add(&html, SV("<p>x"));
    while (wide.n < (2 << 20))
        write_number(&wide, 0x65e5, 2);
    assert_true(sv_starts(text_with(0x10130102, sb_view(&html)), SV("x\nx\nx\n")));
    assert_int_equal(text_with(0x1000001f, sb_view(&wide)).n, 512 * 1024 / 3 * 3 + 1);
}

static void what_is_no_tnef_is_an_empty_list(void **state)
{
    (void)state;
    bool truncated;
    struct tnef_list list = list_of(&binary, SV("PK\3\4"), &truncated);
    assert_int_equal(list.message_count, 0);
    assert_int_equal(list.file_count, 0);
    list = list_of(&binary, SV(""), &truncated);
    assert_int_equal(list.message_count, 0);
}

/* A child that has nothing to read on for leaves the rest unread. */
static void what_is_no_tnef_is_not_read_to_its_end(void **state)
{
    (void)state;
    struct jail_result result;
    struct bytes bytes = {{arena_alloc(arena, 60 << 20), 60 << 20}, 0};
    assert_int_equal(jail_run(&jail, &binary, (struct source){bytes_read, &bytes}, arena,
                              deadline_in(20000), &result),
                     STATUS_OK);
    assert_true(bytes.taken < (2 << 20));
}

static void large_ones_pass_through(void **state)
{
    (void)state;
    struct tnef_writer w;
    bool truncated;
    char *big = arena_alloc(arena, 40 << 20);
    write_start(&w, arena);
    write_file(&w, "big", (struct sv){big, 40 << 20});
    write_file(&w, "after", SV("x"));
    struct sv stream = sb_view(&w.stream);
    struct tnef_list list = list_of(&request, encoded(stream), &truncated);
    assert_int_equal(list.file_count, 2);
    assert_int_equal(list.files[0].length, 40 << 20);
    assert_false(truncated || list.incomplete);
    jail.max_input = 1 << 20;
    list = list_of(&binary, stream, &truncated);
    assert_true(truncated && list.incomplete && list.files[0].cut);
    assert_int_equal(list.files[0].offset + list.files[0].length, 1 << 20);
    jail.max_input = 64 << 20;
}

static void only_text_is_made_of_it(void **state)
{
    (void)state;
    struct jail_result result;
    struct bytes bytes = {SV(""), 0};
    struct jail_request document = {.input = JAIL_INPUT_TNEF, .output = JAIL_OUTPUT_DOCUMENT};
    assert_int_equal(jail_run(&jail, &document, (struct source){bytes_read, &bytes}, arena,
                              deadline_in(5000), &result),
                     STATUS_INVALID);
}

/* ---- the parent's look at the answer ---- */

static enum status parse(const char *text)
{
    struct tnef_list list;
    return tnef_list_parse(arena, sv_of(text), 1000, &list);
}

#define ONE "tnef\t1\t1\t0\t0\t0\nmessage\t3\tSubject\n"

static void the_form_is_believed_only_as_it_is_written(void **state)
{
    (void)state;
    static const char *const good[] = {
        "tnef\t0\t0\t0\t0\t0\n",
        "tnef\t1\t0\t1\t1\t1\nmessage\t0\t\n",
        ONE "file\t0\t1\t0\t10\t990\t0\t0\ttext/plain\ta@b\tname\nabc",
        ONE "file\t0\t0\t0\t0\t0\t0\t0\t\t\t\nabc",
        "tnef\t2\t1\t0\t0\t0\nmessage\t1\tA\nmessage\t1\tB\n"
        "file\t0\t2\t1\t0\t9\t0\t0\t\t\t\nab",
    };
    static const char *const bad[] = {
        "",
        "tnef",
        "tnef\t0\t0\t0\t0\t0",
        "tnef\t0\t1\t0\t0\t0\nfile\t0\t1\t0\t0\t0\t0\t0\t\t\t\n",
        "tnef\t0\t0\t0\t0\t0\nx",
        "tnef\t0\t0\t0\t0\t2\n",
        "tnef\t0\t0\t0\t0\n",
        "tnef\t0\t0\t0\t0\t0\t0\n",
        "tnef\t-1\t0\t0\t0\t0\n",
        "tnef\t17\t0\t0\t0\t0\n",
        "tnef\t1\t501\t0\t0\t0\n",
        "tnef\t1\t0\t0\t0\t0\nmessage\t1\tA\n",
        "tnef\t1\t0\t0\t0\t0\nmessage\t4294967296\tA\n",
        "tnef\t1\t0\t0\t0\t0\nmessage\t0\n",
        "tnef\t1\t0\t0\t0\t0\nletter\t0\tA\n",
        ONE "file\t0\t1\t0\t11\t990\t0\t0\t\t\t\nabc",
        ONE "file\t0\t1\t0\t1001\t0\t0\t0\t\t\t\nabc",
        ONE "file\t0\t1\t0\t10\t18446744073709551615\t0\t0\t\t\t\nabc",
        ONE "file\t1\t1\t0\t0\t0\t0\t0\t\t\t\nabc",
        ONE "file\t0\t4\t0\t0\t0\t0\t0\t\t\t\nabc",
        ONE "file\t0\t2\t1\t0\t0\t0\t0\t\t\t\nabc",
        ONE "file\t0\t0\t0\t0\t1\t0\t0\t\t\t\nabc",
        ONE "file\t0\t1\t0\t0\t0\t0\t0\t\t\t\tmore\nabc",
        ONE "file\t0\t1\t0\t0\t0\t0\t0\t\t\nabc",
        ONE "file\t0\t1\t0\t0\t0\t0\t0\t\t\t\nab",
        ONE "file\t0\t1\t0\t0\t0\t0\t0\t\t\t\nabcd",
        "tnef\t2\t1\t0\t0\t0\nmessage\t0\tA\nmessage\t0\tB\n"
        "file\t1\t2\t1\t0\t9\t0\t0\t\t\t\n",
        "tnef\t2\t1\t0\t0\t0\nmessage\t0\tA\nmessage\t0\tB\n"
        "file\t0\t1\t1\t0\t9\t0\t0\t\t\t\n",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (parse(good[i]) != STATUS_OK)
            fail_msg("refused: %s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (parse(bad[i]) != STATUS_PROTOCOL)
            fail_msg("taken: %s", bad[i]);
    struct sb name;
    sb_init(&name, arena, 2000);
    sb_add_cstr(&name, "tnef\t1\t0\t0\t0\t0\nmessage\t0\t");
    for (int i = 0; i <= TNEF_LIST_NAME_MAX; i++)
        sb_add_char(&name, 'n');
    sb_add_char(&name, '\n');
    assert_int_equal(parse(name.p), STATUS_PROTOCOL);
}

/* The test programs stand in BUILD/unit/jail. */
static void find_program(void)
{
    char self[256] = "";
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    struct sv directory = {self, n > 0 ? (size_t)n : 0};
    for (int i = 0; i < 3; i++)
        directory = sv_slice(directory, 0, sv_find_last_char(directory, '/'));
    snprintf(program, sizeof program, "%.*s/jail-probe", SV_ARG(directory));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(files_are_listed_with_their_places, setup, teardown),
        cmocka_unit_test_setup_teardown(texts_of_all_kinds_are_read, setup, teardown),
        cmocka_unit_test_setup_teardown(long_texts_are_cut, setup, teardown),
        cmocka_unit_test_setup_teardown(hard_texts_are_read, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_no_tnef_is_an_empty_list, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_no_tnef_is_not_read_to_its_end, setup, teardown),
        cmocka_unit_test_setup_teardown(large_ones_pass_through, setup, teardown),
        cmocka_unit_test_setup_teardown(only_text_is_made_of_it, setup, teardown),
        cmocka_unit_test_setup_teardown(the_form_is_believed_only_as_it_is_written, setup,
                                        teardown),
    };
    find_program();
    log_init(LOG_TO_STDERR, LOG_LEVEL_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
