/* session_fixture.h — a table of sessions over a store in a directory of its own, for tests that
 * need somebody signed in and no server. */
#ifndef VM_SESSION_FIXTURE_H
#define VM_SESSION_FIXTURE_H

#include <unistd.h>

#include "arena.h"
#include "base64.h"
#include "session.h"
#include "test.h"

struct session_fixture {
    struct arena *arena;
    char dir[32];
    struct sv path;
    struct store *store;
    struct sessions *table;
};

static const struct server_key session_fixture_key = {{7}};

static inline bool session_fixture_open(struct session_fixture *f)
{
    static const struct stream_target server = {.host = "imap.invalid", .port = 143};
    static const struct session_limits limits = {
        .idle_s = 600, .absolute_s = 3600, .connections_each = 2, .connections_total = 10};
    struct sv reason;
    f->arena = arena_new(10000000);
    memcpy(f->dir, "/tmp/vm-test-XXXXXX", sizeof "/tmp/vm-test-XXXXXX");
    if (!mkdtemp(f->dir))
        return false;
    f->path = arena_printf(f->arena, "%s/store", f->dir);
    if (store_open(f->path.p, f->arena, &f->store, &reason) != STATUS_OK)
        return false;
    f->table = sessions_new(f->store, &session_fixture_key, &server, &limits);
    return true;
}

/* No session may be held any more. */
static inline void session_fixture_close(struct session_fixture *f)
{
    const char *const suffixes[] = {"", "-wal", "-shm"};
    sessions_free(&f->table);
    store_close(&f->store);
    for (size_t i = 0; i < 3; i++)
        unlink(arena_printf(f->arena, "%s%s", f->path.p, suffixes[i]).p);
    rmdir(f->dir);
    arena_free(&f->arena);
}

/* Somebody signed in, whose token begins with `first`; released by the caller. */
static inline struct session *session_fixture_enter(struct session_fixture *f, struct sv user,
                                                    uint8_t first)
{
    uint8_t secret[SESSION_TOKEN_SIZE] = {first};
    struct sv secret_view = {(char *)secret, sizeof secret};
    struct session_record record = {.user = user,
                                    .created = clock_wall(),
                                    .used = clock_wall(),
                                    .address = SV("192.0.2.1"),
                                    .agent = SV("w3m")};
    struct session *session = NULL;
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
    assert_int_equal(store_session_put(f->store, &record), STATUS_OK);
    sb_init(&token, f->arena, 100);
    base64url_encode(&token, secret, sizeof secret);
    assert_int_equal(session_find(f->table, sb_view(&token), SESSION_USE_PAGE, &session),
                     STATUS_OK);
    return session;
}

#endif
