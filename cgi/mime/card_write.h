/* card_write.h — what the writers of cards share. Of use to card*.c only. */
#ifndef VM_CARD_WRITE_H
#define VM_CARD_WRITE_H

#include "card.h"

struct card_writer {
    struct arena *arena;
    struct sb *out;
};

/* People's words: on one line, cut to the key's length; nothing if there is no text. */
void card_put(struct card_writer *w, enum card_key key, struct sv text);
/* The word in lower case, if the key knows it. */
void card_put_word(struct card_writer *w, enum card_key key, struct sv word);
/* Nothing if it is 0. */
void card_put_number(struct card_writer *w, enum card_key key, uint32_t number);
void card_put_time(struct card_writer *w, enum card_key key, const struct card_time *time);

void card_write_calendar(struct card_writer *w, struct sv text);
void card_write_contact(struct card_writer *w, struct sv text);
void card_write_report(struct card_writer *w, struct sv text);

#endif
