#include "str.h"

#include <stdarg.h>

#include "arena.h"

enum { PRINT_ROOM = 256 };

char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool ascii_is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool ascii_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool ascii_is_alnum(char c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c);
}

int ascii_hex(char c)
{
    char lower = ascii_lower(c);
    if (ascii_is_digit(c))
        return c - '0';
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool ascii_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct sv sv_of(const char *cstr)
{
    return cstr ? (struct sv){cstr, strlen(cstr)} : (struct sv){"", 0};
}

struct sv sv_slice(struct sv s, size_t from, size_t to)
{
    if (to > s.n)
        to = s.n;
    if (from >= to)
        return (struct sv){"", 0};
    return (struct sv){s.p + from, to - from};
}

static bool trimmed(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

char *sv_copy(struct sv s)
{
    char *made = malloc(s.n + 1);
    if (!made)
        abort();
    if (s.n > 0)
        memcpy(made, s.p, s.n);
    made[s.n] = '\0';
    return made;
}

struct sv sv_trim(struct sv s)
{
    while (s.n > 0 && trimmed(s.p[0]))
        s = sv_slice(s, 1, s.n);
    while (s.n > 0 && trimmed(s.p[s.n - 1]))
        s.n--;
    return s;
}

bool sv_eq(struct sv a, struct sv b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool sv_eq_nocase(struct sv a, struct sv b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (a.p[i] != b.p[i] && ascii_lower(a.p[i]) != ascii_lower(b.p[i]))
            return false;
    return true;
}

bool sv_starts(struct sv s, struct sv prefix)
{
    return s.n >= prefix.n && sv_eq(sv_slice(s, 0, prefix.n), prefix);
}

bool sv_starts_nocase(struct sv s, struct sv prefix)
{
    return s.n >= prefix.n && sv_eq_nocase(sv_slice(s, 0, prefix.n), prefix);
}

bool sv_ends(struct sv s, struct sv suffix)
{
    return s.n >= suffix.n && sv_eq(sv_slice(s, s.n - suffix.n, s.n), suffix);
}

size_t sv_find(struct sv s, struct sv needle)
{
    if (needle.n == 0)
        return 0;
    if (s.n < needle.n)
        return SIZE_MAX;
    const char *hit = memmem(s.p, s.n, needle.p, needle.n);
    return hit ? (size_t)(hit - s.p) : SIZE_MAX;
}

size_t sv_find_nocase(struct sv s, struct sv needle)
{
    for (size_t i = 0; i + needle.n <= s.n; i++)
        if (sv_eq_nocase(sv_slice(s, i, i + needle.n), needle))
            return i;
    return SIZE_MAX;
}

size_t sv_find_char(struct sv s, char c)
{
    const char *hit = s.n ? memchr(s.p, c, s.n) : NULL;
    return hit ? (size_t)(hit - s.p) : SIZE_MAX;
}

size_t sv_find_last_char(struct sv s, char c)
{
    const char *hit = s.n ? memrchr(s.p, c, s.n) : NULL;
    return hit ? (size_t)(hit - s.p) : SIZE_MAX;
}

struct sv sv_cut(struct sv *rest, char separator)
{
    struct sv all = *rest;
    size_t at = sv_find_char(all, separator);
    if (at == SIZE_MAX) {
        *rest = (struct sv){"", 0};
        return all;
    }
    *rest = sv_slice(all, at + 1, all.n);
    return sv_slice(all, 0, at);
}

bool sv_has_control(struct sv s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
            return true;
    return false;
}

bool sv_is_ascii(struct sv s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] > 0x7f)
            return false;
    return true;
}

enum status sv_to_u64(struct sv s, uint64_t max, uint64_t *out)
{
    uint64_t value = 0;
    if (s.n == 0)
        return STATUS_INVALID;
    for (size_t i = 0; i < s.n; i++) {
        if (!ascii_is_digit(s.p[i]))
            return STATUS_INVALID;
        uint64_t digit = (uint64_t)(s.p[i] - '0');
        if (digit > max || value > max / 10 || value * 10 > max - digit)
            return STATUS_INVALID;
        value = value * 10 + digit;
    }
    *out = value;
    return STATUS_OK;
}

enum status sv_to_u32(struct sv s, uint32_t *out)
{
    uint64_t value;
    enum status st = sv_to_u64(s, UINT32_MAX, &value);
    if (st == STATUS_OK)
        *out = (uint32_t)value;
    return st;
}

int sv_compare(struct sv a, struct sv b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.p, b.p, n) : 0;
    if (order != 0)
        return order;
    return a.n < b.n ? -1 : a.n > b.n;
}

static char empty_buffer[1] = "";

void sb_init(struct sb *b, struct arena *arena, size_t cap)
{
    *b = (struct sb){.p = empty_buffer, .cap = cap, .arena = arena};
}

void sb_fixed(struct sb *b, char *buffer, size_t size)
{
    *b = (struct sb){.p = buffer, .cap = size - 1, .room = size};
    buffer[0] = '\0';
}

/* The room counts the final NUL, so that p can be handed to C's own functions at any time. */
static bool sb_reserve(struct sb *b, size_t more)
{
    if (b->over || more > b->cap - b->n) {
        b->over = true;
        return false;
    }
    size_t need = b->n + more + 1;
    if (need <= b->room)
        return true;
    size_t room = b->room < 32 ? 64 : b->room * 2;
    if (room < need)
        room = need;
    if (room > b->cap + 1)
        room = b->cap + 1;
    char *grown = arena_alloc(b->arena, room);
    memcpy(grown, b->p, b->n);
    b->p = grown;
    b->room = room;
    return true;
}

void sb_add(struct sb *b, struct sv s)
{
    if (s.n == 0 || !sb_reserve(b, s.n))
        return;
    memcpy(b->p + b->n, s.p, s.n);
    b->n += s.n;
    b->p[b->n] = '\0';
}

void sb_add_cstr(struct sb *b, const char *cstr)
{
    sb_add(b, sv_of(cstr));
}

void sb_add_char(struct sb *b, char c)
{
    sb_add(b, (struct sv){&c, 1});
}

void sb_add_u64(struct sb *b, uint64_t value)
{
    sb_add_padded(b, value, 1);
}

void sb_add_padded(struct sb *b, uint64_t value, size_t width)
{
    char digits[20];
    size_t n = 0;
    while ((value > 0 || n < width) && n < sizeof digits) {
        digits[sizeof digits - ++n] = (char)('0' + value % 10);
        value /= 10;
    }
    sb_add(b, (struct sv){digits + sizeof digits - n, n});
}

void sb_printf(struct sb *b, const char *format, ...)
{
    char room[PRINT_ROOM];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(room, sizeof room, format, args);
    va_end(args);
    if (n <= 0)
        return;
    if ((size_t)n < sizeof room) {
        sb_add(b, (struct sv){room, (size_t)n});
        return;
    }
    if (!sb_reserve(b, (size_t)n))
        return;
    va_start(args, format);
    vsnprintf(b->p + b->n, (size_t)n + 1, format, args);
    va_end(args);
    b->n += (size_t)n;
}

void sb_clear(struct sb *b)
{
    b->n = 0;
    b->over = false;
    if (b->room > 0)
        b->p[0] = '\0';
}

struct sv sb_view(const struct sb *b)
{
    return (struct sv){b->p, b->n};
}
