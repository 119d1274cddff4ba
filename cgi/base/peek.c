#include "peek.h"

#include <string.h>

enum status peek_open(struct peek *peek, struct source source, struct sv *head)
{
    peek->source = source;
    peek->n = peek->at = 0;
    for (size_t n = 1; n > 0 && peek->n < PEEK_MAX; peek->n += n) {
        enum status st = source_read(source, peek->head + peek->n, PEEK_MAX - peek->n, &n);
        if (st != STATUS_OK)
            return st;
    }
    *head = (struct sv){peek->head, peek->n};
    return STATUS_OK;
}

static enum status peek_read(void *context, void *buffer, size_t room, size_t *n)
{
    struct peek *peek = context;
    size_t left = peek->n - peek->at;
    *n = 0;
    if (left == 0) /* a short head was the whole file */
        return peek->n < PEEK_MAX ? STATUS_OK : source_read(peek->source, buffer, room, n);
    *n = left < room ? left : room;
    memcpy(buffer, peek->head + peek->at, *n);
    peek->at += *n;
    return STATUS_OK;
}

struct source peek_source(struct peek *peek)
{
    return (struct source){peek_read, peek};
}
