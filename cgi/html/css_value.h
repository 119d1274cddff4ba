/* css_value.h — values of CSS properties as typed tokens, read and written (CSS Values 3, Color 4).
 */
#ifndef VM_CSS_VALUE_H
#define VM_CSS_VALUE_H

#include "str.h"

enum css_kind {
    CSS_NUMBER, /* no unit */
    CSS_LENGTH, /* with a unit, or 0 */
    CSS_PERCENT,
    CSS_IDENT,  /* lower case on writing */
    CSS_COLOUR, /* hex, rgb() or hsl(); a colour's name is a CSS_IDENT */
    CSS_STRING,
    CSS_COMMA,
    CSS_SLASH,
};

enum { CSS_TOKENS_MAX = 32, CSS_PIXELS_MAX = 5000 };

struct css_token {
    enum css_kind kind;
    int64_t thousandths;   /* number, length, percentage */
    const char *unit;      /* length: "px", "em"... */
    struct sv text;        /* identifier or inside of the string */
    unsigned char rgba[4]; /* CSS_COLOUR: red, green, blue, alpha */
};

struct css_tokens {
    struct css_token items[CSS_TOKENS_MAX];
    size_t n;
};

/* False if anything in value is not one of the kinds above, or there is more than fits. */
bool css_tokens_read(struct sv value, struct css_tokens *tokens);

/* A length of at most CSS_PIXELS_MAX, nearly: em counts as 16 px, vw as 10 px. */
bool css_length_bounded(const struct css_token *token, bool negative);

void css_token_write(const struct css_token *token, struct sb *out);

/* True for names of colours (transparent and currentcolor among them) and CSS_COLOUR tokens. */
bool css_is_colour(const struct css_token *token);

#endif
