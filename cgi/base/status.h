/* status.h — how a function says that it failed, and what is known about the failure.
 *
 * Every function that can fail returns an enum status; its outputs come last and are untouched on
 * failure. Where a peer or the machine is to blame the function also fills a struct diagnosis, from
 * which a page tells the user the host, the cause and the remedy in the user's own language, and
 * the log tells the administrator the same under a code that can be searched for.
 */
#ifndef VM_STATUS_H
#define VM_STATUS_H

#include <stdint.h>

#define MUST_USE __attribute__((warn_unused_result))

enum status {
    STATUS_OK = 0,
    STATUS_INVALID,     /* input from outside that breaks its grammar or holds what it may not */
    STATUS_TOO_LARGE,   /* a limit was reached */
    STATUS_NOT_FOUND,   /* no such mailbox, message, part, session, file */
    STATUS_DENIED,      /* wrong password, missing right, refused token */
    STATUS_EXISTS,      /* what was to be made is there already */
    STATUS_CHANGED,     /* UIDVALIDITY or another version no longer matches */
    STATUS_UNREACHABLE, /* the name does not resolve, or nobody answers there */
    STATUS_TLS,         /* no TLS, or a certificate that cannot be trusted */
    STATUS_TIMEOUT,     /* a deadline passed */
    STATUS_CLOSED,      /* the peer closed the connection */
    STATUS_PROTOCOL,    /* the peer's answer breaks its protocol */
    STATUS_REFUSED,     /* the peer understood and said no */
    STATUS_UNSUPPORTED, /* the peer cannot do this */
    STATUS_UNAVAILABLE, /* the peer, or a resource of ours, cannot serve for now */
    STATUS_QUOTA,       /* the account is full */
    STATUS_IO,          /* the machine's own files, memory or processes failed */
    STATUS_CANCELLED,   /* the caller asked to stop */
    STATUS_SIGNED_OUT,  /* the session is over */
    STATUS_COUNT
};

/* Where on the way to a peer it failed. */
enum stage {
    STAGE_NONE = 0,
    STAGE_RESOLVE,
    STAGE_CONNECT,
    STAGE_TLS,
    STAGE_CERTIFICATE,
    STAGE_GREETING,
    STAGE_LOGIN,
    STAGE_COMMAND,
    STAGE_STORE,
    STAGE_COUNT
};

/* What is to blame. Each cause has a code (diagnosis_code) and, in the catalogues, a sentence for
 * the cause and one for the remedy under "failure.<key>" (diagnosis_key). Codes are stable: an
 * administrator may have written them down. */
enum cause {
    CAUSE_NONE = 0,
    CAUSE_NAME_UNKNOWN,       /* NET-1 */
    CAUSE_CONNECTION_REFUSED, /* NET-2 */
    CAUSE_TIMEOUT,            /* NET-3 */
    CAUSE_CLOSED,             /* NET-4 */
    CAUSE_UNREACHABLE,        /* NET-5 */
    CAUSE_NO_STARTTLS,        /* TLS-10 */
    CAUSE_TLS_MISMATCH,       /* TLS-11: TLS on a plain port, or plain on a TLS port */
    CAUSE_CERT_EXPIRED,       /* TLS-12 */
    CAUSE_CERT_NOT_YET,       /* TLS-13 */
    CAUSE_CERT_NAME,          /* TLS-14 */
    CAUSE_CERT_UNTRUSTED,     /* TLS-15 */
    CAUSE_CERT_OTHER,         /* TLS-16 */
    CAUSE_PASSWORD,           /* LOG-20 */
    CAUSE_UNAVAILABLE,        /* LOG-21: the server says that it cannot serve for now */
    CAUSE_LOGIN_DISABLED,     /* LOG-22: no way of logging in that we may use */
    CAUSE_QUOTA,              /* BOX-30 */
    CAUSE_MAILBOX_CHANGED,    /* BOX-31 */
    CAUSE_MAILBOX_MISSING,    /* BOX-32 */
    CAUSE_RIGHTS,             /* BOX-33 */
    CAUSE_REFUSED,            /* BOX-34: any other refusal, in the server's own words */
    CAUSE_MESSAGE_MISSING,    /* BOX-35 */
    CAUSE_PROTOCOL,           /* SRV-40 */
    CAUSE_RECIPIENT,          /* SMTP-50 */
    CAUSE_SENDER,             /* SMTP-51 */
    CAUSE_MESSAGE_REFUSED,    /* SMTP-52 */
    CAUSE_MESSAGE_SIZE,       /* SMTP-53 */
    CAUSE_SENDING_LIMIT,      /* SMTP-54: more is sent than one person may; until not_before */
    CAUSE_STORE,              /* OWN-60 */
    CAUSE_BUSY,               /* OWN-61 */
    CAUSE_PUBLIC,             /* OWN-62: not in a public session */
    CAUSE_READING,            /* OWN-63: not in a session that may only read */
    CAUSE_HIDDEN,             /* OWN-64: a message that is not shown in a public session */
    CAUSE_LOGIN_CAPITALS,     /* FLT-70: no filters for a login that is written so */
    CAUSE_LOGIN_DOMAIN,       /* FLT-71: nor for one of another domain than that of the host */
    CAUSE_COUNT
};

enum { DIAGNOSIS_HOST_MAX = 256, DIAGNOSIS_TEXT_MAX = 512 };

/* All strings are NUL-terminated UTF-8 without control characters, cut at a code point. */
struct diagnosis {
    enum stage stage;
    enum cause cause;
    uint16_t port;
    char host[DIAGNOSIS_HOST_MAX];
    /* certificate validity, or when a limit lets one go on; seconds since 1970, else 0 */
    int64_t not_before;
    int64_t not_after;
    char names[DIAGNOSIS_TEXT_MAX];  /* the names that the certificate was issued to */
    char detail[DIAGNOSIS_TEXT_MAX]; /* the server's or the library's own words */
};

/* A stable English name for logs: "not-found". */
const char *status_name(enum status status);
const char *stage_name(enum stage stage);

/* The code shown to user and administrator ("TLS-12"), "" for CAUSE_NONE. */
const char *diagnosis_code(enum cause cause);

/* The catalogue key below "failure." ("cert_expired"), "" for CAUSE_NONE. */
const char *diagnosis_key(enum cause cause);

/* Fills stage, cause, host and port; detail may be NULL. The bytes of detail may come from a peer:
 * they are cut, control characters become spaces and invalid UTF-8 is replaced. d may be NULL. */
void diagnosis_set(struct diagnosis *d, enum stage stage, enum cause cause, const char *host,
                   uint16_t port, const char *detail);

#endif
