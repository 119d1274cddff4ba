#include "imap_change.h"

#include "imap_folders.h"
#include "imap_search.h"
#include "imap_talk.h"

/* ---- flags ---- */

static enum status store(struct imap *imap, const struct imap_call *call, struct imap_uids sorted,
                         const struct imap_flags *flags, bool add)
{
    enum status status = STATUS_OK;
    for (size_t at = 0; at < sorted.n && status == STATUS_OK;) {
        struct imap_batch batch;
        batch_init(&batch, imap, call);
        batch_command(&batch, "UID STORE ");
        batch_set(&batch, sorted, &at);
        batch_add(&batch, add ? " +FLAGS.SILENT " : " -FLAGS.SILENT ");
        batch_flags(&batch, flags);
        batch_end(&batch);
        status = batch_run(&batch, NULL);
        if (status == STATUS_OK)
            status = command_status_some(&batch, 0);
    }
    return status;
}

static enum status writable(const struct imap *imap, const struct imap_call *call)
{
    if (state_need_mailbox(imap) != STATUS_OK)
        return STATUS_INVALID;
    if (!imap->mailbox.read_only)
        return STATUS_OK;
    diagnosis_set(call->diagnosis, STAGE_COMMAND, CAUSE_RIGHTS, imap->host, imap->port, NULL);
    return STATUS_DENIED;
}

enum status imap_store(struct imap *imap, const struct imap_call *call, struct imap_uids uids,
                       const struct imap_flags *flags, bool add)
{
    enum status status = writable(imap, call);
    if (status != STATUS_OK || (flags->bits == 0 && flags->keyword_count == 0))
        return status;
    status = store(imap, call, imap_uids_sorted(call->arena, uids), flags, add);
    imap->mailbox.generation++;
    return status;
}

/* ---- copies ---- */

struct copy_hearing {
    struct uid_list from, to;
    uint32_t uidvalidity;
    bool broken; /* some answer had no COPYUID, or one that does not add up */
    bool told;   /* in this command */
};

static bool copy_code(void *context, struct imap *imap, struct sv name)
{
    struct copy_hearing *c = context;
    struct imap_lexer *lexer = &imap->lexer;
    if (!sv_eq_nocase(name, SV("COPYUID")))
        return false;
    lexer_expect(lexer, ' ');
    c->uidvalidity = lexer_u32(lexer);
    lexer_expect(lexer, ' ');
    reply_set(lexer, &c->from);
    lexer_expect(lexer, ' ');
    reply_set(lexer, &c->to);
    c->told = true;
    c->broken |= c->from.n != c->to.n;
    return true;
}

/* command: "UID COPY " or "UID MOVE ". *bad: the server does not know it; nothing was done then. */
static enum status transfer(struct imap *imap, const struct imap_call *call,
                            struct imap_uids sorted, struct sv target, const char *command,
                            struct imap_copied *copied, bool *bad)
{
    struct copy_hearing c = {.from = {.arena = call->arena}, .to = {.arena = call->arena}};
    const struct imap_listener listener = {.code = copy_code, .context = &c};
    enum status status = STATUS_OK;
    for (size_t at = 0; at < sorted.n && status == STATUS_OK;) {
        struct imap_batch batch;
        bool first = at == 0;
        batch_init(&batch, imap, call);
        batch_command(&batch, command);
        batch_set(&batch, sorted, &at);
        batch_add(&batch, " ");
        batch_mailbox(&batch, target);
        batch_end(&batch);
        c.told = false;
        status = batch_do(&batch, &listener);
        *bad = first && status == STATUS_REFUSED && command_is_bad(&batch, 0);
        c.broken |= !c.told;
    }
    if (status == STATUS_OK)
        *copied = (struct imap_copied){.known = !c.broken && c.from.n > 0,
                                       .uidvalidity = c.uidvalidity,
                                       .from = {c.from.p, c.from.n},
                                       .to = {c.to.p, c.to.n}};
    return status;
}

enum status imap_copy(struct imap *imap, const struct imap_call *call, struct imap_uids uids,
                      struct sv target, struct imap_copied *copied)
{
    bool bad = false;
    if (state_need_mailbox(imap) != STATUS_OK)
        return STATUS_INVALID;
    return transfer(imap, call, imap_uids_sorted(call->arena, uids), target, "UID COPY ", copied,
                    &bad);
}

/* Copies get the next UIDs of the target: when it has grown by just as many, they are ours. */
static void copies_deduce(struct imap *imap, const struct imap_call *call, struct imap_uids sorted,
                          struct sv target, const struct imap_counts *before,
                          struct imap_copied *copied)
{
    struct imap_counts after;
    if (imap_status(imap, call, target, &after) != STATUS_OK ||
        after.uidvalidity != before->uidvalidity || before->uidnext == 0 ||
        (uint64_t)before->uidnext + sorted.n != after.uidnext ||
        (uint64_t)before->messages + sorted.n != after.messages)
        return;
    uint32_t *to = arena_array(call->arena, sorted.n + 1, sizeof *to);
    for (size_t i = 0; i < sorted.n; i++)
        to[i] = before->uidnext + (uint32_t)i;
    *copied = (struct imap_copied){
        .known = true, .uidvalidity = after.uidvalidity, .from = sorted, .to = {to, sorted.n}};
}

/* MOVE, or what stands in for it. */
static enum status move(struct imap *imap, const struct imap_call *call, struct imap_uids sorted,
                        struct sv target, struct imap_copied *copied)
{
    enum status status;
    if (imap_can(imap, IMAP_CAN_MOVE)) {
        bool bad = false;
        status = transfer(imap, call, sorted, target, "UID MOVE ", copied, &bad);
        if (!bad)
            return status;
        imap_capability_miss(&imap->can, IMAP_CAN_MOVE);
    }
    struct imap_copied made;
    status = imap_copy(imap, call, sorted, target, &made);
    if (status == STATUS_OK)
        status = imap_expunge(imap, call, sorted);
    if (status == STATUS_OK)
        *copied = made;
    return status;
}

enum status imap_move(struct imap *imap, const struct imap_call *call, struct imap_uids uids,
                      struct sv target, struct imap_copied *copied)
{
    enum status status = writable(imap, call);
    if (status != STATUS_OK)
        return status;
    struct imap_uids sorted = imap_uids_sorted(call->arena, uids);
    const struct imap_call quiet = {.arena = call->arena, .deadline = call->deadline};
    struct imap_counts before;
    bool watched = !imap_can(imap, IMAP_CAN_UIDPLUS) &&
                   imap_status(imap, &quiet, target, &before) == STATUS_OK;
    status = move(imap, call, sorted, target, copied);
    if (status == STATUS_OK && watched && !copied->known)
        copies_deduce(imap, &quiet, sorted, target, &before, copied);
    return status;
}

/* ---- deleting for good ---- */

static const struct imap_flags deleted = {.bits = IMAP_DELETED};

static enum status uid_expunge(struct imap *imap, const struct imap_call *call,
                               struct imap_uids sorted, bool *bad)
{
    enum status status = STATUS_OK;
    for (size_t at = 0; at < sorted.n && status == STATUS_OK;) {
        struct imap_batch batch;
        bool first = at == 0;
        batch_init(&batch, imap, call);
        batch_command(&batch, "UID EXPUNGE ");
        batch_set(&batch, sorted, &at);
        batch_end(&batch);
        status = batch_do(&batch, NULL);
        *bad = first && status == STATUS_REFUSED && command_is_bad(&batch, 0);
    }
    return status;
}

/* Messages marked \Deleted that are not among those to be expunged. */
static enum status others_find(struct imap *imap, const struct imap_call *call,
                               struct imap_uids sorted, struct imap_uids *others)
{
    const struct imap_criteria marked = {.key = IMAP_KEY_FLAG, .number = IMAP_DELETED};
    struct imap_uids found = {NULL, 0};
    enum status status = imap_search(imap, call, &marked, &found);
    if (status != STATUS_OK)
        return status;
    uint32_t *list = arena_array(call->arena, found.n, sizeof *list);
    size_t n = 0;
    for (size_t i = 0; i < found.n; i++)
        if (!imap_uids_has(sorted, found.p[i]))
            list[n++] = found.p[i];
    *others = (struct imap_uids){list, n};
    return STATUS_OK;
}

static enum status plain_expunge(struct imap *imap, const struct imap_call *call,
                                 struct imap_uids sorted)
{
    struct imap_uids others = {NULL, 0};
    struct imap_batch batch;
    enum status status = others_find(imap, call, sorted, &others);
    if (status == STATUS_OK)
        status = store(imap, call, others, &deleted, false);
    if (status == STATUS_OK) {
        batch_init(&batch, imap, call);
        batch_command(&batch, "EXPUNGE");
        batch_end(&batch);
        status = batch_do(&batch, NULL);
    }
    /* Marked again whatever became of the EXPUNGE. */
    enum status again = STATUS_OK;
    if (imap_usable(imap))
        again = store(imap, call, others, &deleted, true);
    return status != STATUS_OK ? status : again;
}

enum status imap_expunge(struct imap *imap, const struct imap_call *call, struct imap_uids uids)
{
    enum status status = writable(imap, call);
    if (status != STATUS_OK)
        return status;
    struct imap_uids sorted = imap_uids_sorted(call->arena, uids);
    if (sorted.n == 0)
        return STATUS_OK;
    status = store(imap, call, sorted, &deleted, true);
    if (status != STATUS_OK)
        return status;
    if (imap_can(imap, IMAP_CAN_UIDPLUS)) {
        bool bad = false;
        status = uid_expunge(imap, call, sorted, &bad);
        if (!bad)
            return status;
        imap_capability_miss(&imap->can, IMAP_CAN_UIDPLUS);
    }
    return plain_expunge(imap, call, sorted);
}
