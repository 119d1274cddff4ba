/* param.h — parameters of Content-Type and Content-Disposition (RFC 2045, 2183, 2231).
 *
 * A list of parameters is kept as name-value pairs as they were written: "name*0*" and
 * "utf-8''caf%C3%A9". So the same functions serve a raw field (param_parse) and IMAP's
 * BODYSTRUCTURE, which has split it already.
 */
#ifndef VM_PARAM_H
#define VM_PARAM_H

#include <stdbool.h>

#include "str.h"

struct arena;

struct param {
    struct sv name;
    struct sv value; /* without quotes and backslashes */
};

struct params {
    struct param *items;
    size_t n;
};

enum { PARAM_COUNT_MAX = 64, PARAM_VALUE_MAX = 4096 };

/* Splits a raw field value into what stands before the first ';' ("text/plain", "attachment", lower
 * case, without spaces and comments; empty if missing) and its pairs, at most PARAM_COUNT_MAX.
 * Tolerates missing quotes, missing semicolons and comments. */
struct sv param_parse(struct arena *arena, struct sv raw, struct params *out);
/* The value of the parameter as UTF-8 on one line, at most PARAM_VALUE_MAX bytes: continuations
 * joined in order, percent-escapes and charset decoded, encoded-words decoded as well (RFC 2047
 * forbids them there, Outlook writes them). name*-forms win over plain ones. False if missing. */
bool param_get(struct arena *arena, struct params params, struct sv name, struct sv *out);

/* Appends "; name=value", on a new line (CRLF SP) where it would pass column 76; returns the new
 * column. ASCII is written as token or quoted-string, above 200 bytes as RFC 2231 continuations.
 * Other text is written twice: encoded-words in a quoted-string first, for old readers, then the
 * RFC 2231 form, in continuations if it is long. Control characters become spaces. */
size_t param_add(struct sb *out, struct sv name, struct sv value, size_t column);

/* Appends s, each "%XX" as its byte; what is no such escape stands for itself (RFC 2231, 6068). */
void percent_add(struct sb *out, struct sv s);

/* True for "type/subtype", both tokens of RFC 2045, 127 bytes at most each. */
bool media_type_valid(struct sv type);

#endif
