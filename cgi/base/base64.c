#include "base64.h"

static const char standard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char for_url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void encode(struct sb *out, const unsigned char *p, size_t n, const char *alphabet, bool pad)
{
    for (size_t i = 0; i < n; i += 3) {
        size_t have = n - i < 3 ? n - i : 3;
        uint32_t v = (uint32_t)p[i] << 16;
        if (have > 1)
            v |= (uint32_t)p[i + 1] << 8;
        if (have > 2)
            v |= p[i + 2];
        char quad[4] = {alphabet[v >> 18], alphabet[v >> 12 & 63], alphabet[v >> 6 & 63],
                        alphabet[v & 63]};
        if (pad)
            memset(quad + have + 1, '=', 3 - have);
        sb_add(out, (struct sv){quad, pad ? 4 : have + 1});
    }
}

void base64_encode(struct sb *out, const void *bytes, size_t n)
{
    encode(out, bytes, n, standard, true);
}

void base64url_encode(struct sb *out, const void *bytes, size_t n)
{
    encode(out, bytes, n, for_url, false);
}

static int value_of(char c, const char *alphabet)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (ascii_is_digit(c))
        return c - '0' + 52;
    if (c == alphabet[62])
        return 62;
    return c == alphabet[63] ? 63 : -1;
}

static enum status decode(struct sv text, const char *alphabet, unsigned char *out, size_t *n)
{
    size_t full = text.n / 4 * 3 + (text.n % 4 ? text.n % 4 - 1 : 0), made = 0;
    uint32_t bits = 0, held = 0;
    if (text.n % 4 == 1)
        return STATUS_INVALID;
    if (full > *n)
        return STATUS_TOO_LARGE;
    for (size_t i = 0; i < text.n; i++) {
        int v = value_of(text.p[i], alphabet);
        if (v < 0)
            return STATUS_INVALID;
        bits = bits << 6 | (uint32_t)v;
        held += 6;
        if (held >= 8) {
            held -= 8;
            out[made++] = (unsigned char)(bits >> held & 0xff);
        }
    }
    if (held > 0 && (bits & ((1u << held) - 1)) != 0)
        return STATUS_INVALID; /* two texts for one value would be two tokens for one session */
    *n = made;
    return STATUS_OK;
}

enum status base64_decode(struct sv text, void *out, size_t *n)
{
    if (text.n % 4 != 0)
        return STATUS_INVALID;
    for (int i = 0; i < 2 && text.n > 0 && text.p[text.n - 1] == '='; i++)
        text.n--;
    return decode(text, standard, out, n);
}

enum status base64url_decode(struct sv text, void *out, size_t *n)
{
    return decode(text, for_url, out, n);
}
