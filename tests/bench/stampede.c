/* Many people open a large mailbox at the same time, each their own, and the server has no index of
 * any of them; two others are in already and go on reading.
 *
 * Each person is a process: the clients of the bench keep one page at a time. The people are
 * "s1@…" to "sN@…", those who are in "r1@…" and "r2@…"; all have the password of the first account.
 */
#include <dirent.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

enum {
    READERS = 2,
    SAMPLES = 20000,
    PAGES = 20, /* of the list, that the readers turn over */
    QUIET_S = 6,
    BREATH_MS = 40, /* between two pages */
    PEOPLE_MAX = 200,
    LINE = 4096
};

struct samples {
    size_t n;
    double ms[SAMPLES];
};

/* Shared by all processes. */
struct shared {
    volatile int phase; /* 0: quiet, 1: storm, 2: over */
    volatile int ready; /* readers that are in */
    struct samples quiet[READERS], storm[READERS];
    struct {
        double ms; /* until the first page */
        unsigned waits;
        double first; /* until the first answer of any kind */
    } people[PEOPLE_MAX];
};

static struct shared *shared;

static void name_of(char *out, size_t size, const char *letter, unsigned number)
{
    struct sb b;
    sb_fixed(&b, out, size);
    sb_printf(&b, "%s%u@demo.example", letter, number);
}

/* ---- those who are in ---- */

static void note(struct samples *samples, double ms)
{
    if (samples->n < SAMPLES / READERS)
        samples->ms[samples->n++] = ms;
}

static void timed(struct web *web, struct sv target, struct answer *answer, struct samples *samples)
{
    double from = now_ms();
    web_fetch(web, target, (struct sv){NULL, 0}, answer);
    if (answer->code != 200)
        fail("%u for %.*s to one who is in", answer->code, SV_ARG(target));
    note(samples, now_ms() - from);
    usleep(BREATH_MS * 1000);
}

/* A page of the list, the first message on it, and its body. */
static void read_on(struct web *web, unsigned page, struct samples *samples)
{
    struct arena *arena = arena_new(SIZE_MAX);
    struct answer answer;
    timed(web, arena_printf(arena, "/mail?folder=INBOX&page=%u", page), &answer, samples);
    size_t row = sv_find(answer.body, SV("class=\"subject\""));
    struct sv rest = sv_slice(answer.body, row == SIZE_MAX ? 0 : row, answer.body.n);
    struct sv url = page_attribute(arena, rest, "<a href=", "href");
    if (row == SIZE_MAX || url.n == 0)
        fail("a page of the list without rows");
    timed(web, url, &answer, samples);
    struct sv body = page_attribute(arena, answer.body, "class=\"frame\"", "src");
    if (body.n > 0)
        timed(web, body, &answer, samples);
    arena_free(&arena);
}

static void reader(const struct settings *s, unsigned number)
{
    static struct samples warming;
    struct web web;
    struct answer answer;
    char user[64];
    name_of(user, sizeof user, "r", number + 1);
    web_at(&web, s, false);
    web_sign_in(&web, user, s->account.password, &answer);
    for (unsigned page = 1; page <= PAGES; page++)
        read_on(&web, page, &warming);
    __atomic_add_fetch(&shared->ready, 1, __ATOMIC_SEQ_CST);
    for (unsigned i = 0; shared->phase < 2; i++)
        read_on(&web, i % PAGES + 1,
                shared->phase == 0 ? &shared->quiet[number] : &shared->storm[number]);
}

/* ---- those who come ---- */

static void newcomer(const struct settings *s, unsigned number)
{
    struct arena *arena = arena_new(SIZE_MAX);
    struct web web;
    struct answer answer;
    char user[64];
    double from = now_ms();
    name_of(user, sizeof user, "s", number + 1);
    web_at(&web, s, false);
    web_enter(&web, user, s->account.password, &answer);
    struct sv landing = arena_sv(arena, sv_of(answer.location));
    web_fetch(&web, landing, (struct sv){NULL, 0}, &answer);
    shared->people[number].first = now_ms() - from;
    while (answer.code == 202) {
        shared->people[number].waits++;
        usleep(WEB_AGAIN_MS * 1000);
        web_fetch(&web, landing, (struct sv){NULL, 0}, &answer);
    }
    if (answer.code != 200 || sv_find(answer.body, SV("class=\"subject\"")) == SIZE_MAX)
        fail("person %u got %u and no list", number + 1, answer.code);
    shared->people[number].ms = now_ms() - from;
    arena_free(&arena);
}

static pid_t start(const struct settings *s, void (*who)(const struct settings *, unsigned),
                   unsigned number)
{
    (void)fflush(stdout);
    pid_t pid = fork();
    if (pid < 0)
        fail("no process for a person");
    if (pid > 0)
        return pid;
    who(s, number);
    _exit(0);
}

static void await(pid_t pid)
{
    int status;
    if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
        fail("a person did not come to an end");
}

/* ---- what the server has read ---- */

struct reads {
    uint64_t asked, disk; /* bytes: by read() and its like; from the disk itself */
};

static uint64_t field(const char *path, const char *name)
{
    char line[LINE];
    uint64_t value = 0;
    FILE *in = fopen(path, "r");
    while (in && fgets(line, sizeof line, in))
        if (sv_starts(sv_of(line), sv_of(name)))
            value = strtoull(line + strlen(name), NULL, 10);
    if (in)
        (void)fclose(in);
    return value;
}

static bool is_imap(struct arena *arena, const char *pid)
{
    char name[LINE] = "";
    FILE *in = fopen(arena_printf(arena, "/proc/%s/comm", pid).p, "r");
    bool read = in && fgets(name, sizeof name, in);
    if (in)
        (void)fclose(in);
    return read && sv_eq(sv_trim(sv_of(name)), SV("imap"));
}

/* All imap processes of this Dovecot; they are there as long as their connection. */
static struct reads server_reads(const struct settings *s)
{
    struct reads sum = {0, 0};
    struct arena *arena = arena_new(SIZE_MAX);
    DIR *dir = opendir("/proc");
    uint64_t master = strtoull(s->dovecot_pid, NULL, 10);
    for (struct dirent *entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir)) {
        if (!ascii_is_digit(entry->d_name[0]))
            continue;
        const char *status = arena_printf(arena, "/proc/%s/status", entry->d_name).p;
        if (field(status, "PPid:") != master || !is_imap(arena, entry->d_name))
            continue;
        const char *io = arena_printf(arena, "/proc/%s/io", entry->d_name).p;
        sum.asked += field(io, "rchar:");
        sum.disk += field(io, "read_bytes:");
    }
    if (dir)
        (void)closedir(dir);
    arena_free(&arena);
    return sum;
}

static double mb(uint64_t bytes)
{
    return (double)bytes / 1e6;
}

/* ---- telling ---- */

static double at(const struct samples *samples, double share)
{
    size_t i = (size_t)((double)samples->n * share);
    return samples->ms[i < samples->n ? i : samples->n - 1];
}

static struct samples *together(const struct samples *each)
{
    struct samples *all = calloc(READERS, sizeof *all);
    for (unsigned r = 0; r < READERS; r++) {
        memcpy(all->ms + all->n, each[r].ms, each[r].n * sizeof(double));
        all->n += each[r].n;
    }
    if (all->n == 0)
        fail("those who are in got no page");
    times_sort(all->ms, all->n);
    return all;
}

static void tell_readers(void)
{
    struct samples *quiet = together(shared->quiet), *storm = together(shared->storm);
    printf("| pages of those already in | p50 | p95 | max | pages |\n|---|---|---|---|---|\n");
    printf("| quiet | %.1f | %.1f | %.1f | %zu |\n", at(quiet, 0.5), at(quiet, 0.95), at(quiet, 1),
           quiet->n);
    printf("| while the others come | %.1f | %.1f | %.1f | %zu |\n", at(storm, 0.5),
           at(storm, 0.95), at(storm, 1), storm->n);
    printf("| as a multiple | %.2f | %.2f | %.2f | |\n\n", at(storm, 0.5) / at(quiet, 0.5),
           at(storm, 0.95) / at(quiet, 0.95), at(storm, 1) / at(quiet, 1));
    free(quiet);
    free(storm);
}

static void tell_people(const struct settings *s)
{
    static struct samples whole, first;
    unsigned waits = 0;
    for (unsigned i = 0; i < s->users; i++) {
        note(&whole, shared->people[i].ms / 1000);
        note(&first, shared->people[i].first / 1000);
        waits += shared->people[i].waits;
    }
    times_sort(whole.ms, whole.n);
    times_sort(first.ms, first.n);
    printf("| %u who come at once, seconds | first | median | last |\n|---|---|---|---|\n",
           s->users);
    printf("| first answer (list or waiting page) | %.2f | %.2f | %.2f |\n", first.ms[0],
           at(&first, 0.5), at(&first, 1));
    printf("| list before them | %.2f | %.2f | %.2f |\n", whole.ms[0], at(&whole, 0.5),
           at(&whole, 1));
    printf("| waiting pages seen, all together | %u | | |\n\n", waits);
}

void bench_stampede(const struct settings *s)
{
    pid_t readers[READERS], people[PEOPLE_MAX];
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED || s->users > PEOPLE_MAX || s->users == 0 || !s->dovecot_pid)
        fail("USERS and DOVECOT_PID are wanted, at most %d users", PEOPLE_MAX);
    for (unsigned i = 0; i < READERS; i++)
        readers[i] = start(s, reader, i);
    while (shared->ready < READERS)
        usleep(10000);
    for (unsigned i = 0; i < READERS; i++) /* what was read while others still warmed up */
        shared->quiet[i].n = 0;
    usleep(QUIET_S * 1000 * 1000);
    struct reads before = server_reads(s);
    shared->phase = 1;
    for (unsigned i = 0; i < s->users; i++)
        people[i] = start(s, newcomer, i);
    for (unsigned i = 0; i < s->users; i++)
        await(people[i]);
    shared->phase = 2;
    for (unsigned i = 0; i < READERS; i++)
        await(readers[i]);
    struct reads after = server_reads(s);
    tell_readers();
    tell_people(s);
    printf("server: read %.1f MB (from the disk %.1f MB), %.1f MB a person\n",
           mb(after.asked - before.asked), mb(after.disk - before.disk),
           mb(after.asked - before.asked) / s->users);
}

/* ---- one plain client ---- */

/* The connection stays open: a process of the server that has ended takes its count along. */
static void raw(const struct settings *s, struct mailbox *mailbox, const char *what,
                const char *user, bool all, const char *items)
{
    struct account account = s->account;
    char command[LINE];
    struct sb b;
    account.user = user;
    struct reads before = server_reads(s);
    double from = now_ms();
    mailbox_open(mailbox, &account);
    mailbox_command(mailbox, "SELECT INBOX");
    uint32_t first = all || mailbox->exists < 50 ? 1 : mailbox->exists - 49;
    sb_fixed(&b, command, sizeof command);
    sb_printf(&b, "FETCH %u:* %s", first, items);
    mailbox_command(mailbox, command);
    double ms = now_ms() - from;
    struct reads after = server_reads(s);
    printf("raw client, %s: %.2f s, server read %.1f MB (from the disk %.1f MB)\n", what, ms / 1000,
           mb(after.asked - before.asked), mb(after.disk - before.disk));
}

void bench_stampede_raw(const struct settings *s)
{
    static struct mailbox page, whole;
    char user[64];
    name_of(user, sizeof user, "s", 1);
    raw(s, &page, "one mailbox, the last 50 messages", user, false,
        "(UID FLAGS INTERNALDATE ENVELOPE BODYSTRUCTURE)");
    name_of(user, sizeof user, "s", 2);
    raw(s, &whole, "one mailbox, the whole list, as a desk program asks for it", user, true,
        "(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE)");
    mailbox_close(&page);
    mailbox_close(&whole);
}
