/* locale.h — the user's language: texts, plurals, numbers, sizes.
 *
 * A catalogue is a file templates/locale/LANGUAGE.hdf of lines "key = text" in nested blocks. All
 * are read once, before threads start, and shared read-only. A text may hold places {0} to {9}. A
 * counted text has two entries, KEY.one and KEY.other, where {0} is the number: French takes `one`
 * for 0 and 1, English for 1 alone. Every language has the same keys (tests/lint-locale).
 *
 * Texts are plain, not HTML: the template escapes them. They hold neither '"' nor control
 * characters, for a template may use one as the literal of an expression.
 */
#ifndef VM_LOCALE_H
#define VM_LOCALE_H

#include <stdint.h>

#include "arena.h"
#include "str.h"

enum language { LANGUAGE_FR, LANGUAGE_EN, LANGUAGE_COUNT };

struct locale; /* the catalogue of one language */

/* Reads all catalogues of a directory. On failure logs file and reason. */
enum status locale_load(const char *directory, struct locale *out[LANGUAGE_COUNT]) MUST_USE;
void locale_free(struct locale **locale);
enum language locale_language(const struct locale *l);

/* "fr", "en" */
const char *language_code(enum language language);
/* STATUS_NOT_FOUND if we do not speak it. Takes "fr", "FR", "fr-CA". */
enum status language_find(struct sv code, enum language *out) MUST_USE;
/* The best of an Accept-Language header (RFC 9110, 12.5.4), or `otherwise`. */
enum language language_negotiate(struct sv header, enum language otherwise);

/* The text of a key as it stands; a missing key gives the key itself and a line in the log. */
struct sv locale_text(const struct locale *l, const char *key);
bool locale_has(const struct locale *l, const char *key);
/* The text with {0}, {1}… replaced by the values (struct sv), which are taken as they are. */
#define locale_format(l, arena, key, ...)                                                          \
    locale_fill((l), (arena), (key), (const struct sv[]){__VA_ARGS__},                             \
                sizeof((const struct sv[]){__VA_ARGS__}) / sizeof(struct sv))
struct sv locale_fill(const struct locale *l, struct arena *arena, const char *key,
                      const struct sv *values, size_t count);
/* The text of KEY.one or KEY.other with {0} replaced by the number. */
struct sv locale_plural(const struct locale *l, struct arena *arena, const char *key, uint64_t n);
/* The same, and {1} replaced by `what`. */
struct sv locale_plural_of(const struct locale *l, struct arena *arena, const char *key, uint64_t n,
                           struct sv what);
/* "20 412" with a narrow no-break space, or "20,412". */
struct sv locale_number(const struct locale *l, struct arena *arena, uint64_t n);
/* Bytes in units of 1,000: "84 Ko", "6,2 Go"; "84 KB", "6.2 GB". One decimal below 10. */
struct sv locale_size(const struct locale *l, struct arena *arena, uint64_t bytes);

#endif
