#include "reading_parts.h"

/* ---- people ---- */

/* What stands in the header, though it may lack its domain. */
static struct sv person_address(struct page *page, struct address a)
{
    return a.domain.n > 0 ? address_spec(page->arena, a) : a.mailbox;
}

static struct sv person_name(struct page *page, struct address a)
{
    return a.name.n > 0 ? a.name : person_address(page, a);
}

static struct sv compose_url(struct page *page, struct address a)
{
    struct sb out, to;
    sb_init(&to, page->arena, 2000);
    address_add_display(&to, (struct addresses){&a, 1});
    sb_init(&out, page->arena, REQUEST_URI_MAX);
    sb_add(&out, SV("/compose?"));
    query_append(&out, "to", sb_view(&to));
    return sb_view(&out);
}

static void put_person(struct page *page, struct node item, struct address a)
{
    node_put(item, "name", person_name(page, a));
    if (a.name.n > 0 && person_address(page, a).n > 0)
        node_put(item, "address", person_address(page, a));
    if (a.domain.n > 0 && !session_reading(page->session))
        node_put(item, "url", compose_url(page, a));
}

enum { PEOPLE_SHOWN = 200 };
#define put_people(page, node, list, people)                                                       \
    for (size_t i_ = 0; i_ < (people).n && i_ < PEOPLE_SHOWN; i_++)                                \
    put_person((page), node_item((node), list, i_), (people).items[i_])

static struct sv short_name(struct page *page, struct address a)
{
    struct address me = {.mailbox = SV("")};
    struct addresses own = address_list_parse(page->arena, page_user_address(page));
    if (own.n > 0)
        me = own.items[0];
    return address_same(a, me) ? locale_text(page->locale, "message.me") : person_name(page, a);
}

static struct sv summary(struct page *page, const struct letter *letter)
{
    struct address all[3];
    size_t total = letter->to.n + letter->cc.n;
    for (size_t i = 0; i < 3 && i < total; i++)
        all[i] = i < letter->to.n ? letter->to.items[i] : letter->cc.items[i - letter->to.n];
    if (total == 0)
        return locale_text(page->locale, "message.to_nobody");
    struct sv first = short_name(page, all[0]);
    if (total == 1)
        return locale_format(page->locale, page->arena, "message.to_one", first);
    struct sv second = short_name(page, all[1]);
    if (total == 2)
        return locale_format(page->locale, page->arena, "message.to_two", first, second);
    if (total == 3)
        return locale_format(page->locale, page->arena, "message.to_three", first, second,
                             short_name(page, all[2]));
    return locale_format(page->locale, page->arena, "message.to_many", first, second,
                         locale_number(page->locale, page->arena, total - 2));
}

/* ---- head ---- */

static void put_detail(struct page *page, struct node message, size_t *n, const char *key,
                       struct sv value)
{
    if (value.n == 0)
        return;
    struct node item = node_item(message, "Details", *n);
    node_put(item, "label", locale_text(page->locale, key));
    node_put(item, "value", value);
    ++*n;
}

static void put_details(struct page *page, struct node message, const struct letter *letter)
{
    size_t n = 0;
    struct arena *arena = page->arena;
    bool other_sender = letter->sender.n > 0 && letter->from.n > 0 &&
                        !address_same(letter->sender.items[0], letter->from.items[0]);
    if (other_sender)
        put_detail(page, message, &n, "message.sender",
                   address_spec(arena, letter->sender.items[0]));
    put_detail(page, message, &n, "message.list", letter->list_id);
    if (letter->arrived)
        put_detail(page, message, &n, "message.arrived",
                   date_full(&page->dates, arena, letter->arrived));
    put_detail(page, message, &n, "message.id", letter->message_id);
}

void reading_head_fill(struct page *page, struct node message, const struct letter *letter)
{
    int64_t when = letter->dated ? letter->date.time : letter->arrived;
    struct address from = letter->from.n > 0 ? letter->from.items[0] : (struct address){0};
    struct sv name = letter->from.n > 0 ? person_name(page, from) : SV("");
    node_put(message, "subject",
             letter->subject.n > 0 ? letter->subject
                                   : locale_text(page->locale, "message.no_subject"));
    node_put(message, "from_name",
             name.n > 0 ? name : locale_text(page->locale, "message.no_sender"));
    if (from.name.n > 0 && person_address(page, from).n > 0)
        node_put(message, "from_address", person_address(page, from));
    node_put(message, "date", date_long(&page->dates, page->arena, when));
    node_put(message, "datetime", date_iso(&page->dates, page->arena, when));
    node_put(message, "date_full", date_full(&page->dates, page->arena, when));
    node_put(message, "summary", summary(page, letter));
    if (letter->from.n > 1)
        put_people(page, message, "From", letter->from);
    put_people(page, message, "To", letter->to);
    put_people(page, message, "Cc", letter->cc);
    put_people(page, message, "Bcc", letter->bcc);
    if (letter->reply_to.n > 0 && letter->from.n > 0 &&
        !address_same(letter->reply_to.items[0], from))
        put_people(page, message, "ReplyTo", letter->reply_to);
    put_details(page, message, letter);
    node_put_flag(message, "unread", !(letter->flags.bits & IMAP_SEEN));
    node_put_flag(message, "flagged", letter->flags.bits & IMAP_FLAGGED);
    node_put_flag(message, "answered", letter->flags.bits & IMAP_ANSWERED);
    node_put_flag(message, "forwarded", letter->flags.bits & IMAP_FORWARDED);
}
