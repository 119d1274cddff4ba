#include "announcement.h"

#include "arena.h"
#include "imap_append.h"
#include "write.h"

/* What is no address leaves its field out. */
static struct addresses user_of(struct arena *arena, struct sv to)
{
    struct typed_addresses typed;
    bool read = address_list_typed(arena, to, &typed) == STATUS_OK;
    return read ? typed.good : (struct addresses){0};
}

enum status announcement_put(struct imap *imap, const struct imap_call *call,
                             const struct announcement *a)
{
    /* asked for by nobody: no vacation reply and no other machine is to answer it (RFC 3834) */
    const struct extra_field by_itself = {.name = SV("Auto-Submitted"),
                                          .value = SV("auto-generated")};
    struct message_reader *reader = arena_alloc(call->arena, sizeof *reader);
    struct address from = {
        .name = a->from_name, .mailbox = SV("postmaster"), .domain = a->from_domain};
    const struct composition composition = {.from = {&from, 1},
                                            .to = user_of(call->arena, a->to),
                                            .subject = a->subject,
                                            .date = {a->at, a->offset},
                                            .message_id = msgid_new(call->arena, a->from_domain),
                                            .extra = &by_itself,
                                            .extra_n = 1,
                                            .text = a->text};
    struct imap_appended appended;
    struct message message;
    enum status st = message_compose(call->arena, &composition, &message);
    if (st != STATUS_OK)
        return st;
    message_reader_init(reader, &message, true);
    const struct imap_letter letter = {.source = message_reader_source(reader),
                                       .size = message_size(&message, true)};
    return imap_append(imap, call, SV("INBOX"), &letter, &appended);
}
