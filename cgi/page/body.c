/* GET /body: the letter itself, as a sandboxed document of its own for the frame; with print=1 with
 * its head, for the printer; with part=ID an attachment that is text, instead of the letter. What
 * the jail made is written past the templates, and only here. */
#include "countdown.h"
#include "filename.h"
#include "link.h"
#include "pages.h"
#include "receipt.h"
#include "sender.h"
#include "text_part.h"

enum { HEAD_MAX = 64 * 1024, PEOPLE_TEXT_MAX = 4000 };

static void put_line(struct page *page, struct node letter, size_t *n, const char *key,
                     struct sv value)
{
    if (value.n == 0)
        return;
    struct node item = node_item(letter, "Print", *n);
    node_put(item, "label", locale_text(page->locale, key));
    node_put(item, "value", value);
    ++*n;
}

static struct sv people(struct page *page, struct addresses list)
{
    struct sb out;
    sb_init(&out, page->arena, PEOPLE_TEXT_MAX);
    address_add_display(&out, list);
    return sb_view(&out);
}

static void put_print(struct page *page, struct node node, const struct letter *letter)
{
    size_t n = 0;
    int64_t when = letter->dated ? letter->date.time : letter->arrived;
    put_line(page, node, &n, "list.from", people(page, letter->from));
    put_line(page, node, &n, "message.to", people(page, letter->to));
    put_line(page, node, &n, "message.cc", people(page, letter->cc));
    struct sender sender;
    struct sv warnings[SENDER_WARNINGS_MAX];
    sender_load(page, letter, &sender);
    size_t count = sender_warnings(page, letter, &sender, warnings);
    for (size_t i = 0; i < count; i++)
        put_line(page, node, &n, "sender.warning", warnings[i]);
    put_line(page, node, &n, "list.date", date_full(&page->dates, page->arena, when));
}

/* Of the letter only this part is left, which is text that was attached. */
static enum status choose_part(struct page *page, struct sv id, struct letter *letter)
{
    const struct imap_part *part = imap_part_find(letter->structure, id);
    if (!part)
        return target_missing(page);
    struct sv name = letter_part_name(page->arena, part);
    enum text_reading reading = text_reading_of(letter_media_type(page->arena, part), name);
    if (reading == TEXT_READING_NONE)
        return STATUS_INVALID;
    letter->bodies[0] =
        (struct letter_body){.part = part, .html = reading == TEXT_READING_HTML, .file = true};
    letter->body_count = 1;
    letter->subject = name.n > 0 ? filename_clean(page->arena, name)
                                 : locale_text(page->locale, "message.unnamed");
    return STATUS_OK;
}

/* What the page around the frame says of a letter. */
static void put_notice(struct node node, const struct body *body)
{
    if (body->unsafe)
        node_put_text(node, "notice", "message.unsafe");
    else if (body->truncated)
        node_put_text(node, "notice", "message.cut");
    else if (body->remote_blocked > 0)
        node_put_text(node, "notice", "message.blocked");
}

enum manner { FRAMED, PRINTED, ATTACHED };

static enum status send(struct page *page, const struct target *target, const struct letter *letter,
                        const struct body *body, enum manner manner)
{
    struct sb head;
    struct node node = node_child(view_root(page_view(page)), "Letter");
    if (letter)
        node_put(node, "title",
                 letter->subject.n > 0 ? letter->subject
                                       : locale_text(page->locale, "message.no_subject"));
    else
        node_put_text(node, "title", "message.label");
    if (manner == PRINTED)
        put_print(page, node, letter);
    if (manner != FRAMED)
        put_notice(node, body);
    node_put_flag(node, "attached", manner == ATTACHED);
    sb_init(&head, page->arena, HEAD_MAX);
    enum status st = view_render(page_view(page), "letter", &head);
    if (st != STATUS_OK)
        return st;
    bool elsewhere = target->allow_remote && !page->site->web.image_proxy;
    response_set_kind(page->response, elsewhere ? RESPONSE_LETTER_REMOTE : RESPONSE_LETTER);
    st = response_write(page->response, sb_view(&head));
    if (st == STATUS_OK)
        st = response_write(page->response, body->document.html);
    if (st == STATUS_OK)
        st = response_write(page->response, SV("\n</body>\n</html>\n"));
    return st == STATUS_OK ? response_end(page->response) : st;
}

enum status page_body(struct page *page)
{
    struct target target;
    struct imap *imap;
    struct letter letter;
    struct body body;
    struct sv part = inputs_get(&page->request->query, "part");
    enum manner manner = part.n > 0                            ? ATTACHED
                         : request_has(page->request, "print") ? PRINTED
                                                               : FRAMED;
    countdown_alone(page);
    enum status st = target_read(page, &target);
    if (st != STATUS_OK)
        return st;
    if (manner == FRAMED &&
        body_take(page->session, page->arena, target_body_key(page, &target), &body))
        return send(page, &target, NULL, &body, FRAMED);
    struct target whole = target;
    if (part.n > 0)
        whole.nested = SV("");
    st = target_select(page, &target, &imap);
    if (st == STATUS_OK)
        st = target_letter(page, imap, &whole, target_manner(page, &target), &letter);
    if (st == STATUS_OK && part.n > 0)
        st = choose_part(page, part, &letter);
    if (st == STATUS_OK)
        st = target_body(page, imap, &target, &letter, NULL, &body);
    if (st != STATUS_OK)
        return st;
    receipt_opened(page, &target, &letter);
    return send(page, &target, &letter, &body, manner);
}
