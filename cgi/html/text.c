#include "text.h"

#include "markup.h"
#include "url.h"
#include "utf8.h"

enum { TAB_STOP = 8, LINK_MAX = 2048, ADDRESS_MAX = 254 };

static const char no_break_space[] = "\xc2\xa0";

void text_open(struct text_writer *w, struct sb *out)
{
    *w = (struct text_writer){.out = out};
    sb_add(out, SV("<div class=\"vm-letter vm-plain\">"));
}

static void close_paragraph(struct text_writer *w)
{
    if (w->in_paragraph)
        sb_add(w->out, SV("</div>"));
    w->in_paragraph = false;
}

static void close_signature(struct text_writer *w)
{
    close_paragraph(w);
    if (w->in_signature)
        sb_add(w->out, SV("</div>"));
    w->in_signature = false;
}

static void set_depth(struct text_writer *w, uint32_t depth)
{
    if (depth > TEXT_QUOTES_MAX)
        depth = TEXT_QUOTES_MAX;
    if (depth == w->depth)
        return;
    close_signature(w);
    for (; w->depth < depth; w->depth++)
        sb_add(w->out, SV("<blockquote>"));
    for (; w->depth > depth; w->depth--)
        sb_add(w->out, SV("</blockquote>"));
}

/* Spaces that HTML would fold become no-break spaces: all but the last of a run, and the first of a
 * line; tabs go to their stops. */
static void add_spaced(struct sb *out, struct sv text, size_t *column)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '\t') {
            do
                sb_add_cstr(out, no_break_space);
            while (++*column % TAB_STOP != 0);
            continue;
        }
        bool more = i + 1 < text.n && text.p[i + 1] == ' ';
        if (c == ' ' && (more || *column == 0))
            sb_add_cstr(out, no_break_space);
        else
            markup_add_escaped(out, (struct sv){&c, 1});
        if (((unsigned char)c & 0xc0) != 0x80)
            ++*column;
    }
}

static bool ends_link(char c)
{
    return (unsigned char)c <= ' ' || c == '<' || c == '>' || c == '"' || c == 0x7f;
}

/* What ends a sentence does not belong to the URL before it, nor does a bracket that was opened
 * before the URL. */
static struct sv trim_link(struct sv link)
{
    for (;;) {
        char last = link.n > 0 ? link.p[link.n - 1] : '\0';
        if (last != '\0' && strchr(".,;:!?'*_", last)) {
            link.n--;
            continue;
        }
        char open = last == ')' ? '(' : last == ']' ? '[' : last == '}' ? '{' : '\0';
        if (open == '\0')
            return link;
        size_t opened = 0, closed = 0;
        for (size_t i = 0; i < link.n; i++) {
            opened += link.p[i] == open;
            closed += link.p[i] == last;
        }
        if (closed <= opened)
            return link;
        link.n--;
    }
}

/* The URL that begins at `at`; "" if none does. */
static struct sv url_at(struct sv line, size_t at)
{
    struct sv rest = sv_slice(line, at, line.n);
    if (at > 0 && (ascii_is_alnum(line.p[at - 1]) || (line.p[at - 1] & 0x80)))
        return SV("");
    if (!sv_starts_nocase(rest, SV("http://")) && !sv_starts_nocase(rest, SV("https://")) &&
        !sv_starts_nocase(rest, SV("www.")) && !sv_starts_nocase(rest, SV("mailto:")))
        return SV("");
    size_t end = 0;
    while (end < rest.n && end < LINK_MAX && !ends_link(rest.p[end]))
        end++;
    return trim_link(utf8_cut(rest, end));
}

static bool is_local(char c)
{
    return ascii_is_alnum(c) || (c != '\0' && strchr("._%+-=&~", c));
}

/* The mail address around the "@" at `at`, not reaching back before `from`; "" if there is none. */
static struct sv address_at(struct sv line, size_t at, size_t from)
{
    size_t start = at, end = at + 1;
    while (start > from && at - start < ADDRESS_MAX && is_local(line.p[start - 1]))
        start--;
    while (end < line.n && end - at < ADDRESS_MAX &&
           (ascii_is_alnum(line.p[end]) || line.p[end] == '-' || line.p[end] == '.'))
        end++;
    while (end > at + 1 && !ascii_is_alnum(line.p[end - 1]))
        end--;
    struct sv domain = sv_slice(line, at + 1, end);
    size_t dot = sv_find_last_char(domain, '.');
    if (start == at || dot == SIZE_MAX || dot == 0 || domain.n - dot < 3 || domain.p[0] == '.' ||
        !ascii_is_alpha(domain.p[dot + 1]))
        return SV("");
    return sv_slice(line, start, end);
}

static bool add_link(struct sb *out, struct sv text, const char *scheme)
{
    char with_scheme[LINK_MAX + 16], buffer[3 * URL_MAX + 1], compose[4 * URL_MAX];
    struct sb raw, canonical, to;
    struct url url;
    sb_fixed(&raw, with_scheme, sizeof with_scheme);
    sb_fixed(&canonical, buffer, sizeof buffer);
    sb_fixed(&to, compose, sizeof compose);
    sb_add_cstr(&raw, scheme);
    sb_add(&raw, text);
    url_read(raw.over ? SV("") : sb_view(&raw), &canonical, &url);
    struct sv target = url.text;
    if (url.kind == URL_MAILTO) {
        url_write_compose(url.text, &to);
        target = sb_view(&to);
    } else if (url.kind != URL_HTTP) {
        return false;
    }
    sb_add(out, SV("<a href=\""));
    markup_add_escaped(out, target);
    sb_add(out, SV("\" target=\"_blank\" rel=\"noopener noreferrer\">"));
    markup_add_escaped(out, text);
    sb_add(out, SV("</a>"));
    return true;
}

/* A link that begins where `at` is, or an address whose "@" is there; *start is its first byte. */
static struct sv link_at(struct sv line, size_t at, size_t from, size_t *start, const char **scheme)
{
    struct sv found = SV("");
    char c = ascii_lower(line.p[at]);
    if (c == 'h' || c == 'w' || c == 'm') {
        found = url_at(line, at);
        *scheme = c == 'w' ? "http://" : "";
    } else if (c == '@') {
        found = address_at(line, at, from);
        *scheme = "mailto:";
    }
    *start = found.n > 0 ? (size_t)(found.p - line.p) : at;
    return found;
}

static void add_line(struct sb *out, struct sv line)
{
    size_t from = 0, column = 0;
    for (size_t at = 0; at < line.n && !out->over;) {
        size_t start;
        const char *scheme;
        struct sv link = link_at(line, at, from, &start, &scheme);
        if (link.n == 0) {
            at++;
            continue;
        }
        add_spaced(out, sv_slice(line, from, start), &column);
        if (!add_link(out, link, scheme))
            add_spaced(out, link, &column);
        column += link.n;
        from = at = start + link.n;
    }
    add_spaced(out, sv_slice(line, from, line.n), &column);
}

void text_line(struct text_writer *w, struct sv line, uint32_t depth, bool signature)
{
    set_depth(w, depth);
    if (signature) {
        close_signature(w);
        sb_add(w->out, SV("<div class=\"vm-signature\">"));
        w->in_signature = true;
    }
    if (w->in_paragraph)
        sb_add(w->out, SV("<br>\n"));
    else
        sb_add(w->out, SV("<div>"));
    w->in_paragraph = true;
    add_line(w->out, line);
}

void text_close(struct text_writer *w)
{
    set_depth(w, 0);
    close_signature(w);
    sb_add(w->out, SV("</div>"));
}

void text_add_plain(struct sb *out, struct sv line, uint32_t depth)
{
    if (depth > TEXT_QUOTES_MAX)
        depth = TEXT_QUOTES_MAX;
    for (uint32_t i = 0; i < depth; i++)
        sb_add(out, i + 1 < depth ? SV(">") : SV("> "));
    size_t from = 0;
    for (size_t i = 0; i < line.n; i++) {
        unsigned char c = (unsigned char)line.p[i];
        if ((c >= 0x20 || c == '\t') && c != 0x7f)
            continue;
        sb_add(out, sv_slice(line, from, i));
        from = i + 1;
    }
    sb_add(out, sv_slice(line, from, line.n));
    sb_add_char(out, '\n');
}
