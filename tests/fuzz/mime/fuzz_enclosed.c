#include "arena.h"
#include "charset.h"
#include "decode.h"
#include "detect.h"
#include "enclosed.h"
#include "enriched.h"
#include "word.h"

#define CHECK(x)                                                                                   \
    do {                                                                                           \
        if (!(x))                                                                                  \
            abort();                                                                               \
    } while (0)

struct taken {
    struct sb text, files;
    size_t count;
};

static bool take_begin(void *context, struct sv name)
{
    struct taken *t = context;
    CHECK(name.n > 0 && name.n <= ENCLOSED_NAME_MAX);
    return ++t->count % 3 != 0;
}

static enum status take_bytes(void *context, struct sv piece)
{
    struct taken *t = context;
    sb_add(&t->files, piece);
    return STATUS_OK;
}

static struct taken take(struct arena *arena, struct sv text, size_t step)
{
    static struct enclosed e;
    struct taken t = {.count = 0};
    sb_init(&t.text, arena, 2 * text.n + 100);
    sb_init(&t.files, arena, 64 * text.n + 100);
    enclosed_init(&e, sb_sink(&t.text), (struct enclosed_taker){take_begin, {take_bytes, &t}, &t});
    for (size_t at = 0; at < text.n; at += step)
        CHECK(enclosed_write(&e, sv_slice(text, at, at + step)) == STATUS_OK);
    CHECK(enclosed_finish(&e) == STATUS_OK);
    CHECK(!t.text.over && !t.files.over);
    return t;
}

/* The first byte chooses how the rest, a text, is cut. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    struct arena *arena = arena_new((size_t)256 << 20);
    struct sv text = {(const char *)data + 1, size - 1};
    struct taken whole = take(arena, text, text.n + 1), pieces = take(arena, text, 1 + data[0]);
    CHECK(sv_eq(sb_view(&whole.text), sb_view(&pieces.text)));
    CHECK(sv_eq(sb_view(&whole.files), sb_view(&pieces.files)));
    CHECK(whole.count > 0 || sv_eq(sb_view(&whole.text), text));

    struct sb plain;
    sb_init(&plain, arena, 32 * text.n + 100);
    enriched_text(&plain, text);
    CHECK(!plain.over);

    struct sv label = charset_detect(text, data[0] & 1);
    CHECK(label.n == 0 || charset_known(label));
    word_decode_as(arena, SV("koi8-r"), text);
    arena_free(&arena);
    return 0;
}
