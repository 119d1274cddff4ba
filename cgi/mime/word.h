/* word.h — encoded-words (RFC 2047), as they should be and as they are. */
#ifndef VM_WORD_H
#define VM_WORD_H

#include "str.h"

struct arena;

/* Most output of one word_decode; the rest is cut at a character. */
enum { WORD_TEXT_MAX = 64 * 1024 };

/* Decodes the encoded-words in raw, which may be folded, and cleans it to one line of valid UTF-8
 * without control characters, trimmed. Accepts what the RFC forbids but mailers write: characters
 * split between adjacent words, spaces inside words, missing or repeated padding, words glued to
 * other text or in quotes, unknown or wrong charsets, bare 8-bit text. What is no encoded-word
 * stays as it stands. A view of raw where nothing changes. */
struct sv word_decode(struct arena *arena, struct sv raw);
/* The same with a charset for bare 8-bit text and for words whose own label is unknown or, for
 * UTF-8, wrong; empty: detected (detect.h) or guessed (charset.h), as word_decode does. */
struct sv word_decode_as(struct arena *arena, struct sv charset, struct sv raw);

/* Appends UTF-8 text for an unstructured field, folded with CRLF SP; as it stands if it is short
 * printable ASCII, else in encoded-words of at most 75 characters, split between code points
 * (combining marks and all), no line above 76. `column` is how much of the line is taken (the
 * field's name, colon and space). Control characters become spaces. Returns the column behind it.
 */
size_t word_encode_text(struct sb *out, struct sv text, size_t column);
/* The same for a phrase (a display name): words, a quoted-string or encoded-words. */
size_t word_encode_phrase(struct sb *out, struct sv text, size_t column);

#endif
