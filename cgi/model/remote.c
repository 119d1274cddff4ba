#include "remote.h"

#include "arena.h"

struct sv remote_sender(struct arena *arena, const struct letter *letter)
{
    struct sb out;
    if (letter->from.n != 1 || address_check(letter->from.items[0]) != ADDRESS_FAULT_NONE)
        return SV("");
    struct sv spec = address_spec(arena, letter->from.items[0]);
    if (spec.n > STORE_ADDRESS_MAX)
        return SV("");
    sb_init(&out, arena, spec.n);
    for (size_t i = 0; i < spec.n; i++)
        sb_add_char(&out, ascii_lower(spec.p[i]));
    return sb_view(&out);
}

bool remote_sender_named(struct session *session, struct store *store, struct arena *arena,
                         const struct letter *letter)
{
    struct sv sender = remote_sender(arena, letter);
    return sender.n > 0 &&
           store_remote_sender_find(store, session_user(session), sender) == STATUS_OK;
}
