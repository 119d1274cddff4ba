#include "imap_folders.h"
#include "imap_talk.h"

/* Quota (RFC 9208) and sizes (RFC 8438). */

struct quota_hearing {
    struct arena *arena;
    struct imap_quota quota;
};

/* QUOTA root (STORAGE used limit …), in units of 1024 bytes. */
static bool quota_reply(void *context, struct imap *imap, struct sv name, uint32_t number)
{
    struct quota_hearing *q = context;
    struct imap_lexer *lexer = &imap->lexer;
    (void)number;
    if (!sv_eq_nocase(name, SV("QUOTA")))
        return false;
    if (lexer_peek(lexer) != '(') { /* Dovecot's root may be an empty word */
        lexer_nstring(lexer, q->arena);
        if (!lexer_skip(lexer, ' '))
            return true; /* Courier leaves the list out where there is no limit */
    }
    lexer_expect(lexer, '(');
    while (lexer_element(lexer)) {
        bool storage = sv_eq_nocase(lexer_word(lexer, "()"), SV("STORAGE"));
        lexer_expect(lexer, ' ');
        uint64_t used = lexer_number(lexer);
        lexer_expect(lexer, ' ');
        uint64_t limit = lexer_number(lexer);
        if (!storage || limit == 0 || limit > INT64_MAX / 1024 || used > INT64_MAX / 1024)
            continue;
        /* used / limit as a fraction, the greater counts */
        if (!q->quota.known ||
            (double)used * (double)q->quota.limit > (double)q->quota.used * (double)(limit * 1024))
            q->quota = (struct imap_quota){true, used * 1024, limit * 1024};
    }
    return true;
}

enum status imap_quota_get(struct imap *imap, const struct imap_call *call,
                           struct imap_quota *quota)
{
    struct quota_hearing q = {.arena = call->arena};
    const struct imap_listener listener = {.reply = quota_reply, .context = &q};
    if (imap_can(imap, IMAP_CAN_QUOTA)) {
        struct imap_batch batch;
        batch_init(&batch, imap, call);
        batch_command(&batch, "GETQUOTAROOT INBOX");
        batch_end(&batch);
        enum status status = batch_run(&batch, &listener);
        if (status != STATUS_OK)
            return status;
        if (command_is_bad(&batch, 0))
            imap_capability_miss(&imap->can, IMAP_CAN_QUOTA);
    }
    *quota = q.quota;
    return STATUS_OK;
}

struct size_hearing {
    struct arena *arena;
    const struct sv *wire; /* what was asked for, as it is on the wire */
    uint64_t *sizes;
    size_t n, cursor;
};

/* STATUS mailbox (SIZE bytes): answers come in the order of the questions. */
static bool size_reply(void *context, struct imap *imap, struct sv name, uint32_t number)
{
    struct size_hearing *h = context;
    struct imap_lexer *lexer = &imap->lexer;
    (void)number;
    if (!sv_eq_nocase(name, SV("STATUS")))
        return false;
    struct sv wire = lexer_nstring(lexer, h->arena);
    size_t at = SIZE_MAX;
    for (size_t i = 0; i < h->n && at == SIZE_MAX; i++)
        if (sv_eq(h->wire[(h->cursor + i) % h->n], wire))
            at = (h->cursor + i) % h->n;
    lexer_expect(lexer, ' ');
    lexer_expect(lexer, '(');
    while (lexer_element(lexer)) {
        bool size = sv_eq_nocase(lexer_word(lexer, "()"), SV("SIZE"));
        lexer_expect(lexer, ' ');
        uint64_t bytes = lexer_number(lexer);
        if (size && at != SIZE_MAX && lexer_more(lexer)) {
            h->sizes[at] = bytes;
            h->cursor = at + 1;
        }
    }
    return true;
}

enum status imap_sizes(struct imap *imap, const struct imap_call *call, const struct sv *names,
                       size_t n, uint64_t *sizes)
{
    struct size_hearing h = {.arena = call->arena, .sizes = sizes, .n = n};
    struct sv *wire = arena_array(call->arena, n + 1, sizeof *wire);
    const struct imap_listener listener = {.reply = size_reply, .context = &h};
    enum status status = STATUS_OK;
    if (!imap_can(imap, IMAP_CAN_STATUS_SIZE))
        return STATUS_UNSUPPORTED;
    h.wire = wire;
    for (size_t i = 0; i < n && status == STATUS_OK; i++) {
        sizes[i] = IMAP_SIZE_UNKNOWN;
        status = mailbox_encode(call->arena, names[i], &wire[i]);
    }
    for (size_t i = 0; i < n && status == STATUS_OK;) {
        struct imap_batch batch;
        batch_init(&batch, imap, call);
        for (; i < n && batch.count < BATCH_MAX / 2; i++) {
            batch_command(&batch, "STATUS ");
            batch_string(&batch, wire[i]);
            batch_add(&batch, " (SIZE)");
            batch_end(&batch);
        }
        status = batch_run(&batch, &listener);
    }
    return status;
}
