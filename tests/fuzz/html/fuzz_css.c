/* Any bytes as a style sheet and as a style attribute: writing again what was written changes
 * nothing, and nothing but what is on the tests' own lists comes out. */
#include "../../unit/css_check.h"
#include "css.h"
#include "utf8.h"

static void check(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new((size_t)32 << 20);
    struct sv css = utf8_clean(arena, (struct sv){(const char *)data, size});
    struct sb once, twice;
    bool coloured = false, again = false;
    sb_init(&once, arena, 1 << 20);
    sb_init(&twice, arena, 1 << 20);
    css_write_sheet(css, arena, &once, &coloured);
    css_write_sheet(sb_view(&once), arena, &twice, &again);
    check(once.over || css_check_sheet(sb_view(&once)));
    if (!once.over && (!sv_eq(sb_view(&once), sb_view(&twice)) || coloured != again))
        abort();
    sb_clear(&once);
    sb_clear(&twice);
    css_write_declarations(css, &once, &coloured);
    css_write_declarations(sb_view(&once), &twice, &again);
    check(once.over || css_check_declarations(sb_view(&once)));
    if (!once.over && !sv_eq(sb_view(&once), sb_view(&twice)))
        abort();
    arena_free(&arena);
    return 0;
}
