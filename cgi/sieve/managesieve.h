/* managesieve.h — one conversation with a ManageSieve server (RFC 5804): greeting, STARTTLS, login,
 * the person's scripts, goodbye. Each request of ours opens, talks and closes.
 *
 * What the server says before TLS is not believed: its capabilities are read anew after it, and
 * whatever it sent ahead into the handshake ends the conversation. All strings given are checked: a
 * NUL never reaches a line, other control characters only within the literal of a script.
 */
#ifndef VM_MANAGESIEVE_H
#define VM_MANAGESIEVE_H

#include "transport.h"

struct arena;
struct managesieve;

enum {
    MANAGESIEVE_SCRIPT_MAX = 256 * 1024, /* bytes; larger ones are STATUS_TOO_LARGE */
    MANAGESIEVE_SCRIPTS_MAX = 200,       /* in a list; more are left out */
    MANAGESIEVE_SECRET_MAX = 1024
};

struct managesieve_order {
    struct transport line; /* lent; closed by its owner */
    /* STARTTLS: called once the server has agreed. NULL: the line is secure already, or the site
     * has said that it may be plain. */
    enum status (*secure)(void *context, struct deadline deadline, struct diagnosis *diagnosis);
    void *secure_context;
    const char *host; /* for the diagnosis */
    uint16_t port;
    struct arena *arena;         /* owns the conversation and all that it returns */
    struct deadline deadline;    /* of the whole conversation */
    struct diagnosis *diagnosis; /* may be NULL */
};

struct managesieve_script {
    struct sv name; /* UTF-8 without control characters */
    bool active;
};

struct managesieve_scripts {
    struct managesieve_script *items;
    size_t n;
};

/* Greeting, STARTTLS, capabilities. STATUS_TLS with CAUSE_NO_STARTTLS, STATUS_UNAVAILABLE for BYE
 * (a referral stands in the diagnosis), STATUS_PROTOCOL, STATUS_CLOSED, STATUS_TIMEOUT. */
enum status managesieve_open(const struct managesieve_order *order,
                             struct managesieve **out) MUST_USE;
/* AUTHENTICATE "PLAIN" (RFC 4616). STATUS_DENIED for a refused password, STATUS_UNSUPPORTED without
 * PLAIN, STATUS_INVALID for NUL or control characters or too long a secret. */
enum status managesieve_login(struct managesieve *m, struct sv user, struct sv password) MUST_USE;
/* The extensions of Sieve that the server has, separated by spaces. */
struct sv managesieve_extensions(const struct managesieve *m);

enum status managesieve_list(struct managesieve *m, struct managesieve_scripts *out) MUST_USE;
/* STATUS_NOT_FOUND if there is none of that name. */
enum status managesieve_get(struct managesieve *m, struct sv name, struct sv *text) MUST_USE;
/* CHECKSCRIPT; a server without VERSION "1.0" has none and is not asked. STATUS_REFUSED: the
 * server's words are in the diagnosis. */
enum status managesieve_check(struct managesieve *m, struct sv text) MUST_USE;
/* STATUS_QUOTA, STATUS_REFUSED. */
enum status managesieve_put(struct managesieve *m, struct sv name, struct sv text) MUST_USE;
/* Makes it the one that runs; an empty name: none. */
enum status managesieve_activate(struct managesieve *m, struct sv name) MUST_USE;
/* LOGOUT, without waiting for the answer. */
void managesieve_close(struct managesieve *m);

#endif
