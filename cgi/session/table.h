/* table.h — the insides shared by the files of the table (session.c, sign_in.c, find.c, pool.c…);
 * not for other folders. */
#ifndef VM_TABLE_H
#define VM_TABLE_H

#include <pthread.h>

#include "session.h"

enum { TABLE_ARENA = 64 * 1024 }; /* bytes of a row on its way from or to the store */
enum { TABLE_BUCKETS = 1024, CONNECTIONS_EACH_MAX = 8, HOST_MAX = 256, AGENT_MAX = 200 };

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

/* What it may do, besides its kind, and whose it is; it does not change. */
struct session_nature {
    bool pass, reading, half;
    uint8_t browser[SEAL_HASH_SIZE]; /* the hash of its traits */
};

struct session {
    struct sessions *table;
    struct session *next; /* in its bucket */
    size_t references;    /* the table's one included */
    bool ended;           /* out of the table: goes with the last reference */
    uint8_t id[STORE_ID_SIZE];
    enum session_kind kind;
    struct session_nature nature;
    int64_t created, used, stored_used;
    int64_t cut;           /* when it was cut; 0: it was not */
    char *user, *password; /* the password: secret_copy() */
    char *account;         /* see session_account() */
    size_t user_n, password_n, account_n;
    char address[64];
    char agent[AGENT_MAX + 1];
    bool visiting; /* visit.h: it has a visit, of this id */
    uint8_t visit[STORE_VISIT_ID_SIZE];
    int64_t ending;    /* when somebody said how it ends; 0: nobody */
    int ends;          /* enum visit_end */
    int64_t news_seen; /* of what began until then nothing more is told in it */
    struct connection connections[CONNECTIONS_EACH_MAX];
    unsigned waiting; /* for a connection, now */
    unsigned rescues; /* see session_may_rescue() */
    struct slot slots[SESSION_SLOT_COUNT];
};

struct sessions {
    pthread_mutex_t lock;      /* guards everything below; never held during I/O */
    pthread_cond_t given_back; /* a connection became idle, or a place free */
    struct store *store;
    struct passes *passes; /* may be NULL */
    struct server_key key;
    struct stream_target server;
    char host[HOST_MAX], domain[HOST_MAX];
    struct session_limits limits;
    struct session *buckets[TABLE_BUCKETS];
    size_t count, connections;
};

/* Lock held by the caller: these three. */
struct session *table_lookup(struct sessions *table, const uint8_t id[STORE_ID_SIZE]);
void table_insert(struct sessions *table, struct session *session);
/* When it ends if nothing more is done. */
int64_t table_expires(const struct session *session);
/* Not in the table yet; two references, the table's and the caller's. */
struct session *table_session_new(struct sessions *table, const struct session_record *record,
                                  const struct session_nature *nature, struct sv password);
/* Of one that nobody else has seen. */
void table_session_free(struct session *session);
/* What the seal of its password is bound to: moved to another row it does not open. */
struct sv table_seal_context(struct arena *arena, const struct session_record *record);
/* A copy of the server's settings, for use without the lock. host: room for HOST_MAX. */
struct stream_target table_server(struct sessions *table, char host[HOST_MAX]);
/* The site's domain, in the arena. Lock not held. */
struct sv table_domain(struct sessions *table, struct arena *arena);
/* What the connections of such a session do not show. */
struct imap_veil table_veil(struct sessions *table, enum session_kind kind);
/* Before a connection is opened: where there are as many as may be, the longest idle one is closed.
 * Lock not held. */
void table_make_room(struct sessions *table);
/* Takes every idle connection of a session out of it, so that the caller closes them without the
 * lock; connections that are busy are closed when they are given back. Lock held. */
size_t table_take_idle(struct session *session, int64_t used_before_ms,
                       struct imap *out[CONNECTIONS_EACH_MAX]);
/* Drops a reference; frees what nobody holds. Lock not held. */
void table_release(struct session *session);

#endif
