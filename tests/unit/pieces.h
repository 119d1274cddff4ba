/* pieces.h — a text as a source that gives it out in pieces, as a pipe or a network may. */
#ifndef VM_PIECES_H
#define VM_PIECES_H

#include <string.h>

#include "flow.h"

struct pieces {
    struct sv left;
    size_t each;        /* at most so many bytes at once; 0: as many as there is room for */
    enum status at_end; /* what reading beyond the last byte says; STATUS_OK gives none */
};

static inline enum status pieces_read(void *context, void *buffer, size_t room, size_t *n)
{
    struct pieces *p = context;
    struct sv piece = sv_slice(p->left, 0, p->each > 0 && p->each < room ? p->each : room);
    if (piece.n == 0 && p->at_end != STATUS_OK)
        return p->at_end;
    if (piece.n > 0)
        memcpy(buffer, piece.p, piece.n);
    p->left = sv_slice(p->left, piece.n, p->left.n);
    *n = piece.n;
    return STATUS_OK;
}

static inline struct source pieces_source(struct pieces *pieces)
{
    return (struct source){pieces_read, pieces};
}

#endif
