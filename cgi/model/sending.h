/* sending.h — how much one person may send: so that a stolen session cannot send spam.
 *
 * Counted in the store, for each account and over all of its sessions, however its name was spelt,
 * so that neither a restart nor another sign-in begins anew; what public sessions send counts
 * against limits of its own besides. What the mail server sends by itself (vacation replies,
 * redirected messages) is the mail server's to limit.
 */
#ifndef VM_SENDING_H
#define VM_SENDING_H

#include "session.h"

/* 0: no limit. */
struct sending_kind {
    uint32_t recipients; /* of one message */
    struct sending_limits lately;
};
struct sending {
    struct sending_kind any, public_only;
};

/* Most recipients that one message of this session may have. */
size_t sending_recipients_max(const struct sending *limits, const struct session *session);

struct sending_order {
    struct sv message_id;
    struct sv text; /* all that tells it from another letter under that Message-ID */
    const struct sv *recipients;
    size_t recipient_count;
};
/* Before the message is submitted. The same message to the same recipients again, from whichever
 * session, counts once: *counted says whether it was this time. STATUS_UNAVAILABLE with
 * CAUSE_SENDING_LIMIT if it must wait, until d->not_before; STATUS_TOO_LARGE beyond
 * sending_recipients_max(). */
enum status sending_take(const struct sending *limits, const struct session *session,
                         struct store *store, const struct sending_order *order, bool *counted,
                         struct diagnosis *d) MUST_USE;
/* Nobody has received it. For whom it was not counted, another request may have sent it. */
void sending_give_back(const struct session *session, struct store *store,
                       const struct sending_order *order);

#endif
