/* smtp_dialogue.h — one SMTP conversation: command lines out, replies in, EHLO and AUTH. */
#ifndef VM_SMTP_DIALOGUE_H
#define VM_SMTP_DIALOGUE_H

#include "clock.h"
#include "smtp_reply.h"

/* What the server said to EHLO (RFC 5321 section 4.1.1.1). */
struct smtp_offers {
    bool pipelining;    /* RFC 2920 */
    bool size;          /* RFC 1870 */
    bool eight_bit;     /* RFC 6152 */
    bool international; /* SMTPUTF8, RFC 6531 */
    bool auth_plain;    /* RFC 4954, RFC 4616 */
    bool auth_login;
};

struct smtp_dialogue {
    const struct transport *line;
    const struct submit_order *order;
    struct arena *arena;
    struct submit_result *result;
    struct diagnosis *diagnosis;
    struct deadline total;
    struct smtp_offers offers;
    struct smtp_reply reply; /* the last one */
    struct sv pending;       /* received and not yet read, in `in` */
    char in[4096];
};

/* The deadline of a command that starts now. */
struct deadline smtp_deadline(const struct smtp_dialogue *d);
enum status smtp_send(struct smtp_dialogue *d, struct sv bytes, struct deadline deadline) MUST_USE;
/* Reads the next reply into d->reply. */
enum status smtp_receive(struct smtp_dialogue *d, struct deadline deadline) MUST_USE;
/* A line without its CRLF, and its reply. Control characters in it are a mistake of the caller's
 * and are refused with INVALID. */
enum status smtp_command(struct smtp_dialogue *d, struct sv line) MUST_USE;
/* Copies the last reply to result->reply and fills the diagnosis; returns the status that belongs
 * to the cause: UNAVAILABLE for 4xx, else `status`. */
enum status smtp_refused(struct smtp_dialogue *d, enum stage stage, enum cause cause,
                         enum status status);
/* The same when it is we who refuse, in these words. */
enum status smtp_cannot(struct smtp_dialogue *d, enum stage stage, enum cause cause,
                        enum status status, const char *words);

/* EHLO: fills d->offers and result->size_limit. */
enum status smtp_hello(struct smtp_dialogue *d) MUST_USE;
/* AUTH PLAIN, or LOGIN where that is all there is. */
enum status smtp_login(struct smtp_dialogue *d) MUST_USE;

#endif
