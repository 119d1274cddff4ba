#include "utf8.h"

#include "arena.h"

/* How many bytes the lead announces and which range the second may have: what RFC 3629 section 4
 * spells out, overlong forms and surrogates excluded. */
static size_t sequence_length(unsigned char lead, unsigned char *low, unsigned char *high)
{
    *low = 0x80;
    *high = 0xbf;
    if (lead < 0x80)
        return 1;
    if (lead >= 0xc2 && lead <= 0xdf)
        return 2;
    if (lead >= 0xe0 && lead <= 0xef) {
        if (lead == 0xe0)
            *low = 0xa0;
        if (lead == 0xed)
            *high = 0x9f;
        return 3;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        if (lead == 0xf0)
            *low = 0x90;
        if (lead == 0xf4)
            *high = 0x8f;
        return 4;
    }
    return 0;
}

static bool next_valid(struct sv s, size_t *at, uint32_t *code_point)
{
    unsigned char low, high, lead = (unsigned char)s.p[*at];
    size_t length = sequence_length(lead, &low, &high);
    if (length <= 1) {
        ++*at;
        *code_point = length == 1 ? lead : UTF8_REPLACEMENT;
        return length == 1;
    }
    uint32_t value = lead & (0x7fu >> length);
    size_t i = 1;
    for (; i < length && *at + i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[*at + i];
        if (c < low || c > high)
            break;
        low = 0x80;
        high = 0xbf;
        value = value << 6 | (c & 0x3f);
    }
    *at += i;
    *code_point = i == length ? value : UTF8_REPLACEMENT;
    return i == length;
}

/* Most text is ASCII: eight bytes at once. */
static size_t skip_ascii(struct sv s, size_t at)
{
    for (uint64_t eight; s.n - at >= sizeof eight; at += sizeof eight) {
        memcpy(&eight, s.p + at, sizeof eight);
        if (eight & 0x8080808080808080u)
            break;
    }
    while (at < s.n && !((unsigned char)s.p[at] & 0x80))
        at++;
    return at;
}

bool utf8_valid(struct sv s)
{
    uint32_t ignored;
    for (size_t at = 0; (at = skip_ascii(s, at)) < s.n;)
        if (!next_valid(s, &at, &ignored))
            return false;
    return true;
}

uint32_t utf8_next(struct sv s, size_t *at)
{
    uint32_t code_point;
    next_valid(s, at, &code_point);
    return code_point;
}

void utf8_add(struct sb *out, uint32_t c)
{
    char b[4];
    size_t n;
    if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        c = UTF8_REPLACEMENT;
    if (c < 0x80) {
        b[0] = (char)c;
        n = 1;
    } else if (c < 0x800) {
        b[0] = (char)(0xc0 | c >> 6);
        b[1] = (char)(0x80 | (c & 0x3f));
        n = 2;
    } else if (c < 0x10000) {
        b[0] = (char)(0xe0 | c >> 12);
        b[1] = (char)(0x80 | (c >> 6 & 0x3f));
        b[2] = (char)(0x80 | (c & 0x3f));
        n = 3;
    } else {
        b[0] = (char)(0xf0 | c >> 18);
        b[1] = (char)(0x80 | (c >> 12 & 0x3f));
        b[2] = (char)(0x80 | (c >> 6 & 0x3f));
        b[3] = (char)(0x80 | (c & 0x3f));
        n = 4;
    }
    sb_add(out, (struct sv){b, n});
}

static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

static struct sv rewrite(struct arena *arena, struct sv s, bool one_line)
{
    struct sb out;
    sb_init(&out, arena, s.n * 3);
    for (size_t at = 0; at < s.n;) {
        uint32_t c = utf8_next(s, &at);
        utf8_add(&out, one_line && is_control(c) ? ' ' : c);
    }
    return sb_view(&out);
}

struct sv utf8_clean(struct arena *arena, struct sv s)
{
    return utf8_valid(s) ? s : rewrite(arena, s, false);
}

struct sv utf8_line(struct arena *arena, struct sv s)
{
    uint32_t c;
    for (size_t at = 0; at < s.n;)
        if (!next_valid(s, &at, &c) || is_control(c))
            return rewrite(arena, s, true);
    return s;
}

struct sv utf8_cut(struct sv s, size_t max)
{
    if (s.n <= max)
        return s;
    while (max > 0 && ((unsigned char)s.p[max] & 0xc0) == 0x80)
        max--;
    return sv_slice(s, 0, max);
}

/* Enough of Unicode's combining blocks that an accent is not torn off its letter, nor an emoji's
 * joiner, selector or skin tone off its emoji. */
static bool joins_previous(uint32_t c)
{
    return (c >= 0x300 && c <= 0x36f) || (c >= 0x591 && c <= 0x5bd) || (c >= 0x64b && c <= 0x65f) ||
           (c >= 0x1ab0 && c <= 0x1aff) || (c >= 0x1dc0 && c <= 0x1dff) || c == 0x200d ||
           (c >= 0x20d0 && c <= 0x20ff) || (c >= 0xfe00 && c <= 0xfe2f) ||
           (c >= 0x1f3fb && c <= 0x1f3ff);
}

struct sv utf8_cut_points(struct sv s, size_t max)
{
    size_t count = 0;
    uint32_t previous = 0;
    if (s.n <= max)
        return s;
    for (size_t at = 0; at < s.n;) {
        size_t start = at;
        uint32_t c = utf8_next(s, &at);
        bool joined = joins_previous(c) || previous == 0x200d;
        if (count >= max && !joined)
            return sv_slice(s, 0, start);
        if (!joined)
            count++;
        previous = c;
    }
    return s;
}

size_t utf8_count(struct sv s)
{
    size_t count = 0;
    for (size_t at = 0; at < s.n; count++)
        utf8_next(s, &at);
    return count;
}
