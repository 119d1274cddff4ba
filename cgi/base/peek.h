/* peek.h — a source of which the beginning is looked at before it is read. */
#ifndef VM_PEEK_H
#define VM_PEEK_H

#include "flow.h"

enum { PEEK_MAX = 512 };

struct peek {
    struct source source; /* lent */
    size_t n, at;
    char head[PEEK_MAX];
};

/* Reads the first PEEK_MAX bytes, or all if there are fewer; *head stays valid as long as peek. */
enum status peek_open(struct peek *peek, struct source source, struct sv *head) MUST_USE;
/* Gives them, and the rest. */
struct source peek_source(struct peek *peek);

#endif
