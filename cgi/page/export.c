/* GET /export: messages as files, passed on while the server sends them: those that chosen.h says;
 * form: mbox, or eml for a zip of .eml files. All folders are always a zip, with a directory or an
 * mbox for each. What breaks off passes for no whole file: the answer is cut, and a zip has no
 * directory then. A folder that the server does not open ends nothing: the zip says at its end what
 * is not in it. */
#include "export.h"

#include "chosen.h"
#include "filename.h"
#include "folder_list.h"
#include "lasting.h"
#include "maildir.h"
#include "mbox.h"
#include "opening.h"
#include "pages.h"
#include "zip.h"

enum { PATH_ROOM = 3000, MISSING_MAX = 64 * 1024 };

struct packing {
    struct page *page;
    struct imap *imap;
    struct lasting lasting;
    bool mbox;
    struct zip *zip; /* NULL: the mbox is the answer itself */
    struct mbox_writer *writer;
    struct sv directory; /* in the zip, of the folder at hand; ends in '/', or empty */
    uint32_t number;     /* in it */
    struct export_counts counts;
    struct sb missing; /* a line for each folder that is left out */
};

/* ---- one message ---- */

static enum status begin_mbox(struct packing *p, const struct export_message *m)
{
    const struct mbox_marks marks = {
        .sender = m->sender, .date = m->date, .flags = m->marks, .keywords = m->keywords};
    return mbox_writer_begin(p->writer, &marks);
}

static enum status begin_file(struct packing *p, const struct export_message *m)
{
    char path[PATH_ROOM], name[2 * MAILDIR_NAME_MAX];
    char day[sizeof "2026-03-12"];
    struct sb out, file, date;
    struct tm tm;
    time_t when = (time_t)m->date;
    sb_fixed(&date, day, sizeof day);
    if (m->date > 0 && gmtime_r(&when, &tm))
        sb_printf(&date, "%04d-%02d-%02d", (tm.tm_year + 1900) % 10000, tm.tm_mon + 1, tm.tm_mday);
    sb_fixed(&file, name, sizeof name);
    maildir_name_write(&file, ++p->number, sb_view(&date), m->subject, m->marks, m->keywords);
    sb_fixed(&out, path, sizeof path);
    sb_add(&out, p->directory);
    sb_add(&out, sb_view(&file));
    return out.over ? STATUS_TOO_LARGE : zip_begin_path(p->zip, sb_view(&out), m->date);
}

static enum status message_begin(void *context, const struct export_message *m)
{
    struct packing *p = context;
    return p->mbox ? begin_mbox(p, m) : begin_file(p, m);
}

static enum status message_data(void *context, struct sv piece)
{
    struct packing *p = context;
    enum status st = lasting_moved(&p->lasting, piece.n);
    if (st != STATUS_OK)
        return st;
    return p->mbox ? mbox_writer_feed(p->writer, piece) : zip_write(p->zip, piece);
}

static enum status message_end(void *context)
{
    struct packing *p = context;
    return p->mbox ? mbox_writer_end(p->writer) : STATUS_OK;
}

/* ---- folders ---- */

/* The levels of its name as directories; the prefix of the namespace is none. */
static struct sv directory_of(struct page *page, const struct folders *folders,
                              const struct folder *folder)
{
    struct sb out;
    struct sv name = folder->name;
    sb_init(&out, page->arena, PATH_ROOM / 2);
    if (folders->prefix.n > 0 && sv_starts(name, folders->prefix) && name.n > folders->prefix.n)
        name = sv_slice(name, folders->prefix.n, name.n);
    while (name.n > 0) {
        struct sv level = folders->delimiter ? sv_cut(&name, folders->delimiter) : name;
        if (!folders->delimiter)
            name = SV("");
        zip_add_level(&out, level);
        sb_add_char(&out, '/');
    }
    return sb_view(&out);
}

/* Selects it, when it is its turn at the gate. */
static enum status open_folder(struct packing *p, struct chosen *chosen)
{
    struct page *page = p->page;
    const struct place place = chosen_place(chosen);
    enum status st = opening_wait(page, &place, lasting_still, &p->lasting);
    p->imap = page->imap; /* which that may have given back */
    if (st == STATUS_OK)
        st = lasting_still(&p->lasting);
    if (st == STATUS_OK)
        st = page_imap(page, chosen->folder->name, &p->imap);
    if (st != STATUS_OK)
        return st;
    session_connection_slow(page->session, p->imap);
    return chosen_find(page, p->imap, chosen);
}

static enum status pack_messages(struct packing *p, const struct imap_uids *uids)
{
    struct page *page = p->page;
    const struct export_taker taker = {message_begin, message_data, message_end, p};
    return export_messages(p->imap, uids, page->site->request_ms, &taker, &p->counts,
                           &page->diagnosis);
}

/* What the server says to the folder alone, and not to the whole export. */
static bool is_of_folder(const struct packing *p, enum status st)
{
    return st != STATUS_OK && st != STATUS_TIMEOUT && st != STATUS_CANCELLED && p->imap &&
           imap_usable(p->imap);
}

static void leave_out(struct packing *p, const struct folder *folder, enum status st)
{
    struct page *page = p->page;
    struct page_words words = page_words(page, st, &page->diagnosis);
    sb_add(&p->missing, locale_format(page->locale, page->arena, "transfer.left_out",
                                      folder_label(page, folder, true), words.cause));
    sb_add_cstr(&p->missing, "\r\n");
    page_log_failure(page, st);
    page->diagnosis = (struct diagnosis){0};
}

static enum status pack_one_of_all(struct packing *p, const struct folders *folders,
                                   const struct folder *folder)
{
    struct page *page = p->page;
    struct chosen chosen = {.folder = folder};
    enum status st = open_folder(p, &chosen);
    if (is_of_folder(p, st)) {
        leave_out(p, folder, st);
        return STATUS_OK;
    }
    p->directory = directory_of(page, folders, folder);
    p->number = 0;
    if (st == STATUS_OK && p->mbox) {
        struct sv stem = sv_slice(p->directory, 0, p->directory.n - 1);
        st = zip_begin_path(p->zip, arena_printf(page->arena, "%.*s.mbox", SV_ARG(stem)), 0);
    }
    return st == STATUS_OK ? pack_messages(p, NULL) : st;
}

static enum status pack_all(struct packing *p, const struct folders *folders)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < folders->n && st == STATUS_OK; i++)
        if (folders->p[i].selectable)
            st = pack_one_of_all(p, folders, &folders->p[i]);
    return st;
}

/* What is not in the archive stands in a text at its end. */
static enum status pack_missing(struct packing *p)
{
    struct page *page = p->page;
    struct sb name, text;
    if (!p->zip || (p->missing.n == 0 && p->counts.gone == 0))
        return STATUS_OK;
    sb_init(&name, page->arena, PATH_ROOM);
    zip_add_level(&name, locale_text(page->locale, "transfer.missing_file"));
    sb_add_cstr(&name, ".txt");
    sb_init(&text, page->arena, MISSING_MAX + PATH_ROOM);
    if (p->missing.n > 0) {
        sb_add(&text, locale_text(page->locale, "transfer.missing"));
        sb_add_cstr(&text, "\r\n\r\n");
        sb_add(&text, sb_view(&p->missing));
    }
    if (p->missing.n > 0 && p->counts.gone > 0)
        sb_add_cstr(&text, "\r\n");
    if (p->counts.gone > 0) {
        sb_add(&text, locale_plural(page->locale, page->arena, "transfer.gone", p->counts.gone));
        sb_add_cstr(&text, "\r\n");
    }
    enum status st = zip_begin_path(p->zip, sb_view(&name), page->dates.now);
    return st == STATUS_OK ? zip_write(p->zip, sb_view(&text)) : st;
}

/* ---- the answer ---- */

static struct sv file_name(struct page *page, const struct folder *folder, const char *extension)
{
    struct sv label =
        folder ? folder_label(page, folder, false) : locale_text(page->locale, "transfer.file_all");
    struct sv day = sv_slice(date_iso(&page->dates, page->arena, page->dates.now), 0, 10);
    return filename_of_words(
        page->arena, arena_printf(page->arena, "%.*s %.*s", SV_ARG(label), SV_ARG(day)), extension);
}

/* One folder is open already. */
static enum status send(struct packing *p, const struct folders *folders,
                        const struct chosen *chosen)
{
    struct page *page = p->page;
    bool zipped = !chosen->folder || !p->mbox;
    response_set_kind(page->response, RESPONSE_DOWNLOAD);
    response_set_filename(page->response,
                          file_name(page, chosen->folder, zipped ? ".zip" : ".mbox"));
    if (page->response->head_only)
        return response_end(page->response);
    if (zipped)
        p->zip = zip_open(page->arena, response_sink(page->response));
    p->writer = arena_alloc(page->arena, sizeof *p->writer);
    mbox_writer_init(p->writer, zipped ? zip_sink(p->zip) : response_sink(page->response));
    enum status st = chosen->folder ? pack_messages(p, chosen->some ? &chosen->uids : NULL)
                                    : pack_all(p, folders);
    if (st == STATUS_OK)
        st = pack_missing(p);
    if (st == STATUS_OK)
        st = zip_close(&p->zip);
    zip_drop(&p->zip);
    return st == STATUS_OK ? response_end(page->response) : st;
}

enum status page_export(struct page *page)
{
    struct packing p = {.page = page};
    struct folders folders;
    struct chosen chosen;
    p.mbox = !sv_eq(inputs_get(&page->request->query, "form"), SV("eml"));
    sb_init(&p.missing, page->arena, MISSING_MAX);
    enum status st = folder_list_load(page, SV(""), &p.imap, &folders);
    if (st == STATUS_OK)
        st = chosen_read(page, &folders, &chosen);
    if (st == STATUS_OK)
        st = lasting_begin(page, &p.lasting);
    if (st != STATUS_OK)
        return st;
    if (chosen.folder)
        st = open_folder(&p, &chosen);
    if (st == STATUS_OK)
        st = send(&p, &folders, &chosen);
    lasting_end(&p.lasting);
    return st;
}
