/* css.h — style sheets and style attributes of a letter, rewritten from typed values.
 *
 * Each property of an allow-list has a grammar for its value; what does not parse is left out, and
 * what does is written anew. No url(), no function but rgb(), rgba(), hsl() and hsla(), no custom
 * property, no position, no z-index, no negative margin, no @import or @font-face; overflow and
 * opacity are never important. @media is kept for widths. Output never contains "<", "&", a
 * backslash or a quote other than the single one around a font's name. Writing what was written
 * changes nothing.
 */
#ifndef VM_CSS_H
#define VM_CSS_H

#include "arena.h"

/* "color:#fff;width:10px": declarations of a style attribute, "" when none is left. Sets *coloured
 * when one of them sets a colour and leaves it alone otherwise. */
void css_write_declarations(struct sv css, struct sb *out, bool *coloured);

/* Rules of a <style> element, each selector below .vm-letter, classes and ids prefixed "x-". */
void css_write_sheet(struct sv css, struct arena *arena, struct sb *out, bool *coloured);

/* A class or id of the letter as it stands in the result: "x-name". name must be css_name_valid().
 */
void css_write_class(struct sv name, struct sb *out);
bool css_name_valid(struct sv name); /* ASCII letters, digits, "-" and "_" */

/* A colour as HTML attributes and CSS write it: "#abc", "red", "rgb(1,2,3)" in canonical form;
 * false if it is none. */
bool css_write_colour(struct sv text, struct sb *out);

#endif
