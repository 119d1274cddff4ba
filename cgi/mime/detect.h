/* detect.h — which charset a text is in that says none, or says one that cannot be true.
 *
 * Looks at bytes only, a few KB of them, and is meant for what charset.h's own guess (a byte order
 * mark, ISO-2022-JP, UTF-8, else windows-1252) would turn into nonsense: text most of whose letters
 * are not ASCII. A few accents among ASCII letters are never taken for anything else. What is not
 * clear is left to that guess: the reader can choose.
 */
#ifndef VM_DETECT_H
#define VM_DETECT_H

#include <stdbool.h>

#include "str.h"

enum { DETECT_SAMPLE = 16 * 1024 };

/* A label for charset_open(), or "" if the guess will do. markup: the bytes are HTML: what stands
 * in tags does not count, and a charset that a <meta> declares is believed. */
struct sv charset_detect(struct sv bytes, bool markup);

#endif
