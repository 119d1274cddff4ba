#include "reading_parts.h"

#include "script.h"
#include "word.h"
#include "zone_alias.h"

/* One card in the making: a heading and lines of label and value. */
struct filling {
    struct page *page;
    const struct card *card;
    struct node node;
    size_t lines;
};

static struct node put_line(struct filling *f, const char *key, struct sv value)
{
    struct node line = node_item(f->node, "Lines", f->lines++);
    node_put(line, "label", locale_text(f->page->locale, key));
    node_put(line, "value", script_undirected(f->page->arena, value));
    return line;
}

static void put_heading(struct filling *f, struct sv own, const char *otherwise)
{
    struct page *page = f->page;
    node_put(f->node, "heading",
             own.n > 0 ? script_undirected(page->arena, own)
                       : locale_text(page->locale, otherwise));
}

/* The card's own words, where it has any. */
static void put_own(struct filling *f, const char *label, enum card_key key)
{
    struct sv value = card_get(f->card, key);
    if (value.n > 0)
        put_line(f, label, value);
}

static uint32_t number_of(const struct card *card, enum card_key key)
{
    uint32_t number = 0;
    return sv_to_u32(card_get(card, key), &number) == STATUS_OK ? number : 0;
}

static void put_count(struct filling *f, const char *label, enum card_key key, const char *plural)
{
    uint32_t number = number_of(f->card, key);
    if (number > 0)
        put_line(f, label, locale_plural(f->page->locale, f->page->arena, plural, number));
}

/* ---- times ---- */

/* False: on a clock that we do not know. */
static bool moment_of(const struct card_time *time, int64_t *out)
{
    const struct zone *zone;
    *out = time->at;
    if (time->utc)
        return true;
    if (time->zone.n == 0 || zone_find(zone_alias(time->zone), &zone) != STATUS_OK)
        return false;
    *out = zone_moment(zone, time->at);
    return true;
}

static void put_when(struct filling *f)
{
    struct page *page = f->page;
    struct card_time start, end;
    struct span span = {0};
    if (card_time_read(card_get(f->card, CARD_START), &start) != STATUS_OK)
        return;
    if (card_time_read(card_get(f->card, CARD_END), &end) != STATUS_OK || end.day != start.day)
        end = start;
    span.days = start.day;
    if (span.days) {
        span.from = start.at;
        span.until = end.at - 1; /* the day of the end is not of it (RFC 5545 section 3.6.1) */
    } else if (!moment_of(&start, &span.from) || !moment_of(&end, &span.until)) {
        span = (struct span){.from = start.at, .until = end.at, .floating = true};
    }
    struct sv text = date_span(&page->dates, page->arena, &span);
    if (span.floating)
        text = start.zone.n > 0
                   ? locale_format(page->locale, page->arena, "card.in_zone", text, start.zone)
                   : locale_format(page->locale, page->arena, "card.floating", text);
    put_line(f, "card.when", text);
}

static struct sv with_end(struct filling *f, struct sv text)
{
    struct page *page = f->page;
    struct card_time until;
    int64_t at;
    uint32_t count = number_of(f->card, CARD_REPEAT_COUNT);
    if (count > 0)
        return locale_plural_of(page->locale, page->arena, "card.times", count, text);
    if (card_time_read(card_get(f->card, CARD_REPEAT_UNTIL), &until) != STATUS_OK)
        return text;
    struct dates dates = page->dates;
    if (!moment_of(&until, &at))
        dates.zone = zone_utc();
    return locale_format(page->locale, page->arena, "card.until", text,
                         date_day(&dates, page->arena, at));
}

static void put_repeat(struct filling *f)
{
    struct page *page = f->page;
    struct sv word = card_get(f->card, CARD_REPEAT);
    uint32_t every = number_of(f->card, CARD_REPEAT_EVERY);
    if (word.n == 0)
        return;
    struct sv key = arena_printf(page->arena, "card.repeat.%.*s", SV_ARG(word));
    put_line(f, "card.repeats",
             with_end(f, locale_plural(page->locale, page->arena, key.p, every > 0 ? every : 1)));
}

/* ---- calendar ---- */

static const char *calendar_title(const struct card *card)
{
    struct sv method = card_get(card, CARD_METHOD);
    if (sv_eq(method, SV("cancel")) || sv_eq(card_get(card, CARD_STATE), SV("cancelled")))
        return "card.cancelled";
    if (sv_eq(method, SV("request")))
        return "card.invitation";
    if (sv_eq(method, SV("reply")))
        return "card.reply";
    return sv_eq(method, SV("counter")) ? "card.counter" : "card.event";
}

static void fill_calendar(struct filling *f)
{
    struct page *page = f->page;
    const char *title = calendar_title(f->card);
    struct sv summary = card_get(f->card, CARD_SUMMARY), answer = card_get(f->card, CARD_ANSWER);
    node_put(f->node, "title", locale_text(page->locale, title));
    node_put_cstr(f->node, "icon", "calendar");
    node_put_flag(f->node, "warning", strcmp(title, "card.cancelled") == 0);
    put_heading(f, summary, "card.no_summary");
    if (answer.n > 0) {
        struct sv key = arena_printf(page->arena, "card.answer.%.*s", SV_ARG(answer));
        struct sv line = locale_text(page->locale, key.p);
        struct sv who = card_get(f->card, CARD_ANSWERER);
        put_line(f, "card.answered",
                 who.n > 0 ? locale_format(page->locale, page->arena, "card.answer_of", line, who)
                           : line);
    }
    put_when(f);
    put_repeat(f);
    put_own(f, "card.place", CARD_PLACE);
    put_own(f, "card.organizer", CARD_ORGANIZER);
    if (answer.n == 0)
        put_count(f, "card.attendees", CARD_ATTENDEES, "card.persons");
    put_own(f, "card.description", CARD_DESCRIPTION);
    put_count(f, "card.also", CARD_MORE, "card.more_events");
}

/* ---- contact ---- */

static void put_email(struct filling *f, struct sv value)
{
    struct page *page = f->page;
    struct node line = put_line(f, "card.email", script_marked(page->arena, value));
    struct addresses list = address_list_parse(page->arena, value);
    if (session_reading(page->session) || list.n != 1 ||
        address_check(list.items[0]) != ADDRESS_FAULT_NONE ||
        !sv_eq(address_spec(page->arena, list.items[0]), value))
        return;
    struct sb url;
    sb_init(&url, page->arena, REQUEST_URI_MAX);
    sb_add(&url, SV("/compose?"));
    query_append(&url, "to", address_spec(page->arena, list.items[0]));
    node_put(line, "url", sb_view(&url));
}

static void fill_contact(struct filling *f)
{
    struct sv name = card_get(f->card, CARD_NAME);
    if (name.n == 0)
        name = card_get(f->card, CARD_ORGANIZATION);
    node_put(f->node, "title", locale_text(f->page->locale, "type.contact"));
    node_put_cstr(f->node, "icon", "person");
    put_heading(f, name, "card.no_name");
    put_own(f, "card.role", CARD_TITLE);
    put_own(f, "card.organization", CARD_ORGANIZATION);
    for (size_t i = 0; i < f->card->n; i++) {
        const struct card_item *item = &f->card->items[i];
        if (item->key == CARD_PHONE)
            put_line(f, "card.phone", item->value);
        else if (item->key == CARD_EMAIL)
            put_email(f, item->value);
        else if (item->key == CARD_POSTAL)
            put_line(f, "card.postal", item->value);
    }
    put_own(f, "card.note", CARD_NOTE);
    put_count(f, "card.also", CARD_MORE, "card.more_contacts");
}

/* ---- report ---- */

/* What servers say by number, for people (RFC 3463 section 3). The first that fits behind the
 * class. */
static const struct {
    const char *start, *key;
} codes[] = {
    {"1.1", "card.code.mailbox"}, {"1.2", "card.code.domain"}, {"1.10", "card.code.domain"},
    {"1.8", "card.code.sender"},  {"1.7", "card.code.sender"}, {"1.", "card.code.address"},
    {"2.1", "card.code.closed"},  {"2.2", "card.code.full"},   {"2.3", "card.code.large"},
    {"3.4", "card.code.large"},   {"4.4", "card.code.domain"}, {"4.3", "card.code.domain"},
    {"4.", "card.code.network"},  {"7.", "card.code.policy"},  {"6.", "card.code.content"},
    {"5.", "card.code.protocol"}, {"3.", "card.code.system"},  {"2.", "card.code.unwilling"},
};

static void put_code(struct filling *f, struct sv code)
{
    struct page *page = f->page;
    struct sv detail = code;
    if (sv_starts(code, SV("2")))
        return;
    (void)sv_cut(&detail, '.');
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        struct sv start = sv_of(codes[i].start);
        if (sv_ends(start, SV(".")) ? !sv_starts(detail, start) : !sv_eq(detail, start))
            continue;
        put_line(f, "card.cause",
                 locale_format(page->locale, page->arena, "card.with_code",
                               locale_text(page->locale, codes[i].key), code));
        return;
    }
}

static bool is_receipt(struct sv action)
{
    return sv_eq(action, SV("displayed")) || sv_eq(action, SV("deleted")) ||
           sv_eq(action, SV("dispatched")) || sv_eq(action, SV("processed")) ||
           sv_eq(action, SV("denied"));
}

/* The worst that befell any recipient. */
static const char *report_title(const struct card *card)
{
    const char *title = "card.report";
    for (size_t i = 0; i < card->n; i++) {
        if (card->items[i].key != CARD_ACTION)
            continue;
        struct sv action = card->items[i].value;
        if (sv_eq(action, SV("failed")))
            return "card.failed";
        if (sv_eq(action, SV("delayed")))
            title = "card.delayed";
        else if (is_receipt(action))
            title = "card.receipt";
    }
    return title;
}

/* The lines of one recipient, from item i on; returns the next one's. */
static size_t put_recipient(struct filling *f, size_t i)
{
    struct page *page = f->page;
    struct sv recipient = f->card->items[i].value, action = SV(""), code = SV("");
    struct sv reason = SV(""), server = SV("");
    for (i++; i < f->card->n && f->card->items[i].key != CARD_RECIPIENT; i++) {
        const struct card_item *item = &f->card->items[i];
        if (item->key == CARD_ACTION)
            action = item->value;
        else if (item->key == CARD_CODE)
            code = item->value;
        else if (item->key == CARD_REASON)
            reason = item->value;
        else if (item->key == CARD_SERVER)
            server = item->value;
    }
    put_line(f, "card.recipient", recipient);
    struct sv key = arena_printf(page->arena, "card.action.%.*s", SV_ARG(action));
    if (action.n > 0)
        put_line(f, "card.outcome", locale_text(page->locale, key.p));
    put_code(f, code);
    if (reason.n > 0 && server.n > 0)
        reason = locale_format(page->locale, page->arena, "card.said_by", reason, server);
    if (reason.n > 0)
        put_line(f, "card.reason", reason);
    return i;
}

static void fill_report(struct filling *f)
{
    const char *title = report_title(f->card);
    node_put(f->node, "title", locale_text(f->page->locale, "card.report"));
    node_put_cstr(f->node, "icon", "message");
    node_put(f->node, "heading", locale_text(f->page->locale, title));
    node_put_flag(f->node, "warning", strcmp(title, "card.failed") == 0);
    for (size_t i = 0; i < f->card->n;) {
        if (f->card->items[i].key == CARD_RECIPIENT)
            i = put_recipient(f, i);
        else
            i++;
    }
    put_own(f, "card.reporter", CARD_REPORTER);
    put_count(f, "card.also", CARD_MORE, "card.more_recipients");
}

/* ---- messages ---- */

static void fill_message(struct page *page, struct node node, const struct target *target,
                         const struct imap_part *part)
{
    struct filling f = {.page = page, .node = node};
    const struct imap_envelope *e = part->envelope;
    const struct target nested = {.folder = target->folder,
                                  .uidvalidity = target->uidvalidity,
                                  .uid = target->uid,
                                  .nested = part->id};
    struct date date;
    node_put(node, "title", locale_text(page->locale, "message.nested"));
    node_put_cstr(node, "icon", "message");
    put_heading(&f, word_decode(page->arena, e->subject), "message.no_subject");
    node_put(node, "url", target_url(page, "/message", &nested));
    struct addresses from = letter_people(page->arena, SV(""), e->from);
    if (from.n > 0) {
        struct sb text;
        sb_init(&text, page->arena, 2 * ADDRESS_NAME_MAX);
        address_add_display(&text, (struct addresses){from.items, 1});
        put_line(&f, "list.from", sb_view(&text));
    }
    if (date_parse(e->date, &date) == STATUS_OK)
        put_line(&f, "list.date", date_long(&page->dates, page->arena, date.time));
}

/* ---- all ---- */

void reading_cards_fill(struct page *page, struct node message, const struct target *target,
                        const struct letter *letter, const struct cards *cards)
{
    size_t above = 0, below = 0;
    for (size_t i = 0; i < cards->n; i++) {
        const struct letter_card *c = &cards->items[i];
        if (c->card.n == 0)
            continue;
        struct filling f = {.page = page, .card = &c->card};
        f.node = c->kind == CARD_CONTACT ? node_item(message, "CardsBelow", below++)
                                         : node_item(message, "Cards", above++);
        if (c->kind == CARD_CALENDAR)
            fill_calendar(&f);
        else if (c->kind == CARD_CONTACT)
            fill_contact(&f);
        else
            fill_report(&f);
    }
    for (size_t i = 0; i < letter->attachment_count && above + below < LETTER_CARDS_MAX; i++) {
        const struct imap_part *part = letter->attachments[i].part;
        if (part->envelope)
            fill_message(page, node_item(message, "CardsBelow", below++), target, part);
    }
}
