/* transport.h — what a conversation needs from the line it is held on: a stream to a real server,
 * or a script in a test. The functions have the contracts of their namesakes in stream.h. */
#ifndef VM_TRANSPORT_H
#define VM_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "clock.h"
#include "str.h"

struct transport {
    enum status (*send)(void *context, struct sv bytes, struct deadline deadline);
    enum status (*receive)(void *context, void *buffer, size_t room, struct deadline deadline,
                           size_t *n);
    bool (*alive)(void *context);
    void (*close)(void *context);
    void *context;
};

#endif
