#include "client_data.h"

#include "seal.h"

enum field { TYPE, CHALLENGE, ORIGIN, CROSS_ORIGIN, TOP_ORIGIN, FIELD_COUNT };

static const char *const names[FIELD_COUNT] = {"type", "challenge", "origin", "crossOrigin",
                                               "topOrigin"};

struct reader {
    struct sv rest;
    char room[FIELD_COUNT][CLIENT_DATA_TEXT_MAX + 1];
    struct sv texts[FIELD_COUNT];
    bool seen[FIELD_COUNT];
    bool crossed; /* crossOrigin is something else than false */
};

static void skip_space(struct reader *r)
{
    while (r->rest.n > 0 && (r->rest.p[0] == ' ' || r->rest.p[0] == '\t' || r->rest.p[0] == '\n' ||
                             r->rest.p[0] == '\r'))
        r->rest = sv_slice(r->rest, 1, r->rest.n);
}

/* Blanks, then this sign. */
static bool take(struct reader *r, char sign)
{
    skip_space(r);
    if (r->rest.n == 0 || r->rest.p[0] != sign)
        return false;
    r->rest = sv_slice(r->rest, 1, r->rest.n);
    return true;
}

static bool take_word(struct reader *r, struct sv word)
{
    if (!sv_starts(r->rest, word))
        return false;
    r->rest = sv_slice(r->rest, word.n, r->rest.n);
    return true;
}

/* The four digits of \u. What matters is ASCII: any other character stands as a NUL, which is in no
 * text that one could want. */
static bool read_unicode(struct sv s, char *out)
{
    unsigned value = 0;
    if (s.n < 4)
        return false;
    for (size_t i = 0; i < 4; i++) {
        int digit = ascii_hex(s.p[i]);
        if (digit < 0)
            return false;
        value = value * 16 + (unsigned)digit;
    }
    *out = value < 0x80 ? (char)value : '\0';
    return true;
}

/* The sign behind a backslash. */
static bool read_escape(struct reader *r, struct sb *out)
{
    static const char plain[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    char c;
    if (r->rest.n == 0)
        return false;
    char sign = r->rest.p[0];
    r->rest = sv_slice(r->rest, 1, r->rest.n);
    if (sign == 'u') {
        if (!read_unicode(r->rest, &c))
            return false;
        r->rest = sv_slice(r->rest, 4, r->rest.n);
        sb_add_char(out, c);
        return true;
    }
    for (size_t i = 0; plain[i]; i++)
        if (plain[i] == sign) {
            sb_add_char(out, meant[i]);
            return true;
        }
    return false;
}

/* A text that does not fit sets out->over, which only matters where somebody asks for it. */
static bool read_string(struct reader *r, struct sb *out)
{
    if (!take(r, '"'))
        return false;
    while (r->rest.n > 0) {
        char c = r->rest.p[0];
        r->rest = sv_slice(r->rest, 1, r->rest.n);
        if (c == '"')
            return true;
        if ((unsigned char)c < 0x20)
            return false;
        if (c != '\\')
            sb_add_char(out, c);
        else if (!read_escape(r, out))
            return false;
    }
    return false;
}

/* -12.5e3: what is not heeded need not be more exact than that. */
static bool skip_number(struct reader *r)
{
    size_t n = 0;
    while (n < r->rest.n &&
           (ascii_is_digit(r->rest.p[n]) || r->rest.p[n] == '-' || r->rest.p[n] == '+' ||
            r->rest.p[n] == '.' || r->rest.p[n] == 'e' || r->rest.p[n] == 'E'))
        n++;
    r->rest = sv_slice(r->rest, n, r->rest.n);
    return n > 0;
}

static bool skip_value(struct reader *r, unsigned depth);

/* What stands between brackets, the first of which has been read. */
static bool skip_members(struct reader *r, bool object, unsigned depth)
{
    char room[2];
    struct sb nothing;
    char end = object ? '}' : ']';
    if (take(r, end))
        return true;
    do {
        sb_fixed(&nothing, room, sizeof room);
        if (object && (!read_string(r, &nothing) || !take(r, ':')))
            return false;
        if (!skip_value(r, depth))
            return false;
    } while (take(r, ','));
    return take(r, end);
}

static bool skip_value(struct reader *r, unsigned depth)
{
    char room[2];
    struct sb nothing;
    skip_space(r);
    if (depth == 0 || r->rest.n == 0)
        return false;
    if (take(r, '{'))
        return skip_members(r, true, depth - 1);
    if (take(r, '['))
        return skip_members(r, false, depth - 1);
    sb_fixed(&nothing, room, sizeof room);
    if (r->rest.p[0] == '"')
        return read_string(r, &nothing);
    return take_word(r, SV("true")) || take_word(r, SV("false")) || take_word(r, SV("null")) ||
           skip_number(r);
}

static bool read_field(struct reader *r, enum field field)
{
    struct sb text;
    if (r->seen[field])
        return false;
    r->seen[field] = true;
    skip_space(r);
    if (field == CROSS_ORIGIN) {
        r->crossed = !take_word(r, SV("false"));
        return r->crossed ? take_word(r, SV("true")) : true;
    }
    sb_fixed(&text, r->room[field], sizeof r->room[field]);
    if (!read_string(r, &text) || text.over)
        return false;
    r->texts[field] = sb_view(&text);
    return true;
}

static bool read_member(struct reader *r)
{
    char room[CLIENT_DATA_TEXT_MAX + 1];
    struct sb name;
    sb_fixed(&name, room, sizeof room);
    if (!read_string(r, &name) || !take(r, ':'))
        return false;
    for (int i = 0; i < FIELD_COUNT; i++)
        if (!name.over && sv_eq(sb_view(&name), sv_of(names[i])))
            return read_field(r, (enum field)i);
    return skip_value(r, CLIENT_DATA_DEPTH);
}

static bool read_object(struct reader *r)
{
    if (!take(r, '{'))
        return false;
    do {
        if (!read_member(r))
            return false;
    } while (take(r, ','));
    if (!take(r, '}'))
        return false;
    skip_space(r);
    return r->rest.n == 0;
}

enum status client_data_check(struct sv json, const struct client_data *want)
{
    struct reader r = {.rest = json};
    if (json.n > CLIENT_DATA_MAX || !read_object(&r))
        return STATUS_INVALID;
    struct sv challenge = r.texts[CHALLENGE];
    bool right = sv_eq(r.texts[TYPE], want->type) && sv_eq(r.texts[ORIGIN], want->origin) &&
                 challenge.n == want->challenge.n && challenge.n > 0 &&
                 seal_equal(challenge.p, want->challenge.p, challenge.n);
    return right && !r.crossed && !r.seen[TOP_ORIGIN] ? STATUS_OK : STATUS_DENIED;
}
