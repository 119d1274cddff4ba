/* GET /body: the letter itself, as a sandboxed document of its own for the frame; with print=1 with
 * its head, for the printer. What the jail made is written past the templates, and only here. */
#include "link.h"
#include "pages.h"

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
    put_line(page, node, &n, "list.date", date_full(&page->dates, page->arena, when));
}

static enum status send(struct page *page, const struct target *target, const struct letter *letter,
                        const struct body *body, bool print)
{
    struct sb head;
    struct node node = node_child(view_root(page_view(page)), "Letter");
    if (letter)
        node_put(node, "title",
                 letter->subject.n > 0 ? letter->subject
                                       : locale_text(page->locale, "message.no_subject"));
    else
        node_put_text(node, "title", "message.label");
    if (print && letter)
        put_print(page, node, letter);
    if (print && body->unsafe)
        node_put_text(node, "notice", "message.unsafe");
    sb_init(&head, page->arena, HEAD_MAX);
    enum status st = view_render(page_view(page), "letter", &head);
    if (st != STATUS_OK)
        return st;
    response_set_kind(page->response,
                      target->allow_remote ? RESPONSE_LETTER_REMOTE : RESPONSE_LETTER);
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
    bool print = request_has(page->request, "print");
    enum status st = target_read(page, &target);
    if (st != STATUS_OK)
        return st;
    if (!print && body_take(page->session, page->arena, target_body_key(page, &target), &body))
        return send(page, &target, NULL, &body, false);
    st = target_select(page, &target, &imap);
    if (st == STATUS_OK)
        st = target_letter(page, imap, &target, target_manner(page, &target), &letter);
    if (st == STATUS_OK)
        st = target_body(page, imap, &target, &letter, &body);
    return st == STATUS_OK ? send(page, &target, &letter, &body, print) : st;
}
