/* spool.h — bytes that are too many for memory, in a file without a name.
 *
 * The file is made with O_TMPFILE (or unlinked at once where the file system has no such thing):
 * nobody else can open it, and it goes with the descriptor, also when the process is killed. The
 * directory should be a size-limited tmpfs: what is spooled is mail. A spool belongs to one thread
 * at a time; reading does not move where the next append goes.
 */
#ifndef VM_SPOOL_H
#define VM_SPOOL_H

#include <stdint.h>

#include "flow.h"

struct spool {
    int fd;         /* -1: closed */
    uint64_t size;  /* bytes so far */
    uint64_t limit; /* most bytes that size may reach */
};

/* A piece of a spool, read in order; several may read the same spool. */
struct spool_reader {
    int fd;
    uint64_t at;
    uint64_t left;
};

/* STATUS_IO if no file can be made in `directory`. Nothing to close on failure. */
enum status spool_open(struct spool *spool, const char *directory, uint64_t limit) MUST_USE;
void spool_close(struct spool *spool); /* a closed one is accepted */
/* All of the piece or STATUS_TOO_LARGE (limit), STATUS_UNAVAILABLE (disk full), STATUS_IO; after a
 * failure `size` is as before. */
enum status spool_append(struct spool *spool, struct sv piece) MUST_USE;
struct sink spool_sink(struct spool *spool);
/* Reads `length` bytes from `offset`. The range must lie within the spool: what is missing is
 * STATUS_IO, never a silent end. */
void spool_reader_init(struct spool_reader *reader, const struct spool *spool, uint64_t offset,
                       uint64_t length);
struct source spool_source(struct spool_reader *reader);

#endif
