/* plain.h — an HTML letter as readable plain text: for quoting in replies, and in place of a letter
 * that the sanitiser refuses. Links as "text <url>", lists, table rows on a line each, quotes with
 * "> ". UTF-8, LF, no control characters but LF and HT. */
#ifndef VM_PLAIN_H
#define VM_PLAIN_H

#include "arena.h"

/* STATUS_TOO_LARGE when the text exceeds the cap of out. html is UTF-8 of any size: beyond the
 * limits of scan.h its structure is ignored, and beyond their bytes it is cut. */
enum status html_to_text(struct sv html, struct arena *arena, struct sb *out) MUST_USE;

#endif
