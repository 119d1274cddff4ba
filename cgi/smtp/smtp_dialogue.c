#include "smtp_dialogue.h"

#include <string.h>

#include "base64.h"

/* The longest line is AUTH PLAIN with both strings at their limits. */
enum { SECRETS_MAX = 2 * SUBMIT_SECRET_MAX + 2, COMMAND_MAX = 16 + BASE64_LENGTH(SECRETS_MAX) };

struct deadline smtp_deadline(const struct smtp_dialogue *d)
{
    return deadline_min(deadline_in(d->order->command_ms), d->total);
}

static const char *host_of(const struct smtp_dialogue *d)
{
    return arena_cstr(d->arena, d->order->host);
}

/* Our own and the transport's failures, as opposed to the server's refusals. */
static enum status transport_failed(struct smtp_dialogue *d, enum status status)
{
    enum cause cause = status == STATUS_TIMEOUT  ? CAUSE_TIMEOUT
                       : status == STATUS_CLOSED ? CAUSE_CLOSED
                                                 : CAUSE_PROTOCOL;
    diagnosis_set(d->diagnosis, STAGE_COMMAND, cause, host_of(d), d->order->port, NULL);
    return status;
}

enum status smtp_send(struct smtp_dialogue *d, struct sv bytes, struct deadline deadline)
{
    enum status status = d->line->send(d->line->context, bytes, deadline);
    return status ? transport_failed(d, status) : STATUS_OK;
}

enum status smtp_receive(struct smtp_dialogue *d, struct deadline deadline)
{
    smtp_reply_clear(&d->reply);
    for (;;) {
        bool whole = false;
        enum status status = smtp_reply_feed(&d->reply, &d->pending, &whole);
        if (!status && whole)
            return STATUS_OK;
        size_t n = 0;
        if (!status)
            status = d->line->receive(d->line->context, d->in, sizeof d->in, deadline, &n);
        if (status)
            return transport_failed(d, status);
        d->pending = (struct sv){d->in, n};
    }
}

enum status smtp_command(struct smtp_dialogue *d, struct sv line)
{
    if (sv_has_control(line))
        return STATUS_INVALID;
    char buffer[COMMAND_MAX + 3];
    struct sb b;
    sb_fixed(&b, buffer, sizeof buffer);
    sb_add(&b, line);
    sb_add(&b, SV("\r\n"));
    if (b.over)
        return STATUS_TOO_LARGE;
    struct deadline deadline = smtp_deadline(d);
    enum status status = smtp_send(d, sb_view(&b), deadline);
    explicit_bzero(buffer, sizeof buffer); /* it may have been AUTH */
    return status ? status : smtp_receive(d, deadline);
}

enum status smtp_refused(struct smtp_dialogue *d, enum stage stage, enum cause cause,
                         enum status status)
{
    d->result->reply = smtp_reply_words(&d->reply, d->arena);
    char *words = arena_cstr(d->arena, d->result->reply.text);
    diagnosis_set(d->diagnosis, stage, cause, host_of(d), d->order->port, words);
    return d->reply.code / 100 == 4 ? STATUS_UNAVAILABLE : status;
}

enum status smtp_cannot(struct smtp_dialogue *d, enum stage stage, enum cause cause,
                        enum status status, const char *words)
{
    d->result->reply = (struct submit_reply){.text = sv_of(words)};
    diagnosis_set(d->diagnosis, stage, cause, host_of(d), d->order->port, words);
    return status;
}

static bool has_word(struct sv words, struct sv wanted)
{
    while (words.n > 0)
        if (sv_eq_nocase(sv_cut(&words, ' '), wanted))
            return true;
    return false;
}

static void offers_read(struct smtp_dialogue *d)
{
    struct smtp_offers *offers = &d->offers;
    struct sv lines = sb_view(&d->reply.text);
    sv_cut(&lines, '\n'); /* the greeting line */
    while (lines.n > 0) {
        struct sv words = sv_trim(sv_cut(&lines, '\n'));
        /* "AUTH=PLAIN" is how servers before RFC 2554 wrote it, and some still do for old clients
         */
        struct sv keyword =
            sv_starts_nocase(words, SV("AUTH=")) ? sv_cut(&words, '=') : sv_cut(&words, ' ');
        if (sv_eq_nocase(keyword, SV("PIPELINING")))
            offers->pipelining = true;
        else if (sv_eq_nocase(keyword, SV("8BITMIME")))
            offers->eight_bit = true;
        else if (sv_eq_nocase(keyword, SV("SMTPUTF8")))
            offers->international = true;
        else if (sv_eq_nocase(keyword, SV("SIZE"))) {
            offers->size = true;
            uint64_t limit = 0;
            if (sv_to_u64(sv_trim(words), UINT64_MAX, &limit) == STATUS_OK)
                d->result->size_limit = limit;
        } else if (sv_eq_nocase(keyword, SV("AUTH"))) {
            offers->auth_plain = offers->auth_plain || has_word(words, SV("PLAIN"));
            offers->auth_login = offers->auth_login || has_word(words, SV("LOGIN"));
        }
    }
}

enum status smtp_hello(struct smtp_dialogue *d)
{
    struct sv line = arena_printf(d->arena, "EHLO %.*s", SV_ARG(d->order->client_name));
    enum status status = smtp_command(d, line);
    if (status)
        return status;
    if (d->reply.code != 250)
        return smtp_refused(d, STAGE_GREETING, CAUSE_UNAVAILABLE, STATUS_UNAVAILABLE);
    offers_read(d);
    return STATUS_OK;
}

/* 4xx: not now. 535 and its like: wrong password. 504, 530, 534, 538: this way is not allowed. */
static enum status login_refused(struct smtp_dialogue *d)
{
    uint16_t code = d->reply.code;
    if (code < 400)
        return smtp_refused(d, STAGE_LOGIN, CAUSE_PROTOCOL, STATUS_PROTOCOL);
    if (code < 500)
        return smtp_refused(d, STAGE_LOGIN, CAUSE_UNAVAILABLE, STATUS_UNAVAILABLE);
    if (code == 504 || code == 530 || code == 534 || code == 538)
        return smtp_refused(d, STAGE_LOGIN, CAUSE_LOGIN_DISABLED, STATUS_UNSUPPORTED);
    return smtp_refused(d, STAGE_LOGIN, CAUSE_PASSWORD, STATUS_DENIED);
}

static enum status login_plain(struct smtp_dialogue *d)
{
    char secret[SECRETS_MAX + 1], line[COMMAND_MAX + 1];
    struct sb plain, command;
    sb_fixed(&plain, secret, sizeof secret);
    sb_add_char(&plain, '\0');
    sb_add(&plain, d->order->user);
    sb_add_char(&plain, '\0');
    sb_add(&plain, d->order->password);
    sb_fixed(&command, line, sizeof line);
    sb_add(&command, SV("AUTH PLAIN "));
    base64_encode(&command, plain.p, plain.n);
    enum status status = smtp_command(d, sb_view(&command));
    explicit_bzero(secret, sizeof secret);
    explicit_bzero(line, sizeof line);
    return status;
}

static enum status secret_send(struct smtp_dialogue *d, struct sv secret)
{
    char line[COMMAND_MAX + 1];
    struct sb encoded;
    sb_fixed(&encoded, line, sizeof line);
    base64_encode(&encoded, secret.p, secret.n);
    enum status status = smtp_command(d, sb_view(&encoded));
    explicit_bzero(line, sizeof line);
    return status;
}

static enum status login_login(struct smtp_dialogue *d)
{
    enum status status = smtp_command(d, SV("AUTH LOGIN"));
    if (!status && d->reply.code == 334)
        status = secret_send(d, d->order->user);
    if (!status && d->reply.code == 334)
        status = secret_send(d, d->order->password);
    return status;
}

enum status smtp_login(struct smtp_dialogue *d)
{
    if (!d->offers.auth_plain && !d->offers.auth_login)
        return smtp_cannot(d, STAGE_LOGIN, CAUSE_LOGIN_DISABLED, STATUS_UNSUPPORTED,
                           "the server offers neither AUTH PLAIN nor AUTH LOGIN");
    enum status status = d->offers.auth_plain ? login_plain(d) : login_login(d);
    if (status)
        return status;
    return d->reply.code == 235 ? STATUS_OK : login_refused(d);
}
