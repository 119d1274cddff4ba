/* lasting.h — requests that last as long as their bytes take: an import while it is uploaded, an
 * export while it is downloaded, at the pace of the other side's line.
 *
 * Each holds a thread, so only a share of the threads may serve them at once (app->lasting_slots),
 * half of that for one user and fewer than a session has connections, and one that moves less than
 * LASTING_RATE is ended. The others remain for mail. An upload begins before its first byte is read
 * (cgi/route.c): a form that comes slowly holds a thread as well. */
#ifndef VM_LASTING_H
#define VM_LASTING_H

#include "page.h"
#include "share.h"

enum {
    LASTING_RATE = 4 * 1000, /* bytes a second, on the whole, after LASTING_GRACE_MS */
    LASTING_GRACE_MS = 120 * 1000,
    LASTING_PAUSE_MS = 60 * 1000,    /* of one wait for the other side */
    LASTING_WAIT_MS = 15 * 60 * 1000 /* of all waits for our own */
};

struct lasting {
    struct share_part part; /* lasting.c's */
    struct page *page;
    int64_t began, last; /* clock_ms() */
    int64_t waited;      /* ms, of our own doing */
    uint64_t bytes;
};

/* STATUS_UNAVAILABLE with CAUSE_BUSY: as many as may be are under way. Otherwise lasting_end() is
 * due, and *out stays where it is until then. Thread-safe. */
enum status lasting_begin(struct page *page, struct lasting *out) MUST_USE;
/* So many bytes have moved: the request may go on. STATUS_TIMEOUT: too slowly. STATUS_CANCELLED:
 * the program ends. */
enum status lasting_moved(struct lasting *lasting, uint64_t bytes) MUST_USE;
/* The same for none, while it waits for its turn (as opening_wait() asks): the time since the last
 * call is not the other side's. STATUS_TIMEOUT: after LASTING_WAIT_MS of that. lasting: a struct
 * lasting. */
enum status lasting_still(void *lasting) MUST_USE;
void lasting_end(struct lasting *lasting);

#endif
