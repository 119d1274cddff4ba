#include "css_syntax.h"

bool css_is_suspicious(struct sv css)
{
    for (size_t i = 0; i < css.n; i++)
        if (css.p[i] == '\\' || css.p[i] == '<' || css.p[i] == '@' || css.p[i] == '\0')
            return true;
    return false;
}

/* The index behind the string that begins at at. */
static size_t skip_string(struct sv css, size_t at)
{
    char quote = css.p[at++];
    while (at < css.n && css.p[at] != quote)
        at += css.p[at] == '\\' ? 2 : 1;
    return at < css.n ? at + 1 : css.n;
}

struct sv css_cut_until(struct sv *css, const char *ends, char *found)
{
    size_t depth = 0, at = 0;
    *found = '\0';
    while (at < css->n) {
        char c = css->p[at];
        if (c == '"' || c == '\'') {
            at = skip_string(*css, at);
            continue;
        }
        if (depth == 0 && c != '\0' && strchr(ends, c)) {
            *found = c;
            break;
        }
        if (c == '(' || c == '[')
            depth++;
        else if ((c == ')' || c == ']') && depth > 0)
            depth--;
        at++;
    }
    struct sv piece = sv_slice(*css, 0, at);
    *css = sv_slice(*css, at + 1, css->n);
    return piece;
}

bool css_strip_comments(struct sv css, struct sb *out)
{
    size_t from = 0, at = 0;
    while (at < css.n) {
        if (css.p[at] == '"' || css.p[at] == '\'') {
            at = skip_string(css, at);
        } else if (sv_starts(sv_slice(css, at, at + 2), SV("/*"))) {
            size_t end = sv_find(sv_slice(css, at + 2, css.n), SV("*/"));
            sb_add(out, sv_slice(css, from, at));
            sb_add_char(out, ' ');
            at = end == SIZE_MAX ? css.n : at + 2 + end + 2;
            from = at;
        } else {
            at++;
        }
    }
    sb_add(out, sv_slice(css, from, css.n));
    return !out->over;
}

bool css_is_name_char(char c)
{
    return ascii_is_alnum(c) || c == '-' || c == '_';
}

struct sv css_cut_name(struct sv *s)
{
    size_t n = 0;
    while (n < s->n && css_is_name_char(s->p[n]))
        n++;
    struct sv name = sv_slice(*s, 0, n);
    *s = sv_slice(*s, n, s->n);
    return name;
}
