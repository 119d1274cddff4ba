/* content_line.h — the lines of calendars and contacts (RFC 5545 section 3.1, RFC 6350 section 3.3,
 * and vCard 2.1 with its quoted-printable).
 *
 * The text is UTF-8; lines end in CRLF, LF or CR. Nothing is refused: what is no line is skipped.
 */
#ifndef VM_CONTENT_LINE_H
#define VM_CONTENT_LINE_H

#include <stdbool.h>

#include "str.h"

struct arena;

struct content_line {
    struct sv name;       /* without a group before it: "TEL" of "item1.TEL" */
    struct sv parameters; /* as written: ";TZID=Europe/Paris;VALUE=DATE-TIME" */
    struct sv value;      /* unfolded, quoted-printable undone; escapes still stand */
};

/* The next line at *at, which moves on; false at the end. */
bool content_line_next(struct arena *arena, struct sv text, size_t *at, struct content_line *out);
/* A parameter's value without quotes, empty if it is missing. vCard 2.1 writes values without their
 * name ("TEL;WORK"), which are not found. */
struct sv content_line_parameter(const struct content_line *line, struct sv name);
/* The value as text: "\n", "\," and "\;" undone. */
struct sv content_line_text(struct arena *arena, struct sv value);
/* Cuts the next component of a structured value ("Street;City;…") and undoes its escapes. */
struct sv content_line_component(struct arena *arena, struct sv *rest);

#endif
