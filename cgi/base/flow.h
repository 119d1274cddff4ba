/* flow.h — bytes that pass through in pieces and are never whole in memory. */
#ifndef VM_FLOW_H
#define VM_FLOW_H

#include "str.h"

/* Where bytes come from. read() fills at most `room` bytes and sets *n; *n == 0 is the end. */
struct source {
    enum status (*read)(void *context, void *buffer, size_t room, size_t *n);
    void *context;
};

/* Where bytes go. write() takes all of the piece or fails; the piece is valid during the call. */
struct sink {
    enum status (*write)(void *context, struct sv piece);
    void *context;
};

static inline enum status MUST_USE source_read(struct source s, void *buffer, size_t room,
                                               size_t *n)
{
    return s.read(s.context, buffer, room, n);
}

static inline enum status MUST_USE sink_write(struct sink s, struct sv piece)
{
    return piece.n == 0 ? STATUS_OK : s.write(s.context, piece);
}

#endif
