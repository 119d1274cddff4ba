/* base64.h — strict base64 (RFC 4648) for protocol lines and tokens. Mail bodies, which break every
 * rule, are decoded by mime/decode. */
#ifndef VM_BASE64_H
#define VM_BASE64_H

#include "str.h"

/* Bytes that n input bytes need, padding included. */
#define BASE64_LENGTH(n) ((((n) + 2) / 3) * 4)

void base64_encode(struct sb *out, const void *bytes, size_t n);
/* The URL alphabet without padding: for cookies and query strings. */
void base64url_encode(struct sb *out, const void *bytes, size_t n);
/* Exact: no white space, right padding (none for url). *n holds the room on entry, the length on
 * return. */
enum status base64_decode(struct sv text, void *out, size_t *n) MUST_USE;
enum status base64url_decode(struct sv text, void *out, size_t *n) MUST_USE;

#endif
