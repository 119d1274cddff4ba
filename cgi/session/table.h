/* table.h — the insides shared by session.c and pool.c; not for other folders. */
#ifndef VM_TABLE_H
#define VM_TABLE_H

#include <pthread.h>

#include "session.h"

enum { TABLE_BUCKETS = 1024, CONNECTIONS_EACH_MAX = 8, HOST_MAX = 256 };

/* One place for a connection. While busy it belongs to the request that took it; a busy place
 * without a connection is one that is being opened. */
struct connection {
    struct imap *imap;
    bool busy;
    bool slow; /* and will be so for long */
};

struct slot {
    void *value;
    void (*free_value)(void *value);
};

struct session {
    struct sessions *table;
    struct session *next; /* in its bucket */
    size_t references;    /* the table's one included */
    bool ended;           /* out of the table: goes with the last reference */
    uint8_t id[STORE_ID_SIZE];
    enum session_kind kind;
    int64_t created, used, stored_used;
    char *user, *password; /* the password is wiped before it is freed */
    size_t user_n, password_n;
    char address[64];
    struct connection connections[CONNECTIONS_EACH_MAX];
    unsigned waiting; /* for a connection, now */
    struct slot slots[SESSION_SLOT_COUNT];
};

struct sessions {
    pthread_mutex_t lock;      /* guards everything below; never held during I/O */
    pthread_cond_t given_back; /* a connection became idle, or a place free */
    struct store *store;
    struct server_key key;
    struct stream_target server;
    char host[HOST_MAX];
    struct session_limits limits;
    struct session *buckets[TABLE_BUCKETS];
    size_t count, connections;
};

/* A copy of the server's settings, for use without the lock. host: room for HOST_MAX. */
struct stream_target table_server(struct sessions *table, char host[HOST_MAX]);
/* Takes every idle connection of a session out of it, so that the caller closes them without the
 * lock; connections that are busy are closed when they are given back. Lock held. */
size_t table_take_idle(struct session *session, int64_t used_before_ms,
                       struct imap *out[CONNECTIONS_EACH_MAX]);
/* Drops a reference; frees what nobody holds. Lock not held. */
void table_release(struct session *session);

#endif
