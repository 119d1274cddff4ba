/* fuzz_filename — the bytes are a file's name. Cleaned, it is one line without a path and without
 * what cannot be seen, and cleaning it again changes nothing; and the extension that is shown is
 * the one under which it is saved. */
#include <stdlib.h>

#include "arena.h"
#include "filename.h"
#include "filename_look.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool right)
{
    if (!right)
        abort();
}

static void line_check(struct sv text)
{
    check(utf8_valid(text) && !sv_has_control(text));
    for (size_t at = 0; at < text.n;) {
        uint32_t c = utf8_next(text, &at);
        check(!filename_turns(c) && !filename_is_hidden(c));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 4096)
        return 0;
    struct arena *arena = arena_new((size_t)4 << 20);
    struct sv name = {(const char *)data, size}, clean = filename_clean(arena, name);
    struct filename_look look;
    struct sb disposition;
    line_check(clean);
    check(clean.n > 0 && clean.n <= FILENAME_LENGTH_MAX);
    check(clean.p[0] != '.' && clean.p[clean.n - 1] != '.' && clean.p[clean.n - 1] != ' ');
    check(sv_find_char(clean, '/') == SIZE_MAX && sv_find_char(clean, '\\') == SIZE_MAX);
    check(sv_eq(filename_clean(arena, clean), clean));
    filename_look(arena, name, SV("application/pdf"), &look);
    check(sv_ends(clean, look.extension));
    line_check(look.stem);
    sb_init(&disposition, arena, 8 * (size_t)FILENAME_LENGTH_MAX);
    filename_disposition(&disposition, "attachment", clean);
    check(!disposition.over && !sv_has_control(sb_view(&disposition)));
    arena_free(&arena);
    return 0;
}
