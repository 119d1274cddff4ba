#include "arena.h"
#include "charset.h"
#include "decode.h"
#include "flowed.h"
#include "utf8.h"

#define CHECK(x)                                                                                   \
    do {                                                                                           \
        if (!(x))                                                                                  \
            abort();                                                                               \
    } while (0)

static const char *const labels[] = {
    "",       "utf-8",       "latin1",       "iso-2022-jp", "shift_jis",   "euc-jp",
    "gb2312", "big5",        "euc-kr",       "utf-7",       "utf-16",      "koi8-r",
    "tcvn",   "iso-8859-15", "windows-1258", "euc-tw",      "iso-2022-kr", "utf-32",
    "hz",     "armscii-8",   "ibm037",       "iso-2022-cn"};

static struct sv decode(struct arena *arena, enum transfer transfer, struct sv text, size_t step)
{
    struct sb out;
    struct decoder decoder;
    sb_init(&out, arena, 64 * text.n + 100);
    decoder_init(&decoder, transfer, sb_sink(&out));
    for (size_t at = 0; at < text.n; at += step)
        CHECK(decoder_write(&decoder, sv_slice(text, at, at + step)) == STATUS_OK);
    CHECK(decoder_finish(&decoder) == STATUS_OK);
    return sb_view(&out);
}

static struct sv convert(struct arena *arena, struct charset *c, struct sv text, size_t step)
{
    struct sb out;
    sb_init(&out, arena, 16 * text.n + 100);
    for (size_t at = 0; at < text.n; at += step)
        CHECK(charset_write(c, sv_slice(text, at, at + step), sb_sink(&out)) == STATUS_OK);
    CHECK(charset_finish(c, sb_sink(&out)) == STATUS_OK);
    CHECK(utf8_valid(sb_view(&out)));
    return sb_view(&out);
}

static void check_flowed(struct arena *arena, struct sv text)
{
    struct sb out;
    struct paragraphs p = flowed_parse(arena, text, true, false, 500);
    CHECK(p.n <= 500);
    flowed_parse(arena, text, false, false, 500);
    flowed_parse(arena, text, true, true, 500);
    sb_init(&out, arena, 8 * text.n + 100);
    flowed_write(&out, text);
    CHECK(!out.over);
    struct sv written = sb_view(&out);
    sb_init(&out, arena, 8 * written.n + 100);
    quoted_encode(&out, written);
    CHECK(sv_eq(decode(arena, TRANSFER_QUOTED, sb_view(&out), 5), written));
}

/* The first byte chooses encoding and charset, the second how the rest is cut. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct arena *arena = arena_new((size_t)256 << 20);
    struct sv text = {(const char *)data + 2, size - 2};
    enum transfer transfer = (enum transfer)(data[0] % 4);
    size_t label = data[0] / 4 % (sizeof labels / sizeof *labels), step = 1 + data[1];
    struct sv bytes = decode(arena, transfer, text, step);
    CHECK(sv_eq(bytes, decode(arena, transfer, text, size)));
    struct charset *c = charset_open(sv_of(labels[label]), CHARSET_PLAIN);
    struct sv pieces = convert(arena, c, bytes, step);
    struct sv one = convert(arena, c, bytes, bytes.n + 1);
    /* in broken UTF-7 glibc gives up more or less of the base64, by where the bytes are cut */
    bool broken =
        sv_eq(sv_of(labels[label]), SV("utf-7")) && sv_find(one, SV("\xef\xbf\xbd")) != SIZE_MAX;
    CHECK(broken || sv_eq(pieces, one));
    charset_close(&c);
    check_flowed(arena, one);
    arena_free(&arena);
    return 0;
}
