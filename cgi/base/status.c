#include "status.h"

#include "arena.h"
#include "str.h"
#include "utf8.h"

static const char *const status_names[STATUS_COUNT] = {
    [STATUS_OK] = "ok",
    [STATUS_INVALID] = "invalid",
    [STATUS_TOO_LARGE] = "too-large",
    [STATUS_NOT_FOUND] = "not-found",
    [STATUS_DENIED] = "denied",
    [STATUS_EXISTS] = "exists",
    [STATUS_CHANGED] = "changed",
    [STATUS_UNREACHABLE] = "unreachable",
    [STATUS_TLS] = "tls",
    [STATUS_TIMEOUT] = "timeout",
    [STATUS_CLOSED] = "closed",
    [STATUS_PROTOCOL] = "protocol",
    [STATUS_REFUSED] = "refused",
    [STATUS_UNSUPPORTED] = "unsupported",
    [STATUS_UNAVAILABLE] = "unavailable",
    [STATUS_QUOTA] = "quota",
    [STATUS_IO] = "io",
    [STATUS_CANCELLED] = "cancelled",
    [STATUS_SIGNED_OUT] = "signed-out",
};

static const char *const stage_names[STAGE_COUNT] = {
    [STAGE_NONE] = "none",   [STAGE_RESOLVE] = "resolve",         [STAGE_CONNECT] = "connect",
    [STAGE_TLS] = "tls",     [STAGE_CERTIFICATE] = "certificate", [STAGE_GREETING] = "greeting",
    [STAGE_LOGIN] = "login", [STAGE_COMMAND] = "command",         [STAGE_STORE] = "store",
};

static const struct {
    const char *code, *key;
} causes[CAUSE_COUNT] = {
    [CAUSE_NONE] = {"", ""},
    [CAUSE_NAME_UNKNOWN] = {"NET-1", "name_unknown"},
    [CAUSE_CONNECTION_REFUSED] = {"NET-2", "connection_refused"},
    [CAUSE_TIMEOUT] = {"NET-3", "timeout"},
    [CAUSE_CLOSED] = {"NET-4", "closed"},
    [CAUSE_UNREACHABLE] = {"NET-5", "unreachable"},
    [CAUSE_NO_STARTTLS] = {"TLS-10", "no_starttls"},
    [CAUSE_TLS_MISMATCH] = {"TLS-11", "tls_mismatch"},
    [CAUSE_CERT_EXPIRED] = {"TLS-12", "cert_expired"},
    [CAUSE_CERT_NOT_YET] = {"TLS-13", "cert_not_yet"},
    [CAUSE_CERT_NAME] = {"TLS-14", "cert_name"},
    [CAUSE_CERT_UNTRUSTED] = {"TLS-15", "cert_untrusted"},
    [CAUSE_CERT_OTHER] = {"TLS-16", "cert_other"},
    [CAUSE_PASSWORD] = {"LOG-20", "password"},
    [CAUSE_UNAVAILABLE] = {"LOG-21", "unavailable"},
    [CAUSE_LOGIN_DISABLED] = {"LOG-22", "login_disabled"},
    [CAUSE_QUOTA] = {"BOX-30", "quota"},
    [CAUSE_MAILBOX_CHANGED] = {"BOX-31", "mailbox_changed"},
    [CAUSE_MAILBOX_MISSING] = {"BOX-32", "mailbox_missing"},
    [CAUSE_RIGHTS] = {"BOX-33", "rights"},
    [CAUSE_REFUSED] = {"BOX-34", "refused"},
    [CAUSE_MESSAGE_MISSING] = {"BOX-35", "message_missing"},
    [CAUSE_PROTOCOL] = {"SRV-40", "protocol"},
    [CAUSE_RECIPIENT] = {"SMTP-50", "recipient"},
    [CAUSE_SENDER] = {"SMTP-51", "sender"},
    [CAUSE_MESSAGE_REFUSED] = {"SMTP-52", "message_refused"},
    [CAUSE_MESSAGE_SIZE] = {"SMTP-53", "message_size"},
    [CAUSE_SENDING_LIMIT] = {"SMTP-54", "sending_limit"},
    [CAUSE_STORE] = {"OWN-60", "store"},
    [CAUSE_BUSY] = {"OWN-61", "busy"},
    [CAUSE_PUBLIC] = {"OWN-62", "public"},
    [CAUSE_READING] = {"OWN-63", "reading"},
    [CAUSE_HIDDEN] = {"OWN-64", "hidden"},
    [CAUSE_LOGIN_CAPITALS] = {"FLT-70", "login_capitals"},
    [CAUSE_LOGIN_DOMAIN] = {"FLT-71", "login_domain"},
};

const char *status_name(enum status status)
{
    return (unsigned)status < STATUS_COUNT ? status_names[status] : "unknown";
}

const char *stage_name(enum stage stage)
{
    return (unsigned)stage < STAGE_COUNT ? stage_names[stage] : "unknown";
}

const char *diagnosis_code(enum cause cause)
{
    return (unsigned)cause < CAUSE_COUNT ? causes[cause].code : "";
}

const char *diagnosis_key(enum cause cause)
{
    return (unsigned)cause < CAUSE_COUNT ? causes[cause].key : "";
}

static void line_into(char *out, size_t size, const char *text)
{
    struct sv s = sv_of(text);
    struct sb b;
    sb_fixed(&b, out, size);
    for (size_t at = 0; at < s.n && !b.over;) {
        uint32_t c = utf8_next(s, &at);
        utf8_add(&b, c < 0x20 || (c >= 0x7f && c < 0xa0) ? ' ' : c);
    }
}

void diagnosis_set(struct diagnosis *d, enum stage stage, enum cause cause, const char *host,
                   uint16_t port, const char *detail)
{
    if (!d)
        return;
    d->stage = stage;
    d->cause = cause;
    d->port = port;
    d->not_before = d->not_after = 0;
    d->names[0] = '\0';
    line_into(d->host, sizeof d->host, host);
    line_into(d->detail, sizeof d->detail, detail);
}
