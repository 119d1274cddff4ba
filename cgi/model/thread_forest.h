/* thread_forest.h — the messages of a mailbox by conversation: 20 bytes each, no text, no I/O.
 *
 * Conversations are numbered by their newest message (the greatest UID): 0 is the one in which
 * nothing has happened for longest. So the list of them, newest reply first, is a count downwards,
 * and any page of it costs the same. A change makes the numbers anew. */
#ifndef VM_THREAD_FOREST_H
#define VM_THREAD_FOREST_H

#include "imap_set.h"

struct thread_forest {
    uint32_t *uids;    /* all messages, ascending; from malloc as all of these */
    uint32_t *of;      /* of[i]: the conversation of uids[i] */
    uint32_t *members; /* conversation after conversation, each ascending */
    uint32_t *starts;  /* conversation c: members[starts[c]] to before members[starts[c + 1]] */
    size_t n;          /* messages */
    size_t threads;    /* conversations */
};

/* Two messages that belong together. */
struct thread_pair {
    uint32_t a, b; /* UIDs */
};

/* Makes a forest of ascending UIDs without duplicates; messages with the same label belong
 * together. Labels are below n. What was there is freed. */
void thread_forest_build(struct thread_forest *forest, const uint32_t *uids, const uint32_t *labels,
                         size_t n);
void thread_forest_deinit(struct thread_forest *forest);

/* The conversation of a message; false if it is not in the forest. */
bool thread_forest_find(const struct thread_forest *forest, uint32_t uid, size_t *thread);
/* Its messages, ascending; valid until the next change. */
struct imap_uids thread_forest_members(const struct thread_forest *forest, size_t thread);
uint32_t thread_forest_newest(const struct thread_forest *forest, size_t thread);

/* Only the messages that are in `left` (ascending) remain. */
void thread_forest_keep(struct thread_forest *forest, struct imap_uids left);
/* Adds messages (ascending, each greater than all that are there), and joins the conversations of
 * each pair; pairs that name an unknown message are left out. */
void thread_forest_add(struct thread_forest *forest, struct imap_uids added,
                       const struct thread_pair *pairs, size_t pair_count);

#endif
