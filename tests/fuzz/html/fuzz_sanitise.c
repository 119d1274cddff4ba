/* Any bytes as a letter: what comes out holds nothing forbidden on a fresh parse, sanitising it
 * again changes nothing, and neither it nor what it took is larger than it may be. */
#include "../../unit/html_check.h"
#include "plain.h"
#include "sanitise.h"
#include "utf8.h"

enum { MAX = 1 << 20, BUDGET = 64 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct sanitise_cid cid = {{"a@b", 3}, {"/part?uid=1&part=2", 18}};
    struct sanitise_options options = {
        .allow_remote = size % 2, .cids = &cid, .cid_count = 1, .max_output = size % 7 ? MAX : 512};
    struct sanitise_result once, twice;
    struct arena *arena = arena_new(BUDGET);
    struct sv html = utf8_clean(arena, (struct sv){(const char *)data, size});
    struct sb text;
    char wrong[128];
    if (html_sanitise(html, &options, arena, &once) == STATUS_OK) {
        if (once.html.n > options.max_output)
            abort();
        if (check_finds(once.html, options.allow_remote, wrong, sizeof wrong))
            abort();
        if (html_sanitise(once.html, &options, arena, &twice) != STATUS_OK ||
            !sv_eq(once.html, twice.html) || !utf8_valid(once.html))
            abort();
    }
    sb_init(&text, arena, 1 << 20);
    if (html_to_text(html, arena, &text) == STATUS_OK && !utf8_valid(sb_view(&text)))
        abort();
    if (arena_used(arena) > BUDGET)
        abort();
    arena_free(&arena);
    return 0;
}
