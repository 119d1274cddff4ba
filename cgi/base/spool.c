#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Not every file system has O_TMPFILE; then the name exists for an instant, in a directory of ours
 * and with mode 0600. */
static int named_open(const char *directory)
{
    char path[4096];
    struct sb b;
    sb_fixed(&b, path, sizeof(path));
    sb_add_cstr(&b, directory);
    sb_add_cstr(&b, "/spool-XXXXXX");
    if (b.over)
        return -1;
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        (void)unlink(path);
    return fd;
}

enum status spool_open(struct spool *spool, const char *directory, uint64_t limit)
{
    int fd = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, S_IRUSR | S_IWUSR);
    if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL))
        fd = named_open(directory);
    if (fd < 0)
        return STATUS_IO;
    *spool = (struct spool){.fd = fd, .size = 0, .limit = limit};
    return STATUS_OK;
}

void spool_close(struct spool *spool)
{
    if (spool->fd >= 0)
        (void)close(spool->fd);
    *spool = (struct spool){.fd = -1};
}

/* Behind `size` there may be the beginning of a piece that failed: pwrite at `size` overwrites it.
 */
enum status spool_append(struct spool *spool, struct sv piece)
{
    if (spool->fd < 0)
        return STATUS_IO;
    if (piece.n > spool->limit - spool->size)
        return STATUS_TOO_LARGE;
    size_t done = 0;
    while (done < piece.n) {
        ssize_t n = pwrite(spool->fd, piece.p + done, piece.n - done, (off_t)(spool->size + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == ENOSPC || errno == EDQUOT ? STATUS_UNAVAILABLE : STATUS_IO;
        done += (size_t)n;
    }
    spool->size += piece.n;
    return STATUS_OK;
}

static enum status sink_append(void *context, struct sv piece)
{
    return spool_append(context, piece);
}

struct sink spool_sink(struct spool *spool)
{
    return (struct sink){sink_append, spool};
}

void spool_reader_init(struct spool_reader *reader, const struct spool *spool, uint64_t offset,
                       uint64_t length)
{
    *reader = (struct spool_reader){.fd = spool->fd, .at = offset, .left = length};
}

static enum status reader_read(void *context, void *buffer, size_t room, size_t *n)
{
    struct spool_reader *reader = context;
    if (room > reader->left)
        room = (size_t)reader->left;
    ssize_t got = 0;
    if (room > 0) {
        do
            got = pread(reader->fd, buffer, room, (off_t)reader->at);
        while (got < 0 && errno == EINTR);
        if (got <= 0)
            return STATUS_IO;
    }
    reader->at += (uint64_t)got;
    reader->left -= (uint64_t)got;
    *n = (size_t)got;
    return STATUS_OK;
}

struct source spool_source(struct spool_reader *reader)
{
    return (struct source){reader_read, reader};
}
