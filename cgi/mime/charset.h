/* charset.h — text in any charset of the mail world to UTF-8.
 *
 * Labels pass an allow-list that maps the names found in the wild to converters ("utf8", "x-sjis",
 * "ks_c_5601-1987"; "gb2312" is read as gb18030 and "iso-8859-1" as windows-1252, as browsers do).
 * Without a label, or with one that is unknown or says us-ascii, the bytes are guessed: a byte
 * order mark, ISO-2022-JP escapes, UTF-8, and any byte that is not UTF-8 is read as windows-1252;
 * so nothing is lost. Invalid input becomes U+FFFD and the conversion goes on. The output is always
 * valid UTF-8, but may hold control characters.
 */
#ifndef VM_CHARSET_H
#define VM_CHARSET_H

#include <stdbool.h>

#include "flow.h"

struct arena;
struct charset;

/* UTF-7 hides markup from whoever looks at the bytes, so it is not read in markup. */
enum charset_use { CHARSET_PLAIN, CHARSET_MARKUP };

/* Opens a converter; never NULL. All that the C library must load is loaded here: open before
 * lock-down, convert behind it. */
struct charset *charset_open(struct sv label, enum charset_use use);
void charset_close(struct charset **c);
/* What is being read, in its preferred spelling ("windows-1252"), "" while it is guessed. */
const char *charset_name(const struct charset *c);
/* Converts the next piece; characters may be split between pieces. Fails only if out fails. */
enum status charset_write(struct charset *c, struct sv piece, struct sink out) MUST_USE;
/* The end of the text: a character left unfinished becomes U+FFFD. c may then read another text. */
enum status charset_finish(struct charset *c, struct sink out) MUST_USE;

/* From now on this process opens no converter of the C library: labels that need one are guessed.
 * For a program that locks itself down, where opening one would be fatal. */
void charset_seal(void);

/* True if the allow-list knows the label. */
bool charset_known(struct sv label);
/* True if text with this label is guessed: it is unknown, or says us-ascii or nothing. */
bool charset_is_guessed(struct sv label);
/* The whole of a short text at once (headers, parameters); at most max bytes of output, the rest is
 * cut at a character. */
struct sv charset_decode(struct arena *arena, struct sv label, struct sv bytes, size_t max);
/* Appends s with invalid UTF-8 read as windows-1252. */
void charset_guess(struct sb *out, struct sv s);

#endif
