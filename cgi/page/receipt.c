#include "receipt.h"

#include "log.h"
#include "visit.h"

enum { ONCE_MAX = 4096, TEXT_MAX = 2000 };

struct receipt_line {
    struct receipt_line *next;
    enum receipt what;
    struct sv once, text;
};

void receipt_note(struct page *page, enum receipt what, struct sv once, struct sv text)
{
    if (!page->session || session_kind(page->session) != SESSION_PUBLIC)
        return;
    struct receipt_line *line = arena_alloc(page->arena, sizeof *line);
    *line = (struct receipt_line){.next = page->receipt,
                                  .what = what,
                                  .once = arena_printf(page->arena, "%d %.*s", (int)what,
                                                       SV_ARG(sv_slice(once, 0, ONCE_MAX))),
                                  .text = arena_sv(page->arena, text)};
    page->receipt = line;
}

static struct sv once_of(struct page *page, const struct target *target, struct sv more)
{
    return arena_printf(page->arena, "%u %u %.*s %.*s %.*s", target->uidvalidity, target->uid,
                        SV_ARG(target->nested), SV_ARG(target->folder), SV_ARG(more));
}

void receipt_opened(struct page *page, const struct target *target, const struct letter *letter)
{
    struct sb text;
    if (session_kind(page->session) != SESSION_PUBLIC)
        return;
    sb_init(&text, page->arena, TEXT_MAX);
    /* the first of them: the subject must not be pushed out */
    const struct addresses sender = {letter->from.items, letter->from.n > 0 ? 1 : 0};
    address_add_display(&text, sender);
    sb_add_cstr(&text, sender.n > 0 ? " · " : "");
    sb_add(&text, letter->subject.n > 0 ? letter->subject
                                        : locale_text(page->locale, "message.no_subject"));
    receipt_note(page, RECEIPT_OPENED, once_of(page, target, SV("")), sb_view(&text));
}

void receipt_downloaded(struct page *page, const struct target *target, struct sv name)
{
    receipt_note(page, RECEIPT_DOWNLOADED, once_of(page, target, name), name);
}

void receipt_keep(struct page *page)
{
    static const enum visit_deed deeds[] = {[RECEIPT_OPENED] = VISIT_OPENED,
                                            [RECEIPT_SENT] = VISIT_SENT,
                                            [RECEIPT_DOWNLOADED] = VISIT_DOWNLOADED};
    for (const struct receipt_line *line = page->receipt; line; line = line->next) {
        enum status st = visit_note(page->session, deeds[line->what], line->once, line->text);
        if (st != STATUS_OK)
            log_event(LOG_LEVEL_WARNING, "receipt-not-kept", "status=%s", status_name(st));
    }
    page->receipt = NULL;
}
