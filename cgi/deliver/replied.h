/* replied.h — who has been answered lately: a file in the person's home, one line for each reply.
 */
#ifndef VM_REPLIED_H
#define VM_REPLIED_H

#include <stdbool.h>

#include "str.h"

struct arena;

enum {
    REPLIED_MAX = 2000, /* lines; beyond it the oldest is forgotten */
    REPLIED_WAIT_MS = 5000
};

/* What is remembered of a reply: whom it went to and what it said, so that a new text is sent
 * again.
 */
uint64_t replied_key(struct sv address, struct sv subject, struct sv text);
/* Notes a reply unless there was one with this key within so many days: *first says whether there
 * was none. It is noted before it is sent: rather no reply than two. STATUS_IO, STATUS_TIMEOUT:
 * nothing is noted. STATUS_DENIED: the file is a link, or somebody else's. */
enum status replied_note(struct arena *arena, const char *path, uint64_t key, uint32_t days,
                         int64_t now, bool *first) MUST_USE;

#endif
