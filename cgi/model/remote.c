#include "remote.h"

#include "arena.h"

struct sv remote_sender(struct arena *arena, const struct letter *letter)
{
    if (letter->from.n != 1 || address_check(letter->from.items[0]) != ADDRESS_FAULT_NONE)
        return SV("");
    struct sv spec = address_spec(arena, letter->from.items[0]);
    return spec.n <= STORE_ADDRESS_MAX ? arena_lower(arena, spec) : SV("");
}

bool remote_sender_named(struct session *session, struct store *store, struct arena *arena,
                         const struct letter *letter)
{
    struct sv sender = remote_sender(arena, letter);
    return sender.n > 0 &&
           store_remote_sender_find(store, session_user(session), sender) == STATUS_OK;
}
