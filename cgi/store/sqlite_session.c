#include "sqlite.h"

enum status store_session_put(struct store *store, const struct session_record *record)
{
    if (record->user.n > STORE_USER_MAX || record->sealed.n > STORE_SEALED_MAX)
        return STATUS_TOO_LARGE;
    sqlite3_stmt *q = store_begin(store, SESSION_PUT);
    store_bind_blob(q, 1, record->id, STORE_ID_SIZE);
    store_bind_text(q, 2, record->user);
    sqlite3_bind_int(q, 3, (int)record->kind);
    sqlite3_bind_int64(q, 4, record->created);
    sqlite3_bind_int64(q, 5, record->used);
    store_bind_text(q, 6, record->address);
    store_bind_text(q, 7, record->agent);
    store_bind_blob(q, 8, record->sealed.p, record->sealed.n);
    return store_run(store, q, "keeping a session");
}

enum status store_session_get(struct store *store, const uint8_t id[STORE_ID_SIZE],
                              struct arena *arena, struct session_record *out)
{
    sqlite3_stmt *q = store_begin(store, SESSION_GET);
    store_bind_blob(q, 1, id, STORE_ID_SIZE);
    int code = sqlite3_step(q);
    enum status st = STATUS_OK;
    if (code == SQLITE_ROW) {
        *out = (struct session_record){
            .user = store_column(q, 0, arena),
            .kind = sqlite3_column_int(q, 1) == SESSION_FULL ? SESSION_FULL : SESSION_PUBLIC,
            .created = sqlite3_column_int64(q, 2),
            .used = sqlite3_column_int64(q, 3),
            .address = store_column(q, 4, arena),
            .agent = store_column(q, 5, arena),
            .sealed = store_column(q, 6, arena),
        };
        memcpy(out->id, id, STORE_ID_SIZE);
    } else {
        st = code == SQLITE_DONE ? STATUS_NOT_FOUND : store_failed(store, "reading a session");
    }
    store_end(store, q);
    return st;
}

enum status store_session_touch(struct store *store, const uint8_t id[STORE_ID_SIZE], int64_t used)
{
    sqlite3_stmt *q = store_begin(store, SESSION_TOUCH);
    store_bind_blob(q, 1, id, STORE_ID_SIZE);
    sqlite3_bind_int64(q, 2, used);
    return store_run(store, q, "marking a session as used");
}

enum status store_session_delete(struct store *store, const uint8_t id[STORE_ID_SIZE])
{
    sqlite3_stmt *q = store_begin(store, SESSION_DELETE);
    store_bind_blob(q, 1, id, STORE_ID_SIZE);
    enum status st = store_run(store, q, "ending a session");
    return st == STATUS_OK ? store_forget_journal(store) : st;
}

enum status store_session_sweep(struct store *store, enum session_kind kind, int64_t created_before,
                                int64_t used_before)
{
    sqlite3_stmt *q = store_begin(store, SESSION_SWEEP);
    sqlite3_bind_int(q, 1, (int)kind);
    sqlite3_bind_int64(q, 2, created_before);
    sqlite3_bind_int64(q, 3, used_before);
    bool ok = sqlite3_step(q) == SQLITE_DONE;
    bool wiped = ok && sqlite3_changes(store->db) > 0;
    enum status st = ok ? STATUS_OK : store_failed(store, "sweeping sessions");
    store_end(store, q);
    return wiped ? store_forget_journal(store) : st;
}

enum status store_session_list(struct store *store, struct sv account, struct sv domain,
                               struct arena *arena, struct session_record **out, size_t *count)
{
    struct session_record *list = arena_array(arena, STORE_SESSIONS_MAX, sizeof *list);
    size_t n = 0;
    int code;
    sqlite3_stmt *q = store_begin(store, SESSION_LIST);
    store_bind_text(q, 1, account);
    sqlite3_bind_int(q, 2, STORE_SESSIONS_MAX);
    store_bind_text(q, 3, domain);
    while ((code = sqlite3_step(q)) == SQLITE_ROW && n < STORE_SESSIONS_MAX) {
        struct sv id = store_column(q, 0, arena);
        if (id.n != STORE_ID_SIZE)
            continue;
        struct session_record *record = &list[n++];
        memcpy(record->id, id.p, STORE_ID_SIZE);
        record->user = store_column(q, 6, arena);
        record->kind = sqlite3_column_int(q, 1) == SESSION_FULL ? SESSION_FULL : SESSION_PUBLIC;
        record->created = sqlite3_column_int64(q, 2);
        record->used = sqlite3_column_int64(q, 3);
        record->address = store_column(q, 4, arena);
        record->agent = store_column(q, 5, arena);
    }
    enum status st = code == SQLITE_DONE || code == SQLITE_ROW
                         ? STATUS_OK
                         : store_failed(store, "listing sessions");
    store_end(store, q);
    if (st == STATUS_OK) {
        *out = list;
        *count = n;
    }
    return st;
}
