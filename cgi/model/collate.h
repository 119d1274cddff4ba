/* collate.h — the order in which people look names up: without regard to case and accents.
 *
 * Latin letters are folded to their plain small form, Greek and Cyrillic ones to small; all else
 * keeps its code point. Names that differ in nothing else are ordered by their bytes, so that the
 * order is total. */
#ifndef VM_COLLATE_H
#define VM_COLLATE_H

#include "str.h"

/* <0, 0, >0; 0 only for equal bytes. */
int collate_compare(struct sv a, struct sv b);
/* Appends the folded text: comparing two of these by bytes is comparing them as above. */
void collate_fold(struct sb *out, struct sv text);

#endif
