#include "imap_talk.h"

#include "utf8.h"

static const struct {
    const char *code;
    enum status status;
    enum cause cause;
} codes[] = {
    {"OVERQUOTA", STATUS_QUOTA, CAUSE_QUOTA},
    {"TRYCREATE", STATUS_NOT_FOUND, CAUSE_MAILBOX_MISSING},
    {"NONEXISTENT", STATUS_NOT_FOUND, CAUSE_MAILBOX_MISSING},
    {"NOPERM", STATUS_DENIED, CAUSE_RIGHTS},
    {"ALREADYEXISTS", STATUS_EXISTS, CAUSE_REFUSED},
    {"UNAVAILABLE", STATUS_UNAVAILABLE, CAUSE_UNAVAILABLE},
    {"INUSE", STATUS_UNAVAILABLE, CAUSE_UNAVAILABLE},
    {"SERVERBUG", STATUS_UNAVAILABLE, CAUSE_UNAVAILABLE},
    {"LIMIT", STATUS_UNAVAILABLE, CAUSE_REFUSED},
    {"TOOBIG", STATUS_TOO_LARGE, CAUSE_MESSAGE_SIZE},
    {"READ-ONLY", STATUS_DENIED, CAUSE_RIGHTS},
    {"BADCHARSET", STATUS_UNSUPPORTED, CAUSE_REFUSED},
    {"CANNOT", STATUS_INVALID, CAUSE_REFUSED},
};

/* Servers older than RFC 5530 say it in words only. */
static const struct {
    const char *words;
    enum status status;
    enum cause cause;
} phrases[] = {
    {"quota", STATUS_QUOTA, CAUSE_QUOTA},
    {"already exists", STATUS_EXISTS, CAUSE_REFUSED},
    {"doesn't exist", STATUS_NOT_FOUND, CAUSE_MAILBOX_MISSING},
    {"does not exist", STATUS_NOT_FOUND, CAUSE_MAILBOX_MISSING},
    {"no such", STATUS_NOT_FOUND, CAUSE_MAILBOX_MISSING},
    {"permission denied", STATUS_DENIED, CAUSE_RIGHTS},
    {"access denied", STATUS_DENIED, CAUSE_RIGHTS},
};

static void answer_explain(const struct imap_command *command, enum status *status,
                           enum cause *cause)
{
    *status = STATUS_REFUSED;
    *cause = CAUSE_REFUSED;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (sv_eq_nocase(command->code, sv_of(codes[i].code))) {
            *status = codes[i].status;
            *cause = codes[i].cause;
            return;
        }
    }
    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0] && command->answer == ANSWER_NO;
         i++) {
        if (sv_find_nocase(command->text, sv_of(phrases[i].words)) != SIZE_MAX) {
            *status = phrases[i].status;
            *cause = phrases[i].cause;
            return;
        }
    }
}

enum status command_status(const struct imap_batch *batch, size_t command)
{
    const struct imap_command *asked = &batch->commands[command];
    const struct imap *imap = batch->imap;
    if (asked->answer == ANSWER_OK)
        return STATUS_OK;
    enum status status;
    enum cause cause;
    answer_explain(asked, &status, &cause);
    diagnosis_set(batch->call->diagnosis, STAGE_COMMAND, cause, imap->host, imap->port,
                  arena_cstr(batch->call->arena, asked->text));
    return status;
}

enum status command_status_some(const struct imap_batch *batch, size_t command)
{
    const struct imap_command *asked = &batch->commands[command];
    bool some_gone = asked->answer == ANSWER_NO && sv_eq_nocase(asked->code, SV("EXPUNGEISSUED"));
    return some_gone ? STATUS_OK : command_status(batch, command);
}

bool command_is_bad(const struct imap_batch *batch, size_t command)
{
    return batch->commands[command].answer == ANSWER_BAD;
}

enum status batch_do(struct imap_batch *batch, const struct imap_listener *listener)
{
    enum status status = batch_run(batch, listener);
    for (size_t i = 0; i < batch->count && status == STATUS_OK; i++)
        status = command_status(batch, i);
    return status;
}

void talk_diagnose(const struct imap *imap, enum status status, struct diagnosis *diagnosis)
{
    enum cause cause = CAUSE_PROTOCOL;
    if (status == STATUS_TIMEOUT)
        cause = CAUSE_TIMEOUT;
    else if (status == STATUS_CLOSED)
        cause = CAUSE_CLOSED;
    else if (status != STATUS_PROTOCOL && status != STATUS_TOO_LARGE)
        return; /* a sink's or source's failure is its owner's to explain */
    diagnosis_set(diagnosis, STAGE_COMMAND, cause, imap->host, imap->port, imap->bye);
}

/* ---- replies ---- */

/* "[CODE arguments] text" or "text", up to the end of the line. */
static void answer_read(struct imap_batch *batch, const struct imap_listener *listener,
                        struct sv *code, struct sv *text)
{
    struct imap_lexer *lexer = &batch->imap->lexer;
    struct arena *arena = batch->call->arena;
    *code = SV("");
    while (lexer_skip(lexer, ' '))
        ;
    if (lexer_skip(lexer, '[')) {
        *code = arena_sv(arena, lexer_word(lexer, "]"));
        bool taken =
            listener && listener->code && listener->code(listener->context, batch->imap, *code);
        if (!taken)
            state_code(batch->imap, *code);
        for (int c; (c = lexer_peek(lexer)) >= 0 && c != ']' && c != '\r' && c != '\n';)
            lexer_take(lexer);
        lexer_skip(lexer, ']');
        while (lexer_skip(lexer, ' '))
            ;
    }
    *text = utf8_line(arena, arena_sv(arena, lexer_text(lexer)));
}

static enum imap_answer answer_of(struct sv word)
{
    if (sv_eq_nocase(word, SV("OK")) || sv_eq_nocase(word, SV("PREAUTH")))
        return ANSWER_OK;
    if (sv_eq_nocase(word, SV("NO")))
        return ANSWER_NO;
    if (sv_eq_nocase(word, SV("BAD")) || sv_eq_nocase(word, SV("BYE")))
        return ANSWER_BAD;
    return ANSWER_NONE;
}

static void untagged_read(struct imap_batch *batch, const struct imap_listener *listener)
{
    struct imap *imap = batch->imap;
    struct imap_lexer *lexer = &imap->lexer;
    uint32_t number = 0;
    lexer_expect(lexer, ' ');
    bool numbered = ascii_is_digit((char)lexer_peek(lexer));
    if (numbered) {
        number = lexer_u32(lexer);
        lexer_expect(lexer, ' ');
    }
    char name[32];
    struct sb kept;
    sb_fixed(&kept, name, sizeof name);
    sb_add(&kept, lexer_word(lexer, "(["));
    struct sv word = sb_view(&kept);
    if (!numbered && answer_of(word) != ANSWER_NONE) {
        struct sv code, text;
        answer_read(batch, listener, &code, &text);
        if (sv_eq_nocase(word, SV("BYE"))) {
            struct sb bye;
            sb_fixed(&bye, imap->bye, sizeof imap->bye);
            sb_add(&bye, utf8_cut(text, sizeof imap->bye - 1));
        }
        lexer_line_end(lexer);
        return;
    }
    lexer_skip(lexer, ' ');
    if ((listener && listener->reply && listener->reply(listener->context, imap, word, number)) ||
        state_reply(imap, word, number))
        lexer_line_end(lexer);
    else
        lexer_skip_line(lexer);
}

static void tagged_read(struct imap_batch *batch, const struct imap_listener *listener)
{
    struct imap_lexer *lexer = &batch->imap->lexer;
    struct sv tag = lexer_word(lexer, "");
    struct imap_command *command = NULL;
    for (size_t i = 0; i < batch->count && !command; i++)
        if (sv_eq(tag, sv_of(batch->commands[i].tag)))
            command = &batch->commands[i];
    if (!command || command->answer != ANSWER_NONE) {
        lexer_fail(lexer, STATUS_PROTOCOL);
        return;
    }
    lexer_expect(lexer, ' ');
    enum imap_answer answer = answer_of(lexer_word(lexer, ""));
    if (answer == ANSWER_NONE)
        lexer_fail(lexer, STATUS_PROTOCOL);
    answer_read(batch, listener, &command->code, &command->text);
    lexer_line_end(lexer);
    if (lexer_more(lexer))
        command->answer = answer;
}

void reply_read(struct imap_batch *batch, const struct imap_listener *listener, bool *plus)
{
    struct imap_lexer *lexer = &batch->imap->lexer;
    lexer_reply(lexer);
    if (lexer_skip(lexer, '+')) {
        *plus = true;
        lexer_text(lexer);
        lexer_line_end(lexer);
    } else if (lexer_skip(lexer, '*')) {
        untagged_read(batch, listener);
    } else {
        tagged_read(batch, listener);
    }
    if (arena_over(batch->call->arena))
        lexer_fail(lexer, STATUS_TOO_LARGE);
}

/* ---- running ---- */

static void bytes_send(struct imap_batch *batch, size_t from, size_t to)
{
    struct imap_lexer *lexer = &batch->imap->lexer;
    if (!lexer_more(lexer) || from >= to)
        return;
    enum status status = lexer->line.send(
        lexer->line.context, sv_slice(sb_view(&batch->out), from, to), lexer->deadline);
    if (status != STATUS_OK)
        lexer_fail(lexer, status);
}

/* True if "+" came; false if the command was refused instead. */
static bool plus_await(struct imap_batch *batch, const struct imap_listener *listener,
                       size_t command)
{
    bool plus = false;
    while (!plus && batch->commands[command].answer == ANSWER_NONE &&
           lexer_more(&batch->imap->lexer))
        reply_read(batch, listener, &plus);
    return plus && lexer_more(&batch->imap->lexer);
}

static void payload_send(struct imap_batch *batch, struct source source, uint64_t left)
{
    struct imap_lexer *lexer = &batch->imap->lexer;
    char piece[16 * 1024];
    while (lexer_more(lexer)) {
        size_t n = 0;
        enum status status = source_read(source, piece, sizeof piece, &n);
        if (status == STATUS_OK && (n > left || (n == 0 && left > 0)))
            status = STATUS_INVALID;
        if (status == STATUS_OK && n > 0)
            status = lexer->line.send(lexer->line.context, (struct sv){piece, n}, lexer->deadline);
        if (status != STATUS_OK)
            lexer_fail(lexer, status);
        if (n == 0)
            break;
        left -= n;
    }
}

/* Where the command behind this one starts. */
static size_t command_end(const struct imap_batch *batch, size_t command)
{
    return command + 1 < batch->count ? batch->commands[command + 1].start : batch->out.n;
}

void imap_meanwhile_do(struct imap_meanwhile *meanwhile)
{
    if (!meanwhile || !meanwhile->run)
        return;
    void (*run)(void *context) = meanwhile->run;
    meanwhile->run = NULL;
    run(meanwhile->context);
}

static void batch_talk(struct imap_batch *batch, const struct imap_listener *listener)
{
    struct imap_lexer *lexer = &batch->imap->lexer;
    size_t sent = 0;
    for (size_t i = 0; i < batch->wait_count && lexer_more(lexer); i++) {
        size_t command = batch->waits[i].command;
        if (batch->waits[i].at < sent)
            continue; /* behind a literal that was refused */
        bytes_send(batch, sent, batch->waits[i].at);
        sent = batch->waits[i].at;
        if (!plus_await(batch, listener, command))
            sent = command_end(batch, command);
    }
    for (size_t i = 0; i < batch->payload_count; i++) {
        if (batch->payloads[i].at < sent)
            continue; /* of a command that was refused */
        bytes_send(batch, sent, batch->payloads[i].at);
        sent = batch->payloads[i].at;
        payload_send(batch, batch->payloads[i].source, batch->payloads[i].size);
    }
    bytes_send(batch, sent, batch->out.n);
    imap_meanwhile_do(batch->call->meanwhile);
    size_t replies = 0;
    for (size_t i = 0; i < batch->count; i++) {
        while (batch->commands[i].answer == ANSWER_NONE && lexer_more(lexer)) {
            bool plus = false;
            reply_read(batch, listener, &plus);
            if (plus || ++replies > IMAP_REPLIES_MAX)
                lexer_fail(lexer, STATUS_PROTOCOL);
        }
    }
}

enum status batch_run(struct imap_batch *batch, const struct imap_listener *listener)
{
    struct imap *imap = batch->imap;
    if (batch->status == STATUS_OK && batch->out.over)
        batch->status = STATUS_TOO_LARGE;
    if (batch->status == STATUS_OK && !imap_usable(imap))
        batch->status = STATUS_CLOSED;
    if (batch->status != STATUS_OK) {
        talk_diagnose(imap, batch->status, batch->call->diagnosis);
        return batch->status;
    }
    lexer_begin(&imap->lexer, batch->call->deadline);
    batch_talk(batch, listener);
    lexer_rest(&imap->lexer);
    imap->last_use = clock_ms();
    if (!lexer_more(&imap->lexer))
        talk_diagnose(imap, imap->lexer.status, batch->call->diagnosis);
    return imap->lexer.status;
}
