/* pass_text.h — a one-time pass as it is printed on a card and typed at a kiosk.
 *
 * 26 characters of Crockford's base 32 (no I, L, O, U) in six groups, "7K3Q-…": 20 bits of
 * selector, which says which pass of its user it is and is no secret (the first group is nothing
 * else), 96 bits of secret, and 14 bits of checksum. The checksum is a CRC: each error within two
 * neighbouring characters is found for certain (one wrong character, two exchanged ones), of all
 * others 16,383 out of 16,384. It only tells a slip of the finger; it is made of what was typed
 * alone, so that saying so tells nobody anything.
 */
#ifndef VM_PASS_TEXT_H
#define VM_PASS_TEXT_H

#include "str.h"

enum {
    PASS_SECRET_SIZE = 12,
    PASS_SELECTOR_LIMIT = 1 << 20, /* a selector is below it */
    PASS_CHARACTERS = 26,
    PASS_TEXT = PASS_CHARACTERS + 5, /* with a dash between the groups */
    PASS_NUMBER_TEXT = 4,            /* the first group */
    PASS_TYPED_MAX = 200,            /* bytes; what is longer is no pass */
};

struct pass_code {
    uint32_t selector;
    uint8_t secret[PASS_SECRET_SIZE]; /* wiped by its owner */
};

void pass_text_write(const struct pass_code *code, char out[PASS_TEXT + 1]);
/* The first group alone: by it people know one pass from another. */
void pass_text_number(uint32_t selector, char out[PASS_NUMBER_TEXT + 1]);
/* Reads what somebody has typed: letters of either case, O for 0, I and L for 1, with spaces,
 * dashes and full stops wherever they like. STATUS_INVALID: it is no pass, or mistyped. */
enum status pass_text_read(struct sv typed, struct pass_code *out) MUST_USE;

#endif
