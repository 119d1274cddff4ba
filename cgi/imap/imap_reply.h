/* imap_reply.h — the structured values in server replies, inside imap/. All read from a lexer,
 * whose status tells whether they could; what they give lives in the arena. */
#ifndef VM_IMAP_REPLY_H
#define VM_IMAP_REPLY_H

#include "imap_message.h"
#include "imap_set.h"
#include "imap_token.h"

/* A list of flags in parentheses; *any (may be NULL) becomes true for \*. */
void reply_flags(struct imap_lexer *lexer, struct arena *arena, struct imap_flags *flags,
                 bool *any);
/* The flag with this name, 0 for another keyword; and the name to store it under. */
unsigned flag_of_name(struct sv name);
const char *flag_name(enum imap_flag flag);

/* A quoted date-time ("17-Jul-1996 02:44:25 -0700"), 0 if it makes no sense. */
int64_t reply_date(struct imap_lexer *lexer, struct arena *arena);
/* Writes one, in UTC, without quotes. */
void date_add(struct sb *out, int64_t seconds);

/* people: so many addresses in each field of an envelope, the rest is left out. */
void reply_envelope(struct imap_lexer *lexer, struct arena *arena, size_t people,
                    struct imap_envelope *envelope);
void reply_structure(struct imap_lexer *lexer, struct arena *arena, size_t people,
                     struct imap_part *root);

/* UIDs as they come, in the order written. */
struct uid_list {
    struct arena *arena;
    uint32_t *p;
    size_t n, room;
};

/* A sequence-set without "*"; ranges are counted out in the direction in which they are written. */
void reply_set(struct imap_lexer *lexer, struct uid_list *list);
void uid_list_add(struct imap_lexer *lexer, struct uid_list *list, uint32_t uid);

#endif
