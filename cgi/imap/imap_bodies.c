#include "imap_bodies.h"

#include "imap_fetch.h"
#include "imap_talk.h"
#include "imap_veil.h"
#include "sorted.h"

struct delivery {
    const struct imap_bodies *bodies;
    struct imap_uids sorted;
    bool *arrived; /* in step with sorted */
    uint32_t uid;  /* of the reply that is being read; 0: not told yet */
    enum status failure;
};

static size_t uid_index(const struct delivery *d, uint32_t uid)
{
    return sorted_find_u32(uid, d->sorted.p, d->sorted.n);
}

static enum status body_begin(void *context, uint64_t size)
{
    struct delivery *d = context;
    return d->bodies->begin(d->bodies->context, d->uid, size);
}

static enum status body_data(void *context, struct sv piece)
{
    struct delivery *d = context;
    return d->bodies->data(d->bodies->context, piece);
}

/* "BODY[" has been read. */
static void body_read(struct delivery *d, struct imap_lexer *lexer)
{
    lexer_expect(lexer, ']');
    lexer_expect(lexer, ' ');
    size_t i = d->uid > 0 ? uid_index(d, d->uid) : SIZE_MAX;
    if (i == SIZE_MAX || d->arrived[i]) {
        lexer_skip_value(lexer);
        return;
    }
    d->arrived[i] = lexer_stream(lexer, body_begin, (struct sink){body_data, d}, &d->failure);
    /* one that breaks off has no end: it may pass for another that begins alike */
    if (d->arrived[i] && d->failure == STATUS_OK && lexer_more(lexer))
        d->failure = d->bodies->end(d->bodies->context, d->uid);
    if (d->failure != STATUS_OK)
        lexer_fail(lexer, d->failure);
}

static bool delivery_reply(void *context, struct imap *imap, struct sv name, uint32_t number)
{
    struct delivery *d = context;
    struct imap_lexer *lexer = &imap->lexer;
    (void)number;
    if (!sv_eq_nocase(name, SV("FETCH")))
        return false;
    d->uid = 0;
    lexer_expect(lexer, '(');
    while (lexer_element(lexer)) {
        struct sv item = lexer_word(lexer, "()[");
        bool is_uid = sv_eq_nocase(item, SV("UID"));
        if (lexer_skip(lexer, '[')) {
            body_read(d, lexer);
            continue;
        }
        lexer_expect(lexer, ' ');
        if (is_uid)
            d->uid = lexer_u32(lexer);
        else
            lexer_skip_value(lexer);
    }
    return true;
}

/* A server that tells the UID behind the body: each message in a command of its own. */
static enum status fetch_singly(struct imap *imap, const struct imap_call *call, struct delivery *d)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < d->sorted.n && status == STATUS_OK; i++) {
        if (d->arrived[i])
            continue;
        d->uid = d->sorted.p[i];
        const struct imap_section whole = {
            .name = SV(""), .begin = body_begin, .sink = {body_data, d}};
        status = imap_fetch_sections(imap, call, d->uid, &whole, 1);
        if (status == STATUS_OK)
            status = d->bodies->end(d->bodies->context, d->uid);
        else if (status == STATUS_NOT_FOUND || (status == STATUS_DENIED && imap->veil.hides))
            status = STATUS_OK;
    }
    return status;
}

enum status imap_fetch_bodies(struct imap *imap, const struct imap_call *call,
                              struct imap_uids uids, const struct imap_bodies *bodies)
{
    struct delivery d = {.bodies = bodies, .sorted = imap_uids_sorted(call->arena, uids)};
    const struct imap_listener listener = {.reply = delivery_reply, .context = &d};
    if (state_need_mailbox(imap) != STATUS_OK)
        return STATUS_INVALID;
    d.arrived = arena_array(call->arena, d.sorted.n + 1, sizeof *d.arrived);
    enum status status = STATUS_OK;
    bool each = imap->veil.since || imap->veil.hides; /* is looked at before */
    for (size_t at = 0; at < d.sorted.n && status == STATUS_OK && !each;) {
        struct imap_batch batch;
        batch_init(&batch, imap, call);
        batch_command(&batch, "UID FETCH ");
        batch_set(&batch, d.sorted, &at);
        batch_add(&batch, " (UID BODY.PEEK[])");
        batch_end(&batch);
        status = batch_run(&batch, &listener);
        if (status == STATUS_OK)
            status = command_status_some(&batch, 0);
    }
    if (d.failure != STATUS_OK)
        return d.failure;
    return status == STATUS_OK ? fetch_singly(imap, call, &d) : status;
}
