/* scan.h — what a letter would cost the parser, known in linear time before it is parsed.
 *
 * The parser is quadratic on deep nesting and on attributes; within these limits the worst letter
 * costs a fraction of a second.
 */
#ifndef VM_SCAN_H
#define VM_SCAN_H

#include "str.h"

enum {
    SCAN_DEPTH_MAX = 256,     /* start tags without their end tag, void elements not counted */
    SCAN_ATTRIBUTES_MAX = 64, /* of one tag */
    SCAN_ALL_ATTRIBUTES_MAX = 150000,
    SCAN_TAGS_MAX = 50000,
    SCAN_BYTES_MAX = 1 << 20,
};

bool html_within_limits(struct sv html);

/* Writes a poorer letter that is always within the depth and attribute limits: text, and <br> where
 * blocks end. For what html_within_limits() refuses. Stops before the limits of bytes and tags. */
void html_flatten(struct sv html, struct sb *out);

#endif
