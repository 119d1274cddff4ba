/* job_act_look.h — what has become of a chunk whose answer is lost. */
#ifndef VM_JOB_ACT_LOOK_H
#define VM_JOB_ACT_LOOK_H

#include "imap.h"
#include "job_act_plan.h"

/* A short hash of INTERNALDATE and size of each message of the chunk, in its order, 0 for those
 * that are gone: with it a moved message is known again when it is no longer in its old place. The
 * folder is selected. */
enum status act_keys(struct imap *imap, const struct imap_call *call, struct imap_uids chunk,
                     const uint32_t **keys) MUST_USE;

struct act_found {
    struct imap_uids arrived; /* in the target: those of the chunk that are there */
    struct imap_uids both;    /* in the folder: still there, and in the target too */
    struct imap_uids todo;    /* in the folder: still there, and not in the target */
};

/* Compares the chunk with what the target has got since memo->next. The folder is selected, and
 * again afterwards. A message of the target stands for one message of the chunk only. */
enum status act_look(struct imap *imap, const struct imap_call *call, const struct act_plan *plan,
                     const struct act_memo *memo, struct imap_uids chunk,
                     struct act_found *found) MUST_USE;

#endif
