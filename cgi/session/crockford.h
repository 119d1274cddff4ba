/* crockford.h — Crockford's base 32, for what people copy from paper or from another screen: no
 * letter in it looks like a digit, and those that do are read as the digit. */
#ifndef VM_CROCKFORD_H
#define VM_CROCKFORD_H

#include "str.h"

/* value: its lowest five bits count */
char crockford_letter(unsigned value);
/* Reads n characters as somebody has typed them: of either case, O, I and L as they look, with
 * blanks, dashes and full stops wherever they like. values: 0 to 31 each, secret if the text is.
 * STATUS_INVALID: fewer of them, more, or something else. */
enum status crockford_read(struct sv typed, size_t n, uint8_t *values) MUST_USE;

#endif
