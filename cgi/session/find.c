/* The session that a token opens, from memory or from the store. */
#include "arena.h"
#include "base64.h"
#include "log.h"
#include "table.h"

enum { TOUCH_STORE_S = 60 };

/* Lock held. */
static bool belongs_to(const struct session *session, const struct browser *browser,
                       const uint8_t traits[SEAL_HASH_SIZE])
{
    return session->kind == SESSION_FULL ||
           (seal_equal(session->nature.browser, traits, SEAL_HASH_SIZE) &&
            (!session->table->limits.public_bind_address ||
             sv_eq(browser->address, sv_of(session->address))));
}

/* Lock held. A cookie that turns up in another browser was stolen: whoever has it learns nothing,
 * and whose it was has to sign in again. */
static enum status hold(struct session *session, const struct browser *browser,
                        const uint8_t traits[SEAL_HASH_SIZE], enum session_use use)
{
    int64_t now = clock_lasting();
    if (!belongs_to(session, browser, traits)) {
        session->cut = session->cut ? session->cut : now;
        return STATUS_REFUSED;
    }
    int64_t end = table_expires(session);
    bool rescued = use == SESSION_USE_RESCUE && !session->nature.half &&
                   now < end + session->table->limits.rescue_s;
    if (now >= end && !rescued)
        return STATUS_DENIED;
    if (use == SESSION_USE_PAGE)
        session->used = now;
    session->references++;
    return STATUS_OK;
}

/* A clock that was ahead when the row was written makes nobody's session longer than another's. */
static void settle(struct session_record *record)
{
    int64_t now = clock_lasting();
    record->created = record->created > now ? now : record->created;
    record->used = record->used > now ? now : record->used;
}

/* The token is the one key to the password: only now, with the cookie at hand, can it be opened. */
static enum status revive(struct sessions *table, struct sv secret, const uint8_t id[STORE_ID_SIZE],
                          struct session **out)
{
    static const struct session_nature whole; /* only such sessions are in the store */
    char room[SESSION_PASSWORD_MAX + 1];
    struct arena *arena = arena_new(TABLE_ARENA);
    struct session_record record;
    struct sb password;
    sb_fixed(&password, room, sizeof room);
    enum status st = store_session_get(table->store, id, arena, &record);
    if (st == STATUS_OK)
        st = seal_open(&table->key, secret, table_seal_context(arena, &record), record.sealed,
                       &password);
    if (st == STATUS_OK) {
        settle(&record);
        struct session *fresh = table_session_new(table, &record, &whole, sb_view(&password));
        pthread_mutex_lock(&table->lock);
        struct session *other = table_lookup(table, id); /* a second request was faster */
        if (other)
            other->references++;
        else
            table_insert(table, fresh);
        pthread_mutex_unlock(&table->lock);
        if (other)
            table_session_free(fresh);
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

enum status session_find(struct sessions *table, struct sv token, const struct browser *browser,
                         enum session_use use, struct session **out)
{
    uint8_t secret[SESSION_TOKEN_SIZE], id[STORE_ID_SIZE], traits[SEAL_HASH_SIZE];
    size_t n = sizeof secret;
    struct session *revived = NULL;
    if (token.n != SESSION_TOKEN_TEXT || base64url_decode(token, secret, &n) != STATUS_OK ||
        n != sizeof secret)
        return STATUS_NOT_FOUND;
    struct sv secret_view = {(char *)secret, sizeof secret};
    seal_hash(secret_view, id);
    seal_hash(browser->traits, traits);
    pthread_mutex_lock(&table->lock);
    struct session *session = table_lookup(table, id);
    enum status st = session ? hold(session, browser, traits, use) : STATUS_NOT_FOUND;
    pthread_mutex_unlock(&table->lock);
    if (!session && (st = revive(table, secret_view, id, &revived)) == STATUS_OK) {
        session = revived;
        pthread_mutex_lock(&table->lock);
        st = hold(session, browser, traits, use);
        pthread_mutex_unlock(&table->lock);
        table_release(session); /* revive's reference; hold took the caller's own */
    }
    seal_wipe(secret, sizeof secret);
    if (st == STATUS_REFUSED) {
        log_event(LOG_LEVEL_WARNING, "session-cut", "cause=other-browser address=%.*s",
                  SV_ARG(browser->address));
        return STATUS_NOT_FOUND;
    }
    if (st != STATUS_OK)
        return st;
    note_use(session, use);
    *out = session;
    return STATUS_OK;
}
