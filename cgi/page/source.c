/* GET /source: the message as the server holds it; with save=1 as an .eml file. */
#include "countdown.h"
#include "filename.h"
#include "link.h"
#include "pages.h"
#include "public.h"
#include "receipt.h"
#include "utf8.h"

enum { NAME_MAX_BYTES = 120 };

static enum status begin(void *context, uint64_t size)
{
    struct response *response = context;
    response_set_length(response, size);
    return STATUS_OK;
}

static enum status write_piece(void *context, struct sv piece)
{
    return response_write(context, piece);
}

static struct sv file_name(struct page *page, const struct letter *letter)
{
    struct sv subject = letter->subject.n > 0 ? utf8_cut(letter->subject, NAME_MAX_BYTES)
                                              : locale_text(page->locale, "message.no_subject");
    return filename_of_words(page->arena, subject, ".eml");
}

enum status page_source(struct page *page)
{
    struct target target;
    struct imap *imap;
    struct letter letter;
    struct imap_call call = page_call(page);
    countdown_alone(page);
    enum status st = target_read(page, &target);
    if (st == STATUS_OK)
        st = target_select(page, &target, &imap);
    if (st == STATUS_OK)
        st = letter_load(imap, &call, target.uid, target.nested, LETTER_HTML, &letter);
    if (st != STATUS_OK)
        return st;
    if (request_has(page->request, "save") && public_warns_first(page))
        return public_warn(page, &target, file_name(page, &letter));
    if (request_has(page->request, "save")) {
        receipt_downloaded(page, &target, file_name(page, &letter));
        response_set_kind(page->response, RESPONSE_DOWNLOAD);
        response_set_filename(page->response, file_name(page, &letter));
    } else {
        receipt_opened(page, &target, &letter);
        response_set_kind(page->response, RESPONSE_TEXT);
    }
    /* a nested message is the content of its part, the outer one the whole */
    const struct imap_section section = {
        .name = target.nested, .begin = begin, .sink = {write_piece, page->response}};
    st = imap_fetch_sections(imap, &call, target.uid, &section, 1);
    return st == STATUS_OK ? response_end(page->response) : st;
}
