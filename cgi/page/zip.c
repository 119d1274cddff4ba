/* GET /zip: all attachments of a message in one archive, and the files that stand in its texts,
 * each decoded and passed on as it comes. */
#include "zip.h"

#include "decode.h"
#include "filename.h"
#include "imap_limits.h"
#include "link.h"
#include "pages.h"
#include "text_files.h"
#include "utf8.h"
#include "word.h"

enum { SUBJECT_MAX = 150 };
_Static_assert((int)LETTER_ATTACHMENTS_MAX + (int)BODY_FILES_MAX <= (int)ZIP_FILES_MAX,
               "all that a page can list goes into one archive");

struct packing {
    struct page *page;
    struct zip *zip;
    int64_t when;
    bool in_file;
    size_t count;           /* files begun */
    size_t enclosed;        /* of them in the text that is read */
    enum status failure;    /* of one that begins in a text */
    struct decoder decoder; /* of the file that is being written */
};

/* One attachment on its way into the archive. */
struct packed {
    struct packing *packing;
    const struct letter_attachment *attachment;
};

static struct sv name_of(struct page *page, const struct letter_attachment *a)
{
    if (a->name.n > 0)
        return a->name;
    if (!a->part->envelope)
        return locale_text(page->locale, "message.unnamed");
    struct sv subject = utf8_cut(word_decode(page->arena, a->part->envelope->subject), SUBJECT_MAX);
    if (subject.n == 0)
        subject = locale_text(page->locale, "message.nested");
    return filename_of_words(page->arena, subject, ".eml");
}

static enum status finish_file(struct packing *p)
{
    bool was = p->in_file;
    p->in_file = false;
    return was ? decoder_finish(&p->decoder) : STATUS_OK;
}

static enum status begin_file(void *context, uint64_t size)
{
    struct packed *file = context;
    struct packing *p = file->packing;
    (void)size;
    enum status st = finish_file(p);
    if (st != STATUS_OK)
        return st;
    p->in_file = true;
    p->count++;
    decoder_init(&p->decoder, transfer_of(file->attachment->part->encoding), zip_sink(p->zip));
    return zip_begin(p->zip, name_of(p->page, file->attachment), p->when);
}

static enum status write_file(void *context, struct sv piece)
{
    struct packed *file = context;
    return decoder_write(&file->packing->decoder, piece);
}

/* As many of one fetch as it takes, so that the server waits for no one. */
static enum status pack(struct packing *p, struct imap *imap, const struct letter *letter)
{
    struct imap_call call = page_call(p->page);
    struct imap_section sections[IMAP_SECTIONS_MAX];
    struct packed files[IMAP_SECTIONS_MAX];
    enum status st = STATUS_OK;
    for (size_t done = 0; st == STATUS_OK && done < letter->attachment_count;) {
        size_t n = 0;
        for (; n < IMAP_SECTIONS_MAX && done + n < letter->attachment_count; n++) {
            files[n] = (struct packed){p, &letter->attachments[done + n]};
            sections[n] = (struct imap_section){.name = files[n].attachment->part->id,
                                                .begin = begin_file,
                                                .sink = {write_file, &files[n]}};
        }
        st = imap_fetch_sections(imap, &call, letter->uid, sections, n);
        if (st == STATUS_OK)
            st = finish_file(p);
        done += n;
    }
    return st;
}

/* ---- files in texts ---- */

static bool begin_enclosed(void *context, struct sv name)
{
    struct packing *p = context;
    if (p->failure != STATUS_OK || p->enclosed == JAIL_FILES_MAX)
        return false;
    p->enclosed++;
    p->count++;
    p->failure = zip_begin(p->zip, text_files_name(p->page->arena, name), p->when);
    return p->failure == STATUS_OK;
}

static enum status write_enclosed(void *context, struct sv piece)
{
    struct packing *p = context;
    return zip_write(p->zip, piece);
}

/* Those that the page of the message lists: the jail looks for them in plain texts alone. */
static enum status pack_enclosed(struct packing *p, struct imap *imap, const struct letter *letter)
{
    struct imap_call call = page_call(p->page);
    const struct enclosed_taker taker = {begin_enclosed, {write_enclosed, p}, p};
    enum status st = STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < letter->body_count; i++) {
        const struct letter_body *body = &letter->bodies[i];
        p->enclosed = 0;
        if (!body->html && !body->enriched)
            st = text_files_read(imap, &call, letter->uid, body->part, taker);
        if (st == STATUS_OK)
            st = p->failure;
    }
    return st;
}

/* ---- the archive ---- */

static enum status send(struct page *page, struct imap *imap, const struct letter *letter)
{
    struct sv subject = utf8_cut(letter->subject, SUBJECT_MAX);
    if (subject.n == 0)
        subject = locale_text(page->locale, "message.attachments");
    response_set_kind(page->response, RESPONSE_DOWNLOAD);
    response_set_filename(page->response, filename_of_words(page->arena, subject, ".zip"));
    struct packing packing = {.page = page,
                              .zip = zip_open(page->arena, response_sink(page->response)),
                              .when = letter->dated ? letter->date.time : letter->arrived};
    enum status st = pack(&packing, imap, letter);
    if (st == STATUS_OK)
        st = pack_enclosed(&packing, imap, letter);
    if (st == STATUS_OK && packing.count == 0)
        st = target_missing(page);
    if (st == STATUS_OK)
        st = zip_close(&packing.zip);
    /* whatever is missing, what has been sent must not pass for the whole */
    zip_drop(&packing.zip);
    return st == STATUS_OK ? response_end(page->response) : st;
}

enum status page_zip(struct page *page)
{
    struct target target;
    struct imap *imap;
    struct letter letter;
    struct imap_call call = page_call(page);
    enum status st = target_read(page, &target);
    if (st == STATUS_OK)
        st = target_select(page, &target, &imap);
    if (st == STATUS_OK)
        st = letter_load(imap, &call, target.uid, target.nested, target_manner(page, &target),
                         &letter);
    return st == STATUS_OK ? send(page, imap, &letter) : st;
}
