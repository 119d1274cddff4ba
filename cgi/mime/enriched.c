#include "enriched.h"

enum { COMMAND_MAX = 60, EXCERPTS_MAX = 16 };

struct enriched {
    struct sb *out;
    unsigned nofill, hidden, excerpts;
    unsigned line_ends; /* met since the last character */
    bool inside;        /* something stands on the line */
};

/* A line end alone joins lines, of more than one the first does not count. */
static void end_lines(struct enriched *e)
{
    unsigned count = e->nofill || e->line_ends == 0 ? e->line_ends : e->line_ends - 1;
    if (count == 0 && e->line_ends > 0 && e->inside)
        sb_add_char(e->out, ' ');
    for (unsigned i = 0; i < count; i++)
        sb_add_char(e->out, '\n');
    e->inside = e->inside && count == 0;
    e->line_ends = 0;
}

static void add(struct enriched *e, char c)
{
    if (e->hidden)
        return;
    end_lines(e);
    if (!e->inside && e->excerpts > 0) {
        for (unsigned i = 1; i < e->excerpts; i++)
            sb_add_char(e->out, '>');
        sb_add(e->out, SV("> "));
    }
    sb_add_char(e->out, c);
    e->inside = true;
}

/* On a line of its own: what was on the line before is ended. */
static void break_line(struct enriched *e)
{
    end_lines(e);
    if (e->inside)
        sb_add_char(e->out, '\n');
    e->inside = false;
}

static void count(unsigned *depth, bool end, unsigned max)
{
    if (end && *depth > 0)
        --*depth;
    else if (!end && *depth < max)
        ++*depth;
}

static void obey(struct enriched *e, struct sv name)
{
    bool end = sv_starts(name, SV("/"));
    if (end)
        name = sv_slice(name, 1, name.n);
    if (sv_eq_nocase(name, SV("param")) || sv_eq_nocase(name, SV("comment"))) {
        count(&e->hidden, end, UINT32_MAX);
    } else if (sv_eq_nocase(name, SV("nofill")) || sv_eq_nocase(name, SV("verbatim"))) {
        end_lines(e);
        count(&e->nofill, end, UINT32_MAX);
    } else if (sv_eq_nocase(name, SV("excerpt"))) {
        break_line(e);
        count(&e->excerpts, end, EXCERPTS_MAX);
    } else if (sv_eq_nocase(name, SV("paragraph")) || sv_eq_nocase(name, SV("nl")) ||
               sv_eq_nocase(name, SV("np"))) {
        end_lines(e);
        if (!e->hidden)
            sb_add_char(e->out, '\n');
        e->inside = false;
    } else if (sv_eq_nocase(name, SV("lt")) && !end) {
        add(e, '<');
    }
}

/* The command at the start of s, without its brackets; p == NULL if there is none. */
static struct sv command(struct sv s)
{
    size_t n = 1;
    if (n < s.n && s.p[n] == '/')
        n++;
    size_t from = n;
    while (n < s.n && n < COMMAND_MAX && (ascii_is_alnum(s.p[n]) || s.p[n] == '-'))
        n++;
    bool whole = n < s.n && s.p[n] == '>' && n > from;
    return whole ? sv_slice(s, 1, n) : (struct sv){NULL, 0};
}

void enriched_text(struct sb *out, struct sv text)
{
    struct enriched e = {.out = out};
    for (size_t i = 0; i < text.n && !out->over; i++) {
        char c = text.p[i];
        struct sv name = {NULL, 0};
        if (c == '<' && i + 1 < text.n && text.p[i + 1] == '<') {
            i++;
        } else if (c == '<') {
            name = command(sv_slice(text, i, text.n));
        } else if (c == '\r') {
            continue;
        }
        if (name.p) {
            obey(&e, name);
            i += name.n + 1;
        } else if (c == '\n') {
            e.line_ends += e.hidden == 0;
        } else {
            add(&e, c);
        }
    }
    sb_add_char(out, '\n');
}
