/* Searches that a user has given a name. Name and what was typed are sealed as one text, with a NUL
 * between them; the digest of the name finds the row. */
#include "sqlite.h"

enum { WORK_BUDGET = 64 * 1024 };
static const char NAME[] = "saved_search.name", TEXT[] = "saved_search.text";

/* How many there are, and whether one has this name. */
static enum status count_searches(struct store *store, struct sv user, struct sv digest, int *count,
                                  bool *taken)
{
    sqlite3_stmt *q = store_begin(store, SEARCH_COUNT);
    store_bind_text(q, 1, user);
    store_bind_text(q, 2, digest);
    bool row = sqlite3_step(q) == SQLITE_ROW;
    if (row) {
        *count = sqlite3_column_int(q, 0);
        *taken = sqlite3_column_int(q, 1) > 0;
    }
    enum status st = row ? STATUS_OK : store_failed(store, "counting searches");
    store_end(store, q);
    return st;
}

static enum status close_search(struct store *store, struct arena *arena, struct sv user,
                                struct sv name, struct sv typed, struct sv *sealed)
{
    struct sb both;
    sb_init(&both, arena, STORE_SEARCH_NAME_MAX + STORE_SEARCH_TEXT_MAX + 1);
    sb_add(&both, name);
    sb_add_char(&both, '\0');
    sb_add(&both, typed);
    return store_close_text(store, arena, TEXT, user, sb_view(&both), sealed);
}

static enum status open_search(struct store *store, struct arena *arena, struct sv user,
                               struct sv sealed, struct sv *name, struct sv *typed)
{
    struct sv both;
    enum status st = store_open_text(store, arena, TEXT, user, sealed, &both);
    if (st != STATUS_OK)
        return st;
    *name = sv_cut(&both, '\0');
    *typed = both;
    return STATUS_OK;
}

static enum status add(struct store *store, struct arena *arena, struct sv user,
                       const struct saved_search *search)
{
    int count = 0;
    bool taken = false;
    struct sv digest, sealed;
    enum status st = store_digest_text(store, arena, NAME, user, search->name, &digest);
    if (st == STATUS_OK)
        st = count_searches(store, user, digest, &count, &taken);
    if (st == STATUS_OK && !taken && count >= STORE_SEARCHES_MAX)
        st = STATUS_TOO_LARGE;
    if (st == STATUS_OK)
        st = close_search(store, arena, user, search->name, search->q, &sealed);
    if (st != STATUS_OK)
        return st;
    sqlite3_stmt *q = store_begin(store, SEARCH_ADD);
    store_bind_text(q, 1, user);
    store_bind_text(q, 2, digest);
    store_bind_blob(q, 3, sealed.p, sealed.n);
    store_bind_text(q, 4, search->scope);
    store_bind_text(q, 5, search->folder);
    return store_run_if(store, q, STATUS_EXISTS, "keeping a search");
}

enum status store_search_add(struct store *store, struct sv user, const struct saved_search *search)
{
    if (search->name.n > STORE_SEARCH_NAME_MAX || search->q.n > STORE_SEARCH_TEXT_MAX ||
        search->folder.n > STORE_SEARCH_FOLDER_MAX || search->scope.n > 64)
        return STATUS_TOO_LARGE;
    struct arena *arena = arena_new(WORK_BUDGET);
    enum status st = add(store, arena, user, search);
    arena_free(&arena);
    return st;
}

/* What is kept under a name. */
static enum status get(struct store *store, struct arena *arena, struct sv user, struct sv digest,
                       struct sv *typed)
{
    struct sv sealed = {"", 0}, name;
    sqlite3_stmt *q = store_begin(store, SEARCH_GET);
    store_bind_text(q, 1, user);
    store_bind_text(q, 2, digest);
    int code = sqlite3_step(q);
    enum status st = STATUS_OK;
    if (code == SQLITE_ROW)
        sealed = store_column(q, 0, arena);
    else
        st = code == SQLITE_DONE ? STATUS_NOT_FOUND : store_failed(store, "reading a search");
    store_end(store, q);
    if (st == STATUS_OK)
        st = open_search(store, arena, user, sealed, &name, typed);
    return st == STATUS_DENIED ? STATUS_NOT_FOUND : st;
}

static enum status rename_search(struct store *store, struct arena *arena, struct sv user,
                                 struct sv name, struct sv to)
{
    struct sv from_digest, to_digest, typed, sealed;
    enum status st = store_digest_text(store, arena, NAME, user, name, &from_digest);
    if (st == STATUS_OK)
        st = store_digest_text(store, arena, NAME, user, to, &to_digest);
    if (st == STATUS_OK)
        st = get(store, arena, user, from_digest, &typed);
    if (st != STATUS_OK || sv_eq(name, to))
        return st;
    st = close_search(store, arena, user, to, typed, &sealed);
    if (st != STATUS_OK)
        return st;
    sqlite3_stmt *q = store_begin(store, SEARCH_RENAME);
    store_bind_text(q, 1, user);
    store_bind_text(q, 2, from_digest);
    store_bind_text(q, 3, to_digest);
    store_bind_blob(q, 4, sealed.p, sealed.n);
    return store_run_if(store, q, STATUS_EXISTS, "renaming a search");
}

enum status store_search_rename(struct store *store, struct sv user, struct sv name, struct sv to)
{
    if (to.n > STORE_SEARCH_NAME_MAX)
        return STATUS_TOO_LARGE;
    struct arena *arena = arena_new(WORK_BUDGET);
    enum status st = rename_search(store, arena, user, name, to);
    arena_free(&arena);
    return st;
}

enum status store_search_delete(struct store *store, struct sv user, struct sv name)
{
    struct arena *arena = arena_new(WORK_BUDGET);
    struct sv digest;
    enum status st = store_digest_text(store, arena, NAME, user, name, &digest);
    if (st == STATUS_OK) {
        sqlite3_stmt *q = store_begin(store, SEARCH_DELETE);
        store_bind_text(q, 1, user);
        store_bind_text(q, 2, digest);
        st = store_run(store, q, "forgetting a search");
    }
    arena_free(&arena);
    return st;
}

static int by_name(const void *a, const void *b)
{
    const struct saved_search *left = a, *right = b;
    return sv_compare(left->name, right->name);
}

enum status store_search_list(struct store *store, struct sv user, struct arena *arena,
                              struct saved_search **out, size_t *count)
{
    struct saved_search *list = arena_array(arena, STORE_SEARCHES_MAX, sizeof *list);
    size_t rows = 0, n = 0;
    int code;
    sqlite3_stmt *q = store_begin(store, SEARCH_LIST);
    store_bind_text(q, 1, user);
    while ((code = sqlite3_step(q)) == SQLITE_ROW && rows < STORE_SEARCHES_MAX) {
        list[rows].q = store_column(q, 0, arena); /* sealed until all are read */
        list[rows].scope = store_column(q, 1, arena);
        list[rows++].folder = store_column(q, 2, arena);
    }
    enum status st = code == SQLITE_DONE || code == SQLITE_ROW
                         ? STATUS_OK
                         : store_failed(store, "listing searches");
    store_end(store, q);
    for (size_t i = 0; st == STATUS_OK && i < rows; i++) {
        struct saved_search one = list[i];
        if (open_search(store, arena, user, list[i].q, &one.name, &one.q) == STATUS_OK)
            list[n++] = one;
    }
    if (st == STATUS_OK) {
        qsort(list, n, sizeof *list, by_name);
        *out = list;
        *count = n;
    }
    return st;
}
