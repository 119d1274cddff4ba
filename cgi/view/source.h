/* source.h — the texts of all templates in one language, ready for the parser. */
#ifndef VM_SOURCE_H
#define VM_SOURCE_H

#include "arena.h"
#include "locale.h"

struct source_set;

/* Reads DIRECTORY/NAME.cs for all names, drops comments and puts the catalogue's texts in the place
 * of L.key. On failure (a missing key or include, a template that cannot be read or is empty) logs
 * file and reason. The set lives in the arena. */
enum status source_load(const char *directory, const struct locale *locale, struct arena *arena,
                        struct source_set **out) MUST_USE;
/* The text of "NAME.cs", NUL-terminated; the empty view if there is none. */
struct sv source_text(const struct source_set *set, struct sv name);

#endif
