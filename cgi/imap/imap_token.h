/* imap_token.h — the lexer of server replies (RFC 3501, 9), inside imap/.
 *
 * It pulls bytes from the line as they are needed, so that a reply may be cut anywhere and a body
 * is never whole in memory. Errors stick: after the first one every function returns at once with
 * nothing, and `status` tells what it was; callers check once, at the end, and loops ask
 * lexer_more(). What is kept goes to the arena.
 */
#ifndef VM_IMAP_TOKEN_H
#define VM_IMAP_TOKEN_H

#include "arena.h"
#include "flow.h"
#include "imap_limits.h"
#include "transport.h"

struct imap_lexer {
    struct transport line;
    struct deadline deadline;
    enum status status;
    char *buffer; /* IMAP_BUFFER bytes while in use, otherwise NULL */
    size_t at, end;
    uint64_t allowance; /* bytes that this reply may still have */
    char word[IMAP_ATOM_MAX];
};

/* Starts an operation: forgets the last deadline, not the last error. */
void lexer_begin(struct imap_lexer *lexer, struct deadline deadline);
/* Gives the buffer back unless it holds bytes. */
void lexer_rest(struct imap_lexer *lexer);
void lexer_deinit(struct imap_lexer *lexer);
/* Renews the allowance, at the start of a reply. */
void lexer_reply(struct imap_lexer *lexer);
/* Keeps the first error. */
void lexer_fail(struct imap_lexer *lexer, enum status status);
bool lexer_more(const struct imap_lexer *lexer); /* no error so far */

/* The next byte, left there; -1 after an error. */
int lexer_peek(struct imap_lexer *lexer);
int lexer_take(struct imap_lexer *lexer);
/* Takes the next byte if it is c. */
bool lexer_skip(struct imap_lexer *lexer, char c);
/* Takes c or fails with STATUS_PROTOCOL. */
void lexer_expect(struct imap_lexer *lexer, char c);
/* For loops over a list: false behind its ')', which is taken, or after an error; takes the spaces
 * before the next element. */
bool lexer_element(struct imap_lexer *lexer);

/* Bytes up to (not including) a space, control character, '"', '{' or a byte of stops; at least
 * one. Valid until the next word. */
struct sv lexer_word(struct imap_lexer *lexer, const char *stops);
/* A decimal number up to 2^63 - 1. */
uint64_t lexer_number(struct imap_lexer *lexer);
uint32_t lexer_u32(struct imap_lexer *lexer);
/* nstring: quoted, literal or NIL (p == NULL). A word is taken as a string too, since servers
 * forget quotes. */
struct sv lexer_nstring(struct imap_lexer *lexer, struct arena *arena);
/* A string sent to a sink without being kept: tells its size to begin() first. False for NIL. The
 * sink's failure is returned in *failure and the rest is dropped, or fails the lexer when it is
 * longer than IMAP_DRAIN_MAX. */
bool lexer_stream(struct imap_lexer *lexer, enum status (*begin)(void *context, uint64_t size),
                  struct sink sink, enum status *failure);
/* One value of any kind: word, string or list. */
void lexer_skip_value(struct imap_lexer *lexer);
/* The rest of the line as text for people, cut at IMAP_TEXT_MAX bytes, without the line's end. */
struct sv lexer_text(struct imap_lexer *lexer);
/* The rest of the line with its literals and its end. */
void lexer_skip_line(struct imap_lexer *lexer);
/* CRLF; a bare LF will do. */
void lexer_line_end(struct imap_lexer *lexer);

#endif
