/* vacation_reply.h — the vacation reply: to whom, and what it says (RFC 3834, and RFC 5230 where
 * procmail has no word of its own).
 *
 * It answers people, once: not the mail system (no envelope sender, reports), not programs
 * (Auto-Submitted, addresses such as "…-request"), not lists (List-…, Precedence), not what is
 * marked as spam, not the person's own mail, and nothing in which none of the person's addresses
 * stands in To or Cc. It goes to the envelope's sender, from the address that was written to, with
 * an empty envelope sender and "Auto-Submitted: auto-replied", so that two such replies never
 * answer each other.
 */
#ifndef VM_VACATION_REPLY_H
#define VM_VACATION_REPLY_H

#include "mail_read.h"
#include "rule.h"
#include "write.h"

enum { REPLY_DOMAINS_MAX = 20, REPLY_OWN_MAX = 100 };

/* Who the person is, besides what the rules say: the account in each of these domains and, where
 * the site's mail server writes these fields, the address in the topmost Delivered-To and
 * X-Original-To.
 */
struct reply_person {
    struct sv account;
    struct sv domains[REPLY_DOMAINS_MAX];
    size_t domains_n;
    bool delivered_to;
};

struct reply {
    struct address to, from;
    struct sv subject;     /* what the rules say, or "Auto: " and the message's own */
    struct sv text;        /* views the vacation */
    struct msgids answers; /* the message's Message-ID, if it has one */
    struct msgids references;
};

/* True if the message is to be answered; whether it has been is replied.h's matter. */
bool reply_is_due(struct arena *arena, const struct mail *mail, const struct vacation *vacation,
                  const struct reply_person *person, rule_day today, struct reply *out);
/* Today here, by the machine's clock and time zone. */
rule_day reply_today(int64_t now);
/* STATUS_INVALID, STATUS_TOO_LARGE: as message_compose(). */
enum status reply_compose(struct arena *arena, const struct reply *reply, int64_t now,
                          struct message *out) MUST_USE;

#endif
