/* str.h — strings as views and capped builders.
 *
 * struct sv is a view: pointer and length, not NUL-terminated, not owned. struct sb builds a string
 * up to a cap that its maker declares; what does not fit is dropped as a whole and sets `over`,
 * which stays set: build first, check once.
 */
#ifndef VM_STR_H
#define VM_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"

struct arena;

struct sv {
    const char *p; /* never NULL when n > 0 */
    size_t n;
};

/* A view of a string literal. */
#define SV(literal) ((struct sv){"" literal, sizeof(literal) - 1})
/* For printf's "%.*s". */
#define SV_ARG(view) ((int)(view).n), ((view).n > 0 ? (view).p : "")

struct sv sv_of(const char *cstr);                       /* NULL gives the empty view */
struct sv sv_slice(struct sv s, size_t from, size_t to); /* clamped to s */
struct sv sv_trim(struct sv s);                          /* SP, HTAB, CR, LF at both ends */
/* From malloc, with a NUL behind it that the view does not count; stops the process without memory.
 */
char *sv_copy(struct sv s);
bool sv_eq(struct sv a, struct sv b);
bool sv_eq_nocase(struct sv a, struct sv b); /* ASCII letters only */
bool sv_starts(struct sv s, struct sv prefix);
bool sv_starts_nocase(struct sv s, struct sv prefix);
bool sv_ends(struct sv s, struct sv suffix);
/* Index of the first occurrence, or SIZE_MAX. */
size_t sv_find(struct sv s, struct sv needle);
size_t sv_find_nocase(struct sv s, struct sv needle);
size_t sv_find_char(struct sv s, char c);
size_t sv_find_last_char(struct sv s, char c);
/* Cuts *rest at the first `separator`: returns what stands before it and leaves the rest behind it;
 * without a separator returns all and leaves the empty view. */
struct sv sv_cut(struct sv *rest, char separator);
/* True if s has a byte below 0x20 or 0x7f: such a string may reach no protocol line unencoded. */
bool sv_has_control(struct sv s);
bool sv_is_ascii(struct sv s); /* no byte above 0x7f */
/* Decimal digits only, the whole of s, at most max. */
enum status sv_to_u64(struct sv s, uint64_t max, uint64_t *out) MUST_USE;
enum status sv_to_u32(struct sv s, uint32_t *out) MUST_USE;
/* <0, 0, >0 as memcmp, the shorter first. */
int sv_compare(struct sv a, struct sv b);

char ascii_lower(char c);
bool ascii_is_alpha(char c);
bool ascii_is_digit(char c);
bool ascii_is_alnum(char c);
int ascii_hex(char c);       /* the value of a hexadecimal digit of either case, -1 for any other */
bool ascii_is_space(char c); /* SP, HTAB, CR, LF, VT, FF */

struct sb {
    char *p;    /* always NUL-terminated once initialised */
    size_t n;   /* bytes, without the NUL */
    size_t cap; /* most bytes that n may reach */
    bool over;  /* something did not fit */
    size_t room;
    struct arena *arena; /* NULL: p is the caller's fixed buffer */
};

/* Grows in the arena up to cap bytes. */
void sb_init(struct sb *b, struct arena *arena, size_t cap);
/* Uses the caller's buffer of `size` bytes (size >= 1; the cap is size - 1). */
void sb_fixed(struct sb *b, char *buffer, size_t size);
void sb_add(struct sb *b, struct sv s);
void sb_add_cstr(struct sb *b, const char *cstr);
void sb_add_char(struct sb *b, char c);
void sb_add_u64(struct sb *b, uint64_t value);
/* At least `width` digits (at most 20), with zeros in front. */
void sb_add_padded(struct sb *b, uint64_t value, size_t width);
void sb_printf(struct sb *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void sb_clear(struct sb *b); /* empties it and takes back `over` */
struct sv sb_view(const struct sb *b);

#endif
