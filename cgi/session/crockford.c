#include "crockford.h"

#include <string.h>

#include "utf8.h"

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

char crockford_letter(unsigned value)
{
    return alphabet[value & 31];
}

/* -1: it stands for none. */
static int value_of(uint32_t c)
{
    if (c == 0 || c > 0x7f)
        return -1;
    if (c == 'O' || c == 'o')
        return 0;
    if (c == 'I' || c == 'i' || c == 'L' || c == 'l')
        return 1;
    char upper = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : (char)c;
    const char *at = strchr(alphabet, upper);
    return at ? (int)(at - alphabet) : -1;
}

/* What people, and the programs that they copy from, put between groups. */
static bool is_separator(uint32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == '-' || c == '.' || c == '_' || c == 0xa0 ||
           (c >= 0x2002 && c <= 0x2015) || c == 0x202f || c == 0x2212;
}

enum status crockford_read(struct sv typed, size_t n, uint8_t *values)
{
    size_t have = 0;
    for (size_t at = 0; at < typed.n;) {
        uint32_t c = utf8_next(typed, &at);
        int value = value_of(c);
        if (is_separator(c))
            continue;
        if (value < 0 || have == n)
            return STATUS_INVALID;
        values[have++] = (uint8_t)value;
    }
    return have == n ? STATUS_OK : STATUS_INVALID;
}
