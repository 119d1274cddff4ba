#include "sending.h"

#include "arena.h"
#include "clock.h"
#include "log.h"
#include "submit.h"

enum { ID_BUDGET = 1024 * 1024 };

static uint32_t least(uint32_t a, uint32_t b)
{
    return a == 0 || (b > 0 && b < a) ? b : a;
}

static uint32_t recipients_of(const struct sending_kind *kind)
{
    return least(kind->recipients, kind->lately.recipients_day);
}

size_t sending_recipients_max(const struct sending *limits, const struct session *session)
{
    uint32_t most = least(recipients_of(&limits->any), SUBMIT_RECIPIENTS_MAX);
    if (session_kind(session) == SESSION_PUBLIC)
        most = least(most, recipients_of(&limits->public_only));
    return most;
}

/* Tells one letter to the same people from another, and tells nothing of either. */
static void id_of(const struct session *session, const struct sending_order *order,
                  char out[SESSION_CSRF_TEXT + 1])
{
    char text[SESSION_CSRF_TEXT + 1];
    struct arena *arena = arena_new(ID_BUDGET);
    struct sb all;
    session_fingerprint(session, "sending text", order->text, text);
    sb_init(&all, arena,
            SUBMIT_RECIPIENTS_MAX * (SUBMIT_ADDRESS_MAX + 1) + SUBMIT_LINE_MAX + sizeof text);
    sb_add(&all, sv_of(text));
    sb_add(&all, order->message_id);
    for (size_t i = 0; i < order->recipient_count; i++) {
        sb_add_char(&all, '\0');
        sb_add(&all, order->recipients[i]);
    }
    session_fingerprint(session, "sending", sb_view(&all), out);
    arena_free(&arena);
}

enum status sending_take(const struct sending *limits, const struct session *session,
                         struct store *store, const struct sending_order *order, bool *counted,
                         struct diagnosis *d)
{
    char id[SESSION_CSRF_TEXT + 1];
    int64_t until = 0;
    bool added = false;
    if (order->recipient_count > sending_recipients_max(limits, session))
        return STATUS_TOO_LARGE;
    id_of(session, order, id);
    const struct store_sending sending = {.id = sv_of(id),
                                          .recipients = (uint32_t)order->recipient_count,
                                          .public = session_kind(session) == SESSION_PUBLIC};
    enum status st =
        store_sending_count(store, session_account(session), &sending, &limits->any.lately,
                            &limits->public_only.lately, clock_wall(), &until, &added);
    if (st == STATUS_OK && until == 0)
        *counted = added;
    if (st != STATUS_OK || until == 0)
        return st;
    diagnosis_set(d, STAGE_NONE, CAUSE_SENDING_LIMIT, "", 0, "");
    d->not_before = until;
    return STATUS_UNAVAILABLE;
}

void sending_give_back(const struct session *session, struct store *store,
                       const struct sending_order *order)
{
    char id[SESSION_CSRF_TEXT + 1];
    id_of(session, order, id);
    /* what stays counted is gone after a day */
    if (store_sending_forget(store, session_account(session), sv_of(id)) != STATUS_OK)
        log_event(LOG_LEVEL_WARNING, "sending-stays-counted", "code=%s",
                  diagnosis_code(CAUSE_STORE));
}
