/* arena.h — memory that lives as long as one request (or one other piece of work) and goes at once.
 *
 * An arena never returns NULL: if the machine has no memory the process stops, and systemd starts
 * it again. The budget is what keeps a hostile input from getting there: once the sum of all
 * allocations exceeds it arena_over() stays true, and every loop that allocates in proportion to
 * outside input checks it and gives up with STATUS_TOO_LARGE. A single allocation is bounded by the
 * caller's own limits. An arena belongs to one thread at a time.
 */
#ifndef VM_ARENA_H
#define VM_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "str.h"

struct arena;

struct arena *arena_new(size_t budget);
void arena_free(struct arena **arena); /* NULL and pointer to NULL accepted */
/* Forgets all allocations, wipes what they held (as arena_free() does), keeps one block for reuse,
 * and clears arena_over(). */
void arena_reset(struct arena *arena);
/* Zeroed, aligned for any type. */
void *arena_alloc(struct arena *arena, size_t size);
/* count * size, stopping the process on overflow of the multiplication. */
void *arena_array(struct arena *arena, size_t count, size_t size);
/* Copies s and appends a NUL that the view does not count. */
struct sv arena_sv(struct arena *arena, struct sv s);
/* The same with ASCII letters in lower case. */
struct sv arena_lower(struct arena *arena, struct sv s);
char *arena_cstr(struct arena *arena, struct sv s);
struct sv arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
bool arena_over(const struct arena *arena);
size_t arena_used(const struct arena *arena);

#endif
