#include "arena.h"
#include "authres.h"
#include "utf8.h"

#define CHECK(x)                                                                                   \
    do {                                                                                           \
        if (!(x))                                                                                  \
            abort();                                                                               \
    } while (0)

static struct authres collect(struct arena *arena, struct sv block, struct sv servers)
{
    struct authres out;
    authres_collect(arena, block, servers, &out);
    CHECK(out.n <= AUTHRES_ITEMS_MAX);
    for (size_t i = 0; i < out.n; i++) {
        const struct authres_item *item = &out.items[i];
        CHECK(item->method < AUTHRES_METHOD_COUNT && item->result < AUTHRES_RESULT_COUNT);
        CHECK(item->domain.n <= AUTHRES_DOMAIN_MAX);
        CHECK(utf8_valid(item->domain) && !sv_has_control(item->domain));
    }
    return out;
}

static bool same(const struct authres *a, const struct authres *b)
{
    bool same = a->n == b->n;
    for (size_t i = 0; i < a->n && same; i++)
        same = a->items[i].method == b->items[i].method &&
               a->items[i].result == b->items[i].result &&
               sv_eq(a->items[i].domain, b->items[i].domain);
    return same;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char BORDER[] = "Received: from x by mx.univ.fr; date\r\n";
    static const char TRUE_FIELD[] =
        "Authentication-Results: mx.univ.fr; spf=fail; dkim=fail; dmarc=fail\r\n";
    struct sv input = {(const char *)data, size}, servers = SV("mx.univ.fr");
    struct arena *arena = arena_new((size_t)64 << 20);
    struct sb block;
    collect(arena, input, servers);
    struct authres nothing = collect(arena, input, SV(""));
    CHECK(nothing.n == 0);
    /* Whatever a sender writes below what the border wrote changes nothing of it. */
    sb_init(&block, arena, sizeof BORDER + sizeof TRUE_FIELD + size);
    sb_add(&block, sv_of(BORDER));
    sb_add(&block, sv_of(TRUE_FIELD));
    struct authres alone = collect(arena, sb_view(&block), servers);
    if (size == 0 || (data[0] != ' ' && data[0] != '\t')) { /* else it goes on with the field */
        sb_add(&block, input);
        struct authres both = collect(arena, sb_view(&block), servers);
        CHECK(same(&alone, &both));
    }
    arena_free(&arena);
    return 0;
}
