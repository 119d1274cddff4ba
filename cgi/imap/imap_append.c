#include "imap_append.h"

#include "imap_talk.h"

enum { AT_ONCE_MAX = 4096 }; /* a longer message waits for the server's word before it goes out */

static bool append_code(void *context, struct imap *imap, struct sv name)
{
    struct imap_appended *appended = context;
    struct imap_lexer *lexer = &imap->lexer;
    if (!sv_eq_nocase(name, SV("APPENDUID")))
        return false;
    lexer_expect(lexer, ' ');
    appended->uidvalidity = lexer_u32(lexer);
    lexer_expect(lexer, ' ');
    appended->uid = lexer_u32(lexer);
    appended->known = appended->uid > 0;
    return true;
}

/* " (flags) "date" {size}" and the literal. */
static void letter_add(struct imap_batch *batch, const struct imap_letter *letter, bool at_once)
{
    batch_add(batch, " ");
    batch_flags(batch, &letter->flags);
    if (letter->date > 0) {
        batch_add(batch, " \"");
        date_add(&batch->out, letter->date);
        batch_add(batch, "\"");
    }
    batch_add(batch, " {");
    batch_number(batch, letter->size);
    batch_add(batch, at_once ? "+}\r\n" : "}\r\n");
    if (!at_once)
        batch_wait(batch);
    batch_payload(batch, letter->source, letter->size);
}

static enum status letter_check(const struct imap *imap, const struct imap_call *call,
                                const struct imap_letter *letter)
{
    if (letter->size == 0)
        return STATUS_INVALID;
    if (imap->can.append_limit == 0 || letter->size <= imap->can.append_limit)
        return STATUS_OK;
    diagnosis_set(call->diagnosis, STAGE_COMMAND, CAUSE_MESSAGE_SIZE, imap->host, imap->port, NULL);
    return STATUS_TOO_LARGE;
}

enum status imap_append(struct imap *imap, const struct imap_call *call, struct sv mailbox,
                        const struct imap_letter *letter, struct imap_appended *appended)
{
    struct imap_appended heard = {0};
    const struct imap_listener listener = {.code = append_code, .context = &heard};
    struct imap_batch batch;
    enum status status = letter_check(imap, call, letter);
    if (status != STATUS_OK)
        return status;
    bool at_once = letter->size <= AT_ONCE_MAX && (imap_can(imap, IMAP_CAN_LITERAL_PLUS) ||
                                                   imap_can(imap, IMAP_CAN_LITERAL_MINUS));
    batch_init(&batch, imap, call);
    batch_command(&batch, "APPEND ");
    batch_mailbox(&batch, mailbox);
    letter_add(&batch, letter, at_once);
    batch_end(&batch);
    status = batch_do(&batch, &listener);
    if (status == STATUS_OK)
        *appended = heard;
    return status;
}

enum status imap_append_all(struct imap *imap, const struct imap_call *call, struct sv mailbox,
                            const struct imap_letter *letters, size_t count)
{
    struct imap_batch batch;
    if (!imap_can(imap, IMAP_CAN_MULTIAPPEND) || !imap_can(imap, IMAP_CAN_LITERAL_PLUS))
        return STATUS_UNSUPPORTED;
    if (count == 0)
        return STATUS_INVALID;
    batch_init(&batch, imap, call);
    batch_command(&batch, "APPEND ");
    batch_mailbox(&batch, mailbox);
    for (size_t i = 0; i < count; i++) {
        enum status status = letter_check(imap, call, &letters[i]);
        if (status != STATUS_OK)
            return status;
        letter_add(&batch, &letters[i], true);
    }
    batch_end(&batch);
    return batch_do(&batch, NULL);
}
