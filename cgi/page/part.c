/* GET /part: one part of a message, decoded, streamed. Pictures that a browser shows without
 * running anything may stand in a letter or be opened; everything else is a download. */
#include "decode.h"
#include "link.h"
#include "pages.h"

static void set_headers(struct page *page, const struct imap_part *part)
{
    struct sv type = letter_media_type(page->arena, part);
    struct sv name = letter_part_name(page->arena, part);
    struct sv image = response_image_type(type);
    if (image.n > 0 && request_has(page->request, "open")) {
        response_set_kind(page->response, RESPONSE_IMAGE);
        response_set_image_type(page->response, image);
    } else {
        response_set_kind(page->response, RESPONSE_DOWNLOAD);
    }
    if (name.n == 0 && part->envelope)
        name = SV("message.eml");
    response_set_filename(page->response, name.n > 0 ? name : SV("file"));
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
    struct decoder decoder;
    decoder_init(&decoder, transfer_of(part->encoding), response_sink(page->response));
    set_headers(page, part);
    const struct imap_section section = {.name = id, .sink = decoder_sink(&decoder)};
    st = imap_fetch_sections(imap, &call, target.uid, &section, 1);
    if (st == STATUS_OK)
        st = decoder_finish(&decoder);
    return st == STATUS_OK ? response_end(page->response) : st;
}
