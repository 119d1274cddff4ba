/* What becomes of a message that has been sent, at once or at the next sign-in. */
#include "imap_change.h"
#include "imap_search.h"
#include "log.h"
#include "outbox.h"
#include "outbox_mark.h"
#include "word.h"

enum { AFTER_MS = 30000, ROWS_MAX = 20, FORGET_S = 30 * 86400 };

#define PENDING "$SubmitPending"
#define SUBMITTED "$Submitted"

struct imap_call outbox_after(struct arena *arena)
{
    return (struct imap_call){.arena = arena, .deadline = deadline_in(AFTER_MS)};
}

static enum status set(struct imap *imap, const struct imap_call *call, struct imap_uids uids,
                       struct sv keyword, bool on)
{
    const struct imap_flags flags = {.keywords = &keyword, .keyword_count = 1};
    return imap_store(imap, call, uids, &flags, on);
}

static bool keeps_keywords(const struct imap *imap)
{
    return imap_keeps_keyword(imap, SV(PENDING)) && imap_keeps_keyword(imap, SV(SUBMITTED));
}

enum status outbox_mark(struct imap *imap, const struct imap_call *call, struct sv drafts,
                        struct draft_version version, enum outbox_state state)
{
    struct imap_uids uids = {&version.uid, 1};
    enum status st = imap_select(imap, call, drafts, IMAP_READ_WRITE);
    if (st != STATUS_OK || version.uid == 0 || !keeps_keywords(imap) ||
        imap_selected(imap)->uidvalidity != version.uidvalidity)
        return st;
    if (state == OUTBOX_SENT)
        st = set(imap, call, uids, SV(SUBMITTED), true);
    return st == STATUS_OK ? set(imap, call, uids, SV(PENDING), state == OUTBOX_SUBMITTING) : st;
}

/* ---- to Sent ---- */

static enum status move_to(struct imap *imap, const struct imap_call *call,
                           const struct folders *folders, enum imap_use use, struct imap_uids uids)
{
    struct imap_copied copied;
    struct sv target;
    enum status st = folder_ensure(imap, call, folders, use, &target);
    return st == STATUS_OK ? imap_move(imap, call, uids, target, &copied) : st;
}

static enum status move_to_sent(struct imap *imap, const struct imap_call *call,
                                const struct folders *folders, struct imap_uids uids)
{
    const struct imap_flags seen = {.bits = IMAP_SEEN}, draft = {.bits = IMAP_DRAFT};
    enum status st = imap_store(imap, call, uids, &seen, true);
    if (st == STATUS_OK)
        st = imap_store(imap, call, uids, &draft, false);
    return st == STATUS_OK ? move_to(imap, call, folders, IMAP_USE_SENT, uids) : st;
}

static enum status mark_origin(struct imap *imap, const struct imap_call *call,
                               const struct draft_origin *origin)
{
    bool forward = origin->mode == DRAFT_FORWARD || origin->mode == DRAFT_ATTACH;
    bool answer = origin->mode == DRAFT_REPLY || origin->mode == DRAFT_REPLY_ALL ||
                  origin->mode == DRAFT_REPLY_LIST;
    const struct imap_flags flags = {.bits = forward ? IMAP_FORWARDED : IMAP_ANSWERED};
    /* a message inside another one has no flags of its own */
    if (origin->uid == 0 || origin->nested.n > 0 || !(forward || answer))
        return STATUS_OK;
    enum status st = imap_select(imap, call, origin->folder, IMAP_READ_WRITE);
    if (st == STATUS_OK && imap_selected(imap)->uidvalidity != origin->uidvalidity)
        return STATUS_CHANGED;
    return st == STATUS_OK
               ? imap_store(imap, call, (struct imap_uids){&origin->uid, 1}, &flags, true)
               : st;
}

static void note(const char *event, enum status why)
{
    log_event(LOG_LEVEL_WARNING, event, "status=%s", status_name(why));
}

static enum status clear_versions(struct imap *imap, const struct imap_call *call,
                                  const struct folders *folders, struct sv message_id)
{
    struct imap_uids uids;
    enum status st = draft_versions(imap, call, message_id, &uids);
    return st == STATUS_OK && uids.n > 0 ? move_to(imap, call, folders, IMAP_USE_TRASH, uids) : st;
}

void outbox_file(struct imap *imap, const struct imap_call *call, const struct folders *folders,
                 struct sv drafts, struct draft_version version, struct sv message_id,
                 const struct draft_origin *origin)
{
    const struct imap_call after = outbox_after(call->arena);
    enum status st = imap_select(imap, &after, drafts, IMAP_READ_WRITE);
    if (st == STATUS_OK && imap_selected(imap)->uidvalidity != version.uidvalidity)
        st = STATUS_CHANGED;
    if (st == STATUS_OK)
        st = move_to_sent(imap, &after, folders, (struct imap_uids){&version.uid, 1});
    if (st != STATUS_OK)
        note("sent-stays-in-drafts", st);
    else if ((st = clear_versions(imap, &after, folders, message_id)) != STATUS_OK)
        note("other-version-stays", st);
    st = mark_origin(imap, &after, origin);
    if (st != STATUS_OK)
        note("original-not-marked", st);
}

/* ---- the next sign-in ---- */

struct recovery {
    const struct outbox *outbox;
    struct imap *imap;
    const struct imap_call *call;
    const struct folders *folders;
    struct sv drafts; /* its name, and its UIDVALIDITY while this lasts */
    uint32_t uidvalidity;
    struct outbox_doubts doubts;
};

static bool noted_as_sent(const struct recovery *r, struct sv message_id)
{
    struct send_record row;
    return message_id.n > 0 &&
           store_send_get(r->outbox->store, session_user(r->outbox->session), message_id, &row) ==
               STATUS_OK &&
           row.state == OUTBOX_SENT;
}

static enum status select_drafts(struct recovery *r)
{
    enum status st = imap_select(r->imap, r->call, r->drafts, IMAP_READ_WRITE);
    if (st == STATUS_OK && imap_selected(r->imap)->uidvalidity != r->uidvalidity)
        return STATUS_CHANGED;
    return st;
}

/* What was sent may be in Sent already, and what has its Message-ID here be another text, saved
 * from a second window: that one is still a draft. */
static enum status in_sent(struct recovery *r, struct sv message_id, bool *yes)
{
    const struct folder *sent = folder_of_use(r->folders, IMAP_USE_SENT);
    struct imap_uids uids = {0};
    *yes = false;
    if (!sent || message_id.n == 0)
        return STATUS_OK;
    enum status st = imap_select(r->imap, r->call, sent->name, IMAP_READ_WRITE);
    if (st == STATUS_OK)
        st = draft_versions(r->imap, r->call, message_id, &uids);
    *yes = uids.n > 0;
    return st;
}

static enum status file_sent(struct recovery *r, uint32_t uid, struct sv message_id)
{
    const struct imap_uids one = {&uid, 1};
    bool there;
    enum status st = in_sent(r, message_id, &there);
    if (st == STATUS_OK)
        st = select_drafts(r);
    if (st != STATUS_OK || !there)
        return st == STATUS_OK ? move_to_sent(r->imap, r->call, r->folders, one) : st;
    if (!keeps_keywords(r->imap))
        return STATUS_OK;
    st = set(r->imap, r->call, one, SV(PENDING), false);
    return st == STATUS_OK ? set(r->imap, r->call, one, SV(SUBMITTED), false) : st;
}

/* What cannot be done with one message is no reason not to look at the others. */
static enum status first(enum status st, enum status then)
{
    return st == STATUS_OK ? then : st;
}

/* Messages that were being sent: those that are known to have been go to Sent, of the others a
 * person is told. known: the mailbox itself says so. */
static enum status sort_out(struct recovery *r, struct imap_uids uids, bool known)
{
    const struct imap_items items = {.bits = IMAP_ITEM_ENVELOPE};
    struct imap_messages got;
    if (uids.n == 0)
        return STATUS_OK;
    enum status st = imap_fetch_uids(r->imap, r->call, uids, &items, &got);
    size_t n = st == STATUS_OK ? got.n : 0;
    for (size_t i = 0; i < n && imap_usable(r->imap); i++) {
        if (!got.p[i].envelope)
            continue;
        struct msgids ids = msgid_list(r->call->arena, got.p[i].envelope->message_id);
        struct sv message_id = ids.n > 0 ? ids.items[0] : SV("");
        if (known || noted_as_sent(r, message_id))
            st = first(st, file_sent(r, got.p[i].uid, message_id));
        else if (r->doubts.count++ == 0)
            r->doubts.subject = word_decode(r->call->arena, got.p[i].envelope->subject);
    }
    return st;
}

static enum status by_keyword(struct recovery *r)
{
    const struct imap_criteria submitted = {.key = IMAP_KEY_KEYWORD, .text = SV(SUBMITTED)};
    const struct imap_criteria pending = {.key = IMAP_KEY_KEYWORD, .text = SV(PENDING)};
    struct imap_uids uids;
    enum status st = imap_search(r->imap, r->call, &submitted, &uids);
    if (st == STATUS_OK)
        st = sort_out(r, uids, true);
    if (!imap_usable(r->imap))
        return st;
    enum status found = select_drafts(r);
    if (found == STATUS_OK)
        found = imap_search(r->imap, r->call, &pending, &uids);
    return first(st, found == STATUS_OK ? sort_out(r, uids, false) : found);
}

/* Where the server keeps no keywords, the store alone says what to look for. */
static enum status by_store(struct recovery *r)
{
    struct send_record *rows;
    size_t n;
    enum status st = store_send_list(r->outbox->store, session_user(r->outbox->session),
                                     r->call->arena, &rows, &n);
    for (size_t i = 0; st == STATUS_OK && i < n && i < ROWS_MAX; i++) {
        struct imap_uids uids;
        if (rows[i].state == OUTBOX_CLAIMED)
            continue;
        st = select_drafts(r);
        if (st == STATUS_OK)
            st = draft_versions(r->imap, r->call, rows[i].message_id, &uids);
        if (st == STATUS_OK)
            st = sort_out(r, uids, false);
    }
    return st;
}

static enum status look(struct recovery *r, const struct folder *drafts)
{
    /* old rows take room, no more */
    if (store_send_sweep(r->outbox->store, clock_wall() - FORGET_S) != STATUS_OK)
        log_event(LOG_LEVEL_WARNING, "old-sends-stay", "code=%s", diagnosis_code(CAUSE_STORE));
    enum status st = imap_select(r->imap, r->call, drafts->name, IMAP_READ_WRITE);
    if (st != STATUS_OK)
        return st;
    r->drafts = drafts->name;
    r->uidvalidity = imap_selected(r->imap)->uidvalidity;
    return keeps_keywords(r->imap) ? by_keyword(r) : by_store(r);
}

enum status outbox_recover(const struct outbox *outbox, struct imap *imap,
                           const struct imap_call *call, const struct folders *folders,
                           struct outbox_doubts *doubts)
{
    struct recovery r = {.outbox = outbox, .imap = imap, .call = call, .folders = folders};
    const struct folder *drafts = folder_of_use(folders, IMAP_USE_DRAFTS);
    void *done = session_slot_take(outbox->session, SESSION_SLOT_OUTBOX);
    enum status st = STATUS_OK;
    if (!done && drafts && !(drafts->counted && drafts->counts.messages == 0))
        st = look(&r, drafts);
    if (!done && imap_usable(imap) && !(done = malloc(1)))
        abort();
    if (done)
        session_slot_put(outbox->session, SESSION_SLOT_OUTBOX, done, free);
    *doubts = r.doubts;
    return st;
}
