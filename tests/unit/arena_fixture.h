/* arena_fixture.h — one arena for each test of a program, or for all of them. */
#ifndef VM_ARENA_FIXTURE_H
#define VM_ARENA_FIXTURE_H

#include "arena.h"
#include "test.h"

static struct arena *arena;

static inline int arena_up(void **state)
{
    (void)state;
    arena = arena_new((size_t)64 << 20);
    return 0;
}

static inline int arena_down(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

#endif
