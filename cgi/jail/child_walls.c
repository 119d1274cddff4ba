#include "child_walls.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#ifndef VM_SANITIZED
#include <seccomp.h>
#endif

static bool set_limit(__rlimit_resource_t resource, rlim_t soft, rlim_t hard)
{
    struct rlimit limit = {soft, hard}, now;
    if (setrlimit(resource, &limit) != 0 || getrlimit(resource, &now) != 0)
        return false;
    return now.rlim_cur == soft && now.rlim_max == hard;
}

bool walls_raise_first(void)
{
    const rlim_t stack = (rlim_t)WALL_STACK_MB << 20;
    return close_range(STDERR_FILENO + 1, ~0u, 0) == 0 &&
           prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
           prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 && set_limit(RLIMIT_CORE, 0, 0) &&
           set_limit(RLIMIT_FSIZE, 0, 0) && set_limit(RLIMIT_STACK, stack, stack) &&
           set_limit(RLIMIT_NPROC, 0, 0) &&
           set_limit(RLIMIT_CPU, WALL_CPU_SECONDS, WALL_CPU_SECONDS + 1);
}

#ifdef VM_SANITIZED

bool walls_raise_last(void)
{
    return true;
}

#else

/* Anonymous memory that cannot be executed. */
static bool allow_mmap(scmp_filter_ctx filter)
{
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
                            SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
                            SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS)) == 0;
}

static bool allow_on(scmp_filter_ctx filter, int call, int fd)
{
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1,
                            SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)fd)) == 0;
}

static bool load_filter(void)
{
    static const int calls[] = {SCMP_SYS(brk),     SCMP_SYS(munmap), SCMP_SYS(mremap),
                                SCMP_SYS(madvise), SCMP_SYS(exit),   SCMP_SYS(exit_group)};
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    bool raised = filter && allow_on(filter, SCMP_SYS(read), STDIN_FILENO) &&
                  allow_on(filter, SCMP_SYS(write), STDOUT_FILENO) && allow_mmap(filter);
    for (size_t i = 0; raised && i < sizeof calls / sizeof calls[0]; i++)
        raised = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0) == 0;
    return raised && seccomp_load(filter) == 0;
}

bool walls_raise_last(void)
{
    const rlim_t space = (rlim_t)WALL_ADDRESS_SPACE_MB << 20;
    return set_limit(RLIMIT_AS, space, space) && set_limit(RLIMIT_NOFILE, 0, 0) && load_filter();
}

#endif
