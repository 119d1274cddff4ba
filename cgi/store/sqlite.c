/* The embedded store: one SQLite file (WAL), one connection, one lock. A request needs at most two
 * short statements, so that a pool of connections would only add ways to be wrong. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "clock.h"
#include "log.h"
#include "store.h"

enum query {
    SESSION_PUT,
    SESSION_GET,
    SESSION_TOUCH,
    SESSION_DELETE,
    SESSION_SWEEP,
    PREFERENCES_GET,
    PREFERENCE_PUT,
    SEND_CLAIM,
    SEND_RETAKE,
    SEND_PUT,
    SEND_GET,
    SEND_DELETE,
    SEND_LIST,
    SEND_SWEEP,
    QUERY_COUNT
};

static const char *const query_texts[QUERY_COUNT] = {
    [SESSION_PUT] = "INSERT OR REPLACE INTO session(id, user, kind, created, used, address, agent,"
                    " sealed) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    [SESSION_GET] = "SELECT user, kind, created, used, address, agent, sealed FROM session"
                    " WHERE id = ?1",
    [SESSION_TOUCH] = "UPDATE session SET used = ?2 WHERE id = ?1",
    [SESSION_DELETE] = "DELETE FROM session WHERE id = ?1",
    [SESSION_SWEEP] = "DELETE FROM session WHERE kind = ?1 AND (created < ?2 OR used < ?3)",
    [PREFERENCES_GET] = "SELECT name, value FROM preference WHERE user = ?1 ORDER BY name",
    [PREFERENCE_PUT] = "INSERT OR REPLACE INTO preference(user, name, value) VALUES(?1, ?2, ?3)",
    [SEND_CLAIM] = "INSERT INTO send(user, message_id, state, changed, digest)"
                   " VALUES(?1, ?2, ?3, ?4, ?6)"
                   " ON CONFLICT(user, message_id) DO UPDATE SET changed = ?4, digest = ?6"
                   " WHERE state = ?3 AND changed < ?5",
    [SEND_RETAKE] = "UPDATE send SET state = ?3, changed = max(?4, changed + 1), digest = ?6"
                    " WHERE user = ?1 AND message_id = ?2 AND changed = ?5",
    [SEND_PUT] = "INSERT INTO send(user, message_id, state, changed) VALUES(?1, ?2, ?3, ?4)"
                 " ON CONFLICT(user, message_id) DO UPDATE SET state = ?3, changed = ?4",
    [SEND_GET] = "SELECT state, changed, digest FROM send WHERE user = ?1 AND message_id = ?2",
    [SEND_DELETE] = "DELETE FROM send WHERE user = ?1 AND message_id = ?2",
    [SEND_LIST] = "SELECT message_id, state, changed FROM send WHERE user = ?1"
                  " ORDER BY changed DESC LIMIT 100",
    [SEND_SWEEP] = "DELETE FROM send WHERE changed < ?1",
};

/* Each step takes the schema from its index to the next; user_version says where a file stands. */
static const char *const migrations[] = {
    "CREATE TABLE session(id BLOB PRIMARY KEY, user TEXT NOT NULL, kind INTEGER NOT NULL,"
    " created INTEGER NOT NULL, used INTEGER NOT NULL, address TEXT NOT NULL, agent TEXT NOT NULL,"
    " sealed BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE preference(user TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,"
    " PRIMARY KEY(user, name)) WITHOUT ROWID;"
    "CREATE TABLE send(user TEXT NOT NULL, message_id TEXT NOT NULL, state INTEGER NOT NULL,"
    " changed INTEGER NOT NULL, PRIMARY KEY(user, message_id)) WITHOUT ROWID;",
    "ALTER TABLE send ADD COLUMN digest TEXT NOT NULL DEFAULT '';",
};
enum { SCHEMA_VERSION = sizeof migrations / sizeof migrations[0] };

struct store {
    pthread_mutex_t lock; /* held for one statement, never during network I/O */
    sqlite3 *db;
    sqlite3_stmt *queries[QUERY_COUNT];
};

static enum status failed(struct store *store, const char *what)
{
    log_event(LOG_LEVEL_ERROR, "store-failure", "code=%s while=\"%s\" cause=\"%s\"",
              diagnosis_code(CAUSE_STORE), what, sqlite3_errmsg(store->db));
    return STATUS_IO;
}

static enum status execute(struct store *store, const char *sql)
{
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK ? STATUS_OK
                                                                       : failed(store, sql);
}

/* ---- opening ---- */

static enum status check_file(const char *path, struct arena *arena, struct sv *reason)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    struct stat info;
    if (fd < 0 || fstat(fd, &info) != 0) {
        *reason = arena_printf(arena, "%s: %s", path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return STATUS_IO;
    }
    close(fd);
    if (!S_ISREG(info.st_mode) || (info.st_mode & 077) != 0) {
        *reason = arena_printf(arena, "%s: others may read it: chmod 0600", path);
        return STATUS_DENIED;
    }
    return STATUS_OK;
}

static enum status schema_version(struct store *store, int *version)
{
    sqlite3_stmt *query = NULL;
    if (sqlite3_prepare_v2(store->db, "PRAGMA user_version", -1, &query, NULL) != SQLITE_OK ||
        sqlite3_step(query) != SQLITE_ROW) {
        sqlite3_finalize(query);
        return failed(store, "reading the schema's version");
    }
    *version = sqlite3_column_int(query, 0);
    sqlite3_finalize(query);
    return STATUS_OK;
}

static enum status migrate(struct store *store, struct arena *arena, struct sv *reason)
{
    int version;
    enum status st = schema_version(store, &version);
    if (st != STATUS_OK)
        return st;
    if (version > SCHEMA_VERSION) {
        *reason =
            arena_printf(arena, "the store was written by a newer version (schema %d, ours %d)",
                         version, SCHEMA_VERSION);
        return STATUS_UNSUPPORTED;
    }
    for (; st == STATUS_OK && version < SCHEMA_VERSION; version++) {
        struct sv sql = arena_printf(arena, "BEGIN IMMEDIATE; %s PRAGMA user_version = %d; COMMIT;",
                                     migrations[version], version + 1);
        st = execute(store, sql.p);
    }
    return st;
}

static enum status set_up(struct store *store, struct arena *arena, struct sv *reason)
{
    sqlite3_busy_timeout(store->db, 5000);
    enum status st = execute(store, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                                    "PRAGMA secure_delete = ON; PRAGMA cache_size = -512;"
                                    "PRAGMA temp_store = MEMORY;");
    if (st == STATUS_OK)
        st = migrate(store, arena, reason);
    for (int i = 0; st == STATUS_OK && i < QUERY_COUNT; i++)
        if (sqlite3_prepare_v3(store->db, query_texts[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &store->queries[i], NULL) != SQLITE_OK)
            st = failed(store, query_texts[i]);
    return st;
}

enum status store_open(const char *path, struct arena *arena, struct store **out, struct sv *reason)
{
    enum status st = check_file(path, arena, reason);
    if (st != STATUS_OK)
        return st;
    struct store *store = calloc(1, sizeof *store);
    if (!store)
        return STATUS_IO;
    pthread_mutex_init(&store->lock, NULL);
    *reason = SV("the database could not be opened or set up; the log says more");
    if (sqlite3_open_v2(path, &store->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX, NULL) !=
        SQLITE_OK)
        st = failed(store, "opening");
    else
        st = set_up(store, arena, reason);
    if (st != STATUS_OK)
        store_close(&store);
    else
        *out = store;
    return st;
}

void store_close(struct store **store)
{
    if (!store || !*store)
        return;
    for (int i = 0; i < QUERY_COUNT; i++)
        sqlite3_finalize((*store)->queries[i]);
    sqlite3_close((*store)->db);
    pthread_mutex_destroy(&(*store)->lock);
    free(*store);
    *store = NULL;
}

/* ---- one statement under the lock ---- */

static sqlite3_stmt *begin(struct store *store, enum query query)
{
    pthread_mutex_lock(&store->lock);
    return store->queries[query];
}

static void end(struct store *store, sqlite3_stmt *statement)
{
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    pthread_mutex_unlock(&store->lock);
}

static void bind_text(sqlite3_stmt *statement, int index, struct sv text)
{
    sqlite3_bind_text64(statement, index, text.n ? text.p : "", text.n, SQLITE_STATIC, SQLITE_UTF8);
}

static void bind_blob(sqlite3_stmt *statement, int index, const void *bytes, size_t n)
{
    sqlite3_bind_blob64(statement, index, n ? bytes : "", n, SQLITE_STATIC);
}

static struct sv column(sqlite3_stmt *statement, int index, struct arena *arena)
{
    const void *bytes = sqlite3_column_blob(statement, index);
    int n = sqlite3_column_bytes(statement, index);
    return arena_sv(arena, (struct sv){bytes ? bytes : "", n > 0 ? (size_t)n : 0});
}

/* Runs a statement that gives no rows, then lets go of the lock. */
static enum status run(struct store *store, sqlite3_stmt *statement, const char *what)
{
    enum status st = sqlite3_step(statement) == SQLITE_DONE ? STATUS_OK : failed(store, what);
    end(store, statement);
    return st;
}

/* secure_delete clears the page, but the old page may still stand in the write-ahead log. */
static enum status forget_journal(struct store *store)
{
    pthread_mutex_lock(&store->lock);
    enum status st = execute(store, "PRAGMA wal_checkpoint(TRUNCATE)");
    pthread_mutex_unlock(&store->lock);
    return st;
}

/* ---- sessions ---- */

enum status store_session_put(struct store *store, const struct session_record *record)
{
    if (record->user.n > STORE_USER_MAX || record->sealed.n > STORE_SEALED_MAX)
        return STATUS_TOO_LARGE;
    sqlite3_stmt *q = begin(store, SESSION_PUT);
    bind_blob(q, 1, record->id, STORE_ID_SIZE);
    bind_text(q, 2, record->user);
    sqlite3_bind_int(q, 3, (int)record->kind);
    sqlite3_bind_int64(q, 4, record->created);
    sqlite3_bind_int64(q, 5, record->used);
    bind_text(q, 6, record->address);
    bind_text(q, 7, record->agent);
    bind_blob(q, 8, record->sealed.p, record->sealed.n);
    return run(store, q, "keeping a session");
}

enum status store_session_get(struct store *store, const uint8_t id[STORE_ID_SIZE],
                              struct arena *arena, struct session_record *out)
{
    sqlite3_stmt *q = begin(store, SESSION_GET);
    bind_blob(q, 1, id, STORE_ID_SIZE);
    int code = sqlite3_step(q);
    enum status st = STATUS_OK;
    if (code == SQLITE_ROW) {
        *out = (struct session_record){
            .user = column(q, 0, arena),
            .kind = sqlite3_column_int(q, 1) == SESSION_FULL ? SESSION_FULL : SESSION_PUBLIC,
            .created = sqlite3_column_int64(q, 2),
            .used = sqlite3_column_int64(q, 3),
            .address = column(q, 4, arena),
            .agent = column(q, 5, arena),
            .sealed = column(q, 6, arena),
        };
        memcpy(out->id, id, STORE_ID_SIZE);
    } else {
        st = code == SQLITE_DONE ? STATUS_NOT_FOUND : failed(store, "reading a session");
    }
    end(store, q);
    return st;
}

enum status store_session_touch(struct store *store, const uint8_t id[STORE_ID_SIZE], int64_t used)
{
    sqlite3_stmt *q = begin(store, SESSION_TOUCH);
    bind_blob(q, 1, id, STORE_ID_SIZE);
    sqlite3_bind_int64(q, 2, used);
    return run(store, q, "marking a session as used");
}

enum status store_session_delete(struct store *store, const uint8_t id[STORE_ID_SIZE])
{
    sqlite3_stmt *q = begin(store, SESSION_DELETE);
    bind_blob(q, 1, id, STORE_ID_SIZE);
    enum status st = run(store, q, "ending a session");
    return st == STATUS_OK ? forget_journal(store) : st;
}

enum status store_session_sweep(struct store *store, enum session_kind kind, int64_t created_before,
                                int64_t used_before)
{
    sqlite3_stmt *q = begin(store, SESSION_SWEEP);
    sqlite3_bind_int(q, 1, (int)kind);
    sqlite3_bind_int64(q, 2, created_before);
    sqlite3_bind_int64(q, 3, used_before);
    bool ok = sqlite3_step(q) == SQLITE_DONE;
    bool wiped = ok && sqlite3_changes(store->db) > 0;
    enum status st = ok ? STATUS_OK : failed(store, "sweeping sessions");
    end(store, q);
    return wiped ? forget_journal(store) : st;
}

/* ---- preferences ---- */

enum { PREFERENCES_MAX = 256 };

enum status store_preferences_get(struct store *store, struct sv user, struct arena *arena,
                                  struct preference **out, size_t *count)
{
    struct preference *list = arena_array(arena, PREFERENCES_MAX, sizeof *list);
    size_t n = 0;
    int code;
    sqlite3_stmt *q = begin(store, PREFERENCES_GET);
    bind_text(q, 1, user);
    while ((code = sqlite3_step(q)) == SQLITE_ROW && n < PREFERENCES_MAX) {
        list[n].name = column(q, 0, arena);
        list[n++].value = column(q, 1, arena);
    }
    enum status st = code == SQLITE_DONE || code == SQLITE_ROW
                         ? STATUS_OK
                         : failed(store, "reading preferences");
    end(store, q);
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
    sqlite3_stmt *q = begin(store, PREFERENCE_PUT);
    enum status st = execute(store, "BEGIN IMMEDIATE");
    bool open = st == STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < count; i++) {
        bind_text(q, 1, user);
        bind_text(q, 2, preferences[i].name);
        bind_text(q, 3, preferences[i].value);
        if (sqlite3_step(q) != SQLITE_DONE)
            st = failed(store, "keeping preferences");
        sqlite3_reset(q);
    }
    if (st == STATUS_OK)
        st = execute(store, "COMMIT");
    if (st != STATUS_OK && open && execute(store, "ROLLBACK") != STATUS_OK)
        log_event(LOG_LEVEL_WARNING, "store-failure", "while=\"undoing a transaction\"");
    end(store, q);
    return st;
}

/* ---- sends in progress ---- */

enum { SENDS_MAX = 100 };

/* Claims under a condition on the time; `unchanged` if no row met it. */
static enum status contend(struct store *store, enum query query, struct sv user,
                           const struct send_record *row, int64_t time, enum status unchanged)
{
    sqlite3_stmt *q = begin(store, query);
    bind_text(q, 1, user);
    bind_text(q, 2, row->message_id);
    sqlite3_bind_int(q, 3, row->state);
    sqlite3_bind_int64(q, 4, clock_wall());
    sqlite3_bind_int64(q, 5, time);
    bind_text(q, 6, sv_of(row->digest));
    bool ok = sqlite3_step(q) == SQLITE_DONE;
    bool mine = ok && sqlite3_changes(store->db) > 0;
    enum status st = ok ? STATUS_OK : failed(store, "claiming a send");
    end(store, q);
    return ok && !mine ? unchanged : st;
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
    sqlite3_stmt *q = begin(store, SEND_PUT);
    bind_text(q, 1, user);
    bind_text(q, 2, message_id);
    sqlite3_bind_int(q, 3, state);
    sqlite3_bind_int64(q, 4, clock_wall());
    return run(store, q, "keeping a send");
}

enum status store_send_get(struct store *store, struct sv user, struct sv message_id,
                           struct send_record *out)
{
    sqlite3_stmt *q = begin(store, SEND_GET);
    bind_text(q, 1, user);
    bind_text(q, 2, message_id);
    int code = sqlite3_step(q);
    enum status st = STATUS_OK;
    if (code == SQLITE_ROW) {
        const char *digest = (const char *)sqlite3_column_text(q, 2);
        *out = claim_of(message_id, sqlite3_column_int(q, 0), sv_of(digest ? digest : ""));
        out->changed = sqlite3_column_int64(q, 1);
    } else {
        st = code == SQLITE_DONE ? STATUS_NOT_FOUND : failed(store, "reading a send");
    }
    end(store, q);
    return st;
}

enum status store_send_delete(struct store *store, struct sv user, struct sv message_id)
{
    sqlite3_stmt *q = begin(store, SEND_DELETE);
    bind_text(q, 1, user);
    bind_text(q, 2, message_id);
    return run(store, q, "forgetting a send");
}

enum status store_send_list(struct store *store, struct sv user, struct arena *arena,
                            struct send_record **out, size_t *count)
{
    struct send_record *list = arena_array(arena, SENDS_MAX, sizeof *list);
    size_t n = 0;
    int code;
    sqlite3_stmt *q = begin(store, SEND_LIST);
    bind_text(q, 1, user);
    while ((code = sqlite3_step(q)) == SQLITE_ROW && n < SENDS_MAX) {
        list[n].message_id = column(q, 0, arena);
        list[n].state = sqlite3_column_int(q, 1);
        list[n++].changed = sqlite3_column_int64(q, 2);
    }
    enum status st =
        code == SQLITE_DONE || code == SQLITE_ROW ? STATUS_OK : failed(store, "listing sends");
    end(store, q);
    if (st == STATUS_OK) {
        *out = list;
        *count = n;
    }
    return st;
}

enum status store_send_sweep(struct store *store, int64_t before)
{
    sqlite3_stmt *q = begin(store, SEND_SWEEP);
    sqlite3_bind_int64(q, 1, before);
    return run(store, q, "sweeping sends");
}
