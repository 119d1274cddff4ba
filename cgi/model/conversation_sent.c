#include "conversation_sent.h"

#include <time.h>

#include "imap_search.h"
#include "log.h"
#include "msgid.h"

enum { KEYS_MAX = 3 * CONVERSATION_SENT_IDS, DAY_S = 24 * 60 * 60 };

struct looked_for {
    struct arena *arena;
    struct imap_criteria keys[KEYS_MAX];
    size_t n;
};

static void add_key(struct looked_for *l, const char *field, struct sv id)
{
    if (l->n == KEYS_MAX || !msgid_valid(id))
        return;
    l->keys[l->n] =
        (struct imap_criteria){.key = IMAP_KEY_HEADER, .field = sv_of(field), .text = id};
    if (l->n > 0)
        l->keys[l->n - 1].next = &l->keys[l->n];
    l->n++;
}

static struct sv first_id(struct arena *arena, struct sv field)
{
    struct msgids ids = msgid_list(arena, field);
    return ids.n > 0 ? ids.items[0] : SV("");
}

static bool is_among(struct arena *arena, const struct imap_messages *messages, struct sv id)
{
    for (size_t i = 0; i < messages->n; i++)
        if (messages->p[i].envelope &&
            sv_eq(first_id(arena, messages->p[i].envelope->message_id), id))
            return true;
    return false;
}

/* References names the first message of a conversation as a rule, In-Reply-To the one answered. */
static void choose_keys(struct looked_for *l, const struct imap_messages *messages)
{
    size_t from = messages->n > CONVERSATION_SENT_IDS ? messages->n - CONVERSATION_SENT_IDS : 0;
    for (size_t i = from; i < messages->n; i++) {
        const struct imap_envelope *e = messages->p[i].envelope;
        if (!e)
            continue;
        struct sv id = first_id(l->arena, e->message_id);
        struct sv above = first_id(l->arena, e->in_reply_to);
        add_key(l, "In-Reply-To", id);
        if (i == from)
            add_key(l, "References", id);
        if (above.n > 0 && !is_among(l->arena, messages, above))
            add_key(l, "Message-ID", above);
    }
}

/* A bound in time keeps this from reading all headers of a large Sent. */
static struct imap_day since(const struct imap_messages *messages)
{
    int64_t first = INT64_MAX;
    struct tm tm;
    for (size_t i = 0; i < messages->n; i++)
        if (messages->p[i].internal_date < first)
            first = messages->p[i].internal_date;
    time_t day = (time_t)(first - CONVERSATION_SENT_DAYS * (int64_t)DAY_S);
    if (first == INT64_MAX || !gmtime_r(&day, &tm) || tm.tm_year < 70 || tm.tm_year > 8000)
        return (struct imap_day){1970, 1, 1};
    return (struct imap_day){tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday};
}

static enum status find(struct imap *imap, const struct imap_call *call, struct looked_for *l,
                        const struct imap_messages *messages, struct conversation_sent *out)
{
    const struct imap_items items = {.bits = IMAP_ITEM_FLAGS | IMAP_ITEM_DATE | IMAP_ITEM_ENVELOPE |
                                             IMAP_ITEM_PREVIEW};
    struct imap_criteria any = {.key = IMAP_KEY_OR, .children = l->keys};
    struct imap_criteria late = {.key = IMAP_KEY_SINCE, .day = since(messages), .next = &any};
    const struct imap_criteria both = {.key = IMAP_KEY_AND, .children = &late};
    struct imap_uids uids;
    struct imap_messages found = {0};
    enum status st = imap_select(imap, call, out->folder, IMAP_READ_ONLY);
    if (st == STATUS_OK) /* it may have been selected since an hour ago */
        st = imap_refresh(imap, call);
    if (st == STATUS_OK)
        st = imap_search(imap, call, &both, &uids);
    if (st != STATUS_OK || uids.n == 0)
        return st;
    size_t n = uids.n < CONVERSATION_SENT_MAX ? uids.n : CONVERSATION_SENT_MAX;
    st = imap_fetch_uids(imap, call, (struct imap_uids){uids.p + (uids.n - n), n}, &items, &found);
    if (st != STATUS_OK)
        return st;
    struct imap_message *kept = arena_array(call->arena, found.n + 1, sizeof *kept);
    size_t kept_n = 0;
    for (size_t i = 0; i < found.n; i++)
        if (!is_among(call->arena, messages,
                      first_id(call->arena, found.p[i].envelope->message_id)))
            kept[kept_n++] = found.p[i];
    out->uidvalidity = imap_selected(imap)->uidvalidity;
    out->messages = (struct imap_messages){kept, kept_n};
    return STATUS_OK;
}

void conversation_sent(struct session *session, struct arena *arena, struct deadline deadline,
                       struct sv sent, const struct imap_messages *messages,
                       struct conversation_sent *out)
{
    struct looked_for *l = arena_alloc(arena, sizeof *l);
    struct deadline soon = deadline_min(deadline, deadline_in(CONVERSATION_SENT_MS));
    const struct imap_call call = {.arena = arena, .deadline = soon};
    struct imap *imap;
    *out = (struct conversation_sent){.folder = sent};
    l->arena = arena;
    choose_keys(l, messages);
    if (l->n == 0)
        return;
    enum status st = session_connection_take(session, sent, soon, &imap, NULL);
    if (st == STATUS_OK) {
        st = find(imap, &call, l, messages, out);
        session_connection_give(session, &imap);
    }
    if (st != STATUS_OK)
        log_event(LOG_LEVEL_INFO, "sent-not-searched", "status=%s", status_name(st));
}
