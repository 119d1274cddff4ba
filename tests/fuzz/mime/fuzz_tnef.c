#include "decode.h"
#include "rtf.h"
#include "tnef.h"
#include "utf8.h"

#define CHECK(x)                                                                                   \
    do {                                                                                           \
        if (!(x))                                                                                  \
            abort();                                                                               \
    } while (0)

enum { MEMORY = 64 << 20, TEXT_MAX = 1 << 20 };

struct bytes {
    struct sv rest;
    size_t piece;
};

static enum status bytes_read(void *context, void *buffer, size_t room, size_t *n)
{
    struct bytes *b = context;
    *n = room < b->piece ? room : b->piece;
    *n = *n < b->rest.n ? *n : b->rest.n;
    if (*n > 0)
        memcpy(buffer, b->rest.p, *n);
    b->rest = sv_slice(b->rest, *n, b->rest.n);
    return STATUS_OK;
}

static enum status read_tnef(struct arena *arena, struct sv stream, size_t piece, struct tnef *out)
{
    struct bytes bytes = {stream, piece};
    return tnef_read((struct source){bytes_read, &bytes}, arena, out);
}

static enum status rtf_step(void *context, struct sv piece)
{
    return rtf_write(context, piece);
}

static struct sv read_rtf(struct arena *arena, struct sv source, size_t step)
{
    static struct codepages *pages;
    struct sb out;
    if (!pages)
        pages = codepages_open();
    sb_init(&out, arena, TEXT_MAX);
    struct rtf *rtf = rtf_new(arena, pages, &out);
    for (size_t at = 0; at < source.n && !out.over; at += step)
        (void)!rtf_step(rtf, sv_slice(source, at, at + step));
    rtf_finish(rtf);
    CHECK(out.n <= TEXT_MAX && utf8_valid(sb_view(&out)));
    return out.over ? SV("") : sb_view(&out);
}

static void check_rtf(struct arena *arena, struct sv compressed, size_t step)
{
    struct sb source;
    bool whole;
    sb_init(&source, arena, TEXT_MAX);
    enum status status = rtf_unpack(compressed, sb_sink(&source), &whole);
    CHECK(status == STATUS_OK || status == STATUS_INVALID || source.over);
    struct sv text = sb_view(&source);
    CHECK(sv_eq(read_rtf(arena, text, step), read_rtf(arena, text, text.n + 1)));
}

static void check_files(const struct tnef *t, struct sv stream)
{
    CHECK(t->message_count >= 1 && t->message_count <= TNEF_MESSAGES_MAX);
    CHECK(t->file_count <= TNEF_FILES_MAX);
    for (size_t i = 0; i < t->file_count; i++) {
        const struct tnef_file *file = &t->files[i];
        CHECK(file->message < t->message_count && file->opened < t->message_count);
        CHECK(file->opened == 0 || (file->content == TNEF_MESSAGE && file->opened > file->message));
        CHECK(file->offset <= stream.n && file->length <= stream.n - file->offset);
        CHECK(file->content != TNEF_ABSENT || file->length == 0);
        CHECK(file->long_name.bytes.n <= TNEF_NAME_MAX && file->title.bytes.n <= TNEF_NAME_MAX);
    }
}

/* The first byte says how the rest is cut; what is no TNEF is taken as compressed RTF, and then as
 * RTF. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    struct arena *arena = arena_new(MEMORY);
    struct sv stream = {(const char *)data + 1, size - 1};
    size_t step = 1 + data[0];
    struct tnef pieces, one;
    enum status status = read_tnef(arena, stream, step, &pieces);
    CHECK(status == read_tnef(arena, stream, stream.n + 1, &one));
    if (status == STATUS_OK) {
        check_files(&one, stream);
        CHECK(pieces.file_count == one.file_count && pieces.incomplete == one.incomplete);
        CHECK(pieces.damaged == one.damaged && pieces.message_count == one.message_count);
        for (size_t i = 0; i < one.file_count; i++)
            CHECK(pieces.files[i].offset == one.files[i].offset &&
                  pieces.files[i].length == one.files[i].length);
        for (size_t i = 0; i < one.message_count; i++)
            check_rtf(arena, one.messages[i].rtf, step);
    } else {
        check_rtf(arena, stream, step);
        (void)read_rtf(arena, stream, step);
    }
    CHECK(!arena_over(arena));
    arena_free(&arena);
    return 0;
}
