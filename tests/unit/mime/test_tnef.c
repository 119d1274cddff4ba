#include "pieces.h"
#include "test.h"
#include "tnef.h"
#include "tnef_writer.h"

static struct arena *arena;

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

static enum status read_tnef(struct sv stream, size_t piece, struct tnef *out)
{
    struct pieces bytes = {.left = stream, .each = piece};
    return tnef_read(pieces_source(&bytes), arena, out);
}

static struct tnef read_good(struct sv stream)
{
    struct tnef tnef;
    assert_int_equal(read_tnef(stream, 1000, &tnef), STATUS_OK);
    return tnef;
}

static struct sv content(struct sv stream, const struct tnef_file *file)
{
    assert_true(file->offset + file->length <= stream.n);
    return sv_slice(stream, (size_t)file->offset, (size_t)(file->offset + file->length));
}

/* Two files, one with properties beside it, and texts of the message. */
static struct sv two_files(void)
{
    struct tnef_writer w;
    write_start(&w, arena);
    write_preamble(&w, 1251);
    write_attribute(&w, 1, WRITE_SUBJECT, (struct sv){"Hello", 6});
    write_open(&w, 1, WRITE_MESSAGE_PROPERTIES);
    write_number(&w.stream, 3, 4);
    write_integer(&w.stream, 0x3fde0003, 65001);
    write_variable(&w.stream, 0x1000001e, SV("plain\r\ntext"));
    write_variable(&w.stream, 0x10130102, SV("<p>html"));
    write_close(&w);
    write_file(&w, "short.txt", SV("first"));
    write_open(&w, 2, WRITE_FILE_PROPERTIES);
    write_number(&w.stream, 4, 4);
    write_integer(&w.stream, 0x37050003, 1);
    write_variable(&w.stream, 0x3707001f, write_utf16(arena, SV("a long name.txt")));
    write_variable(&w.stream, 0x370e001e, (struct sv){"text/plain", 11});
    write_variable(&w.stream, 0x3712001e, (struct sv){"a@b", 4});
    write_close(&w);
    write_file(&w, "second.bin", (struct sv){"\0\1\2\3\xff", 5});
    return sb_view(&w.stream);
}

static void files_and_texts_are_found(void **state)
{
    (void)state;
    struct sv stream = two_files();
    for (size_t piece = 1; piece < 50; piece += 3) {
        struct tnef t;
        assert_int_equal(read_tnef(stream, piece, &t), STATUS_OK);
        assert_false(t.incomplete || t.damaged || t.left_out);
        assert_int_equal(t.message_count, 1);
        assert_int_equal(t.messages[0].code_page, 1251);
        assert_int_equal(t.messages[0].internet_code_page, 65001);
        assert_true(sv_eq(t.messages[0].subject.bytes, (struct sv){"Hello", 6}));
        assert_sv(t.messages[0].body.bytes, "plain\r\ntext");
        assert_sv(t.messages[0].html.bytes, "<p>html");
        assert_int_equal(t.file_count, 2);
        assert_int_equal(t.files[0].content, TNEF_BYTES);
        assert_sv(content(stream, &t.files[0]), "first");
        assert_true(t.files[0].long_name.utf16);
        assert_int_equal(t.files[0].long_name.bytes.n, 32);
        assert_true(sv_starts(t.files[0].title.bytes, SV("short.txt")));
        assert_true(sv_starts(t.files[0].media_type.bytes, SV("text/plain")));
        assert_true(sv_starts(t.files[0].content_id.bytes, SV("a@b")));
        assert_true(sv_eq(content(stream, &t.files[1]), (struct sv){"\0\1\2\3\xff", 5}));
        assert_false(t.files[0].cut || t.files[0].damaged || t.files[1].cut);
    }
}

static void every_truncation_gives_what_there_is(void **state)
{
    (void)state;
    struct sv stream = two_files();
    struct tnef whole = read_good(stream);
    size_t second = (size_t)whole.files[1].offset, complete = 0;
    for (size_t n = 0; n < stream.n; n++) {
        struct tnef t;
        struct sv cut = sv_slice(stream, 0, n);
        enum status status = read_tnef(cut, 7, &t);
        assert_int_equal(status, n < 4 ? STATUS_INVALID : STATUS_OK);
        if (status != STATUS_OK)
            continue;
        complete += !t.incomplete;
        for (size_t i = 0; i < t.file_count; i++) {
            struct sv all = content(stream, &whole.files[i]), got = content(cut, &t.files[i]);
            assert_true(sv_starts(all, got));
            assert_true(got.n == all.n || t.files[i].cut || t.files[i].content == TNEF_ABSENT);
        }
        if (n > second && n < second + 5) {
            assert_int_equal(t.files[1].length, n - second);
            assert_true(t.incomplete && t.files[1].cut && !t.files[0].cut);
        }
    }
    /* cut between two attributes nothing tells that there was more: so many attributes there are */
    assert_int_equal(complete, 11);
}

static void lengths_are_held_against_what_is_left(void **state)
{
    (void)state;
    struct sv stream = two_files();
    struct tnef whole = read_good(stream);
    for (size_t at = 6; at + 4 <= stream.n; at++) {
        struct tnef t;
        char *broken = arena_cstr(arena, stream);
        memcpy(broken + at, "\xff\xff\xff\xff", 4);
        struct sv view = {broken, stream.n};
        assert_int_equal(read_tnef(view, 4096, &t), STATUS_OK);
        assert_true(t.file_count <= 2 && t.message_count == 1);
        for (size_t i = 0; i < t.file_count; i++)
            (void)content(view, &t.files[i]);
    }
    char *broken = arena_cstr(arena, stream);
    memcpy(broken + whole.files[0].offset - 4, "\xff\xff\xff\xff", 4);
    struct tnef t = read_good((struct sv){broken, stream.n});
    assert_true(t.incomplete && t.files[0].cut);
    assert_int_equal(t.file_count, 1);
    assert_int_equal(t.files[0].length, stream.n - whole.files[0].offset);
}

static void wrong_checksums_are_marked(void **state)
{
    (void)state;
    struct sv stream = two_files();
    struct tnef whole = read_good(stream);
    char *broken = arena_cstr(arena, stream);
    broken[whole.files[0].offset] ^= 1;
    struct tnef t = read_good((struct sv){broken, stream.n});
    assert_true(t.damaged && t.files[0].damaged && !t.files[1].damaged && !t.incomplete);
    assert_int_equal(t.file_count, 2);
    assert_int_equal(t.files[0].length, 5);
}

static void what_is_no_tnef_is_told(void **state)
{
    (void)state;
    struct tnef t;
    assert_int_equal(read_tnef(SV(""), 10, &t), STATUS_INVALID);
    assert_int_equal(read_tnef(SV("PK\3\4 something else"), 10, &t), STATUS_INVALID);
    t = read_good((struct sv){"\x78\x9f\x3e\x22\0\0\r\n\0\0", 10});
    assert_true(!t.incomplete && t.file_count == 0);
    t = read_good((struct sv){"\x78\x9f\x3e\x22\0\0garbage", 13});
    assert_true(t.incomplete);
}

/* ---- properties ---- */

static void unusual_properties_are_passed(void **state)
{
    (void)state;
    static const char guid[16] = "0123456789abcdef";
    struct tnef_writer w;
    write_start(&w, arena);
    write_open(&w, 1, WRITE_MESSAGE_PROPERTIES);
    struct sb *out = &w.stream;
    write_number(out, 8, 4);
    write_integer(out, 0x00010002, 7);       /* 16 bits, padded */
    write_integer(out, 0x0002000b, 1);       /* a boolean */
    write_number(out, 0x0040 | 3u << 16, 4); /* a time */
    write_number(out, 1, 8);
    write_number(out, 0x1002 | 4u << 16, 4); /* three numbers of 16 bits */
    write_number(out, 3, 4);
    write_number(out, 0x0101010101010101, 8);
    write_number(out, 0, 4);
    write_number(out, 0x101e | 5u << 16, 4); /* two strings */
    write_number(out, 2, 4);
    for (int i = 0; i < 2; i++) {
        write_number(out, 5, 4);
        sb_add(out, (struct sv){"12345\0\0\0", 8});
    }
    write_number(out, 0x0003 | 0x8001u << 16, 4); /* named by a number */
    sb_add(out, (struct sv){guid, 16});
    write_number(out, 0, 4);
    write_number(out, 0x8233, 4);
    write_number(out, 9, 4);
    write_number(out, 0x001f | 0x8002u << 16, 4); /* named by a name */
    sb_add(out, (struct sv){guid, 16});
    write_number(out, 1, 4);
    write_number(out, 6, 4);
    sb_add(out, (struct sv){"a\0b\0\0\0\0\0", 8});
    write_number(out, 1, 4);
    write_number(out, 2, 4);
    write_number(out, 0, 4);
    write_variable(out, 0x1000001e, SV("found"));
    write_close(&w);
    struct tnef t = read_good(sb_view(&w.stream));
    assert_false(t.incomplete);
    assert_sv(t.messages[0].body.bytes, "found");
}

static void unicode_is_preferred(void **state)
{
    (void)state;
    struct tnef_writer w;
    write_start(&w, arena);
    write_attribute(&w, 1, WRITE_BODY, SV("eight bits"));
    write_open(&w, 1, WRITE_MESSAGE_PROPERTIES);
    write_number(&w.stream, 3, 4);
    write_variable(&w.stream, 0x1000001f, write_utf16(arena, SV("x")));
    write_variable(&w.stream, 0x1000001e, SV("eight bits again"));
    write_variable(&w.stream, 0x1000001f, write_utf16(arena, SV("later")));
    write_close(&w);
    struct tnef t = read_good(sb_view(&w.stream));
    assert_true(t.messages[0].body.utf16);
    assert_true(sv_eq(t.messages[0].body.bytes, (struct sv){"x\0\0\0", 4}));
}

/* A property whose type is not known ends its list, not the stream. */
static void a_bad_list_does_not_hide_what_follows(void **state)
{
    (void)state;
    struct tnef_writer w;
    write_start(&w, arena);
    write_open(&w, 1, WRITE_MESSAGE_PROPERTIES);
    write_number(&w.stream, UINT32_MAX, 4);
    write_integer(&w.stream, 0x00010099, 7);
    write_variable(&w.stream, 0x1000001e, SV("lost"));
    write_close(&w);
    write_file(&w, "a", SV("kept"));
    struct sv stream = sb_view(&w.stream);
    struct tnef t = read_good(stream);
    assert_true(t.incomplete && !t.damaged);
    assert_int_equal(t.file_count, 1);
    assert_sv(content(stream, &t.files[0]), "kept");
}

static void data_may_stand_in_a_property(void **state)
{
    (void)state;
    struct tnef_writer w;
    write_start(&w, arena);
    write_attribute(&w, 2, WRITE_RENDERING, SV("12345678901234"));
    write_open(&w, 2, WRITE_FILE_PROPERTIES);
    write_number(&w.stream, 2, 4);
    write_variable(&w.stream, 0x37010102, SV("inside"));
    write_variable(&w.stream, 0x3704001e, SV("in.txt"));
    write_close(&w);
    struct sv stream = sb_view(&w.stream);
    struct tnef t = read_good(stream);
    assert_int_equal(t.files[0].content, TNEF_BYTES);
    assert_sv(content(stream, &t.files[0]), "inside");
    assert_sv(t.files[0].short_name.bytes, "in.txt");
}

/* ---- nesting ---- */

static void write_object(struct tnef_writer *w, const char *interface, struct sv inside)
{
    write_attribute(w, 2, WRITE_RENDERING, SV("12345678901234"));
    write_open(w, 2, WRITE_FILE_PROPERTIES);
    write_number(&w->stream, 2, 4);
    char *bytes = arena_alloc(arena, 16 + inside.n);
    memcpy(bytes, interface, 16);
    memcpy(bytes + 16, inside.p, inside.n);
    write_variable(&w->stream, 0x3701000d, (struct sv){bytes, 16 + inside.n});
    write_variable(&w->stream, 0x3001001e, SV("Forwarded"));
    write_close(w);
}

static const char message_id[] = "\x07\x03\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46";
static const char storage_id[] = "\x0b\0\0\0\0\0\0\0\xc0\0\0\0\0\0\0\x46";

static void messages_inside_are_opened(void **state)
{
    (void)state;
    struct sv inner = two_files();
    struct tnef_writer w;
    write_start(&w, arena);
    write_object(&w, message_id, inner);
    write_object(&w, storage_id, SV("compound"));
    write_file(&w, "after", SV("x"));
    struct sv stream = sb_view(&w.stream);
    struct tnef t = read_good(stream);
    assert_false(t.incomplete || t.damaged || t.left_out);
    assert_int_equal(t.message_count, 2);
    assert_int_equal(t.file_count, 5);
    assert_int_equal(t.files[0].content, TNEF_MESSAGE);
    assert_int_equal(t.files[0].opened, 1);
    assert_true(sv_eq(content(stream, &t.files[0]), inner));
    assert_sv(t.files[0].display_name.bytes, "Forwarded");
    assert_int_equal(t.files[1].message, 1);
    assert_sv(content(stream, &t.files[1]), "first");
    assert_sv(t.messages[1].body.bytes, "plain\r\ntext");
    assert_int_equal(t.files[3].content, TNEF_OBJECT);
    assert_int_equal(t.files[3].message, 0);
    assert_sv(content(stream, &t.files[3]), "compound");
    assert_sv(content(stream, &t.files[4]), "x");
}

/* A file has one content, however often it is said. */
static void the_first_content_holds(void **state)
{
    (void)state;
    struct tnef_writer w;
    struct sv inner = two_files(), object = {arena_alloc(arena, 20), 20};
    char *message = arena_alloc(arena, 16 + inner.n);
    memcpy(message, message_id, 16);
    memcpy(message + 16, inner.p, inner.n);
    write_start(&w, arena);
    write_file(&w, "a", SV("x"));
    write_open(&w, 2, WRITE_FILE_PROPERTIES);
    write_number(&w.stream, 4, 4);
    write_variable(&w.stream, 0x37010102, SV("second"));
    write_variable(&w.stream, 0x3701000d, (struct sv){message, 16 + inner.n});
    write_variable(&w.stream, 0x3701000d, object);
    write_variable(&w.stream, 0x37010102, SV("third"));
    write_close(&w);
    write_attribute(&w, 2, WRITE_FILE_DATA, SV("fourth"));
    struct sv stream = sb_view(&w.stream);
    struct tnef t = read_good(stream);
    assert_int_equal(t.files[0].content, TNEF_MESSAGE);
    assert_int_equal(t.files[0].opened, 1);
    assert_true(sv_eq(content(stream, &t.files[0]), inner));
}

static void depth_is_bounded(void **state)
{
    (void)state;
    struct sv stream = two_files();
    for (int i = 0; i < 10; i++) {
        struct tnef_writer w;
        write_start(&w, arena);
        write_object(&w, message_id, stream);
        stream = sb_view(&w.stream);
    }
    struct tnef t = read_good(stream);
    assert_true(t.left_out);
    assert_int_equal(t.message_count, TNEF_DEPTH_MAX + 1);
    assert_int_equal(t.file_count, TNEF_DEPTH_MAX + 1);
    assert_int_equal(t.files[TNEF_DEPTH_MAX].opened, 0);
    assert_int_equal(t.files[TNEF_DEPTH_MAX].content, TNEF_MESSAGE);
}

/* An inner stream may announce more than its container holds. */
static void an_inner_length_does_not_leave_its_container(void **state)
{
    (void)state;
    struct tnef_writer inner, w;
    write_start(&inner, arena);
    write_file(&inner, "in", SV("inner"));
    inner.stream.p[inner.start - 1] = 0x7f;
    write_start(&w, arena);
    write_object(&w, message_id, sb_view(&inner.stream));
    write_file(&w, "after", SV("outer"));
    struct sv stream = sb_view(&w.stream);
    struct tnef t = read_good(stream);
    assert_true(t.incomplete);
    assert_int_equal(t.file_count, 3);
    assert_true(t.files[1].cut);
    assert_true(t.files[1].offset + t.files[1].length <= t.files[0].offset + t.files[0].length);
    assert_sv(content(stream, &t.files[2]), "outer");
}

/* ---- limits ---- */

static void counts_are_bounded(void **state)
{
    (void)state;
    struct tnef_writer w;
    struct sb name;
    sb_init(&name, arena, 5000);
    for (int i = 0; i < 5000; i++)
        sb_add_char(&name, 'n');
    write_start(&w, arena);
    for (int i = 0; i < TNEF_FILES_MAX + 100; i++)
        write_file(&w, name.p, SV("x"));
    size_t before = arena_used(arena);
    struct tnef t = read_good(sb_view(&w.stream));
    assert_true(t.left_out && !t.incomplete && !t.damaged);
    assert_int_equal(t.file_count, TNEF_FILES_MAX);
    assert_int_equal(t.files[0].title.bytes.n, TNEF_NAME_MAX);
    assert_true(arena_used(arena) - before < (4 << 20));
}

static void memory_does_not_grow_with_the_files(void **state)
{
    (void)state;
    struct tnef_writer w;
    char *big = arena_alloc(arena, 20 << 20);
    write_start(&w, arena);
    write_file(&w, "big", (struct sv){big, 20 << 20});
    write_attribute(&w, 1, WRITE_BODY, (struct sv){big, 20 << 20});
    write_attribute(&w, 1, WRITE_BODY, (struct sv){big, 10 << 20});
    size_t before = arena_used(arena);
    struct tnef t = read_good(sb_view(&w.stream));
    assert_int_equal(t.files[0].length, 20 << 20);
    assert_true(t.left_out);
    assert_int_equal(t.messages[0].body.bytes.n, TNEF_TEXTS_MAX);
    assert_true(arena_used(arena) - before < (12 << 20));
}

static enum status fail_late(void *context, void *buffer, size_t room, size_t *n)
{
    bool *again = context;
    if (*again)
        return STATUS_TIMEOUT;
    *again = true;
    memset(buffer, 0, room);
    memcpy(buffer, "\x78\x9f\x3e\x22\0\0", 6);
    *n = room;
    return STATUS_OK;
}

static void failures_of_the_source_are_passed_on(void **state)
{
    (void)state;
    struct tnef t;
    bool again = false;
    assert_int_equal(tnef_read((struct source){fail_late, &again}, arena, &t), STATUS_TIMEOUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(files_and_texts_are_found, setup, teardown),
        cmocka_unit_test_setup_teardown(every_truncation_gives_what_there_is, setup, teardown),
        cmocka_unit_test_setup_teardown(lengths_are_held_against_what_is_left, setup, teardown),
        cmocka_unit_test_setup_teardown(wrong_checksums_are_marked, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_no_tnef_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(unusual_properties_are_passed, setup, teardown),
        cmocka_unit_test_setup_teardown(unicode_is_preferred, setup, teardown),
        cmocka_unit_test_setup_teardown(a_bad_list_does_not_hide_what_follows, setup, teardown),
        cmocka_unit_test_setup_teardown(data_may_stand_in_a_property, setup, teardown),
        cmocka_unit_test_setup_teardown(messages_inside_are_opened, setup, teardown),
        cmocka_unit_test_setup_teardown(the_first_content_holds, setup, teardown),
        cmocka_unit_test_setup_teardown(depth_is_bounded, setup, teardown),
        cmocka_unit_test_setup_teardown(an_inner_length_does_not_leave_its_container, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(counts_are_bounded, setup, teardown),
        cmocka_unit_test_setup_teardown(memory_does_not_grow_with_the_files, setup, teardown),
        cmocka_unit_test_setup_teardown(failures_of_the_source_are_passed_on, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
