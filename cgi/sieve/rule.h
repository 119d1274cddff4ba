/* rule.h — the one model of what a person's filters say. Every way out (Sieve, procmail) is written
 * from it, every form edits it, and rule_match.h evaluates it.
 *
 * A rule set is an ordered list of rules and a vacation reply. The rules are tried in order on each
 * message that arrives. A rule that is on and matches does all its actions; RULE_STOP ends the
 * list. A message that no action has taken anywhere (move, redirect without a copy, reject, delete)
 * stays in the inbox.
 *
 * Texts are compared without regard to the case of ASCII letters, all others byte by byte. A header
 * field is compared as people read it: unfolded, encoded-words decoded (RFC 2047), trimmed. If a
 * field occurs several times one of them has to match.
 *
 *   RULE_FROM       From
 *   RULE_RECIPIENT  To and Cc
 *                   For both, "is" and "begins" look at each bare address ("a@b"), all other tests
 *                   at the whole field with its names.
 *   RULE_SUBJECT    Subject
 *   RULE_HEADER     the field named by `header`
 *   RULE_LIST       List-Id (RFC 2919). "is" and "begins" look at what stands behind its "<", that
 *                   is: they are "contains <value>" and "contains <value" with the bracket.
 *   RULE_SIZE       the size of the message in bytes (`size`)
 *   RULE_ATTACHMENT whether a part says "Content-Disposition: attachment"
 *
 *   RULE_CONTAINS   the value anywhere
 *   RULE_IS         the whole text
 *   RULE_BEGINS     the value at its beginning
 *   RULE_MATCHES    the whole text against a glob: "*" is any run of characters, "?" is one; there
 *                   is no escape
 *   RULE_REGEX      a regular expression of rule_regex_valid(), anywhere unless anchored
 *   RULE_OVER/UNDER more/less than `size` bytes
 *   RULE_PRESENT    there is one (RULE_ATTACHMENT)
 */
#ifndef VM_RULE_H
#define VM_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "str.h"

struct arena;

/* All limits, in bytes where they count text. */
enum {
    RULE_COUNT_MAX = 100,     /* rules in a set */
    RULE_CONDITIONS_MAX = 20, /* in a rule */
    RULE_ACTIONS_MAX = 8,     /* in a rule */
    RULE_NAME_MAX = 200,
    RULE_VALUE_MAX = 500, /* of a condition */
    RULE_REGEX_MAX = 200,
    RULE_REGEX_DEPTH = 8, /* parentheses */
    RULE_FOLDER_MAX = 500,
    RULE_TAG_MAX = 100,
    RULE_ADDRESS_MAX = 320,
    RULE_REASON_MAX = 1000, /* what a rejection says */
    RULE_SIZE_MAX = 2000000000,
    VACATION_TEXT_MAX = 4000,
    VACATION_SUBJECT_MAX = 200,
    VACATION_ADDRESSES_MAX = 10,
    VACATION_DAYS_MAX = 30,
    RULE_TEXT_MAX = 1 << 18 /* of a set as text */
};

enum rule_field {
    RULE_FROM,
    RULE_RECIPIENT,
    RULE_SUBJECT,
    RULE_HEADER,
    RULE_LIST,
    RULE_SIZE,
    RULE_ATTACHMENT,
    RULE_FIELD_COUNT
};

enum rule_test {
    RULE_CONTAINS,
    RULE_IS,
    RULE_BEGINS,
    RULE_MATCHES,
    RULE_REGEX,
    RULE_OVER,
    RULE_UNDER,
    RULE_PRESENT,
    RULE_TEST_COUNT
};

struct rule_condition {
    enum rule_field field;
    enum rule_test test;
    bool negated;     /* the condition holds if the test fails */
    struct sv header; /* of RULE_HEADER: the field's name without a colon, else empty */
    struct sv value;  /* of the five tests on texts: UTF-8 on one line, not empty */
    uint64_t size;    /* of RULE_SIZE, else 0 */
};

enum rule_action_kind {
    RULE_KEEP,          /* into the inbox, even if an earlier rule moved it elsewhere */
    RULE_MOVE,          /* value: the mailbox, UTF-8, with the server's separator */
    RULE_COPY,          /* the same; the message goes on as if nothing had happened */
    RULE_MARK_READ,     /* \Seen */
    RULE_MARK_FLAGGED,  /* \Flagged */
    RULE_TAG,           /* value: an IMAP keyword */
    RULE_REDIRECT,      /* value: the address; nothing is kept here */
    RULE_REDIRECT_COPY, /* value: the address; the message goes on as if nothing had happened */
    RULE_REJECT,        /* value: the reason, may have several lines; ends the list */
    RULE_DELETE,        /* for good */
    RULE_STOP,          /* no later rule is looked at */
    RULE_ACTION_COUNT
};

/* Whatever their order here, a rule's marks and tags come before its moves and copies, and a stop
 * comes last: rule_set_order() sees to it. */
struct rule_action {
    enum rule_action_kind kind;
    struct sv value; /* empty where the kind has none */
};

enum rule_mode {
    RULE_ALL,  /* all conditions hold; at least one */
    RULE_ANY,  /* one of them holds; at least one */
    RULE_EVERY /* every message; no conditions */
};

struct rule {
    struct sv name; /* on one line; may be empty */
    bool on;
    enum rule_mode mode;
    struct rule_condition *conditions;
    size_t conditions_n;
    struct rule_action *actions;
    size_t actions_n;
};

/* A day of the calendar as year * 10000 + month * 100 + day; 0 is none. */
typedef uint32_t rule_day;

struct vacation {
    bool on;
    rule_day first, last; /* both days included; 0: from now on, without end */
    uint32_t days;        /* the same sender gets no second reply within so many days, 1 to 30 */
    struct sv subject;    /* empty: the server's own */
    struct sv text;       /* may have several lines (LF); not empty if on */
    struct sv *addresses; /* further addresses of the person's own: mail to them is answered too */
    size_t addresses_n;
};

struct rule_set {
    struct rule *rules;
    size_t n;
    struct vacation vacation;
};

enum rule_wrong {
    RULE_RIGHT = 0,
    RULE_WRONG_MANY,      /* too many rules, conditions, actions, addresses */
    RULE_WRONG_NONE,      /* no condition (but RULE_EVERY), no action */
    RULE_WRONG_EMPTY,     /* a value is missing */
    RULE_WRONG_LONG,      /* over its limit */
    RULE_WRONG_TEXT,      /* control characters or no UTF-8 */
    RULE_WRONG_HEADER,    /* no name of a header field */
    RULE_WRONG_TEST,      /* this field cannot be tested so */
    RULE_WRONG_REGEX,     /* see rule_regex_valid() */
    RULE_WRONG_SIZE,      /* 0 or over RULE_SIZE_MAX */
    RULE_WRONG_ADDRESS,   /* not one bare address "a@b" */
    RULE_WRONG_TAG,       /* no IMAP keyword */
    RULE_WRONG_CONFLICT,  /* two actions that exclude each other: of move, delete, reject, redirect
                             and keep a rule has one; a rejection stands alone but for marks and
                             stop; keep may be with redirect-copy, copy, marks and stop */
    RULE_WRONG_REJECT,    /* an earlier rule delivers somewhere and does not stop: a message cannot
                             be both taken and rejected */
    RULE_WRONG_FORBIDDEN, /* the site does not allow forwarding */
    RULE_WRONG_DAYS,      /* no day of the calendar, or the last before the first; interval */
    RULE_WRONG_COUNT
};

enum rule_place { RULE_IN_SET, RULE_IN_NAME, RULE_IN_CONDITION, RULE_IN_ACTION, RULE_IN_VACATION };

struct rule_fault {
    enum rule_wrong wrong;
    enum rule_place place;
    size_t rule;  /* index, for the places in a rule */
    size_t index; /* of the condition or action */
};

struct rule_site {
    bool forwarding; /* redirections are allowed */
};

/* The first thing that is wrong, or RULE_RIGHT. Whatever is written into a script or recipe must
 * have passed it. */
struct rule_fault rule_set_check(const struct rule_set *set, const struct rule_site *site);
struct rule_fault rule_check(const struct rule *rule, const struct rule_site *site);
/* Marks and tags first, stop last, the rest in its order; doubles go. */
void rule_order(struct rule *rule);
void rule_set_order(struct rule_set *set);

/* Whether the field can be tested so. */
bool rule_test_fits(enum rule_field field, enum rule_test test);
/* True for the five tests that have a value. */
bool rule_test_has_value(enum rule_test test);
bool rule_action_has_value(enum rule_action_kind kind);
/* True if the action takes the message out of the inbox, or decides that it stays: what "wins". */
bool rule_action_places(enum rule_action_kind kind);
bool rule_day_valid(rule_day day);

/* The regular expressions that POSIX regcomp(REG_EXTENDED), Pigeonhole and procmail all read alike:
 *   expression  = ["^"] branch *("|" branch) ["$"]   an anchor only if there is one branch
 *   branch      = 1*(atom ["*" / "+" / "?"])
 *   atom        = "." / character / "\" one of .*+?|()[]{}^$\ / "(" branch *("|" branch) ")" /
 *                 "[" ["^"] 1*(item) "]"
 *   item        = printable ASCII but "[", "]", "\", "^" and "-" / a range of two digits or two
 *                 letters of one case, ascending / "-" as the very last item
 *   character   = printable ASCII but .*+?|()[]{}^$\ / a character beyond ASCII (without "*+?"
 *                 behind it: in bytes it would hold for its last byte alone)
 * At most RULE_REGEX_MAX bytes and RULE_REGEX_DEPTH parentheses deep. No intervals, no classes, no
 * references. "." is one byte. */
bool rule_regex_valid(struct sv pattern);

/* The set as text, in the one canonical form, for the comments of a script or recipe file:
 *
 *   text       = "rules 1" LF *rule [vacation]
 *   rule       = "rule " ("on" / "off") " " ("all" / "any" / "every") [" " value] LF   the name
 *                *condition *action
 *   condition  = ("if " / "unless ") what LF
 *   what       = ("from" / "to" / "subject" / "list" / "header " name) " " test " " value /
 *                "size " ("over" / "under") " " number / "attachment"
 *   test       = "contains" / "is" / "begins" / "matches" / "regex"
 *   action     = "do " verb [" " value] LF
 *   verb       = "keep" / "move" / "copy" / "read" / "flag" / "tag" / "redirect" /
 *                "redirect-copy" / "reject" / "delete" / "stop"
 *   vacation   = "vacation " ("on" / "off") " " day " " day " " number LF    days as YYYYMMDD or 0
 *                *("address " value LF) ["subject " value LF] ["text " value LF]
 *   value      = 1*(byte / "%" 2HEXDIG)   upper case
 *
 * A value has "%" and two digits for "%", "\", every control character, and a space at either end,
 * and for nothing else; so a line ends neither in a space nor in a backslash. A vacation that is
 * off and empty is not written. */
struct sv rule_text_write(struct arena *arena, const struct rule_set *set);
/* Reads that form and no other: rule_text_write() of what comes out is the same text. What comes
 * out passes rule_set_check() where forwarding is allowed. STATUS_INVALID, STATUS_TOO_LARGE. The
 * views are the arena's. */
enum status rule_text_read(struct arena *arena, struct sv text, struct rule_set *out) MUST_USE;
/* Tells one text of rules from another, RULE_DIGEST_TEXT hexadecimal digits, for a form or a name
 * that comes back. Against accidents, not against malice. */
enum { RULE_DIGEST_TEXT = 16 };
struct sv rule_text_digest(struct arena *arena, struct sv text);

#endif
