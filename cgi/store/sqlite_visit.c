/* Visits, what was done in them, and places that are known. */
#include "sqlite.h"

/* The first two columns of the one row. */
static enum status two_numbers(struct store *store, sqlite3_stmt *q, const char *what,
                               int64_t number[2])
{
    bool row = sqlite3_step(q) == SQLITE_ROW;
    for (int i = 0; row && i < 2; i++)
        number[i] = sqlite3_column_int64(q, i);
    enum status st = row ? STATUS_OK : store_failed(store, what);
    store_reset(q);
    return st;
}

/* Whose visit is gone, is gone with it. */
static enum status drop_lines(struct store *store)
{
    return store_step(store, store->queries[VISIT_LINES_SWEEP], "forgetting lines of visits");
}

static enum status put(struct store *store, const struct visit_record *visit)
{
    static const char what[] = "keeping a visit";
    sqlite3_stmt *q = store->queries[VISIT_PUT];
    store_bind_blob(q, 1, visit->id, STORE_VISIT_ID_SIZE);
    store_bind_text(q, 2, visit->user);
    sqlite3_bind_int(q, 3, (int)visit->kind);
    store_bind_blob(q, 4, visit->place, STORE_PLACE_SIZE);
    sqlite3_bind_int64(q, 5, visit->began);
    store_bind_blob(q, 6, visit->head.p, visit->head.n);
    enum status st = store_step_if(store, q, STATUS_EXISTS, what);
    if (st != STATUS_OK)
        return st;
    q = store->queries[VISIT_TRIM];
    store_bind_text(q, 1, visit->user);
    sqlite3_bind_int(q, 2, STORE_VISITS_MAX);
    st = store_step(store, q, what);
    return st == STATUS_OK && sqlite3_changes(store->db) > 0 ? drop_lines(store) : st;
}

enum status store_visit_put(struct store *store, const struct visit_record *visit)
{
    if (visit->user.n > STORE_USER_MAX || visit->head.n > STORE_SEALED_MAX)
        return STATUS_TOO_LARGE;
    enum status st = store_transaction_begin(store);
    return st == STATUS_OK ? store_transaction_end(store, put(store, visit)) : st;
}

enum status store_visit_end(struct store *store, const uint8_t id[STORE_VISIT_ID_SIZE],
                            int64_t ended, int how)
{
    sqlite3_stmt *q = store_begin(store, VISIT_END);
    store_bind_blob(q, 1, id, STORE_VISIT_ID_SIZE);
    sqlite3_bind_int64(q, 2, ended);
    sqlite3_bind_int(q, 3, how);
    return store_run(store, q, "ending a visit");
}

static enum status put_line(struct store *store, const uint8_t id[STORE_VISIT_ID_SIZE],
                            const uint8_t once[STORE_VISIT_ID_SIZE], const struct visit_line *line)
{
    static const char what[] = "keeping a line of a visit";
    int64_t lines[2] = {0};
    sqlite3_stmt *q = store->queries[VISIT_LINE_COUNT];
    store_bind_blob(q, 1, id, STORE_VISIT_ID_SIZE);
    enum status st = two_numbers(store, q, what, lines);
    if (st == STATUS_OK && lines[0] < STORE_VISIT_LINES_MAX) {
        q = store->queries[VISIT_LINE_PUT];
        store_bind_blob(q, 1, id, STORE_VISIT_ID_SIZE);
        sqlite3_bind_int64(q, 2, lines[0]);
        store_bind_blob(q, 3, once, STORE_VISIT_ID_SIZE);
        sqlite3_bind_int(q, 4, line->kind);
        sqlite3_bind_int64(q, 5, line->at);
        store_bind_blob(q, 6, line->text.p, line->text.n);
        st = store_step(store, q, what);
        if (st == STATUS_OK && sqlite3_changes(store->db) == 0)
            return STATUS_OK; /* it is there already */
    }
    if (st != STATUS_OK)
        return st;
    q = store->queries[VISIT_ADD];
    store_bind_blob(q, 1, id, STORE_VISIT_ID_SIZE);
    sqlite3_bind_int(q, 2, line->kind);
    return store_step(store, q, what);
}

enum status store_visit_line_put(struct store *store, const uint8_t id[STORE_VISIT_ID_SIZE],
                                 const uint8_t once[STORE_VISIT_ID_SIZE],
                                 const struct visit_line *line)
{
    if (line->text.n > STORE_SEALED_MAX)
        return STATUS_TOO_LARGE;
    enum status st = store_transaction_begin(store);
    return st == STATUS_OK ? store_transaction_end(store, put_line(store, id, once, line)) : st;
}

static struct visit_record read_visit(sqlite3_stmt *q, struct sv user, struct arena *arena)
{
    struct visit_record visit = {
        .user = user,
        .kind = sqlite3_column_int(q, 1) == SESSION_FULL ? SESSION_FULL : SESSION_PUBLIC,
        .began = sqlite3_column_int64(q, 3),
        .ended = sqlite3_column_int64(q, 4),
        .how = sqlite3_column_int(q, 5),
        .told = sqlite3_column_int(q, 6),
        .head = store_column(q, 10, arena),
    };
    struct sv id = store_column(q, 0, arena), place = store_column(q, 2, arena);
    memcpy(visit.id, id.p, id.n < sizeof visit.id ? id.n : sizeof visit.id);
    memcpy(visit.place, place.p, place.n < sizeof visit.place ? place.n : sizeof visit.place);
    for (int i = 0; i < STORE_VISIT_KINDS; i++)
        visit.done[i] = (uint64_t)sqlite3_column_int64(q, 7 + i);
    return visit;
}

enum status store_visit_list(struct store *store, struct sv user, int below, struct arena *arena,
                             struct visit_record **out, size_t *count)
{
    struct visit_record *list = NULL;
    size_t n = 0;
    int code;
    sqlite3_stmt *q = store_begin(store, VISIT_LIST);
    store_bind_text(q, 1, user);
    sqlite3_bind_int(q, 2, below);
    sqlite3_bind_int(q, 3, STORE_VISITS_MAX);
    while ((code = sqlite3_step(q)) == SQLITE_ROW && n < STORE_VISITS_MAX) {
        if (!list) /* mostly there is none, and each page asks */
            list = arena_array(arena, STORE_VISITS_MAX, sizeof *list);
        list[n++] = read_visit(q, user, arena);
    }
    enum status st = code == SQLITE_DONE || code == SQLITE_ROW
                         ? STATUS_OK
                         : store_failed(store, "listing visits");
    store_end(store, q);
    if (st == STATUS_OK) {
        *out = list;
        *count = n;
    }
    return st;
}

enum status store_visit_lines(struct store *store, const uint8_t id[STORE_VISIT_ID_SIZE],
                              struct arena *arena, struct visit_line **out, size_t *count)
{
    struct visit_line *list = arena_array(arena, STORE_VISIT_LINES_MAX, sizeof *list);
    size_t n = 0;
    int code;
    sqlite3_stmt *q = store_begin(store, VISIT_LINES);
    store_bind_blob(q, 1, id, STORE_VISIT_ID_SIZE);
    while ((code = sqlite3_step(q)) == SQLITE_ROW && n < STORE_VISIT_LINES_MAX) {
        list[n].kind = sqlite3_column_int(q, 0);
        list[n].at = sqlite3_column_int64(q, 1);
        list[n++].text = store_column(q, 2, arena);
    }
    enum status st = code == SQLITE_DONE || code == SQLITE_ROW
                         ? STATUS_OK
                         : store_failed(store, "listing lines of a visit");
    store_end(store, q);
    if (st == STATUS_OK) {
        *out = list;
        *count = n;
    }
    return st;
}

enum status store_visit_told(struct store *store, struct sv user,
                             const uint8_t id[STORE_VISIT_ID_SIZE], int told)
{
    sqlite3_stmt *q = store_begin(store, VISIT_TOLD);
    store_bind_text(q, 1, user);
    store_bind_blob(q, 2, id, STORE_VISIT_ID_SIZE);
    sqlite3_bind_int(q, 3, told);
    return store_run(store, q, "marking a visit as told");
}

enum status store_visit_sweep(struct store *store, int64_t before)
{
    enum status st = store_transaction_begin(store);
    if (st != STATUS_OK)
        return st;
    sqlite3_stmt *q = store->queries[VISIT_SWEEP];
    sqlite3_bind_int64(q, 1, before);
    st = store_step(store, q, "forgetting visits");
    bool gone = st == STATUS_OK && sqlite3_changes(store->db) > 0;
    st = store_transaction_end(store, gone ? drop_lines(store) : st);
    return st == STATUS_OK && gone ? store_forget_journal(store) : st;
}

/* ---- places ---- */

static enum status note_place(struct store *store, struct sv user,
                              const uint8_t place[STORE_PLACE_SIZE], int64_t now, int64_t since,
                              int64_t found[2])
{
    static const char what[] = "keeping a place";
    sqlite3_stmt *q = store->queries[PLACE_FIND];
    store_bind_text(q, 1, user);
    store_bind_blob(q, 2, place, STORE_PLACE_SIZE);
    sqlite3_bind_int64(q, 3, since);
    enum status st = two_numbers(store, q, what, found);
    if (st != STATUS_OK)
        return st;
    q = store->queries[PLACE_PUT];
    store_bind_text(q, 1, user);
    store_bind_blob(q, 2, place, STORE_PLACE_SIZE);
    sqlite3_bind_int64(q, 3, now);
    st = store_step(store, q, what);
    if (st != STATUS_OK)
        return st;
    q = store->queries[PLACE_TRIM];
    store_bind_text(q, 1, user);
    sqlite3_bind_int64(q, 2, since);
    sqlite3_bind_int(q, 3, STORE_PLACES_MAX);
    return store_step(store, q, what);
}

enum status store_place_note(struct store *store, struct sv user,
                             const uint8_t place[STORE_PLACE_SIZE], int64_t now, int64_t since,
                             bool *known)
{
    int64_t found[2] = {0};
    enum status st = store_transaction_begin(store);
    if (st == STATUS_OK)
        st = store_transaction_end(store, note_place(store, user, place, now, since, found));
    if (st == STATUS_OK)
        *known = found[0] == 0 || found[1] > 0;
    return st;
}
