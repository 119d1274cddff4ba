/* POST /import: messages from files, taken while they arrive. Fields, in front of the files: csrf,
 * folder (raw name) or name (of a new one), flat, skip; then file (repeats): mbox, .eml, or a zip
 * or tar of these or of a Maildir. It is a job (model/intake.h) that this request does: all pages
 * of its user see how far it is, and can stop it. Answers with a redirect to GET /transfer, which
 * says what became of it. */
#include "import.h"

#include <time.h>

#include "flash.h"
#include "folder_list.h"
#include "import_words.h"
#include "lasting.h"
#include "log.h"
#include "mbox.h"
#include "opening.h"
#include "pages.h"
#include "peek.h"
#include "unzip.h"

enum {
    MESSAGE_MAX = 150 * 1000 * 1000, /* bytes of one message that may wait in the spool */
    SWELL = 20,                      /* what comes out of archives, against what may come in */
    FILES_MAX = 2 * 1000 * 1000,
    DRAIN_MS = 15 * 1000,
    REST_MS = 1000,
    KILLED_S = 2,
    SETTLE_STEP_MS = 100,
    ENTRY_BUDGET = 1 << 20
};

struct taking {
    struct page *page;
    struct intake *intake;
    struct import *import;
    struct arena *arena; /* of one file in an archive */
    struct source upload;
};

/* The upload, counted. */
static enum status taking_read(void *context, void *buffer, size_t room, size_t *n)
{
    struct taking *t = context;
    uint64_t before = upload_done(t->page->upload);
    enum status st = lasting_moved(t->page->lasting, 0);
    if (st == STATUS_OK)
        st = source_read(t->upload, buffer, room, n);
    uint64_t done = upload_done(t->page->upload);
    enum status wanted = intake_bytes(t->intake, done);
    if (st == STATUS_OK)
        st = wanted;
    return st == STATUS_OK ? lasting_moved(t->page->lasting, done - before) : st;
}

/* What is in a folder is looked at when it is this user's turn. */
static enum status pass_gate(void *context, struct sv folder)
{
    struct page *page = ((struct taking *)context)->page;
    const struct place place = {.folder = folder, .sorting = {IMAP_ORDER_ARRIVAL, true}, .page = 1};
    return opening_wait(page, &place, lasting_still, page->lasting);
}

/* ---- what a file is ---- */

static bool drop_end(struct sv *name, struct sv end)
{
    if (name->n <= end.n || !sv_eq_nocase(sv_slice(*name, name->n - end.n, name->n), end))
        return false;
    *name = sv_slice(*name, 0, name->n - end.n);
    return true;
}

/* The folder that an mbox in an archive is: "Travaux.sbd/Été.mbox" is Travaux/Été. */
static struct sv folder_of(struct arena *arena, struct sv path)
{
    struct sb out;
    sb_init(&out, arena, UNZIP_PATH_MAX);
    while (path.n > 0) {
        struct sv level = sv_cut(&path, '/');
        if (path.n > 0)
            (void)drop_end(&level, SV(".sbd"));
        else if (!drop_end(&level, SV(".mbox")))
            (void)drop_end(&level, SV(".mbx"));
        if (level.n == 0 || sv_eq(level, SV(".")) || sv_eq(level, SV("..")))
            continue;
        if (out.n > 0)
            sb_add_char(&out, '/');
        sb_add(&out, level);
    }
    return sb_view(&out);
}

static enum status take_archive(struct taking *t, struct source source);

/* path: in an archive; empty for the upload itself, whose own name is `name`. */
static enum status take_file(struct taking *t, struct source source, struct sv path, struct sv name,
                             int64_t when)
{
    struct peek peek;
    struct sv head;
    enum status st = peek_open(&peek, source, &head);
    if (st != STATUS_OK)
        return st;
    struct sv stem = path; /* an empty mbox is an empty folder, and no message without a byte */
    bool empty = head.n == 0 && (drop_end(&stem, SV(".mbox")) || drop_end(&stem, SV(".mbx")));
    if (empty || mbox_begins(head))
        return import_mbox(t->import, peek_source(&peek), folder_of(t->arena, path));
    if (path.n == 0 && unzip_begins(head))
        return take_archive(t, peek_source(&peek));
    return import_message(t->import, peek_source(&peek), path.n > 0 ? path : name, when);
}

static enum status take_archive(struct taking *t, struct source source)
{
    const struct unzip_limits limits = {.bytes = t->page->site->import_max * SWELL,
                                        .files = FILES_MAX};
    struct unzip *unzip = unzip_open(source, &limits);
    struct unzip_entry entry;
    enum status st = STATUS_OK;
    while (st == STATUS_OK) {
        arena_reset(t->arena);
        st = unzip_next(unzip, t->arena, &entry);
        if (st != STATUS_OK)
            break;
        struct sv path = entry.raw ? SV("") : entry.path;
        struct peek peek;
        struct sv head;
        if (entry.raw) { /* packed and no archive: what is in it is looked at once more */
            st = peek_open(&peek, unzip_source(unzip), &head);
            if (st == STATUS_OK && unzip_begins(head))
                st = STATUS_INVALID;
            if (st == STATUS_OK)
                st = take_file(t, peek_source(&peek), path, entry.path, 0);
        } else {
            st = take_file(t, unzip_source(unzip), path, path, entry.when);
        }
    }
    unzip_close(&unzip);
    return st == STATUS_NOT_FOUND ? STATUS_OK : st;
}

static enum status take_files(struct taking *t)
{
    struct upload_file file;
    enum status st = STATUS_OK;
    for (bool first = true; st == STATUS_OK; first = false) {
        st = upload_next(t->page->upload, &file);
        if (st != STATUS_OK)
            return st == STATUS_NOT_FOUND && !first ? STATUS_OK : st;
        intake_file(t->intake, file.filename);
        arena_reset(t->arena);
        st = take_file(t, (struct source){taking_read, t}, SV(""), file.filename, 0);
    }
    return st;
}

/* ---- the form ---- */

static struct sv field(const struct page *page, const char *name)
{
    return inputs_get(&page->request->form, name);
}

/* A new folder's name stands before the chosen one. */
static enum status read_target(struct page *page, struct import_order *order)
{
    struct folders folders;
    struct imap *imap;
    struct sv fresh = sv_trim(field(page, "name")), chosen = field(page, "folder");
    enum status st = folder_list_load(page, SV(""), &imap, &folders);
    if (st != STATUS_OK)
        return st;
    session_connection_give(page->session, &page->imap);
    const struct folder *folder = folder_find(&folders, chosen);
    if (fresh.n > 0 && (fresh.n > FOLDER_LABEL_MAX || sv_has_control(fresh)))
        return STATUS_INVALID;
    if (fresh.n == 0 && chosen.n > 0 && (!folder || !folder->selectable))
        return STATUS_NOT_FOUND;
    order->folder =
        fresh.n > 0 ? arena_printf(page->arena, "%.*s%.*s", SV_ARG(folders.prefix), SV_ARG(fresh))
                    : chosen;
    order->prefix = folders.prefix;
    order->delimiter = folders.delimiter;
    return STATUS_OK;
}

static enum status run(struct taking *t, struct import_order *order)
{
    struct page *page = t->page;
    struct diagnosis *why = arena_alloc(page->arena, sizeof *why);
    order->intake = t->intake;
    order->opening = pass_gate;
    order->context = t;
    order->diagnosis = why;
    t->import = import_open(order);
    t->arena = arena_new(ENTRY_BUDGET);
    t->upload = upload_source(page->upload);
    enum status st = take_files(t);
    const struct diagnosis first = *why;
    /* whole messages go in, whatever broke off behind them */
    enum status rest = import_finish(t->import);
    if (st == STATUS_OK)
        st = rest;
    else
        *why = first;
    intake_end(&t->intake, st, why);
    import_close(&t->import);
    arena_free(&t->arena);
    if (st != STATUS_OK)
        upload_drain(page->upload, deadline_in(DRAIN_MS));
    return st;
}

/* How long after its end what an import asked of the server may still be under way. */
static int64_t unsettled_s(const struct job *job)
{
    if (job->state == JOB_INTERRUPTED)
        return KILLED_S;
    if (job->state != JOB_FAILED || job->diagnosis.cause == CAUSE_NONE)
        return 0;
    return job->why == STATUS_TIMEOUT ? JOB_UNANSWERED_MS / 1000 : KILLED_S;
}

/* What the last import sent and never heard of may come yet, and is not there for who looks now. */
static enum status let_settle(struct page *page)
{
    struct job last;
    enum status st = STATUS_OK;
    if (!import_last(page, &last))
        return STATUS_OK;
    const struct timespec step = {.tv_nsec = SETTLE_STEP_MS * 1000L * 1000};
    while (st == STATUS_OK && clock_wall() <= last.changed + unsettled_s(&last) &&
           unsettled_s(&last) > 0) {
        nanosleep(&step, NULL);
        st = lasting_still(page->lasting);
    }
    return st;
}

static enum status refuse(struct page *page, const char *key)
{
    flash_set(page, locale_text(page->locale, key), SV(""), true);
    upload_drain(page->upload, deadline_in(DRAIN_MS));
    return page_redirect(page, SV("/transfer"));
}

enum status page_import(struct page *page)
{
    struct taking t = {.page = page};
    struct import_order order = {.session = page->session,
                                 .flat = field(page, "flat").n > 0,
                                 .skip_known = field(page, "skip").n > 0,
                                 .spool_directory = page->site->spool_directory,
                                 .message_max = MESSAGE_MAX,
                                 .command_ms = page->site->request_ms,
                                 .rest_ms = REST_MS};
    enum status st = read_target(page, &order);
    if (st == STATUS_INVALID || st == STATUS_NOT_FOUND)
        return refuse(page, "transfer.no_target");
    if (st == STATUS_OK && order.skip_known)
        st = let_settle(page);
    if (st != STATUS_OK)
        return st;
    st = intake_begin(page->app->jobs, page->session, order.folder, upload_total(page->upload),
                      &t.intake);
    if (st == STATUS_EXISTS)
        return refuse(page, "transfer.already");
    if (st == STATUS_UNAVAILABLE)
        return refuse(page, "job.too_many");
    if (st != STATUS_OK)
        return st;
    log_event(LOG_LEVEL_INFO, "import", "status=%s", status_name(run(&t, &order)));
    folders_quota_stale(page->session);
    return page_redirect(page, SV("/transfer#last"));
}
