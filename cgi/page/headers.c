/* GET /headers: all header fields of a message, unfolded and decoded a line each. */
#include "folder_list.h"
#include "header.h"
#include "link.h"
#include "pages.h"
#include "word.h"

enum { BLOCK_MAX = 256 * 1024 };

static struct sv readable(struct page *page, struct sv block)
{
    struct sb out;
    struct field field;
    size_t at = 0;
    sb_init(&out, page->arena, 2 * BLOCK_MAX);
    while (header_next(block, &at, &field)) {
        sb_add(&out, field.name);
        sb_add(&out, SV(": "));
        sb_add(&out, word_decode(page->arena, field.value));
        sb_add_char(&out, '\n');
    }
    return sb_view(&out);
}

enum status page_headers(struct page *page)
{
    struct target target;
    struct imap *imap;
    struct folders folders;
    struct sv block, subject;
    bool whole;
    struct imap_call call = page_call(page);
    enum status st = target_read(page, &target);
    if (st == STATUS_OK)
        st = target_select(page, &target, &imap);
    if (st == STATUS_OK)
        st = folder_list_fill(page, imap, target.folder, &folders);
    if (st != STATUS_OK)
        return st;
    struct sv section = target.nested.n > 0
                            ? arena_printf(page->arena, "%.*s.HEADER", SV_ARG(target.nested))
                            : SV("HEADER");
    st = imap_fetch_text(imap, &call, target.uid, section, BLOCK_MAX, &block, &whole);
    if (st != STATUS_OK)
        return st;
    struct node root = view_root(page_view(page)), headers = node_child(root, "Headers");
    subject = header_text(page->arena, block, SV("Subject"));
    if (subject.n == 0)
        subject = locale_text(page->locale, "message.no_subject");
    node_put(root, "Page.title", subject);
    node_put(headers, "subject", subject);
    node_put(headers, "text", readable(page, block));
    node_put(headers, "back_url", target_url(page, "/message", &target));
    node_put(headers, "source_url", target_url(page, "/source", &target));
    return page_render(page, 200, "headers");
}
