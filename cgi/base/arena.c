#include "arena.h"

#include <stdalign.h>
#include <stdarg.h>

enum { BLOCK_SIZE = 32 * 1024, PRINT_ROOM = 256 };

struct block {
    struct block *next;
    size_t size, used;
    alignas(max_align_t) unsigned char bytes[];
};

struct arena {
    struct block *first; /* the one that is filled now; older ones behind it */
    size_t budget, used;
};

static void out_of_memory(void)
{
    fputs("vaguemestre: out of memory\n", stderr);
    abort();
}

struct arena *arena_new(size_t budget)
{
    struct arena *arena = calloc(1, sizeof *arena);
    if (!arena)
        out_of_memory();
    arena->budget = budget;
    return arena;
}

/* What a request had in memory, a password in its form, a letter, is gone with it. */
static void wipe(struct block *block)
{
    explicit_bzero(block->bytes, block->used);
    block->used = 0;
}

static void free_blocks(struct block *block)
{
    while (block) {
        struct block *next = block->next;
        wipe(block);
        free(block);
        block = next;
    }
}

void arena_free(struct arena **arena)
{
    if (!arena || !*arena)
        return;
    free_blocks((*arena)->first);
    free(*arena);
    *arena = NULL;
}

void arena_reset(struct arena *arena)
{
    struct block *keep = arena->first;
    arena->used = 0;
    if (!keep)
        return;
    free_blocks(keep->next);
    keep->next = NULL;
    wipe(keep);
    if (keep->size > BLOCK_SIZE) {
        free(keep);
        arena->first = NULL;
    }
}

static struct block *block_new(size_t size)
{
    struct block *block = malloc(sizeof *block + size);
    if (!block)
        out_of_memory();
    block->next = NULL;
    block->size = size;
    block->used = 0;
    return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    const size_t align = alignof(max_align_t);
    if (size > SIZE_MAX / 2)
        out_of_memory();
    size = (size + align - 1) & ~(align - 1);
    struct block *block = arena->first;
    if (!block || block->size - block->used < size) {
        struct block *fresh = block_new(size > BLOCK_SIZE / 4 ? size : BLOCK_SIZE);
        /* a large one goes behind the block being filled, whose rest stays usable */
        if (block && size > BLOCK_SIZE / 4) {
            fresh->next = block->next;
            block->next = fresh;
        } else {
            fresh->next = block;
            arena->first = fresh;
        }
        block = fresh;
    }
    void *p = block->bytes + block->used;
    block->used += size;
    arena->used += size;
    return memset(p, 0, size);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total))
        out_of_memory();
    return arena_alloc(arena, total);
}

char *arena_cstr(struct arena *arena, struct sv s)
{
    char *copy = arena_alloc(arena, s.n + 1);
    if (s.n > 0)
        memcpy(copy, s.p, s.n);
    return copy;
}

struct sv arena_sv(struct arena *arena, struct sv s)
{
    return (struct sv){arena_cstr(arena, s), s.n};
}

struct sv arena_lower(struct arena *arena, struct sv s)
{
    char *copy = arena_cstr(arena, s);
    for (size_t i = 0; i < s.n; i++)
        copy[i] = ascii_lower(copy[i]);
    return (struct sv){copy, s.n};
}

struct sv arena_printf(struct arena *arena, const char *format, ...)
{
    char room[PRINT_ROOM]; /* most texts fit at the first try, which saves formatting them twice */
    va_list args;
    va_start(args, format);
    int n = vsnprintf(room, sizeof room, format, args);
    va_end(args);
    if (n < 0)
        n = 0;
    if ((size_t)n < sizeof room)
        return arena_sv(arena, (struct sv){room, (size_t)n});
    char *p = arena_alloc(arena, (size_t)n + 1);
    va_start(args, format);
    vsnprintf(p, (size_t)n + 1, format, args);
    va_end(args);
    return (struct sv){p, (size_t)n};
}

bool arena_over(const struct arena *arena)
{
    return arena->used > arena->budget;
}

size_t arena_used(const struct arena *arena)
{
    return arena->used;
}
