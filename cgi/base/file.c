#include "file.h"

#include <errno.h>
#include <sys/file.h>
#include <unistd.h>

enum { LOCK_STEP_NS = 10 * 1000 * 1000 };

enum status file_read(struct arena *arena, int fd, size_t size, struct sv *text)
{
    char *bytes = arena_alloc(arena, size + 1);
    size_t n = 0;
    while (n < size) {
        ssize_t got = read(fd, bytes + n, size - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return STATUS_IO;
        if (got == 0)
            break;
        n += (size_t)got;
    }
    *text = (struct sv){bytes, n};
    return STATUS_OK;
}

enum status file_lock(int fd, struct deadline deadline)
{
    const struct timespec step = {0, LOCK_STEP_NS};
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return STATUS_IO;
        if (deadline_passed(deadline))
            return STATUS_TIMEOUT;
        nanosleep(&step, NULL);
    }
    return STATUS_OK;
}
