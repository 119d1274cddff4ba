/* text.h — a plain text body to HTML for the letter's frame.
 *
 * Lines and spacing stay; lines that begin with ">" become nested <blockquote>; http(s) URLs, www.
 * names and mail addresses become links; what stands below "-- " is a <div class="vm-signature">.
 * The result is one <div class="vm-letter vm-plain">.
 */
#ifndef VM_TEXT_H
#define VM_TEXT_H

#include "arena.h"

enum { TEXT_QUOTES_MAX = 16 }; /* deeper levels are shown at this one */

struct text_options {
    bool flowed; /* format=flowed (RFC 3676): soft line ends are joined */
    bool delsp;  /* DelSp=yes */
};

/* text is UTF-8. Over its cap, out is over and its content not to be used. */
void text_to_html(struct sv text, const struct text_options *options, struct sb *out);

/* The same body as plain text: flowed lines joined, quotes as "> ", control characters dropped. */
void text_to_text(struct sv text, const struct text_options *options, struct sb *out);

#endif
