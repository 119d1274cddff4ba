#include "gate.h"
#include "log.h"

enum status gate_imap(struct gate_turn *turn, struct sv mailbox, struct deadline deadline,
                      gate_use *use, void *context)
{
    const struct imap_call call = {
        .arena = turn->arena, .deadline = deadline, .diagnosis = turn->diagnosis};
    for (bool again = false;; again = true) {
        struct imap *imap;
        enum status st =
            session_connection_take(turn->session, mailbox, deadline, &imap, turn->diagnosis);
        if (st != STATUS_OK)
            return st;
        session_connection_slow(turn->session, imap);
        st = use(turn, imap, &call, context);
        session_connection_give(turn->session, &imap);
        if (st != STATUS_CLOSED || again)
            return st;
        log_event(LOG_LEVEL_INFO, "reconnect", "by=gate");
        *turn->diagnosis = (struct diagnosis){0};
    }
}
