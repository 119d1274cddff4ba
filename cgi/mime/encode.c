#include "decode.h"

#include "base64.h"

/* ---- base64 lines ---- */

uint64_t base64_lines_length(uint64_t n)
{
    uint64_t rest = n % BASE64_LINE_IN, lines = n / BASE64_LINE_IN;
    if (lines > (UINT64_MAX - BASE64_LINE_OUT) / BASE64_LINE_OUT)
        return UINT64_MAX;
    return lines * BASE64_LINE_OUT + (rest > 0 ? BASE64_LENGTH(rest) + 2 : 0);
}

size_t base64_lines(const void *bytes, size_t n, char *out)
{
    const char *from = bytes;
    size_t made = 0;
    for (size_t at = 0; at < n; at += BASE64_LINE_IN) {
        size_t take = n - at < BASE64_LINE_IN ? n - at : BASE64_LINE_IN;
        char line[BASE64_LENGTH(BASE64_LINE_IN) + 1];
        struct sb b;
        sb_fixed(&b, line, sizeof line);
        base64_encode(&b, from + at, take);
        memcpy(out + made, b.p, b.n);
        made += b.n;
        out[made++] = '\r';
        out[made++] = '\n';
    }
    return made;
}

void base64_encoder_init(struct base64_encoder *e, struct sink out)
{
    e->out = out;
    e->n = 0;
}

static enum status write_line(struct base64_encoder *e)
{
    char line[BASE64_LINE_OUT];
    size_t n = base64_lines(e->held, e->n, line);
    e->n = 0;
    return sink_write(e->out, (struct sv){line, n});
}

enum status base64_encoder_write(struct base64_encoder *e, struct sv piece)
{
    enum status status = STATUS_OK;
    while (piece.n > 0 && status == STATUS_OK) {
        size_t room = sizeof e->held - e->n, take = piece.n < room ? piece.n : room;
        memcpy(e->held + e->n, piece.p, take);
        e->n += take;
        piece = sv_slice(piece, take, piece.n);
        if (e->n == sizeof e->held)
            status = write_line(e);
    }
    return status;
}

enum status base64_encoder_finish(struct base64_encoder *e)
{
    return write_line(e);
}

/* ---- quoted-printable ---- */

enum { QUOTED_LINE_MAX = 76 };

/* Some characters survive only if a relay neither strips, unstuffs nor quotes them. */
static bool needs_escape(struct sv line, size_t i)
{
    unsigned char c = (unsigned char)line.p[i];
    if (c == ' ' || c == '\t')
        return i + 1 == line.n;
    if (i == 0 && (c == '.' || (c == 'F' && sv_starts(line, SV("From ")))))
        return true;
    return c == '=' || c < 0x20 || c >= 0x7f;
}

static void quoted_line(struct sb *out, struct sv line)
{
    size_t column = 0;
    for (size_t i = 0; i < line.n; i++) {
        bool escape = needs_escape(line, i);
        size_t width = escape ? 3 : 1, keep = i + 1 < line.n ? 1 : 0;
        if (column + width + keep > QUOTED_LINE_MAX) {
            sb_add(out, SV("=\r\n"));
            column = 0;
            /* The break has made a new first column: a dot there would be dot-stuffed. */
            escape = escape || line.p[i] == '.' || line.p[i] == 'F';
            width = escape ? 3 : 1;
        }
        if (escape)
            sb_printf(out, "=%02X", (unsigned)(unsigned char)line.p[i]);
        else
            sb_add_char(out, line.p[i]);
        column += width;
    }
}

void quoted_encode(struct sb *out, struct sv text)
{
    while (text.n > 0) {
        bool ended = sv_find_char(text, '\n') != SIZE_MAX;
        struct sv line = sv_cut(&text, '\n');
        if (ended && line.n > 0 && line.p[line.n - 1] == '\r')
            line.n--;
        quoted_line(out, line);
        if (ended)
            sb_add(out, SV("\r\n"));
    }
}

/* ---- line ends ---- */

void crlf_init(struct crlf *c, struct sink out)
{
    c->out = out;
    c->after_cr = false;
}

enum status crlf_write(struct crlf *c, struct sv piece)
{
    enum status status = STATUS_OK;
    size_t run = 0;
    for (size_t i = 0; i < piece.n && status == STATUS_OK; i++) {
        char byte = piece.p[i];
        if (byte == '\r' || byte == '\n') {
            status = sink_write(c->out, sv_slice(piece, run, i));
            run = i + 1;
            if (status == STATUS_OK && !(byte == '\n' && c->after_cr))
                status = sink_write(c->out, SV("\r\n"));
        }
        c->after_cr = byte == '\r';
    }
    return status == STATUS_OK ? sink_write(c->out, sv_slice(piece, run, piece.n)) : status;
}

static enum status write_to_crlf(void *context, struct sv piece)
{
    return crlf_write(context, piece);
}

struct sink crlf_sink(struct crlf *c)
{
    return (struct sink){write_to_crlf, c};
}

static enum status write_to_sb(void *context, struct sv piece)
{
    struct sb *b = context;
    sb_add(b, piece);
    return b->over ? STATUS_TOO_LARGE : STATUS_OK;
}

struct sink sb_sink(struct sb *b)
{
    return (struct sink){write_to_sb, b};
}
