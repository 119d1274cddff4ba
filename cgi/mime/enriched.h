/* enriched.h — text/enriched (RFC 1896) and text/richtext (RFC 1341) as plain text. */
#ifndef VM_ENRICHED_H
#define VM_ENRICHED_H

#include "str.h"

/* Appends UTF-8 text without its commands: lines joined as the RFC says, excerpts marked by "> ",
 * parameters and comments left out, "<<" and "<lt>" written as "<". A "<" that begins no command
 * stands for itself. The builder's cap bounds it. */
void enriched_text(struct sb *out, struct sv text);

#endif
