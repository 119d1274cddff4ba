/* dot.h — a message on its way into DATA: line endings made CRLF, leading dots doubled (RFC 5321
 * sections 2.3.8 and 4.5.2). A CR, an LF or a CRLF each ends a line, so no bare CR or LF passes and
 * nothing in the message can be read as its end. Pure; works on pieces cut anywhere. */
#ifndef VM_DOT_H
#define VM_DOT_H

#include "str.h"

struct dot {
    bool in_line;  /* bytes of an unfinished line have been written */
    bool after_cr; /* the last byte was CR, already written as CRLF */
};

/* Bytes that a piece of n bytes needs at most. */
#define DOT_ROOM(n) (2 * (n))

/* Writes the encoded piece to out, which has DOT_ROOM(piece.n) bytes; returns how many. A new
 * message starts with a zeroed struct. */
size_t dot_encode(struct dot *dot, struct sv piece, char *out);
/* True if CRLF must be written before the final ".". */
bool dot_wants_line_end(const struct dot *dot);

#endif
