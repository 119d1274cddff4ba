/* thread_link.h — which messages belong together, found out by ourselves where the server cannot
 * say: the REFERENCES algorithm of RFC 5256, section 3, as far as it tells conversations apart (who
 * stands below whom inside of one, and their order, are not kept).
 *
 * Of each message it remembers hashes only (48 bytes with those of the messages it names), so that
 * later messages find theirs. Message-IDs and subjects are written by strangers: the hashes are
 * keyed, a chain of parents is followed THREAD_LINK_DEPTH steps, and names beyond THREAD_LINK_MAX
 * are no longer taken in (those messages stand alone). No I/O. */
#ifndef VM_THREAD_LINK_H
#define VM_THREAD_LINK_H

#include "arena.h"

enum {
    THREAD_LINK_MAX = 1000 * 1000, /* messages and names of missing ones */
    THREAD_LINK_DEPTH = 10 * 1000  /* parents looked at for a loop; beyond: taken for one */
};

struct thread_link;

/* What is linked by: raw field values (mime/header.h), empty where there is none. */
struct thread_mail {
    uint32_t uid;
    struct sv message_id, in_reply_to, references;
    struct sv subject;
};

struct thread_link *thread_link_new(void);
void thread_link_free(struct thread_link **link); /* NULL and pointer to NULL accepted */

/* Each message once. scratch: for what is decoded meanwhile; may be forgotten afterwards. */
void thread_link_add(struct thread_link *link, struct arena *scratch,
                     const struct thread_mail *mail);
/* The message with this UID is gone; what it held together stays together, as after a reply to a
 * message that never was here. */
void thread_link_remove(struct thread_link *link, uint32_t uid);

/* The messages as they are now: UIDs ascending, and a label below *n for each, the same for those
 * of one conversation. In the arena. */
void thread_link_labels(const struct thread_link *link, struct arena *arena, uint32_t **uids,
                        uint32_t **labels, size_t *n);

#endif
