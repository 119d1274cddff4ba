#include "imap_talk.h"

static bool is_selected(const struct imap *imap, struct sv wire)
{
    bool inbox = sv_eq_nocase(wire, SV("INBOX"));
    return imap->selected &&
           (sv_eq(imap->selected_wire, wire) || (inbox && sv_eq_nocase(imap->selected_wire, wire)));
}

/* CONDSTORE makes the server tell HIGHESTMODSEQ, by which caches are checked. */
static enum status select_once(struct imap *imap, const struct imap_call *call, struct sv name,
                               struct sv wire, enum imap_mode mode, bool *again)
{
    struct imap_batch batch;
    bool condstore = imap_can(imap, IMAP_CAN_CONDSTORE);
    batch_init(&batch, imap, call);
    batch_command(&batch, mode == IMAP_READ_ONLY ? "EXAMINE " : "SELECT ");
    batch_string(&batch, wire);
    batch_add(&batch, condstore ? " (CONDSTORE)" : "");
    batch_end(&batch);
    state_forget_mailbox(imap);
    imap->memory = arena_new(IMAP_STRING_MAX);
    imap->mailbox.name = arena_sv(imap->memory, name);
    imap->mailbox.kept = IMAP_SEEN | IMAP_ANSWERED | IMAP_FLAGGED | IMAP_DELETED | IMAP_DRAFT;
    imap->mailbox.read_only = mode == IMAP_READ_ONLY;
    imap->selected_wire = arena_sv(imap->memory, wire);
    imap->selected = true;
    enum status status = batch_do(&batch, NULL);
    if (status == STATUS_REFUSED && command_is_bad(&batch, 0) && condstore) {
        imap_capability_miss(&imap->can, IMAP_CAN_CONDSTORE);
        *again = true;
    }
    /* A NO without a reason means "no such mailbox, can't access mailbox" (RFC 3501, 6.3.1). */
    if (status == STATUS_REFUSED && batch.commands[0].answer == ANSWER_NO &&
        batch.commands[0].code.n == 0) {
        status = STATUS_NOT_FOUND;
        diagnosis_set(call->diagnosis, STAGE_COMMAND, CAUSE_MAILBOX_MISSING, imap->host, imap->port,
                      arena_cstr(call->arena, batch.commands[0].text));
    }
    /* Without UIDVALIDITY no UID means anything (RFC 3501, 2.3.1.1). */
    if (status == STATUS_OK && imap->mailbox.uidvalidity == 0)
        status = STATUS_UNSUPPORTED;
    if (status != STATUS_OK)
        state_forget_mailbox(imap);
    return status;
}

enum status imap_select(struct imap *imap, const struct imap_call *call, struct sv name,
                        enum imap_mode mode)
{
    struct sv wire;
    enum status status = mailbox_encode(call->arena, name, &wire);
    if (status != STATUS_OK)
        return status;
    if (!imap_usable(imap)) {
        talk_diagnose(imap, STATUS_CLOSED, call->diagnosis);
        return STATUS_CLOSED;
    }
    if (imap->reading)
        mode = IMAP_READ_ONLY;
    if (is_selected(imap, wire) && (mode == IMAP_READ_ONLY || !imap->examined))
        return STATUS_OK;
    bool again = false;
    name = arena_sv(call->arena, name); /* it may be the selected mailbox's own */
    status = select_once(imap, call, name, wire, mode, &again);
    if (again)
        status = select_once(imap, call, name, wire, mode, &again);
    imap->examined = mode == IMAP_READ_ONLY;
    return status;
}

const struct imap_mailbox *imap_selected(const struct imap *imap)
{
    return imap->selected ? &imap->mailbox : NULL;
}

enum status imap_unselect(struct imap *imap, const struct imap_call *call)
{
    if (!imap->selected)
        return STATUS_OK;
    struct imap_batch batch;
    bool unselect = imap_can(imap, IMAP_CAN_UNSELECT);
    batch_init(&batch, imap, call);
    batch_command(&batch, unselect ? "UNSELECT" : "EXAMINE \"vaguemestre no such mailbox\"");
    batch_end(&batch);
    enum status status = batch_run(&batch, NULL);
    if (status == STATUS_OK && unselect && command_is_bad(&batch, 0)) {
        imap_capability_miss(&imap->can, IMAP_CAN_UNSELECT);
        return imap_unselect(imap, call);
    }
    state_forget_mailbox(imap);
    return status;
}

enum status imap_select_same(struct imap *imap, const struct imap_call *call, struct sv name,
                             enum imap_mode mode, uint32_t uidvalidity)
{
    struct sv kept = arena_sv(call->arena, name); /* it may be the selected mailbox's own */
    bool stayed = imap->selected;
    enum status st = imap_select(imap, call, kept, mode);
    if (st == STATUS_OK && stayed && imap->mailbox.uidvalidity != uidvalidity) {
        st = imap_unselect(imap, call);
        if (st == STATUS_OK)
            st = imap_select(imap, call, kept, mode);
    }
    if (st != STATUS_OK || imap->mailbox.uidvalidity == uidvalidity)
        return st;
    diagnosis_set(call->diagnosis, STAGE_COMMAND, CAUSE_MAILBOX_CHANGED, "", 0, NULL);
    return STATUS_CHANGED;
}

enum status imap_refresh(struct imap *imap, const struct imap_call *call)
{
    struct imap_batch batch;
    batch_init(&batch, imap, call);
    batch_command(&batch, "NOOP");
    batch_end(&batch);
    return batch_do(&batch, NULL);
}

bool imap_keeps_keyword(const struct imap *imap, struct sv keyword)
{
    const struct imap_mailbox *mailbox = &imap->mailbox;
    if (!imap->selected || mailbox->read_only)
        return false;
    unsigned flag = flag_of_name(keyword);
    bool kept = mailbox->any_keyword || (flag && (mailbox->kept & flag) == flag);
    for (size_t i = 0; i < mailbox->keyword_count && !kept; i++)
        kept = sv_eq_nocase(mailbox->keywords[i], keyword);
    return kept;
}
