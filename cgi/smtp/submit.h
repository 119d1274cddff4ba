/* submit.h — hands one message to a submission server (RFC 6409, RFC 5321) over an open line.
 *
 * The line has been greeted and, where the site asks for TLS, secured by net/stream. The dialogue
 * is ours because two things must be known that libraries hide: which recipient was refused in
 * which words, and whether the message may have been taken. What the caller does next depends on
 * the outcome alone:
 *
 *   NOT_SENT  nobody has received it: the final dot was never written
 *   SENT      the server answered the final dot with 2xx: it has taken charge of the message
 *   REFUSED   the server answered the final dot with 4xx or 5xx: nobody receives it
 *   UNKNOWN   the final dot may have been written and no answer came: never send again unasked
 *
 * Every line ending of the message becomes CRLF and every leading dot is doubled on the way, so
 * that the only "CRLF . CRLF" on the wire is ours (RFC 5321 section 4.5.2). The message passes in a
 * fixed buffer. After submit_message() the stream has had its QUIT or is broken: close it in any
 * case.
 */
#ifndef VM_SUBMIT_H
#define VM_SUBMIT_H

#include "arena.h"
#include "flow.h"
#include "transport.h"

enum {
    SUBMIT_ADDRESS_MAX = 320, /* bytes of a sender or recipient (RFC 5321 section 4.5.3.1) */
    SUBMIT_SECRET_MAX = 1024, /* bytes of user name or password */
    SUBMIT_LINE_MAX = 2000,   /* bytes of one line of a reply */
    SUBMIT_LINES_MAX = 100,   /* lines of one reply */
    SUBMIT_RECIPIENTS_MAX = 1000
};

enum submit_outcome { SUBMIT_NOT_SENT, SUBMIT_SENT, SUBMIT_REFUSED, SUBMIT_UNKNOWN };

enum submit_policy {
    SUBMIT_ALL_OR_NONE, /* one refused recipient stops it before DATA: the user corrects and sends
                         */
    SUBMIT_WHO_CAN      /* goes to those that were accepted, if there are any */
};

struct submit_order {
    struct sv host; /* for the diagnosis only */
    uint16_t port;
    struct sv client_name; /* what EHLO says: a host name or an address literal */
    struct sv user;        /* empty: no login */
    struct sv password;
    struct sv sender; /* bare address, without angle brackets; empty is the null sender */
    const struct sv *recipients; /* bare addresses, at least one */
    size_t recipient_count;
    struct source message; /* header and body; any line endings */
    uint64_t size;         /* of the message in bytes, for SIZE (RFC 1870); 0 if not known */
    bool eight_bit;        /* it holds bytes above 127: BODY=8BITMIME where offered (RFC 6152) */
    enum submit_policy policy;
    int64_t command_ms; /* each command with its answer, and each piece of the message */
    int64_t final_ms;   /* the answer to the final dot; servers scan the message meanwhile */
    int64_t total_ms;   /* everything before the final dot */
};

/* A reply of the server: text is its own words, lines joined by a space, UTF-8 without control
 * characters; enhanced is "5.1.1" (RFC 2034) or empty. code 0: we refused it ourselves. */
struct submit_reply {
    uint16_t code;
    struct sv enhanced;
    struct sv text;
};

struct submit_refusal {
    struct sv recipient; /* the caller's */
    struct submit_reply reply;
};

struct submit_result {
    enum submit_outcome outcome;
    struct sv *accepted; /* the caller's strings, in the caller's order */
    size_t accepted_count;
    struct submit_refusal *refused;
    size_t refused_count;
    uint64_t size_limit;       /* what the server takes at most; 0 if it did not say */
    struct submit_reply reply; /* the answer that decided: to the final dot, or the refusal */
};

/* Says EHLO, logs in, submits, says QUIT. *result is filled whatever is returned; its memory is the
 * arena's. Returns OK exactly if the outcome is SENT; otherwise *diagnosis says why:
 *   INVALID      control characters or "<>" in an address, a control character in the login, no or
 *                too many recipients: nothing was written
 *   DENIED       CAUSE_PASSWORD
 *   REFUSED      CAUSE_RECIPIENT, CAUSE_SENDER, CAUSE_MESSAGE_REFUSED (5xx)
 *   UNAVAILABLE  the same with 4xx: it may pass later
 *   TOO_LARGE    CAUSE_MESSAGE_SIZE
 *   UNSUPPORTED  CAUSE_LOGIN_DISABLED; CAUSE_RECIPIENT or CAUSE_SENDER for an address beyond ASCII
 *                on a server without SMTPUTF8 (RFC 6531)
 *   TIMEOUT, CLOSED, PROTOCOL as everywhere; whatever the message's source returned. */
enum status submit_message(const struct transport *line, const struct submit_order *order,
                           struct arena *arena, struct submit_result *result,
                           struct diagnosis *diagnosis) MUST_USE;

#endif
