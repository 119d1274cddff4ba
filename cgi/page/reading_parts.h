/* reading_parts.h — what reading.c puts together: each fills its part of Message.* of the view. */
#ifndef VM_READING_PARTS_H
#define VM_READING_PARTS_H

#include "link.h"
#include "place.h"
#include "sender.h"

/* Who wrote to whom, when and about what. */
void reading_head_fill(struct page *page, struct node message, const struct letter *letter);

/* How far the sender can be believed, what else is asked of the reader, the way off a list. */
void reading_sender_fill(struct page *page, struct node message, const struct target *target,
                         const struct letter *letter, const struct sender *sender);

/* The name of a file and what is to be said of it: item.name, .Warnings and, if what its end
 * means is dangerous, .dangerous, .stem and .extension. Returns the catalogue key of what it is if
 * opening it would do more than show something, whatever its media type says; else NULL. */
const char *reading_name_fill(struct page *page, struct node item, struct sv name,
                              struct sv media_type);

/* The attachments of the letter that target shows. */
void reading_files_fill(struct page *page, struct node message, const struct target *target,
                        const struct letter *letter);

/* The files that stand in its texts, listed behind those; `at` of these there are. */
void reading_enclosed_fill(struct page *page, struct node message, const struct target *target,
                           const struct body *body, size_t at);

/* What the reader should know of the letter's form: encrypted, one part of several… */
void reading_notes_fill(struct page *page, struct node message, const struct letter *letter);

/* The reader's own choice of a charset, where the page's address asks for it (by an empty charset,
 * to which a link leads) or wrong says that some bytes were not in theirs. */
void reading_charset_fill(struct page *page, struct node message, const struct target *target,
                          bool wrong);

/* What parts of the letter say, in cards: Message.Cards and Message.CardsBelow. cards: read. */
void reading_cards_fill(struct page *page, struct node message, const struct target *target,
                        const struct letter *letter, const struct cards *cards);

/* The conversation around the message `target`, on the selected folder: Message.Thread, the way
 * back, and the neighbours of the conversation in the list of place. *found false: nothing of that,
 * since the conversations of the folder are not known. */
enum status reading_thread_fill(struct page *page, struct imap *imap, struct node message,
                                const struct place *place, const struct folders *folders,
                                const struct target *target, bool *found) MUST_USE;

#endif
