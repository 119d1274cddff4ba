/* GET /part: one part of a message, decoded, streamed. Pictures that a browser shows without
 * running anything may stand in a letter or be opened; everything else is a download. With file=N
 * the Nth file that stands in the part's text (uuencode, yEnc). */
#include "countdown.h"
#include "decode.h"
#include "link.h"
#include "pages.h"
#include "public.h"
#include "receipt.h"
#include "sniffer.h"
#include "text_files.h"

static void set_name(struct page *page, const struct imap_part *part)
{
    struct sv name = letter_part_name(page->arena, part);
    if (name.n == 0 && part->envelope)
        name = SV("message.eml");
    response_set_filename(page->response, name.n > 0 ? name : SV("file"));
}

/* One of the files in a text, on its way out. */
struct extract {
    struct page *page;
    uint32_t wanted, at;
};

static bool begin_file(void *context, struct sv name)
{
    struct extract *x = context;
    if (++x->at == x->wanted)
        response_set_filename(x->page->response, text_files_name(x->page->arena, name));
    return true;
}

static enum status pass_file(void *context, struct sv piece)
{
    struct extract *x = context;
    return x->at == x->wanted ? response_write(x->page->response, piece) : STATUS_OK;
}

static enum status send_enclosed(struct page *page, struct imap *imap, uint32_t uid,
                                 const struct imap_part *part, uint32_t wanted)
{
    struct extract x = {.page = page, .wanted = wanted};
    const struct enclosed_taker taker = {begin_file, {pass_file, &x}, &x};
    struct imap_call call = page_call(page);
    response_set_kind(page->response, RESPONSE_DOWNLOAD);
    enum status st = text_files_read(imap, &call, uid, part, taker);
    if (st == STATUS_OK && x.at < wanted)
        return target_missing(page);
    return st == STATUS_OK ? response_end(page->response) : st;
}

static enum status send_part(struct page *page, struct imap *imap, uint32_t uid,
                             const struct imap_part *part)
{
    struct imap_call call = page_call(page);
    struct sniffer sniffer;
    struct decoder decoder;
    sniffer_init(&sniffer, page, letter_media_type(page->arena, part));
    decoder_init(&decoder, transfer_of(part->encoding), sniffer_sink(&sniffer));
    set_name(page, part);
    const struct imap_section section = {.name = part->id, .sink = decoder_sink(&decoder)};
    enum status st = imap_fetch_sections(imap, &call, uid, &section, 1);
    if (st == STATUS_OK)
        st = decoder_finish(&decoder);
    return st == STATUS_OK ? sniffer_finish(&sniffer) : st;
}

/* The text of a multipart without parts is no part of its own, and may hold files. */
static const struct imap_part *find_part(const struct letter *letter, struct sv id)
{
    const struct imap_part *part = imap_part_find(letter->structure, id);
    for (size_t i = 0; i < letter->body_count && !part; i++)
        if (sv_eq(letter->bodies[i].part->id, id))
            part = letter->bodies[i].part;
    return part;
}

/* As far as its name tells; the sniffer looks. */
static bool is_shown(const struct page *page, const struct imap_part *part, uint32_t file)
{
    return file == 0 && request_has(page->request, "open") &&
           response_image_type(letter_media_type(page->arena, part)).n > 0;
}

enum status page_part(struct page *page)
{
    struct target target;
    struct imap *imap;
    struct letter letter;
    struct imap_call call = page_call(page);
    struct sv id = inputs_get(&page->request->query, "part");
    uint32_t file = 0;
    countdown_alone(page);
    enum status st = target_read(page, &target);
    if (st == STATUS_OK && request_has(page->request, "file"))
        st = request_u32(page->request, "file", &file);
    if (st == STATUS_OK)
        st = target_select(page, &target, &imap);
    if (st == STATUS_OK)
        st = letter_load(imap, &call, target.uid, SV(""), LETTER_HTML, &letter);
    if (st != STATUS_OK)
        return st;
    const struct imap_part *part = find_part(&letter, id);
    if (!part || id.n == 0)
        return target_missing(page);
    if (public_warns_first(page) && !is_shown(page, part, file))
        return public_warn(page, &target, file > 0 ? SV("") : letter_part_name(page->arena, part));
    st = file > 0 ? send_enclosed(page, imap, target.uid, part, file)
                  : send_part(page, imap, target.uid, part);
    if (st == STATUS_UNSUPPORTED && !page->response->started && public_warns_first(page))
        return public_warn(page, &target, letter_part_name(page->arena, part));
    /* also what breaks off: most of it may be on the disk */
    if (page->response->started && page->response->kind == RESPONSE_DOWNLOAD)
        receipt_downloaded(page, &target, page->response->filename);
    return st;
}
