/* Bytes of a page and of what it loads, compressed as a web server would. */
#define ZLIB_CONST /* input is not written to */
#include <zlib.h>

#include "bench.h"

enum { ASSETS_MAX = 40 };

struct weight {
    uint64_t page, assets;
    unsigned requests;
};

static uint64_t compressed(struct sv text)
{
    z_stream z = {.next_in = (const Bytef *)text.p, .avail_in = (uInt)text.n};
    Bytef out[16 * 1024];
    if (deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        fail("zlib does not start");
    do {
        z.next_out = out;
        z.avail_out = sizeof(out);
    } while (deflate(&z, Z_FINISH) == Z_OK);
    uint64_t n = z.total_out;
    (void)deflateEnd(&z);
    return n;
}

/* Each distinct "/static/…" that the page names, up to a quote or a fragment. */
static size_t assets_find(struct arena *arena, struct sv page, struct sv *assets)
{
    size_t n = 0;
    for (size_t at; (at = sv_find(page, SV("\"/static/"))) != SIZE_MAX;) {
        page = sv_slice(page, at + 1, page.n);
        struct sv url = sv_slice(page, 0, sv_find_char(page, '"'));
        url = sv_slice(url, 0, sv_find_char(url, '#'));
        size_t i = 0;
        while (i < n && !sv_eq(assets[i], url))
            i++;
        if (i == n && n < ASSETS_MAX)
            assets[n++] = arena_sv(arena, url);
    }
    return n;
}

static struct weight weigh(struct web *web, struct sv target)
{
    struct arena *arena = arena_new(SIZE_MAX);
    struct sv assets[ASSETS_MAX];
    struct answer answer;
    web_get(web, target, &answer);
    struct weight weight = {.page = compressed(answer.body), .requests = 1};
    size_t n = assets_find(arena, answer.body, assets);
    for (size_t i = 0; i < n; i++) {
        web_get(web, assets[i], &answer);
        weight.assets += compressed(answer.body);
        weight.requests++;
    }
    arena_free(&arena);
    return weight;
}

static void tell(const char *name, struct weight w)
{
    printf("| %s | %.1f KB in %u requests | %.1f KB in 1 |\n", name,
           (double)(w.page + w.assets) / 1024, w.requests, (double)w.page / 1024);
}

void bench_weight(const struct settings *s)
{
    struct arena *arena = arena_new(SIZE_MAX);
    struct web web;
    struct answer answer;
    web_at(&web, s, true);
    printf("| page | first visit | again |\n|---|---|---|\n");
    tell("sign in", weigh(&web, SV("/login")));
    web_sign_in(&web, s->account.user, s->account.password, &answer);
    tell("inbox", weigh(&web, SV("/mail?folder=INBOX")));
    web_get(&web, SV("/mail?folder=INBOX"), &answer);
    struct sv message = page_attribute(arena, answer.body, "\"/message?", "href");
    if (message.n > 0)
        tell("message", weigh(&web, message));
    web_close(&web);
    arena_free(&arena);
}
