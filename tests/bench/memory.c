/* Resident memory of the program: at start, and for each session with a warm connection. */
#include "bench.h"

enum { WARM_UP = 20 };

static uint64_t resident_kb(const char *pid)
{
    char path[64], line[256];
    struct sb b;
    uint64_t kb = 0;
    sb_fixed(&b, path, sizeof(path));
    sb_printf(&b, "/proc/%s/status", pid);
    FILE *in = fopen(path, "r");
    if (!in)
        fail("the program (process %s) does not run", pid);
    while (fgets(line, sizeof(line), in))
        if (sv_starts(sv_of(line), SV("VmRSS:")))
            kb = strtoull(line + sizeof("VmRSS:") - 1, NULL, 10);
    (void)fclose(in);
    return kb;
}

static void sign_in_many(const struct settings *s, unsigned count)
{
    struct web web;
    struct answer answer;
    for (unsigned i = 0; i < count; i++) {
        web_at(&web, s, false);
        web_sign_in(&web, s->account.user, s->account.password, &answer);
    }
}

/* The first sessions pay for what all share: templates, heaps of the threads, the store's cache. */
void bench_memory(const struct settings *s)
{
    uint64_t start = resident_kb(s->pid);
    sign_in_many(s, WARM_UP);
    uint64_t warm = resident_kb(s->pid);
    sign_in_many(s, s->sessions);
    uint64_t full = resident_kb(s->pid);
    printf("| resident memory at start | %.1f MB |\n", (double)start / 1024);
    printf("| with %d sessions | %.1f MB |\n", WARM_UP, (double)warm / 1024);
    printf("| with %u sessions | %.1f MB |\n", WARM_UP + s->sessions, (double)full / 1024);
    printf("| each further session | %.0f KB |\n",
           ((double)full - (double)warm) / (double)s->sessions);
}
