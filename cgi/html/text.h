/* text.h — the lines of a plain text body to HTML for the letter's frame, or to plain text.
 *
 * Levels of quoting become nested <blockquote>; http(s) URLs, www. names and mail addresses become
 * links; what stands below "-- " is a <div class="vm-signature">; spacing stays. The result is one
 * <div class="vm-letter vm-plain">. The builder's cap bounds it: once out is over it is not to be
 * used.
 */
#ifndef VM_TEXT_H
#define VM_TEXT_H

#include "str.h"

enum { TEXT_QUOTES_MAX = 16 }; /* deeper levels are shown at this one */

struct text_writer {
    struct sb *out;
    uint32_t depth;
    bool in_signature;
    bool in_paragraph;
};

/* open, then each line in order, then close. */
void text_open(struct text_writer *w, struct sb *out);
/* One line of UTF-8 without its end and quote marks; depth in quoting levels; signature if it is
 * the line "-- " itself. */
void text_line(struct text_writer *w, struct sv line, uint32_t depth, bool signature);
void text_close(struct text_writer *w);

/* Appends one line of plain text: "> " for each level, no control characters but HT, LF. */
void text_add_plain(struct sb *out, struct sv line, uint32_t depth);

#endif
