#include "account.h"

#include "arena.h"
#include "store.h"

struct sv account_short(struct sv user, struct sv domain, struct arena *arena)
{
    struct sv name = sv_trim(user);
    size_t at = sv_find_last_char(name, '@');
    if (at != SIZE_MAX && at > 0 && sv_eq_nocase(sv_slice(name, at + 1, name.n), domain))
        name = sv_slice(name, 0, at);
    return arena_lower(arena, name);
}

enum status account_full(struct sv user, struct sv domain, struct arena *arena, struct sv *out)
{
    user = sv_trim(user);
    if (user.n == 0 || user.n > STORE_USER_MAX)
        return STATUS_INVALID;
    for (size_t i = 0; i < user.n; i++)
        if (user.p[i] <= ' ' || user.p[i] >= 0x7f || user.p[i] == '"' || user.p[i] == '\\')
            return STATUS_INVALID;
    if (sv_find_char(user, '@') == SIZE_MAX)
        user = arena_printf(arena, "%.*s@%.*s", SV_ARG(user), SV_ARG(domain));
    *out = arena_lower(arena, user);
    return STATUS_OK;
}
