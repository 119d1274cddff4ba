/* tag.h — reads tags out of a letter in one pass, as the tokenizer of HTML5 does: for what must be
 * known before the real parser sees the letter (section 13.2.5 of the HTML standard). */
#ifndef VM_TAG_H
#define VM_TAG_H

#include "str.h"

enum tag_class {
    TAG_ORDINARY = 0,
    TAG_VOID = 1,       /* has no content */
    TAG_IMPLIED = 2,    /* ends by itself where another begins: never deeper than what is counted */
    TAG_FORMATTING = 4, /* reopened in each block until its end tag */
    TAG_BLOCK = 8,      /* an end tag of another element does not look beyond it */
    TAG_SCOPE = 16,     /* an end tag of a block does not look beyond it */
    TAG_CELL = 32,      /* table cell or caption */
    TAG_ROW = 64,       /* other structure of tables */
    TAG_RAW = 128,      /* its content is text up to its end tag */
    TAG_FOREIGN = 256,  /* changes the rules for what it holds */
    TAG_BREAK = 512,    /* shown on lines of its own */
    TAG_HIDDEN = 1024,  /* its text is not shown */
    TAG_TABLE = 2048,   /* <table> itself */
};

enum { TAG_ID_OTHER = 255 };

struct tag {
    struct sv all;  /* from < to > */
    struct sv name; /* as written */
    unsigned classes;
    unsigned id;       /* the same for the same known name; TAG_ID_OTHER for unknown names */
    bool is_end;       /* </name> */
    size_t attributes; /* counted, duplicates too */
};

struct tags {
    struct sv html;
    size_t at;
    bool raw;       /* the content of TAG_RAW is skipped (the default) */
    bool ambiguous; /* a script that hides its end: parsers and this one may differ from here on */
};

void tags_init(struct tags *tags, struct sv html);
/* Moves to the next tag; *text_end is the index where the text before it ends. False at the end. */
bool tags_next(struct tags *tags, struct tag *tag, size_t *text_end);

bool tag_is(const struct tag *tag, const char *name);

#endif
