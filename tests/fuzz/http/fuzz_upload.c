/* fuzz_upload — the first byte says how the body is cut; then comes, up to a NUL, the Content-Type;
 * the rest is the body of a form whose files are taken while they arrive. Fields and files are the
 * same however a good one is cut, also when some of a file is passed over, and what is read of one
 * that breaks off is a beginning of what it would have been. */
#include "arena.h"
#include "pieces.h"
#include "upload.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BODY_MAX = 1 << 16, FIELDS_MAX = 50 };

struct taken {
    struct request request;
    enum status status;
    struct sb text; /* names and bytes of all files */
    size_t files;
};

static void check(bool right)
{
    if (!right)
        abort();
}

static enum status file_take(struct upload_stream *stream, size_t step, bool whole,
                             struct taken *out)
{
    char piece[512];
    size_t n = 1;
    enum status st = STATUS_OK;
    struct source source = upload_source(stream);
    for (bool go = true; go && n > 0 && st == STATUS_OK; go = whole) {
        st = source_read(source, piece, step < sizeof piece ? step : sizeof piece, &n);
        if (st == STATUS_OK && whole)
            sb_add(&out->text, (struct sv){piece, n});
    }
    return st;
}

/* promised: what Content-Length says. Every other file is passed over, but for its beginning, if
 * `some` is set. */
static void take(struct arena *arena, struct sv type, struct pieces pieces, size_t promised,
                 bool some, struct taken *out)
{
    static const struct form_limits limits = {
        .field_max = 1000, .fields_total = 2000, .fields_count = FIELDS_MAX};
    struct upload_stream *stream = NULL;
    struct upload_file file;
    *out = (struct taken){.request = {.arena = arena,
                                      .method = METHOD_POST,
                                      .content_type = type,
                                      .content_length = promised}};
    sb_init(&out->text, arena, 4 * BODY_MAX);
    out->status = upload_open(&out->request, pieces_source(&pieces), &limits, BODY_MAX,
                              deadline_in(60000), &stream);
    while (out->status == STATUS_OK) {
        out->status = upload_next(stream, &file);
        if (out->status != STATUS_OK)
            break;
        check(file.filename.n > 0 && utf8_valid(file.filename) && !sv_has_control(file.filename));
        check(sv_find_char(file.filename, '/') == SIZE_MAX);
        sb_add(&out->text, file.filename);
        sb_add_char(&out->text, '\n');
        out->status = file_take(stream, pieces.each, !some || out->files % 2 == 0, out);
        out->files++;
        check(upload_done(stream) <= upload_total(stream));
    }
    if (stream)
        upload_drain(stream, deadline_in(60000));
    for (size_t i = 0; i < out->request.form.n; i++)
        check(utf8_valid(out->request.form.at[i].value));
}

static void check_same(const struct taken *a, const struct taken *b)
{
    check(a->status == b->status);
    if (a->status != STATUS_NOT_FOUND) /* how much came before the fault depends on the cut */
        return;
    check(a->files == b->files && sv_eq(sb_view(&a->text), sb_view(&b->text)));
    check(a->request.form.n == b->request.form.n);
    for (size_t i = 0; i < a->request.form.n; i++)
        check(sv_eq(a->request.form.at[i].name, b->request.form.at[i].name) &&
              sv_eq(a->request.form.at[i].value, b->request.form.at[i].value));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > BODY_MAX)
        return 0;
    struct arena *arena = arena_new((size_t)64 << 20);
    struct sv body = {(const char *)data + 1, size - 1};
    struct sv type = sv_cut(&body, '\0');
    size_t step = 1 + data[0] % 64u;
    struct taken whole, cut, some, some_cut, broken;
    take(arena, type, (struct pieces){.left = body, .each = BODY_MAX}, body.n, false, &whole);
    take(arena, type, (struct pieces){.left = body, .each = step}, body.n, false, &cut);
    check_same(&whole, &cut);
    take(arena, type, (struct pieces){.left = body, .each = BODY_MAX}, body.n, true, &some);
    take(arena, type, (struct pieces){.left = body, .each = step}, body.n, true, &some_cut);
    check_same(&some, &some_cut);
    take(arena, type, (struct pieces){.left = sv_slice(body, 0, body.n / 2), .each = step}, body.n,
         false, &broken);
    check(body.n < 2 || broken.status != STATUS_NOT_FOUND);
    check(whole.status != STATUS_NOT_FOUND ||
          sv_starts(sb_view(&whole.text), sb_view(&broken.text)));
    arena_free(&arena);
    return 0;
}
