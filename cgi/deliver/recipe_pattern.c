#include "recipe_pattern.h"

#include <string.h>

#include "arena.h"
#include "header.h"
#include "recipe_check.h"

static const char special[] = ".*+?|()[]{}^$\\";

struct reader {
    struct sv s;
    size_t at;
    unsigned groups;
};

static bool is_one_of(char c, const char *list)
{
    return c != '\0' && strchr(list, c) != NULL;
}

static char peek(const struct reader *r)
{
    return r->at < r->s.n ? r->s.p[r->at] : '\0';
}

static bool take(struct reader *r, char c)
{
    if (peek(r) != c)
        return false;
    r->at++;
    return true;
}

/* Control characters have been refused with the line. */
static bool bracket_passes(struct reader *r)
{
    (void)take(r, '^');
    for (size_t items = 0; r->at < r->s.n; items++) {
        if (take(r, ']'))
            return items > 0;
        if (is_one_of(peek(r), "[\\^"))
            return false;
        r->at++;
    }
    return false;
}

static bool branches_pass(struct reader *r);

static bool atom_passes(struct reader *r)
{
    if (take(r, '(')) {
        if (++r->groups > RECIPE_GROUPS_MAX || !branches_pass(r) || !take(r, ')'))
            return false;
        r->groups--;
        return true;
    }
    if (take(r, '['))
        return bracket_passes(r);
    /* no "\/", "\<", "\>", which procmail has for purposes of its own */
    if (take(r, '\\'))
        return is_one_of(peek(r), special) && ++r->at;
    if (peek(r) != '.' && is_one_of(peek(r), special))
        return false;
    r->at++;
    return true;
}

static bool branches_pass(struct reader *r)
{
    do {
        size_t atoms = 0;
        while (r->at < r->s.n && !is_one_of(peek(r), "|)")) {
            if (!atom_passes(r))
                return false;
            if (is_one_of(peek(r), "*+?"))
                r->at++;
            atoms++;
        }
        if (atoms == 0)
            return false;
    } while (take(r, '|'));
    return true;
}

bool recipe_pattern_passes(struct sv s)
{
    struct reader r = {.s = s};
    if (sv_starts(s, SV(".*")))
        r.at = 2;
    if (!take(&r, '(') || !branches_pass(&r) || !take(&r, ')'))
        return false;
    (void)take(&r, '$');
    return r.at == s.n;
}

bool recipe_name_takes(struct arena *arena, struct sv *s, struct sv *name)
{
    struct sv rest = *s;
    struct sb out;
    sb_init(&out, arena, 80);
    while (rest.n > 0 && rest.p[0] != ':') {
        size_t width = 1;
        char c = rest.p[0];
        if (sv_starts(rest, SV("(\\^)"))) {
            c = '^';
            width = 4;
        } else if (c == '\\') {
            c = rest.n > 1 ? rest.p[1] : '\0';
            width = 2;
            if (!is_one_of(c, special))
                return false;
        } else if (is_one_of(c, special)) {
            return false;
        }
        sb_add_char(&out, ascii_lower(c));
        rest = sv_slice(rest, width, rest.n);
    }
    if (out.over || !sv_starts(rest, SV(": ")) || !header_name_valid(sb_view(&out)))
        return false;
    *s = sv_slice(rest, 2, rest.n);
    *name = sb_view(&out);
    return true;
}
