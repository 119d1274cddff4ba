/* imap.h — one logged-in connection to one IMAP server (RFC 3501, and 9051 where it agrees).
 *
 * Operations stand in imap_folders.h, imap_fetch.h, imap_search.h, imap_thread.h, imap_change.h,
 * imap_append.h.
 * They all take the connection and a struct imap_call. What a server cannot do is replaced by what
 * it can (imap_capability.h); the caller never asks which.
 *
 * Mailbox names are UTF-8 everywhere in this interface. A name that the server does not write in
 * proper modified UTF-7 appears as DEL (0x7f) followed by its bytes as code points, and finds its
 * way back: give names to these functions exactly as they were listed, and clean them for display.
 *
 * Statuses that any operation may return:
 *   STATUS_TIMEOUT, STATUS_CLOSED, STATUS_PROTOCOL   the connection is unusable from now on
 *   STATUS_TOO_LARGE      a limit was reached (imap_limits.h, or the arena's budget)
 *   STATUS_NOT_FOUND      no such mailbox (NONEXISTENT, TRYCREATE), or no such message
 *   STATUS_DENIED         missing right (NOPERM)
 *   STATUS_EXISTS         ALREADYEXISTS
 *   STATUS_QUOTA          OVERQUOTA
 *   STATUS_UNAVAILABLE    UNAVAILABLE, INUSE, SERVERBUG, LIMIT
 *   STATUS_UNSUPPORTED    the server has neither the command nor a replacement
 *   STATUS_REFUSED        any other NO or BAD, in the server's words in diagnosis.detail
 *   STATUS_INVALID        an argument that may not be sent
 * After each of them imap_usable() tells whether the connection may serve again; if not, close it.
 * A connection belongs to one thread at a time.
 */
#ifndef VM_IMAP_H
#define VM_IMAP_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "clock.h"
#include "imap_capability.h"
#include "status.h"
#include "str.h"
#include "stream.h"

struct imap;

/* The caller's own work, done while the server does its: run once, when the first command has been
 * sent and before its reply is waited for. It must not use the connection. */
struct imap_meanwhile {
    void (*run)(void *context); /* NULL: done */
    void *context;
};

/* For the caller's end: an operation that had nothing to ask has not run it. */
void imap_meanwhile_do(struct imap_meanwhile *meanwhile);

/* What one operation may use. */
struct imap_call {
    struct arena *arena;              /* where results live */
    struct deadline deadline;         /* for the whole operation */
    struct diagnosis *diagnosis;      /* filled on failure; may be NULL */
    struct imap_meanwhile *meanwhile; /* may be NULL */
};

struct imap_envelope;
/* What a connection does not show, whatever is asked for by whom. */
struct imap_veil {
    /* Messages that arrived (INTERNALDATE) before that day are not there: no search finds them, no
     * fetch has them, no window counts them. Seconds since 1970, at 0:00 UTC; 0: all are there. */
    int64_t since;
    /* Of a message of which it is true nothing is told but what struct imap_message says, and none
     * of its text is read. Its strings are raw. NULL: none. What a search finds is not kept from
     * it: that a word is in such a message can be found out. */
    bool (*hides)(const struct imap_envelope *envelope);
};

struct imap_login {
    struct sv user;
    struct sv password;
    struct sv client; /* the browser's address, told to the server by ID (RFC 2971); may be empty */
    uint16_t client_port; /* 0: unknown */
    bool reading; /* the connection only reads: imap_select() sends EXAMINE, and any command that
                     could change something is STATUS_DENIED with CAUSE_READING, unsent */
    struct imap_veil veil;
};

/* Connects and logs in. Besides the statuses of stream_open(): STATUS_DENIED with CAUSE_PASSWORD,
 * STATUS_UNAVAILABLE with CAUSE_UNAVAILABLE, STATUS_UNSUPPORTED with CAUSE_LOGIN_DISABLED. User and
 * password with a control character are STATUS_DENIED before a byte is sent. target->protocol is
 * taken as STREAM_IMAP. */
enum status imap_open(const struct stream_target *target, const struct imap_login *login,
                      struct deadline deadline, struct imap **imap,
                      struct diagnosis *diagnosis) MUST_USE;
/* The same on a line that already stands behind the greeting, which it owns from now on, also on
 * failure. host and port are for diagnoses. */
enum status imap_start(struct transport line, const char *host, uint16_t port,
                       const struct imap_login *login, struct deadline deadline, struct imap **imap,
                       struct diagnosis *diagnosis) MUST_USE;
/* Says LOGOUT without waiting for the answer. NULL and pointer to NULL accepted. */
void imap_close(struct imap **imap);

/* False once an operation ended without its tagged reply. */
bool imap_usable(const struct imap *imap);
/* Usable, and the peer has not closed an idle connection: no wait, no round trip. */
bool imap_alive(const struct imap *imap);
/* clock_ms() at the end of the last operation. */
int64_t imap_last_use(const struct imap *imap);
bool imap_can(const struct imap *imap, enum imap_capability capability);
/* True if not all of a mailbox is there (imap_veil.since): then sequence numbers and EXISTS, which
 * are the server's, tell nothing of places in a list. */
bool imap_partial(const struct imap *imap);
/* Most bytes of a message that the server takes (APPENDLIMIT), 0 if it does not say. */
uint64_t imap_append_limit(const struct imap *imap);

/* ---- the selected mailbox ---- */

struct imap_mailbox {
    struct sv name; /* UTF-8 */
    uint32_t uidvalidity;
    uint32_t uidnext; /* as far as known; at least 1 + the greatest UID seen */
    uint32_t exists;
    uint64_t highestmodseq; /* 0: unknown or not kept */
    bool read_only;
    bool any_keyword;          /* the server keeps keywords that we invent (PERMANENTFLAGS \*) */
    const struct sv *keywords; /* those that it keeps anyway */
    size_t keyword_count;
    unsigned kept;       /* enum imap_flag: the flags that it keeps */
    uint64_t generation; /* moves with each EXISTS, EXPUNGE or flag change that we hear of */
};

enum imap_mode { IMAP_READ_WRITE, IMAP_READ_ONLY };

/* Selects name unless it is selected already (in that mode or READ_WRITE). A mailbox that stays
 * selected is as fresh as the last operation: see imap_refresh(). */
enum status imap_select(struct imap *imap, const struct imap_call *call, struct sv name,
                        enum imap_mode mode) MUST_USE;
/* The selected mailbox, or NULL. Valid until the next operation. */
const struct imap_mailbox *imap_selected(const struct imap *imap);
/* Leaves the mailbox without expunging anything (UNSELECT, or EXAMINE of a mailbox that is not
 * there). */
enum status imap_unselect(struct imap *imap, const struct imap_call *call) MUST_USE;
/* Selects the mailbox of that name and UIDVALIDITY: STATUS_CHANGED, with CAUSE_MAILBOX_CHANGED, if
 * it is another one by now. What stayed selected may be one that is no more: then it is looked up
 * again. */
enum status imap_select_same(struct imap *imap, const struct imap_call *call, struct sv name,
                             enum imap_mode mode, uint32_t uidvalidity) MUST_USE;
/* NOOP: hears what has changed, in the selected mailbox too. */
enum status imap_refresh(struct imap *imap, const struct imap_call *call) MUST_USE;
/* True if the selected mailbox keeps this keyword when it is stored. */
bool imap_keeps_keyword(const struct imap *imap, struct sv keyword);

#endif
