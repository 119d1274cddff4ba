/* lifetime.h — how long a session still lasts, as its pages say it, and how often what was typed
 * may be saved after its end. Times are seconds. */
#ifndef VM_LIFETIME_H
#define VM_LIFETIME_H

#include <stdbool.h>
#include <stdint.h>

#include "session.h"

enum {
    LIFETIME_WARN_S = 120,       /* a full session's end is announced so long before */
    LIFETIME_WARN_PUBLIC_S = 60, /* a public one's */
    LIFETIME_RESCUES_MAX = 40,   /* forms that one session may save after its end */
};

struct lifetime {
    int64_t left; /* until it ends if nothing more is done; 0: it has ended */
    int64_t most; /* until it ends whatever is done; not more than left: nothing prolongs it */
    int64_t warn; /* one is warned when so much is left */
};

/* ends, over: when it ends if nothing is done, and whatever is done; idle: what each use gives. */
struct lifetime lifetime_at(int64_t now, int64_t ends, int64_t over, int64_t idle,
                            enum session_kind kind);

struct lifetime session_lifetime(struct session *session);
/* Counts one rescue (SESSION_USE_RESCUE); false if there have been enough. */
bool session_may_rescue(struct session *session);

#endif
