/* conversation_sent.h — what the reader has written in a conversation, found in Sent. */
#ifndef VM_CONVERSATION_SENT_H
#define VM_CONVERSATION_SENT_H

#include "imap_fetch.h"
#include "session.h"

enum {
    CONVERSATION_SENT_MAX = 30,  /* messages, the newest */
    CONVERSATION_SENT_IDS = 12,  /* of the messages that are looked for answers to, the newest */
    CONVERSATION_SENT_DAYS = 60, /* how long before the first of them we look */
    CONVERSATION_SENT_MS = 1500  /* after that it is done without */
};

struct conversation_sent {
    struct sv folder;
    uint32_t uidvalidity;
    struct imap_messages messages; /* envelope, flags, date, preview; by UID */
};

/* Answers in the folder `sent` to these messages (with date and envelope), and what they answer,
 * without those that are among them already. Over another connection, so that the folder one reads
 * stays selected. What fails leaves the result empty: a letter is never held back for this. */
void conversation_sent(struct session *session, struct arena *arena, struct deadline deadline,
                       struct sv sent, const struct imap_messages *messages,
                       struct conversation_sent *out);

#endif
