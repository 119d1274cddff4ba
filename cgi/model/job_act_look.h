/* job_act_look.h — what has become of a chunk whose answer is lost. */
#ifndef VM_JOB_ACT_LOOK_H
#define VM_JOB_ACT_LOOK_H

#include "imap_search.h"
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
    struct imap_uids done;    /* in the folder, or gone from it: what `arrived` were there */
};

/* Compares the chunk with what the target has got since memo->next. whole: a set of few ranges that
 * holds the chunk. The folder is selected, and again afterwards. A message of the target stands for
 * one message of the chunk only. */
enum status act_look(struct imap *imap, const struct imap_call *call, const struct act_plan *plan,
                     const struct act_memo *memo, struct imap_uids whole, struct imap_uids chunk,
                     struct act_found *found) MUST_USE;
/* Those of the chunk, which `whole` holds, that are there, and of these those that `more` (NULL:
 * all) is true for. */
enum status act_search(struct imap *imap, const struct imap_call *call, struct imap_uids whole,
                       struct imap_uids chunk, const struct imap_criteria *more,
                       struct imap_uids *out) MUST_USE;

/* Whether a message that was in the folder before the one of UID `first` is newer (INTERNALDATE).
 * Selects the folder. */
enum status act_above(struct imap *imap, const struct imap_call *call, struct sv folder,
                      uint32_t first, bool *above) MUST_USE;

#endif
