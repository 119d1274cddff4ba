#include "enclosed.h"

#include "base64.h"

enum { UU_BYTES_MAX = 63 };

/* ---- lines ---- */

static struct sv without_end(struct sv line)
{
    if (sv_ends(line, SV("\n")))
        line.n--;
    if (sv_ends(line, SV("\r")))
        line.n--;
    return line;
}

/* "begin 644 name": the name, empty if the line is none. */
static struct sv uu_name(struct sv line, const char *word)
{
    struct sv rest = without_end(line);
    size_t digits = 0;
    if (!sv_starts(rest, sv_of(word)))
        return SV("");
    rest = sv_slice(rest, strlen(word), rest.n);
    while (digits < rest.n && rest.p[digits] >= '0' && rest.p[digits] <= '7')
        digits++;
    if (digits < 3 || digits > 5 || digits == rest.n || rest.p[digits] != ' ')
        return SV("");
    return sv_trim(sv_slice(rest, digits, rest.n));
}

/* "=ybegin line=128 size=123456 name=photo.jpg": the name is all that is left of the line. */
static struct sv yenc_name(struct sv line)
{
    struct sv rest = without_end(line);
    size_t name = sv_find(rest, SV(" name="));
    if (!sv_starts(rest, SV("=ybegin ")) || sv_find(rest, SV(" size=")) == SIZE_MAX ||
        name == SIZE_MAX)
        return SV("");
    return sv_trim(sv_slice(rest, name + sizeof " name=" - 1, rest.n));
}

static enum enclosed_code begin_of(struct sv line, struct sv *name)
{
    enum enclosed_code code = ENCLOSED_UU;
    struct sv found = uu_name(line, "begin ");
    if (found.n == 0) {
        code = ENCLOSED_BASE64;
        found = uu_name(line, "begin-base64 ");
    }
    if (found.n == 0) {
        code = ENCLOSED_YENC;
        found = yenc_name(line);
    }
    if (found.n == 0 || found.n > ENCLOSED_NAME_MAX)
        return ENCLOSED_NONE;
    *name = found;
    return code;
}

/* How many bytes a line of uuencode holds; -1 if it is none. Spaces at its end may be lost, and
 * some encoders add a checksum. A file's first line is a full one ("M") if it has lost most of
 * itself: others are rather words in capitals. */
static int uu_length(struct sv line, bool first)
{
    line = without_end(line);
    if (line.n == 0)
        return 0;
    size_t bytes = (size_t)(line.p[0] - ' ') & 63, whole = (bytes + 2) / 3 * 4, least = whole;
    for (size_t i = 0; i < line.n; i++)
        if (line.p[i] < ' ' || line.p[i] > '`')
            return -1;
    if (bytes == 0)
        return line.n <= 2 ? 0 : -1;
    if (bytes % 3 != 0)
        least -= 3 - bytes % 3;
    bool spaces_lost = line.n - 1 < least;
    if (line.n - 1 > whole + 2 || (spaces_lost && line.p[line.n - 1] == ' '))
        return -1;
    bool doubtful = first && spaces_lost && line.p[0] != 'M' && (line.n - 1) * 2 < least;
    return doubtful ? -1 : (int)bytes;
}

static bool base64_line(struct sv line)
{
    line = without_end(line);
    for (size_t i = 0; i < line.n; i++)
        if (!ascii_is_alnum(line.p[i]) && sv_find_char(SV("+/="), line.p[i]) == SIZE_MAX)
            return false;
    return line.n > 0 && line.n % 4 == 0 && !sv_eq(line, SV("===="));
}

static size_t number_in(struct sv line, const char *name)
{
    size_t at = sv_find(line, sv_of(name)), value = 0;
    for (size_t i = at + strlen(name);
         at != SIZE_MAX && i < line.n && ascii_is_digit(line.p[i]) && value < SIZE_MAX / 16; i++)
        value = value * 10 + (size_t)(line.p[i] - '0');
    return value;
}

/* As long as the begin line promises, or the line of a file that is one of several. */
static bool yenc_first(struct sv begin, struct sv line)
{
    size_t promised = number_in(begin, " line="), size = number_in(begin, " size=");
    size_t n = without_end(line).n;
    return sv_starts(line, SV("=ypart begin=")) || n == promised || n == promised + 1 ||
           (size < promised && n >= size && n <= 2 * size);
}

static bool is_first(enum enclosed_code code, struct sv begin, struct sv line)
{
    switch (code) {
    case ENCLOSED_UU:
        return uu_length(line, true) > 0;
    case ENCLOSED_BASE64:
        return base64_line(line);
    case ENCLOSED_YENC:
        return without_end(line).n > 0 && yenc_first(begin, line);
    case ENCLOSED_NONE:
        break;
    }
    return false;
}

static bool is_content(enum enclosed_code code, struct sv line)
{
    switch (code) {
    case ENCLOSED_UU:
        return uu_length(line, false) > 0;
    case ENCLOSED_BASE64:
        return base64_line(line);
    case ENCLOSED_YENC:
        return without_end(line).n > 0;
    case ENCLOSED_NONE:
        break;
    }
    return false;
}

static bool is_end(enum enclosed_code code, struct sv line)
{
    line = without_end(line);
    switch (code) {
    case ENCLOSED_UU:
        return sv_eq(sv_trim(line), SV("end"));
    case ENCLOSED_BASE64:
        return sv_eq(line, SV("===="));
    case ENCLOSED_YENC:
        return sv_starts(line, SV("=yend"));
    case ENCLOSED_NONE:
        break;
    }
    return false;
}

/* ---- bytes ---- */

static enum status uu_bytes(struct sink out, struct sv line)
{
    char bytes[UU_BYTES_MAX + 3];
    int length = uu_length(line, false);
    size_t n = 0;
    line = without_end(line);
    for (size_t at = 1; n < (size_t)length; at += 4) {
        uint32_t bits = 0;
        for (size_t i = at; i < at + 4; i++)
            bits = bits << 6 | (i < line.n ? ((uint32_t)(line.p[i] - ' ') & 63) : 0);
        bytes[n++] = (char)(bits >> 16 & 0xff);
        bytes[n++] = (char)(bits >> 8 & 0xff);
        bytes[n++] = (char)(bits & 0xff);
    }
    return sink_write(out, (struct sv){bytes, (size_t)length});
}

static enum status base64_bytes(struct sink out, struct sv line)
{
    char bytes[ENCLOSED_LINE_MAX];
    size_t n = sizeof bytes;
    if (base64_decode(without_end(line), bytes, &n) != STATUS_OK)
        return STATUS_OK; /* padding inside a line */
    return sink_write(out, (struct sv){bytes, n});
}

static enum status yenc_bytes(struct sink out, struct sv line)
{
    char bytes[ENCLOSED_LINE_MAX];
    size_t n = 0;
    line = without_end(line);
    if (sv_starts(line, SV("=ypart")))
        return STATUS_OK;
    for (size_t i = 0; i < line.n; i++) {
        int shift = 42;
        if (line.p[i] == '=' && i + 1 < line.n) {
            i++;
            shift += 64;
        }
        bytes[n++] = (char)(unsigned char)((unsigned char)line.p[i] - shift);
    }
    return sink_write(out, (struct sv){bytes, n});
}

static enum status add_content(struct enclosed *e, struct sv line)
{
    switch (e->inside) {
    case ENCLOSED_UU:
        return uu_bytes(e->taker.bytes, line);
    case ENCLOSED_BASE64:
        return base64_bytes(e->taker.bytes, line);
    case ENCLOSED_YENC:
        return yenc_bytes(e->taker.bytes, line);
    case ENCLOSED_NONE:
        break;
    }
    return STATUS_OK;
}

/* ---- one line after the other ---- */

static enum status release_held(struct enclosed *e)
{
    size_t n = e->held_n;
    e->begun = ENCLOSED_NONE;
    e->held_n = 0;
    return sink_write(e->text, (struct sv){e->held, n});
}

static enum status text_line(struct enclosed *e, struct sv line)
{
    struct sv name;
    e->begun = begin_of(line, &name);
    if (e->begun == ENCLOSED_NONE)
        return sink_write(e->text, line);
    memcpy(e->held, line.p, line.n);
    e->held_n = line.n;
    return STATUS_OK;
}

/* The line behind a begin line: a file, if it is what a file begins with. */
static enum status first_line(struct enclosed *e, struct sv line)
{
    struct sv name = SV("");
    enum enclosed_code code = e->begun;
    struct sv begin = {e->held, e->held_n};
    begin_of(begin, &name);
    if (!is_first(code, begin, line) || !e->taker.begin(e->taker.context, name)) {
        enum status st = release_held(e);
        return st == STATUS_OK ? text_line(e, line) : st;
    }
    e->inside = code;
    e->begun = ENCLOSED_NONE;
    e->ending = false;
    enum status st = sink_write(e->text, SV("["));
    if (st == STATUS_OK)
        st = sink_write(e->text, name);
    if (st == STATUS_OK)
        st = sink_write(e->text, SV("]\r\n"));
    e->held_n = 0;
    return st == STATUS_OK ? add_content(e, line) : st;
}

static enum status file_line(struct enclosed *e, struct sv line)
{
    bool last = is_end(e->inside, line);
    if (!last && !e->ending && is_content(e->inside, line))
        return add_content(e, line);
    if (!last && !e->ending && e->inside == ENCLOSED_UU && uu_length(line, false) == 0) {
        e->ending = true;
        return STATUS_OK;
    }
    e->inside = ENCLOSED_NONE;
    return last ? STATUS_OK : text_line(e, line);
}

static enum status end_line(struct enclosed *e)
{
    struct sv line = {e->line, e->line_n};
    e->line_n = 0;
    if (e->inside != ENCLOSED_NONE)
        return file_line(e, line);
    return e->begun != ENCLOSED_NONE ? first_line(e, line) : text_line(e, line);
}

/* A line too long to be kept is text, and ends what came before it. */
static enum status overflow(struct enclosed *e)
{
    enum status st = e->begun != ENCLOSED_NONE ? release_held(e) : STATUS_OK;
    struct sv line = {e->line, e->line_n};
    e->inside = ENCLOSED_NONE;
    e->line_n = 0;
    e->long_line = true;
    return st == STATUS_OK ? sink_write(e->text, line) : st;
}

void enclosed_init(struct enclosed *e, struct sink text, struct enclosed_taker taker)
{
    e->text = text;
    e->taker = taker;
    e->begun = e->inside = ENCLOSED_NONE;
    e->ending = e->long_line = false;
    e->held_n = e->line_n = 0;
}

enum status enclosed_write(struct enclosed *e, struct sv piece)
{
    enum status st = STATUS_OK;
    while (piece.n > 0 && st == STATUS_OK) {
        size_t end = sv_find_char(piece, '\n');
        size_t n = end == SIZE_MAX ? piece.n : end + 1, room = sizeof e->line - e->line_n;
        if (e->long_line) {
            st = sink_write(e->text, sv_slice(piece, 0, n));
            e->long_line = end == SIZE_MAX;
        } else if (n > room) {
            st = overflow(e);
            continue;
        } else {
            memcpy(e->line + e->line_n, piece.p, n);
            e->line_n += n;
            if (end != SIZE_MAX)
                st = end_line(e);
        }
        piece = sv_slice(piece, n, piece.n);
    }
    return st;
}

enum status enclosed_finish(struct enclosed *e)
{
    enum status st = e->line_n > 0 ? end_line(e) : STATUS_OK;
    if (st == STATUS_OK)
        st = release_held(e);
    e->inside = ENCLOSED_NONE;
    e->long_line = false;
    return st;
}

static enum status write_to_enclosed(void *context, struct sv piece)
{
    return enclosed_write(context, piece);
}

struct sink enclosed_sink(struct enclosed *e)
{
    return (struct sink){write_to_enclosed, e};
}
