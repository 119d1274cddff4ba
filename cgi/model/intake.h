/* intake.h — how far an import has come and what became of it: written by the request that does
 * it, read by any other of the same session at the same time, and kept with the session until the
 * next one begins.
 *
 * Every message of the file is counted once: in, known (it was there already) or refused; and every
 * refused one is named. All functions may be called from any thread.
 */
#ifndef VM_INTAKE_H
#define VM_INTAKE_H

#include "session.h"

enum {
    INTAKE_REFUSED_MAX = 10000, /* with more the import stops: it is the wrong file */
    INTAKE_TEXT_MAX = 200       /* bytes of each text */
};

/* Why a message was not taken. The names stand in the catalogues: "transfer.why_nul". */
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

/* As it stands now; strings live in the arena it was asked for with. */
struct intake_state {
    bool running;
    struct sv file, folder; /* clean file name; raw folder name */
    uint64_t done, total;   /* bytes of the upload */
    uint64_t seen, in, known;
    const struct intake_refused *refused;
    size_t refused_count;
    uint64_t folders; /* made */
    enum status why;  /* STATUS_OK: to the end of the file */
    struct diagnosis diagnosis;
    int64_t ended; /* seconds since 1970 */
};

struct intake;

/* A new one, put in the place of the session's last. STATUS_EXISTS: one is running. The caller
 * releases it. */
enum status intake_begin(struct session *session, struct sv file, struct sv folder, uint64_t total,
                         struct intake **out) MUST_USE;
void intake_release(struct intake **intake);

void intake_file(struct intake *intake, struct sv file); /* the next one of the same form */
void intake_bytes(struct intake *intake, uint64_t done);
void intake_seen(struct intake *intake); /* one more message began */
void intake_in(struct intake *intake, uint64_t count);
void intake_known(struct intake *intake, uint64_t count);
void intake_made_folder(struct intake *intake);
/* STATUS_TOO_LARGE after INTAKE_REFUSED_MAX. Texts are cut and made one line of UTF-8. */
enum status intake_refuse(struct intake *intake, const struct intake_refused *refused) MUST_USE;
/* It is over. diagnosis may be NULL. */
void intake_end(struct intake *intake, enum status why, const struct diagnosis *diagnosis);

/* False: there has been none in this session. */
bool intake_look(struct session *session, struct arena *arena, struct intake_state *out);

#endif
