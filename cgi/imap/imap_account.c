#include "imap_folders.h"
#include "imap_talk.h"

/* Quota (RFC 9208) and namespace (RFC 2342). */

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

struct namespace_hearing {
    struct arena *arena;
    struct sv prefix;
    char delimiter;
    bool told;
};

/* NAMESPACE ((prefix delimiter …)…) …: the first of the first list is the user's own. */
static bool namespace_reply(void *context, struct imap *imap, struct sv name, uint32_t number)
{
    struct namespace_hearing *ns = context;
    struct imap_lexer *lexer = &imap->lexer;
    bool lists = sv_eq_nocase(name, SV("LIST"));
    (void)number;
    if (!lists && !sv_eq_nocase(name, SV("NAMESPACE")))
        return false;
    if (lists) {
        lexer_skip_value(lexer);
        lexer_expect(lexer, ' ');
    } else if (!lexer_skip(lexer, '(')) {
        lexer_skip_value(lexer);
        return false;
    } else {
        lexer_expect(lexer, '(');
        ns->prefix = lexer_nstring(lexer, ns->arena);
        lexer_expect(lexer, ' ');
    }
    struct sv delimiter = lexer_nstring(lexer, ns->arena);
    ns->delimiter = delimiter.n == 1 ? delimiter.p[0] : '\0';
    ns->told = true;
    return false;
}

enum status imap_namespace(struct imap *imap, const struct imap_call *call, struct sv *prefix,
                           char *delimiter)
{
    struct namespace_hearing ns = {.arena = call->arena};
    const struct imap_listener listener = {.reply = namespace_reply, .context = &ns};
    struct imap_batch batch;
    enum status status = STATUS_OK;
    if (imap_can(imap, IMAP_CAN_NAMESPACE)) {
        batch_init(&batch, imap, call);
        batch_command(&batch, "NAMESPACE");
        batch_end(&batch);
        status = batch_run(&batch, &listener);
        if (status == STATUS_OK && command_is_bad(&batch, 0))
            imap_capability_miss(&imap->can, IMAP_CAN_NAMESPACE);
    }
    if (status == STATUS_OK && !ns.told) {
        /* LIST "" "" tells the delimiter without listing anything. */
        batch_init(&batch, imap, call);
        batch_command(&batch, "LIST \"\" \"\"");
        batch_end(&batch);
        status = batch_do(&batch, &listener);
    }
    if (status != STATUS_OK)
        return status;
    *prefix = ns.prefix.n > 0 ? mailbox_decode(call->arena, ns.prefix) : SV("");
    *delimiter = ns.delimiter;
    return STATUS_OK;
}
