/* cards.h — the parts of a message that are shown as cards: calendars, contacts, reports. Each is
 * read in the jail, and what the jail says of it is checked by card_read(). */
#ifndef VM_CARDS_H
#define VM_CARDS_H

#include "card.h"
#include "letter.h"
#include "part_bytes.h"

/* CARD_BYTES_MAX: of a part as it is encoded. A calendar that is longer is no card, since what
 * follows could change its meaning; of a contact or a report the beginning is read. */
enum { LETTER_CARDS_MAX = 5, CARD_BYTES_MAX = 64 * 1024 };

struct letter_card {
    const struct letter_attachment *attachment;
    enum card_kind kind;
    struct card card; /* without items: it says nothing, or could not be read */
    struct part_bytes bytes;
    struct sv lines;
};

struct cards {
    struct letter_card items[LETTER_CARDS_MAX];
    size_t n;
};

/* The first of the letter's attachments that can be cards. No server is asked. */
void cards_choose(const struct letter *letter, struct cards *out);
/* What to fetch: cards->n sections. */
size_t cards_sections(struct arena *arena, struct cards *cards, struct imap_section *out);
/* Reads what was fetched. What fails is a card without items, and so is one that says the same as
 * another (an invitation comes twice: for programs that show it, and as a file for the others). */
void cards_read(const struct jail *jail, const struct imap_call *call, struct cards *cards);

#endif
