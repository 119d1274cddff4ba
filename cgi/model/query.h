/* query.h — what a person types into the search field, as criteria for the server.
 *
 *   words            in the sender, a recipient or the subject; all words must match
 *   "two words"      a phrase        -word, -op:value   not this one      a OR b, a OU b
 *   de: from:        sender          à: to: pour:       recipient         cc:
 *   objet: subject:  subject         texte: text:       anywhere in the message (and unless it
 *                    is quoted by the server's index of words, where it has one)
 *   avant: before:   before a date   après: after: since:   on that date or later    le: on:
 *   est: is:         nonlu unread, lu read, suivi flagged starred, répondu answered replied,
 *                    transféré forwarded, brouillon draft
 *   a: has:          pièce attachment
 *   dans: in:        where: a folder, or everywhere (seek.h)
 *   étiquette: tag:  a keyword       liste: list:     in the name of the mailing list (List-Id)
 *   plus: larger:    bytes: 500, 20k, 5M, 5Mo, 1G         moins: smaller:
 *
 * Dates: 2026-11-24, 24/11/2026, 24.11.2026, 2026-11, 11/2026, 2026, today, yesterday, aujourd'hui,
 * hier; a month or a year stands for its first day (on: all of its days). Dates are those of
 * arrival. Case and the accents of operators do not matter. What is no operator is a word: a query
 * is never wrong.
 */
#ifndef VM_QUERY_H
#define VM_QUERY_H

#include "imap_message.h"
#include "imap_search.h"

enum { QUERY_TEXT_MAX = 1000, QUERY_TERMS_MAX = 50 };

enum query_attachment { QUERY_ATTACHMENT_ANY, QUERY_ATTACHMENT_WITH, QUERY_ATTACHMENT_WITHOUT };

struct query {
    const struct imap_criteria *criteria; /* NULL: every message */
    /* Servers cannot search for attachments: whoever runs the query looks at the structure of what
     * the criteria found. Inside an OR they are taken for messages that are multipart/mixed. */
    enum query_attachment attachment;
    struct sv in;  /* the value of the last dans:, for who looks elsewhere than in one folder; or
                      empty */
    bool by_flags; /* the answer changes with flags */
    bool in_text;  /* looks into bodies: slow */
};

/* Longer text is cut at a character, further terms are left out. */
void query_parse(struct arena *arena, struct sv text, struct imap_day today, struct query *out);
/* Both must match. */
void query_add_flag(struct arena *arena, struct query *query, enum imap_flag flag, bool set);
/* True if a page may be asked for with nothing but a place in arrival order. */
bool query_empty(const struct query *query);
/* True if the server, or we, have to look into each message: in texts, or for attachments. */
bool query_deep(const struct query *query);

#endif
