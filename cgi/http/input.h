/* input.h — names and values from a query string or a form, in the order they came.
 *
 * Values are decoded (application/x-www-form-urlencoded, WHATWG URL 5.1), valid UTF-8 (invalid
 * sequences become U+FFFD) and hold no NUL; line ends and other control characters are as sent, so
 * whoever puts a value on a protocol line checks sv_has_control(). They live in the arena.
 */
#ifndef VM_INPUT_H
#define VM_INPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "str.h"

struct input {
    struct sv name;
    struct sv value;
};

struct inputs {
    struct input *at;
    size_t n;
    size_t room;
    size_t limit; /* most entries */
};

void inputs_init(struct inputs *inputs, size_t limit);
/* Adds one that is decoded already and lives as long as the arena; cleans its UTF-8. STATUS_INVALID
 * for a NUL, STATUS_TOO_LARGE at the limit or the arena's budget. */
enum status inputs_add(struct inputs *inputs, struct arena *arena, struct sv name,
                       struct sv value) MUST_USE;
/* Adds all of "a=1&b=2". STATUS_INVALID for a NUL; a broken %-sequence stands for itself. */
enum status inputs_decode(struct inputs *inputs, struct arena *arena, struct sv text) MUST_USE;
/* The first value of that name; the empty view (p == NULL) if there is none. */
struct sv inputs_get(const struct inputs *inputs, const char *name);
/* Each value of that name in turn: start with *at == 0; false when there is no more. */
bool inputs_next(const struct inputs *inputs, const char *name, size_t *at, struct sv *value);

/* Reads the "%2F" at text.p[at]: false if there is none, else its byte. */
bool percent_decode(struct sv text, size_t at, char *out);
/* Appends text so that it can stand as a name or a value in a query string. */
void query_encode(struct sb *out, struct sv text);
/* Appends "name=value", with '&' before it if out is not empty and does not end in '?' or '&'. */
void query_append(struct sb *out, const char *name, struct sv value);

#endif
