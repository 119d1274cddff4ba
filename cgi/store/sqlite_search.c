/* Searches that a user has given a name. */
#include "sqlite.h"

/* How many there are, and whether one has this name. */
static enum status count_searches(struct store *store, struct sv user, struct sv name, int *count,
                                  bool *taken)
{
    sqlite3_stmt *q = store_begin(store, SEARCH_COUNT);
    store_bind_text(q, 1, user);
    store_bind_text(q, 2, name);
    bool row = sqlite3_step(q) == SQLITE_ROW;
    if (row) {
        *count = sqlite3_column_int(q, 0);
        *taken = sqlite3_column_int(q, 1) > 0;
    }
    enum status st = row ? STATUS_OK : store_failed(store, "counting searches");
    store_end(store, q);
    return st;
}

/* Runs a change that keeps to names that are free. */
static enum status run_change(struct store *store, sqlite3_stmt *q, enum status unchanged,
                              const char *what)
{
    enum status st = sqlite3_step(q) == SQLITE_DONE ? STATUS_OK : store_failed(store, what);
    if (st == STATUS_OK && sqlite3_changes(store->db) == 0)
        st = unchanged;
    store_end(store, q);
    return st;
}

enum status store_search_add(struct store *store, struct sv user, const struct saved_search *search)
{
    int count = 0;
    bool taken = false;
    if (search->name.n > STORE_SEARCH_NAME_MAX || search->q.n > STORE_SEARCH_TEXT_MAX ||
        search->folder.n > STORE_SEARCH_FOLDER_MAX || search->scope.n > 64)
        return STATUS_TOO_LARGE;
    enum status st = count_searches(store, user, search->name, &count, &taken);
    if (st == STATUS_OK && !taken && count >= STORE_SEARCHES_MAX)
        st = STATUS_TOO_LARGE;
    if (st != STATUS_OK)
        return st;
    sqlite3_stmt *q = store_begin(store, SEARCH_ADD);
    store_bind_text(q, 1, user);
    store_bind_text(q, 2, search->name);
    store_bind_text(q, 3, search->q);
    store_bind_text(q, 4, search->scope);
    store_bind_text(q, 5, search->folder);
    return run_change(store, q, STATUS_EXISTS, "keeping a search");
}

enum status store_search_rename(struct store *store, struct sv user, struct sv name, struct sv to)
{
    int count = 0;
    bool known = false;
    if (to.n > STORE_SEARCH_NAME_MAX)
        return STATUS_TOO_LARGE;
    enum status st = count_searches(store, user, name, &count, &known);
    if (st == STATUS_OK && !known)
        st = STATUS_NOT_FOUND;
    if (st != STATUS_OK || sv_eq(name, to))
        return st;
    sqlite3_stmt *q = store_begin(store, SEARCH_RENAME);
    store_bind_text(q, 1, user);
    store_bind_text(q, 2, name);
    store_bind_text(q, 3, to);
    return run_change(store, q, STATUS_EXISTS, "renaming a search");
}

enum status store_search_delete(struct store *store, struct sv user, struct sv name)
{
    sqlite3_stmt *q = store_begin(store, SEARCH_DELETE);
    store_bind_text(q, 1, user);
    store_bind_text(q, 2, name);
    return store_run(store, q, "forgetting a search");
}

enum status store_search_list(struct store *store, struct sv user, struct arena *arena,
                              struct saved_search **out, size_t *count)
{
    struct saved_search *list = arena_array(arena, STORE_SEARCHES_MAX, sizeof *list);
    size_t n = 0;
    int code;
    sqlite3_stmt *q = store_begin(store, SEARCH_LIST);
    store_bind_text(q, 1, user);
    while ((code = sqlite3_step(q)) == SQLITE_ROW && n < STORE_SEARCHES_MAX) {
        list[n].name = store_column(q, 0, arena);
        list[n].q = store_column(q, 1, arena);
        list[n].scope = store_column(q, 2, arena);
        list[n++].folder = store_column(q, 3, arena);
    }
    enum status st = code == SQLITE_DONE || code == SQLITE_ROW
                         ? STATUS_OK
                         : store_failed(store, "listing searches");
    store_end(store, q);
    if (st == STATUS_OK) {
        *out = list;
        *count = n;
    }
    return st;
}
