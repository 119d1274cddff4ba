#include "param.h"

#include "arena.h"
#include "charset.h"
#include "header.h"
#include "utf8.h"
#include "word.h"

/* ---- splitting ---- */

static bool is_token(char c)
{
    return c > ' ' && c < 0x7f && sv_find_char(SV("()<>@,;:\\\"/[]?="), c) == SIZE_MAX;
}

static void skip_comment(struct sv *s)
{
    size_t depth = 0, i = 0;
    do {
        if (s->p[i] == '\\')
            i++;
        else if (s->p[i] == '(')
            depth++;
        else if (s->p[i] == ')')
            depth--;
        i++;
    } while (i < s->n && depth > 0);
    *s = sv_slice(*s, i, s->n);
}

static void skip_between(struct sv *s)
{
    while (s->n > 0) {
        if (s->p[0] == '(')
            skip_comment(s);
        else if (ascii_is_space(s->p[0]) || s->p[0] == ';')
            *s = sv_slice(*s, 1, s->n);
        else
            return;
    }
}

static size_t token_length(struct sv s)
{
    size_t n = 0;
    while (n < s.n && is_token(s.p[n]))
        n++;
    return n;
}

/* Backslashes before anything but '"' and '\' are a Windows path's own. */
static struct sv take_quoted(struct arena *arena, struct sv *s)
{
    struct sb out;
    size_t i = 1;
    sb_init(&out, arena, s->n);
    for (; i < s->n && s->p[i] != '"'; i++) {
        bool escape = s->p[i] == '\\' && i + 1 < s->n;
        if (escape && (s->p[i + 1] == '"' || s->p[i + 1] == '\\'))
            i++;
        sb_add_char(&out, s->p[i]);
    }
    *s = sv_slice(*s, i + 1, s->n);
    return sb_view(&out);
}

/* Up to the ';', spaces and all ("name=my file.pdf"), unless another parameter follows a space: its
 * semicolon was forgotten. */
static struct sv take_bare(struct sv *s)
{
    size_t end = 0;
    while (end < s->n && s->p[end] != ';') {
        if (ascii_is_space(s->p[end])) {
            struct sv next = sv_slice(*s, end + 1, s->n);
            size_t name = token_length(next);
            bool parameter =
                name > 0 && name + 1 < next.n && next.p[name] == '=' && next.p[name + 1] != '?';
            if (parameter || (next.n > 0 && next.p[0] == '('))
                break;
        }
        end++;
    }
    struct sv value = sv_trim(sv_slice(*s, 0, end));
    *s = sv_slice(*s, end, s->n);
    return value;
}

static bool take_pair(struct arena *arena, struct sv *s, struct param *out)
{
    skip_between(s);
    if (s->n == 0)
        return false;
    size_t length = token_length(*s);
    out->name = sv_slice(*s, 0, length);
    *s = sv_slice(*s, length, s->n);
    while (s->n > 0 && ascii_is_space(s->p[0]))
        *s = sv_slice(*s, 1, s->n);
    out->value = SV("");
    if (s->n == 0 || s->p[0] != '=') {
        if (length == 0)
            *s = sv_slice(*s, 1, s->n);
        return true;
    }
    *s = sv_slice(*s, 1, s->n);
    while (s->n > 0 && ascii_is_space(s->p[0]))
        *s = sv_slice(*s, 1, s->n);
    out->value = s->n > 0 && s->p[0] == '"' ? take_quoted(arena, s) : take_bare(s);
    return true;
}

/* "text / plain (comment)" in lower case without what does not count. */
static struct sv take_head(struct arena *arena, struct sv *s)
{
    struct sb out;
    size_t semicolon = sv_find_char(*s, ';'), equals = sv_find_char(*s, '=');
    sb_init(&out, arena, s->n);
    if (equals < semicolon && sv_find_char(sv_slice(*s, 0, equals), '/') == SIZE_MAX)
        return SV(""); /* the head was forgotten: "charset=utf-8" */
    while (s->n > 0 && s->p[0] != ';') {
        if (s->p[0] == '(') {
            skip_comment(s);
            continue;
        }
        if (ascii_is_space(s->p[0]) && out.n > 0) {
            struct sv next = sv_trim(*s);
            size_t name = token_length(next);
            if (name > 0 && name < next.n && next.p[name] == '=')
                break; /* "text/plain charset=x" */
        }
        if (!ascii_is_space(s->p[0]) && s->p[0] != '"')
            sb_add_char(&out, ascii_lower(s->p[0]));
        *s = sv_slice(*s, 1, s->n);
    }
    return sb_view(&out);
}

struct sv param_parse(struct arena *arena, struct sv raw, struct params *out)
{
    struct sv s = header_unfold(arena, raw);
    struct sv head = take_head(arena, &s);
    struct param pair;
    out->items = arena_array(arena, PARAM_COUNT_MAX, sizeof *out->items);
    out->n = 0;
    while (out->n < PARAM_COUNT_MAX && take_pair(arena, &s, &pair))
        if (pair.name.n > 0)
            out->items[out->n++] = pair;
    return head;
}

/* ---- decoding ---- */

void percent_add(struct sb *out, struct sv s)
{
    for (size_t i = 0; i < s.n; i++) {
        bool escape = s.p[i] == '%' && i + 2 < s.n;
        if (escape && ascii_hex(s.p[i + 1]) >= 0 && ascii_hex(s.p[i + 2]) >= 0) {
            sb_add_char(out, (char)(ascii_hex(s.p[i + 1]) << 4 | ascii_hex(s.p[i + 2])));
            i += 2;
        } else {
            sb_add_char(out, s.p[i]);
        }
    }
}

static bool find(struct params params, struct sv name, struct sv *value)
{
    for (size_t i = 0; i < params.n; i++)
        if (sv_eq_nocase(params.items[i].name, name)) {
            *value = params.items[i].value;
            return true;
        }
    return false;
}

/* Takes "charset'language'" off the front; without both quotes there is none. */
static struct sv take_charset(struct sv *value)
{
    struct sv rest = *value;
    struct sv charset = sv_cut(&rest, '\'');
    if (sv_find_char(rest, '\'') == SIZE_MAX)
        return SV("");
    sv_cut(&rest, '\'');
    *value = rest;
    return charset;
}

static bool find_piece(struct params params, struct sv name, unsigned number, struct sv *value,
                       bool *extended)
{
    char buffer[128];
    struct sb key;
    sb_fixed(&key, buffer, sizeof buffer);
    sb_printf(&key, "%.*s*%u", SV_ARG(name), number);
    *extended = false;
    if (key.over || find(params, sb_view(&key), value))
        return !key.over;
    *extended = true;
    sb_add_char(&key, '*');
    return find(params, sb_view(&key), value);
}

/* name*0, name*1* …; some mailers count from 1. */
static bool join_pieces(struct params params, struct sv name, struct sb *bytes, struct sv *charset,
                        bool *extended)
{
    struct sv piece;
    bool this_extended, found = false;
    unsigned first = find_piece(params, name, 0, &piece, &this_extended) ? 0 : 1;
    for (unsigned i = first; find_piece(params, name, i, &piece, &this_extended); i++) {
        if (i == first && this_extended)
            *charset = take_charset(&piece);
        if (this_extended)
            percent_add(bytes, piece);
        else
            sb_add(bytes, piece);
        *extended = *extended || this_extended;
        found = true;
    }
    return found;
}

bool param_get(struct arena *arena, struct params params, struct sv name, struct sv *out)
{
    char buffer[128];
    struct sb key, bytes;
    struct sv value, charset = SV("");
    bool extended = false;
    sb_fixed(&key, buffer, sizeof buffer);
    sb_printf(&key, "%.*s*", SV_ARG(name));
    size_t total = 0;
    params.n = params.n < PARAM_COUNT_MAX ? params.n : PARAM_COUNT_MAX;
    for (size_t i = 0; i < params.n; i++)
        total += params.items[i].value.n;
    sb_init(&bytes, arena, total);
    if (!key.over && find(params, sb_view(&key), &value)) {
        charset = take_charset(&value);
        percent_add(&bytes, value);
        extended = true;
    } else if (!join_pieces(params, name, &bytes, &charset, &extended)) {
        if (!find(params, name, &value))
            return false;
        sb_add(&bytes, value);
    }
    if (extended)
        value = utf8_line(arena, charset_decode(arena, charset, sb_view(&bytes), PARAM_VALUE_MAX));
    else
        value = word_decode(arena, sb_view(&bytes));
    *out = utf8_cut(value, PARAM_VALUE_MAX);
    return true;
}

/* ---- writing ---- */

enum { COLUMN_MAX = 76, QUOTED_MAX = 200, SEGMENT_ROOM = 50 };

static bool is_printable_ascii(struct sv s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < ' ' || s.p[i] == 0x7f)
            return false;
    return true;
}

static void add_quoted(struct sb *out, struct sv value)
{
    sb_add_char(out, '"');
    for (size_t i = 0; i < value.n; i++) {
        if (value.p[i] == '"' || value.p[i] == '\\')
            sb_add_char(out, '\\');
        sb_add_char(out, value.p[i]);
    }
    sb_add_char(out, '"');
}

/* One character of the value as it stands in the extended form; returns the bytes taken. */
static size_t add_extended(struct sb *out, struct sv value)
{
    char buffer[5];
    struct sb clean;
    size_t taken = 0;
    uint32_t c = utf8_next(value, &taken);
    sb_fixed(&clean, buffer, sizeof buffer);
    utf8_add(&clean, c < 0x20 || (c >= 0x7f && c < 0xa0) ? ' ' : c);
    for (size_t i = 0; i < clean.n; i++) {
        unsigned char byte = (unsigned char)clean.p[i];
        if (ascii_is_alnum(clean.p[i]) || byte == '.' || byte == '-' || byte == '_')
            sb_add_char(out, clean.p[i]);
        else
            sb_printf(out, "%%%02X", (unsigned)byte);
    }
    return taken;
}

/* RFC 2231: in one piece if a line holds it, else in continuations; each begins a line. */
static size_t add_2231(struct sb *out, struct sv name, struct sv value)
{
    size_t column = 0, number = 0;
    do {
        char buffer[SEGMENT_ROOM + 13];
        struct sb segment;
        sb_fixed(&segment, buffer, sizeof buffer);
        while (value.n > 0 && segment.n < SEGMENT_ROOM)
            value = sv_slice(value, add_extended(&segment, value), value.n);
        size_t before = out->n;
        sb_add(out, SV(";\r\n "));
        if (number == 0 && value.n == 0)
            sb_printf(out, "%.*s*=UTF-8''", SV_ARG(name));
        else
            sb_printf(out, "%.*s*%zu*=%s", SV_ARG(name), number, number == 0 ? "UTF-8''" : "");
        sb_add(out, sb_view(&segment));
        column = out->n - before - 3;
        number++;
    } while (value.n > 0);
    return column;
}

size_t param_add(struct sb *out, struct sv name, struct sv value, size_t column)
{
    value = utf8_cut(value, PARAM_VALUE_MAX);
    bool ascii = is_printable_ascii(value) && sv_find(value, SV("=?")) == SIZE_MAX;
    if (ascii && value.n > QUOTED_MAX)
        return add_2231(out, name, value);
    size_t width = name.n + value.n + 5;
    sb_add_char(out, ';');
    if (!ascii || column + width > COLUMN_MAX) {
        sb_add(out, SV("\r\n"));
        column = 0;
    }
    size_t before = out->n;
    sb_printf(out, " %.*s=", SV_ARG(name));
    if (ascii) {
        if (value.n > 0 && token_length(value) == value.n)
            sb_add(out, value);
        else
            add_quoted(out, value);
        return column + (out->n - before);
    }
    sb_add_char(out, '"');
    word_encode_text(out, value, out->n - before);
    sb_add_char(out, '"');
    return add_2231(out, name, value);
}

bool media_type_valid(struct sv type)
{
    struct sv rest = type;
    struct sv top = sv_cut(&rest, '/');
    return top.n > 0 && top.n <= 127 && rest.n > 0 && rest.n <= 127 && token_length(top) == top.n &&
           token_length(rest) == rest.n;
}
