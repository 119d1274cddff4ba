/* session.h — who is signed in, and the warm IMAP connections that each of them keeps.
 *
 * A session is made by a sign-in that the IMAP server accepted. The browser holds a 256-bit token;
 * the store holds its SHA-256 and the password sealed under token and server key, so that a session
 * outlives a restart of ours but neither the store nor a stolen cookie alone opens it. A public
 * session's password stays in memory and dies with the process.
 *
 * Locks: the table's, never held during I/O; a connection belongs to one request between take and
 * give. All functions may be called from any thread.
 */
#ifndef VM_SESSION_H
#define VM_SESSION_H

#include "clock.h"
#include "imap.h"
#include "pass.h"
#include "seal.h"
#include "store.h"
#include "str.h"

enum {
    SESSION_TOKEN_SIZE = 32,
    SESSION_TOKEN_TEXT = 43, /* the token in base64url */
    SESSION_CSRF_TEXT = 43,
    SESSION_FORM_TEXT = 43 + 1 + 43,
    SESSION_PASSWORD_MAX = 1000, /* bytes */
    SESSION_HALF_S = 300,
};

struct session_limits {
    int64_t idle_s, absolute_s;               /* of a full session */
    int64_t public_idle_s, public_absolute_s; /* of one on a public computer */
    /* What such a session is not shown (imap_veil): 0, all days; NULL, nothing is hidden. */
    int64_t public_days;
    bool (*public_hides)(const struct imap_envelope *envelope);
    bool public_bind_address;  /* and is asked for from the address that it began at */
    int64_t rescue_s;          /* after its end a token may still save a form to Drafts */
    size_t connections_each;   /* IMAP connections of one session */
    size_t connections_total;  /* of all; beyond it the longest idle one is closed */
    int64_t connection_idle_s; /* an idle connection older than this is closed */
};

struct sessions; /* the table */
struct session;  /* one of them; held by reference, see session_find and session_release */

/* The target's host is copied; its trust is lent and outlives the table. */
struct sessions *sessions_new(struct store *store, const struct server_key *key,
                              const struct stream_target *server,
                              const struct session_limits *limits);
/* Closes every connection; no session may be held any more. */
void sessions_free(struct sessions **sessions);
/* New settings: the server for connections to come, the limits from now on. */
void sessions_configure(struct sessions *sessions, const struct stream_target *server,
                        const struct session_limits *limits);
/* Ends what has expired and closes connections that are idle for too long: call every minute. */
void sessions_sweep(struct sessions *sessions);
/* What is void when the server no longer takes a session's password. Outlives the table; before it
 * is used. */
void sessions_use_passes(struct sessions *sessions, struct passes *passes);
/* The site's own, which a login may end with or not (session_account). Before the first sign-in,
 * and again when it has changed. */
void sessions_use_domain(struct sessions *sessions, struct sv domain);
/* How the store seals the texts that it keeps: under the server's key. Until sessions_free(). */
struct store_seal sessions_store_seal(struct sessions *sessions);
size_t sessions_count(struct sessions *sessions);
size_t sessions_connections(struct sessions *sessions);

/* Whose browser asks. */
struct browser {
    struct sv traits;  /* headers that stay the same from request to request, as one text */
    struct sv address; /* of the network */
    struct sv agent;   /* User-Agent */
};

struct sign_in {
    struct sv user, password;
    struct browser browser;
    enum session_kind kind;
    bool pass;    /* by a one-time pass: SESSION_PUBLIC */
    bool reading; /* nothing of the account may be changed */
    /* The second factor is still to come: it lives in memory for SESSION_HALF_S, and whoever serves
     * requests lets it do nothing but that (session_half). session_renew() makes it whole. */
    bool half;
};

/* Asks the IMAP server whether user and password are right and makes a session. token: room for
 * SESSION_TOKEN_TEXT + 1. STATUS_INVALID for an empty field or one with control characters (nothing
 * was sent), STATUS_DENIED for a refused login, else what the way to the server gave (*d says it).
 */
enum status session_sign_in(struct sessions *sessions, const struct sign_in *who,
                            struct deadline deadline, char token[SESSION_TOKEN_TEXT + 1],
                            struct session **out, struct diagnosis *d) MUST_USE;

/* Asks the server whether this is (still) the password of the session's user; the statuses are
 * those of session_sign_in(). */
enum status session_confirm(struct session *session, struct sv password, struct deadline deadline,
                            struct diagnosis *d) MUST_USE;
/* The session goes on under a new token, and is half no more; the old one has ended, with what
 * upper floors kept with it, also if this fails. out is released by the caller, as session_find's.
 * STATUS_SIGNED_OUT if it was over already: renewed by another request, ended or cut. */
enum status session_renew(struct session *session, char token[SESSION_TOKEN_TEXT + 1],
                          struct session **out) MUST_USE;

enum session_use {
    SESSION_USE_PAGE,   /* a person did something: the idle time starts anew */
    SESSION_USE_POLL,   /* the page itself asked: extends nothing */
    SESSION_USE_RESCUE, /* to save a form; also within rescue_s after the end */
};

/* The session of a token. STATUS_NOT_FOUND if there is none, STATUS_DENIED if it has expired. The
 * caller releases it. A public session belongs to one browser: asked for by another it is cut, and
 * STATUS_NOT_FOUND for the other one. */
enum status session_find(struct sessions *sessions, struct sv token, const struct browser *browser,
                         enum session_use use, struct session **out) MUST_USE;
void session_release(struct session **session);
/* Another hold on a session that the caller holds: for work that outlives the request. */
void session_hold(struct session *session);
/* Signs out: wipes it from table and store at once; requests in flight finish. */
void session_end(struct session *session);
/* The time of a public session is over at once, as if it had expired: what is typed in it can still
 * be rescued. */
void session_cut(struct session *session);

struct sv session_user(const struct session *session); /* valid while held */
/* The one name of the account (account_short()), however it was spelt at sign-in: for what a second
 * spelling must not go round. As long as it is held. */
struct sv session_account(const struct session *session);
/* The host of its IMAP server. */
struct sv session_server(const struct session *session, struct arena *arena);
/* Where what its user has chosen is kept; lent as long as the session is held. */
struct store *session_store(const struct session *session);
enum session_kind session_kind(const struct session *session);
bool session_by_pass(const struct session *session);
bool session_reading(const struct session *session);
bool session_half(const struct session *session);
/* Seconds since 1970 at which it ends if nothing more is done. */
int64_t session_expires(struct session *session);
/* The token of this session's forms. */
void session_csrf(const struct session *session, char out[SESSION_CSRF_TEXT + 1]);
/* What each form carries: that token, a dot, and a mark of whose form it is. */
void session_form_token(const struct session *session, char out[SESSION_FORM_TEXT + 1]);
/* True for either; the mark plays no part in it. */
bool session_csrf_matches(const struct session *session, struct sv token);
/* True if a form is of any session of this user: it may be shown to its writer again, never obeyed.
 */
bool session_wrote(const struct session *session, struct sv form_token);
/* A proof that this session itself made a link: for one purpose (a literal) and one text. */
void session_sign(const struct session *session, const char *purpose, struct sv text,
                  char out[SESSION_CSRF_TEXT + 1]);
bool session_sign_matches(const struct session *session, const char *purpose, struct sv text,
                          struct sv token);
/* The same for this user in every session: tells two texts apart, and tells nothing of them. */
void session_fingerprint(const struct session *session, const char *purpose, struct sv text,
                         char out[SESSION_CSRF_TEXT + 1]);
/* Texts about letters that outlive the session in the store: sealed under the server's key for this
 * user, so that the store's file alone tells nothing of them. purpose: a literal. STATUS_TOO_LARGE:
 * it does not fit out. */
enum status session_seal(const struct session *session, const char *purpose, struct sv text,
                         struct sb *out) MUST_USE;
/* In any session of that user. STATUS_DENIED: nobody sealed that so. */
enum status session_unseal(const struct session *session, const char *purpose, struct sv sealed,
                           struct sb *out) MUST_USE;
/* Calls use() with the password, which is wiped afterwards: for the submission server. */
enum status session_with_password(struct session *session,
                                  enum status (*use)(void *context, struct sv password),
                                  void *context) MUST_USE;

/* ---- connections ---- */

/* Lends a connection that is logged in: one that has `mailbox` selected if there is such a one and
 * it is free, else any idle one, else a new one. mailbox may be empty. STATUS_UNAVAILABLE with
 * CAUSE_BUSY if all of them stay busy until the deadline; STATUS_DENIED if the server no longer
 * takes the password, asked twice (the session has ended then). */
enum status session_connection_take(struct session *session, struct sv mailbox,
                                    struct deadline deadline, struct imap **out,
                                    struct diagnosis *d) MUST_USE;
/* It will stay busy for long: whoever else needs a connection opens another rather than wait for it
 * a moment. Until it is given back. */
void session_connection_slow(struct session *session, const struct imap *imap);
/* Gives it back; one that is unusable is closed. *imap becomes NULL. NULL is accepted. */
void session_connection_give(struct session *session, struct imap **imap);

/* ---- what upper floors keep with a session ---- */

/* A cache slot holds one value. Taking it leaves the slot empty, so that it has one owner at a time
 * and no lock is held while it is used; a second request finds nothing and computes its own. */
enum session_slot {
    SESSION_SLOT_FOLDERS,
    SESSION_SLOT_ORDER,
    SESSION_SLOT_FLASH,
    SESSION_SLOT_BODY,
    SESSION_SLOT_OUTBOX,
    SESSION_SLOT_THREADS,
    SESSION_SLOT_WARM,
    SESSION_SLOT_OPENING,
    SESSION_SLOT_JOBS,
    SESSION_SLOT_SEEK,
    SESSION_SLOT_SPACE,
    SESSION_SLOT_SIZE,
    SESSION_SLOT_TRIAL,
    SESSION_SLOT_FILTERS,
    SESSION_SLOT_PASSES,
    SESSION_SLOT_SECOND,
    SESSION_SLOT_RESCUED,
    SESSION_SLOT_COUNT
};
void *session_slot_take(struct session *session, enum session_slot slot);
/* free_value is called when the value is replaced or the session goes. */
void session_slot_put(struct session *session, enum session_slot slot, void *value,
                      void (*free_value)(void *value));
/* Looks at a value that counts its holders, and leaves it there for others: hold() counts one more
 * before anybody can replace it, and must not come back into this module. NULL if there is none. */
void *session_slot_hold(struct session *session, enum session_slot slot, void (*hold)(void *value));
/* A value that counts its holders and is shared by all requests of the session. */
struct session_shared {
    void *(*make)(void); /* one that nobody holds; as hold(), not back into this module */
    void (*hold)(void *value);
    void (*release)(void *value);
};
/* The slot's value with a hold for the caller, who releases it; the first one to ask makes it. */
void *session_slot_share(struct session *session, enum session_slot slot,
                         const struct session_shared *kind);

/* ---- before there is a session ---- */

/* The token of the sign-in form: bound to a random pre-session cookie by the server key. */
void session_login_token(struct sessions *sessions, struct sv cookie,
                         char out[SESSION_CSRF_TEXT + 1]);
bool session_login_token_matches(struct sessions *sessions, struct sv cookie, struct sv token);

#endif
