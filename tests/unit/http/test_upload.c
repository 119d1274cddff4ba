/* Files of a form that are taken while they arrive. */
#include "upload.h"

#include "pieces.h"
#include "test.h"

static struct arena *arena;
static struct request request;
static struct pieces from;

static enum status open_form(struct sv body, size_t length, size_t step, uint64_t most,
                             struct upload_stream **out)
{
    arena_reset(arena);
    from = (struct pieces){.left = body, .each = step};
    request = (struct request){.arena = arena,
                               .content_type = SV("multipart/form-data; boundary=B"),
                               .content_length = length};
    return upload_open(&request, pieces_source(&from), &FORM_LIMITS, most, deadline_in(5000), out);
}

static enum status take(struct upload_stream *s, struct sb *out)
{
    char piece[700];
    size_t n = 1;
    enum status st = STATUS_OK;
    while (st == STATUS_OK && n > 0) {
        st = source_read(upload_source(s), piece, sizeof piece, &n);
        if (st == STATUS_OK)
            sb_add(out, (struct sv){piece, n});
    }
    return st;
}

#define PART(name, file, text)                                                                     \
    "--B\r\nContent-Disposition: form-data; name=\"" name "\"" file "\r\n\r\n" text "\r\n"
#define NAMED(name) "; filename=\"" name "\""

static void test_in_order(void **state)
{
    (void)state;
    struct sb body, got;
    struct upload_stream *s;
    struct upload_file file;
    static char large[30000];
    memset(large, '\r', sizeof large - 1);
    for (size_t step = 1; step < 70000; step = step * 5 + 2) {
        struct arena *keep = arena_new(4 << 20);
        sb_init(&body, keep, 1 << 20);
        sb_add_cstr(&body, PART("csrf", "", "token") PART("file", NAMED(""), "")
                               PART("file", NAMED("../a.mbox"), "one\r\n--X"));
        sb_add_cstr(&body,
                    "--B\r\nContent-Disposition: form-data; name=\"file\"" NAMED("b") "\r\n\r\n");
        sb_add_cstr(&body, large);
        sb_add_cstr(&body, "\r\n" PART("late", "", "x") PART("file", NAMED("c"), "") "--B--\r\n");
        assert_int_equal(open_form(sb_view(&body), body.n, step, 1 << 20, &s), STATUS_OK);
        assert_sv(inputs_get(&request.form, "csrf"), "token");
        assert_int_equal(request.form.n, 1);
        sb_init(&got, keep, 1 << 20);
        assert_int_equal(upload_next(s, &file), STATUS_OK);
        assert_sv(file.filename, "a.mbox");
        assert_int_equal(take(s, &got), STATUS_OK);
        assert_sv(sb_view(&got), "one\r\n--X");
        sb_clear(&got);
        assert_int_equal(upload_next(s, &file), STATUS_OK);
        assert_int_equal(take(s, &got), STATUS_OK);
        assert_true(sv_eq(sb_view(&got), sv_of(large)));
        assert_int_equal(upload_next(s, &file), STATUS_OK);
        sb_clear(&got);
        assert_int_equal(take(s, &got), STATUS_OK);
        assert_int_equal(got.n, 0);
        assert_int_equal(upload_next(s, &file), STATUS_NOT_FOUND);
        assert_int_equal(upload_done(s), body.n);
        assert_int_equal(request.form.n, 1);
        arena_free(&keep);
    }
}

/* A file that is not read is passed over. */
static void test_passed_over(void **state)
{
    (void)state;
    const struct sv body =
        SV(PART("file", NAMED("a"), "first") PART("file", NAMED("b"), "second") "--B--");
    struct upload_stream *s;
    struct upload_file file;
    char text[64];
    struct sb got;
    sb_fixed(&got, text, sizeof text);
    assert_int_equal(open_form(body, body.n, 3, 1000, &s), STATUS_OK);
    assert_int_equal(upload_next(s, &file), STATUS_OK);
    assert_int_equal(upload_next(s, &file), STATUS_OK);
    assert_sv(file.filename, "b");
    assert_int_equal(take(s, &got), STATUS_OK);
    assert_sv(sb_view(&got), "second");
}

static void test_refused(void **state)
{
    (void)state;
    const struct sv body = SV(PART("csrf", "", "t") PART("file", NAMED("a"), "text") "--B--");
    struct upload_stream *s;
    struct upload_file file;
    char text[64];
    struct sb got;
    sb_fixed(&got, text, sizeof text);
    assert_int_equal(open_form(body, body.n, 100, 20, &s), STATUS_TOO_LARGE);
    assert_int_equal(open_form(sv_slice(body, 0, 20), body.n, 100, 1000, &s), STATUS_CLOSED);
    assert_int_equal(open_form(sv_slice(body, 0, body.n - 9), body.n, 100, 1000, &s), STATUS_OK);
    assert_int_equal(upload_next(s, &file), STATUS_OK);
    assert_int_equal(take(s, &got), STATUS_CLOSED);
    assert_int_equal(open_form(body, body.n - 9, 100, 1000, &s), STATUS_OK);
    assert_int_equal(upload_next(s, &file), STATUS_OK);
    assert_int_equal(take(s, &got), STATUS_INVALID);
}

static int setup(void **state)
{
    (void)state;
    arena = arena_new(16 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_in_order, setup, teardown),
        cmocka_unit_test_setup_teardown(test_passed_over, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
