#include "subject.h"

#include "arena.h"

/* Marks of replying and forwarding, the longer ones first where one begins another. Both cases are
 * spelt out where ASCII does not fold them. */
static const char *const marks[] = {"réf",    "rÉf",  "ref",  "rép",  "rÉp",  "rep", "re",  "fwd",
                                    "fw",     "tr",   "aw",   "wg",   "sv",   "vs",  "vb",  "vl",
                                    "rv",     "res",  "enc",  "antw", "odp",  "pd",  "ynt", "ilt",
                                    "doorst", "回复", "回覆", "转发", "轉寄", "答复"};

static bool take(struct sv *s, struct sv prefix)
{
    if (!sv_starts_nocase(*s, prefix))
        return false;
    *s = sv_slice(*s, prefix.n, s->n);
    return true;
}

static struct sv skip_blanks(struct sv s)
{
    while (s.n > 0) {
        if (ascii_is_space(s.p[0]))
            s = sv_slice(s, 1, s.n);
        else if (!take(&s, SV("\xc2\xa0")) && !take(&s, SV("\xe2\x80\xaf")))
            break; /* the French put a no-break space before ':' */
    }
    return s;
}

/* "[2]", "(2)", "^2" between the mark and its colon */
static struct sv skip_count(struct sv s)
{
    struct sv rest = s;
    size_t digits = 0;
    bool open = take(&rest, SV("[")) || take(&rest, SV("("));
    if (!open && !take(&rest, SV("^")))
        return s;
    for (; rest.n > 0 && ascii_is_digit(rest.p[0]); digits++)
        rest = sv_slice(rest, 1, rest.n);
    bool closed = !open || take(&rest, SV("]")) || take(&rest, SV(")"));
    return digits > 0 && closed ? rest : s;
}

static bool take_mark(struct sv *s)
{
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        struct sv rest = *s;
        if (!take(&rest, sv_of(marks[i])))
            continue;
        rest = skip_blanks(skip_count(skip_blanks(rest)));
        if (take(&rest, SV(":")) || take(&rest, SV("："))) {
            *s = skip_blanks(rest);
            return true;
        }
    }
    return false;
}

/* "[list] " at the front; false if nothing would be left. */
static bool take_tag(struct sv *s, struct sv *tag)
{
    if (s->n == 0 || s->p[0] != '[')
        return false;
    size_t close = sv_find_char(*s, ']');
    if (close == SIZE_MAX || sv_find_char(sv_slice(*s, 1, close), '[') != SIZE_MAX)
        return false;
    struct sv rest = skip_blanks(sv_slice(*s, close + 1, s->n));
    if (rest.n == 0)
        return false;
    *tag = sv_slice(*s, 0, close + 1);
    *s = rest;
    return true;
}

static bool take_trailer(struct sv *s)
{
    struct sv trailer = SV("(fwd)");
    *s = sv_trim(*s);
    if (s->n < trailer.n || !sv_eq_nocase(sv_slice(*s, s->n - trailer.n, s->n), trailer))
        return false;
    *s = sv_slice(*s, 0, s->n - trailer.n);
    return true;
}

static bool take_wrapper(struct sv *s)
{
    if (!sv_starts_nocase(*s, SV("[fwd:")) || s->p[s->n - 1] != ']')
        return false;
    *s = skip_blanks(sv_slice(*s, 5, s->n - 1));
    return true;
}

/* All marks at the front, those behind tags too if a mark follows the tag (RFC 5256's subj-blob).
 */
static bool take_marks(struct sv *s)
{
    bool any = false;
    for (;;) {
        struct sv rest = *s, tag;
        while (take_tag(&rest, &tag))
            continue;
        if (!take_mark(&rest))
            return any;
        *s = rest;
        any = true;
    }
}

static struct sv collapse(struct arena *arena, struct sv s)
{
    struct sb out;
    sb_init(&out, arena, s.n);
    for (size_t i = 0; i < s.n; i++) {
        bool space = ascii_is_space(s.p[i]);
        if (!space)
            sb_add_char(&out, s.p[i]);
        else if (out.n > 0 && out.p[out.n - 1] != ' ')
            sb_add_char(&out, ' ');
    }
    return sv_trim(sb_view(&out));
}

struct sv subject_base(struct arena *arena, struct sv subject, bool *reply)
{
    struct sv s = skip_blanks(collapse(arena, subject)), tag;
    bool marked = false, again = true;
    while (again) {
        again = false;
        while (take_trailer(&s))
            marked = true;
        while (take_marks(&s))
            marked = true;
        while (take_tag(&s, &tag))
            again = true;
        if (take_wrapper(&s))
            again = marked = true;
    }
    if (reply != NULL)
        *reply = marked;
    return s;
}

struct sv subject_prefix(struct arena *arena, struct sv prefix, struct sv subject)
{
    struct sb out;
    struct sv s = skip_blanks(subject), tag, last = SV("");
    sb_init(&out, arena, prefix.n + 2 * subject.n + 1);
    sb_add(&out, prefix);
    for (bool again = true; again;) {
        again = take_mark(&s);
        if (take_tag(&s, &tag)) {
            again = true;
            if (!sv_eq_nocase(tag, last)) {
                sb_add(&out, tag);
                sb_add_char(&out, ' ');
            }
            last = tag;
        }
    }
    sb_add(&out, s);
    return sb_view(&out);
}
