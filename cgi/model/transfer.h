/* transfer.h — how far an import has come and what became of it: written by the request that does
 * it, read by any other of the same session at the same time, and kept with the session until the
 * next one begins.
 *
 * Every message of the file is counted once: in, known (it was there already) or refused; and every
 * refused one is named. All functions may be called from any thread.
 */
#ifndef VM_TRANSFER_H
#define VM_TRANSFER_H

#include "session.h"

enum {
    TRANSFER_REFUSED_MAX = 10000, /* with more the import stops: it is the wrong file */
    TRANSFER_TEXT_MAX = 200       /* bytes of each text */
};

/* Why a message was not taken. The names stand in the catalogues: "transfer.why_nul". */
enum transfer_why {
    TRANSFER_NUL,        /* holds the byte 0, which IMAP cannot carry */
    TRANSFER_EMPTY,      /* no byte in it */
    TRANSFER_LARGE,      /* beyond what the server takes, or what may wait here */
    TRANSFER_NO_MESSAGE, /* a file that is no message */
    TRANSFER_FOLDER,     /* its folder could not be made; words */
    TRANSFER_NOT_WANTED, /* the server refused it; words */
    TRANSFER_WHY_COUNT
};
extern const char *const transfer_why_names[TRANSFER_WHY_COUNT];

struct transfer_refused {
    uint64_t number;   /* in the file, from 1 */
    struct sv where;   /* the file's name in the archive, or the postmark's sender */
    struct sv subject; /* may be empty */
    enum transfer_why why;
    struct sv words; /* the server's own, or empty */
};

/* As it stands now; strings live in the arena it was asked for with. */
struct transfer_state {
    bool running;
    struct sv file, folder; /* clean file name; raw folder name */
    uint64_t done, total;   /* bytes of the upload */
    uint64_t seen, in, known;
    const struct transfer_refused *refused;
    size_t refused_count;
    uint64_t folders; /* made */
    enum status why;  /* STATUS_OK: to the end of the file */
    struct diagnosis diagnosis;
    int64_t ended; /* seconds since 1970 */
};

struct transfer;

/* A new one, put in the place of the session's last. STATUS_EXISTS: one is running. The caller
 * releases it. */
enum status transfer_begin(struct session *session, struct sv file, struct sv folder,
                           uint64_t total, struct transfer **out) MUST_USE;
void transfer_release(struct transfer **transfer);

void transfer_file(struct transfer *transfer, struct sv file); /* the next one of the same form */
void transfer_bytes(struct transfer *transfer, uint64_t done);
void transfer_seen(struct transfer *transfer); /* one more message began */
void transfer_in(struct transfer *transfer, uint64_t count);
void transfer_known(struct transfer *transfer, uint64_t count);
void transfer_made_folder(struct transfer *transfer);
/* STATUS_TOO_LARGE after TRANSFER_REFUSED_MAX. Texts are cut and made one line of UTF-8. */
enum status transfer_refuse(struct transfer *transfer,
                            const struct transfer_refused *refused) MUST_USE;
/* It is over. diagnosis may be NULL. */
void transfer_end(struct transfer *transfer, enum status why, const struct diagnosis *diagnosis);

/* False: there has been none in this session. */
bool transfer_look(struct session *session, struct arena *arena, struct transfer_state *out);

#endif
