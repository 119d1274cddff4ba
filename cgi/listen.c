#include "listen.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { SYSTEMD_FIRST_FD = 3, BACKLOG = 256 };

static bool is_listening(int fd)
{
    int listening = 0;
    socklen_t n = sizeof listening;
    return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &n) == 0 && listening;
}

static bool handed_over(int *fd)
{
    uint32_t pid, count;
    if (sv_to_u32(sv_of(getenv("LISTEN_PID")), &pid) == STATUS_OK && pid == (uint32_t)getpid() &&
        sv_to_u32(sv_of(getenv("LISTEN_FDS")), &count) == STATUS_OK && count >= 1 &&
        is_listening(SYSTEMD_FIRST_FD)) {
        fcntl(SYSTEMD_FIRST_FD, F_SETFD, FD_CLOEXEC);
        *fd = SYSTEMD_FIRST_FD;
        return true;
    }
    if (!is_listening(STDIN_FILENO))
        return false;
    *fd = STDIN_FILENO;
    return true;
}

/* A socket file outlives its process. It is ours to remove only if nobody answers there. */
static enum status clear_stale(const struct sockaddr_un *address, struct arena *arena,
                               struct sv *reason)
{
    struct stat info;
    if (lstat(address->sun_path, &info) != 0)
        return STATUS_OK;
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool answered =
        probe >= 0 && connect(probe, (const struct sockaddr *)address, sizeof *address) == 0;
    if (probe >= 0)
        close(probe);
    if (answered || !S_ISSOCK(info.st_mode)) {
        *reason = arena_printf(arena, "listen: %s: %s", address->sun_path,
                               answered ? "another process serves it" : "is no socket");
        return STATUS_EXISTS;
    }
    unlink(address->sun_path);
    return STATUS_OK;
}

static enum status open_path(const char *path, struct arena *arena, int *fd, struct sv *reason)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct sb name;
    sb_fixed(&name, address.sun_path, sizeof address.sun_path);
    sb_add_cstr(&name, path);
    if (name.over) {
        *reason = arena_printf(arena, "listen: %s: longer than a socket's name may be", path);
        return STATUS_TOO_LARGE;
    }
    enum status st = clear_stale(&address, arena, reason);
    if (st != STATUS_OK)
        return st;
    int made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    mode_t mask = umask(0117); /* the web server's group may connect, others not */
    bool ok = made >= 0 && bind(made, (const struct sockaddr *)&address, sizeof address) == 0 &&
              listen(made, BACKLOG) == 0;
    int error = errno;
    umask(mask);
    if (!ok) {
        *reason = arena_printf(arena, "listen: %s: %s", path, strerror(error));
        if (made >= 0)
            close(made);
        return STATUS_IO;
    }
    *fd = made;
    return STATUS_OK;
}

enum status listen_open(const char *path, struct arena *arena, int *fd, struct sv *reason)
{
    if (handed_over(fd))
        return STATUS_OK;
    if (path[0])
        return open_path(path, arena, fd, reason);
    *reason = SV("listen: no path is configured, and neither systemd nor spawn-fcgi gave a socket");
    return STATUS_NOT_FOUND;
}

void listen_close(const char *path, int fd)
{
    if (path[0] && fd != STDIN_FILENO && fd != SYSTEMD_FIRST_FD)
        unlink(path);
    close(fd);
}
