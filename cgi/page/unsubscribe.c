/* GET and POST /unsubscribe: asks before, and then makes, the one request of RFC 8058 to the server
 * that a letter names. */
#include "confirm.h"
#include "fetch.h"
#include "flash.h"
#include "folder_list.h"
#include "link.h"
#include "log.h"
#include "outside.h"
#include "pages.h"
#include "sender.h"

enum { FETCH_MS = 15000 };

static enum status ask(struct page *page, struct imap *imap, const struct target *target,
                       const struct letter *letter, const struct unsubscribe *way)
{
    struct folders folders;
    enum status st = folder_list_fill(page, imap, target->folder, &folders);
    if (st != STATUS_OK)
        return st;
    struct sv from = letter->from.n > 0 ? address_spec(page->arena, letter->from.items[0])
                                        : locale_text(page->locale, "message.no_sender");
    const struct confirm confirm = {
        .title = locale_format(page->locale, page->arena, "unsubscribe.title", from),
        .text = locale_format(page->locale, page->arena, "unsubscribe.text", way->host),
        .button = locale_text(page->locale, "unsubscribe.button"),
        .action = arena_cstr(page->arena, target_url(page, "/unsubscribe", target)),
        .act = SV("unsubscribe"),
        .cancel_url = target_url(page, "/message", target)};
    return confirm_ask(page, &confirm);
}

/* No redirect is followed: RFC 8058 forbids them, and one could lead anywhere. */
static void request(struct page *page, const struct unsubscribe *way)
{
    const struct fetch_request post = {.method = FETCH_POST,
                                       .url = way->url,
                                       .body = SV(UNSUBSCRIBE_ONE_CLICK),
                                       .type = UNSUBSCRIBE_TYPE,
                                       .deadline =
                                           deadline_min(page->deadline, deadline_in(FETCH_MS)),
                                       .also = &page->site->web.also,
                                       .trust = page->site->web.trust};
    struct fetch_answer answer = {0};
    enum status st = STATUS_UNREACHABLE;
    if (outside_enter(page)) {
        st = net_fetch(&post, page->arena, &answer, NULL);
        outside_leave();
    }
    bool done = st == STATUS_OK && answer.code >= 200 && answer.code < 300;
    log_event(LOG_LEVEL_INFO, "unsubscribe", "host=%.*s status=%s code=%u", SV_ARG(way->host),
              status_name(st), answer.code);
    const char *key = done              ? "unsubscribe.done"
                      : st == STATUS_OK ? "unsubscribe.refused"
                                        : "unsubscribe.unreachable";
    flash_set(page, locale_format(page->locale, page->arena, key, way->host), SV(""), !done);
}

enum status page_unsubscribe(struct page *page)
{
    struct target target;
    struct imap *imap;
    struct letter letter;
    struct sender sender;
    struct imap_call call = page_call(page);
    enum status st = target_read(page, &target);
    if (st == STATUS_OK)
        st = target_select(page, &target, &imap);
    if (st == STATUS_OK)
        st = letter_load(imap, &call, target.uid, target.nested, LETTER_PLAIN, &letter);
    if (st != STATUS_OK)
        return st;
    sender_load(page, &letter, &sender);
    if (!sender.one_click)
        return STATUS_NOT_FOUND;
    if (page->request->method != METHOD_POST)
        return ask(page, imap, &target, &letter, &sender.unsubscribe);
    if (!confirm_given(page))
        return STATUS_INVALID;
    session_connection_give(page->session, &page->imap); /* the stranger may take its time */
    request(page, &sender.unsubscribe);
    return page_redirect(page, target_url(page, "/message", &target));
}
