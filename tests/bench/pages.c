/* The table of operations: each timed for the raw client, at the socket and at the web server.
 *
 * A pass is three fresh sessions that do the same steps in the same order, taking turns step by
 * step, so that caches stand alike on all three sides and drift hits all. The raw client says what
 * the program said in the recorded pass, where that was sent together, together. */
#include "bench.h"
#include "script.h"

enum { RAW, SOCKET, HTTPS, CLIENTS, OPERATIONS_MAX = 24, SAMPLES_MAX = 4000 };
enum { REPEATS = 8, FOLDERS_MAX = 4, LARGE = 20 * 1000 * 1000 };

struct operation {
    char name[64];
    size_t n;
    double ms[CLIENTS][SAMPLES_MAX];
};

struct step {
    struct operation *operation; /* NULL: not counted */
    struct sv target;
    enum { STEP_PAGE, STEP_MESSAGE, STEP_DOWNLOAD } kind;
    struct window window;
};

struct bench {
    const struct settings *settings;
    struct arena *arena;
    struct operation *operations;
    size_t operation_count;
    struct step steps[STEPS_MAX]; /* the first is signing in and the page one lands on */
    size_t step_count;
};

struct party {
    struct web web;
    struct mailbox *raw[SCRIPT_CONNECTIONS];
};

/* ---- what is done ---- */

static struct operation *operation_add(struct bench *b, const char *name, struct sv detail)
{
    if (b->operation_count == OPERATIONS_MAX)
        fail("too many operations");
    struct operation *operation = &b->operations[b->operation_count++];
    struct sb out;
    sb_fixed(&out, operation->name, sizeof(operation->name));
    sb_printf(&out, "%s%s%.*s", name, detail.n > 0 ? ", " : "", SV_ARG(detail));
    return operation;
}

static void step_add(struct bench *b, struct operation *operation, int kind, struct sv target)
{
    if (b->step_count == STEPS_MAX)
        fail("too many steps");
    struct step *step = &b->steps[b->step_count++];
    step->operation = operation;
    step->target = target;
    step->kind = kind;
}

static struct sv folder_url(struct bench *b, const char *path, struct sv folder, const char *rest)
{
    struct sb out;
    sb_init(&out, b->arena, 4096);
    sb_printf(&out, "%s?folder=", path);
    for (size_t i = 0; i < folder.n; i++)
        sb_printf(&out, "%%%02X", (unsigned char)folder.p[i]);
    sb_add_cstr(&out, rest);
    return sb_view(&out);
}

static void plan_lists(struct bench *b, struct sv folder)
{
    struct operation *list = operation_add(b, "list page", folder);
    struct operation *next = operation_add(b, "next page", folder);
    step_add(b, NULL, STEP_PAGE, folder_url(b, "/mail", folder, ""));
    for (int i = 0; i < REPEATS; i++) {
        step_add(b, list, STEP_PAGE, folder_url(b, "/mail", folder, ""));
        step_add(b, next, STEP_PAGE, folder_url(b, "/mail", folder, "&page=2"));
    }
}

/* No order and no search is asked twice in a session, whose cache would answer. */
static void plan_sorts(struct bench *b, struct sv folder)
{
    static const char *const by_date[] = {"&sort=date&order=desc", "&sort=date&order=asc"};
    static const char *const by_field[] = {
        "&sort=from&order=asc",  "&sort=subject&order=asc",  "&sort=to&order=asc",
        "&sort=from&order=desc", "&sort=subject&order=desc", "&sort=to&order=desc",
    };
    struct operation *date = operation_add(b, "sort by date", folder);
    struct operation *field = operation_add(b, "sort by a field", folder);
    for (size_t i = 0; i < sizeof(by_date) / sizeof(by_date[0]); i++)
        step_add(b, date, STEP_PAGE, folder_url(b, "/mail", folder, by_date[i]));
    for (size_t i = 0; i < sizeof(by_field) / sizeof(by_field[0]); i++)
        step_add(b, field, STEP_PAGE, folder_url(b, "/mail", folder, by_field[i]));
}

/* The first page finds out which messages belong together, by a THREAD of the whole folder. */
static void plan_threads(struct bench *b, struct sv folder)
{
    struct operation *first = operation_add(b, "first conversations", folder);
    struct operation *list = operation_add(b, "conversation list", folder);
    struct operation *next = operation_add(b, "next conversations", folder);
    step_add(b, first, STEP_PAGE, folder_url(b, "/mail", folder, "&threads=1"));
    for (int i = 0; i < REPEATS; i++) {
        step_add(b, list, STEP_PAGE, folder_url(b, "/mail", folder, "&threads=1"));
        step_add(b, next, STEP_PAGE, folder_url(b, "/mail", folder, "&threads=1&page=2"));
    }
}

static void plan_searches(struct bench *b, struct sv folder)
{
    struct operation *search = operation_add(b, "search in subjects", folder);
    for (int i = 0; i < REPEATS; i++) {
        struct sv rest = arena_printf(b->arena, "&q=subject%%3A%d", 101 + 37 * i);
        step_add(b, search, STEP_PAGE, folder_url(b, "/mail", folder, rest.p));
    }
}

static void select_folder(struct bench *b, struct mailbox *mailbox, struct sv folder)
{
    mailbox_command(mailbox, arena_printf(b->arena, "SELECT \"%.*s\"", SV_ARG(folder)).p);
}

/* Read messages only, so that no mark is set for one side and not for the others. */
static void plan_messages(struct bench *b, struct mailbox *mailbox, struct sv folder)
{
    struct operation *message = operation_add(b, "message and body", folder);
    select_folder(b, mailbox, folder);
    for (uint32_t i = 0; i < REPEATS; i++) {
        uint32_t uid = mailbox->exists - 3 - i * 7;
        struct sv mark = arena_printf(b->arena, "UID STORE %u +FLAGS.SILENT (\\Seen)", uid);
        mailbox_command(mailbox, mark.p);
        struct sv rest = arena_printf(b->arena, "&v=%u&uid=%u", mailbox->uidvalidity, uid);
        step_add(b, message, STEP_MESSAGE, folder_url(b, "/message", folder, rest.p));
    }
}

static void plan_download(struct bench *b, struct mailbox *mailbox)
{
    struct operation *download = operation_add(b, "download of 20 MB", SV(""));
    mailbox_append_large(mailbox, "Bench", LARGE);
    select_folder(b, mailbox, SV("Bench"));
    struct sv rest =
        arena_printf(b->arena, "&v=%u&uid=%u", mailbox->uidvalidity, mailbox->appended_uid);
    struct web web;
    struct answer answer;
    web_at(&web, b->settings, false);
    web_sign_in(&web, b->settings->account.user, b->settings->account.password, &answer);
    web_get(&web, folder_url(b, "/message", SV("Bench"), rest.p), &answer);
    struct sv part = page_attribute(b->arena, answer.body, "\"/part?", "href");
    if (part.n == 0)
        fail("the page of the large message has no link to its attachment");
    step_add(b, NULL, STEP_DOWNLOAD, part);
    for (int i = 0; i < 3; i++)
        step_add(b, download, STEP_DOWNLOAD, part);
}

static void plan(struct bench *b)
{
    struct mailbox *mailbox = arena_alloc(b->arena, sizeof(*mailbox));
    struct sv folders = b->settings->folders;
    struct sv folder = {"", 0};
    mailbox_open(mailbox, &b->settings->account);
    step_add(b, operation_add(b, "sign in and first list", SV("")), STEP_PAGE, SV(""));
    while (folders.n > 0) {
        folder = sv_cut(&folders, ':');
        plan_lists(b, folder);
    }
    plan_threads(b, folder);
    plan_sorts(b, folder);
    plan_searches(b, folder);
    plan_messages(b, mailbox, folder);
    plan_download(b, mailbox);
    mailbox_close(mailbox);
}

/* ---- doing it ---- */

static void web_step(struct bench *b, struct web *web, const struct step *step)
{
    struct answer answer;
    const struct account *account = &b->settings->account;
    if (step->target.n == 0) {
        web_sign_in(web, account->user, account->password, &answer);
        return;
    }
    web_get(web, step->target, &answer);
    if (step->kind == STEP_DOWNLOAD && answer.length < LARGE / 100 * 99)
        fail("the download was cut");
    if (step->kind != STEP_MESSAGE)
        return;
    struct arena *arena = arena_new(SIZE_MAX);
    struct sv body = page_attribute(arena, answer.body, "<iframe", "src");
    if (body.n == 0)
        fail("no frame in %.*s", SV_ARG(step->target));
    web_get(web, body, &answer);
    arena_free(&arena);
}

/* A connection is opened when the program opened it. */
static struct mailbox *raw_mailbox(struct bench *b, struct party *party, unsigned connection)
{
    struct mailbox **mailbox = &party->raw[connection];
    if (!*mailbox) {
        *mailbox = arena_alloc(b->arena, sizeof(**mailbox));
        mailbox_open(*mailbox, &b->settings->account);
    }
    return *mailbox;
}

static void raw_step(struct bench *b, struct party *party, const struct step *step)
{
    for (struct batch *batch = step->window.first; batch; batch = batch->next) {
        struct mailbox *mailbox = raw_mailbox(b, party, batch->connection);
        if (mailbox_talk(mailbox, sb_view(&batch->commands), batch->replies) != 0)
            fprintf(stderr, "bench: %.*s: the raw client hears %s\n", SV_ARG(step->target),
                    mailbox->refusal);
    }
}

static void party_close(struct party *party)
{
    web_close(&party->web);
    for (unsigned i = 0; i < SCRIPT_CONNECTIONS; i++)
        if (party->raw[i])
            mailbox_close(party->raw[i]);
}

static void pass(struct bench *b, bool counted)
{
    struct party parties[CLIENTS] = {0};
    struct arena *kept = b->arena;
    b->arena = arena_new(SIZE_MAX);
    for (int c = 0; c < CLIENTS; c++)
        web_at(&parties[c].web, b->settings, c == HTTPS);
    for (size_t i = 0; i < b->step_count; i++) {
        struct step *step = &b->steps[i];
        struct operation *operation = counted ? step->operation : NULL;
        for (size_t turn = 0; turn < CLIENTS; turn++) {
            size_t client = (turn + i) % CLIENTS;
            double start = now_ms();
            if (client == RAW)
                raw_step(b, &parties[client], step);
            else
                web_step(b, &parties[client].web, step);
            if (operation && operation->n < SAMPLES_MAX)
                operation->ms[client][operation->n] = now_ms() - start;
        }
        if (operation && operation->n < SAMPLES_MAX)
            operation->n++;
    }
    for (int c = 0; c < CLIENTS; c++)
        party_close(&parties[c]);
    arena_free(&b->arena);
    b->arena = kept;
}

/* One pass at the socket alone, recorded. The directory then goes out of the way: the sessions that
 * are timed are not recorded. */
static void record(struct bench *b)
{
    struct window windows[STEPS_MAX] = {0};
    struct web web;
    web_at(&web, b->settings, false);
    for (size_t i = 0; i < b->step_count; i++) {
        windows[i].start = wall_s();
        web_step(b, &web, &b->steps[i]);
        windows[i].end = wall_s();
    }
    struct sv done = arena_printf(b->arena, "%s.done", b->settings->recordings);
    if (rename(b->settings->recordings, done.p) != 0)
        fail("cannot end the recording in %s", b->settings->recordings);
    script_load(b->arena, done.p, windows, b->step_count);
    for (size_t i = 0; i < b->step_count; i++)
        b->steps[i].window = windows[i];
}

/* ---- the table ---- */

static double percentile(const struct operation *operation, int client, unsigned percent)
{
    return operation->ms[client][(operation->n * percent + 99) / 100 - 1]; /* nearest rank */
}

static void operation_tell(struct operation *operation)
{
    double median[CLIENTS];
    printf("| %s |", operation->name);
    for (int c = 0; c < CLIENTS; c++) {
        times_sort(operation->ms[c], operation->n);
        median[c] = percentile(operation, c, 50);
        printf(" %.1f | %.1f |", median[c], percentile(operation, c, 95));
        if (c == SOCKET)
            printf(" %.2f | %+.1f |", median[SOCKET] / median[RAW], median[SOCKET] - median[RAW]);
    }
    printf(" %zu |\n", operation->n);
}

/* Commands that went together stand below each other, the connection's number before the first. */
static void batch_tell(const struct batch *batch)
{
    struct sv commands = sv_trim(sb_view(&batch->commands));
    printf("    %u  ", batch->connection);
    while (commands.n > 0) {
        struct sv command = sv_trim(sv_cut(&commands, '\n'));
        printf("%.*s\n%s", SV_ARG(sv_slice(command, 0, 150)), commands.n > 0 ? "       " : "");
    }
}

/* What both sides of each operation said, by its last step. */
static void commands_tell(const struct bench *b)
{
    for (size_t i = 0; i < b->step_count; i++) {
        const struct step *step = &b->steps[i];
        if (!step->operation || (i + 2 < b->step_count && step[2].operation == step->operation) ||
            (i + 1 < b->step_count && step[1].operation == step->operation))
            continue;
        printf("\n%s\n", step->operation->name);
        for (struct batch *batch = step->window.first; batch; batch = batch->next)
            batch_tell(batch);
    }
}

/* How much longer the list of the largest folder takes than that of the smallest. */
static void flatness_tell(const struct bench *b)
{
    const struct operation *first = NULL, *last = NULL;
    for (size_t i = 0; i < b->operation_count; i++) {
        if (!sv_starts(sv_of(b->operations[i].name), SV("list page")))
            continue;
        first = first ? first : &b->operations[i];
        last = &b->operations[i];
    }
    if (first)
        printf("\nAt the socket the %s takes %.2f times as long as the %s.\n", last->name,
               percentile(last, SOCKET, 50) / percentile(first, SOCKET, 50), first->name);
}

void bench_pages(const struct settings *settings)
{
    struct arena *arena = arena_new(SIZE_MAX);
    struct bench *b = arena_alloc(arena, sizeof(*b));
    b->settings = settings;
    b->arena = arena;
    b->operations = arena_array(arena, OPERATIONS_MAX, sizeof(*b->operations));
    plan(b);
    record(b);
    pass(b, false);
    for (unsigned i = 0; i < settings->passes; i++)
        pass(b, true);
    printf("| milliseconds | raw IMAP | p95 | socket | p95 | times raw | above raw "
           "| nginx, TLS | p95 | runs |\n|---|---|---|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < b->operation_count; i++)
        operation_tell(&b->operations[i]);
    flatness_tell(b);
    if (settings->commands)
        commands_tell(b);
    arena_free(&arena);
}
