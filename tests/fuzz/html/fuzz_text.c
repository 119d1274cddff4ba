/* Any bytes as the lines of a plain text body: what comes out holds only what the sanitiser would
 * let pass. The first byte of a line is its depth. */
#include "../../unit/html_check.h"
#include "arena.h"
#include "text.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new((size_t)32 << 20);
    struct sv rest = utf8_clean(arena, (struct sv){(const char *)data, size});
    struct text_writer writer;
    struct sb out, plain;
    char wrong[128];
    sb_init(&out, arena, 1 << 22);
    sb_init(&plain, arena, 1 << 22);
    text_open(&writer, &out);
    while (rest.n > 0) {
        struct sv line = sv_cut(&rest, '\n');
        uint32_t depth =
            line.n > 0 && (unsigned char)line.p[0] < 0x20 ? (unsigned char)line.p[0] : 0;
        text_line(&writer, line, depth, sv_eq(line, SV("-- ")));
        text_add_plain(&plain, line, depth);
    }
    text_close(&writer);
    if (!out.over && (check_finds(sb_view(&out), false, wrong, sizeof wrong) ||
                      !utf8_valid(sb_view(&out)) || !utf8_valid(sb_view(&plain))))
        abort();
    arena_free(&arena);
    return 0;
}
