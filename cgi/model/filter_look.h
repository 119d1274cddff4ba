/* filter_look.h — one rule of a set held against messages of a mailbox, by rule_match.h: what the
 * trial, the job that applies a rule, and "why is this message here?" share. */
#ifndef VM_FILTER_LOOK_H
#define VM_FILTER_LOOK_H

#include "imap_fetch.h"
#include "rule_match.h"

/* Made ready once, for many messages. Belongs to one thread. */
struct filter_look {
    struct rule_set set; /* a copy in which the rule is on */
    size_t rule;
    struct imap_items items; /* to be asked for of each message */
    struct rule_matcher *matcher;
    struct arena *scratch; /* of one message */
};

/* The set is lent, as is the arena; *out stays where it is until filter_look_end(), which is called
 * after a failure too. rule: SIZE_MAX: none in particular, and none is turned on. */
enum status filter_look_begin(struct arena *arena, const struct rule_set *set, size_t rule,
                              struct filter_look *out) MUST_USE;
void filter_look_end(struct filter_look *look); /* all zero is accepted */

struct filter_verdict {
    bool holds;    /* the rule's conditions do */
    bool taken;    /* but an earlier rule takes the message, or stops before */
    size_t winner; /* the rule that decides; SIZE_MAX: none */
};
/* Until rule_matcher_until(look->matcher) has passed: then rule_matcher_late(), and the verdict is
 * worth nothing. */
struct filter_verdict filter_look_at(struct filter_look *look, const struct imap_message *message);
/* The whole set on one message. */
void filter_look_explain(struct filter_look *look, struct arena *arena,
                         const struct imap_message *message, struct rule_outcome *out);

#endif
