#include <string.h>

#include "rule.h"

struct pattern {
    struct sv s;
    size_t at;
    unsigned depth;
};

static const char special[] = ".*+?|()[]{}^$\\";

static bool is_one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

static bool is_special(char c)
{
    return is_one_of(c, special);
}

static bool printable(char c)
{
    return c >= ' ' && c < 0x7f;
}

static char peek(const struct pattern *p)
{
    return p->at < p->s.n ? p->s.p[p->at] : '\0';
}

static bool take(struct pattern *p, char c)
{
    if (peek(p) != c || p->at >= p->s.n)
        return false;
    p->at++;
    return true;
}

/* "a-f": classes of characters differ between locales, these ranges do not. */
static bool range_valid(char from, char to)
{
    bool digits = ascii_is_digit(from) && ascii_is_digit(to);
    bool lower = from >= 'a' && from <= 'z' && to >= 'a' && to <= 'z';
    bool upper = from >= 'A' && from <= 'Z' && to >= 'A' && to <= 'Z';
    return (digits || lower || upper) && from <= to;
}

static bool bracket_read(struct pattern *p)
{
    (void)take(p, '^');
    for (size_t items = 0;; items++) {
        char c = peek(p);
        if (c == ']') {
            p->at++;
            return items > 0;
        }
        if (!printable(c) || is_one_of(c, "[\\^"))
            return false;
        p->at++;
        if (c == '-') {
            if (peek(p) != ']')
                return false;
            continue;
        }
        if (peek(p) != '-' || p->at + 1 >= p->s.n || p->s.p[p->at + 1] == ']')
            continue;
        if (!range_valid(c, p->s.p[p->at + 1]))
            return false;
        p->at += 2;
    }
}

static bool branches_read(struct pattern *p, size_t *count);

/* Sets *bare for a character of several bytes, behind which a repetition would hold for the last of
 * them alone. */
static bool atom_read(struct pattern *p, bool *bare)
{
    size_t count;
    char c = peek(p);
    *bare = false;
    p->at++;
    if (c == '(') {
        if (p->depth++ >= RULE_REGEX_DEPTH || !branches_read(p, &count) || !take(p, ')'))
            return false;
        p->depth--;
        return true;
    }
    if (c == '[')
        return bracket_read(p);
    if (c == '\\') {
        bool known = p->at < p->s.n && is_special(peek(p));
        p->at++;
        return known;
    }
    *bare = (unsigned char)c >= 0x80;
    return c == '.' || *bare || (printable(c) && !is_special(c));
}

static bool repeats(const struct pattern *p)
{
    return p->at < p->s.n && is_one_of(peek(p), "*+?");
}

static bool ends_branch(const struct pattern *p)
{
    /* "$" only as the last byte of all, where the caller looks for it */
    return p->at >= p->s.n || is_one_of(peek(p), "|)$");
}

static bool branches_read(struct pattern *p, size_t *count)
{
    *count = 0;
    do {
        size_t atoms = 0;
        for (; !ends_branch(p); atoms++) {
            bool bare;
            if (!atom_read(p, &bare))
                return false;
            if (repeats(p)) {
                if (bare)
                    return false;
                p->at++;
                if (repeats(p))
                    return false;
            }
        }
        if (atoms == 0)
            return false;
        ++*count;
    } while (take(p, '|'));
    return true;
}

bool rule_regex_valid(struct sv s)
{
    struct pattern p = {.s = s};
    size_t count;
    if (s.n == 0 || s.n > RULE_REGEX_MAX)
        return false;
    bool anchored = take(&p, '^');
    if (!branches_read(&p, &count))
        return false;
    anchored = take(&p, '$') || anchored;
    return p.at == s.n && (!anchored || count == 1);
}
