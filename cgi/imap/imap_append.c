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

enum status imap_append(struct imap *imap, const struct imap_call *call, struct sv mailbox,
                        const struct imap_letter *letter, struct imap_appended *appended)
{
    struct imap_appended heard = {0};
    const struct imap_listener listener = {.code = append_code, .context = &heard};
    struct imap_batch batch;
    if (letter->size == 0)
        return STATUS_INVALID;
    if (imap->can.append_limit > 0 && letter->size > imap->can.append_limit) {
        diagnosis_set(call->diagnosis, STAGE_COMMAND, CAUSE_MESSAGE_SIZE, imap->host, imap->port,
                      NULL);
        return STATUS_TOO_LARGE;
    }
    bool at_once = letter->size <= AT_ONCE_MAX && (imap_can(imap, IMAP_CAN_LITERAL_PLUS) ||
                                                   imap_can(imap, IMAP_CAN_LITERAL_MINUS));
    batch_init(&batch, imap, call);
    batch_command(&batch, "APPEND ");
    batch_mailbox(&batch, mailbox);
    batch_add(&batch, " ");
    batch_flags(&batch, &letter->flags);
    if (letter->date > 0) {
        batch_add(&batch, " \"");
        date_add(&batch.out, letter->date);
        batch_add(&batch, "\"");
    }
    batch_add(&batch, " {");
    batch_number(&batch, letter->size);
    batch_add(&batch, at_once ? "+}" : "}");
    batch_end(&batch);
    if (!at_once)
        batch_wait(&batch);
    batch.payload = letter->source;
    batch.payload_size = letter->size;
    enum status status = batch_do(&batch, &listener);
    if (status == STATUS_OK)
        *appended = heard;
    return status;
}
