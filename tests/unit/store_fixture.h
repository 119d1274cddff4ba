/* store_fixture.h — a store in a directory of its own, for one test. */
#ifndef VM_STORE_FIXTURE_H
#define VM_STORE_FIXTURE_H

#include <unistd.h>

#include "arena.h"
#include "clock.h"
#include "siphash.h"
#include "store.h"
#include "test.h"

/* A seal for tests of rows alone: tells places apart, and hides nothing from a cryptographer. */
static inline enum status store_fixture_close_text(void *context, struct sv place, struct sv text,
                                                   struct arena *arena, struct sv *sealed)
{
    (void)context;
    size_t n = place.n + 1 + text.n;
    char *p = arena_alloc(arena, n);
    memcpy(p, place.p, place.n);
    p[place.n] = '|';
    memcpy(p + place.n + 1, text.p, text.n);
    for (size_t i = 0; i < n; i++)
        p[i] = (char)(p[i] ^ 0x5a);
    *sealed = (struct sv){p, n};
    return STATUS_OK;
}

static inline enum status store_fixture_open_text(void *context, struct sv place, struct sv sealed,
                                                  struct arena *arena, struct sv *text)
{
    (void)context;
    char *p = arena_cstr(arena, sealed);
    for (size_t i = 0; i < sealed.n; i++)
        p[i] = (char)(p[i] ^ 0x5a);
    if (!sv_starts((struct sv){p, sealed.n}, place) || p[place.n] != '|')
        return STATUS_DENIED;
    *text = (struct sv){p + place.n + 1, sealed.n - place.n - 1};
    return STATUS_OK;
}

static inline void store_fixture_digest(void *context, struct sv place, struct sv text,
                                        char out[STORE_DIGEST_MAX + 1])
{
    static const struct siphash_key key = {1, 2};
    (void)context;
    snprintf(out, STORE_DIGEST_MAX + 1, "%llx%llx", (unsigned long long)siphash(key, place),
             (unsigned long long)siphash(key, text));
}

static inline void store_fixture_use_seal(struct store *store)
{
    static const struct store_seal seal = {NULL, store_fixture_close_text, store_fixture_open_text,
                                           store_fixture_digest};
    store_use_seal(store, &seal);
}

struct store_fixture {
    struct arena *arena;
    char dir[32];
    struct sv path;
    struct store *store;
};

/* Opens it, also again after store_close(). */
static inline bool store_fixture_reopen(struct store_fixture *f)
{
    struct sv reason;
    if (store_open(f->path.p, f->arena, &f->store, &reason) != STATUS_OK)
        return false;
    store_fixture_use_seal(f->store);
    return true;
}

static inline bool store_fixture_open(struct store_fixture *f)
{
    f->arena = arena_new(100 * 1000 * 1000);
    memcpy(f->dir, "/tmp/vm-test-XXXXXX", sizeof "/tmp/vm-test-XXXXXX");
    if (!mkdtemp(f->dir))
        return false;
    f->path = arena_printf(f->arena, "%s/store", f->dir);
    return store_fixture_reopen(f);
}

static inline void store_fixture_close(struct store_fixture *f)
{
    const char *const suffixes[] = {"", "-wal", "-shm", "-jobs"};
    store_close(&f->store);
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++)
        unlink(arena_printf(f->arena, "%s%s", f->path.p, suffixes[i]).p);
    rmdir(f->dir);
    arena_free(&f->arena);
}

/* For cmocka, where *state is nothing but the fixture. */
static inline int store_fixture_set_up(void **state)
{
    struct store_fixture *f = calloc(1, sizeof *f);
    *state = f;
    return store_fixture_open(f) ? 0 : -1;
}

static inline int store_fixture_tear_down(void **state)
{
    store_fixture_close(*state);
    free(*state);
    return 0;
}

#define with_store(test)                                                                           \
    cmocka_unit_test_setup_teardown(test, store_fixture_set_up, store_fixture_tear_down)

#endif
