/* Any bytes as the server's side of a submission: never a crash, never "sent" without a dot, and
 * the message on the wire never holds an end of its own. */
#include <stdint.h>

#include "submit.h"

struct peer {
    struct sv left;
    bool ended; /* CRLF . CRLF has gone out */
    char last[5];
};

static enum status peer_send(void *context, struct sv bytes, struct deadline deadline)
{
    struct peer *p = context;
    (void)deadline;
    for (size_t i = 0; i < bytes.n; i++) {
        for (size_t k = 0; k < 4; k++)
            p->last[k] = p->last[k + 1];
        p->last[4] = bytes.p[i];
        p->ended = p->ended || sv_eq((struct sv){p->last, 5}, SV("\r\n.\r\n"));
    }
    return STATUS_OK;
}

static enum status peer_receive(void *context, void *buffer, size_t room, struct deadline deadline,
                                size_t *n)
{
    struct peer *p = context;
    if (p->left.n == 0)
        return STATUS_CLOSED;
    /* the one wait without time left asks for an early answer: a peer that keeps still gets on */
    if (deadline_passed(deadline))
        return STATUS_TIMEOUT;
    *n = p->left.n < room ? p->left.n : room;
    if (*n > 7)
        *n = 7;
    memcpy(buffer, p->left.p, *n);
    p->left = sv_slice(p->left, *n, p->left.n);
    return STATUS_OK;
}

static enum status text_read(void *context, void *buffer, size_t room, size_t *n)
{
    struct sv *left = context;
    *n = left->n < room ? left->n : room;
    if (*n > 0)
        memcpy(buffer, left->p, *n);
    *left = sv_slice(*left, *n, left->n);
    return STATUS_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct peer peer = {.left = {(const char *)data, size}};
    struct sv text = {(const char *)data, size};
    struct transport line = {.send = peer_send, .receive = peer_receive, .context = &peer};
    static const struct sv recipients[] = {{"a@b", 3}, {"c@d", 3}};
    struct submit_order order = {.host = SV("h"),
                                 .client_name = SV("c"),
                                 .user = SV("u"),
                                 .password = SV("p"),
                                 .sender = SV("a@b"),
                                 .recipients = recipients,
                                 .recipient_count = 2,
                                 .message = {text_read, &text},
                                 .policy = SUBMIT_WHO_CAN,
                                 .command_ms = 60000,
                                 .final_ms = 60000,
                                 .total_ms = 60000};
    struct arena *arena = arena_new(1 << 20);
    struct submit_result result;
    struct diagnosis diagnosis;
    enum status status = submit_message(&line, &order, arena, &result, &diagnosis);
    if ((status == STATUS_OK) != (result.outcome == SUBMIT_SENT))
        abort();
    if (peer.ended != (result.outcome != SUBMIT_NOT_SENT))
        abort();
    arena_free(&arena);
    return 0;
}
