#include "pass_text.h"

#include <string.h>

#include "crockford.h"

enum {
    SELECTOR_BITS = 20,
    DATA_BITS = SELECTOR_BITS + 8 * PASS_SECRET_SIZE,
    CHECK_BITS = 14,
    CHARACTER_BITS = 5,
    CHECK_MASK = (1 << CHECK_BITS) - 1,
    POLYNOMIAL = 0x202d, /* CRC-14 of GSM: an odd number of wrong bits is found as well */
};

/* A dash stands before these characters. */
static const uint8_t groups[] = {4, 8, 12, 16, 21};

static unsigned data_bit(const struct pass_code *code, int i)
{
    if (i < SELECTOR_BITS)
        return code->selector >> (SELECTOR_BITS - 1 - i) & 1;
    i -= SELECTOR_BITS;
    return (unsigned)code->secret[i / 8] >> (7 - i % 8) & 1;
}

static unsigned checksum(const struct pass_code *code)
{
    unsigned crc = 0;
    for (int i = 0; i < DATA_BITS; i++) {
        unsigned out = (crc >> (CHECK_BITS - 1) ^ data_bit(code, i)) & 1;
        crc = (crc << 1 & CHECK_MASK) ^ (out ? POLYNOMIAL : 0);
    }
    return ~crc & CHECK_MASK; /* turned over, so that zeros alone are no pass */
}

static bool dash_before(size_t character)
{
    return memchr(groups, (int)character, sizeof groups) != NULL;
}

void pass_text_write(const struct pass_code *code, char out[PASS_TEXT + 1])
{
    unsigned check = checksum(code);
    size_t n = 0;
    for (size_t c = 0; c < PASS_CHARACTERS; c++) {
        unsigned value = 0;
        for (int i = 0; i < CHARACTER_BITS; i++) {
            int bit = (int)c * CHARACTER_BITS + i;
            value =
                value << 1 | (bit < DATA_BITS ? data_bit(code, bit)
                                              : check >> (DATA_BITS + CHECK_BITS - 1 - bit) & 1);
        }
        if (dash_before(c))
            out[n++] = '-';
        out[n++] = crockford_letter(value);
    }
    out[n] = '\0';
}

void pass_text_number(uint32_t selector, char out[PASS_NUMBER_TEXT + 1])
{
    const struct pass_code code = {.selector = selector};
    char text[PASS_TEXT + 1];
    pass_text_write(&code, text);
    memcpy(out, text, PASS_NUMBER_TEXT);
    out[PASS_NUMBER_TEXT] = '\0';
}

static void take_bit(struct pass_code *code, unsigned *check, int i, unsigned bit)
{
    if (i < SELECTOR_BITS)
        code->selector = code->selector << 1 | bit;
    else if (i < DATA_BITS)
        code->secret[(i - SELECTOR_BITS) / 8] |= (uint8_t)(bit << (7 - (i - SELECTOR_BITS) % 8));
    else
        *check = *check << 1 | bit;
}

enum status pass_text_read(struct sv typed, struct pass_code *out)
{
    uint8_t values[PASS_CHARACTERS];
    struct pass_code code = {0};
    unsigned check = 0;
    if (typed.n > PASS_TYPED_MAX)
        return STATUS_INVALID;
    enum status st = crockford_read(typed, PASS_CHARACTERS, values);
    for (int i = 0, bits = 0; st == STATUS_OK && i < PASS_CHARACTERS; i++)
        for (int shift = CHARACTER_BITS - 1; shift >= 0; shift--)
            take_bit(&code, &check, bits++, (unsigned)values[i] >> shift & 1);
    if (st == STATUS_OK && check != checksum(&code))
        st = STATUS_INVALID;
    if (st == STATUS_OK)
        *out = code;
    explicit_bzero(values, sizeof values);
    explicit_bzero(&code, sizeof code);
    return st;
}
