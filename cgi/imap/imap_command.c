#include "imap_talk.h"
#include "random.h"

/* Building commands. Nothing of what comes from outside reaches a line but through batch_atom(),
 * batch_string(), batch_mailbox(), batch_number(), batch_set() and batch_flags(). */

void batch_init(struct imap_batch *batch, struct imap *imap, const struct imap_call *call)
{
    batch->imap = imap;
    batch->call = call;
    batch->status = STATUS_OK;
    batch->count = batch->wait_count = 0;
    batch->payload_count = 0;
    sb_init(&batch->out, call->arena, IMAP_COMMAND_MAX);
}

static void tag_make(char tag[TAG_LENGTH + 1])
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    uint64_t bits = random_u64();
    for (size_t i = 0; i < TAG_LENGTH; i++, bits >>= 5)
        tag[i] = letters[bits & 31];
    tag[TAG_LENGTH] = '\0';
}

static void batch_fail(struct imap_batch *batch, enum status status)
{
    if (batch->status == STATUS_OK)
        batch->status = status;
}

/* What changes nothing at the server, whatever follows it; a command that is not here does, for all
 * we know. FETCH is one as long as the mailbox was selected by EXAMINE (RFC 3501, 6.3.2). */
static bool only_reads(const char *words)
{
    static const char *const reading[] = {
        "CAPABILITY", "EXAMINE ",   "FETCH ",      "GETACL ",  "GETQUOTAROOT", "LIST ",
        "LSUB ",      "MYRIGHTS",   "NAMESPACE",   "NOOP",     "STATUS ",      "UID FETCH ",
        "UID SORT",   "UID SEARCH", "UID THREAD ", "UNSELECT",
    };
    for (size_t i = 0; i < sizeof reading / sizeof reading[0]; i++)
        if (strncmp(words, reading[i], strlen(reading[i])) == 0)
            return true;
    return false;
}

void batch_command(struct imap_batch *batch, const char *words)
{
    if (batch->imap->reading && !only_reads(words)) {
        diagnosis_set(batch->call->diagnosis, STAGE_COMMAND, CAUSE_READING, batch->imap->host,
                      batch->imap->port, NULL);
        batch_fail(batch, STATUS_DENIED);
    }
    if (batch->count == BATCH_MAX) {
        batch_fail(batch, STATUS_TOO_LARGE);
        return;
    }
    struct imap_command *command = &batch->commands[batch->count++];
    *command = (struct imap_command){.start = batch->out.n};
    tag_make(command->tag);
    batch_add(batch, command->tag);
    batch_add(batch, " ");
    batch_add(batch, words);
}

void batch_add(struct imap_batch *batch, const char *words)
{
    sb_add_cstr(&batch->out, words);
}

void batch_sv(struct imap_batch *batch, struct sv words)
{
    sb_add(&batch->out, words);
}

void batch_number(struct imap_batch *batch, uint64_t number)
{
    sb_add_u64(&batch->out, number);
}

void batch_atom(struct imap_batch *batch, struct sv atom)
{
    bool good = atom.n > 0 && atom.n < IMAP_ATOM_MAX;
    for (size_t i = 0; i < atom.n && good; i++)
        good = atom.p[i] > ' ' && atom.p[i] < 0x7f && !strchr("(){%*\"\\]", atom.p[i]);
    if (good)
        sb_add(&batch->out, atom);
    else
        batch_fail(batch, STATUS_INVALID);
}

void batch_wait(struct imap_batch *batch)
{
    if (batch->wait_count == BATCH_WAITS || batch->count == 0) {
        batch_fail(batch, STATUS_TOO_LARGE);
        return;
    }
    batch->waits[batch->wait_count].at = batch->out.n;
    batch->waits[batch->wait_count++].command = batch->count - 1;
}

void batch_payload(struct imap_batch *batch, struct source source, uint64_t size)
{
    if (batch->payload_count == BATCH_PAYLOADS) {
        batch_fail(batch, STATUS_TOO_LARGE);
        return;
    }
    batch->payloads[batch->payload_count].at = batch->out.n;
    batch->payloads[batch->payload_count].source = source;
    batch->payloads[batch->payload_count++].size = size;
}

static void literal_add(struct imap_batch *batch, struct sv string)
{
    bool at_once = imap_can(batch->imap, IMAP_CAN_LITERAL_PLUS) ||
                   (imap_can(batch->imap, IMAP_CAN_LITERAL_MINUS) && string.n <= 4096);
    sb_printf(&batch->out, at_once ? "{%zu+}\r\n" : "{%zu}\r\n", string.n);
    if (!at_once)
        batch_wait(batch);
    sb_add(&batch->out, string);
}

void batch_string(struct imap_batch *batch, struct sv string)
{
    bool quotable = string.n <= 1000;
    for (size_t i = 0; i < string.n; i++) {
        unsigned char c = (unsigned char)string.p[i];
        if (c == '\0')
            batch_fail(batch, STATUS_INVALID);
        if (c < ' ' || c >= 0x7f)
            quotable = false;
    }
    if (!quotable) {
        literal_add(batch, string);
        return;
    }
    sb_add_char(&batch->out, '"');
    for (size_t i = 0; i < string.n; i++) {
        if (string.p[i] == '"' || string.p[i] == '\\')
            sb_add_char(&batch->out, '\\');
        sb_add_char(&batch->out, string.p[i]);
    }
    sb_add_char(&batch->out, '"');
}

void batch_mailbox(struct imap_batch *batch, struct sv name)
{
    struct sv wire = {"", 0};
    enum status status = mailbox_encode(batch->call->arena, name, &wire);
    if (status != STATUS_OK)
        batch_fail(batch, status);
    batch_string(batch, wire);
}

void batch_set(struct imap_batch *batch, struct imap_uids sorted, size_t *at)
{
    struct sb set;
    sb_init(&set, batch->call->arena, IMAP_SET_MAX);
    imap_set_add(&set, sorted, at);
    if (set.n == 0)
        batch_fail(batch, STATUS_INVALID);
    sb_add(&batch->out, sb_view(&set));
}

void batch_flags(struct imap_batch *batch, const struct imap_flags *flags)
{
    const char *space = "";
    if (flags->bits & (IMAP_RECENT | ~(IMAP_MDN_SENT * 2u - 1)))
        batch_fail(batch, STATUS_INVALID);
    batch_add(batch, "(");
    for (unsigned flag = IMAP_SEEN; flag <= IMAP_MDN_SENT; flag <<= 1) {
        if (!(flags->bits & flag))
            continue;
        batch_add(batch, space);
        batch_add(batch, flag_name((enum imap_flag)flag));
        space = " ";
    }
    for (size_t i = 0; i < flags->keyword_count; i++) {
        batch_add(batch, space);
        batch_atom(batch, flags->keywords[i]);
        space = " ";
    }
    batch_add(batch, ")");
}

void batch_end(struct imap_batch *batch)
{
    batch_add(batch, "\r\n");
}
