/* query_word.h — the words of the search language and how a query is cut into tokens. */
#ifndef VM_QUERY_WORD_H
#define VM_QUERY_WORD_H

#include "arena.h"
#include "imap_message.h"
#include "str.h"

enum query_word {
    QUERY_WORD_NONE,
    QUERY_WORD_FROM,
    QUERY_WORD_TO,
    QUERY_WORD_CC,
    QUERY_WORD_SUBJECT,
    QUERY_WORD_TEXT,
    QUERY_WORD_BEFORE,
    QUERY_WORD_AFTER,
    QUERY_WORD_ON,
    QUERY_WORD_IS,
    QUERY_WORD_HAS,
    QUERY_WORD_LARGER,
    QUERY_WORD_SMALLER,
    QUERY_WORD_IN,
    QUERY_WORD_TAG,
    QUERY_WORD_LIST
};

struct query_lexer {
    struct arena *arena;
    struct sv rest; /* one line of valid UTF-8 */
};

struct query_token {
    enum query_word word;
    struct sv value; /* behind the operator, without quotes */
    struct sv text;  /* the whole, operator and all, without quotes: if it is a word after all */
    bool negated;
    bool exact;     /* some of it stands in quotation marks */
    bool before_or; /* OR stands behind it, and something behind that */
};

/* False at the end. Never gives an empty text. */
bool query_token_next(struct query_lexer *lexer, struct query_token *token);

struct query_state {
    enum imap_flag flag;
    bool set;
};

/* The value of est: and is:. */
enum status query_state_find(struct sv value, struct query_state *state) MUST_USE;
/* The value of a: and has:. */
bool query_word_is_attachment(struct sv value);
/* True if a keyword can have this name (an atom of RFC 3501). */
bool query_word_is_tag(struct sv value);
/* Bytes, with a unit or without: "500", "20k", "1,5M", "5Mo", "1G". At most 2^32 - 1, the greatest
 * that IMAP knows. */
enum status query_size_parse(struct sv value, uint64_t *bytes) MUST_USE;

#endif
