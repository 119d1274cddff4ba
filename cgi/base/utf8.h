/* utf8.h — the only encoding inside the program (RFC 3629). */
#ifndef VM_UTF8_H
#define VM_UTF8_H

#include "str.h"

#define UTF8_REPLACEMENT 0xFFFDu

bool utf8_valid(struct sv s);
/* Reads one code point at *at (< s.n) and moves *at behind it; UTF8_REPLACEMENT for each maximal
 * invalid sequence. */
uint32_t utf8_next(struct sv s, size_t *at);
void utf8_add(struct sb *out, uint32_t code_point); /* surrogates and beyond become U+FFFD */
/* s with invalid sequences replaced by U+FFFD. What needs no change is s itself, not a copy: it
 * lives as long as s does. */
struct sv utf8_clean(struct arena *arena, struct sv s);
/* As utf8_clean, and every control character (C0, DEL, C1) becomes a space: for one line of text.
 */
struct sv utf8_line(struct arena *arena, struct sv s);
/* The longest prefix of at most max bytes that ends at a code point. */
struct sv utf8_cut(struct sv s, size_t max);
/* The longest prefix of at most max code points (combining marks stay with their base). */
struct sv utf8_cut_points(struct sv s, size_t max);
size_t utf8_count(struct sv s); /* code points */

#endif
