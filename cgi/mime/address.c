#include "address.h"

#include "arena.h"
#include "header.h"
#include "utf8.h"
#include "word.h"

enum { ENCODED_WORD_MAX = 1024, TEXT_MAX = 1024 * 1024 };

struct reader {
    struct arena *arena;
    struct sv s; /* what is still to be read */
    /* An opening mark without its end was seen, so that no other needs to be tried. */
    bool stray_quote, stray_comment;
};

/* One entry of a list as it was read. */
struct entry {
    struct sb phrase; /* what stands outside angle brackets, quotes taken off */
    struct sb spec;   /* what stands inside them */
    struct sv comment;
    size_t quoted_at; /* where in phrase a quoted local part starts, or SIZE_MAX */
    bool has_at;      /* phrase has an "@" outside of quotes */
    bool spec_quoted; /* spec starts with a quoted string: what looks like a route in it is none */
    bool has_angle, unclosed, trailing;
    char end; /* ',' ';' ':' or NUL for the end of the text */
};

/* ---- reading one entry ---- */

/* Takes a comment off the front. One that is never closed is a stray parenthesis: it must not
 * swallow the addresses behind it. */
static bool take_comment(struct reader *r, struct sv *inside)
{
    size_t depth = 0, i = 0;
    struct sv s = r->s;
    while (!r->stray_comment && i < s.n) {
        if (s.p[i] == '\\')
            i++;
        else if (s.p[i] == '(')
            depth++;
        else if (s.p[i] == ')' && --depth == 0)
            break;
        i++;
    }
    r->stray_comment = r->stray_comment || i >= s.n;
    if (r->stray_comment)
        return false;
    *inside = sv_trim(sv_slice(s, 1, i));
    r->s = sv_slice(s, i + 1, s.n);
    return true;
}

/* The same for a quoted-string. */
static bool take_quoted(struct reader *r, struct sb *out)
{
    size_t end = 1;
    struct sv s = r->s;
    while (!r->stray_quote && end < s.n && s.p[end] != '"')
        end += s.p[end] == '\\' ? 2 : 1;
    r->stray_quote = r->stray_quote || end >= s.n;
    if (r->stray_quote)
        return false;
    for (size_t i = 1; i < end; i++) {
        if (s.p[i] == '\\' && i + 1 < end)
            i++;
        sb_add_char(out, s.p[i]);
    }
    r->s = sv_slice(s, end + 1, s.n);
    return true;
}

/* The length of an encoded-word at the front, 0 if there is none: the commas and brackets that a
 * bad mailer left in it separate nothing. */
static size_t encoded_word_length(struct sv s)
{
    struct sv rest = sv_slice(s, 2, ENCODED_WORD_MAX);
    if (!sv_starts(s, SV("=?")))
        return 0;
    sv_cut(&rest, '?');
    sv_cut(&rest, '?');
    size_t end = sv_find(rest, SV("?="));
    if (end == SIZE_MAX)
        return 0;
    size_t length = (size_t)(rest.p - s.p) + end + 2;
    struct sv word = sv_slice(s, 0, length);
    bool broken = sv_find_char(word, ' ') != SIZE_MAX || sv_find_char(word, '"') != SIZE_MAX;
    return broken ? 0 : length;
}

/* Reads "<...>", up to its end, or to the next '<' or comma where the end is missing. A route
 * ("@a,@b:c@d") has commas of its own. */
static void take_angle(struct reader *r, struct entry *e)
{
    bool route = false;
    e->has_angle = true;
    sb_clear(&e->spec);
    e->spec_quoted = false;
    r->s = sv_slice(r->s, 1, r->s.n);
    while (r->s.n > 0) {
        char c = r->s.p[0];
        struct sv ignored;
        if (c == '>' || c == '<' || ((c == ',' || c == ';') && !route))
            break;
        bool first = e->spec.n == 0;
        if (c == '"' && take_quoted(r, &e->spec)) {
            e->spec_quoted = e->spec_quoted || first;
            continue;
        }
        if (c == '(' && take_comment(r, &ignored))
            continue;
        route = e->spec.n == 0 ? c == '@' : route && c != ':';
        sb_add_char(&e->spec, c);
        r->s = sv_slice(r->s, 1, r->s.n);
    }
    e->unclosed = r->s.n == 0 || r->s.p[0] != '>';
    if (!e->unclosed)
        r->s = sv_slice(r->s, 1, r->s.n);
}

static void take_text(struct reader *r, struct entry *e)
{
    size_t length = encoded_word_length(r->s);
    length = length > 0 ? length : 1;
    e->trailing = e->trailing || (e->has_angle && !ascii_is_space(r->s.p[0]));
    e->has_at = e->has_at || r->s.p[0] == '@';
    sb_add(&e->phrase, sv_slice(r->s, 0, length));
    r->s = sv_slice(r->s, length, r->s.n);
}

static void skip_stray(struct reader *r, struct entry *e)
{
    e->unclosed = true;
    r->s = sv_slice(r->s, 1, r->s.n);
}

/* Reads up to and with the next separator. */
static void take_entry(struct reader *r, struct entry *e)
{
    memset(e, 0, sizeof *e);
    sb_init(&e->phrase, r->arena, r->s.n);
    sb_init(&e->spec, r->arena, r->s.n);
    e->quoted_at = SIZE_MAX;
    while (r->s.n > 0) {
        char c = r->s.p[0];
        size_t before = e->phrase.n;
        bool ends_group = c == ':' && !e->has_angle && !e->has_at;
        if (c == ',' || c == ';' || ends_group) {
            e->end = c;
            r->s = sv_slice(r->s, 1, r->s.n);
            return;
        }
        if (c == '(' && take_comment(r, &e->comment))
            continue;
        if (c == '"' && take_quoted(r, &e->phrase)) {
            if (r->s.n > 0 && r->s.p[0] == '@')
                e->quoted_at = before;
            continue;
        }
        if (c == '<')
            take_angle(r, e);
        else if (c == '"' || c == '>')
            skip_stray(r, e);
        else
            take_text(r, e);
    }
}

/* ---- from what was read to an address ---- */

/* Obsolete syntax allows white space around dots and the at sign. */
static struct sv without_blanks(struct arena *arena, struct sv s)
{
    struct sb out;
    sb_init(&out, arena, s.n);
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_is_space(s.p[i]))
            sb_add_char(&out, s.p[i]);
    return sb_view(&out);
}

static void set_spec(struct arena *arena, struct sv spec, bool quoted, struct address *out)
{
    size_t colon;
    while (!quoted && spec.n > 0 && spec.p[0] == '@' &&
           (colon = sv_find_char(spec, ':')) != SIZE_MAX)
        spec = sv_slice(spec, colon + 1, spec.n); /* a route, or several as no RFC has them */
    size_t at = sv_find_last_char(spec, '@');
    struct sv mailbox = sv_slice(spec, 0, at == SIZE_MAX ? spec.n : at);
    out->mailbox = sv_trim(utf8_line(arena, utf8_clean(arena, mailbox)));
    if (at != SIZE_MAX)
        out->domain = utf8_line(
            arena, utf8_clean(arena, without_blanks(arena, sv_slice(spec, at + 1, spec.n))));
}

/* Where in a phrase without angle brackets the address starts: "a@b", "Name a@b", "a @ b". */
static size_t bare_spec(const struct entry *e, struct sv phrase)
{
    size_t at = sv_find_last_char(phrase, '@');
    if (e->quoted_at != SIZE_MAX)
        return e->quoted_at;
    while (at > 0 && ascii_is_space(phrase.p[at - 1]))
        at--;
    while (at > 0 && !ascii_is_space(phrase.p[at - 1]))
        at--;
    return at;
}

/* Where it ends: at the first blank behind the at sign that no dot stands beside. */
static size_t bare_end(struct sv phrase)
{
    size_t i = sv_find_last_char(phrase, '@') + 1;
    char before = '.';
    while (i < phrase.n) {
        size_t next = i;
        while (next < phrase.n && ascii_is_space(phrase.p[next]))
            next++;
        if (next > i && before != '.' && next < phrase.n && phrase.p[next] != '.')
            return i;
        before = next < phrase.n ? phrase.p[next] : ' ';
        i = next + 1;
    }
    return phrase.n;
}

/* Outlook's 'Name' loses its quotes. */
static struct sv name_of(struct arena *arena, struct sv raw)
{
    struct sv name = word_decode(arena, raw);
    if (name.n > 2 && name.p[0] == '\'' && name.p[name.n - 1] == '\'')
        name = sv_slice(name, 1, name.n - 1);
    return utf8_cut(name, ADDRESS_NAME_MAX);
}

/* False if there is nothing in it. */
static bool entry_address(struct arena *arena, const struct entry *e, struct address *out)
{
    struct sv phrase = sb_view(&e->phrase), name = phrase;
    *out = (struct address){.name = SV("")};
    if (e->has_angle) {
        set_spec(arena, sb_view(&e->spec), e->spec_quoted, out);
    } else if (sv_find_char(phrase, '@') != SIZE_MAX) {
        size_t from = bare_spec(e, phrase);
        set_spec(arena, sv_slice(phrase, from, bare_end(phrase)), e->quoted_at != SIZE_MAX, out);
        name = from > 0 ? sv_slice(phrase, 0, from) : sv_slice(phrase, bare_end(phrase), phrase.n);
    }
    out->name = name_of(arena, name);
    if (out->name.n == 0)
        out->name = name_of(arena, e->comment);
    return out->name.n + out->mailbox.n + out->domain.n > 0;
}

static size_t count_separators(struct sv s)
{
    size_t n = 1;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == ',' || s.p[i] == ';' || s.p[i] == ':' || s.p[i] == '\n';
    return n < ADDRESS_COUNT_MAX ? n : ADDRESS_COUNT_MAX;
}

struct addresses address_list_parse(struct arena *arena, struct sv raw)
{
    struct reader r = {.arena = arena, .s = header_unfold(arena, sv_slice(raw, 0, TEXT_MAX))};
    struct addresses out = {NULL, 0};
    struct sv group = SV("");
    size_t of_group = 0, max = count_separators(r.s);
    out.items = arena_array(arena, max, sizeof *out.items);
    while (r.s.n > 0 && out.n < max && !arena_over(arena)) {
        struct entry e;
        struct address address;
        take_entry(&r, &e);
        bool found = entry_address(arena, &e, &address);
        if (e.end == ':') {
            group = name_of(arena, sb_view(&e.phrase)); /* all of it, an "@" in quotes too */
            of_group = 0;
            continue;
        }
        bool group_is_empty = group.n > 0 && of_group == 0 && e.end == ';';
        if (found || group_is_empty) {
            address.group = group;
            out.items[out.n++] = address;
            of_group++;
        }
        if (e.end == ';')
            group = SV("");
    }
    return out;
}

/* ---- what a person types ---- */

static enum address_fault typed_fault(struct arena *arena, struct sv piece, struct address *out)
{
    struct reader r = {.arena = arena, .s = piece};
    struct entry e;
    if (sv_has_control(piece))
        return ADDRESS_FAULT_CONTROL;
    take_entry(&r, &e);
    /* Whatever stands beside the address could be a recipient that was meant. */
    bool one = e.end == '\0' && !e.unclosed && !e.trailing && !r.stray_quote;
    if (!one || !entry_address(arena, &e, out) || out->mailbox.n == 0 ||
        (!e.has_angle && sv_trim(sb_view(&e.phrase)).n != out->mailbox.n + 1 + out->domain.n))
        return ADDRESS_FAULT_SYNTAX;
    return address_check(*out);
}

/* Up to the next separator that stands neither in quotes nor in angle brackets. */
static struct sv take_piece(struct sv *s)
{
    bool quoted = false, angle = false;
    size_t i = 0;
    for (; i < s->n; i++) {
        char c = s->p[i];
        if (c == '\n' || c == '\r' || ((c == ',' || c == ';') && !quoted && !angle))
            break;
        if (c == '\\' && quoted && i + 1 < s->n && s->p[i + 1] != '\n')
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == '<' || c == '>'))
            angle = c == '<';
    }
    struct sv piece = sv_trim(sv_slice(*s, 0, i));
    *s = sv_slice(*s, i + 1, s->n);
    return piece;
}

enum status address_list_typed(struct arena *arena, struct sv text, struct typed_addresses *out)
{
    struct typed_addresses made = {.bad = NULL};
    if (text.n > TEXT_MAX)
        return STATUS_TOO_LARGE;
    struct sv rest = text;
    size_t count = 0;
    while (rest.n > 0)
        count += take_piece(&rest).n > 0;
    if (count > ADDRESS_COUNT_MAX)
        return STATUS_TOO_LARGE;
    made.good.items = arena_array(arena, count + 1, sizeof *made.good.items);
    made.bad = arena_array(arena, count + 1, sizeof *made.bad);
    for (rest = text; rest.n > 0;) {
        struct sv piece = take_piece(&rest);
        struct address address;
        if (piece.n == 0)
            continue;
        enum address_fault fault = typed_fault(arena, piece, &address);
        if (fault == ADDRESS_FAULT_NONE)
            made.good.items[made.good.n++] = address;
        else
            made.bad[made.bad_n++] = (struct typed_fault){
                utf8_line(arena, utf8_clean(arena, utf8_cut(piece, ADDRESS_NAME_MAX))), fault};
    }
    if (arena_over(arena))
        return STATUS_TOO_LARGE;
    *out = made;
    return STATUS_OK;
}
