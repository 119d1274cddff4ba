/* flowed.h — text/plain; format=flowed (RFC 3676). */
#ifndef VM_FLOWED_H
#define VM_FLOWED_H

#include <stdbool.h>

#include "str.h"

struct arena;

struct paragraph {
    struct sv text; /* one line: soft breaks joined, stuffing and quote marks off */
    uint32_t depth; /* quoting levels */
    bool signature; /* the "-- " line itself */
};

struct paragraphs {
    struct paragraph *items;
    size_t n;
};

/* text is UTF-8; lines end in CRLF, LF or CR. With `flowed` false (fixed text) every line is a
 * paragraph, and "> > " and ">>" both count as quotes, as people write them. delsp is the parameter
 * DelSp=yes. At most max paragraphs: the last one then holds the rest as it stands. */
struct paragraphs flowed_parse(struct arena *arena, struct sv text, bool flowed, bool delsp,
                               size_t max);
/* Appends what a person typed (lines ended by any convention, each a paragraph, ">" for quotes) as
 * flowed text without DelSp: broken at spaces before column 76 where it can be, stuffed, CRLF at
 * the end of every line. flowed_parse gives back what was typed, but for spaces at line ends. */
void flowed_write(struct sb *out, struct sv typed);

#endif
