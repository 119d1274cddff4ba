#include "part_source.h"

#include "arena.h"

void part_source_init(struct part_source *s, struct imap *imap, const struct imap_call *call,
                      uint32_t uid, struct sv id)
{
    *s = (struct part_source){.imap = imap,
                              .call = call,
                              .uid = uid,
                              .id = id,
                              .room = arena_alloc(call->arena, PART_SOURCE_PIECE)};
}

static enum status take(void *context, struct sv piece)
{
    struct part_source *s = context;
    if (piece.n > PART_SOURCE_PIECE - s->n)
        return STATUS_PROTOCOL; /* the server gives more than it was asked for */
    memcpy(s->room + s->n, piece.p, piece.n);
    s->n += piece.n;
    return STATUS_OK;
}

/* The end is where a piece is shorter than asked for. Behind it some servers give an empty string,
 * as they should, and some say that there is nothing. */
static enum status fetch(struct part_source *s)
{
    const struct imap_section section = {
        .name = s->id, .start = s->fetched, .count = PART_SOURCE_PIECE, .sink = {take, s}};
    s->n = s->at = 0;
    s->failure = imap_fetch_sections(s->imap, s->call, s->uid, &section, 1);
    if (s->failure == STATUS_NOT_FOUND && s->fetched > 0)
        s->failure = STATUS_OK;
    s->fetched += s->n;
    s->ended = s->n < PART_SOURCE_PIECE;
    return s->failure;
}

static enum status read_piece(void *context, void *buffer, size_t room, size_t *n)
{
    struct part_source *s = context;
    if (s->at == s->n && !s->ended) {
        enum status status = fetch(s);
        if (status != STATUS_OK)
            return status;
    }
    *n = s->n - s->at < room ? s->n - s->at : room;
    memcpy(buffer, s->room + s->at, *n);
    s->at += *n;
    return STATUS_OK;
}

struct source part_source_bytes(struct part_source *s)
{
    return (struct source){read_piece, s};
}
