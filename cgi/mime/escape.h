/* escape.h — the seven-bit charsets of East Asia, whose escapes choose a set: to the eight-bit form
 * that the C library reads better. Of use to charset.c only. */
#ifndef VM_ESCAPE_H
#define VM_ESCAPE_H

#include "str.h"

enum escape_set {
    ESCAPE_ASCII,
    ESCAPE_KATAKANA,
    ESCAPE_TWO,   /* JIS X 0208; GB 2312 */
    ESCAPE_THREE, /* JIS X 0212 */
};

enum { ESCAPE_ROOM = 3 }; /* bytes that one step may append */

/* One step: takes an escape or a character at the start of s, which is not empty, and appends it;
 * 0xff stands for what is no character. *set is what the escapes so far have chosen; a line end
 * chooses ASCII, so that an error ends with its line. Returns the bytes taken, 0 if more of them
 * are needed, which does not happen with `last`. */
size_t escape_jis(struct sv s, bool last, enum escape_set *set,
                  struct sb *out);                                              /* RFC 1468, 1554 */
size_t escape_hz(struct sv s, bool last, enum escape_set *set, struct sb *out); /* RFC 1843 */

#endif
