/* reply.h — who gets an answer, what it refers to, and how the original stands in it. No server is
 * asked. */
#ifndef VM_REPLY_H
#define VM_REPLY_H

#include "draft.h"

struct reply_people {
    struct addresses to, cc;
};

/* me: the writer's own address. A reply goes to Reply-To, else to From; one to a message of my own
 * goes to whom that went. Reply to all adds To and Cc, without me and without anybody twice. A
 * reply to the list goes to its List-Post address. What may not be given to SMTP is left out, and
 * so are names that show another address than their own. */
struct reply_people reply_people(struct arena *arena, const struct letter *letter,
                                 struct address me, enum draft_mode mode);

/* In-Reply-To and References (RFC 5322 section 3.6.4). */
void reply_thread(struct arena *arena, const struct letter *letter, struct msgids *in_reply_to,
                  struct msgids *references);

/* Each line with "> " before it (">" before what is quoted already), without the writer's signature
 * and without empty lines at the end. */
struct sv reply_quote(struct arena *arena, struct sv text);

#endif
