#include "idn.h"

#include <idn2.h>

#include "arena.h"
#include "utf8.h"

enum { DOMAIN_MAX = 1000 }; /* in letters; RFC 1035's 255 are of the other form */

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
    int code = idn2_to_unicode_8z8z(arena_cstr(arena, arena_lower(arena, domain)), &made, 0);
    return take(arena, code, made, domain);
}

struct sv idn_ascii(struct arena *arena, struct sv domain)
{
    char *made = NULL;
    if (domain.n > DOMAIN_MAX || sv_is_ascii(domain))
        return domain;
    int code = idn2_to_ascii_8z(arena_cstr(arena, domain), &made, IDN2_NONTRANSITIONAL);
    return take(arena, code, made, domain);
}
