/* file.h — small files, whole. */
#ifndef VM_FILE_H
#define VM_FILE_H

#include "arena.h"
#include "clock.h"
#include "str.h"

/* The first `size` bytes of what fd gives, or fewer where it ends before. STATUS_IO. */
enum status file_read(struct arena *arena, int fd, size_t size, struct sv *text) MUST_USE;
/* Waits for the only lock (flock) on a file or a directory; closing fd gives it back.
 * STATUS_TIMEOUT, STATUS_IO. */
enum status file_lock(int fd, struct deadline deadline) MUST_USE;

#endif
