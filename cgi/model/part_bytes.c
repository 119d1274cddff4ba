#include "part_bytes.h"

#include "arena.h"

enum { JAIL_MS = 5000 };

static enum status begin(void *context, uint64_t size)
{
    struct part_bytes *b = context;
    size_t room = 1 + (size < b->most ? (size_t)size : b->most);
    sb_fixed(&b->sb, arena_alloc(b->arena, room), room);
    return STATUS_OK;
}

static enum status write_piece(void *context, struct sv piece)
{
    struct part_bytes *b = context;
    size_t left = b->sb.cap - b->sb.n;
    sb_add(&b->sb, sv_slice(piece, 0, left));
    return STATUS_OK;
}

static enum status read_piece(void *context, void *buffer, size_t room, size_t *n)
{
    struct part_bytes *b = context;
    struct sv rest = sv_slice(sb_view(&b->sb), b->at, b->at + room);
    if (rest.n > 0)
        memcpy(buffer, rest.p, rest.n);
    b->at += rest.n;
    *n = rest.n;
    return STATUS_OK;
}

struct imap_section part_section(struct arena *arena, struct sv id, size_t most,
                                 struct part_bytes *bytes)
{
    *bytes = (struct part_bytes){.arena = arena, .most = most + 1};
    sb_init(&bytes->sb, arena, 0); /* in case that the server sends nothing */
    return (struct imap_section){
        .name = id, .count = (uint64_t)most + 1, .begin = begin, .sink = {write_piece, bytes}};
}

enum status part_jail(const struct jail *jail, const struct jail_request *request,
                      struct part_bytes *bytes, const struct imap_call *call, struct arena *arena,
                      struct jail_result *result)
{
    bytes->at = 0;
    struct deadline deadline = deadline_min(call->deadline, deadline_in(JAIL_MS));
    return jail_run(jail, request, (struct source){read_piece, bytes}, arena, deadline, result);
}
