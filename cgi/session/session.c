#include "session.h"

#include <sys/mman.h>

#include "arena.h"
#include "base64.h"
#include "log.h"
#include "random.h"
#include "table.h"

enum { TOUCH_STORE_S = 60, ARENA_BUDGET = 64 * 1024, AGENT_MAX = 200 };

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

static struct session *lookup(struct sessions *table, const uint8_t id[STORE_ID_SIZE])
{
    struct session *s = *bucket_of(table, id);
    while (s && !seal_equal(s->id, id, STORE_ID_SIZE))
        s = s->next;
    return s;
}

static void insert(struct sessions *table, struct session *session)
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

static char *secret_copy(struct sv text)
{
    char *copy = sv_copy(text);
    /* best effort: where locking memory is not allowed the page may reach the swap */
    if (mlock(copy, text.n + 1) != 0)
        return copy;
    return copy;
}

static struct session *session_new(struct sessions *table, const struct session_record *record,
                                   struct sv password)
{
    struct session *s = calloc(1, sizeof *s);
    struct sb address;
    if (!s)
        abort();
    s->table = table;
    s->references = 2; /* the table's and the caller's */
    memcpy(s->id, record->id, sizeof s->id);
    s->kind = record->kind;
    s->created = record->created;
    s->used = s->stored_used = record->used;
    s->user = secret_copy(record->user);
    s->user_n = record->user.n;
    s->password = secret_copy(password);
    s->password_n = password.n;
    sb_fixed(&address, s->address, sizeof s->address);
    sb_add(&address, record->address);
    return s;
}

static void session_free(struct session *s)
{
    for (size_t i = 0; i < SESSION_SLOT_COUNT; i++)
        if (s->slots[i].value)
            s->slots[i].free_value(s->slots[i].value);
    seal_wipe(s->password, s->password_n);
    free(s->password);
    free(s->user);
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
        session_free(session);
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

static int64_t expires(const struct session_limits *limits, enum session_kind kind, int64_t created,
                       int64_t used)
{
    bool full = kind == SESSION_FULL;
    int64_t idle = used + (full ? limits->idle_s : limits->public_idle_s);
    int64_t absolute = created + (full ? limits->absolute_s : limits->public_absolute_s);
    return idle < absolute ? idle : absolute;
}

int64_t session_expires(struct session *session)
{
    struct sessions *table = session->table;
    pthread_mutex_lock(&table->lock);
    int64_t at = expires(&table->limits, session->kind, session->created, session->used);
    pthread_mutex_unlock(&table->lock);
    return at;
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
        int64_t end = expires(&table->limits, s->kind, s->created, s->used);
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
    int64_t now = clock_wall();
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

/* ---- signing in ---- */

static bool credentials_sound(const struct sign_in *who)
{
    return who->user.n > 0 && who->user.n <= STORE_USER_MAX && !sv_has_control(who->user) &&
           who->password.n > 0 && who->password.n <= SESSION_PASSWORD_MAX &&
           !sv_has_control(who->password);
}

/* What the seal is bound to: a sealed password moved to another row does not open. */
static struct sv seal_context(struct arena *arena, const struct session_record *record)
{
    struct sb context;
    sb_init(&context, arena, STORE_USER_MAX + STORE_ID_SIZE);
    sb_add(&context, (struct sv){(const char *)record->id, STORE_ID_SIZE});
    sb_add(&context, record->user);
    return sb_view(&context);
}

static enum status keep_in_store(struct sessions *table, struct arena *arena, struct sv secret,
                                 struct session_record *record, struct sv password)
{
    struct sb sealed;
    if (record->kind == SESSION_PUBLIC)
        return STATUS_OK;
    sb_init(&sealed, arena, STORE_SEALED_MAX);
    enum status st =
        seal_close(&table->key, secret, seal_context(arena, record), password, &sealed);
    record->sealed = sb_view(&sealed);
    return st == STATUS_OK ? store_session_put(table->store, record) : st;
}

static struct session *admit(struct sessions *table, const struct session_record *record,
                             struct sv password, struct imap *imap)
{
    struct session *session = session_new(table, record, password);
    session->connections[0].imap = imap;
    pthread_mutex_lock(&table->lock);
    table->connections += imap ? 1 : 0;
    insert(table, session);
    pthread_mutex_unlock(&table->lock);
    return session;
}

enum status session_sign_in(struct sessions *table, const struct sign_in *who,
                            struct deadline deadline, char token[SESSION_TOKEN_TEXT + 1],
                            struct session **out, struct diagnosis *d)
{
    char host[HOST_MAX];
    uint8_t secret[SESSION_TOKEN_SIZE];
    struct imap *imap;
    if (!credentials_sound(who))
        return STATUS_INVALID;
    struct stream_target server = table_server(table, host);
    struct imap_login login = {
        .user = who->user, .password = who->password, .client = who->address};
    enum status st = imap_open(&server, &login, deadline, &imap, d);
    if (st == STATUS_CLOSED) /* a server that is being reloaded drops whom it has just accepted */
        st = imap_open(&server, &login, deadline, &imap, d);
    if (st != STATUS_OK)
        return st;
    struct arena *arena = arena_new(ARENA_BUDGET);
    random_bytes(secret, sizeof secret);
    struct sv secret_view = {(char *)secret, sizeof secret};
    struct session_record record = {.user = who->user,
                                    .kind = who->kind,
                                    .created = clock_wall(),
                                    .used = clock_wall(),
                                    .address = who->address,
                                    .agent = sv_slice(who->agent, 0, AGENT_MAX)};
    seal_hash(secret_view, record.id);
    st = keep_in_store(table, arena, secret_view, &record, who->password);
    if (st == STATUS_OK) {
        struct sb text;
        sb_fixed(&text, token, SESSION_TOKEN_TEXT + 1);
        base64url_encode(&text, secret, sizeof secret);
        *out = admit(table, &record, who->password, imap);
    } else {
        diagnosis_set(d, STAGE_STORE, CAUSE_STORE, "", 0, "");
        imap_close(&imap);
    }
    seal_wipe(secret, sizeof secret);
    arena_free(&arena);
    return st;
}

/* ---- finding ---- */

/* Lock held. */
static enum status hold(struct session *session, enum session_use use, int64_t now)
{
    const struct session_limits *limits = &session->table->limits;
    int64_t end = expires(limits, session->kind, session->created, session->used);
    bool rescued = use == SESSION_USE_RESCUE && now < end + limits->rescue_s;
    if (now >= end && !rescued)
        return STATUS_DENIED;
    if (use == SESSION_USE_PAGE)
        session->used = now;
    session->references++;
    return STATUS_OK;
}

/* The token is the one key to the password: only now, with the cookie at hand, can it be opened. */
static enum status revive(struct sessions *table, struct sv secret, const uint8_t id[STORE_ID_SIZE],
                          struct session **out)
{
    char room[SESSION_PASSWORD_MAX + 1];
    struct arena *arena = arena_new(ARENA_BUDGET);
    struct session_record record;
    struct sb password;
    sb_fixed(&password, room, sizeof room);
    enum status st = store_session_get(table->store, id, arena, &record);
    if (st == STATUS_OK)
        st = seal_open(&table->key, secret, seal_context(arena, &record), record.sealed, &password);
    if (st == STATUS_OK) {
        struct session *fresh = session_new(table, &record, sb_view(&password));
        pthread_mutex_lock(&table->lock);
        struct session *other = lookup(table, id); /* a second request was faster */
        if (other)
            other->references++;
        else
            insert(table, fresh);
        pthread_mutex_unlock(&table->lock);
        if (other)
            session_free(fresh);
        *out = other ? other : fresh;
        /* signed out since, before there was anything to end */
        if (store_session_get(table->store, id, arena, &record) == STATUS_NOT_FOUND) {
            st = STATUS_NOT_FOUND;
            session_end(*out);
            table_release(*out);
        }
    } else if (st == STATUS_DENIED) {
        st = STATUS_NOT_FOUND; /* the server key has changed */
    }
    seal_wipe(room, sizeof room);
    arena_free(&arena);
    return st;
}

static void note_use(struct session *session, enum session_use use)
{
    struct sessions *table = session->table;
    pthread_mutex_lock(&table->lock);
    bool due = use == SESSION_USE_PAGE && session->kind == SESSION_FULL &&
               session->used - session->stored_used >= TOUCH_STORE_S;
    int64_t used = session->used;
    if (due)
        session->stored_used = used;
    pthread_mutex_unlock(&table->lock);
    /* a use that is not kept only shortens the session after a restart; the store has logged it */
    if (due && store_session_touch(table->store, session->id, used) != STATUS_OK)
        return;
}

enum status session_find(struct sessions *table, struct sv token, enum session_use use,
                         struct session **out)
{
    uint8_t secret[SESSION_TOKEN_SIZE], id[STORE_ID_SIZE];
    size_t n = sizeof secret;
    struct session *revived = NULL;
    if (token.n != SESSION_TOKEN_TEXT || base64url_decode(token, secret, &n) != STATUS_OK ||
        n != sizeof secret)
        return STATUS_NOT_FOUND;
    struct sv secret_view = {(char *)secret, sizeof secret};
    seal_hash(secret_view, id);
    pthread_mutex_lock(&table->lock);
    struct session *session = lookup(table, id);
    enum status st = session ? hold(session, use, clock_wall()) : STATUS_NOT_FOUND;
    pthread_mutex_unlock(&table->lock);
    if (!session && (st = revive(table, secret_view, id, &revived)) == STATUS_OK) {
        session = revived;
        pthread_mutex_lock(&table->lock);
        st = hold(session, use, clock_wall());
        pthread_mutex_unlock(&table->lock);
        table_release(session); /* revive's reference; hold took the caller's own */
    }
    seal_wipe(secret, sizeof secret);
    if (st != STATUS_OK)
        return st;
    note_use(session, use);
    *out = session;
    return STATUS_OK;
}

/* ---- what a session knows ---- */

struct sv session_user(const struct session *session)
{
    return (struct sv){session->user, session->user_n};
}

enum session_kind session_kind(const struct session *session)
{
    return session->kind;
}

enum status session_with_password(struct session *session,
                                  enum status (*use)(void *context, struct sv password),
                                  void *context)
{
    return use(context, (struct sv){session->password, session->password_n});
}
