#include "clock.h"
#include "sqlite.h"

enum { SENDS_MAX = 100 };

/* Claims under a condition on the time; `unchanged` if no row met it. */
static enum status contend(struct store *store, enum query query, struct sv user,
                           const struct send_record *row, int64_t time, enum status unchanged)
{
    sqlite3_stmt *q = store_begin(store, query);
    store_bind_text(q, 1, user);
    store_bind_text(q, 2, row->message_id);
    sqlite3_bind_int(q, 3, row->state);
    sqlite3_bind_int64(q, 4, clock_wall());
    sqlite3_bind_int64(q, 5, time);
    store_bind_text(q, 6, sv_of(row->digest));
    return store_run_if(store, q, unchanged, "claiming a send");
}

static struct send_record claim_of(struct sv message_id, int state, struct sv digest)
{
    struct send_record row = {.message_id = message_id, .state = state};
    struct sb text;
    sb_fixed(&text, row.digest, sizeof row.digest);
    sb_add(&text, digest);
    return row;
}

enum status store_send_claim(struct store *store, struct sv user, struct sv message_id, int state,
                             struct sv digest, int64_t before)
{
    const struct send_record row = claim_of(message_id, state, digest);
    return contend(store, SEND_CLAIM, user, &row, before, STATUS_EXISTS);
}

enum status store_send_retake(struct store *store, struct sv user, struct sv message_id, int state,
                              struct sv digest, int64_t seen)
{
    const struct send_record row = claim_of(message_id, state, digest);
    return contend(store, SEND_RETAKE, user, &row, seen, STATUS_CHANGED);
}

enum status store_send_put(struct store *store, struct sv user, struct sv message_id, int state)
{
    sqlite3_stmt *q = store_begin(store, SEND_PUT);
    store_bind_text(q, 1, user);
    store_bind_text(q, 2, message_id);
    sqlite3_bind_int(q, 3, state);
    sqlite3_bind_int64(q, 4, clock_wall());
    return store_run(store, q, "keeping a send");
}

enum status store_send_get(struct store *store, struct sv user, struct sv message_id,
                           struct send_record *out)
{
    sqlite3_stmt *q = store_begin(store, SEND_GET);
    store_bind_text(q, 1, user);
    store_bind_text(q, 2, message_id);
    int code = sqlite3_step(q);
    enum status st = STATUS_OK;
    if (code == SQLITE_ROW) {
        const char *digest = (const char *)sqlite3_column_text(q, 2);
        *out = claim_of(message_id, sqlite3_column_int(q, 0), sv_of(digest ? digest : ""));
        out->changed = sqlite3_column_int64(q, 1);
    } else {
        st = code == SQLITE_DONE ? STATUS_NOT_FOUND : store_failed(store, "reading a send");
    }
    store_end(store, q);
    return st;
}

enum status store_send_delete(struct store *store, struct sv user, struct sv message_id)
{
    sqlite3_stmt *q = store_begin(store, SEND_DELETE);
    store_bind_text(q, 1, user);
    store_bind_text(q, 2, message_id);
    return store_run(store, q, "forgetting a send");
}

enum status store_send_list(struct store *store, struct sv user, struct arena *arena,
                            struct send_record **out, size_t *count)
{
    struct send_record *list = arena_array(arena, SENDS_MAX, sizeof *list);
    size_t n = 0;
    int code;
    sqlite3_stmt *q = store_begin(store, SEND_LIST);
    store_bind_text(q, 1, user);
    while ((code = sqlite3_step(q)) == SQLITE_ROW && n < SENDS_MAX) {
        list[n].message_id = store_column(q, 0, arena);
        list[n].state = sqlite3_column_int(q, 1);
        list[n++].changed = sqlite3_column_int64(q, 2);
    }
    enum status st = code == SQLITE_DONE || code == SQLITE_ROW
                         ? STATUS_OK
                         : store_failed(store, "listing sends");
    store_end(store, q);
    if (st == STATUS_OK) {
        *out = list;
        *count = n;
    }
    return st;
}

enum status store_send_sweep(struct store *store, int64_t before)
{
    sqlite3_stmt *q = store_begin(store, SEND_SWEEP);
    sqlite3_bind_int64(q, 1, before);
    return store_run(store, q, "sweeping sends");
}
