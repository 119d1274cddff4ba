#include "pass_generation.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "log.h"

enum { LOCK_MS = 5000, NUMBER_MAX = 32 };

/* A file that is there and holds no number is as good as none; one that cannot be read is a
 * failure, and not a reason to void anything. */
static enum status read_number(struct generation *g, struct arena *arena)
{
    struct sv text;
    int fd = openat(g->directory, g->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT ? STATUS_OK : STATUS_IO;
    enum status st = file_read(arena, fd, NUMBER_MAX, &text);
    close(fd);
    if (st == STATUS_OK)
        g->known = sv_to_u64(sv_trim(text), INT64_MAX, &g->value) == STATUS_OK;
    return st;
}

enum status generation_begin(const char *path, struct arena *arena, struct generation *out)
{
    struct sv whole = sv_of(path);
    size_t slash = sv_find_last_char(whole, '/');
    if (slash == SIZE_MAX || slash + 1 == whole.n)
        return STATUS_IO;
    const char *directory = slash == 0 ? "/" : arena_cstr(arena, sv_slice(whole, 0, slash));
    struct generation g = {.name = path + slash + 1,
                           .directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    enum status st = g.directory < 0 ? STATUS_IO : file_lock(g.directory, deadline_in(LOCK_MS));
    if (st == STATUS_OK)
        st = read_number(&g, arena);
    if (st == STATUS_OK) {
        *out = g;
        return st;
    }
    log_event(LOG_LEVEL_ERROR, "pass-generation", "path=%s status=%s cause=\"%s\"", path,
              status_name(st), strerror(errno));
    if (g.directory >= 0)
        close(g.directory);
    return st;
}

enum status generation_write(struct generation *g, uint64_t value)
{
    char text[NUMBER_MAX], aside[300];
    int n = snprintf(text, sizeof text, "%llu\n", (unsigned long long)value);
    int m = snprintf(aside, sizeof aside, "%s.new", g->name);
    if (n <= 0 || m <= 0 || (size_t)m >= sizeof aside)
        return STATUS_IO;
    /* what a killed process has left is written over: the lock is ours */
    int fd =
        openat(g->directory, aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool ok = fd >= 0 && write(fd, text, (size_t)n) == n;
    ok = fd >= 0 && fsync(fd) == 0 && ok;
    ok = fd >= 0 && close(fd) == 0 && ok;
    ok =
        ok && renameat(g->directory, aside, g->directory, g->name) == 0 && fsync(g->directory) == 0;
    if (!ok) {
        log_event(LOG_LEVEL_ERROR, "pass-generation", "name=%s cause=\"%s\"", g->name,
                  strerror(errno));
        return STATUS_IO;
    }
    g->value = value;
    g->known = true;
    return STATUS_OK;
}

void generation_end(struct generation *g)
{
    if (g->directory >= 0)
        close(g->directory);
    g->directory = -1;
}
