/* css_syntax.h — style sheets cut into pieces (CSS Syntax 3, as far as what is kept needs it). */
#ifndef VM_CSS_SYNTAX_H
#define VM_CSS_SYNTAX_H

#include "str.h"

/* Escapes can hide any name from us, and "<" could end a <style> element: a piece that has one, "@"
 * or NUL is left out. */
bool css_is_suspicious(struct sv css);
/* Everything up to one of the bytes `ends`, or the end of css, outside of strings and brackets;
 * *css moves behind it. *found is the byte, NUL at the end. */
struct sv css_cut_until(struct sv *css, const char *ends, char *found);
/* Appends css without its comments. False if it does not fit. */
bool css_strip_comments(struct sv css, struct sb *out);
bool css_is_name_char(char c);
struct sv css_cut_name(struct sv *s); /* may be empty */

#endif
