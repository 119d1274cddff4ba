/* What a person types into the search field: every criteria tree is shallow, and none of its texts
 * could break a protocol line. */
#include <stdlib.h>

#include "query.h"
#include "utf8.h"

static unsigned keys;

static void check(const struct imap_criteria *c, unsigned depth)
{
    if (depth > QUERY_TERMS_MAX + 4 || ++keys > 10 * QUERY_TERMS_MAX)
        abort();
    if (sv_has_control(c->text) || !utf8_valid(c->text))
        abort();
    for (const struct imap_criteria *child = c->children; child; child = child->next)
        check(child, depth + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(1 << 20);
    struct query query;
    query_parse(arena, (struct sv){(const char *)data, size}, (struct imap_day){2026, 1, 1},
                &query);
    keys = 0;
    if (query.criteria)
        check(query.criteria, 0);
    arena_free(&arena);
    return 0;
}
