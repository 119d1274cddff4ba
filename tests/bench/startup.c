/* How long the program takes from its start until its socket answers. */
#include "bench.h"

#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STARTS = 21, PATIENCE_MS = 10000, PAUSE_US = 200 };

extern char **environ;

static bool answers(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct sb name;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sb_fixed(&name, address.sun_path, sizeof(address.sun_path));
    sb_add(&name, sv_of(path));
    bool up = fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
    if (fd >= 0)
        close(fd);
    return up;
}

static double start_once(const struct settings *s)
{
    char *const argv[] = {(char *)s->program, (char *)"--config", (char *)s->startup_conf, NULL};
    pid_t pid;
    (void)unlink(s->startup_socket);
    double start = now_ms();
    if (posix_spawn(&pid, s->program, NULL, NULL, argv, environ) != 0)
        fail("cannot start %s", s->program);
    while (!answers(s->startup_socket)) {
        if (now_ms() - start > PATIENCE_MS)
            fail("%s does not answer at %s", s->program, s->startup_socket);
        usleep(PAUSE_US);
    }
    double ms = now_ms() - start;
    kill(pid, SIGTERM);
    (void)waitpid(pid, NULL, 0);
    return ms;
}

void bench_startup(const struct settings *s)
{
    double ms[STARTS];
    for (int i = 0; i < STARTS; i++)
        ms[i] = start_once(s);
    times_sort(ms, STARTS);
    printf("| from the start to the first answer, median of %d | %.0f ms |\n", STARTS,
           ms[STARTS / 2]);
}
