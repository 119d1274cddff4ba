/* sqlite.h — what the files of the embedded store share: one SQLite file (WAL), one connection, one
 * lock. A request needs at most a few short statements, so that a pool of connections would only
 * add ways to be wrong. */
#ifndef VM_SQLITE_H
#define VM_SQLITE_H

#include <pthread.h>
#include <sqlite3.h>

#include "arena.h"
#include "store.h"

enum query {
    SESSION_PUT,
    SESSION_GET,
    SESSION_TOUCH,
    SESSION_DELETE,
    SESSION_SWEEP,
    SESSION_LIST,
    VISIT_PUT,
    VISIT_TRIM,
    VISIT_END,
    VISIT_LINE_COUNT,
    VISIT_LINE_PUT,
    VISIT_ADD,
    VISIT_LIST,
    VISIT_LINES,
    VISIT_TOLD,
    VISIT_SWEEP,
    VISIT_LINES_SWEEP,
    PLACE_FIND,
    PLACE_PUT,
    PLACE_TRIM,
    PREFERENCES_GET,
    PREFERENCE_PUT,
    REMOTE_SENDER_PUT,
    REMOTE_SENDER_TRIM,
    REMOTE_SENDER_HAS,
    REMOTE_SENDER_DELETE,
    REMOTE_SENDER_LIST,
    SEARCH_ADD,
    SEARCH_RENAME,
    SEARCH_DELETE,
    SEARCH_LIST,
    SEARCH_COUNT,
    SEARCH_GET,
    SEND_CLAIM,
    SEND_RETAKE,
    SEND_PUT,
    SEND_GET,
    SEND_DELETE,
    SEND_LIST,
    SEND_SWEEP,
    SENDING_SWEEP,
    SENDING_SETTLE,
    SENDING_HAS,
    SENDING_LIST,
    SENDING_ADD,
    SENDING_DELETE,
    JOB_PUT,
    JOB_GET,
    JOB_LIST,
    JOB_CLAIM,
    JOB_SAVE,
    JOB_TOLD,
    JOB_UNDONE,
    JOB_PART_PUT,
    JOB_PART_GET,
    JOB_TRIM,
    JOB_SWEEP,
    JOB_PARTS_SWEEP,
    FOLDER_LIST,
    FOLDER_COUNT,
    FOLDER_COLOUR_PUT,
    FOLDER_USE_PUT,
    FOLDER_USE_TAKE,
    FOLDER_TARGET_PUT,
    FOLDER_TARGET_TRIM,
    FOLDER_TIDY,
    FOLDER_RENAME,
    SEARCH_FOLDER_RENAME,
    FOLDER_DELETE,
    TAG_LIST,
    TAG_COUNT,
    TAG_PUT,
    TAG_DELETE,
    PASS_PUT,
    PASS_ALIVE,
    PASS_GET,
    PASS_CLAIM,
    PASS_USE,
    PASS_GIVE_BACK,
    PASS_VOID_SOME,
    PASS_VOID_EVERYONE,
    PASS_LIST,
    PASS_UNTOLD,
    PASS_TOLD,
    PASS_EXPIRE,
    PASS_BREAK,
    PASS_FORGET,
    GENERATION_GET,
    GENERATION_RAISE,
    SECOND_COUNT,
    SECOND_ANY,
    SECOND_PUT,
    SECOND_GET,
    SECOND_STEP,
    SECOND_DELETE,
    SECOND_KEY_COUNT,
    SECOND_KEY_ADD,
    SECOND_KEY_HAS,
    SECOND_KEY_LIST,
    SECOND_KEY_USE,
    SECOND_KEY_DELETE,
    SECOND_KEYS_DELETE,
    SECOND_CODE_ADD,
    SECOND_CODE_USE,
    SECOND_CODES_DELETE,
    QUERY_COUNT
};

struct store {
    pthread_mutex_t lock; /* held for one statement, never during network I/O */
    sqlite3 *db;
    sqlite3_stmt *queries[QUERY_COUNT];
    struct store_seal seal;
    int job_lock; /* the file beside it whose lock says that we work on its jobs; -1: not ours */
};

/* Logs the database's own words. Always STATUS_IO. */
enum status store_failed(struct store *store, const char *what);
/* Statements without rows or parameters; the lock is held, or nobody else is there yet. */
enum status store_execute(struct store *store, const char *sql) MUST_USE;

/* One prepared statement under the lock, until store_end(). */
sqlite3_stmt *store_begin(struct store *store, enum query query);
void store_end(struct store *store, sqlite3_stmt *statement);
/* Lent until store_end(). */
void store_bind_text(sqlite3_stmt *statement, int index, struct sv text);
void store_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, size_t n);
struct sv store_column(sqlite3_stmt *statement, int index, struct arena *arena);
/* Texts on their way in and out, by store_use_seal(); the empty text stays empty. column: a
 * literal; row: what tells it from others. */
enum status store_close_text(struct store *store, struct arena *arena, const char *column,
                             struct sv row, struct sv text, struct sv *out) MUST_USE;
enum status store_open_text(struct store *store, struct arena *arena, const char *column,
                            struct sv row, struct sv sealed, struct sv *out) MUST_USE;
/* By which a row is found whose text is sealed. */
enum status store_digest_text(struct store *store, struct arena *arena, const char *column,
                              struct sv row, struct sv text, struct sv *out) MUST_USE;
/* Runs a statement that gives no rows, then store_end(). */
enum status store_run(struct store *store, sqlite3_stmt *statement, const char *what) MUST_USE;
/* The same for one that changes rows under a condition: `unchanged` if none met it. */
enum status store_run_if(struct store *store, sqlite3_stmt *statement, enum status unchanged,
                         const char *what) MUST_USE;
/* Several statements as one: begin() takes the lock, end() commits, or undoes if `st` is a failure,
 * and returns that. Between them queries[] are used without store_begin(), and run by store_step()
 * or end with store_reset(). */
enum status store_transaction_begin(struct store *store) MUST_USE;
enum status store_transaction_end(struct store *store, enum status st) MUST_USE;
enum status store_step(struct store *store, sqlite3_stmt *statement, const char *what) MUST_USE;
enum status store_step_if(struct store *store, sqlite3_stmt *statement, enum status unchanged,
                          const char *what) MUST_USE;
void store_reset(sqlite3_stmt *statement);
/* secure_delete clears the page, but the old page may still stand in the write-ahead log. */
enum status store_forget_journal(struct store *store) MUST_USE;

#endif
