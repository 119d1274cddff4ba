#include "arena.h"
#include "filename.h"
#include "form.h"
#include "pieces.h"
#include "test.h"

static struct arena *arena;
static struct request request;
static struct spool spool;
static struct form_limits limits;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(32 << 20);
    spool = (struct spool){.fd = -1};
    limits = FORM_LIMITS;
    limits.uploads_total = 1 << 20;
    limits.spool_directory = "/tmp";
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    spool_close(&spool);
    arena_free(&arena);
    return 0;
}

static enum status read_form(const char *type, struct sv body, size_t step)
{
    struct pieces memory = {.left = body, .each = step};
    arena_reset(arena);
    spool_close(&spool);
    request = (struct request){.arena = arena, .content_type = sv_of(type)};
    request.content_length = body.n;
    return form_read(&request, pieces_source(&memory), &limits, &spool, deadline_in(5000));
}

static struct sv upload_text(size_t i)
{
    struct spool_reader reader;
    const struct upload *upload = &request.uploads[i];
    char *text = arena_alloc(arena, (size_t)upload->length + 1);
    size_t n = 0;
    spool_reader_init(&reader, &spool, upload->offset, upload->length);
    for (size_t got = 1; got > 0; n += got)
        assert_int_equal(
            source_read(spool_source(&reader), text + n, (size_t)upload->length - n + 1, &got),
            STATUS_OK);
    return (struct sv){text, n};
}

#define URLENCODED "application/x-www-form-urlencoded; charset=UTF-8"
#define MULTIPART "multipart/form-data; boundary=XyZ"

static const char MIXED[] = "--XyZ\r\n"
                            "Content-Disposition: form-data; name=\"subject\"\r\n\r\n"
                            "H\xc3\xa9\r\n--Xy\r\nend\r\n"
                            "--XyZ\r\n"
                            "content-disposition: form-data; name=\"attach\"; "
                            "filename=\"C:\\\\dir\\\\a%22b \xc3\xa9.txt\"\r\n"
                            "Content-Type: Text/Plain; charset=x\r\n\r\n"
                            "\r\n--XyY\r\r\n-\r\n\r\n--Xy\r\n"
                            "--XyZ\r\n"
                            "Content-Disposition: form-data; name=empty\r\n\r\n"
                            "\r\n"
                            "--XyZ  \r\n"
                            "Content-Disposition: form-data; name=\"attach\"; filename=\"\"\r\n"
                            "Content-Type: application/octet-stream\r\n\r\n"
                            "\r\n"
                            "--XyZ\r\n"
                            "Content-Disposition: form-data; name=\"attach\"; filename=\"z\"\r\n"
                            "\r\n\r\n"
                            "--XyZ--\r\nepilogue";

static void urlencoded_bodies_are_read(void **state)
{
    (void)state;
    struct sv body = SV("user=a%40b&password=p%26+%C3%A9&uid=1&uid=2");
    for (size_t step = 1; step <= body.n; step++) {
        assert_int_equal(read_form(URLENCODED, body, step), STATUS_OK);
        assert_sv(inputs_get(&request.form, "user"), "a@b");
        assert_sv(inputs_get(&request.form, "password"), "p& é");
        assert_int_equal(request.form.n, 4);
    }
    assert_int_equal(read_form("", SV(""), 1), STATUS_OK);
    assert_int_equal(read_form("text/plain", SV("a=b"), 1), STATUS_UNSUPPORTED);
    assert_int_equal(read_form(URLENCODED, SV("a=%00"), 9), STATUS_INVALID);
}

static void multipart_is_the_same_however_it_is_cut(void **state)
{
    (void)state;
    struct sv body = sv_of(MIXED);
    for (size_t step = 1; step <= body.n; step++) {
        assert_int_equal(read_form(MULTIPART, body, step), STATUS_OK);
        assert_int_equal(request.form.n, 2);
        assert_sv(inputs_get(&request.form, "subject"), "H\xc3\xa9\r\n--Xy\r\nend");
        assert_true(request_has(&request, "empty"));
        assert_sv(inputs_get(&request.form, "empty"), "");
        assert_int_equal(request.upload_count, 2);
        assert_sv(request.uploads[0].name, "attach");
        assert_sv(request.uploads[0].filename, "a\"b \xc3\xa9.txt");
        assert_sv(request.uploads[0].media_type, "text/plain");
        assert_sv(upload_text(0), "\r\n--XyY\r\r\n-\r\n\r\n--Xy");
        assert_sv(request.uploads[1].filename, "z");
        assert_sv(request.uploads[1].media_type, "application/octet-stream");
        assert_sv(upload_text(1), "");
    }
}

static void broken_bodies_are_refused(void **state)
{
    (void)state;
    struct sv whole = sv_of(MIXED);
    size_t end = sv_find(whole, SV("--XyZ--"));
    for (size_t n = 1; n < end + 7; n++)
        assert_int_equal(read_form(MULTIPART, sv_slice(whole, 0, n), 64), STATUS_INVALID);
    static const char *const types[] = {
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"a\\\"b\"",
        "multipart/form-data; boundary=é",
        "multipart/form-data; boundary=\"a \"",
        "multipart/form-data; "
        "boundary=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    };
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        assert_int_equal(read_form(types[i], whole, 64), STATUS_INVALID);
    assert_int_equal(read_form("multipart/form-data; x=y; BOUNDARY=\"XyZ\"", whole, 64), STATUS_OK);
    assert_int_equal(read_form(MULTIPART, SV("--XyZ\r\nX: y\r\n\r\nno name\r\n--XyZ--"), 64),
                     STATUS_INVALID);
    assert_int_equal(read_form(MULTIPART, SV("--XyZoops\r\n"), 64), STATUS_INVALID);
    /* a Content-Length that promises more than comes */
    struct pieces memory = {.left = SV("a=b"), .each = 8};
    request = (struct request){.arena = arena, .content_type = sv_of(URLENCODED)};
    request.content_length = 10;
    assert_int_equal(
        form_read(&request, pieces_source(&memory), &limits, &spool, deadline_in(1000)),
        STATUS_INVALID);
    memory = (struct pieces){.left = SV("a=b"), .each = 8};
    request.content_length = 3;
    assert_int_equal(form_read(&request, pieces_source(&memory), &limits, &spool, deadline_in(0)),
                     STATUS_TIMEOUT);
}

static void limits_hold(void **state)
{
    (void)state;
    limits.field_max = 5;
    limits.fields_total = 40;
    assert_int_equal(read_form(URLENCODED, SV("a=12345&b=12345"), 64), STATUS_OK);
    assert_int_equal(read_form(URLENCODED, SV("a=123456"), 64), STATUS_TOO_LARGE);
    limits.fields_count = 1;
    assert_int_equal(read_form(URLENCODED, SV("a=1&b=2"), 64), STATUS_TOO_LARGE);
    assert_int_equal(read_form(URLENCODED, SV("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), 64),
                     STATUS_TOO_LARGE);
    limits.field_max = 13; /* of "subject" */
    assert_int_equal(read_form(MULTIPART, sv_of(MIXED), 64), STATUS_TOO_LARGE);
    limits.field_max = 14;
    limits.fields_count = 2;
    assert_int_equal(read_form(MULTIPART, sv_of(MIXED), 64), STATUS_OK);
    limits.fields_total = 20;
    assert_int_equal(read_form(MULTIPART, sv_of(MIXED), 64), STATUS_TOO_LARGE);
    limits.fields_total = 1;
    limits.uploads_total = 1;
    assert_int_equal(read_form(MULTIPART, sv_of(MIXED), 64), STATUS_TOO_LARGE);
}

static void a_failed_file_does_not_lose_the_text(void **state)
{
    (void)state;
    static const char body[] = "--XyZ\r\nContent-Disposition: form-data; name=a; filename=ok\r\n"
                               "\r\n12\r\n"
                               "--XyZ\r\nContent-Disposition: form-data; name=a; filename=big\r\n"
                               "\r\n12345\r\n"
                               "--XyZ\r\nContent-Disposition: form-data; name=text\r\n"
                               "\r\nkept\r\n--XyZ--\r\n";
    limits.uploads_total = 6;
    assert_int_equal(read_form(MULTIPART, sv_of(body), 7), STATUS_OK);
    assert_int_equal(request.upload_failed, STATUS_TOO_LARGE);
    assert_sv(inputs_get(&request.form, "text"), "kept");
    assert_int_equal(request.upload_count, 1);
    assert_sv(upload_text(0), "12");
    assert_sv(sb_view(&request.uploads_lost), "big\n");
    const char *directory = limits.spool_directory;
    limits.spool_directory = NULL;
    assert_int_equal(read_form(MULTIPART, sv_of(body), 7), STATUS_OK);
    assert_int_equal(request.upload_failed, STATUS_TOO_LARGE);
    assert_sv(sb_view(&request.uploads_lost), "ok\nbig\n");
    assert_sv(inputs_get(&request.form, "text"), "kept");
    limits.spool_directory = directory;
    limits.uploads_total = 0;
    assert_int_equal(read_form(MULTIPART, sv_of(body), 7), STATUS_OK);
    assert_int_equal(request.upload_failed, STATUS_TOO_LARGE);
    assert_sv(inputs_get(&request.form, "text"), "kept");
    limits.uploads_total = 100;
    limits.spool_directory = "/nonexistent";
    assert_int_equal(read_form(MULTIPART, sv_of(body), 7), STATUS_OK);
    assert_int_equal(request.upload_failed, STATUS_IO);
    assert_sv(inputs_get(&request.form, "text"), "kept");
    assert_int_equal(request.upload_count, 0);
}

/* A body of any size made as it is read. */
struct generator {
    uint64_t left;
    struct sv head;
    struct sv tail;
};

static enum status generate(void *context, void *buffer, size_t room, size_t *n)
{
    struct generator *g = context;
    struct sv *text = g->head.n > 0 ? &g->head : &g->tail;
    if (text == &g->tail && g->left > 0) {
        *n = room < g->left ? room : (size_t)g->left;
        memset(buffer, '\r', *n);
        g->left -= *n;
        return STATUS_OK;
    }
    *n = text->n < room ? text->n : room;
    memcpy(buffer, text->p, *n);
    *text = sv_slice(*text, *n, text->n);
    return STATUS_OK;
}

static void a_large_file_needs_little_memory(void **state)
{
    (void)state;
    const uint64_t size = 50u << 20;
    struct generator g = {
        .left = size,
        .head = SV("--XyZ\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\n"),
        .tail = SV("\r\n--XyZ--\r\n"),
    };
    limits.uploads_total = size;
    request = (struct request){.arena = arena, .content_type = sv_of(MULTIPART)};
    request.content_length = size + g.head.n + g.tail.n;
    assert_int_equal(
        form_read(&request, (struct source){generate, &g}, &limits, &spool, deadline_in(60000)),
        STATUS_OK);
    assert_int_equal(request.upload_count, 1);
    assert_true(request.uploads[0].length == size);
    assert_true(arena_used(arena) < 200 * 1024);
}

static void filenames_are_harmless(void **state)
{
    (void)state;
    static const struct {
        const char *given;
        const char *clean;
    } cases[] = {
        {"a.txt", "a.txt"},
        {"../../etc/passwd", "passwd"},
        {"C:\\x\\r\xc3\xa9sum\xc3\xa9.doc", "r\xc3\xa9sum\xc3\xa9.doc"},
        {"a\r\nb\x7f.txt", "ab.txt"},
        {"x\xe2\x80\xaegnp.exe", "xgnp.exe"},
        {".bashrc", "bashrc"},
        {"", "file"},
        {"...", "file"},
        {"dir/", "file"},
        {"\xff.txt", "\xef\xbf\xbd.txt"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_sv(filename_clean(arena, sv_of(cases[i].given)), cases[i].clean);
    struct sb b;
    sb_init(&b, arena, 4000);
    for (int i = 0; i < 300; i++)
        sb_add(&b, SV("\xc3\xa9"));
    sb_add(&b, SV(".tar.gz"));
    struct sv clean = filename_clean(arena, sb_view(&b));
    assert_in_range(clean.n, FILENAME_LENGTH_MAX - 2, FILENAME_LENGTH_MAX);
    assert_true(sv_ends(clean, SV("\xc3\xa9.gz")));
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(urlencoded_bodies_are_read),
        test(multipart_is_the_same_however_it_is_cut),
        test(broken_bodies_are_refused),
        test(limits_hold),
        test(a_failed_file_does_not_lose_the_text),
        test(a_large_file_needs_little_memory),
        test(filenames_are_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
