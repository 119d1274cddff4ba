/* filename.h — names of files as strangers give them, made harmless in both directions. */
#ifndef VM_FILENAME_H
#define VM_FILENAME_H

#include "arena.h"
#include "str.h"

enum { FILENAME_LENGTH_MAX = 200 };

/* One line of valid UTF-8 without path, control characters, marks that turn the writing direction
 * and other invisible ones (which disguise an extension), without dots and spaces at either end or
 * spaces before the extension, runs of spaces as one, what only looks like a dot as "_"; at most
 * FILENAME_LENGTH_MAX bytes, the extension kept; "file" if nothing is left. So it has one meaning:
 * no system takes it for a file of another kind than its last characters say. */
struct sv filename_clean(struct arena *arena, struct sv name);
/* What people wrote as a name: a slash in it parts no path. "1/2" becomes "1_2". */
struct sv filename_of_words(struct arena *arena, struct sv words, const char *extension);
/* Appends a Content-Disposition value (RFC 6266) for a clean name: `type`; filename="ASCII
 * fallback"; filename*=UTF-8''... (RFC 8187), the latter only if the name is not ASCII. */
void filename_disposition(struct sb *out, const char *type, struct sv clean);

/* ---- characters that disguise a name; of use to filename_look.c too ---- */
struct sv filename_without_path(struct sv name);
bool filename_turns(uint32_t c);        /* turns the direction of writing */
bool filename_is_hidden(uint32_t c);    /* has no width, and no use in a name */
bool filename_is_space(uint32_t c);     /* any that one sees as a space */
bool filename_is_false_dot(uint32_t c); /* looks like a full stop */

#endif
