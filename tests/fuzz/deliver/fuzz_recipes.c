/* Whatever the webmail's directory holds: what passes is nothing but tests, mailboxes and flags, by
 * rules that are told here once more and more roughly. */
#include "arena.h"
#include "mail_lines.h"
#include "recipe_check.h"

#define CHECK(x)                                                                                   \
    do {                                                                                           \
        if (!(x))                                                                                  \
            abort();                                                                               \
    } while (0)

static bool has(struct sv line, char c)
{
    return sv_find_char(line, c) != SIZE_MAX;
}

static void check_line(struct sv line, bool forwarding)
{
    CHECK(!sv_has_control(line) && line.n > 0 && line.n <= RECIPE_LINE_MAX);
    line = sv_trim(line);
    /* behind "* " stands a fixed word, and its end is no continuation */
    if (sv_starts(line, SV("* "))) {
        struct sv rest = sv_slice(line, sv_starts(line, SV("* ! ")) ? 4 : 2, line.n);
        CHECK(sv_starts(rest, SV("VM ?? ^")) || sv_starts(rest, SV("VM_")) ||
              sv_starts(rest, SV("< ")) || sv_starts(rest, SV("> ")));
        CHECK(!sv_ends(line, SV("\\")) && sv_find(line, SV("^TO")) == SIZE_MAX);
        return;
    }
    CHECK(!has(line, '`') && !has(line, '$') && !has(line, '\\'));
    if (sv_starts(line, SV("\""))) {
        CHECK(sv_starts(line, SV("\"./")) && sv_find(line, SV("/../")) == SIZE_MAX);
        CHECK(sv_ends(line, SV("\"")) &&
              sv_find_char(sv_slice(line, 1, line.n - 1), '"') == SIZE_MAX);
        return;
    }
    CHECK(!has(line, '\'') && !has(line, '|') && !has(line, '"') && !has(line, '?') &&
          !has(line, '/'));
    if (sv_starts(line, SV("!")))
        CHECK(forwarding && sv_starts(line, SV("! ")) && has(line, '@') &&
              !sv_starts(line, SV("! -")));
    else
        CHECK(sv_starts(line, SV(":0")) || sv_starts(line, SV("VM_")) || sv_starts(line, SV("{")) ||
              sv_eq(line, SV("}")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv recipes, text = {(const char *)data, size};
    struct recipe_needs needs;
    size_t number = 0;
    struct arena *arena = arena_new((size_t)64 << 20);
    for (int i = 0; i < 2 * PROCMAIL_LAYOUT_COUNT; i++) {
        enum procmail_layout layout = (enum procmail_layout)(i / 2);
        bool forwarding = i % 2;
        if (recipe_check(arena, text, layout, forwarding, &recipes, &needs, &number) != STATUS_OK) {
            CHECK(number > 0 || size == 0);
            continue;
        }
        CHECK(recipes.n <= size);
        struct sv again, copy = recipes;
        struct recipe_needs same;
        CHECK(recipe_check(arena, copy, layout, forwarding, &again, &same, &number) == STATUS_OK);
        CHECK(sv_eq(again, recipes) && same.fields_n == needs.fields_n);
        while (copy.n > 0)
            check_line(sv_cut(&copy, '\n'), forwarding);
    }
    arena_free(&arena);
    return 0;
}
