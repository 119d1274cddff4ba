#include "cards.h"

#include "arena.h"
#include "log.h"

static const struct {
    const char *media_type;
    enum card_kind kind;
} kinds[] = {
    {"text/calendar", CARD_CALENDAR},
    {"application/ics", CARD_CALENDAR},
    {"text/vcard", CARD_CONTACT},
    {"text/x-vcard", CARD_CONTACT},
    {"text/directory", CARD_CONTACT},
    {"message/delivery-status", CARD_REPORT},
    {"message/global-delivery-status", CARD_REPORT},
    {"message/disposition-notification", CARD_REPORT},
    {"message/global-disposition-notification", CARD_REPORT},
};

static const enum jail_input inputs[CARD_KIND_COUNT] = {
    [CARD_CALENDAR] = JAIL_INPUT_CALENDAR,
    [CARD_CONTACT] = JAIL_INPUT_CONTACT,
    [CARD_REPORT] = JAIL_INPUT_REPORT,
};

void cards_choose(const struct letter *letter, struct cards *out)
{
    *out = (struct cards){.n = 0};
    for (size_t i = 0; i < letter->attachment_count; i++) {
        const struct letter_attachment *a = &letter->attachments[i];
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds && out->n < LETTER_CARDS_MAX; k++) {
            bool cut = a->part->size > CARD_BYTES_MAX && kinds[k].kind == CARD_CALENDAR;
            if (sv_eq(a->media_type, sv_of(kinds[k].media_type)) && !cut)
                out->items[out->n++] = (struct letter_card){.attachment = a, .kind = kinds[k].kind};
        }
    }
}

size_t cards_sections(struct arena *arena, struct cards *cards, struct imap_section *out)
{
    for (size_t i = 0; i < cards->n; i++) {
        struct letter_card *c = &cards->items[i];
        out[i] = part_section(arena, c->attachment->part->id, CARD_BYTES_MAX, &c->bytes);
    }
    return cards->n;
}

static bool said_before(const struct cards *cards, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (cards->items[k].kind == cards->items[i].kind &&
            sv_eq(cards->items[k].lines, cards->items[i].lines))
            return true;
    return false;
}

static enum status read_card(const struct jail *jail, const struct imap_call *call,
                             struct letter_card *c)
{
    struct jail limited = *jail;
    struct jail_result result;
    const struct imap_part *part = c->attachment->part;
    struct sv charset = imap_parameter_get(part->parameters, SV("charset"));
    const struct jail_request request = {.input = inputs[c->kind],
                                         .output = JAIL_OUTPUT_TEXT,
                                         .encoding = part->encoding.p ? part->encoding : SV(""),
                                         .charset = charset.p ? sv_trim(charset) : SV("")};
    limited.max_input = CARD_BYTES_MAX;
    limited.max_output = CARD_BYTES_MAX;
    enum status st = part_jail(&limited, &request, &c->bytes, call, call->arena, &result);
    if (st == STATUS_OK)
        st = card_read(call->arena, c->kind, result.text, &c->card);
    if (st == STATUS_OK)
        c->lines = result.text;
    return st;
}

void cards_read(const struct jail *jail, const struct imap_call *call, struct cards *cards)
{
    for (size_t i = 0; i < cards->n; i++) {
        enum status st = read_card(jail, call, &cards->items[i]);
        if (st != STATUS_OK)
            log_event(LOG_LEVEL_INFO, "card-unread", "status=%s", status_name(st));
        else if (said_before(cards, i))
            cards->items[i].card.n = 0;
    }
}
