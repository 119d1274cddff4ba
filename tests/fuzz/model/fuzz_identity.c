#include "arena.h"
#include "identity.h"
#include "script.h"
#include "utf8.h"

#define CHECK(x)                                                                                   \
    do {                                                                                           \
        if (!(x))                                                                                  \
            abort();                                                                               \
    } while (0)

static void check_text(struct sv s)
{
    CHECK(utf8_valid(s) && !sv_has_control(s));
}

/* Three lines: a name, what stands on the left of the "@", a domain. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new((size_t)64 << 20);
    struct sv rest = {(const char *)data, size};
    struct address from = {.name = utf8_line(arena, sv_cut(&rest, '\n')),
                           .mailbox = utf8_line(arena, sv_cut(&rest, '\n')),
                           .domain = utf8_line(arena, sv_cut(&rest, '\n'))};
    struct identity_question question = {.from = from, .own_domain = SV("univ.fr")};
    struct identity got;
    identity_judge(arena, &question, &got);
    CHECK(got.signs == identity_signs(arena, from, question.own_domain));
    CHECK(got.proof == IDENTITY_UNPROVEN);
    check_text(got.claimed);
    check_text(got.letters);
    check_text(got.ascii);
    struct sv shown = script_undirected(arena, from.name), marked = script_marked(arena, from.name);
    check_text(shown);
    check_text(marked);
    CHECK(sv_eq(script_undirected(arena, shown), shown) &&
          sv_eq(shown, from.name) == sv_eq(marked, from.name));
    CHECK(utf8_valid(script_plain(arena, from.name)));
    arena_free(&arena);
    return 0;
}
