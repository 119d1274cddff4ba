/* nesting.h — whether markup says plainly what its tree is. */
#ifndef VM_NESTING_H
#define VM_NESTING_H

#include "str.h"

/* True if no rule by which an HTML5 parser opens, closes or moves elements by itself applies to
 * html, as the sanitiser writes it: each end tag ends the innermost element, tables hold only their
 * parts, paragraphs no blocks, links no links. Parsing it then gives the tree that its tags spell
 * out. Most letters are so after one pass; for the others only the parser itself can tell. */
bool nesting_is_plain(struct sv html);

#endif
