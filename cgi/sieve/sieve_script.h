/* sieve_script.h — a rule set as a Sieve script (RFC 5228) and back.
 *
 * A script of ours begins with a line that marks it, a digest of all that follows, and the rules in
 * rule.h's own text as comments; the commands behind them are written from the rules and never read
 * back. A script by another program is never changed: it is run before ours by "include" (RFC 6609)
 * or not at all.
 *
 * Every value stands in a quoted string, in which only the quotation mark and the backslash mean
 * something; "variables" and "encoded-character" are never required, so "${" is text.
 */
#ifndef VM_SIEVE_SCRIPT_H
#define VM_SIEVE_SCRIPT_H

#include "rule.h"

enum {
    SIEVE_SCRIPT_MAX = 256 * 1024, /* bytes of a script, ours or another's */
    SIEVE_SCRIPT_NAME_MAX = 512,   /* bytes; RFC 5804 section 1.6 asks for 128 characters */
    SIEVE_SCRIPT_VERSION_TEXT = 16
};

/* The name of our script. */
#define SIEVE_SCRIPT_NAME "vaguemestre"

struct sieve_script {
    struct rule_set set;
    struct sv include; /* another script of the same person that runs first; empty: none */
};

enum sieve_script_kind {
    SIEVE_SCRIPT_OURS,
    SIEVE_SCRIPT_EDITED, /* bears our mark, but somebody has changed it by hand */
    SIEVE_SCRIPT_FOREIGN
};

/* True for 1 to SIEVE_SCRIPT_NAME_MAX bytes of UTF-8 without control characters or "/". */
bool sieve_script_name_valid(struct sv name);

/* offered: the server's extensions, separated by spaces (the SIEVE capability). STATUS_UNSUPPORTED
 * and *missing names the extension that a rule needs and the server has not; STATUS_TOO_LARGE. The
 * set has passed rule_set_check(). */
enum status sieve_script_write(struct arena *arena, const struct sieve_script *script,
                               struct sv offered, struct sv *text, struct sv *missing) MUST_USE;

/* Never fails: what bears no mark is foreign. *out is filled for SIEVE_SCRIPT_OURS, and for
 * SIEVE_SCRIPT_EDITED as far as the comments can still be read; else it is empty. */
enum sieve_script_kind sieve_script_read(struct arena *arena, struct sv text,
                                         struct sieve_script *out);

/* What a script is told from another by, SIEVE_SCRIPT_VERSION_TEXT hexadecimal digits: for a form
 * that comes back. Guards against accidents, not against malice. */
struct sv sieve_script_version(struct arena *arena, struct sv text);

#endif
