/* probe.c — linked into the test build of vaguemestre-jail: a body "probe:NAME" makes it do, behind
 * all its walls, what a letter that had taken it over would do. Whoever survives answers as usual.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "child_body.h"
#include "wire.h"

void probe_early(void);
void probe_run(const struct body_request *request, struct sv body);

static bool clean;

/* Before the filter: nothing was inherited. */
void probe_early(void)
{
    clean = environ[0] == NULL;
    for (int fd = 3; fd < 256; fd++)
        clean = clean && fcntl(fd, F_GETFD) == -1 && errno == EBADF;
}

static void answer(uint32_t magic, uint32_t length, struct sv payload)
{
    struct wire_answer head = {.magic = magic, .length = length};
    if (write(1, &head, sizeof head) < 0 || write(1, payload.p, payload.n) < 0)
        _exit(1);
    _exit(0);
}

static void spin(void)
{
    for (volatile unsigned n = 0;; n++)
        ;
}

static unsigned recurse(volatile const char *above)
{
    volatile char here[4096] = {above[0]};
    return here[0] == '\0' ? 0 : recurse(here) + (unsigned)here[1];
}

static void use_memory(void)
{
    for (size_t i = 0; i < 64; i++) {
        char *block = malloc((size_t)16 << 20);
        if (!block)
            _exit(1);
        memset(block, 1, (size_t)16 << 20);
    }
}

static void forge(struct sv name)
{
    if (sv_eq(name, SV("silent")))
        _exit(0);
    if (sv_eq(name, SV("garbage")))
        answer(1, 0, SV(""));
    if (sv_eq(name, SV("huge")))
        answer(WIRE_MAGIC, UINT32_MAX, SV("x"));
    if (sv_eq(name, SV("short")))
        answer(WIRE_MAGIC, 100, SV("<div class=\"vm-letter\"></div>"));
    if (sv_eq(name, SV("more")))
        answer(WIRE_MAGIC, 2, SV("<div class=\"vm-letter\"></div>"));
    if (sv_starts(name, SV("form=")))
        answer(WIRE_MAGIC, (uint32_t)name.n - 5, sv_slice(name, 5, name.n));
}

void probe_run(const struct body_request *request, struct sv body)
{
    struct sv name = sv_slice(body, 6, body.n);
    if (!sv_starts(body, SV("probe:")))
        return;
    forge(name);
    if (sv_eq(name, SV("open")))
        open("/etc/passwd", O_RDONLY);
    if (sv_eq(name, SV("openat")))
        syscall(SYS_openat, AT_FDCWD, "/tmp/x", O_CREAT | O_WRONLY, 0600);
    if (sv_eq(name, SV("socket")))
        socket(AF_INET, SOCK_STREAM, 0);
    if (sv_eq(name, SV("connect")))
        connect(0, &(struct sockaddr){.sa_family = AF_INET}, sizeof(struct sockaddr));
    if (sv_eq(name, SV("sendmsg")))
        send(1, "x", 1, 0);
    if (sv_eq(name, SV("fork")))
        syscall(SYS_fork);
    if (sv_eq(name, SV("clone")))
        syscall(SYS_clone, 0, 0, 0, 0, 0);
    if (sv_eq(name, SV("exec")))
        execl("/bin/true", "true", (char *)NULL);
    if (sv_eq(name, SV("kill")))
        kill(getppid(), SIGTERM);
    if (sv_eq(name, SV("ptrace")))
        ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    if (sv_eq(name, SV("dup")))
        dup(0);
    if (sv_eq(name, SV("stderr")) && write(2, "x", 1) == 1)
        return;
    if (sv_eq(name, SV("code")))
        mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (sv_eq(name, SV("file")))
        mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 0, 0);
    if (sv_eq(name, SV("protect")))
        mprotect((void *)((uintptr_t)&clean & ~(uintptr_t)4095), 4096, PROT_READ | PROT_EXEC);
    if (sv_eq(name, SV("cpu")))
        spin();
    if (sv_eq(name, SV("memory")))
        use_memory();
    if (sv_eq(name, SV("stack")))
        recurse("x");
    if (sv_eq(name, SV("crash")) ||
        (sv_eq(name, SV("crash-html")) && request->input != JAIL_INPUT_PLAIN) ||
        (sv_eq(name, SV("crash-markup")) && request->input == JAIL_INPUT_HTML))
        __builtin_trap();
    if (sv_eq(name, SV("clean")) && !clean)
        _exit(1);
}
