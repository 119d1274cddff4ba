/* markup.h — the small change of writing and reading markup. */
#ifndef VM_MARKUP_H
#define VM_MARKUP_H

#include "str.h"

/* Text, or the inside of a double-quoted attribute: & < > " ' escaped, CR LF and CR as LF, control
 * characters other than HT and LF left out. */
void markup_add_escaped(struct sb *out, struct sv text);

/* Looks name up, without case, in a table of `count` rows of `size` bytes that begin with a
 * lower-case name (const char *) and are sorted by it. *index is the row. */
bool markup_find_name(const void *rows, size_t count, size_t size, struct sv name, size_t *index);

/* Takes back what was appended behind n. */
void markup_take_back(struct sb *out, size_t n);

#endif
