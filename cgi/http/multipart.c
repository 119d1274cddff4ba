#include "multipart.h"

static bool is_boundary_char(char c)
{
    return ascii_is_alnum(c) || sv_find_char(SV("'()+_,-./:=? "), c) != SIZE_MAX;
}

/* Cuts the next "; name=value" off *rest. A quoted value comes without its quotes, its backslashes
 * still in it. */
static bool parameter_next(struct sv *rest, struct sv *name, struct sv *value)
{
    size_t semicolon = sv_find_char(*rest, ';');
    if (semicolon == SIZE_MAX)
        return false;
    *rest = sv_slice(*rest, semicolon + 1, rest->n);
    size_t equals = sv_find_char(*rest, '=');
    if (equals == SIZE_MAX)
        return false;
    *name = sv_trim(sv_slice(*rest, 0, equals));
    *rest = sv_slice(*rest, equals + 1, rest->n);
    if (!sv_starts(*rest, SV("\""))) {
        size_t end = sv_find_char(*rest, ';');
        *value = sv_trim(sv_slice(*rest, 0, end));
        *rest = sv_slice(*rest, end == SIZE_MAX ? rest->n : end, rest->n);
        return true;
    }
    size_t i = 1;
    while (i < rest->n && rest->p[i] != '"')
        i += rest->p[i] == '\\' ? 2 : 1;
    *value = sv_slice(*rest, 1, i);
    *rest = sv_slice(*rest, i + 1, rest->n);
    return true;
}

enum status multipart_boundary(struct sv content_type, struct sv *boundary)
{
    struct sv name, value;
    while (parameter_next(&content_type, &name, &value)) {
        if (!sv_eq_nocase(name, SV("boundary")))
            continue;
        if (value.n == 0 || value.n > MULTIPART_BOUNDARY_MAX || sv_ends(value, SV(" ")))
            return STATUS_INVALID;
        for (size_t i = 0; i < value.n; i++)
            if (!is_boundary_char(value.p[i]))
                return STATUS_INVALID;
        *boundary = value;
        return STATUS_OK;
    }
    return STATUS_INVALID;
}

/* The first delimiter may stand at the very beginning, as if a line end came before it. */
void multipart_init(struct multipart *parser, struct sv boundary, struct multipart_handler handler)
{
    struct sb b;
    parser->handler = handler;
    parser->state = MULTIPART_PREAMBLE;
    parser->matched = parser->foreign = 2;
    parser->header_length = 0;
    parser->after_length = 0;
    sb_fixed(&b, parser->delimiter, sizeof(parser->delimiter));
    sb_add(&b, SV("\r\n--"));
    sb_add(&b, boundary);
    parser->delimiter_length = b.n;
}

static enum status emit(struct multipart *parser, const char *p, size_t n)
{
    if (n == 0 || parser->state != MULTIPART_BODY)
        return STATUS_OK;
    return parser->handler.data(parser->handler.context, (struct sv){p, n});
}

/* What matched was no delimiter after all: what came of it with earlier pieces is content. */
static enum status content_held(struct multipart *parser, size_t carried)
{
    size_t from = parser->foreign;
    parser->matched = 0;
    parser->foreign = 0;
    return carried > from ? emit(parser, parser->delimiter + from, carried - from) : STATUS_OK;
}

static enum status delimiter_found(struct multipart *parser)
{
    bool in_part = parser->state == MULTIPART_BODY;
    parser->state = MULTIPART_AFTER;
    parser->matched = 0;
    parser->foreign = 0;
    parser->after_length = 0;
    return in_part ? parser->handler.end(parser->handler.context) : STATUS_OK;
}

/* Content up to the next delimiter. CR stands only at the delimiter's beginning, so that after a
 * mismatch nothing of what matched can begin another match. `carried` of the matched bytes came
 * with earlier pieces: they are repeated from the delimiter itself. */
static enum status content_feed(struct multipart *parser, struct sv *piece)
{
    struct sv s = *piece;
    size_t carried = parser->matched;
    size_t i = 0;
    while (i < s.n && parser->matched < parser->delimiter_length) {
        if (parser->matched == 0) {
            const char *cr = memchr(s.p + i, '\r', s.n - i);
            i = cr ? (size_t)(cr - s.p) + 1 : s.n;
            parser->matched = cr ? 1 : 0;
        } else if (s.p[i] == parser->delimiter[parser->matched]) {
            parser->matched++;
            i++;
        } else {
            enum status status = content_held(parser, carried);
            if (status != STATUS_OK)
                return status;
            carried = 0;
        }
    }
    *piece = sv_slice(s, i, s.n);
    enum status status = emit(parser, s.p, i - (parser->matched - carried));
    if (status != STATUS_OK || parser->matched < parser->delimiter_length)
        return status;
    return delimiter_found(parser);
}

/* Takes `\"`, `\\` and the browsers' %22, %0D, %0A back, in place. */
static struct sv unescape(char *p, size_t n)
{
    size_t out = 0;
    for (size_t i = 0; i < n; i++) {
        struct sv rest = {p + i, n - i};
        char c = p[i];
        if (c == '\\' && i + 1 < n && (p[i + 1] == '"' || p[i + 1] == '\\')) {
            c = p[++i];
        } else if (sv_starts(rest, SV("%22"))) {
            c = '"';
            i += 2;
        } else if (sv_starts_nocase(rest, SV("%0d")) || sv_starts_nocase(rest, SV("%0a"))) {
            c = p[i + 2] == 'd' || p[i + 2] == 'D' ? '\r' : '\n';
            i += 2;
        }
        p[out++] = c;
    }
    return (struct sv){p, out};
}

static void disposition_parse(struct multipart *parser, struct sv value,
                              struct multipart_part *part, bool *named)
{
    struct sv name, parameter;
    while (parameter_next(&value, &name, &parameter)) {
        bool is_name = sv_eq_nocase(name, SV("name"));
        if (!is_name && !sv_eq_nocase(name, SV("filename")))
            continue;
        struct sv text = {"", 0};
        if (parameter.n > 0)
            text = unescape(parser->header + (parameter.p - parser->header), parameter.n);
        if (is_name) {
            part->name = text;
            *named = true;
        } else {
            part->filename = text;
            part->is_file = true;
        }
    }
}

static enum status header_parse(struct multipart *parser)
{
    struct multipart_part part = {.is_file = false};
    bool named = false;
    struct sv block = {parser->header, parser->header_length};
    while (block.n > 0) {
        struct sv value = sv_trim(sv_cut(&block, '\n'));
        struct sv name = sv_trim(sv_cut(&value, ':'));
        if (sv_eq_nocase(name, SV("Content-Disposition")) && !named)
            disposition_parse(parser, value, &part, &named);
        else if (sv_eq_nocase(name, SV("Content-Type")))
            part.media_type = sv_trim(sv_cut(&value, ';'));
    }
    if (!named)
        return STATUS_INVALID;
    parser->state = MULTIPART_BODY;
    parser->matched = parser->foreign = 2; /* an empty part has no line end but the header's */
    return parser->handler.begin(parser->handler.context, &part);
}

static enum status header_feed(struct multipart *parser, struct sv *piece)
{
    while (piece->n > 0) {
        if (parser->header_length == sizeof(parser->header))
            return STATUS_TOO_LARGE;
        parser->header[parser->header_length++] = piece->p[0];
        *piece = sv_slice(*piece, 1, piece->n);
        if (sv_ends((struct sv){parser->header, parser->header_length}, SV("\r\n\r\n")))
            return header_parse(parser);
    }
    return STATUS_OK;
}

static enum status after_feed(struct multipart *parser, struct sv *piece)
{
    while (piece->n > 0 && parser->after_length < 2) {
        char c = piece->p[0];
        *piece = sv_slice(*piece, 1, piece->n);
        if (parser->after_length == 0 && (c == ' ' || c == '\t'))
            continue; /* padding that RFC 2046 allows */
        parser->after[parser->after_length++] = c;
    }
    if (parser->after_length < 2)
        return STATUS_OK;
    struct sv after = {parser->after, 2};
    if (sv_eq(after, SV("--")))
        parser->state = MULTIPART_DONE;
    else if (sv_eq(after, SV("\r\n")))
        parser->state = MULTIPART_HEADER;
    else
        return STATUS_INVALID;
    parser->header_length = 0;
    return STATUS_OK;
}

enum status multipart_feed(struct multipart *parser, struct sv piece)
{
    enum status status = STATUS_OK;
    while (piece.n > 0 && status == STATUS_OK && parser->state != MULTIPART_DONE) {
        if (parser->state == MULTIPART_HEADER)
            status = header_feed(parser, &piece);
        else if (parser->state == MULTIPART_AFTER)
            status = after_feed(parser, &piece);
        else
            status = content_feed(parser, &piece);
    }
    return status;
}

enum status multipart_finish(struct multipart *parser)
{
    return parser->state == MULTIPART_DONE ? STATUS_OK : STATUS_INVALID;
}
