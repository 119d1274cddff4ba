#include "away.h"
#include "header.h"
#include "public.h"
#include "reading_parts.h"

struct lines {
    struct page *page;
    struct node message;
    size_t n;
};

static void put_line(struct lines *lines, struct sv label, struct sv value)
{
    struct node item = node_item(lines->message, "Sender", lines->n++);
    node_put(item, "label", label);
    node_put(item, "value", value);
}

static struct sv words(const struct lines *lines, const char *key)
{
    return locale_text(lines->page->locale, key);
}

/* ---- results ---- */

static void put_results(struct lines *lines, const struct sender *sender)
{
    static const char *const METHODS[AUTHRES_METHOD_COUNT] = {"SPF", "DKIM", "DMARC"};
    static const char *const RESULTS[AUTHRES_RESULT_COUNT] = {
        "sender.none",    "sender.pass",   "sender.fail",      "sender.softfail",
        "sender.neutral", "sender.policy", "sender.temperror", "sender.permerror"};
    struct page *page = lines->page;
    for (int i = 0; i < AUTHRES_METHOD_COUNT; i++) {
        const struct authres_item *item =
            identity_result(&sender->results, (enum authres_method)i, sender->domain);
        if (!item)
            continue;
        struct sv result = words(lines, RESULTS[item->result]);
        put_line(lines, sv_of(METHODS[i]),
                 item->domain.n == 0 ? result
                                     : locale_format(page->locale, page->arena, "sender.result_for",
                                                     result, item->domain));
    }
}

/* ---- other addresses ---- */

/* A list's answers go to the list: nothing to be told of. */
static void put_elsewhere(struct lines *lines, const struct letter *letter,
                          const struct sender *sender)
{
    const struct {
        const struct addresses *list;
        const char *key;
    } all[] = {{&letter->sender, "sender.sent_elsewhere"},
               {&letter->reply_to, "sender.reply_elsewhere"}};
    struct page *page = lines->page;
    for (size_t i = 0; i < sizeof all / sizeof all[0] && !sender->list; i++)
        for (size_t a = 0; a < all[i].list->n; a++) {
            struct sv other = all[i].list->items[a].domain;
            if (other.n == 0 || sender->domain.n == 0 || identity_related(other, sender->domain))
                continue;
            put_line(lines, words(lines, "sender.note"),
                     locale_format(page->locale, page->arena, all[i].key, other));
            break;
        }
}

/* A receipt would tell a stranger that, when and where a letter was read: none is ever sent. */
static void put_receipt(struct lines *lines, const struct letter *letter)
{
    struct sv ignored;
    if (header_find(letter->fields, SV("Disposition-Notification-To"), &ignored) ||
        header_find(letter->fields, SV("Return-Receipt-To"), &ignored))
        put_line(lines, words(lines, "sender.receipt"), words(lines, "sender.receipt_asked"));
}

/* ---- the way off a list ---- */

static struct sv mail_url(struct page *page, const struct target *target,
                          const struct unsubscribe *way)
{
    struct sb url;
    sb_init(&url, page->arena, 4 * REQUEST_URI_MAX);
    sb_add(&url, SV("/compose?"));
    query_append(&url, "to", way->to);
    query_append(&url, "subject", way->subject);
    query_append(&url, "text", way->text);
    query_append(&url, "back", target_url(page, "/message", target));
    return url.n <= REQUEST_URI_MAX ? sb_view(&url) : SV("");
}

static void put_unsubscribe(struct page *page, struct node message, const struct target *target,
                            const struct sender *sender)
{
    const struct unsubscribe *way = &sender->unsubscribe;
    if (session_reading(page->session))
        return;
    if (sender->one_click && page_is_public(page)) {
        /* cannot be undone: at home */
    } else if (sender->one_click) {
        node_put(message, "unsubscribe_url", target_url(page, "/unsubscribe", target));
        node_put_text(message, "unsubscribe", "sender.unsubscribe");
    } else if (way->to.n > 0) {
        node_put(message, "unsubscribe_url", mail_url(page, target, way));
        node_put_text(message, "unsubscribe", "sender.unsubscribe_mail");
    }
    if (way->url.n == 0 || sender->one_click)
        return;
    node_put(message, "unsubscribe_site_url",
             page_is_public(page) ? away_url(page, way->url) : way->url);
    node_put(message, "unsubscribe_site",
             locale_format(page->locale, page->arena, "sender.unsubscribe_on", way->host));
}

/* ---- all of it ---- */

void reading_sender_fill(struct page *page, struct node message, const struct target *target,
                         const struct letter *letter, const struct sender *sender)
{
    struct sv warnings[SENDER_WARNINGS_MAX];
    struct lines lines = {.page = page, .message = message};
    size_t count = sender_warnings(page, letter, sender, warnings);
    for (size_t i = 0; i < count; i++)
        node_put(node_item(message, "Warnings", i), "text", warnings[i]);
    if (sender->identity.proof == IDENTITY_PROVEN && letter->from.n == 1)
        node_put(message, "proven",
                 locale_format(page->locale, page->arena, "sender.proven", sender->domain));
    if (sender->identity.letters.n > 0)
        put_line(&lines, words(&lines, "sender.domain"),
                 locale_format(page->locale, page->arena, "sender.domain_forms",
                               sender->identity.letters, sender->identity.ascii));
    put_elsewhere(&lines, letter, sender);
    put_results(&lines, sender);
    put_receipt(&lines, letter);
    put_unsubscribe(page, message, target, sender);
}
