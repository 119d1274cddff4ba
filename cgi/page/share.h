/* share.h — requests of one kind that hold a thread for longer than others do: so many at once, and
 * of these so many for one user, so that nobody takes what is there for all. Thread-safe. */
#ifndef VM_SHARE_H
#define VM_SHARE_H

#include <pthread.h>

#include "status.h"
#include "str.h"

struct share_part {
    struct share_part *next; /* share.c's */
    struct sv user;
    bool held;
};

struct share {
    pthread_mutex_t lock; /* guards the list */
    struct share_part *first;
};
#define SHARE_NEW                                                                                  \
    {                                                                                              \
        PTHREAD_MUTEX_INITIALIZER, NULL                                                            \
    }

/* False: `all` are held, or `each` by this user. In either case share_give() may be called; after a
 * true one it is due, and *part and the user's name stay where they are until then. */
bool share_take(struct share *share, struct sv user, unsigned all, unsigned each,
                struct share_part *part) MUST_USE;
void share_give(struct share *share, struct share_part *part);

/* Half of what there is for all, at least one. */
static inline unsigned share_half(unsigned all)
{
    return all > 1 ? (all + 1) / 2 : 1;
}

#endif
