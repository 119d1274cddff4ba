/* filter_preview.h — what rules would do to messages that are there already, for people to see
 * before a rule is saved. */
#ifndef VM_FILTER_PREVIEW_H
#define VM_FILTER_PREVIEW_H

#include "filter_look.h"

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

/* A trial: one rule among all of its set, on the last messages of a folder, step by step. A rule
 * that is off is treated as on. Memory does not grow with the number of messages. */
struct filter_trial;

/* Everything is copied. NULL: the set is too large. Freed by filter_trial_free(). */
struct filter_trial *filter_trial_new(const struct rule_set *set, size_t rule, struct sv folder);
void filter_trial_free(void *trial);
/* Names set, rule and folder: the same for the same. */
struct sv filter_trial_key(const struct filter_trial *trial);
struct sv filter_trial_folder(const struct filter_trial *trial);
/* The next messages, some hundreds; does nothing twice when it is called again after a failure.
 * *done: there are none left. STATUS_TIMEOUT: the rules take too long. */
enum status filter_trial_step(struct filter_trial *trial, struct imap *imap,
                              const struct imap_call *call, bool *done) MUST_USE;
/* Lives as long as the trial. */
const struct filter_preview *filter_trial_found(const struct filter_trial *trial);

/* The whole set on one message of the selected mailbox. STATUS_NOT_FOUND: it is gone. */
enum status filter_explain(struct imap *imap, const struct imap_call *call, uint32_t uid,
                           const struct rule_set *set, struct rule_outcome *out) MUST_USE;

#endif
