#include "idn.h"

#include <idn2.h>

#include "arena.h"
#include "utf8.h"

enum { DOMAIN_MAX = 1000 }; /* in letters; RFC 1035's 255 are of the other form */

static bool is_ascii(struct sv s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80)
            return false;
    return true;
}

static struct sv lower(struct arena *arena, struct sv s)
{
    struct sb out;
    sb_init(&out, arena, s.n);
    for (size_t i = 0; i < s.n; i++)
        sb_add_char(&out, ascii_lower(s.p[i]));
    return sb_view(&out);
}

/* Takes over what the library made. */
static struct sv take(struct arena *arena, int code, char *made, struct sv otherwise)
{
    if (code != IDN2_OK)
        return otherwise;
    struct sv out = arena_sv(arena, sv_of(made));
    idn2_free(made);
    return utf8_valid(out) && !sv_has_control(out) ? out : otherwise;
}

struct sv idn_letters(struct arena *arena, struct sv domain)
{
    char *made = NULL;
    if (domain.n > DOMAIN_MAX || sv_find_nocase(domain, SV("xn--")) == SIZE_MAX)
        return domain;
    int code = idn2_to_unicode_8z8z(arena_cstr(arena, lower(arena, domain)), &made, 0);
    return take(arena, code, made, domain);
}

struct sv idn_ascii(struct arena *arena, struct sv domain)
{
    char *made = NULL;
    if (domain.n > DOMAIN_MAX || is_ascii(domain))
        return domain;
    int code = idn2_to_ascii_8z(arena_cstr(arena, domain), &made, IDN2_NONTRANSITIONAL);
    return take(arena, code, made, domain);
}
