#include "decode.h"

enum transfer transfer_of(struct sv name)
{
    name = sv_trim(name);
    if (name.n > 0 && name.p[0] == '"')
        name = sv_slice(name, 1, name.n);
    if (sv_starts_nocase(name, SV("base64")))
        return TRANSFER_BASE64;
    if (sv_starts_nocase(name, SV("quoted-printable")))
        return TRANSFER_QUOTED;
    if (sv_starts_nocase(name, SV("x-uue")) || sv_starts_nocase(name, SV("uue")) ||
        sv_starts_nocase(name, SV("x-uuencode")))
        return TRANSFER_UU;
    return TRANSFER_IDENTITY;
}

const char *transfer_name(enum transfer transfer)
{
    static const char *const names[] = {[TRANSFER_IDENTITY] = "8bit",
                                        [TRANSFER_BASE64] = "base64",
                                        [TRANSFER_QUOTED] = "quoted-printable",
                                        [TRANSFER_UU] = "x-uuencode"};
    return names[transfer];
}

static enum status flush(struct decoder *d)
{
    size_t n = d->n;
    d->n = 0;
    return sink_write(d->out, (struct sv){d->buffer, n});
}

static enum status put(struct decoder *d, char c)
{
    d->buffer[d->n++] = c;
    return d->n == sizeof d->buffer ? flush(d) : STATUS_OK;
}

/* ---- base64 ---- */

enum { OTHER = 64, PAD = 65 };

static unsigned sextet(unsigned char c)
{
    static const unsigned char values[256] = {
#define X OTHER
        X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,   X,  X,  X,  X,
        X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,   X,  X,  X,  62,
        X,  X,  X,  63, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, X,  X,  X,  PAD, X,  X,  X,  0,
        1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18,  19, 20, 21, 22,
        23, 24, 25, X,  X,  X,  X,  X,  X,  26, 27, 28, 29, 30, 31, 32, 33, 34,  35, 36, 37, 38,
        39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, X,  X,  X,  X,  X
#undef X
    };
    return c < 0x80 ? values[c] : OTHER;
}

/* What an unfinished quad holds: two sextets make one byte, three make two, one makes none. */
static enum status base64_close_quad(struct decoder *d)
{
    enum status status = STATUS_OK;
    uint32_t have = d->count;
    uint32_t bits = have > 0 ? d->bits << (6 * (4 - have)) : 0;
    d->count = d->bits = 0;
    if (have >= 2)
        status = put(d, (char)(bits >> 16 & 0xff));
    if (have == 3 && status == STATUS_OK)
        status = put(d, (char)(bits >> 8 & 0xff));
    return status;
}

static enum status base64_piece(struct decoder *d, struct sv piece)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < piece.n && status == STATUS_OK; i++) {
        unsigned value = sextet((unsigned char)piece.p[i]);
        if (value == PAD)
            status = base64_close_quad(d);
        if (value >= OTHER)
            continue;
        d->bits = d->bits << 6 | value;
        if (++d->count < 4)
            continue;
        if (d->n + 3 > sizeof d->buffer)
            status = flush(d);
        d->buffer[d->n++] = (char)(d->bits >> 16 & 0xff);
        d->buffer[d->n++] = (char)(d->bits >> 8 & 0xff);
        d->buffer[d->n++] = (char)(d->bits & 0xff);
        d->count = d->bits = 0;
        if (d->n == sizeof d->buffer && status == STATUS_OK)
            status = flush(d);
    }
    return status;
}

/* ---- quoted-printable: `held` is an open escape ("=", "=4", "= \t") or open white space ---- */

static enum status quoted_release(struct decoder *d)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < d->held_n && status == STATUS_OK; i++)
        status = put(d, d->held[i]);
    d->held_n = 0;
    return status;
}

/* What stands behind an '='; *again says that c must be read once more as plain text. */
static enum status quoted_escape(struct decoder *d, char c, bool *again)
{
    char before = d->held[d->held_n - 1];
    if (d->held_n == 1 && ascii_hex(c) >= 0) {
        d->held[d->held_n++] = c;
        return STATUS_OK;
    }
    if (d->held_n == 2 && ascii_hex(before) >= 0 && ascii_hex(c) >= 0) {
        d->held_n = 0;
        return put(d, (char)(ascii_hex(before) << 4 | ascii_hex(c)));
    }
    if (ascii_hex(before) < 0 || d->held_n == 1) { /* "=" and perhaps white space: a soft break? */
        if (c == '\n') {
            d->held_n = 0;
            return STATUS_OK;
        }
        if ((c == ' ' || c == '\t' || c == '\r') && d->held_n < sizeof d->held) {
            d->held[d->held_n++] = c;
            return STATUS_OK;
        }
    }
    *again = true;
    return quoted_release(d);
}

static enum status quoted_byte(struct decoder *d, char c)
{
    if (d->held_n > 0 && d->held[0] == '=') {
        bool again = false;
        enum status status = quoted_escape(d, c, &again);
        if (status != STATUS_OK || !again)
            return status;
    }
    if (c == '\n') { /* white space before a line end was added on the way */
        bool cr = d->held_n > 0 && d->held[d->held_n - 1] == '\r';
        d->held_n = 0;
        enum status status = cr ? put(d, '\r') : STATUS_OK;
        return status == STATUS_OK ? put(d, '\n') : status;
    }
    bool white = c == ' ' || c == '\t' || c == '\r';
    if (d->held_n > 0 && (!white || d->held_n == sizeof d->held)) {
        enum status status = quoted_release(d);
        if (status != STATUS_OK)
            return status;
    }
    if (white || c == '=') {
        d->held[d->held_n++] = c;
        return STATUS_OK;
    }
    return put(d, c);
}

static enum status quoted_piece(struct decoder *d, struct sv piece)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < piece.n && status == STATUS_OK; i++)
        status = quoted_byte(d, piece.p[i]);
    return status;
}

/* ---- uuencode ---- */

enum uu_state { UU_BEFORE, UU_LINE_START, UU_IN_LINE, UU_REST_OF_LINE, UU_AFTER };

static enum status uu_sextet(struct decoder *d, char c)
{
    enum status status = STATUS_OK;
    d->bits = d->bits << 6 | ((uint32_t)(c - ' ') & 63);
    if (++d->held_n < 4)
        return STATUS_OK;
    for (int shift = 16; shift >= 0 && d->count > 0 && status == STATUS_OK; shift -= 8) {
        status = put(d, (char)(d->bits >> shift & 0xff));
        d->count--;
    }
    d->held_n = d->bits = 0;
    if (d->count == 0)
        d->state = UU_REST_OF_LINE;
    return status;
}

static void uu_line_start(struct decoder *d, char c)
{
    d->count = (uint32_t)(c - ' ') & 63;
    d->state = c == 'e' ? UU_AFTER : d->count > 0 ? UU_IN_LINE : UU_REST_OF_LINE;
    d->held_n = d->bits = 0;
}

/* A line that ends before it has given what it promised lost its trailing spaces on the way. */
static enum status uu_line_end(struct decoder *d)
{
    enum status status = STATUS_OK;
    while (d->state == UU_IN_LINE && status == STATUS_OK)
        status = uu_sextet(d, ' ');
    d->state = UU_LINE_START;
    return status;
}

static enum status uu_byte(struct decoder *d, char c)
{
    switch ((enum uu_state)d->state) {
    case UU_BEFORE:
        if (c == '\n') {
            bool begun = sv_starts((struct sv){d->held, d->held_n}, SV("begin "));
            d->state = begun ? UU_LINE_START : UU_BEFORE;
            d->held_n = 0;
        } else if (d->held_n < sizeof d->held - 1) {
            d->held[d->held_n++] = c;
        }
        return STATUS_OK;
    case UU_LINE_START:
        if (c != '\r' && c != '\n')
            uu_line_start(d, c);
        return STATUS_OK;
    case UU_IN_LINE:
        if (c == '\n')
            return uu_line_end(d);
        return c == '\r' ? STATUS_OK : uu_sextet(d, c);
    case UU_REST_OF_LINE:
        if (c == '\n')
            d->state = UU_LINE_START;
        return STATUS_OK;
    case UU_AFTER:
        return STATUS_OK;
    }
    return STATUS_OK;
}

static enum status uu_piece(struct decoder *d, struct sv piece)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < piece.n && status == STATUS_OK; i++)
        status = uu_byte(d, piece.p[i]);
    return status;
}

/* ---- all of them ---- */

void decoder_init(struct decoder *d, enum transfer transfer, struct sink out)
{
    d->out = out;
    d->transfer = transfer;
    d->bits = d->count = d->state = 0;
    d->held_n = d->n = 0;
}

enum status decoder_write(struct decoder *d, struct sv piece)
{
    enum status status = STATUS_OK;
    switch (d->transfer) {
    case TRANSFER_IDENTITY:
        return sink_write(d->out, piece);
    case TRANSFER_BASE64:
        status = base64_piece(d, piece);
        break;
    case TRANSFER_QUOTED:
        status = quoted_piece(d, piece);
        break;
    case TRANSFER_UU:
        status = uu_piece(d, piece);
        break;
    }
    return status == STATUS_OK ? flush(d) : status;
}

enum status decoder_finish(struct decoder *d)
{
    enum status status = STATUS_OK;
    if (d->transfer == TRANSFER_BASE64)
        status = base64_close_quad(d);
    bool soft = d->held_n > 0 && d->held[0] == '=' && (d->held_n == 1 || ascii_hex(d->held[1]) < 0);
    if (d->transfer == TRANSFER_QUOTED && !soft)
        status = quoted_release(d);
    if (d->transfer == TRANSFER_UU && d->state == UU_IN_LINE)
        status = uu_line_end(d);
    return status == STATUS_OK ? flush(d) : status;
}

static enum status write_to_decoder(void *context, struct sv piece)
{
    return decoder_write(context, piece);
}

struct sink decoder_sink(struct decoder *d)
{
    return (struct sink){write_to_decoder, d};
}
