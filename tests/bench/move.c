/* Moving many messages as a job, beside one raw command that does the same: from a mailbox that is
 * filled anew each time, on the same server, taking turns. The job's time is from the press of the
 * button to the moment at which it no longer runs. */
#include <unistd.h>

#include "bench.h"
#include "mailbox.h"

enum { MESSAGES = 20 * 1000, PASSES_MAX = 50, LOOK_US = 20000 };

static const char FROM[] = "Bench move", TO[] = "Bench moved";

struct move {
    const struct settings *settings;
    struct arena *arena;
    struct mailbox *mailbox; /* fills, and is the raw client */
    struct web web;
    struct sv source; /* the folder that is copied from */
    uint32_t count;
};

static void say(struct move *m, const char *command, const char *name)
{
    mailbox_command(m->mailbox, arena_printf(m->arena, "%s \"%s\"", command, name).p);
}

/* FROM with the first messages of the source, TO with none, both fresh. */
static void fill(struct move *m)
{
    static const char *const BOXES[] = {FROM, TO};
    /* a server throws out who has a mailbox open that is deleted */
    mailbox_command(m->mailbox, arena_printf(m->arena, "SELECT \"%.*s\"", SV_ARG(m->source)).p);
    for (int i = 0; i < 2; i++) {
        (void)mailbox_talk(m->mailbox, arena_printf(m->arena, "old DELETE \"%s\"\r\n", BOXES[i]),
                           1);
        say(m, "CREATE", BOXES[i]);
        say(m, "SUBSCRIBE", BOXES[i]);
    }
    mailbox_command(m->mailbox, arena_printf(m->arena, "COPY 1:%u \"%s\"", m->count, FROM).p);
    say(m, "SELECT", FROM);
}

static void check(struct move *m)
{
    say(m, "SELECT", TO);
    if (m->mailbox->exists != m->count)
        fail("%u messages of %u have been moved", m->mailbox->exists, m->count);
}

static double move_raw(struct move *m)
{
    double start;
    fill(m);
    start = now_ms();
    mailbox_command(m->mailbox, arena_printf(m->arena, "UID MOVE 1:* \"%s\"", TO).p);
    double took = now_ms() - start;
    check(m);
    return took;
}

static void field(struct sb *form, const char *name, struct sv value)
{
    sb_printf(form, "%s%s=", form->n ? "&" : "", name);
    for (size_t i = 0; i < value.n; i++)
        sb_printf(form, "%%%02X", (unsigned char)value.p[i]);
}

static struct sv read_form(struct move *m, struct sv page)
{
    static const char *const FIELDS[] = {"csrf", "folder", "v", "all", "total", "uidnext"};
    struct sb form;
    sb_init(&form, m->arena, 4096);
    for (size_t i = 0; i < sizeof(FIELDS) / sizeof(FIELDS[0]); i++) {
        struct sv mark = arena_printf(m->arena, "name=\"%s\"", FIELDS[i]);
        struct sv value = page_attribute(m->arena, page, mark.p, "value");
        if (value.n == 0)
            fail("the list has no field %s", FIELDS[i]);
        field(&form, FIELDS[i], value);
    }
    field(&form, "act", SV("move"));
    field(&form, "to", sv_of(TO));
    return sb_view(&form);
}

static double move_job(struct move *m)
{
    struct answer answer;
    fill(m);
    web_get(&m->web, SV("/mail?folder=Bench%20move&all=1"), &answer);
    struct sv form = read_form(m, answer.body);
    double start = now_ms();
    web_fetch(&m->web, SV("/act"), form, &answer);
    if (answer.code != 303)
        fail("the job was not started: %u", answer.code);
    for (;;) {
        web_get(&m->web, SV("/poll?jobs=1"), &answer);
        if (sv_find(answer.body, SV("\"jobs\":[]")) != SIZE_MAX)
            break;
        usleep(LOOK_US);
    }
    double took = now_ms() - start;
    check(m);
    return took;
}

static struct sv last_folder(struct sv folders)
{
    struct sv folder = folders;
    while (folders.n > 0)
        folder = sv_cut(&folders, ':');
    return folder;
}

void bench_move(const struct settings *settings)
{
    struct arena *arena = arena_new(SIZE_MAX);
    struct move m = {.settings = settings, .arena = arena, .count = MESSAGES};
    struct answer answer;
    double raw[PASSES_MAX], job[PASSES_MAX];
    unsigned n = settings->passes < PASSES_MAX ? settings->passes : PASSES_MAX;
    m.mailbox = arena_alloc(arena, sizeof(*m.mailbox));
    m.source = last_folder(settings->folders);
    mailbox_open(m.mailbox, &settings->account);
    mailbox_command(m.mailbox, arena_printf(arena, "SELECT \"%.*s\"", SV_ARG(m.source)).p);
    if (m.mailbox->exists < m.count)
        m.count = m.mailbox->exists;
    web_at(&m.web, settings, false);
    web_sign_in(&m.web, settings->account.user, settings->account.password, &answer);
    for (unsigned i = 0; i < n; i++) {
        bool job_first = i % 2 == 1;
        if (job_first)
            job[i] = move_job(&m);
        raw[i] = move_raw(&m);
        if (!job_first)
            job[i] = move_job(&m);
    }
    times_sort(raw, n);
    times_sort(job, n);
    printf("| milliseconds | one raw UID MOVE | as a job | times raw | runs |\n"
           "|---|---|---|---|---|\n"
           "| move %u | %.0f | %.0f | %.2f | %u |\n"
           "| move %u, fastest | %.0f | %.0f | %.2f | |\n",
           m.count, raw[n / 2], job[n / 2], job[n / 2] / raw[n / 2], n, m.count, raw[0], job[0],
           job[0] / raw[0]);
    web_close(&m.web);
    mailbox_close(m.mailbox);
    arena_free(&arena);
}
