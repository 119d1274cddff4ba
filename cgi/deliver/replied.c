#include "replied.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "file.h"

enum { LINE = 16 + 1 + 12 + 1, DAY = 24 * 60 * 60, KEPT_DAYS = 31 };

static uint64_t hash_add(uint64_t hash, struct sv s)
{
    for (size_t i = 0; i < s.n; i++)
        hash = (hash ^ (unsigned char)s.p[i]) * 0x100000001b3u; /* FNV-1a */
    return hash * 0x100000001b3u;
}

uint64_t replied_key(struct sv address, struct sv subject, struct sv text)
{
    return hash_add(hash_add(hash_add(0xcbf29ce484222325u, address), subject), text);
}

/* "0123456789abcdef 000001700000000" */
static bool line_read(struct sv line, uint64_t *key, int64_t *at)
{
    uint64_t value = 0, time;
    if (line.n != LINE - 1 || line.p[16] != ' ')
        return false;
    for (size_t i = 0; i < 16; i++) {
        int digit = ascii_hex(line.p[i]);
        if (digit < 0)
            return false;
        value = value << 4 | (unsigned)digit;
    }
    if (sv_to_u64(sv_slice(line, 17, line.n), INT64_MAX, &time) != STATUS_OK)
        return false;
    *key = value;
    *at = (int64_t)time;
    return true;
}

/* What is still to be remembered; false if the key is among it and not older than so many days. */
static bool lines_keep(struct sb *out, struct sv text, uint64_t key, uint32_t days, int64_t now)
{
    size_t skip = text.n / LINE >= REPLIED_MAX ? text.n - (REPLIED_MAX - 1) * LINE : 0;
    uint64_t one;
    int64_t at;
    text = sv_slice(text, skip, text.n);
    while (text.n > 0) {
        struct sv line = sv_cut(&text, '\n');
        /* a clock that was wrong once must not silence us for ever */
        if (!line_read(line, &one, &at) || at > now + DAY || at < now - (int64_t)KEPT_DAYS * DAY)
            continue;
        if (one == key && at > now - (int64_t)days * DAY)
            return false;
        if (one == key)
            continue;
        sb_add(out, line);
        sb_add_char(out, '\n');
    }
    return true;
}

static enum status note(struct arena *arena, int fd, uint64_t key, uint32_t days, int64_t now,
                        bool *first)
{
    enum { ROOM = LINE * REPLIED_MAX };
    struct sb out;
    char *bytes = arena_alloc(arena, ROOM);
    ssize_t got = pread(fd, bytes, ROOM, 0);
    if (got < 0)
        return STATUS_IO;
    sb_init(&out, arena, ROOM);
    if (!lines_keep(&out, (struct sv){bytes, (size_t)got}, key, days, now)) {
        *first = false;
        return STATUS_OK;
    }
    sb_printf(&out, "%016llx %012lld\n", (unsigned long long)key, (long long)now);
    struct sv text = sb_view(&out);
    /* a power cut in between leaves half a line, which is skipped, or old ones, which do no harm */
    if (out.over || pwrite(fd, text.p, text.n, 0) != (ssize_t)text.n ||
        ftruncate(fd, (off_t)text.n) != 0)
        return STATUS_IO;
    *first = true;
    return STATUS_OK;
}

enum status replied_note(struct arena *arena, const char *path, uint64_t key, uint32_t days,
                         int64_t now, bool *first)
{
    struct stat st;
    int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno == ELOOP ? STATUS_DENIED : STATUS_IO;
    enum status status = fstat(fd, &st) == 0 ? STATUS_OK : STATUS_IO;
    if (status == STATUS_OK && (!S_ISREG(st.st_mode) || st.st_uid != geteuid()))
        status = STATUS_DENIED;
    if (status == STATUS_OK)
        status = file_lock(fd, deadline_in(REPLIED_WAIT_MS));
    if (status == STATUS_OK)
        status = note(arena, fd, key, days, now, first);
    close(fd);
    return status;
}
