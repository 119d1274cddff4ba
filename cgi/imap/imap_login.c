#include "base64.h"
#include "imap_talk.h"

/* Connecting and logging in: CAPABILITY; then ID with the browser's address and the password in one
 * go; then CAPABILITY again if the server has not told it with its OK, since it depends on who one
 * is. */

enum { LOGIN_BUDGET = 1024 * 1024 };

static bool address_is_sane(struct sv address)
{
    for (size_t i = 0; i < address.n; i++)
        if (!ascii_is_alnum(address.p[i]) && address.p[i] != '.' && address.p[i] != ':')
            return false;
    return address.n > 0 && address.n <= 64;
}

/* Dovecot takes these from networks that it trusts (login_trusted_networks); others log them. */
static void id_add(struct imap_batch *batch, const struct imap_login *login)
{
    batch_command(batch, "ID (\"name\" \"Vaguemestre\" \"version\" \"" VM_VERSION "\"");
    if (address_is_sane(login->client)) {
        batch_add(batch, " \"x-originating-ip\" ");
        batch_string(batch, login->client);
        if (login->client_port > 0) {
            batch_add(batch, " \"x-originating-port\" \"");
            batch_number(batch, login->client_port);
            batch_add(batch, "\"");
        }
    }
    batch_add(batch, ")");
    batch_end(batch);
}

static void plain_add(struct imap_batch *batch, const struct imap_login *login)
{
    char plain[2 * IMAP_CREDENTIAL_MAX + 2];
    char coded[BASE64_LENGTH(sizeof plain) + 1];
    struct sb raw, text;
    sb_fixed(&raw, plain, sizeof plain);
    sb_add_char(&raw, '\0');
    sb_add(&raw, login->user);
    sb_add_char(&raw, '\0');
    sb_add(&raw, login->password);
    sb_fixed(&text, coded, sizeof coded);
    base64_encode(&text, raw.p, raw.n);
    batch_command(batch, "AUTHENTICATE PLAIN");
    if (imap_can(batch->imap, IMAP_CAN_SASL_IR)) {
        batch_add(batch, " ");
    } else {
        batch_end(batch);
        batch_wait(batch);
    }
    batch_sv(batch, sb_view(&text));
    batch_end(batch);
    explicit_bzero(plain, sizeof plain);
    explicit_bzero(coded, sizeof coded);
}

static enum status login_refused(const struct imap *imap, const struct imap_batch *batch,
                                 size_t command)
{
    const struct imap_command *asked = &batch->commands[command];
    static const char *const wrong[] = {"", "AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED",
                                        "EXPIRED"};
    enum status status = STATUS_UNAVAILABLE;
    enum cause cause = CAUSE_UNAVAILABLE;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        if (asked->answer == ANSWER_NO && sv_eq_nocase(asked->code, sv_of(wrong[i]))) {
            status = STATUS_DENIED;
            cause = CAUSE_PASSWORD;
        }
    }
    if (asked->answer == ANSWER_BAD || sv_eq_nocase(asked->code, SV("PRIVACYREQUIRED"))) {
        status = STATUS_UNSUPPORTED;
        cause = CAUSE_LOGIN_DISABLED;
    }
    diagnosis_set(batch->call->diagnosis, STAGE_LOGIN, cause, imap->host, imap->port,
                  arena_cstr(batch->call->arena, asked->text));
    return status;
}

/* A server that hangs up on us while logging in says why in its BYE. */
static enum status login_cut_off(const struct imap *imap, enum status status,
                                 struct diagnosis *diagnosis)
{
    enum cause cause = CAUSE_PROTOCOL;
    if (status == STATUS_CLOSED && imap->bye[0]) {
        status = STATUS_UNAVAILABLE;
        cause = CAUSE_UNAVAILABLE;
    } else if (status == STATUS_CLOSED) {
        cause = CAUSE_CLOSED;
    } else if (status == STATUS_TIMEOUT) {
        cause = CAUSE_TIMEOUT;
    }
    diagnosis_set(diagnosis, STAGE_LOGIN, cause, imap->host, imap->port, imap->bye);
    return status;
}

static void capability_ask(struct imap_batch *batch)
{
    batch_command(batch, "CAPABILITY");
    batch_end(batch);
    batch->imap->can_known = false;
}

static enum status credentials_send(struct imap *imap, const struct imap_call *call,
                                    const struct imap_login *login)
{
    struct imap_batch batch;
    char line[8 * IMAP_CREDENTIAL_MAX]; /* in place of the arena, so that it can be wiped */
    batch_init(&batch, imap, call);
    sb_fixed(&batch.out, line, sizeof line);
    if (imap_can(imap, IMAP_CAN_ID))
        id_add(&batch, login);
    if (imap_can(imap, IMAP_CAN_AUTH_PLAIN)) {
        plain_add(&batch, login);
    } else {
        batch_command(&batch, "LOGIN ");
        batch_string(&batch, login->user);
        batch_add(&batch, " ");
        batch_string(&batch, login->password);
        batch_end(&batch);
    }
    imap->can_known = false;
    enum status status = batch_run(&batch, NULL);
    explicit_bzero(line, sizeof line);
    if (status != STATUS_OK)
        return login_cut_off(imap, status, call->diagnosis);
    if (batch.commands[batch.count - 1].answer != ANSWER_OK)
        return login_refused(imap, &batch, batch.count - 1);
    return STATUS_OK;
}

static enum status log_in(struct imap *imap, const struct imap_call *call,
                          const struct imap_login *login)
{
    struct imap_batch batch;
    batch_init(&batch, imap, call);
    capability_ask(&batch);
    enum status status = batch_do(&batch, NULL);
    if (status != STATUS_OK)
        return login_cut_off(imap, status, call->diagnosis);
    if (imap_can(imap, IMAP_CAN_LOGINDISABLED) && !imap_can(imap, IMAP_CAN_AUTH_PLAIN)) {
        diagnosis_set(call->diagnosis, STAGE_LOGIN, CAUSE_LOGIN_DISABLED, imap->host, imap->port,
                      NULL);
        return STATUS_UNSUPPORTED;
    }
    status = credentials_send(imap, call, login);
    if (status != STATUS_OK || imap->can_known)
        return status;
    batch_init(&batch, imap, call);
    capability_ask(&batch);
    return batch_do(&batch, NULL);
}

static bool credentials_are_sane(const struct imap_login *login)
{
    return login->user.n > 0 && login->user.n <= IMAP_CREDENTIAL_MAX && login->password.n > 0 &&
           login->password.n <= IMAP_CREDENTIAL_MAX && !sv_has_control(login->user) &&
           !sv_has_control(login->password);
}

enum status imap_start(struct transport line, const char *host, uint16_t port,
                       const struct imap_login *login, struct deadline deadline, struct imap **imap,
                       struct diagnosis *diagnosis)
{
    struct imap *made = calloc(1, sizeof *made);
    if (!made) {
        line.close(line.context);
        return STATUS_IO;
    }
    struct sb name;
    sb_fixed(&name, made->host, sizeof made->host);
    sb_add(&name, sv_of(host));
    made->port = port;
    made->lexer.line = line;
    struct arena *arena = arena_new(LOGIN_BUDGET);
    const struct imap_call call = {.arena = arena, .deadline = deadline, .diagnosis = diagnosis};
    enum status status = STATUS_DENIED;
    if (credentials_are_sane(login))
        status = log_in(made, &call, login);
    else
        diagnosis_set(diagnosis, STAGE_LOGIN, CAUSE_PASSWORD, host, port, NULL);
    arena_free(&arena);
    made->reading = login->reading;
    made->veil = login->veil;
    if (status == STATUS_OK)
        *imap = made;
    else
        imap_close(&made);
    return status;
}

enum status imap_open(const struct stream_target *target, const struct imap_login *login,
                      struct deadline deadline, struct imap **imap, struct diagnosis *diagnosis)
{
    struct stream_target imap_target = *target;
    struct stream *stream;
    imap_target.protocol = STREAM_IMAP;
    if (!credentials_are_sane(login)) {
        diagnosis_set(diagnosis, STAGE_LOGIN, CAUSE_PASSWORD, target->host, target->port, NULL);
        return STATUS_DENIED;
    }
    enum status status = stream_open(&imap_target, deadline, &stream, diagnosis);
    if (status != STATUS_OK)
        return status;
    return imap_start(stream_transport(stream), target->host, target->port, login, deadline, imap,
                      diagnosis);
}

void imap_close(struct imap **imap)
{
    enum { LOGOUT_MS = 100 };
    if (!imap || !*imap)
        return;
    struct imap *closed = *imap;
    struct transport *line = &closed->lexer.line;
    if (imap_usable(closed) &&
        line->send(line->context, SV("BYE LOGOUT\r\n"), deadline_in(LOGOUT_MS)) != STATUS_OK)
        closed->lexer.status = STATUS_CLOSED;
    line->close(line->context);
    lexer_deinit(&closed->lexer);
    state_forget_mailbox(closed);
    free(closed);
    *imap = NULL;
}

bool imap_usable(const struct imap *imap)
{
    return imap->lexer.status == STATUS_OK && !imap->bye[0];
}

bool imap_alive(const struct imap *imap)
{
    return imap_usable(imap) && imap->lexer.line.alive(imap->lexer.line.context);
}

int64_t imap_last_use(const struct imap *imap)
{
    return imap->last_use;
}

bool imap_can(const struct imap *imap, enum imap_capability capability)
{
    return imap_capability_has(&imap->can, capability);
}

uint64_t imap_append_limit(const struct imap *imap)
{
    return imap->can.append_limit;
}
