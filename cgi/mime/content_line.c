#include "content_line.h"

#include "arena.h"
#include "charset.h"
#include "decode.h"
#include "utf8.h"

/* One physical line, without its end. */
static struct sv cut_line(struct sv text, size_t *at)
{
    size_t start = *at, end = start;
    while (end < text.n && text.p[end] != '\n' && text.p[end] != '\r')
        end++;
    *at = end;
    if (*at < text.n && text.p[*at] == '\r')
        ++*at;
    if (*at < text.n && text.p[*at] == '\n')
        ++*at;
    return sv_slice(text, start, end);
}

static bool continues(struct sv text, size_t at)
{
    return at < text.n && (text.p[at] == ' ' || text.p[at] == '\t');
}

/* Where the value begins: behind the first colon that stands in no quotes. SIZE_MAX: nowhere. */
static size_t value_start(struct sv line)
{
    bool quoted = false;
    for (size_t i = 0; i < line.n; i++) {
        if (line.p[i] == '"')
            quoted = !quoted;
        else if (line.p[i] == ':' && !quoted)
            return i + 1;
    }
    return SIZE_MAX;
}

/* "ENCODING=QUOTED-PRINTABLE", or the word alone. */
static bool is_quoted_printable(struct sv line)
{
    size_t start = value_start(line);
    return start != SIZE_MAX &&
           sv_find_nocase(sv_slice(line, 0, start), SV("QUOTED-PRINTABLE")) != SIZE_MAX;
}

/* With what is folded onto it. In quoted-printable a "=" at the end joins the next line too. */
static struct sv logical_line(struct arena *arena, struct sv text, size_t *at)
{
    struct sv line = cut_line(text, at);
    bool quoted = is_quoted_printable(line);
    if (!continues(text, *at) && !(quoted && sv_ends(line, SV("="))))
        return line;
    struct sb whole;
    sb_init(&whole, arena, text.n);
    sb_add(&whole, line);
    while (*at < text.n) {
        bool soft = quoted && sv_ends(sb_view(&whole), SV("="));
        if (!soft && !continues(text, *at))
            break;
        if (soft)
            whole.n--;
        struct sv next = cut_line(text, at);
        sb_add(&whole, soft ? next : sv_slice(next, 1, next.n));
    }
    return sb_view(&whole);
}

static struct sv quoted_value(struct arena *arena, const struct content_line *line)
{
    struct decoder decoder;
    struct sb bytes;
    sb_init(&bytes, arena, line->value.n);
    decoder_init(&decoder, TRANSFER_QUOTED, sb_sink(&bytes));
    if (decoder_write(&decoder, line->value) != STATUS_OK || decoder_finish(&decoder) != STATUS_OK)
        return SV("");
    return charset_decode(arena, content_line_parameter(line, SV("CHARSET")), sb_view(&bytes),
                          4 * bytes.n);
}

bool content_line_next(struct arena *arena, struct sv text, size_t *at, struct content_line *out)
{
    while (*at < text.n && !arena_over(arena)) {
        struct sv line = logical_line(arena, text, at);
        size_t start = value_start(line), name_end = 0;
        if (start == SIZE_MAX)
            continue;
        struct content_line found = {.value = sv_slice(line, start, line.n)};
        while (name_end < start - 1 && line.p[name_end] != ';')
            name_end++;
        found.name = sv_slice(line, 0, name_end);
        size_t dot = sv_find_last_char(found.name, '.');
        if (dot != SIZE_MAX)
            found.name = sv_slice(found.name, dot + 1, found.name.n);
        found.name = sv_trim(found.name);
        found.parameters = sv_slice(line, name_end, start - 1);
        if (is_quoted_printable(line))
            found.value = quoted_value(arena, &found);
        *out = found;
        return true;
    }
    return false;
}

/* Up to the next ';' that stands in no quotes. */
static struct sv cut_parameter(struct sv *rest)
{
    bool quoted = false;
    size_t end = 0;
    while (end < rest->n && (quoted || rest->p[end] != ';')) {
        if (rest->p[end] == '"')
            quoted = !quoted;
        end++;
    }
    struct sv one = sv_slice(*rest, 0, end);
    *rest = sv_slice(*rest, end + 1, rest->n);
    return one;
}

struct sv content_line_parameter(const struct content_line *line, struct sv name)
{
    struct sv rest = line->parameters;
    while (rest.n > 0) {
        struct sv value = cut_parameter(&rest);
        struct sv own = sv_trim(sv_cut(&value, '='));
        if (!sv_eq_nocase(own, name))
            continue;
        value = sv_trim(value);
        if (value.n >= 2 && value.p[0] == '"' && sv_ends(value, SV("\"")))
            value = sv_slice(value, 1, value.n - 1);
        return value;
    }
    return SV("");
}

struct sv content_line_text(struct arena *arena, struct sv value)
{
    if (sv_find_char(value, '\\') == SIZE_MAX)
        return value;
    struct sb out;
    sb_init(&out, arena, value.n);
    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];
        if (c == '\\' && i + 1 < value.n) {
            c = value.p[++i];
            if (c == 'n' || c == 'N')
                c = '\n';
        }
        sb_add_char(&out, c);
    }
    return sb_view(&out);
}

struct sv content_line_component(struct arena *arena, struct sv *rest)
{
    size_t end = 0;
    while (end < rest->n && rest->p[end] != ';')
        end += rest->p[end] == '\\' ? 2 : 1;
    struct sv one = sv_slice(*rest, 0, end);
    *rest = sv_slice(*rest, end + 1, rest->n);
    return content_line_text(arena, one);
}
