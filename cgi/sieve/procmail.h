/* procmail.h — a rule set as procmail recipes and back.
 *
 * The file begins with rule.h's own text in comments, from which it is read back; the recipes
 * behind are written from it and never read. Where procmail delivers, vaguemestre-procmail
 * (cgi/deliver/) copies the recipes, and nothing but lines that recipe_check.h knows, into a file
 * of the delivering user's; what they look at is that program's description of the message in the
 * variable VM (mail_lines.h), where headers are decoded and addresses are bare, so that rules mean
 * what rule.h says. What the recipes decide they say by setting flags (VM_TAKEN, VM_KEPT,
 * VM_REJECTED), which the site's own procmailrc acts upon behind them.
 *
 * In the recipes a value is part of a regular expression and nothing else: every character that
 * means something in there is escaped, an expression always ends in ")" or "$", and none holds a
 * key that procmail replaces ("^TO", "^FROM_DAEMON"). Where a mailbox or an address has characters
 * that a recipe's line gives a meaning, the rule is refused.
 *
 * procmail counts the bytes of a message as it is stored, with LF at the ends of lines: RULE_SIZE
 * differs by about one part in fifty from what IMAP says.
 */
#ifndef VM_PROCMAIL_H
#define VM_PROCMAIL_H

#include "rule.h"

enum {
    PROCMAIL_FILE_MAX = 2 * 1024 * 1024, /* bytes of a recipe file */
    PROCMAIL_LINE_MAX = 4096             /* bytes of one of its lines */
};

/* How mailboxes lie below procmail's MAILDIR, which is the inbox itself but for PROCMAIL_MBOX. */
enum procmail_layout {
    PROCMAIL_MAILDIRPP, /* "Lists/C" is the directory .Lists.C */
    PROCMAIL_FS,        /* "Lists/C" is the directory Lists/C, in Maildir format */
    PROCMAIL_MBOX,      /* "Lists/C" is the file Lists/C, the inbox lies elsewhere */
    PROCMAIL_LAYOUT_COUNT
};

struct procmail_site {
    enum procmail_layout layout;
    char separator;   /* of the IMAP server's mailbox names */
    struct sv prefix; /* of all mailboxes but the inbox on the IMAP server ("INBOX."), or empty */
    bool forwarding;  /* redirections are allowed */
};

/* Why procmail cannot do what a rule says. */
enum procmail_cannot {
    PROCMAIL_CAN = 0,
    PROCMAIL_CANNOT_MARK,    /* flags and tags: it delivers files, which carry none */
    PROCMAIL_CANNOT_MAILBOX, /* no such name can be a mailbox's here: it holds one of "$`\ or a
                                control character, or a level is empty, begins with a dot or is the
                                layout's own */
    PROCMAIL_CANNOT_ADDRESS, /* the address holds more than letters, digits and ._+=-@ */
    PROCMAIL_CANNOT_FORWARD  /* the site does not allow it */
};

struct procmail_fault {
    enum procmail_cannot why;
    size_t rule, action; /* indices */
};

/* The first action of a rule that is on which cannot be done, or PROCMAIL_CAN. The set has passed
 * rule_set_check(). */
struct procmail_fault procmail_check(const struct rule_set *set, const struct procmail_site *site);
/* Whether actions of this kind can be done at all: what a form offers. */
bool procmail_can(enum rule_action_kind kind, const struct procmail_site *site);

/* STATUS_UNSUPPORTED if procmail_check() finds a fault; STATUS_TOO_LARGE. The set has passed
 * rule_set_check(). A rejection's reason is not passed on: the sender gets the mail server's own
 * notice. */
enum status procmail_write(struct arena *arena, const struct rule_set *set,
                           const struct procmail_site *site, struct sv *text) MUST_USE;
/* The rules that a file was written from. STATUS_INVALID: it is none of ours. */
enum status procmail_read(struct arena *arena, struct sv text, struct rule_set *set) MUST_USE;

#endif
