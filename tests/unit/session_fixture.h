/* session_fixture.h — a table of sessions over a store in a directory of its own, for tests that
 * need somebody signed in and no server. */
#ifndef VM_SESSION_FIXTURE_H
#define VM_SESSION_FIXTURE_H

#include "base64.h"
#include "session.h"
#include "store_fixture.h"
#include "table.h"

struct session_fixture {
    struct arena *arena; /* the store's */
    struct store_fixture kept;
    struct sessions *table;
};

static const struct server_key session_fixture_key = {{7}};
static const struct browser session_fixture_browser = {
    .traits = {"w3m", 3}, .address = {"192.0.2.1", 9}, .agent = {"w3m", 3}};

/* A table over the store, as a program has after its start; key: its own. */
static inline void session_fixture_start(struct session_fixture *f, const struct server_key *key)
{
    static const struct stream_target server = {.host = "imap.invalid", .port = 143};
    static const struct session_limits limits = {.idle_s = 600,
                                                 .absolute_s = 3600,
                                                 .public_idle_s = 60,
                                                 .public_absolute_s = 300,
                                                 .rescue_s = 900,
                                                 .connections_each = 2,
                                                 .connections_total = 10,
                                                 .connection_idle_s = 60};
    f->table = sessions_new(f->kept.store, key, &server, &limits);
    const struct store_seal seal = sessions_store_seal(f->table);
    store_use_seal(f->kept.store, &seal);
}

static inline bool session_fixture_open(struct session_fixture *f)
{
    if (!store_fixture_open(&f->kept))
        return false;
    f->arena = f->kept.arena;
    session_fixture_start(f, &session_fixture_key);
    return true;
}

/* No session may be held any more. */
static inline void session_fixture_close(struct session_fixture *f)
{
    sessions_free(&f->table);
    store_fixture_close(&f->kept);
}

/* The row that a sign-in leaves, with the caller's user, kind and times; returns the session's
 * token, which begins with `first`. */
static inline struct sv session_fixture_keep(struct session_fixture *f, uint8_t first,
                                             struct session_record record)
{
    uint8_t secret[SESSION_TOKEN_SIZE] = {first};
    struct sv secret_view = {(char *)secret, sizeof secret};
    struct sb context, sealed, token;
    seal_hash(secret_view, record.id);
    sb_init(&context, f->arena, 400);
    sb_add(&context, (struct sv){(char *)record.id, sizeof record.id});
    sb_add(&context, record.user);
    sb_init(&sealed, f->arena, 400);
    assert_int_equal(
        seal_close(&session_fixture_key, secret_view, sb_view(&context), SV("s3cret"), &sealed),
        STATUS_OK);
    record.sealed = sb_view(&sealed);
    record.address = SV("192.0.2.1");
    record.agent = SV("w3m");
    assert_int_equal(store_session_put(f->kept.store, &record), STATUS_OK);
    sb_init(&token, f->arena, 100);
    base64url_encode(&token, secret, sizeof secret);
    return sb_view(&token);
}

/* A public session, which lives in memory alone; released by the caller. */
static inline struct session *session_fixture_admit(struct session_fixture *f,
                                                    const struct session_record *record,
                                                    struct session_nature nature)
{
    seal_hash(session_fixture_browser.traits, nature.browser);
    struct session *session = table_session_new(f->table, record, &nature, SV("s3cret"));
    pthread_mutex_lock(&f->table->lock);
    table_insert(f->table, session);
    pthread_mutex_unlock(&f->table->lock);
    return session;
}

/* Somebody who has just signed in; released by the caller. */
static inline struct session *session_fixture_enter_as(struct session_fixture *f, struct sv user,
                                                       uint8_t first, enum session_kind kind)
{
    const struct session_record record = {
        .user = user, .kind = kind, .created = clock_wall(), .used = clock_wall()};
    struct session *session = NULL;
    if (kind == SESSION_PUBLIC) {
        struct session_record public = record;
        public.address = session_fixture_browser.address;
        public.id[0] = first;
        return session_fixture_admit(f, &public, (struct session_nature){0});
    }
    assert_int_equal(session_find(f->table, session_fixture_keep(f, first, record),
                                  &session_fixture_browser, SESSION_USE_PAGE, &session),
                     STATUS_OK);
    return session;
}

static inline struct session *session_fixture_enter(struct session_fixture *f, struct sv user,
                                                    uint8_t first)
{
    return session_fixture_enter_as(f, user, first, SESSION_FULL);
}

#endif
