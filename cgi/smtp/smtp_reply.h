/* smtp_reply.h — the answers of an SMTP server (RFC 5321 section 4.2), byte by byte, bounded. */
#ifndef VM_SMTP_REPLY_H
#define VM_SMTP_REPLY_H

#include "submit.h"

struct smtp_reply {
    uint16_t code; /* 200..599 once a line has been read */
    struct sb
        text; /* the lines without their codes, each ended by LF; what is beyond 8 KB is left out */
    unsigned lines;
    size_t line_n;
    char line[SUBMIT_LINE_MAX];
};

void smtp_reply_init(struct smtp_reply *reply, struct arena *arena);
/* Ready for the next reply; keeps the memory. */
void smtp_reply_clear(struct smtp_reply *reply);
/* Takes bytes off *in until the reply is whole (*whole becomes true; what follows stays in *in) or
 * *in is empty. PROTOCOL if it is not a reply, TOO_LARGE beyond SUBMIT_LINE_MAX or
 * SUBMIT_LINES_MAX: nothing more can be read from this peer then. */
enum status smtp_reply_feed(struct smtp_reply *reply, struct sv *in, bool *whole) MUST_USE;
/* The reply for the user: the enhanced code apart, the lines joined. */
struct submit_reply smtp_reply_words(const struct smtp_reply *reply, struct arena *arena);

#endif
