/* store_fixture.h — a store in a directory of its own, for one test. */
#ifndef VM_STORE_FIXTURE_H
#define VM_STORE_FIXTURE_H

#include <unistd.h>

#include "arena.h"
#include "clock.h"
#include "store.h"
#include "test.h"

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
    return store_open(f->path.p, f->arena, &f->store, &reason) == STATUS_OK;
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
