#include "imap_veil.h"

#include <time.h>

/* SINCE goes by the day as the server's zone has it: what it may have found is there. */
enum { ZONES_S = 14 * 3600 };

static const struct imap_envelope blank;

struct imap_items veil_items(const struct imap *imap, const struct imap_items *items)
{
    struct imap_items all = *items;
    if (imap->veil.since)
        all.bits |= IMAP_ITEM_DATE;
    if (imap->veil.hides)
        all.bits |= IMAP_ITEM_FLAGS;
    if (imap->veil.hides && !(all.bits & IMAP_ITEM_ENVELOPE)) {
        all.bits |= IMAP_ITEM_ENVELOPE;
        all.people_most = 1;
    }
    return all;
}

/* What its own writer is at work on is never hidden. */
static bool is_hidden(const struct imap *imap, const struct imap_message *message)
{
    return imap->veil.hides && !(message->flags.bits & IMAP_DRAFT) &&
           (!message->envelope || imap->veil.hides(message->envelope));
}

static void hide(struct imap_message *message)
{
    message->veiled = true;
    message->envelope = &blank;
    message->structure = NULL;
    message->preview = message->fields = SV("");
    message->flags.keywords = NULL;
    message->flags.keyword_count = 0;
}

void veil_draw(const struct imap *imap, struct imap_message *messages, size_t *n)
{
    size_t kept = 0;
    for (size_t i = 0; i < *n; i++) {
        if (imap->veil.since && messages[i].internal_date < imap->veil.since - ZONES_S)
            continue;
        messages[kept] = messages[i];
        if (is_hidden(imap, &messages[kept]))
            hide(&messages[kept]);
        kept++;
    }
    *n = kept;
}

enum status veil_admit(struct imap *imap, const struct imap_call *call, uint32_t uid)
{
    const struct imap_items none = {0};
    struct imap_messages got;
    if ((!imap->veil.since && !imap->veil.hides) || imap->admitted == uid)
        return STATUS_OK;
    enum status status = imap_fetch_uids(imap, call, (struct imap_uids){&uid, 1}, &none, &got);
    if (status != STATUS_OK)
        return status;
    bool hidden = got.n > 0 && got.p[0].veiled;
    if (got.n > 0 && !hidden)
        return STATUS_OK;
    diagnosis_set(call->diagnosis, STAGE_COMMAND, hidden ? CAUSE_HIDDEN : CAUSE_MESSAGE_MISSING,
                  imap->host, imap->port, NULL);
    return hidden ? STATUS_DENIED : STATUS_NOT_FOUND;
}

void veil_criteria_add(struct imap_batch *batch)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    time_t since = (time_t)batch->imap->veil.since;
    struct tm day;
    if (!since || !gmtime_r(&since, &day))
        return;
    sb_printf(&batch->out, "SINCE %d-%.3s-%04d ", day.tm_mday, months + (size_t)day.tm_mon * 3,
              day.tm_year + 1900);
    if (batch->imap->floor > 1)
        sb_printf(&batch->out, "UID %u:* ", batch->imap->floor);
}

/* Of 70,000 messages Dovecot looks at the dates in 190 ms; those of a month are a few thousand. */
void veil_learn(struct imap *imap, struct imap_uids uids)
{
    if (imap->veil.since)
        imap->floor = uids.n > 0 ? uids.p[0] : imap->mailbox.uidnext;
}

bool imap_partial(const struct imap *imap)
{
    return imap->veil.since != 0;
}
