/* rule_match.h — what rules do to one message, found out here: the semantics of rule.h, on the
 * header fields alone. What a server makes of the script or recipe written from the same rules is
 * the same; a test compares the two on messages by chance.
 */
#ifndef VM_RULE_MATCH_H
#define VM_RULE_MATCH_H

#include "clock.h"
#include "rule.h"

struct rule_message {
    struct sv header; /* raw fields, at least those that rule_fields_needed() names */
    uint64_t size;    /* bytes */
    bool attachment;  /* a part says "Content-Disposition: attachment" */
};

/* What a set does to a message. */
struct rule_outcome {
    /* The first rule that takes the message (move, redirect, reject, delete) or keeps it: "why is
     * this message here?". SIZE_MAX: none, it stays in the inbox. */
    size_t winner;
    enum rule_action_kind action; /* of the winner */
    struct sv value;              /* of that action */
    bool matched[RULE_COUNT_MAX]; /* rules that were reached and hold */
};

/* A set made ready: its regular expressions compiled once. Lends the set, which has passed
 * rule_set_check() and outlives it. Belongs to one thread at a time. */
struct rule_matcher;

/* STATUS_IO: no memory. STATUS_INVALID: an expression that regcomp() refuses. */
enum status rule_matcher_new(const struct rule_set *set, struct rule_matcher **out) MUST_USE;
void rule_matcher_free(struct rule_matcher **matcher); /* NULL and pointer to NULL accepted */
/* Nothing matches any more beyond the deadline, and then the matcher is late: what it said is worth
 * nothing. One field may take half a second longer. Without this it takes the time that it takes.
 */
void rule_matcher_until(struct rule_matcher *matcher, struct deadline deadline);
bool rule_matcher_late(const struct rule_matcher *matcher);

/* Whether the rule holds, be it on or off. The arena is for decoding; at most RULE_TEXT_LOOKED
 * bytes of a field are looked at. */
enum { RULE_TEXT_LOOKED = 8192 };
bool rule_matches(const struct rule_matcher *matcher, size_t rule, struct arena *arena,
                  const struct rule_message *message);
/* The whole set, those rules that are on, in their order. */
void rule_evaluate(const struct rule_matcher *matcher, struct arena *arena,
                   const struct rule_message *message, struct rule_outcome *out);

/* Names of the header fields that the set looks at, each once, for a FETCH; at most one a condition
 * and two for recipients. */
struct sv *rule_fields_needed(struct arena *arena, const struct rule_set *set, size_t *n);

#endif
