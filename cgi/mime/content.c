#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "write_part.h"

enum { LINE_LENGTH_MAX = 998 };

uint64_t content_length(const struct content *c)
{
    return c->fd < 0 ? c->memory.n : c->length;
}

enum status content_check(const struct content *c)
{
    struct stat st;
    if (c->fd < 0)
        return STATUS_OK;
    if (c->offset > INT64_MAX || c->length > INT64_MAX - c->offset)
        return STATUS_INVALID;
    if (fstat(c->fd, &st) != 0 || !S_ISREG(st.st_mode) ||
        (uint64_t)st.st_size < c->offset + c->length)
        return STATUS_IO;
    return STATUS_OK;
}

enum status content_read(const struct content *c, uint64_t at, void *buffer, size_t room, size_t *n)
{
    uint64_t left = content_length(c) - at;
    size_t want = left < room ? (size_t)left : room, have = 0;
    if (c->fd < 0) {
        memcpy(buffer, want > 0 ? c->memory.p + at : "", want);
        have = want;
    }
    while (have < want) {
        ssize_t got =
            pread(c->fd, (char *)buffer + have, want - have, (off_t)(c->offset + at + have));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return STATUS_IO;
        have += (size_t)got;
    }
    *n = have;
    return STATUS_OK;
}

enum status content_survey(const struct content *c, struct survey *out)
{
    char buffer[16384];
    struct survey found = {false, false};
    size_t n = 0, line = 0;
    bool after_cr = false;
    enum status status = content_check(c);
    for (uint64_t at = 0; status == STATUS_OK && at < content_length(c); at += n) {
        status = content_read(c, at, buffer, sizeof buffer, &n);
        for (size_t i = 0; i < n && status == STATUS_OK; i++) {
            char byte = buffer[i];
            bool broken = after_cr != (byte == '\n');
            line = byte == '\n' || byte == '\r' ? 0 : line + 1;
            found.eight_bit = found.eight_bit || (unsigned char)byte >= 0x80;
            found.unfit = found.unfit || broken || byte == '\0' || line > LINE_LENGTH_MAX;
            after_cr = byte == '\r';
        }
    }
    if (status != STATUS_OK)
        return status;
    found.unfit = found.unfit || after_cr;
    *out = found;
    return STATUS_OK;
}
