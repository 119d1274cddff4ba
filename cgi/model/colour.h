/* colour.h — the small palette that folders and tags are marked with. A colour never says anything
 * alone: a name always stands beside it. */
#ifndef VM_COLOUR_H
#define VM_COLOUR_H

#include "status.h"
#include "str.h"

enum colour {
    COLOUR_NONE,
    COLOUR_RED,
    COLOUR_ORANGE,
    COLOUR_GREEN,
    COLOUR_BLUE,
    COLOUR_PURPLE,
    COLOUR_PINK,
    COLOUR_BROWN,
    COLOUR_COUNT
};

/* Their names in forms, templates and style sheets: "none", "red"… */
extern const char *const colour_names[COLOUR_COUNT];
/* STATUS_INVALID for any other name. */
enum status colour_find(struct sv name, enum colour *out) MUST_USE;
/* COLOUR_NONE for a number out of range: what a store holds. */
enum colour colour_of(int number);

#endif
