/* Senders whose remote images a user wants to see always. */
#include "clock.h"
#include "sqlite.h"

enum { WORK_BUDGET = 64 * 1024 };
static const char COLUMN[] = "remote_sender.address";

/* Runs what is bound to user and digest. */
static enum status run_with(struct store *store, enum query query, struct sv user, struct sv digest,
                            const char *what)
{
    sqlite3_stmt *q = store_begin(store, query);
    store_bind_text(q, 1, user);
    store_bind_text(q, 2, digest);
    return store_run(store, q, what);
}

static enum status put(struct store *store, struct sv user, struct sv digest, struct sv sealed)
{
    sqlite3_stmt *q = store_begin(store, REMOTE_SENDER_PUT);
    store_bind_text(q, 1, user);
    store_bind_text(q, 2, digest);
    store_bind_blob(q, 3, sealed.p, sealed.n);
    sqlite3_bind_int64(q, 4, clock_wall());
    enum status st = store_run(store, q, "keeping a sender");
    if (st != STATUS_OK)
        return st;
    q = store_begin(store, REMOTE_SENDER_TRIM);
    store_bind_text(q, 1, user);
    sqlite3_bind_int(q, 2, STORE_REMOTE_SENDERS_MAX);
    return store_run(store, q, "keeping the newest senders");
}

enum status store_remote_sender_put(struct store *store, struct sv user, struct sv address)
{
    if (address.n == 0 || address.n > STORE_ADDRESS_MAX)
        return STATUS_TOO_LARGE;
    struct arena *arena = arena_new(WORK_BUDGET);
    struct sv digest, sealed;
    enum status st = store_digest_text(store, arena, COLUMN, user, address, &digest);
    if (st == STATUS_OK)
        st = store_close_text(store, arena, COLUMN, user, address, &sealed);
    if (st == STATUS_OK)
        st = put(store, user, digest, sealed);
    arena_free(&arena);
    return st;
}

enum status store_remote_sender_find(struct store *store, struct sv user, struct sv address)
{
    struct arena *arena = arena_new(WORK_BUDGET);
    struct sv digest;
    enum status st = store_digest_text(store, arena, COLUMN, user, address, &digest);
    if (st == STATUS_OK) {
        sqlite3_stmt *q = store_begin(store, REMOTE_SENDER_HAS);
        store_bind_text(q, 1, user);
        store_bind_text(q, 2, digest);
        int code = sqlite3_step(q);
        st = code == SQLITE_ROW    ? STATUS_OK
             : code == SQLITE_DONE ? STATUS_NOT_FOUND
                                   : store_failed(store, "finding a sender");
        store_end(store, q);
    }
    arena_free(&arena);
    return st;
}

enum status store_remote_sender_delete(struct store *store, struct sv user, struct sv address)
{
    struct arena *arena = arena_new(WORK_BUDGET);
    struct sv digest;
    enum status st = store_digest_text(store, arena, COLUMN, user, address, &digest);
    if (st == STATUS_OK)
        st = run_with(store, REMOTE_SENDER_DELETE, user, digest, "forgetting a sender");
    arena_free(&arena);
    return st;
}

static int by_bytes(const void *a, const void *b)
{
    return sv_compare(*(const struct sv *)a, *(const struct sv *)b);
}

enum status store_remote_sender_list(struct store *store, struct sv user, struct arena *arena,
                                     struct sv **out, size_t *count)
{
    struct sv *list = arena_array(arena, STORE_REMOTE_SENDERS_MAX, sizeof *list);
    size_t rows = 0, n = 0;
    int code;
    sqlite3_stmt *q = store_begin(store, REMOTE_SENDER_LIST);
    store_bind_text(q, 1, user);
    while ((code = sqlite3_step(q)) == SQLITE_ROW && rows < STORE_REMOTE_SENDERS_MAX)
        list[rows++] = store_column(q, 0, arena);
    enum status st = code == SQLITE_DONE || code == SQLITE_ROW
                         ? STATUS_OK
                         : store_failed(store, "listing senders");
    store_end(store, q);
    for (size_t i = 0; st == STATUS_OK && i < rows; i++)
        if (store_open_text(store, arena, COLUMN, user, list[i], &list[n]) == STATUS_OK)
            n++;
    if (st == STATUS_OK) {
        qsort(list, n, sizeof *list, by_bytes);
        *out = list;
        *count = n;
    }
    return st;
}
