/* Texts are sealed before they are bound to a statement, and opened when it is over: never under
 * the lock. */
#include "log.h"
#include "sqlite.h"

enum { PLACE_MAX = 512 };

void store_use_seal(struct store *store, const struct store_seal *seal)
{
    store->seal = *seal;
}

static struct sv place_of(struct arena *arena, const char *column, struct sv row)
{
    struct sb out;
    sb_init(&out, arena, PLACE_MAX);
    sb_add_cstr(&out, column);
    sb_add_char(&out, ' ');
    sb_add(&out, row);
    return sb_view(&out);
}

static enum status without_seal(void)
{
    log_event(LOG_LEVEL_ERROR, "store-failure", "code=%s cause=\"no seal to keep texts under\"",
              diagnosis_code(CAUSE_STORE));
    return STATUS_IO;
}

enum status store_close_text(struct store *store, struct arena *arena, const char *column,
                             struct sv row, struct sv text, struct sv *out)
{
    if (text.n == 0) {
        *out = SV("");
        return STATUS_OK;
    }
    if (!store->seal.close)
        return without_seal();
    return store->seal.close(store->seal.context, place_of(arena, column, row), text, arena, out);
}

enum status store_open_text(struct store *store, struct arena *arena, const char *column,
                            struct sv row, struct sv sealed, struct sv *out)
{
    if (sealed.n == 0) {
        *out = SV("");
        return STATUS_OK;
    }
    if (!store->seal.open)
        return without_seal();
    return store->seal.open(store->seal.context, place_of(arena, column, row), sealed, arena, out);
}

enum status store_digest_text(struct store *store, struct arena *arena, const char *column,
                              struct sv row, struct sv text, struct sv *out)
{
    char *digest = arena_alloc(arena, STORE_DIGEST_MAX + 1);
    if (!store->seal.digest)
        return without_seal();
    store->seal.digest(store->seal.context, place_of(arena, column, row), text, digest);
    *out = sv_of(digest);
    return STATUS_OK;
}
