/* css_sheet.h — the parts that css.c, css_selector.c and css_sheet.c share. */
#ifndef VM_CSS_SHEET_H
#define VM_CSS_SHEET_H

#include "str.h"

/* Declarations of a block without comments; see css_write_declarations(). */
void css_write_block(struct sv css, struct sb *out, bool *coloured);

/* A list of selectors, each of them below .vm-letter; those that cannot be kept are left out.
 * False, and nothing written, if none is left. */
bool css_write_selectors(struct sv list, struct sb *out);

#endif
