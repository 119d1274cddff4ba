/* intake.h — how far an import has come and what became of it, as a job (job_own.h) of the kind
 * "import": written by the request that does it, read by any page of the same user, then and later.
 *
 * The job's target is the folder's raw name (empty: the top), its total and done are bytes of the
 * upload, its count is that of the messages that are in. Its memo holds the other counts. Every
 * message of the file is counted once: in, known (it was there already) or refused; and every
 * refused one is named, in the job's parts: one line each, sealed (session.h), because these are
 * texts of letters.
 */
#ifndef VM_INTAKE_H
#define VM_INTAKE_H

#include "job_own.h"

enum {
    INTAKE_REFUSED_MAX = 10000, /* with more the import stops: it is the wrong file */
    INTAKE_TEXT_MAX = 200       /* bytes of each text */
};

/* Why a message was not taken. The names stand in the store and in the catalogues:
 * "transfer.why_nul".
 */
enum intake_why {
    INTAKE_NUL,        /* holds the byte 0, which IMAP cannot carry */
    INTAKE_EMPTY,      /* no byte in it */
    INTAKE_LARGE,      /* beyond what the server takes, or what may wait here */
    INTAKE_NO_MESSAGE, /* a file that is no message */
    INTAKE_FOLDER,     /* its folder could not be made; words */
    INTAKE_NOT_WANTED, /* the server refused it; words */
    INTAKE_WHY_COUNT
};
extern const char *const intake_why_names[INTAKE_WHY_COUNT];

struct intake_refused {
    uint64_t number;   /* in the file, from 1 */
    struct sv where;   /* the file's name in the archive, or the postmark's sender */
    struct sv subject; /* may be empty */
    enum intake_why why;
    struct sv words; /* the server's own, or empty */
};

/* What a memo holds. */
struct intake_counts {
    struct sv file; /* the clean name of the last one that was begun; may be empty */
    uint64_t seen, in, known, refused;
    uint64_t folders; /* made */
};

extern const struct job_kind intake_kind; /* "import" */

/* ---- the request that does it ---- */

struct intake; /* belongs to one thread */

/* total: bytes of the upload. STATUS_EXISTS: one of this user's is running; else as job_start(). */
enum status intake_begin(struct jobs *jobs, struct session *session, struct sv folder,
                         uint64_t total, struct intake **out) MUST_USE;
void intake_file(struct intake *intake, struct sv file); /* the next one of the same form */
/* So many bytes of the upload have come. STATUS_CANCELLED: its user wants it to stop. */
enum status intake_bytes(struct intake *intake, uint64_t done) MUST_USE;
void intake_seen(struct intake *intake); /* one more message began */
void intake_in(struct intake *intake, uint64_t count);
void intake_known(struct intake *intake, uint64_t count);
void intake_made_folder(struct intake *intake);
/* STATUS_TOO_LARGE after INTAKE_REFUSED_MAX. Texts are cut and made one line of UTF-8. */
enum status intake_refuse(struct intake *intake, const struct intake_refused *refused) MUST_USE;
/* It is over, and *intake is NULL. diagnosis may be NULL. */
void intake_end(struct intake **intake, enum status why, const struct diagnosis *diagnosis);

/* ---- the pages that tell of it ---- */

/* All zero for a memo that is empty, as it is at first, or not one of ours. */
struct intake_counts intake_counts_of(struct arena *arena, const struct job *job);
/* Of those that were refused at most `most` behind the first `skip`, as far as the store has them;
 * what it does not give, or what is not of this user, is left out. */
size_t intake_refusals(const struct session *session, struct store *store, struct arena *arena,
                       const struct job *job, size_t skip, size_t most,
                       struct intake_refused **out);

/* Texts of the store; for intake.c and its tests. */
struct sv intake_memo_write(struct arena *arena, const struct intake_counts *counts);
enum status intake_memo_read(struct arena *arena, struct sv text,
                             struct intake_counts *out) MUST_USE;
void intake_line_write(struct sb *out, const struct intake_refused *refused);
enum status intake_line_read(struct arena *arena, struct sv line,
                             struct intake_refused *out) MUST_USE;

#endif
