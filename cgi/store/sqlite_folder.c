/* What a user has chosen for folders and tags. */
#include "clock.h"
#include "sqlite.h"

/* ---- several statements at once ---- */

/* Whether the user has room for this one. */
static enum status room_for(struct store *store, enum query query, struct sv user, struct sv name,
                            int most)
{
    sqlite3_stmt *q = store->queries[query];
    store_bind_text(q, 1, user);
    store_bind_text(q, 2, name);
    enum status st = sqlite3_step(q) != SQLITE_ROW     ? store_failed(store, "counting rows")
                     : sqlite3_column_int(q, 0) < most ? STATUS_OK
                                                       : STATUS_TOO_LARGE;
    store_reset(q);
    return st;
}

static enum status run_named(struct store *store, enum query query, struct sv user, struct sv name,
                             int64_t number, const char *what)
{
    sqlite3_stmt *q = store->queries[query];
    store_bind_text(q, 1, user);
    store_bind_text(q, 2, name);
    if (sqlite3_bind_parameter_count(q) > 2)
        sqlite3_bind_int64(q, 3, number);
    return store_step(store, q, what);
}

static enum status tidy(struct store *store, struct sv user)
{
    sqlite3_stmt *q = store->queries[FOLDER_TIDY];
    store_bind_text(q, 1, user);
    return store_step(store, q, "forgetting folders");
}

/* ---- folders ---- */

enum status store_folder_list(struct store *store, struct sv user, struct arena *arena,
                              struct store_folder **out, size_t *count)
{
    size_t n = 0, room = 0;
    struct store_folder *list = NULL;
    int code;
    sqlite3_stmt *q = store_begin(store, FOLDER_LIST);
    store_bind_text(q, 1, user);
    while ((code = sqlite3_step(q)) == SQLITE_ROW && n < STORE_FOLDERS_MAX) {
        if (n == room) {
            struct store_folder *more =
                arena_array(arena, room = room ? 2 * room : 16, sizeof *list);
            if (n > 0)
                memcpy(more, list, n * sizeof *list);
            list = more;
        }
        list[n++] = (struct store_folder){.name = store_column(q, 0, arena),
                                          .colour = sqlite3_column_int(q, 1),
                                          .use = sqlite3_column_int(q, 2),
                                          .target = sqlite3_column_int64(q, 3)};
    }
    enum status st = code == SQLITE_DONE || code == SQLITE_ROW
                         ? STATUS_OK
                         : store_failed(store, "listing folders");
    store_end(store, q);
    if (st == STATUS_OK) {
        *out = list;
        *count = n;
    }
    return st;
}

static enum status put(struct store *store, struct sv user, struct sv name, enum query query,
                       int64_t value)
{
    if (name.n == 0 || name.n > STORE_FOLDER_NAME_MAX)
        return STATUS_TOO_LARGE;
    enum status st = store_transaction_begin(store);
    if (st != STATUS_OK)
        return st;
    st = room_for(store, FOLDER_COUNT, user, name, STORE_FOLDERS_MAX);
    if (st == STATUS_OK)
        st = run_named(store, query, user, name, value, "keeping a folder");
    if (st == STATUS_OK && query == FOLDER_USE_PUT && value != 0)
        st = run_named(store, FOLDER_USE_TAKE, user, name, value, "moving a use");
    if (st == STATUS_OK && query == FOLDER_TARGET_PUT) {
        sqlite3_stmt *q = store->queries[FOLDER_TARGET_TRIM];
        store_bind_text(q, 1, user);
        sqlite3_bind_int(q, 2, STORE_TARGETS_MAX);
        st = store_step(store, q, "keeping the newest targets");
    }
    if (st == STATUS_OK)
        st = tidy(store, user);
    return store_transaction_end(store, st);
}

enum status store_folder_colour_put(struct store *store, struct sv user, struct sv name, int colour)
{
    return put(store, user, name, FOLDER_COLOUR_PUT, colour);
}

enum status store_folder_use_put(struct store *store, struct sv user, struct sv name, int use)
{
    return put(store, user, name, FOLDER_USE_PUT, use);
}

enum status store_folder_target_put(struct store *store, struct sv user, struct sv name)
{
    return put(store, user, name, FOLDER_TARGET_PUT, clock_wall());
}

/* Searches that are kept go along: they name the folder too. */
enum status store_folder_renamed(struct store *store, struct sv user, struct sv from, struct sv to,
                                 char delimiter)
{
    static const enum query QUERIES[] = {FOLDER_RENAME, SEARCH_FOLDER_RENAME};
    enum status st = store_transaction_begin(store);
    if (st != STATUS_OK)
        return st;
    for (size_t i = 0; st == STATUS_OK && i < sizeof QUERIES / sizeof QUERIES[0]; i++) {
        sqlite3_stmt *q = store->queries[QUERIES[i]];
        store_bind_text(q, 1, user);
        store_bind_text(q, 2, from);
        store_bind_text(q, 3, to);
        store_bind_text(q, 4, (struct sv){&delimiter, delimiter ? 1 : 0});
        st = store_step(store, q, "renaming a folder");
    }
    return store_transaction_end(store, st);
}

enum status store_folder_delete(struct store *store, struct sv user, struct sv name)
{
    sqlite3_stmt *q = store_begin(store, FOLDER_DELETE);
    store_bind_text(q, 1, user);
    store_bind_text(q, 2, name);
    return store_run(store, q, "forgetting a folder");
}

/* ---- tags ---- */

enum status store_tag_list(struct store *store, struct sv user, struct arena *arena,
                           struct store_tag **out, size_t *count)
{
    struct store_tag *list = arena_array(arena, STORE_TAGS_MAX, sizeof *list);
    size_t n = 0;
    int code;
    sqlite3_stmt *q = store_begin(store, TAG_LIST);
    store_bind_text(q, 1, user);
    while ((code = sqlite3_step(q)) == SQLITE_ROW && n < STORE_TAGS_MAX)
        list[n++] = (struct store_tag){.keyword = store_column(q, 0, arena),
                                       .name = store_column(q, 1, arena),
                                       .colour = sqlite3_column_int(q, 2)};
    enum status st =
        code == SQLITE_DONE || code == SQLITE_ROW ? STATUS_OK : store_failed(store, "listing tags");
    store_end(store, q);
    if (st == STATUS_OK) {
        *out = list;
        *count = n;
    }
    return st;
}

enum status store_tag_put(struct store *store, struct sv user, const struct store_tag *tag)
{
    if (tag->keyword.n == 0 || tag->keyword.n > STORE_TAG_MAX || tag->name.n > STORE_TAG_MAX)
        return STATUS_TOO_LARGE;
    enum status st = store_transaction_begin(store);
    if (st != STATUS_OK)
        return st;
    st = room_for(store, TAG_COUNT, user, tag->keyword, STORE_TAGS_MAX);
    if (st == STATUS_OK) {
        sqlite3_stmt *q = store->queries[TAG_PUT];
        store_bind_text(q, 1, user);
        store_bind_text(q, 2, tag->keyword);
        store_bind_text(q, 3, tag->name);
        sqlite3_bind_int(q, 4, tag->colour);
        sqlite3_bind_int64(q, 5, clock_wall());
        st = store_step(store, q, "keeping a tag");
    }
    return store_transaction_end(store, st);
}

enum status store_tag_delete(struct store *store, struct sv user, struct sv keyword)
{
    sqlite3_stmt *q = store_begin(store, TAG_DELETE);
    store_bind_text(q, 1, user);
    store_bind_text(q, 2, keyword);
    return store_run(store, q, "forgetting a tag");
}
