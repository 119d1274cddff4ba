#include "clock.h"
#include "sqlite.h"

/* ---- what there is ---- */

enum status store_second_count(struct store *store, struct sv account,
                               struct store_second_counts *out)
{
    sqlite3_stmt *q = store_begin(store, SECOND_COUNT);
    store_bind_text(q, 1, account);
    enum status st = STATUS_OK;
    if (sqlite3_step(q) == SQLITE_ROW)
        *out = (struct store_second_counts){.totp = sqlite3_column_int(q, 0) != 0,
                                            .keys = (size_t)sqlite3_column_int64(q, 1),
                                            .codes = (size_t)sqlite3_column_int64(q, 2)};
    else
        st = store_failed(store, "counting second factors");
    store_end(store, q);
    return st;
}

enum status store_second_any(struct store *store, bool *out)
{
    sqlite3_stmt *q = store_begin(store, SECOND_ANY);
    enum status st = STATUS_OK;
    if (sqlite3_step(q) == SQLITE_ROW)
        *out = sqlite3_column_int(q, 0) != 0;
    else
        st = store_failed(store, "looking for second factors");
    store_end(store, q);
    return st;
}

/* ---- one-time codes ---- */

enum status store_second_put(struct store *store, struct sv account,
                             const struct store_second *second)
{
    sqlite3_stmt *q = store_begin(store, SECOND_PUT);
    store_bind_text(q, 1, account);
    store_bind_blob(q, 2, second->sealed.p, second->sealed.n);
    sqlite3_bind_int64(q, 3, second->step);
    return store_run(store, q, "keeping a second factor");
}

enum status store_second_get(struct store *store, struct sv account, struct arena *arena,
                             struct store_second *out)
{
    sqlite3_stmt *q = store_begin(store, SECOND_GET);
    store_bind_text(q, 1, account);
    int code = sqlite3_step(q);
    enum status st = STATUS_OK;
    if (code == SQLITE_ROW) {
        out->sealed = store_column(q, 0, arena);
        out->step = sqlite3_column_int64(q, 1);
    } else {
        st =
            code == SQLITE_DONE ? STATUS_NOT_FOUND : store_failed(store, "reading a second factor");
    }
    store_end(store, q);
    return st;
}

enum status store_second_step(struct store *store, struct sv account, int64_t step)
{
    sqlite3_stmt *q = store_begin(store, SECOND_STEP);
    store_bind_text(q, 1, account);
    sqlite3_bind_int64(q, 2, step);
    return store_run_if(store, q, STATUS_CHANGED, "using a second factor");
}

enum status store_second_delete(struct store *store, struct sv account)
{
    sqlite3_stmt *q = store_begin(store, SECOND_DELETE);
    store_bind_text(q, 1, account);
    enum status st = store_run(store, q, "forgetting a second factor");
    return st == STATUS_OK ? store_forget_journal(store) : st;
}

/* ---- in one transaction: queries[] without store_begin() ---- */

static sqlite3_stmt *within(struct store *store, enum query query, struct sv account)
{
    sqlite3_stmt *q = store->queries[query];
    store_bind_text(q, 1, account);
    return q;
}

/* ---- keys ---- */

static enum status room_for_key(struct store *store, struct sv account)
{
    sqlite3_stmt *q = within(store, SECOND_KEY_COUNT, account);
    int64_t n = sqlite3_step(q) == SQLITE_ROW ? sqlite3_column_int64(q, 0) : -1;
    store_reset(q);
    if (n < 0)
        return store_failed(store, "counting keys");
    return n < STORE_SECOND_KEYS_MAX ? STATUS_OK : STATUS_TOO_LARGE;
}

enum status store_second_key_add(struct store *store, struct sv account,
                                 const struct store_second_key *key)
{
    enum status st = store_transaction_begin(store);
    if (st != STATUS_OK)
        return st;
    sqlite3_stmt *q = within(store, SECOND_KEY_HAS, account);
    store_bind_blob(q, 2, key->hash, sizeof key->hash);
    bool there = sqlite3_step(q) == SQLITE_ROW;
    store_reset(q);
    st = there ? STATUS_EXISTS : room_for_key(store, account);
    if (st == STATUS_OK) {
        q = within(store, SECOND_KEY_ADD, account);
        store_bind_blob(q, 2, key->hash, sizeof key->hash);
        store_bind_blob(q, 3, key->sealed.p, key->sealed.n);
        sqlite3_bind_int64(q, 4, key->counter);
        st = store_step(store, q, "keeping a key");
    }
    return store_transaction_end(store, st);
}

enum status store_second_key_list(struct store *store, struct sv account, struct arena *arena,
                                  struct store_second_key **out, size_t *count)
{
    struct store_second_key *list = arena_array(arena, STORE_SECOND_KEYS_MAX, sizeof *list);
    size_t n = 0;
    int code;
    sqlite3_stmt *q = store_begin(store, SECOND_KEY_LIST);
    store_bind_text(q, 1, account);
    sqlite3_bind_int(q, 2, STORE_SECOND_KEYS_MAX);
    while ((code = sqlite3_step(q)) == SQLITE_ROW && n < STORE_SECOND_KEYS_MAX) {
        struct sv hash = store_column(q, 0, arena);
        if (hash.n != STORE_ID_SIZE)
            continue;
        memcpy(list[n].hash, hash.p, STORE_ID_SIZE);
        list[n].sealed = store_column(q, 1, arena);
        list[n].counter = (uint32_t)sqlite3_column_int64(q, 2);
        list[n++].used = sqlite3_column_int64(q, 3);
    }
    enum status st = code == SQLITE_DONE ? STATUS_OK : store_failed(store, "listing keys");
    store_end(store, q);
    if (st == STATUS_OK) {
        *out = list;
        *count = n;
    }
    return st;
}

static enum status key_there(struct store *store, struct sv account,
                             const uint8_t hash[STORE_ID_SIZE])
{
    sqlite3_stmt *q = store_begin(store, SECOND_KEY_HAS);
    store_bind_text(q, 1, account);
    store_bind_blob(q, 2, hash, STORE_ID_SIZE);
    int code = sqlite3_step(q);
    enum status st = code == SQLITE_ROW    ? STATUS_OK
                     : code == SQLITE_DONE ? STATUS_NOT_FOUND
                                           : store_failed(store, "looking for a key");
    store_end(store, q);
    return st;
}

enum status store_second_key_use(struct store *store, struct sv account,
                                 const uint8_t hash[STORE_ID_SIZE], uint32_t counter)
{
    sqlite3_stmt *q = store_begin(store, SECOND_KEY_USE);
    store_bind_text(q, 1, account);
    store_bind_blob(q, 2, hash, STORE_ID_SIZE);
    sqlite3_bind_int64(q, 3, counter);
    sqlite3_bind_int64(q, 4, clock_wall());
    enum status st = store_run_if(store, q, STATUS_CHANGED, "using a second factor");
    if (st == STATUS_CHANGED && key_there(store, account, hash) == STATUS_NOT_FOUND)
        return STATUS_NOT_FOUND;
    return st;
}

enum status store_second_key_delete(struct store *store, struct sv account,
                                    const uint8_t hash[STORE_ID_SIZE])
{
    sqlite3_stmt *q = store_begin(store, SECOND_KEY_DELETE);
    store_bind_text(q, 1, account);
    store_bind_blob(q, 2, hash, STORE_ID_SIZE);
    return store_run(store, q, "forgetting a key");
}

/* ---- recovery codes ---- */

enum status store_second_codes_put(struct store *store, struct sv account,
                                   const uint8_t (*macs)[STORE_ID_SIZE], size_t count)
{
    if (count > STORE_SECOND_CODES_MAX)
        return STATUS_TOO_LARGE;
    enum status st = store_transaction_begin(store);
    if (st != STATUS_OK)
        return st;
    st = store_step(store, within(store, SECOND_CODES_DELETE, account), "replacing codes");
    for (size_t i = 0; st == STATUS_OK && i < count; i++) {
        sqlite3_stmt *q = within(store, SECOND_CODE_ADD, account);
        store_bind_blob(q, 2, macs[i], STORE_ID_SIZE);
        st = store_step(store, q, "keeping a code");
    }
    return store_transaction_end(store, st);
}

enum status store_second_code_use(struct store *store, struct sv account,
                                  const uint8_t mac[STORE_ID_SIZE])
{
    sqlite3_stmt *q = store_begin(store, SECOND_CODE_USE);
    store_bind_text(q, 1, account);
    store_bind_blob(q, 2, mac, STORE_ID_SIZE);
    return store_run_if(store, q, STATUS_NOT_FOUND, "using a second factor");
}

/* ---- all of it ---- */

enum status store_second_forget(struct store *store, struct sv account)
{
    static const enum query all[] = {SECOND_DELETE, SECOND_KEYS_DELETE, SECOND_CODES_DELETE};
    enum status st = store_transaction_begin(store);
    if (st != STATUS_OK)
        return st;
    for (size_t i = 0; st == STATUS_OK && i < sizeof all / sizeof all[0]; i++)
        st = store_step(store, within(store, all[i], account), "forgetting a second factor");
    st = store_transaction_end(store, st);
    return st == STATUS_OK ? store_forget_journal(store) : st;
}
