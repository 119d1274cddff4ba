/* pass_generation.h — a number in a file outside the store that only grows (pass.h says why).
 *
 * The file is written aside and renamed, on disk when that returns. Processes that share it take
 * turns by a lock on its directory.
 */
#ifndef VM_PASS_GENERATION_H
#define VM_PASS_GENERATION_H

#include "arena.h"
#include "str.h"

struct generation {
    int directory; /* open and locked */
    const char *name;
    uint64_t value;
    bool known; /* false: there is no such file, or it holds no number */
};
/* Waits for the lock and reads. STATUS_IO, STATUS_TIMEOUT. path: absolute, outlives it. */
enum status generation_begin(const char *path, struct arena *arena,
                             struct generation *out) MUST_USE;
/* STATUS_IO. */
enum status generation_write(struct generation *generation, uint64_t value) MUST_USE;
void generation_end(struct generation *generation);

#endif
