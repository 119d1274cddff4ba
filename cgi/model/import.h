/* import.h — messages from a file, into folders of the account.
 *
 * They go to the server in batches, each one APPEND that takes all of it or nothing where the
 * server can do that (RFC 3502); what it refuses is then offered message by message, so that each
 * refused one is named and all others are in. Of the file nothing is kept but the batch, in a file
 * without a name: at most IMPORT_BATCH bytes, or one message.
 *
 * Nothing is lost and nothing comes twice: when the connection breaks, another is opened, and
 * before the batch is sent again the mailbox is looked at: a message that arrived since and is the
 * same byte by byte is in. A batch that is not answered in time ends the import: it may come yet.
 * With skip_known the same is done for what was in the folder before, so that the same file may be
 * sent again after any accident (candidates by size and date, from the server's index; only those
 * are fetched and compared). One message of the file is one in the folder: of two equal ones the
 * second is not taken for the first.
 *
 * Progress and refusals are told to a struct intake.
 */
#ifndef VM_IMPORT_H
#define VM_IMPORT_H

#include "flow.h"
#include "intake.h"
#include "session.h"

enum {
    IMPORT_BATCH = 4 * 1024 * 1024, /* bytes */
    IMPORT_FOLDERS_MAX = 2000,
    IMPORT_LEVELS_MAX = 32,
    IMPORT_HEAD = 8 * 1024 /* of a message, from which subject and date are read */
};

struct import_order {
    struct session *session; /* lent */
    struct intake *intake;
    struct sv folder; /* raw name of the target; made if it is not there; empty: the top, each
                         message in the folder that the archive says */
    struct sv prefix; /* of the personal namespace */
    char delimiter;   /* between levels; 0: no folders in folders */
    bool flat;        /* everything into the one folder, whatever the archive says */
    bool skip_known;
    const char *spool_directory;
    uint64_t message_max; /* bytes of one message */
    int64_t command_ms;   /* deadline of one exchange with the server */
    int64_t rest_ms; /* after a break, before the mailbox is looked at: what the server was told
                        may still be under way */
    /* Called before what is in a folder is looked at for the first time, with no connection held:
     * that may cost the server much. What else than STATUS_OK it says ends the import. May be NULL.
     */
    enum status (*opening)(void *context, struct sv folder);
    void *context;
    struct diagnosis *diagnosis;
};

struct import;

/* Never NULL; nothing is asked of a server yet. */
struct import *import_open(const struct import_order *order);

/* A whole mbox. subfolder: levels parted by '/', below the target; may be empty. As of the
 * following: what ends the import is returned (the source's failure, STATUS_QUOTA, STATUS_DENIED,
 * the way to the server after a second try, STATUS_INVALID for a file that is no mbox); a message
 * that is refused ends nothing. */
enum status import_mbox(struct import *import, struct source file, struct sv subfolder) MUST_USE;
/* One message. path: its place in an archive (maildir.h), or its file name. when: its date, 0: look
 * at its header. */
enum status import_message(struct import *import, struct source file, struct sv path,
                           int64_t when) MUST_USE;
/* Sends what waits. Without it, import_close() drops that. */
enum status import_finish(struct import *import) MUST_USE;
void import_close(struct import **import); /* NULL and pointer to NULL accepted */

#endif
