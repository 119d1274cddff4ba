#include "address.h"
#include "arena.h"
#include "unsubscribe.h"
#include "utf8.h"

#define CHECK(x)                                                                                   \
    do {                                                                                           \
        if (!(x))                                                                                  \
            abort();                                                                               \
    } while (0)

/* What is found may stand in a link, in a form and in a recipient's place. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new((size_t)64 << 20);
    struct unsubscribe got;
    struct sb block;
    sb_init(&block, arena, size + 100);
    sb_add(&block, SV("List-Unsubscribe-Post: List-Unsubscribe=One-Click\nList-Unsubscribe: "));
    sb_add(&block, (struct sv){(const char *)data, size});
    unsubscribe_read(arena, sb_view(&block), &got);
    CHECK(got.url.n <= UNSUBSCRIBE_URL_MAX && (got.url.n == 0) == (got.host.n == 0));
    CHECK(got.url.n == 0 || sv_starts_nocase(got.url, SV("http")));
    for (size_t i = 0; i < got.url.n; i++)
        CHECK(got.url.p[i] > ' ' && got.url.p[i] < 0x7f && got.url.p[i] != '"');
    CHECK(sv_find_char(got.host, '@') == SIZE_MAX);
    CHECK(!got.one_click || sv_starts_nocase(got.url, SV("https://")));
    struct addresses to = address_list_parse(arena, got.to);
    CHECK(got.to.n == 0 || (to.n == 1 && address_check(to.items[0]) == ADDRESS_FAULT_NONE));
    CHECK(utf8_valid(got.subject) && !sv_has_control(got.subject));
    CHECK(utf8_valid(got.text) && sv_find_char(got.text, '\0') == SIZE_MAX);
    arena_free(&arena);
    return 0;
}
