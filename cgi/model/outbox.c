#include "outbox.h"

#include <errno.h>

#include "log.h"
#include "outbox_mark.h"

enum {
    LIVE_S = 600,  /* no request lives longer: a claim older than this is nobody's */
    BUSY_S = 240,  /* most end sooner: until then a claim is taken for one that is at work */
    POLL_MS = 100, /* between two looks at another request's claim */
    COMMAND_MS = 30000,
    FINAL_LEAST_MS = 10000
};

/* ---- claims ---- */

static void pause_ms(long ms)
{
    struct timespec left = {.tv_nsec = ms * 1000 * 1000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        continue;
}

static struct sv digest_of(const struct outbox *outbox, const struct outbox_text *text,
                           char out[SESSION_CSRF_TEXT + 1])
{
    session_sign(outbox->session, "send", text->all, out);
    return sv_of(out);
}

static enum outbox_claim already(const struct send_record *row, struct sv digest)
{
    return sv_eq(sv_of(row->digest), digest) ? OUTBOX_ALREADY : OUTBOX_OTHER;
}

enum status outbox_claim(const struct outbox *outbox, const struct outbox_text *text,
                         struct deadline deadline, enum outbox_claim *claim, int64_t *seen)
{
    char written[SESSION_CSRF_TEXT + 1];
    struct sv user = session_user(outbox->session), message_id = text->message_id;
    struct sv digest = digest_of(outbox, text, written);
    for (;;) {
        struct send_record row = {0};
        int64_t dead = clock_wall() - LIVE_S;
        enum status st =
            store_send_claim(outbox->store, user, message_id, OUTBOX_CLAIMED, digest, dead);
        if (st == STATUS_OK)
            *claim = OUTBOX_MINE;
        if (st != STATUS_EXISTS)
            return st;
        st = store_send_get(outbox->store, user, message_id, &row);
        if (st != STATUS_OK && st != STATUS_NOT_FOUND)
            return st;
        if (st == STATUS_OK && row.state == OUTBOX_SENT) {
            *claim = already(&row, digest);
            return STATUS_OK;
        }
        if (row.changed < dead || deadline_passed(deadline)) {
            *claim = OUTBOX_PERHAPS;
            *seen = row.changed;
            return STATUS_OK;
        }
        pause_ms(POLL_MS);
    }
}

enum status outbox_claim_anyway(const struct outbox *outbox, const struct outbox_text *text,
                                int64_t seen, enum outbox_claim *claim)
{
    char written[SESSION_CSRF_TEXT + 1];
    struct sv user = session_user(outbox->session), message_id = text->message_id;
    struct sv digest = digest_of(outbox, text, written);
    struct send_record row;
    enum status st = store_send_get(outbox->store, user, message_id, &row);
    if (st == STATUS_NOT_FOUND)
        st = store_send_claim(outbox->store, user, message_id, OUTBOX_CLAIMED, digest, 0);
    else if (st == STATUS_OK && row.state == OUTBOX_SENT) {
        *claim = already(&row, digest);
        return STATUS_OK;
    } else if (st == STATUS_OK)
        st = store_send_retake(outbox->store, user, message_id, OUTBOX_CLAIMED, digest, seen);
    if (st == STATUS_OK)
        *claim = OUTBOX_MINE;
    else if (st == STATUS_EXISTS || st == STATUS_CHANGED)
        *claim = OUTBOX_PERHAPS;
    else
        return st;
    return STATUS_OK;
}

/* All zero if there is none. */
static enum status row_of(const struct outbox *outbox, struct sv message_id,
                          struct send_record *row)
{
    *row = (struct send_record){0};
    enum status st = store_send_get(outbox->store, session_user(outbox->session), message_id, row);
    return st == STATUS_NOT_FOUND ? STATUS_OK : st;
}

enum status outbox_look(const struct outbox *outbox, struct sv message_id, bool marked,
                        enum outbox_claim *claim, int64_t *seen)
{
    struct send_record row;
    enum status st = row_of(outbox, message_id, &row);
    if (st != STATUS_OK)
        return st;
    *seen = row.changed;
    *claim = row.state == OUTBOX_SENT                   ? OUTBOX_ALREADY
             : marked || row.state == OUTBOX_SUBMITTING ? OUTBOX_PERHAPS
                                                        : OUTBOX_MINE;
    return STATUS_OK;
}

enum status outbox_in_use(const struct outbox *outbox, struct sv message_id, struct outbox_use *use)
{
    struct send_record row;
    enum status st = row_of(outbox, message_id, &row);
    if (st != STATUS_OK)
        return st;
    *use = (struct outbox_use){.sent = row.state == OUTBOX_SENT};
    use->busy = !use->sent && row.state != 0 && row.changed > clock_wall() - BUSY_S;
    return STATUS_OK;
}

void outbox_release(const struct outbox *outbox, struct sv message_id)
{
    /* a row that stays makes the next attempt ask first: the store has logged why */
    if (store_send_delete(outbox->store, session_user(outbox->session), message_id) != STATUS_OK)
        log_event(LOG_LEVEL_WARNING, "claim-stays", "code=%s", diagnosis_code(CAUSE_STORE));
}

/* ---- submission ---- */

struct submission {
    const struct outbox *outbox;
    const struct outbox_order *order;
    const struct imap_call *call;
    struct submit_result *result;
};

static enum status submit_with(void *context, struct sv password)
{
    const struct submission *s = context;
    const struct stream_target *smtp = s->outbox->smtp;
    struct message_reader *reader = arena_alloc(s->call->arena, sizeof *reader);
    struct stream *stream;
    enum status st = stream_open(smtp, s->call->deadline, &stream, s->call->diagnosis);
    if (st != STATUS_OK)
        return st;
    int64_t left = deadline_left(s->call->deadline);
    message_reader_init(reader, s->order->message, false);
    const struct submit_order order = {
        .host = sv_of(smtp->host),
        .port = smtp->port,
        .client_name = s->outbox->client_name,
        .user = session_user(s->outbox->session),
        .password = password,
        .sender = s->order->sender,
        .recipients = s->order->recipients,
        .recipient_count = s->order->recipient_count,
        .message = message_reader_source(reader),
        .size = message_size(s->order->message, false),
        .eight_bit = s->order->message->eight_bit,
        .policy = SUBMIT_ALL_OR_NONE,
        .command_ms = COMMAND_MS,
        .final_ms = left / 2 > FINAL_LEAST_MS ? left / 2 : FINAL_LEAST_MS,
        .total_ms = left / 2,
    };
    struct transport line = stream_transport(stream);
    st = submit_message(&line, &order, s->call->arena, s->result, s->call->diagnosis);
    line.close(line.context);
    return st;
}

static void log_outcome(const struct outbox_order *order, const struct submit_result *result)
{
    static const char *const names[] = {[SUBMIT_NOT_SENT] = "not-sent",
                                        [SUBMIT_SENT] = "sent",
                                        [SUBMIT_REFUSED] = "refused",
                                        [SUBMIT_UNKNOWN] = "unknown"};
    log_event(LOG_LEVEL_INFO, "submission", "outcome=%s recipients=%zu refused=%zu reply=%u",
              names[result->outcome], order->recipient_count, result->refused_count,
              result->reply.code);
}

/* What is known afterwards: in the store first, then on the message. */
static void note_outcome(const struct submission *s, struct imap *imap)
{
    const struct outbox *outbox = s->outbox;
    const struct outbox_order *order = s->order;
    const struct imap_call after = outbox_after(s->call->arena);
    bool sent = s->result->outcome == SUBMIT_SENT;
    if (sent && store_send_put(outbox->store, session_user(outbox->session), order->message_id,
                               OUTBOX_SENT) != STATUS_OK)
        log_event(LOG_LEVEL_ERROR, "sent-not-noted", "code=%s", diagnosis_code(CAUSE_STORE));
    enum status marked = outbox_mark(imap, &after, order->drafts, order->version,
                                     sent ? OUTBOX_SENT : OUTBOX_CLAIMED);
    if (!sent)
        outbox_release(outbox, order->message_id);
    if (marked != STATUS_OK)
        log_event(LOG_LEVEL_WARNING, "send-mark-stays", "status=%s", status_name(marked));
}

enum status outbox_submit(const struct outbox *outbox, struct imap *imap,
                          const struct imap_call *call, const struct outbox_order *order,
                          struct submit_result *result)
{
    const struct submission submission = {outbox, order, call, result};
    const struct sending_order count = {order->message_id, order->text, order->recipients,
                                        order->recipient_count};
    bool counted = false;
    struct sv user = session_user(outbox->session);
    *result = (struct submit_result){.outcome = SUBMIT_NOT_SENT};
    enum status st = sending_take(outbox->limits, outbox->session, outbox->store, &count, &counted,
                                  call->diagnosis);
    if (st != STATUS_OK) {
        outbox_release(outbox, order->message_id);
        return st;
    }
    st = outbox_mark(imap, call, order->drafts, order->version, OUTBOX_SUBMITTING);
    if (st == STATUS_OK)
        st = store_send_put(outbox->store, user, order->message_id, OUTBOX_SUBMITTING);
    if (st == STATUS_OK) {
        st = session_with_password(outbox->session, submit_with, (void *)&submission);
        log_outcome(order, result);
    }
    if (result->outcome == SUBMIT_UNKNOWN)
        return st;
    /* of two at once under one claim the other may have sent it */
    if (result->outcome != SUBMIT_SENT && counted)
        sending_give_back(outbox->session, outbox->store, &count);
    note_outcome(&submission, imap);
    return st;
}
