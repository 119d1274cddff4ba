/* GET /part: one part of a message, decoded, streamed. Pictures that a browser shows without
 * running anything may stand in a letter or be opened; everything else is a download. */
#include "decode.h"
#include "link.h"
#include "pages.h"
#include "picture.h"

/* The first bytes wait here until they tell whether a picture is one. */
struct sniffer {
    struct response *response;
    bool wanted; /* called a picture, and asked for as one */
    bool decided;
    char held[PICTURE_HEAD];
    size_t n;
};

static enum status decide(struct sniffer *s)
{
    struct sv first = {s->held, s->n}, image = picture_type(first);
    s->decided = true;
    if (s->wanted && image.n > 0) {
        response_set_kind(s->response, RESPONSE_IMAGE);
        response_set_image_type(s->response, image);
    } else {
        response_set_kind(s->response, RESPONSE_DOWNLOAD);
    }
    return response_write(s->response, first);
}

static enum status sniffer_write(void *context, struct sv piece)
{
    struct sniffer *s = context;
    if (!s->decided) {
        struct sv taken = sv_slice(piece, 0, sizeof s->held - s->n);
        memcpy(s->held + s->n, taken.p, taken.n);
        s->n += taken.n;
        piece = sv_slice(piece, taken.n, piece.n);
        if (s->n < sizeof s->held)
            return STATUS_OK;
        enum status st = decide(s);
        if (st != STATUS_OK)
            return st;
    }
    return response_write(s->response, piece);
}

static void set_name(struct page *page, const struct imap_part *part)
{
    struct sv name = letter_part_name(page->arena, part);
    if (name.n == 0 && part->envelope)
        name = SV("message.eml");
    response_set_filename(page->response, name.n > 0 ? name : SV("file"));
}

static enum status send(struct page *page, struct imap *imap, uint32_t uid,
                        const struct imap_part *part)
{
    struct imap_call call = page_call(page);
    struct sv called = response_image_type(letter_media_type(page->arena, part));
    struct sniffer sniffer = {.response = page->response,
                              .wanted = called.n > 0 && request_has(page->request, "open")};
    struct decoder decoder;
    decoder_init(&decoder, transfer_of(part->encoding), (struct sink){sniffer_write, &sniffer});
    set_name(page, part);
    const struct imap_section section = {.name = part->id, .sink = decoder_sink(&decoder)};
    enum status st = imap_fetch_sections(imap, &call, uid, &section, 1);
    if (st == STATUS_OK)
        st = decoder_finish(&decoder);
    if (st == STATUS_OK && !sniffer.decided)
        st = decide(&sniffer);
    return st == STATUS_OK ? response_end(page->response) : st;
}

enum status page_part(struct page *page)
{
    struct target target;
    struct imap *imap;
    struct letter letter;
    struct imap_call call = page_call(page);
    struct sv id = inputs_get(&page->request->query, "part");
    enum status st = target_read(page, &target);
    if (st == STATUS_OK)
        st = target_select(page, &target, &imap);
    if (st == STATUS_OK)
        st = letter_load(imap, &call, target.uid, SV(""), LETTER_HTML, &letter);
    if (st != STATUS_OK)
        return st;
    const struct imap_part *part = imap_part_find(letter.structure, id);
    if (!part || id.n == 0) {
        diagnosis_set(&page->diagnosis, STAGE_COMMAND, CAUSE_MESSAGE_MISSING, "", 0, "");
        return STATUS_NOT_FOUND;
    }
    return send(page, imap, target.uid, part);
}
