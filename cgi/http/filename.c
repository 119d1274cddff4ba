#include "filename.h"

#include "input.h"
#include "utf8.h"

enum { EXTENSION_MAX = 16 };

bool filename_turns(uint32_t c)
{
    return c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069);
}

/* The joiners U+200C and U+200D are none: Persian and emoji need them. */
bool filename_is_hidden(uint32_t c)
{
    return c == 0xad || c == 0x34f || c == 0x115f || c == 0x1160 || c == 0x180e || c == 0x200b ||
           (c >= 0x2060 && c <= 0x2064) || (c >= 0x206a && c <= 0x206f) || c == 0x3164 ||
           c == 0xfeff || c == 0xffa0;
}

bool filename_is_space(uint32_t c)
{
    return c == ' ' || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f ||
           c == 0x205f || c == 0x2800 || c == 0x3000;
}

bool filename_is_false_dot(uint32_t c)
{
    return c == 0x2024 || c == 0xfe52 || c == 0xff0e;
}

static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
}

/* A long name is cut in its middle: what the file is stands at its end. */
static struct sv shorten(struct arena *arena, struct sv name)
{
    if (name.n <= FILENAME_LENGTH_MAX)
        return name;
    size_t dot = sv_find_last_char(name, '.');
    struct sv extension = {"", 0};
    if (dot != SIZE_MAX && name.n - dot <= EXTENSION_MAX)
        extension = sv_slice(name, dot, name.n);
    struct sv stem = utf8_cut(name, FILENAME_LENGTH_MAX - extension.n);
    return arena_printf(arena, "%.*s%.*s", SV_ARG(stem), SV_ARG(extension));
}

struct sv filename_without_path(struct sv name)
{
    for (size_t i = name.n; i > 0; i--)
        if (name.p[i - 1] == '/' || name.p[i - 1] == '\\')
            return sv_slice(name, i, name.n);
    return name;
}

/* Without what is invisible; spaces as one, and none before a dot that has no further one behind
 * it. */
static struct sv visible(struct arena *arena, struct sv name)
{
    struct sb out;
    sb_init(&out, arena, name.n * 3);
    uint32_t space = 0;
    size_t last_dot = sv_find_last_char(name, '.');
    for (size_t at = 0; at < name.n;) {
        bool is_last_dot = at == last_dot;
        uint32_t c = utf8_next(name, &at);
        if (is_control(c) || filename_turns(c) || filename_is_hidden(c))
            continue;
        if (filename_is_space(c)) {
            space = space ? space : c;
            continue;
        }
        if (space && !is_last_dot)
            utf8_add(&out, space);
        space = 0;
        utf8_add(&out, filename_is_false_dot(c) ? '_' : c);
    }
    return sb_view(&out);
}

static bool is_edge(char c)
{
    return c == '.' || c == ' ';
}

static struct sv trim_edges(struct sv s)
{
    while (s.n > 0 && is_edge(s.p[0]))
        s = sv_slice(s, 1, s.n);
    while (s.n > 0 && is_edge(s.p[s.n - 1]))
        s.n--;
    return s;
}

struct sv filename_clean(struct arena *arena, struct sv name)
{
    struct sv clean = trim_edges(visible(arena, filename_without_path(name)));
    /* what went at the end may have left another last dot, and spaces before it */
    clean = trim_edges(visible(arena, trim_edges(shorten(arena, clean))));
    return clean.n > 0 ? clean : SV("file");
}

struct sv filename_of_words(struct arena *arena, struct sv words, const char *extension)
{
    struct sb out;
    sb_init(&out, arena, words.n + strlen(extension));
    for (size_t i = 0; i < words.n; i++)
        sb_add_char(&out, words.p[i] == '/' || words.p[i] == '\\' ? '_' : words.p[i]);
    sb_add_cstr(&out, extension);
    return sb_view(&out);
}

void filename_disposition(struct sb *out, const char *type, struct sv clean)
{
    bool ascii = true;
    sb_add_cstr(out, type);
    sb_add(out, SV("; filename=\""));
    for (size_t at = 0; at < clean.n;) {
        uint32_t c = utf8_next(clean, &at);
        ascii = ascii && c < 0x80;
        /* browsers differ on escapes in the quoted form, and some decode %XX there */
        bool plain = c >= ' ' && c <= '~' && c != '"' && c != '\\' && c != '%';
        sb_add_char(out, plain ? (char)c : '_');
        ascii = ascii && plain;
    }
    sb_add_char(out, '"');
    if (!ascii) {
        sb_add(out, SV("; filename*=UTF-8''"));
        query_encode(out, clean);
    }
}
