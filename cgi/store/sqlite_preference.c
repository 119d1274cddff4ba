#include "sqlite.h"

enum { PREFERENCES_MAX = 256 };

enum status store_preferences_get(struct store *store, struct sv user, struct arena *arena,
                                  struct preference **out, size_t *count)
{
    struct preference *list = arena_array(arena, PREFERENCES_MAX, sizeof *list);
    size_t n = 0;
    int code;
    sqlite3_stmt *q = store_begin(store, PREFERENCES_GET);
    store_bind_text(q, 1, user);
    while ((code = sqlite3_step(q)) == SQLITE_ROW && n < PREFERENCES_MAX) {
        list[n].name = store_column(q, 0, arena);
        list[n++].value = store_column(q, 1, arena);
    }
    enum status st = code == SQLITE_DONE || code == SQLITE_ROW
                         ? STATUS_OK
                         : store_failed(store, "reading preferences");
    store_end(store, q);
    if (st == STATUS_OK) {
        *out = list;
        *count = n;
    }
    return st;
}

enum status store_preferences_put(struct store *store, struct sv user,
                                  const struct preference *preferences, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (preferences[i].value.n > STORE_VALUE_MAX || preferences[i].name.n > 64)
            return STATUS_TOO_LARGE;
    enum status st = store_transaction_begin(store);
    if (st != STATUS_OK)
        return st;
    sqlite3_stmt *q = store->queries[PREFERENCE_PUT];
    for (size_t i = 0; st == STATUS_OK && i < count; i++) {
        store_bind_text(q, 1, user);
        store_bind_text(q, 2, preferences[i].name);
        store_bind_text(q, 3, preferences[i].value);
        st = store_step(store, q, "keeping preferences");
    }
    return store_transaction_end(store, st);
}
