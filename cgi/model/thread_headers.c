#include "thread_headers.h"

#include "header.h"

enum { BATCH = 1000, BUDGET = 64 * 1024 * 1024, FIELDS_MOST = 16 * 1024 };

/* Of more than FIELDS_MOST bytes the end is left out: a chain of hundreds of references. */
const struct imap_items THREAD_ITEMS = {.fields = {"MESSAGE-ID IN-REPLY-TO REFERENCES SUBJECT", 41},
                                        .fields_most = FIELDS_MOST};

static struct sv field(struct sv block, const char *name)
{
    struct sv value;
    return header_find(block, sv_of(name), &value) ? value : SV("");
}

struct thread_mail thread_mail_of(const struct imap_message *message)
{
    return (struct thread_mail){.uid = message->uid,
                                .message_id = field(message->fields, "Message-ID"),
                                .in_reply_to = field(message->fields, "In-Reply-To"),
                                .references = field(message->fields, "References"),
                                .subject = field(message->fields, "Subject")};
}

static enum status read_batch(struct imap *imap, const struct imap_call *call,
                              struct imap_uids uids, struct thread_link *link)
{
    struct imap_messages messages;
    enum status st = imap_fetch_uids(imap, call, uids, &THREAD_ITEMS, &messages);
    for (size_t i = 0; st == STATUS_OK && i < messages.n; i++) {
        struct thread_mail mail = thread_mail_of(&messages.p[i]);
        thread_link_add(link, call->arena, &mail);
    }
    return st == STATUS_OK && arena_over(call->arena) ? STATUS_TOO_LARGE : st;
}

enum status thread_headers(struct imap *imap, const struct imap_call *call, struct imap_uids uids,
                           struct thread_link *link)
{
    struct arena *arena = arena_new(BUDGET);
    struct imap_call batch_call = *call;
    batch_call.arena = arena;
    enum status st = STATUS_OK;
    for (size_t at = 0; at < uids.n && st == STATUS_OK; at += BATCH) {
        size_t count = uids.n - at < BATCH ? uids.n - at : BATCH;
        st = read_batch(imap, &batch_call, (struct imap_uids){uids.p + at, count}, link);
        arena_reset(arena);
    }
    arena_free(&arena);
    return st;
}
