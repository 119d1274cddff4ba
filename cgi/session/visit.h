/* visit.h — sign-ins that their user is told of afterwards, and what was done in them.
 *
 * A visit is a public session, or a full one that began at a new place. It is written to the store
 * as it happens, a row at a time, sealed under the server's key for its account, however its name
 * was spelt: whoever has the store
 * alone learns neither address nor subject, and a process that is killed takes nothing with it.
 *
 * A place is a network (an IPv4 /24, an IPv6 /48) and a browser by its name: what changes when
 * somebody else signs in, and mostly does not when the same person does. The store has a hash of it
 * under the server's key. It is known for VISIT_PLACE_DAYS from the last full sign-in there. The
 * first place of all is known from the start: there is nothing to compare it with. A public session
 * makes no place known.
 */
#ifndef VM_VISIT_H
#define VM_VISIT_H

#include "session.h"

enum {
    VISIT_DAYS = 30,
    VISIT_DOUBT_DAYS = 7,
    VISIT_PLACE_DAYS = 180,
    VISIT_TEXT_MAX = 600 /* bytes of a line */
};

/* What was done; the numbers stand in the store. */
enum visit_deed { VISIT_OPENED = 0, VISIT_SENT = 1, VISIT_DOWNLOADED = 2 };

/* How it ended; the numbers stand in the store. */
enum visit_end {
    VISIT_GOES_ON = 0,
    VISIT_ENDED = 1,      /* in a way that nobody has said more of */
    VISIT_SIGNED_OUT = 2, /* by who used it */
    VISIT_RAN_OUT = 3,    /* its time was over */
    VISIT_ENDED_AFAR = 4, /* by its user, from another session */
    VISIT_ENDED_CODE = 5, /* by the code that it showed */
    VISIT_CUT = 6,        /* session_cut() */
    VISIT_LOST = 7        /* the program stopped, or was stopped */
};

/* What its user has been told; the numbers stand in the store. */
enum visit_told { VISIT_UNTOLD = 0, VISIT_BEGIN_TOLD = 1, VISIT_ALL_TOLD = 2 };

struct visit {
    uint8_t id[STORE_VISIT_ID_SIZE];
    char name[SESSION_CSRF_TEXT + 1]; /* what forms of the asking session call it */
    enum session_kind kind;
    bool pass, reading;
    struct sv address, agent; /* of the browser; empty if the server's key has changed since */
    int64_t began, ended;     /* ended 0: it goes on, or nobody knows */
    enum visit_end how;
    enum visit_told told;
    bool own; /* it began in the place where the asking session is */
    uint64_t done[STORE_VISIT_KINDS];
};

/* A sign-in is complete: writes the visit, if it is one. *news: its user is to be told. A public
 * one is always. */
enum status visit_begin(struct session *session, bool *news) MUST_USE;
/* Something was done in a public session; in any other nothing happens. once tells it from the
 * other deeds of the visit, so that the same one is kept once; text is for people. */
enum status visit_note(struct session *session, enum visit_deed deed, struct sv once,
                       struct sv text) MUST_USE;
/* It is about to end in this way: before session_end(). */
void visit_ends(struct session *session, enum visit_end how);
/* For the table: nobody holds the session any more. */
void visit_close(struct session *session);

/* The asking session's user's, the newest first. untold: only those of which something is to be
 * told, and not that of the place where it is told. */
enum status visit_list(struct session *asking, bool untold, struct arena *arena, struct visit **out,
                       size_t *count) MUST_USE;
struct visit_text {
    enum visit_deed deed;
    int64_t at;
    struct sv text;
};
enum status visit_texts(struct session *asking, const struct visit *visit, struct arena *arena,
                        struct visit_text **out, size_t *count) MUST_USE;
/* Its user has seen what visit_list() tells, and which passes have been used. A session whose own
 * place is among it, since less than VISIT_DOUBT_DAYS, speaks for itself only: whoever came in with
 * a stolen password cannot hide that from the others. After that a place that nobody has said
 * anything against speaks for its user, who may have no other one any more. */
enum status visit_tell(struct session *asking, struct arena *arena) MUST_USE;

/* Forgets those that are older than VISIT_DAYS: call now and then. */
void visits_sweep(struct sessions *sessions);

#endif
