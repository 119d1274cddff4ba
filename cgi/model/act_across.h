/* act_across.h — what is done with messages of several folders at once. */
#ifndef VM_ACT_ACROSS_H
#define VM_ACT_ACROSS_H

#include "act.h"
#include "selection.h"

struct act_across_result {
    size_t count;        /* as in struct act_result */
    struct sv target;    /* likewise */
    struct sv undo;      /* for all that was moved; empty: cannot be undone */
    size_t left;         /* messages of folders that would not have it done */
    enum status failure; /* why, of the first of them */
};

/* One folder after the other, as act_run() does it. target: of ACT_MOVE and ACT_COPY; of ACT_TAG
 * and ACT_UNTAG the tag. A folder that has changed, has gone or refuses is counted in `left`, the
 * others are done all the same. Messages that are where they would go already stay. Any failure
 * that is returned ended the connection; what was done before it stands in *result then too. */
enum status act_across(struct imap *imap, const struct imap_call *call,
                       const struct folders *folders, enum act act, struct sv target,
                       const struct selection *selection,
                       struct act_across_result *result) MUST_USE;

#endif
