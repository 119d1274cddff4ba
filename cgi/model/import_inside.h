/* import_inside.h — what the files of import.h share, and nobody else. */
#ifndef VM_IMPORT_INSIDE_H
#define VM_IMPORT_INSIDE_H

#include "imap_append.h"
#include "imap_fetch.h"
#include "imap_limits.h"
#include "import.h"
#include "maildir.h"
#include "spool.h"

enum { LETTERS = IMAP_LETTERS_MAX };

/* A message that was in a folder before the import. */
struct old_message {
    uint64_t size;
    int64_t date;
    uint32_t uid;
    bool taken; /* one of the file's is the same */
};

struct target {
    struct target *next;
    struct sv name;      /* raw */
    enum status refused; /* it could not be made */
    struct sv words;     /* the server's */
    bool ready;
    struct old_message *old; /* by size; from malloc */
    size_t old_n;
};

enum letter_state { LETTER_WAITS, LETTER_IN, LETTER_KNOWN, LETTER_REFUSED };

/* One message of the batch. */
struct waiting {
    enum letter_state state;
    uint64_t number;
    uint64_t offset, size; /* in the spool */
    int64_t date;
    struct imap_flags flags;
    struct sv where, subject;
};

struct import {
    struct import_order order;
    struct arena *lasting; /* targets */
    struct arena *batch;   /* forgotten with each batch */
    struct arena *scratch; /* forgotten with each command */
    struct imap *imap;
    struct spool spool;
    struct target *targets, *here;
    size_t target_count;
    struct waiting letters[LETTERS];
    size_t letter_count;
    uint64_t number;               /* messages begun */
    uint32_t uidnext, uidvalidity; /* of here, before the batch was sent */
    /* the message that is coming in */
    uint64_t offset;
    enum intake_why why;
    bool broken; /* for why */
    bool cr;     /* its last byte so far */
    size_t head_n;
    char head[IMPORT_HEAD];
    char piece[64 * 1024];
};

struct imap_call import_call(struct import *import);
/* A connection, with the folder `here` there. */
enum status import_connect(struct import *import) MUST_USE;
/* Gives it back, or closes it. */
void import_disconnect(struct import *import);
/* Chooses `here`: sends what waits for another. */
enum status import_target(struct import *import, struct sv subfolder, bool in_maildir) MUST_USE;
/* Sends what waits. */
enum status import_flush(struct import *import) MUST_USE;
enum status import_refuse(struct import *import, const struct waiting *letter, enum intake_why why,
                          struct sv words) MUST_USE;
/* Those of the batch that are among these messages of the selected folder, byte by byte, are
 * `found` from now on. */
enum status import_match(struct import *import, struct imap_uids uids,
                         enum letter_state found) MUST_USE;
/* Reads what is in `here` before the import. */
enum status import_learn(struct import *import) MUST_USE;
/* Those of the batch that were there before. */
enum status import_recall(struct import *import) MUST_USE;

#endif
