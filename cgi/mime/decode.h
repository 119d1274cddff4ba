/* decode.h — content transfer encodings, both ways, in pieces (RFC 2045 section 6).
 *
 * All of these take pieces cut anywhere and pass on what they make to a sink; they fail only if the
 * sink fails. They live in the caller's memory and hold a few KB.
 */
#ifndef VM_DECODE_H
#define VM_DECODE_H

#include <stdbool.h>

#include "flow.h"

enum transfer {
    TRANSFER_IDENTITY, /* 7bit, 8bit, binary, and what is unknown */
    TRANSFER_BASE64,
    TRANSFER_QUOTED,
    TRANSFER_UU
};

/* From the value of Content-Transfer-Encoding; tolerates case, comments, quotes. */
enum transfer transfer_of(struct sv name);
const char *transfer_name(enum transfer transfer); /* "base64"; "8bit" for identity */

enum { DECODER_BUFFER = 4096 };

struct decoder {
    struct sink out;
    enum transfer transfer;
    uint32_t bits;  /* base64: what the quad has so far */
    uint32_t count; /* base64: sextets in it; uu: bytes that the line still owes */
    uint32_t state;
    size_t held_n;
    char held[256]; /* quoted-printable: white space or an escape whose meaning is still open */
    size_t n;
    char buffer[DECODER_BUFFER];
};

/* Base64: anything that is not of the alphabet is skipped, '=' ends a quad and not the text (texts
 * that were padded and then joined are read whole), a missing end is read as far as it goes.
 * Quoted-printable: bad escapes stay as they stand, soft breaks with trailing white space are
 * known, white space before a line end is dropped. Uuencode: what stands outside begin and end is
 * dropped. */
void decoder_init(struct decoder *d, enum transfer transfer, struct sink out);
enum status decoder_write(struct decoder *d, struct sv piece) MUST_USE;
enum status decoder_finish(struct decoder *d) MUST_USE;
/* A sink that writes into d, to chain them. */
struct sink decoder_sink(struct decoder *d);

/* Base64 in lines of 76 characters, each ended by CRLF, the last one too. */
uint64_t base64_lines_length(uint64_t n); /* exact; UINT64_MAX if it would overflow */
enum { BASE64_LINE_IN = 57, BASE64_LINE_OUT = 78 };
/* Encodes n bytes as lines; all but a text's last call pass a multiple of BASE64_LINE_IN. out has
 * room for base64_lines_length(n); returns the length. */
size_t base64_lines(const void *bytes, size_t n, char *out);

struct base64_encoder {
    struct sink out;
    size_t n;
    unsigned char held[BASE64_LINE_IN];
};

void base64_encoder_init(struct base64_encoder *e, struct sink out);
enum status base64_encoder_write(struct base64_encoder *e, struct sv piece) MUST_USE;
enum status base64_encoder_finish(struct base64_encoder *e) MUST_USE;

/* Appends text (lines ended by CRLF or LF) as quoted-printable: lines of at most 76, CRLF, trailing
 * white space, "From " and a lone dot encoded. */
void quoted_encode(struct sb *out, struct sv text);

/* Every CR LF, lone CR and lone LF to CRLF. */
struct crlf {
    struct sink out;
    bool after_cr;
};

void crlf_init(struct crlf *c, struct sink out);
enum status crlf_write(struct crlf *c, struct sv piece) MUST_USE;
struct sink crlf_sink(struct crlf *c);

/* A sink that appends to a builder; what passes the builder's cap is STATUS_TOO_LARGE. */
struct sink sb_sink(struct sb *b);

#endif
