/* space.h — what takes up the room of an account: its folders by size, and its largest messages.
 *
 * Grows with the account, so that it is done step by step, at the gate (session/gate.h): first the
 * sizes of all folders, then the largest messages of the heaviest folders, one folder a step. */
#ifndef VM_SPACE_H
#define VM_SPACE_H

#include "folder.h"

enum {
    SPACE_FOLDERS_MAX = 200,   /* folders whose size is asked for: those with most messages */
    SPACE_LOOK_MAX = 10,       /* of these, the heaviest are looked through */
    SPACE_EACH_MAX = 20,       /* messages of one folder */
    SPACE_MESSAGES_MAX = 50,   /* messages in all */
    SPACE_WINDOW = 5000,       /* sizes asked for at once where the server cannot sort */
    SPACE_SORTED_MAX = 100000, /* and in all: the newest */
    SPACE_FRESH_S = 120        /* how long a result is good */
};

struct space_folder {
    struct sv name;
    uint32_t messages;
    uint64_t bytes; /* IMAP_SIZE_UNKNOWN: the server does not say */
};

struct space_message {
    size_t folder; /* index */
    uint32_t uidvalidity, uid;
    uint64_t bytes;
    int64_t date;
    struct sv who, subject; /* raw, as the server has them */
};

struct space {
    struct arena *arena;
    int64_t at; /* seconds since 1970 */
    struct space_folder *folders;
    size_t folder_count;
    struct space_message *messages; /* room for SPACE_MESSAGES_MAX and one folder's more */
    size_t message_count;
    size_t looked; /* folders that have been looked through */
    bool sized;
};

/* Of the user's own folders that hold messages. */
struct space *space_new(const struct folders *folders);
void space_free(void *space);
/* The next step. *done: there is none left, and the result is in order: the heaviest first. */
enum status space_step(struct space *space, struct imap *imap, const struct imap_call *call,
                       bool *done) MUST_USE;

#endif
