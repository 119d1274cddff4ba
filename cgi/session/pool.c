/* The warm connections. A place in a session is marked busy under the table's lock; whatever talks
 * to the server happens outside it. */
#include "log.h"
#include "table.h"

/* Whoever waits for a connection holds a thread that others need: few of a session wait long. */
enum { PATIENCE_MS = 100, WAITING_LONG = 2, WAIT_SHORT_MS = 3000 };

size_t table_take_idle(struct session *session, int64_t used_before_ms,
                       struct imap *out[CONNECTIONS_EACH_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < CONNECTIONS_EACH_MAX; i++) {
        struct connection *c = &session->connections[i];
        if (!c->imap || c->busy || imap_last_use(c->imap) >= used_before_ms)
            continue;
        out[n++] = c->imap;
        c->imap = NULL;
        session->table->connections--;
    }
    return n;
}

/* Lock held. Opening another connection and selecting there is cheaper than selecting anew on one
 * that has another mailbox open (6 ms against 40 to 55 on a large Maildir), so that an idle one
 * with a different mailbox comes only after a free place. While `patient`, one that is busy is
 * waited for rather than doubled: most requests are over in a few milliseconds. */
static struct connection *choose(struct session *session, struct sv mailbox, bool patient)
{
    struct connection *idle = NULL, *free_place = NULL;
    bool busy = false;
    for (size_t i = 0; i < session->table->limits.connections_each; i++) {
        struct connection *c = &session->connections[i];
        if (c->busy) {
            busy |= !c->slow;
            continue;
        }
        if (!c->imap) {
            free_place = free_place ? free_place : c;
            continue;
        }
        const struct imap_mailbox *selected = imap_selected(c->imap);
        if (mailbox.n == 0 || !selected || sv_eq(selected->name, mailbox))
            return c;
        if (!idle || imap_last_use(c->imap) < imap_last_use(idle->imap))
            idle = c;
    }
    if (busy && patient)
        return NULL;
    return free_place ? free_place : idle;
}

/* Lock held. The longest idle connection of all sessions, taken out for the caller to close. */
static struct imap *take_longest_idle(struct sessions *table)
{
    struct connection *oldest = NULL;
    for (size_t b = 0; b < TABLE_BUCKETS; b++)
        for (struct session *s = table->buckets[b]; s; s = s->next)
            for (size_t i = 0; i < CONNECTIONS_EACH_MAX; i++) {
                struct connection *c = &s->connections[i];
                if (c->imap && !c->busy &&
                    (!oldest || imap_last_use(c->imap) < imap_last_use(oldest->imap)))
                    oldest = c;
            }
    if (!oldest)
        return NULL;
    struct imap *imap = oldest->imap;
    oldest->imap = NULL;
    table->connections--;
    return imap;
}

void table_make_room(struct sessions *table)
{
    struct imap *evicted = NULL;
    pthread_mutex_lock(&table->lock);
    if (table->connections >= table->limits.connections_total)
        evicted = take_longest_idle(table);
    pthread_mutex_unlock(&table->lock);
    imap_close(&evicted);
}

struct sv session_server(const struct session *session, struct arena *arena)
{
    char host[HOST_MAX];
    return arena_sv(arena, sv_of(table_server(session->table, host).host));
}

enum { DAY_S = 24 * 3600 };

struct imap_veil table_veil(struct sessions *table, enum session_kind kind)
{
    pthread_mutex_lock(&table->lock);
    int64_t days = table->limits.public_days, today = clock_wall() / DAY_S;
    const struct imap_veil veil = {.since = days > 0 ? (today - days) * DAY_S : 0,
                                   .hides = table->limits.public_hides};
    pthread_mutex_unlock(&table->lock);
    return kind == SESSION_PUBLIC ? veil : (struct imap_veil){0};
}

static enum status open_connection(struct session *session, struct deadline deadline,
                                   struct imap **out, struct diagnosis *d)
{
    struct sessions *table = session->table;
    char host[HOST_MAX];
    struct stream_target server = table_server(table, host);
    table_make_room(table);
    struct imap_login login = {.user = {session->user, session->user_n},
                               .password = {session->password, session->password_n},
                               .client = sv_of(session->address),
                               .reading = session->nature.reading,
                               .veil = table_veil(table, session->kind)};
    return imap_open(&server, &login, deadline, out, d);
}

/* Puts imap (or nothing) into a busy place, and lets others at it if `busy` is false. */
static void settle(struct session *session, struct connection *place, struct imap *imap, bool busy)
{
    struct sessions *table = session->table;
    pthread_mutex_lock(&table->lock);
    if (place->imap && !imap)
        table->connections--;
    if (!place->imap && imap)
        table->connections++;
    place->imap = imap;
    place->busy = busy;
    place->slow = place->slow && busy;
    if (!busy)
        pthread_cond_broadcast(&table->given_back);
    pthread_mutex_unlock(&table->lock);
}

static enum status wait_for_place(struct session *session, struct sv mailbox,
                                  struct deadline deadline, struct connection **out)
{
    struct sessions *table = session->table;
    struct timespec until = deadline_timespec(deadline);
    struct timespec soon = deadline_timespec(deadline_min(deadline, deadline_in(PATIENCE_MS)));
    struct timespec brief = deadline_timespec(deadline_min(deadline, deadline_in(WAIT_SHORT_MS)));
    struct connection *place;
    int waited = 0;
    pthread_mutex_lock(&table->lock);
    if (session->waiting++ >= WAITING_LONG)
        until = brief;
    while (!(place = choose(session, mailbox, true)) && waited == 0)
        waited = pthread_cond_timedwait(&table->given_back, &table->lock, &soon);
    waited = 0;
    while (!place && !(place = choose(session, mailbox, false)) && waited == 0)
        waited = pthread_cond_timedwait(&table->given_back, &table->lock, &until);
    if (place)
        place->busy = true;
    session->waiting--;
    pthread_mutex_unlock(&table->lock);
    if (!place)
        return STATUS_UNAVAILABLE;
    *out = place;
    return STATUS_OK;
}

static void void_passes(struct session *session)
{
    struct passes *passes = session->table->passes;
    if (passes &&
        pass_void(passes, session_user(session), PASS_SELECTOR_ANY, PASS_WHY_PASSWORD) != STATUS_OK)
        log_event(LOG_LEVEL_WARNING, "passes-not-void", "code=%s", diagnosis_code(CAUSE_STORE));
}

enum status session_connection_take(struct session *session, struct sv mailbox,
                                    struct deadline deadline, struct imap **out,
                                    struct diagnosis *d)
{
    struct connection *place;
    if (wait_for_place(session, mailbox, deadline, &place) != STATUS_OK) {
        diagnosis_set(d, STAGE_NONE, CAUSE_BUSY, "", 0, "");
        return STATUS_UNAVAILABLE;
    }
    if (place->imap && imap_alive(place->imap)) {
        *out = place->imap;
        return STATUS_OK;
    }
    struct imap *dead = place->imap, *fresh = NULL;
    settle(session, place, NULL, true);
    imap_close(&dead);
    enum status st = open_connection(session, deadline, &fresh, d);
    /* a NO may be a stumble of the server: one alone does not end the session */
    if (st == STATUS_DENIED)
        st = open_connection(session, deadline, &fresh, d);
    settle(session, place, fresh, st == STATUS_OK);
    if (st == STATUS_DENIED) {
        log_event(LOG_LEVEL_INFO, "session-ended", "cause=password-changed");
        void_passes(session);
        session_end(session);
    }
    if (st == STATUS_OK)
        *out = fresh;
    return st;
}

void session_connection_slow(struct session *session, const struct imap *imap)
{
    pthread_mutex_lock(&session->table->lock);
    for (size_t i = 0; i < CONNECTIONS_EACH_MAX; i++)
        if (session->connections[i].imap == imap)
            session->connections[i].slow = true;
    pthread_mutex_unlock(&session->table->lock);
}

void session_connection_give(struct session *session, struct imap **imap)
{
    struct sessions *table = session->table;
    struct connection *place = NULL;
    if (!imap || !*imap)
        return;
    pthread_mutex_lock(&table->lock);
    for (size_t i = 0; i < CONNECTIONS_EACH_MAX; i++)
        if (session->connections[i].imap == *imap)
            place = &session->connections[i];
    bool keep = imap_usable(*imap) && !session->ended;
    pthread_mutex_unlock(&table->lock);
    settle(session, place, keep ? *imap : NULL, false);
    if (!keep)
        imap_close(imap);
    *imap = NULL;
}
