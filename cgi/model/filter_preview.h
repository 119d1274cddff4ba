/* filter_preview.h — what rules do to messages that are there already, by rule_match.h. */
#ifndef VM_FILTER_PREVIEW_H
#define VM_FILTER_PREVIEW_H

#include <stdatomic.h>

#include "imap_fetch.h"
#include "rule_match.h"

enum {
    FILTER_PREVIEW_MESSAGES = 1000, /* the last of a folder */
    FILTER_PREVIEW_SAMPLES = 5
};

struct filter_sample {
    uint32_t uid;
    struct sv from, subject; /* decoded, for people; may be empty */
    int64_t arrived;         /* seconds since 1970 */
    size_t winner;           /* index of the rule that takes it; SIZE_MAX: none */
};

struct filter_preview {
    uint32_t uidvalidity;
    uint32_t looked;  /* messages looked at */
    uint32_t matched; /* of them, those for which the rule holds */
    uint32_t taken;   /* of these, those that an earlier rule takes, or stops before */
    struct filter_sample samples[FILTER_PREVIEW_SAMPLES]; /* of the matched, newest first */
    size_t samples_n;
};

/* The rule with this index among all of the set, on the last messages of a folder (selected for
 * it). A rule that is off is treated as on. Memory does not grow with the number of messages. */
enum status filter_preview(struct imap *imap, const struct imap_call *call, struct sv folder,
                           const struct rule_set *set, size_t rule,
                           struct filter_preview *out) MUST_USE;

/* All messages of the selected mailbox that this rule takes or marks: it holds, and no earlier rule
 * takes the message or stops before. UIDs ascend. *left (may be NULL) set: STATUS_CANCELLED, soon.
 */
enum status filter_find(struct imap *imap, const struct imap_call *call, const struct rule_set *set,
                        size_t rule, const atomic_bool *left, struct imap_uids *out) MUST_USE;

/* The whole set on one message of the selected mailbox. STATUS_NOT_FOUND: it is gone. */
enum status filter_explain(struct imap *imap, const struct imap_call *call, uint32_t uid,
                           const struct rule_set *set, struct rule_outcome *out) MUST_USE;

#endif
