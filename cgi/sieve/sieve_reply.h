/* sieve_reply.h — inside sieve/: the server's side of ManageSieve (RFC 5804 section 4), a bounded
 * reader of lines of tokens. */
#ifndef VM_SIEVE_REPLY_H
#define VM_SIEVE_REPLY_H

#include "transport.h"

struct arena;

enum {
    SIEVE_TOKENS_MAX = 32,           /* in a line */
    SIEVE_STRING_MAX = 256 * 1024,   /* one string, quoted or literal */
    SIEVE_READ_MAX = 4 * 1024 * 1024 /* all that a conversation reads */
};

enum sieve_token_kind { SIEVE_ATOM, SIEVE_STRING, SIEVE_OPEN, SIEVE_CLOSE };

struct sieve_token {
    enum sieve_token_kind kind;
    struct sv text; /* of atoms and strings; the arena's */
};

struct sieve_line {
    struct sieve_token tokens[SIEVE_TOKENS_MAX];
    size_t n;
};

struct sieve_reader {
    struct transport line;
    struct arena *arena;
    size_t read; /* bytes in all */
    struct sv pending;
    char in[4096];
};

/* The next line. STATUS_PROTOCOL, STATUS_TOO_LARGE, and what the transport gives. */
enum status sieve_line_read(struct sieve_reader *r, struct deadline deadline,
                            struct sieve_line *out) MUST_USE;
/* The atom at `at`, whatever its case? */
bool sieve_token_is(const struct sieve_line *line, size_t at, const char *atom);

#endif
