/* reading_parts.h — what reading.c puts together: each fills its part of Message.* of the view. */
#ifndef VM_READING_PARTS_H
#define VM_READING_PARTS_H

#include "link.h"

/* Who wrote to whom, when and about what. */
void reading_head_fill(struct page *page, struct node message, const struct letter *letter);

/* The attachments of the letter that target shows. */
void reading_files_fill(struct page *page, struct node message, const struct target *target,
                        const struct letter *letter);

/* The files that stand in its texts, listed behind those; `at` of these there are. */
void reading_enclosed_fill(struct page *page, struct node message, const struct target *target,
                           const struct body *body, size_t at);

/* What the reader should know of the letter's form: encrypted, one part of several… */
void reading_notes_fill(struct page *page, struct node message, const struct letter *letter);

/* The reader's own choice of a charset; wrong: some bytes were not in theirs. */
void reading_charset_fill(struct page *page, struct node message, const struct target *target,
                          bool wrong);

#endif
