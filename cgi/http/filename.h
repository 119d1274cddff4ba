/* filename.h — names of files as strangers give them, made harmless in both directions. */
#ifndef VM_FILENAME_H
#define VM_FILENAME_H

#include "arena.h"
#include "str.h"

enum { FILENAME_LENGTH_MAX = 200 };

/* One line of valid UTF-8 without path, control characters and marks that turn the writing
 * direction (which disguise an extension), without dots and spaces at the front or spaces at the
 * end, at most FILENAME_LENGTH_MAX bytes, the extension kept; "file" if nothing is left. */
struct sv filename_clean(struct arena *arena, struct sv name);
/* Appends a Content-Disposition value (RFC 6266) for a clean name: `type`; filename="ASCII
 * fallback"; filename*=UTF-8''... (RFC 8187), the latter only if the name is not ASCII. */
void filename_disposition(struct sb *out, const char *type, struct sv clean);

#endif
