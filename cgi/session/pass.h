/* pass.h — one-time passes: signing in at a machine that nobody trusts, without the password.
 *
 * A pass is made at home for one sign-in of one kind, and printed (pass_text.h). The store holds
 * the IMAP password sealed (AES-256-GCM) under HKDF-SHA256(secret ‖ pepper, a random salt, user and
 * selector); user, selector, policy and expiry are bound to it, so that no row can be changed or
 * moved. The secret is on the card alone, the pepper in a file outside the store, so that neither
 * store nor store and pepper nor either with a used pass opens anything.
 *
 * A pass is unused, then claimed by one sign-in (in one transaction, before the IMAP server is
 * asked), then used, and wiped from the store and its journal. If the server cannot be reached it
 * is given back; if the process dies meanwhile it is void.
 *
 * The generation, a number in the store and in a file outside it, moves with each claim and each
 * voiding, and the file has moved before anybody is let in. A file that is ahead, or gone, says
 * that the store has been restored from an older copy: then all passes are void, everybody's. What
 * this does not cover: file and store restored together (a snapshot of the whole machine), which
 * revives what has been used since, for those who noted it; and an older copy of the store read
 * elsewhere by somebody who has the pepper and has watched a pass being typed. So pepper and
 * generation are kept out of the store's backups, and passes are voided after a whole machine has
 * been set back.
 *
 * Whoever gets it wrong gets one answer, after the same work: unknown user or pass, used, void,
 * expired, wrong secret. All functions may be called from any thread; no lock is held while a
 * server is talked to.
 */
#ifndef VM_PASS_H
#define VM_PASS_H

#include "pass_text.h"
#include "seal.h"
#include "store.h"

enum pass_policy {
    PASS_READING = 1,
    PASS_ANSWERING = 2, /* reading and answering */
};
enum {
    PASS_PASSWORD_MAX = 1000, /* bytes */
    PASS_LIFE_MAX_S = 366 * 24 * 3600,
    PASS_KEPT_S = 60 * 24 * 3600, /* rows are kept so long after their expiry */
};

struct passes_site {
    const char *pepper_file; /* made when missing, where we may; refused if others may read it */
    const char
        *generation_file; /* in a directory that we may write in, and outside the store's backup */
    struct sv domain;     /* of the site: see account_short() */
};
struct passes;

/* Reads the pepper, compares the generations, and voids what a process that died has claimed. On
 * failure *reason, in the arena or static, is for the administrator. The store outlives it. */
enum status passes_open(struct store *store, const struct passes_site *site, struct arena *arena,
                        struct passes **out, struct sv *reason) MUST_USE;
void passes_close(struct passes **passes);
/* Wipes what has expired or has been claimed for too long: call every minute. */
void passes_sweep(struct passes *passes);

struct pass_order {
    struct sv user, password; /* as the IMAP server takes them */
    enum pass_policy policy;
    int64_t expires; /* seconds since 1970 */
    size_t count;
};
/* Makes passes: texts has room for `count`, each wiped by the caller. STATUS_TOO_LARGE: more than
 * STORE_PASSES_ALIVE_MAX would be alive. STATUS_INVALID: expires is not within PASS_LIFE_MAX_S. */
enum status pass_make(struct passes *passes, const struct pass_order *order, struct arena *arena,
                      char (*texts)[PASS_TEXT + 1]) MUST_USE;

struct pass_try {
    struct sv user, typed;    /* as they were typed */
    struct sv address, agent; /* of the browser */
};
/* A pass that this sign-in, and no other, may use now. Ended by pass_done(). */
struct pass_claim {
    struct pass_record row; /* user: who to sign in as; policy */
    char password[PASS_PASSWORD_MAX + 1];
    size_t password_n;
};
/* Claims it. out->row lives in the arena. STATUS_INVALID: mistyped (the store was not asked).
 * STATUS_DENIED: anything else that is wrong with it. STATUS_IO, STATUS_TIMEOUT: a file of ours. */
enum status pass_claim(struct passes *passes, const struct pass_try *try, struct arena *arena,
                       struct pass_claim *out) MUST_USE;
enum pass_outcome {
    PASS_SIGNED_IN,   /* used */
    PASS_UNREACHABLE, /* the server said neither yes nor no: given back */
    PASS_REFUSED,     /* the server no longer takes the password: all of the user's are void */
};
/* Ends a claim and wipes its password. STATUS_CHANGED: it was voided meanwhile, and nobody may come
 * in by it. */
enum status pass_done(struct passes *passes, struct pass_claim *claim,
                      enum pass_outcome outcome) MUST_USE;

/* Voids one pass of an account, or all of them for PASS_SELECTOR_ANY. */
enum status pass_void(struct passes *passes, struct sv user, uint32_t selector,
                      enum pass_why why) MUST_USE;

#endif
