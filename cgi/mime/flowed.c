#include "flowed.h"

#include "arena.h"
#include "utf8.h"

enum { DEPTH_MAX = 64, WIDTH_MAX = 72 };

/* Cuts the next line off, whatever ends it. */
static struct sv take_line(struct sv *rest)
{
    size_t n = 0;
    while (n < rest->n && rest->p[n] != '\n' && rest->p[n] != '\r')
        n++;
    struct sv line = sv_slice(*rest, 0, n);
    bool pair = n + 1 < rest->n && rest->p[n] == '\r' && rest->p[n + 1] == '\n';
    *rest = sv_slice(*rest, n + (pair ? 2 : 1), rest->n);
    return line;
}

/* Takes ">>>" off the front, or in loose text "> > >" too. What is deeper than DEPTH_MAX stays
 * text. */
static uint32_t take_quotes(struct sv *line, bool loose)
{
    uint32_t depth = 0;
    size_t i = 0;
    while (i < line->n && depth < DEPTH_MAX) {
        bool spaced =
            loose && depth > 0 && line->p[i] == ' ' && i + 1 < line->n && line->p[i + 1] == '>';
        i += spaced;
        if (line->p[i] != '>')
            break;
        i++;
        depth++;
    }
    *line = sv_slice(*line, i, line->n);
    return depth;
}

static void unstuff(struct sv *line)
{
    if (line->n > 0 && line->p[0] == ' ')
        *line = sv_slice(*line, 1, line->n);
}

/* A paragraph that soft breaks leave open. */
struct joining {
    struct arena *arena;
    struct paragraph *open; /* NULL: none */
    struct sb text;
    size_t cap;
    bool started; /* text is in use: the paragraph has several lines */
};

static void close_paragraph(struct joining *j)
{
    if (j->open != NULL && j->started)
        j->open->text = sb_view(&j->text);
    j->open = NULL;
    j->started = false;
}

static void join(struct joining *j, struct sv line)
{
    if (!j->started) {
        sb_init(&j->text, j->arena, j->cap);
        sb_add(&j->text, j->open->text);
        j->started = true;
    }
    sb_add(&j->text, line);
}

struct paragraphs flowed_parse(struct arena *arena, struct sv text, bool flowed, bool delsp,
                               size_t max)
{
    struct joining j = {.arena = arena, .cap = text.n};
    struct paragraphs out = {NULL, 0};
    size_t lines = 0;
    for (struct sv rest = text; rest.n > 0 && lines < max; lines++)
        take_line(&rest);
    out.items = arena_array(arena, lines + 1, sizeof *out.items);
    for (struct sv rest = text; rest.n > 0;) {
        struct sv whole = rest, line = take_line(&rest);
        uint32_t depth = take_quotes(&line, !flowed);
        if (flowed || depth > 0)
            unstuff(&line);
        bool signature = sv_eq(line, SV("-- "));
        bool soft = flowed && !signature && line.n > 0 && line.p[line.n - 1] == ' ';
        if (soft && delsp)
            line.n--;
        if (j.open != NULL && !signature && line.n > 0 && j.open->depth == depth) {
            join(&j, line);
        } else {
            close_paragraph(&j);
            if (out.n + 1 >= max && rest.n > 0) {
                out.items[out.n++] = (struct paragraph){.text = whole};
                break;
            }
            j.open = &out.items[out.n++];
            *j.open = (struct paragraph){line, depth, signature};
        }
        if (!soft)
            close_paragraph(&j);
    }
    close_paragraph(&j);
    return out;
}

/* ---- writing ---- */

/* How much of text goes on one line: words with the blanks behind them, at least one, as long as
 * they fit. */
static size_t line_length(struct sv text)
{
    size_t length = 0, width = 0;
    while (length < text.n) {
        size_t end = length;
        while (end < text.n && text.p[end] != ' ')
            end++;
        struct sv word = sv_slice(text, length, end);
        width += utf8_count(word);
        /* A line of "-- " alone would begin the signature. */
        if (length > 0 && width > WIDTH_MAX && !sv_eq(sv_slice(text, 0, length), SV("-- ")))
            return length;
        for (; end < text.n && text.p[end] == ' '; end++)
            width++;
        length = end;
    }
    return length;
}

static void write_paragraph(struct sb *out, struct sv text, uint32_t depth)
{
    do {
        size_t length = line_length(text);
        struct sv line = sv_slice(text, 0, length);
        for (uint32_t i = 0; i < depth; i++)
            sb_add_char(out, '>');
        bool stuffed = depth > 0 ? line.n > 0
                                 : sv_starts(line, SV(" ")) || sv_starts(line, SV(">")) ||
                                       sv_starts(line, SV("From "));
        if (stuffed)
            sb_add_char(out, ' ');
        sb_add(out, line);
        sb_add(out, SV("\r\n"));
        text = sv_slice(text, length, text.n);
    } while (text.n > 0);
}

void flowed_write(struct sb *out, struct sv typed)
{
    while (typed.n > 0) {
        struct sv line = take_line(&typed);
        uint32_t depth = take_quotes(&line, true);
        if (depth > 0)
            unstuff(&line);
        if (!sv_eq(line, SV("-- ")))
            while (line.n > 0 && line.p[line.n - 1] == ' ')
                line.n--;
        write_paragraph(out, line, depth);
    }
}
