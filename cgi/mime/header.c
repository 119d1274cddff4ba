#include "header.h"

#include "arena.h"
#include "word.h"

/* The end of the line that starts at `at`, its line end included. */
static size_t line_end(struct sv block, size_t at)
{
    size_t length = sv_find_char(sv_slice(block, at, block.n), '\n');
    return length == SIZE_MAX ? block.n : at + length + 1;
}

static struct sv without_line_end(struct sv s)
{
    if (s.n > 0 && s.p[s.n - 1] == '\n')
        s.n--;
    if (s.n > 0 && s.p[s.n - 1] == '\r')
        s.n--;
    return s;
}

static bool is_white(char c)
{
    return c == ' ' || c == '\t';
}

bool header_name_valid(struct sv name)
{
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] <= ' ' || name.p[i] == 0x7f || name.p[i] == ':')
            return false;
    return name.n > 0 && name.n <= 76;
}

bool header_next(struct sv block, size_t *at, struct field *out)
{
    while (*at < block.n) {
        size_t start = *at, end = line_end(block, start);
        if (without_line_end(sv_slice(block, start, end)).n == 0) {
            *at = end;
            return false;
        }
        while (end < block.n && is_white(block.p[end]))
            end = line_end(block, end);
        *at = end;
        struct sv whole = sv_slice(block, start, end), rest = whole;
        bool has_colon = sv_find_char(whole, ':') != SIZE_MAX;
        struct sv name = sv_trim(sv_cut(&rest, ':')); /* "Subject : x" was once allowed */
        if (!has_colon || is_white(whole.p[0]) || !header_name_valid(name))
            continue;
        *out = (struct field){name, without_line_end(rest), whole};
        return true;
    }
    return false;
}

bool header_find(struct sv block, struct sv name, struct sv *value)
{
    struct field field;
    for (size_t at = 0; header_next(block, &at, &field);)
        if (sv_eq_nocase(field.name, name)) {
            *value = field.value;
            return true;
        }
    return false;
}

bool header_find_last(struct sv block, struct sv name, struct sv *value)
{
    struct field field;
    bool found = false;
    for (size_t at = 0; header_next(block, &at, &field);)
        if (sv_eq_nocase(field.name, name)) {
            *value = field.value;
            found = true;
        }
    return found;
}

struct sv header_unfold(struct arena *arena, struct sv raw)
{
    struct sb out;
    raw = sv_trim(raw);
    if (!sv_has_control(raw))
        return raw;
    sb_init(&out, arena, raw.n);
    for (size_t i = 0; i < raw.n; i++) {
        unsigned char c = (unsigned char)raw.p[i];
        bool fold = c == '\r' || c == '\n';
        while (fold && i + 1 < raw.n && ascii_is_space(raw.p[i + 1]))
            i++;
        sb_add_char(&out, c < 0x20 || c == 0x7f ? ' ' : raw.p[i]);
    }
    return sv_trim(sb_view(&out));
}

struct sv header_text(struct arena *arena, struct sv block, struct sv name)
{
    struct sv value = SV("");
    return header_find(block, name, &value) ? word_decode(arena, value) : value;
}
