#include "filename.h"

#include "input.h"
#include "utf8.h"

enum { EXTENSION_MAX = 16 };

static bool turns_direction(uint32_t c)
{
    return c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069);
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

struct sv filename_clean(struct arena *arena, struct sv name)
{
    for (size_t i = name.n; i > 0; i--) {
        if (name.p[i - 1] == '/' || name.p[i - 1] == '\\') {
            name = sv_slice(name, i, name.n);
            break;
        }
    }
    struct sb out;
    sb_init(&out, arena, name.n * 3);
    for (size_t at = 0; at < name.n;) {
        uint32_t c = utf8_next(name, &at);
        if (!is_control(c) && !turns_direction(c))
            utf8_add(&out, c);
    }
    struct sv clean = sb_view(&out);
    while (clean.n > 0 && (clean.p[0] == '.' || clean.p[0] == ' '))
        clean = sv_slice(clean, 1, clean.n);
    clean = sv_trim(shorten(arena, clean));
    return clean.n > 0 ? clean : SV("file");
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
