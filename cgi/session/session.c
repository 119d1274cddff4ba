#include "session.h"

#include "account.h"
#include "arena.h"
#include "log.h"
#include "secret.h"
#include "table.h"
#include "utf8.h"
#include "visit.h"

/* ---- the table ---- */

static void set_server(struct sessions *table, const struct stream_target *server,
                       const struct session_limits *limits)
{
    struct sb host;
    sb_fixed(&host, table->host, sizeof table->host);
    sb_add_cstr(&host, server->host);
    table->server = *server;
    table->server.host = table->host;
    table->limits = *limits;
    if (table->limits.connections_each > CONNECTIONS_EACH_MAX)
        table->limits.connections_each = CONNECTIONS_EACH_MAX;
}

struct sessions *sessions_new(struct store *store, const struct server_key *key,
                              const struct stream_target *server,
                              const struct session_limits *limits)
{
    struct sessions *table = calloc(1, sizeof *table);
    if (!table)
        abort();
    pthread_mutex_init(&table->lock, NULL);
    deadline_cond_init(&table->given_back);
    table->store = store;
    table->key = *key;
    secret_keep(&table->key, sizeof table->key);
    set_server(table, server, limits);
    return table;
}

void sessions_configure(struct sessions *table, const struct stream_target *server,
                        const struct session_limits *limits)
{
    pthread_mutex_lock(&table->lock);
    set_server(table, server, limits);
    pthread_mutex_unlock(&table->lock);
}

struct stream_target table_server(struct sessions *table, char host[HOST_MAX])
{
    pthread_mutex_lock(&table->lock);
    struct stream_target server = table->server;
    memcpy(host, table->host, HOST_MAX);
    pthread_mutex_unlock(&table->lock);
    server.host = host;
    return server;
}

void sessions_use_passes(struct sessions *table, struct passes *passes)
{
    table->passes = passes;
}

void sessions_use_domain(struct sessions *table, struct sv domain)
{
    struct sb text;
    pthread_mutex_lock(&table->lock);
    sb_fixed(&text, table->domain, sizeof table->domain);
    sb_add(&text, domain);
    pthread_mutex_unlock(&table->lock);
}

struct sv table_domain(struct sessions *table, struct arena *arena)
{
    pthread_mutex_lock(&table->lock);
    struct sv domain = arena_sv(arena, sv_of(table->domain));
    pthread_mutex_unlock(&table->lock);
    return domain;
}

size_t sessions_count(struct sessions *table)
{
    pthread_mutex_lock(&table->lock);
    size_t count = table->count;
    pthread_mutex_unlock(&table->lock);
    return count;
}

size_t sessions_connections(struct sessions *table)
{
    pthread_mutex_lock(&table->lock);
    size_t count = table->connections;
    pthread_mutex_unlock(&table->lock);
    return count;
}

static struct session **bucket_of(struct sessions *table, const uint8_t id[STORE_ID_SIZE])
{
    return &table->buckets[((size_t)id[0] << 8 | id[1]) % TABLE_BUCKETS];
}

struct session *table_lookup(struct sessions *table, const uint8_t id[STORE_ID_SIZE])
{
    struct session *s = *bucket_of(table, id);
    while (s && !seal_equal(s->id, id, STORE_ID_SIZE))
        s = s->next;
    return s;
}

void table_insert(struct sessions *table, struct session *session)
{
    struct session **bucket = bucket_of(table, session->id);
    session->next = *bucket;
    *bucket = session;
    table->count++;
}

/* Lock held. The table's reference stays with the caller. */
static void take_out(struct sessions *table, struct session *session)
{
    struct session **at = bucket_of(table, session->id);
    while (*at != session)
        at = &(*at)->next;
    *at = session->next;
    session->ended = true;
    table->count--;
}

/* ---- one session ---- */

static void name_account(struct session *s)
{
    struct arena *arena = arena_new(TABLE_ARENA);
    struct sv name = account_short(session_user(s), table_domain(s->table, arena), arena);
    s->account = sv_copy(name);
    s->account_n = name.n;
    arena_free(&arena);
}

struct session *table_session_new(struct sessions *table, const struct session_record *record,
                                  const struct session_nature *nature, struct sv password)
{
    struct session *s = calloc(1, sizeof *s);
    struct sb address, agent;
    if (!s)
        abort();
    s->table = table;
    s->references = 2; /* the table's and the caller's */
    memcpy(s->id, record->id, sizeof s->id);
    s->kind = record->kind;
    s->nature = *nature;
    s->created = record->created;
    s->used = s->stored_used = record->used;
    s->user = sv_copy(record->user);
    s->user_n = record->user.n;
    name_account(s);
    s->password = secret_copy(password);
    s->password_n = password.n;
    sb_fixed(&address, s->address, sizeof s->address);
    sb_add(&address, record->address);
    sb_fixed(&agent, s->agent, sizeof s->agent);
    sb_add(&agent, utf8_cut(record->agent, AGENT_MAX));
    return s;
}

void table_session_free(struct session *s)
{
    visit_close(s);
    for (size_t i = 0; i < SESSION_SLOT_COUNT; i++)
        if (s->slots[i].value)
            s->slots[i].free_value(s->slots[i].value);
    secret_free(s->password);
    free(s->user);
    free(s->account);
    free(s);
}

void table_release(struct session *session)
{
    struct sessions *table = session->table;
    struct imap *idle[CONNECTIONS_EACH_MAX];
    size_t n = 0;
    pthread_mutex_lock(&table->lock);
    bool last = --session->references == 0;
    if (last)
        n = table_take_idle(session, INT64_MAX, idle);
    pthread_mutex_unlock(&table->lock);
    for (size_t i = 0; i < n; i++)
        imap_close(&idle[i]);
    if (last)
        table_session_free(session);
}

void session_release(struct session **session)
{
    if (!session || !*session)
        return;
    table_release(*session);
    *session = NULL;
}

/* Takes it out of the table; true if this call did. Lock not held. */
static bool retire(struct session *session)
{
    struct sessions *table = session->table;
    pthread_mutex_lock(&table->lock);
    bool ours = !session->ended;
    if (ours)
        take_out(table, session);
    pthread_mutex_unlock(&table->lock);
    return ours;
}

void session_end(struct session *session)
{
    if (store_session_delete(session->table->store, session->id) != STATUS_OK)
        log_event(LOG_LEVEL_WARNING, "session-not-wiped", "code=%s", diagnosis_code(CAUSE_STORE));
    if (retire(session))
        table_release(session);
}

void session_cut(struct session *session)
{
    pthread_mutex_lock(&session->table->lock);
    if (!session->cut)
        session->cut = clock_lasting();
    pthread_mutex_unlock(&session->table->lock);
}

void sessions_free(struct sessions **sessions)
{
    if (!sessions || !*sessions)
        return;
    struct sessions *table = *sessions;
    for (size_t i = 0; i < TABLE_BUCKETS; i++)
        while (table->buckets[i]) {
            struct session *s = table->buckets[i];
            if (retire(s))
                table_release(s);
        }
    pthread_cond_destroy(&table->given_back);
    pthread_mutex_destroy(&table->lock);
    seal_wipe(&table->key, sizeof table->key);
    free(table);
    *sessions = NULL;
}

/* ---- time ---- */

int64_t table_expires(const struct session *session)
{
    const struct session_limits *limits = &session->table->limits;
    bool full = session->kind == SESSION_FULL;
    int64_t idle = session->used + (full ? limits->idle_s : limits->public_idle_s);
    int64_t end = session->created + (full ? limits->absolute_s : limits->public_absolute_s);
    if (session->nature.half && end > session->created + SESSION_HALF_S)
        end = session->created + SESSION_HALF_S;
    if (session->cut && end > session->cut)
        end = session->cut;
    return idle < end ? idle : end;
}

int64_t session_expires(struct session *session)
{
    struct sessions *table = session->table;
    pthread_mutex_lock(&table->lock);
    int64_t left = table_expires(session) - clock_lasting();
    pthread_mutex_unlock(&table->lock);
    return clock_wall() + left; /* what a person's watch shows then */
}

static void sweep_store(struct sessions *table, const struct session_limits *limits, int64_t now)
{
    int64_t rescue = limits->rescue_s;
    if (store_session_sweep(table->store, SESSION_FULL, now - limits->absolute_s - rescue,
                            now - limits->idle_s - rescue) != STATUS_OK ||
        store_session_sweep(table->store, SESSION_PUBLIC, now - limits->public_absolute_s - rescue,
                            now - limits->public_idle_s - rescue) != STATUS_OK)
        log_event(LOG_LEVEL_WARNING, "sweep-failed", "code=%s", diagnosis_code(CAUSE_STORE));
}

/* One session a call, so that the lock is short and nothing is closed under it: returns one whose
 * time is over (out of the table, the caller's), or fills `idle`. */
static struct session *sweep_bucket(struct sessions *table, size_t bucket, int64_t now,
                                    struct imap *idle[CONNECTIONS_EACH_MAX], size_t *n)
{
    *n = 0;
    for (struct session *s = table->buckets[bucket]; s; s = s->next) {
        int64_t end = table_expires(s);
        if (now >= end + table->limits.rescue_s) {
            take_out(table, s);
            return s;
        }
        int64_t before =
            now >= end ? INT64_MAX : clock_ms() - table->limits.connection_idle_s * 1000;
        if ((*n = table_take_idle(s, before, idle)) > 0)
            return NULL;
    }
    return NULL;
}

void sessions_sweep(struct sessions *table)
{
    int64_t now = clock_lasting();
    for (size_t bucket = 0; bucket < TABLE_BUCKETS; bucket++) {
        struct imap *idle[CONNECTIONS_EACH_MAX];
        struct session *over;
        size_t n;
        do {
            pthread_mutex_lock(&table->lock);
            over = sweep_bucket(table, bucket, now, idle, &n);
            pthread_mutex_unlock(&table->lock);
            for (size_t i = 0; i < n; i++)
                imap_close(&idle[i]);
            if (over)
                table_release(over);
        } while (over || n > 0);
    }
    pthread_mutex_lock(&table->lock);
    struct session_limits limits = table->limits;
    pthread_mutex_unlock(&table->lock);
    sweep_store(table, &limits, now);
}

/* ---- what a session knows ---- */

struct sv session_user(const struct session *session)
{
    return (struct sv){session->user, session->user_n};
}

struct sv session_account(const struct session *session)
{
    return (struct sv){session->account, session->account_n};
}

enum session_kind session_kind(const struct session *session)
{
    return session->kind;
}

bool session_by_pass(const struct session *session)
{
    return session->nature.pass;
}

bool session_reading(const struct session *session)
{
    return session->nature.reading;
}

bool session_half(const struct session *session)
{
    return session->nature.half;
}

enum status session_with_password(struct session *session,
                                  enum status (*use)(void *context, struct sv password),
                                  void *context)
{
    return use(context, (struct sv){session->password, session->password_n});
}
