#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"
#include "sqlite.h"

#define PASS_COLUMNS                                                                               \
    "name, selector, user, policy, state, why, made, expires, changed, address, agent"

static const char *const query_texts[QUERY_COUNT] = {
    [SESSION_PUT] = "INSERT OR REPLACE INTO session(id, user, kind, created, used, address, agent,"
                    " sealed) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    [SESSION_GET] = "SELECT user, kind, created, used, address, agent, sealed FROM session"
                    " WHERE id = ?1",
    [SESSION_TOUCH] = "UPDATE session SET used = ?2 WHERE id = ?1",
    [SESSION_DELETE] = "DELETE FROM session WHERE id = ?1",
    [SESSION_SWEEP] = "DELETE FROM session WHERE kind = ?1 AND (created < ?2 OR used < ?3)",
    [SESSION_LIST] = "SELECT id, kind, created, used, address, agent, user FROM session"
                     " WHERE lower(user) IN (?1, ?1 || '@' || lower(?3))"
                     " ORDER BY used DESC, id LIMIT ?2",
    [VISIT_PUT] = "INSERT INTO visit(id, user, kind, place, began, head) VALUES(?1, ?2, ?3, ?4, ?5,"
                  " ?6) ON CONFLICT(id) DO NOTHING",
    [VISIT_TRIM] = "DELETE FROM visit WHERE user = ?1 AND id IN (SELECT id FROM visit"
                   " WHERE user = ?1 ORDER BY began DESC, id LIMIT -1 OFFSET ?2)",
    [VISIT_END] = "UPDATE visit SET ended = ?2, how = ?3 WHERE id = ?1 AND ended = 0",
    [VISIT_LINE_COUNT] = "SELECT count(*) FROM visit_line WHERE visit = ?1",
    [VISIT_LINE_PUT] = "INSERT INTO visit_line(visit, number, once, kind, at, text)"
                       " VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(visit, once) DO NOTHING",
    [VISIT_ADD] = "UPDATE visit SET done0 = done0 + (?2 = 0), done1 = done1 + (?2 = 1),"
                  " done2 = done2 + (?2 = 2) WHERE id = ?1",
    [VISIT_LIST] = "SELECT id, kind, place, began, ended, how, told, done0, done1, done2, head"
                   " FROM visit WHERE user = ?1 AND told < ?2"
                   " ORDER BY began DESC, id LIMIT ?3",
    [VISIT_LINES] = "SELECT kind, at, text FROM visit_line WHERE visit = ?1 ORDER BY number",
    [VISIT_TOLD] = "UPDATE visit SET told = ?3 WHERE user = ?1 AND id = ?2",
    [VISIT_SWEEP] = "DELETE FROM visit WHERE began < ?1",
    [VISIT_LINES_SWEEP] = "DELETE FROM visit_line WHERE visit NOT IN (SELECT id FROM visit)",
    [PLACE_FIND] = "SELECT count(*), coalesce(sum(place = ?2 AND seen >= ?3), 0) FROM place"
                   " WHERE user = ?1",
    [PLACE_PUT] = "INSERT INTO place(user, place, seen) VALUES(?1, ?2, ?3)"
                  " ON CONFLICT(user, place) DO UPDATE SET seen = ?3",
    [PLACE_TRIM] = "DELETE FROM place WHERE user = ?1 AND (seen < ?2 OR place IN (SELECT place"
                   " FROM place WHERE user = ?1 ORDER BY seen DESC, place LIMIT -1 OFFSET ?3))",
    [PREFERENCES_GET] = "SELECT name, value FROM preference WHERE user = ?1 ORDER BY name",
    [PREFERENCE_PUT] = "INSERT OR REPLACE INTO preference(user, name, value) VALUES(?1, ?2, ?3)",
    [REMOTE_SENDER_PUT] = "INSERT OR REPLACE INTO remote_sender(user, digest, sealed, added)"
                          " VALUES(?1, ?2, ?3, ?4)",
    [REMOTE_SENDER_TRIM] = "DELETE FROM remote_sender WHERE user = ?1 AND digest IN"
                           " (SELECT digest FROM remote_sender WHERE user = ?1"
                           " ORDER BY added DESC, digest LIMIT -1 OFFSET ?2)",
    [REMOTE_SENDER_HAS] = "SELECT 1 FROM remote_sender WHERE user = ?1 AND digest = ?2",
    [REMOTE_SENDER_DELETE] = "DELETE FROM remote_sender WHERE user = ?1 AND digest = ?2",
    [REMOTE_SENDER_LIST] = "SELECT sealed FROM remote_sender WHERE user = ?1",
    [SEARCH_ADD] = "INSERT INTO saved_search(user, digest, sealed, scope, folder)"
                   " VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT(user, digest) DO NOTHING",
    [SEARCH_RENAME] = "UPDATE OR IGNORE saved_search SET digest = ?3, sealed = ?4"
                      " WHERE user = ?1 AND digest = ?2",
    [SEARCH_DELETE] = "DELETE FROM saved_search WHERE user = ?1 AND digest = ?2",
    [SEARCH_LIST] = "SELECT sealed, scope, folder FROM saved_search WHERE user = ?1",
    [SEARCH_COUNT] = "SELECT count(*), coalesce(sum(digest = ?2), 0) FROM saved_search"
                     " WHERE user = ?1",
    [SEARCH_GET] = "SELECT sealed FROM saved_search WHERE user = ?1 AND digest = ?2",
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
    [SENDING_SWEEP] = "DELETE FROM sending WHERE at <= ?1",
    [SENDING_SETTLE] = "UPDATE sending SET at = ?2 WHERE user = ?1 AND at > ?2",
    [SENDING_HAS] = "SELECT 1 FROM sending WHERE user = ?1 AND id = ?2",
    [SENDING_LIST] = "SELECT at, recipients, public FROM sending WHERE user = ?1 ORDER BY at DESC",
    [SENDING_ADD] = "INSERT INTO sending(user, id, at, recipients, public)"
                    " VALUES(?1, ?2, ?3, ?4, ?5)",
    [SENDING_DELETE] = "DELETE FROM sending WHERE user = ?1 AND id = ?2",
    [JOB_PUT] = "INSERT INTO job(id, user, kind, what, folder, target, memo, state, why,"
                " public, told, made, changed, runner, undoes, undone_by, total, done, count, gone,"
                " parts, detail, cause) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,"
                " ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)",
    [JOB_GET] = "SELECT id, user, kind, what, folder, target, memo, state, why, public, told,"
                " made, changed, runner, undoes, undone_by, total, done, count, gone, parts,"
                " detail, cause FROM job WHERE user = ?1 AND id = ?2",
    [JOB_LIST] = "SELECT id, user, kind, what, folder, target,"
                 " CASE WHEN length(memo) > ?3 THEN '' ELSE memo END, state, why, public, told,"
                 " made, changed, runner, undoes, undone_by, total, done, count, gone, parts,"
                 " detail, cause FROM job WHERE user = ?1 ORDER BY made DESC, id DESC LIMIT ?2",
    [JOB_CLAIM] = "UPDATE job SET state = ?5, runner = ?4, changed = ?6, told = 0"
                  " WHERE user = ?1 AND id = ?2 AND state = ?3 AND runner = ?7",
    [JOB_SAVE] = "UPDATE job SET state = ?4, why = ?5, told = ?6, memo = ?7, total = ?8,"
                 " done = ?9, count = ?10, gone = ?11, parts = ?12, detail = ?13, cause = ?14,"
                 " changed = ?15, what = ?16 WHERE user = ?1 AND id = ?2 AND runner = ?3",
    [JOB_TOLD] = "UPDATE job SET told = 1 WHERE user = ?1 AND id = ?2",
    [JOB_UNDONE] = "UPDATE job SET undone_by = ?3 WHERE user = ?1 AND id = ?2"
                   " AND (undone_by = 0 OR ?3 = 0)",
    [JOB_PART_PUT] = "INSERT OR REPLACE INTO job_part(job, number, text) VALUES(?1, ?2, ?3)",
    [JOB_PART_GET] = "SELECT text FROM job_part WHERE job = ?1 AND number = ?2",
    [JOB_TRIM] = "DELETE FROM job WHERE user = ?1 AND ?2 >> state & 1 AND id NOT IN"
                 " (SELECT id FROM job WHERE user = ?1 AND ?2 >> state & 1"
                 " ORDER BY made DESC, id DESC LIMIT ?3)",
    [JOB_SWEEP] = "DELETE FROM job WHERE changed < ?1",
    [JOB_PARTS_SWEEP] = "DELETE FROM job_part WHERE job NOT IN (SELECT id FROM job)",
    [FOLDER_LIST] = "SELECT name, colour, use, target FROM folder WHERE user = ?1 ORDER BY name",
    [FOLDER_COUNT] = "SELECT count(*) FROM folder WHERE user = ?1 AND name <> ?2",
    [FOLDER_COLOUR_PUT] = "INSERT INTO folder(user, name, colour) VALUES(?1, ?2, ?3)"
                          " ON CONFLICT(user, name) DO UPDATE SET colour = ?3",
    [FOLDER_USE_PUT] = "INSERT INTO folder(user, name, use) VALUES(?1, ?2, ?3)"
                       " ON CONFLICT(user, name) DO UPDATE SET use = ?3",
    [FOLDER_USE_TAKE] = "UPDATE folder SET use = 0 WHERE user = ?1 AND name <> ?2 AND use = ?3",
    /* later than any other, whatever the clock says */
    [FOLDER_TARGET_PUT] =
        "INSERT INTO folder(user, name, target) VALUES(?1, ?2,"
        " max(?3, (SELECT ifnull(max(target), 0) + 1 FROM folder WHERE user = ?1)))"
        " ON CONFLICT(user, name) DO UPDATE SET target = excluded.target",
    [FOLDER_TARGET_TRIM] = "UPDATE folder SET target = 0 WHERE user = ?1 AND target > 0 AND name IN"
                           " (SELECT name FROM folder WHERE user = ?1 ORDER BY target DESC"
                           " LIMIT -1 OFFSET ?2)",
    [FOLDER_TIDY] = "DELETE FROM folder WHERE user = ?1 AND colour = 0 AND use = 0 AND target = 0",
    [FOLDER_RENAME] = "UPDATE OR REPLACE folder SET name = ?3 || substr(name, length(?2) + 1)"
                      " WHERE user = ?1 AND (name = ?2 OR (?4 <> '' AND"
                      " substr(name, 1, length(?2) + 1) = ?2 || ?4))",
    [SEARCH_FOLDER_RENAME] = "UPDATE saved_search SET folder = ?3 || substr(folder, length(?2) + 1)"
                             " WHERE user = ?1 AND (folder = ?2 OR (?4 <> '' AND"
                             " substr(folder, 1, length(?2) + 1) = ?2 || ?4))",
    [FOLDER_DELETE] = "DELETE FROM folder WHERE user = ?1 AND name = ?2",
    [TAG_LIST] = "SELECT keyword, name, colour FROM tag WHERE user = ?1 ORDER BY added, keyword",
    [TAG_COUNT] = "SELECT count(*) FROM tag WHERE user = ?1 AND keyword <> ?2",
    [TAG_PUT] = "INSERT INTO tag(user, keyword, name, colour, added) VALUES(?1, ?2, ?3, ?4, ?5)"
                " ON CONFLICT(user, keyword) DO UPDATE SET name = ?3, colour = ?4",
    [TAG_DELETE] = "DELETE FROM tag WHERE user = ?1 AND keyword = ?2",
    [PASS_PUT] = "INSERT INTO pass(name, selector, user, policy, made, expires, changed, sealed)"
                 " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?5, ?7) ON CONFLICT(name, selector) DO NOTHING",
    [PASS_ALIVE] = "SELECT count(*) FROM pass WHERE name = ?1 AND state < 2 AND expires > ?2",
    [PASS_GET] = "SELECT " PASS_COLUMNS ", sealed FROM pass WHERE name = ?1 AND selector = ?2",
    [PASS_CLAIM] = "UPDATE pass SET state = 1, changed = ?3, address = ?4, agent = ?5"
                   " WHERE name = ?1 AND selector = ?2 AND state = 0 AND expires > ?3",
    [PASS_USE] = "UPDATE pass SET state = 2, changed = ?3, sealed = x''"
                 " WHERE name = ?1 AND selector = ?2 AND state = 1",
    [PASS_GIVE_BACK] = "UPDATE pass SET state = 0, changed = ?3, address = '', agent = ''"
                       " WHERE name = ?1 AND selector = ?2 AND state = 1",
    [PASS_VOID_SOME] = "UPDATE pass SET state = 3, why = ?3, changed = ?4, sealed = x''"
                       " WHERE name = ?1 AND (selector = ?2 OR ?2 = -1) AND state < 2",
    [PASS_VOID_EVERYONE] = "UPDATE pass SET state = 3, why = ?1, changed = ?2, sealed = x''"
                           " WHERE state < 2",
    [PASS_LIST] = "SELECT " PASS_COLUMNS ", x'' FROM pass WHERE name = ?1"
                  " ORDER BY state < 2 DESC, made DESC, selector LIMIT ?2",
    [PASS_UNTOLD] = "SELECT " PASS_COLUMNS ", x'' FROM pass WHERE name = ?1 AND state = 2"
                    " AND told = 0 ORDER BY changed DESC, selector LIMIT ?2",
    [PASS_TOLD] = "UPDATE pass SET told = 1 WHERE name = ?1 AND selector = ?2 AND state = 2",
    [PASS_EXPIRE] = "UPDATE pass SET state = 3, why = 5, changed = expires, sealed = x''"
                    " WHERE state = 0 AND expires <= ?1",
    [PASS_BREAK] = "UPDATE pass SET state = 3, why = 3, changed = ?1, sealed = x''"
                   " WHERE state = 1 AND changed < ?2",
    [PASS_FORGET] = "DELETE FROM pass WHERE state IN (2, 3) AND expires < ?1",
    [GENERATION_GET] = "SELECT value FROM pass_generation",
    [GENERATION_RAISE] = "UPDATE pass_generation SET value = max(value + 1, ?1)",
    [SECOND_COUNT] = "SELECT EXISTS(SELECT 1 FROM second WHERE account = ?1),"
                     " (SELECT count(*) FROM second_key WHERE account = ?1),"
                     " (SELECT count(*) FROM second_code WHERE account = ?1)",
    [SECOND_ANY] = "SELECT EXISTS(SELECT 1 FROM second) OR EXISTS(SELECT 1 FROM second_key)",
    [SECOND_PUT] = "INSERT OR REPLACE INTO second(account, sealed, step) VALUES(?1, ?2, ?3)",
    [SECOND_GET] = "SELECT sealed, step FROM second WHERE account = ?1",
    [SECOND_STEP] = "UPDATE second SET step = ?2 WHERE account = ?1 AND step < ?2",
    [SECOND_DELETE] = "DELETE FROM second WHERE account = ?1",
    [SECOND_KEY_COUNT] = "SELECT count(*) FROM second_key WHERE account = ?1",
    [SECOND_KEY_ADD] = "INSERT INTO second_key(account, hash, sealed, counter, used, added)"
                       " VALUES(?1, ?2, ?3, ?4, 0, (SELECT ifnull(max(added), 0) + 1 FROM"
                       " second_key WHERE account = ?1)) ON CONFLICT(account, hash) DO NOTHING",
    [SECOND_KEY_HAS] = "SELECT 1 FROM second_key WHERE account = ?1 AND hash = ?2",
    [SECOND_KEY_LIST] = "SELECT hash, sealed, counter, used FROM second_key WHERE account = ?1"
                        " ORDER BY added LIMIT ?2",
    [SECOND_KEY_USE] = "UPDATE second_key SET counter = ?3, used = ?4 WHERE account = ?1 AND"
                       " hash = ?2 AND (counter < ?3 OR (counter = 0 AND ?3 = 0))",
    [SECOND_KEY_DELETE] = "DELETE FROM second_key WHERE account = ?1 AND hash = ?2",
    [SECOND_KEYS_DELETE] = "DELETE FROM second_key WHERE account = ?1",
    [SECOND_CODE_ADD] = "INSERT INTO second_code(account, mac) VALUES(?1, ?2)",
    [SECOND_CODE_USE] = "DELETE FROM second_code WHERE account = ?1 AND mac = ?2",
    [SECOND_CODES_DELETE] = "DELETE FROM second_code WHERE account = ?1",
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
    ("CREATE TABLE remote_sender(user TEXT NOT NULL, address TEXT NOT NULL, added INTEGER NOT NULL,"
     " PRIMARY KEY(user, address)) WITHOUT ROWID;"),
    ("CREATE TABLE job(id INTEGER PRIMARY KEY, user TEXT NOT NULL, kind TEXT NOT NULL,"
     " what TEXT NOT NULL, folder TEXT NOT NULL, target TEXT NOT NULL,"
     " memo BLOB NOT NULL, state INTEGER NOT NULL, why INTEGER NOT NULL, public INTEGER NOT NULL,"
     " told INTEGER NOT NULL, made INTEGER NOT NULL, changed INTEGER NOT NULL,"
     " runner INTEGER NOT NULL, undoes INTEGER NOT NULL, undone_by INTEGER NOT NULL,"
     " total INTEGER NOT NULL, done INTEGER NOT NULL, count INTEGER NOT NULL,"
     " gone INTEGER NOT NULL, parts INTEGER NOT NULL, detail TEXT NOT NULL,"
     " cause INTEGER NOT NULL);"
     "CREATE INDEX job_user ON job(user, made);"
     "CREATE TABLE job_part(job INTEGER NOT NULL, number INTEGER NOT NULL, text BLOB NOT NULL,"
     " PRIMARY KEY(job, number)) WITHOUT ROWID;"),
    ("CREATE TABLE saved_search(user TEXT NOT NULL, name TEXT NOT NULL, q TEXT NOT NULL,"
     " scope TEXT NOT NULL, folder TEXT NOT NULL, PRIMARY KEY(user, name)) WITHOUT ROWID;"),
    ("CREATE TABLE folder(user TEXT NOT NULL, name TEXT NOT NULL, colour INTEGER NOT NULL DEFAULT "
     "0,"
     " use INTEGER NOT NULL DEFAULT 0, target INTEGER NOT NULL DEFAULT 0,"
     " PRIMARY KEY(user, name)) WITHOUT ROWID;"
     "CREATE TABLE tag(user TEXT NOT NULL, keyword TEXT NOT NULL COLLATE NOCASE, name TEXT NOT "
     "NULL,"
     " colour INTEGER NOT NULL, added INTEGER NOT NULL, PRIMARY KEY(user, keyword)) WITHOUT "
     "ROWID;"),
    ("CREATE TABLE pass(name TEXT NOT NULL, selector INTEGER NOT NULL, user TEXT NOT NULL,"
     " policy INTEGER NOT NULL, state INTEGER NOT NULL DEFAULT 0, why INTEGER NOT NULL DEFAULT 0,"
     " made INTEGER NOT NULL, expires INTEGER NOT NULL, changed INTEGER NOT NULL,"
     " address TEXT NOT NULL DEFAULT '', agent TEXT NOT NULL DEFAULT '',"
     " told INTEGER NOT NULL DEFAULT 0, sealed BLOB NOT NULL,"
     " PRIMARY KEY(name, selector)) WITHOUT ROWID;"
     "CREATE INDEX pass_name ON pass(name, made);"
     "CREATE INDEX pass_state ON pass(state, expires);"
     "CREATE TABLE pass_generation(value INTEGER NOT NULL);"
     "INSERT INTO pass_generation VALUES(0);"),
    ("CREATE TABLE sending(user TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL,"
     " recipients INTEGER NOT NULL, public INTEGER NOT NULL, PRIMARY KEY(user, id)) WITHOUT ROWID;"
     "CREATE INDEX sending_at ON sending(at);"),
    /* texts are sealed from here on, and what stands there in clear goes */
    ("DROP TABLE saved_search;"
     "CREATE TABLE saved_search(user TEXT NOT NULL, digest TEXT NOT NULL, sealed BLOB NOT NULL,"
     " scope TEXT NOT NULL, folder TEXT NOT NULL, PRIMARY KEY(user, digest)) WITHOUT ROWID;"
     "DROP TABLE remote_sender;"
     "CREATE TABLE remote_sender(user TEXT NOT NULL, digest TEXT NOT NULL, sealed BLOB NOT NULL,"
     " added INTEGER NOT NULL, PRIMARY KEY(user, digest)) WITHOUT ROWID;"
     "DELETE FROM job; DELETE FROM job_part;"),
    ("CREATE TABLE second(account TEXT PRIMARY KEY, sealed BLOB NOT NULL, step INTEGER NOT NULL)"
     " WITHOUT ROWID;"
     "CREATE TABLE second_key(account TEXT NOT NULL, hash BLOB NOT NULL, sealed BLOB NOT NULL,"
     " counter INTEGER NOT NULL, used INTEGER NOT NULL, added INTEGER NOT NULL,"
     " PRIMARY KEY(account, hash)) WITHOUT ROWID;"
     "CREATE TABLE second_code(account TEXT NOT NULL, mac BLOB NOT NULL,"
     " PRIMARY KEY(account, mac)) WITHOUT ROWID;"),
    ("CREATE INDEX session_user ON session(lower(user), used);"
     "CREATE TABLE visit(id BLOB PRIMARY KEY, user TEXT NOT NULL, kind INTEGER NOT NULL,"
     " place BLOB NOT NULL, began INTEGER NOT NULL, ended INTEGER NOT NULL DEFAULT 0,"
     " how INTEGER NOT NULL DEFAULT 0, told INTEGER NOT NULL DEFAULT 0,"
     " done0 INTEGER NOT NULL DEFAULT 0, done1 INTEGER NOT NULL DEFAULT 0,"
     " done2 INTEGER NOT NULL DEFAULT 0, head BLOB NOT NULL) WITHOUT ROWID;"
     "CREATE INDEX visit_user ON visit(user, began);"
     "CREATE TABLE visit_line(visit BLOB NOT NULL, number INTEGER NOT NULL, once BLOB NOT NULL,"
     " kind INTEGER NOT NULL, at INTEGER NOT NULL, text BLOB NOT NULL, PRIMARY KEY(visit, once))"
     " WITHOUT ROWID;"
     "CREATE TABLE place(user TEXT NOT NULL, place BLOB NOT NULL, seen INTEGER NOT NULL,"
     " PRIMARY KEY(user, place)) WITHOUT ROWID;"),
};
enum { SCHEMA_VERSION = sizeof migrations / sizeof migrations[0] };

enum status store_failed(struct store *store, const char *what)
{
    log_event(LOG_LEVEL_ERROR, "store-failure", "code=%s while=\"%s\" cause=\"%s\"",
              diagnosis_code(CAUSE_STORE), what, sqlite3_errmsg(store->db));
    return STATUS_IO;
}

enum status store_execute(struct store *store, const char *sql)
{
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK ? STATUS_OK
                                                                       : store_failed(store, sql);
}

/* ---- opening ---- */

/* SQLite makes files beside it: nobody else may have made them first. */
static enum status check_directory(const char *path, struct arena *arena, struct sv *reason)
{
    struct sv file = sv_of(path);
    size_t slash = sv_find_last_char(file, '/');
    const char *directory =
        slash == SIZE_MAX ? "." : arena_cstr(arena, sv_slice(file, 0, slash > 0 ? slash : 1));
    struct stat info;
    if (stat(directory, &info) != 0) {
        *reason = arena_printf(arena, "%s: %s", directory, strerror(errno));
        return STATUS_IO;
    }
    if ((info.st_mode & 022) != 0) {
        *reason = arena_printf(arena, "%s: others may make files there: chmod 0700", directory);
        return STATUS_DENIED;
    }
    return STATUS_OK;
}

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
    return check_directory(path, arena, reason);
}

static enum status schema_version(struct store *store, int *version)
{
    sqlite3_stmt *query = NULL;
    if (sqlite3_prepare_v2(store->db, "PRAGMA user_version", -1, &query, NULL) != SQLITE_OK ||
        sqlite3_step(query) != SQLITE_ROW) {
        sqlite3_finalize(query);
        return store_failed(store, "reading the schema's version");
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
    bool older = version < SCHEMA_VERSION;
    for (; st == STATUS_OK && version < SCHEMA_VERSION; version++) {
        struct sv sql = arena_printf(arena, "BEGIN IMMEDIATE; %s PRAGMA user_version = %d; COMMIT;",
                                     migrations[version], version + 1);
        st = store_execute(store, sql.p);
    }
    /* what a step has dropped still stands in the journal of a process that was killed */
    return st == STATUS_OK && older ? store_forget_journal(store) : st;
}

static enum status set_up(struct store *store, struct arena *arena, struct sv *reason)
{
    sqlite3_busy_timeout(store->db, 5000);
    enum status st = store_execute(store, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                                          "PRAGMA secure_delete = ON; PRAGMA cache_size = -512;"
                                          "PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0;");
    if (st == STATUS_OK)
        st = migrate(store, arena, reason);
    for (int i = 0; st == STATUS_OK && i < QUERY_COUNT; i++)
        if (sqlite3_prepare_v3(store->db, query_texts[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &store->queries[i], NULL) != SQLITE_OK)
            st = store_failed(store, query_texts[i]);
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
    store->job_lock = -1;
    *reason = SV("the database could not be opened or set up; the log says more");
    if (sqlite3_open_v2(path, &store->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX, NULL) !=
        SQLITE_OK)
        st = store_failed(store, "opening");
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
    if ((*store)->job_lock >= 0)
        close((*store)->job_lock);
    pthread_mutex_destroy(&(*store)->lock);
    free(*store);
    *store = NULL;
}

/* ---- one statement under the lock ---- */

sqlite3_stmt *store_begin(struct store *store, enum query query)
{
    pthread_mutex_lock(&store->lock);
    return store->queries[query];
}

void store_reset(sqlite3_stmt *statement)
{
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

void store_end(struct store *store, sqlite3_stmt *statement)
{
    store_reset(statement);
    pthread_mutex_unlock(&store->lock);
}

void store_bind_text(sqlite3_stmt *statement, int index, struct sv text)
{
    sqlite3_bind_text64(statement, index, text.n ? text.p : "", text.n, SQLITE_STATIC, SQLITE_UTF8);
}

void store_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, size_t n)
{
    sqlite3_bind_blob64(statement, index, n ? bytes : "", n, SQLITE_STATIC);
}

struct sv store_column(sqlite3_stmt *statement, int index, struct arena *arena)
{
    const void *bytes = sqlite3_column_blob(statement, index);
    int n = sqlite3_column_bytes(statement, index);
    return arena_sv(arena, (struct sv){bytes ? bytes : "", n > 0 ? (size_t)n : 0});
}

enum status store_step(struct store *store, sqlite3_stmt *statement, const char *what)
{
    enum status st = sqlite3_step(statement) == SQLITE_DONE ? STATUS_OK : store_failed(store, what);
    store_reset(statement);
    return st;
}

enum status store_step_if(struct store *store, sqlite3_stmt *statement, enum status unchanged,
                          const char *what)
{
    enum status st = store_step(store, statement, what);
    return st == STATUS_OK && sqlite3_changes(store->db) == 0 ? unchanged : st;
}

enum status store_run(struct store *store, sqlite3_stmt *statement, const char *what)
{
    enum status st = store_step(store, statement, what);
    store_end(store, statement);
    return st;
}

enum status store_run_if(struct store *store, sqlite3_stmt *statement, enum status unchanged,
                         const char *what)
{
    enum status st = store_step_if(store, statement, unchanged, what);
    store_end(store, statement);
    return st;
}

enum status store_transaction_begin(struct store *store)
{
    pthread_mutex_lock(&store->lock);
    enum status st = store_execute(store, "BEGIN IMMEDIATE");
    if (st != STATUS_OK)
        pthread_mutex_unlock(&store->lock);
    return st;
}

enum status store_transaction_end(struct store *store, enum status st)
{
    if (st == STATUS_OK)
        st = store_execute(store, "COMMIT");
    if (st != STATUS_OK && !sqlite3_get_autocommit(store->db) &&
        store_execute(store, "ROLLBACK") != STATUS_OK)
        log_event(LOG_LEVEL_WARNING, "store-failure", "while=\"undoing a transaction\"");
    pthread_mutex_unlock(&store->lock);
    return st;
}

enum status store_forget_journal(struct store *store)
{
    pthread_mutex_lock(&store->lock);
    enum status st = store_execute(store, "PRAGMA wal_checkpoint(TRUNCATE)");
    pthread_mutex_unlock(&store->lock);
    return st;
}
