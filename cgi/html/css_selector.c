#include "css.h"
#include "css_sheet.h"
#include "css_syntax.h"
#include "markup.h"

enum { SELECTORS_MAX = 32, COMPOUNDS_MAX = 16 };

bool css_name_valid(struct sv name)
{
    struct sv rest = name;
    return css_cut_name(&rest).n > 0 && rest.n == 0;
}

void css_write_class(struct sv name, struct sb *out)
{
    if (!sv_starts(name, SV("x-")))
        sb_add(out, SV("x-"));
    sb_add(out, name);
}

/* Pseudo-classes that depend on the tree alone, and :hover. */
static bool write_pseudo(struct sv *s, struct sb *out)
{
    static const char *const allowed[] = {"hover", "link", "visited", "first-child", "last-child"};
    struct sv name = css_cut_name(s);
    for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++)
        if (sv_eq_nocase(name, sv_of(allowed[i]))) {
            sb_printf(out, ":%s", allowed[i]);
            return s->n == 0 || s->p[0] != '(';
        }
    return false;
}

struct compound {
    bool root;  /* html, body, :root or .vm-letter: becomes .vm-letter */
    char joint; /* how it is joined to the one before: ' ', '>', '+', '~' */
};

/* Type, classes, ids and pseudo-classes; "" for a lone root. */
static bool write_compound(struct sv *s, bool first, struct compound *compound, struct sb *out)
{
    struct sv start = *s;
    compound->root = false;
    if (sv_starts(*s, SV("*"))) {
        *s = sv_slice(*s, 1, s->n);
        sb_add_char(out, '*');
    } else if (s->n > 0 && ascii_is_alpha(s->p[0])) {
        struct sv type = css_cut_name(s);
        compound->root = sv_eq_nocase(type, SV("html")) || sv_eq_nocase(type, SV("body"));
        for (size_t i = 0; i < type.n && !compound->root; i++)
            sb_add_char(out, ascii_lower(type.p[i]));
    } else if (sv_starts_nocase(*s, SV(":root"))) {
        *s = sv_slice(*s, 5, s->n);
        compound->root = true;
    }
    while (s->n > 0 && (s->p[0] == '.' || s->p[0] == '#' || s->p[0] == ':')) {
        char kind = s->p[0];
        *s = sv_slice(*s, 1, s->n);
        if (kind == ':') {
            if (!write_pseudo(s, out))
                return false;
            continue;
        }
        struct sv name = css_cut_name(s);
        if (name.n == 0)
            return false;
        if (first && out->n == 0 && kind == '.' && sv_eq(name, SV("vm-letter"))) {
            compound->root = true;
            continue;
        }
        sb_add_char(out, kind);
        css_write_class(name, out);
    }
    return s->n < start.n;
}

static char cut_joint(struct sv *s)
{
    char joint = ' ';
    while (s->n > 0 && (ascii_is_space(s->p[0]) || strchr(">+~", s->p[0]))) {
        if (!ascii_is_space(s->p[0])) {
            if (joint != ' ')
                return '\0';
            joint = s->p[0];
        }
        *s = sv_slice(*s, 1, s->n);
    }
    return joint;
}

/* One selector, below the letter's root. Writes nothing when it cannot be kept. */
static bool write_selector(struct sv s, struct sb *out)
{
    char buffer[512];
    struct sb one;
    bool in_root = true;
    s = sv_trim(s);
    size_t before = out->n;
    sb_add(out, SV(".vm-letter"));
    for (size_t i = 0; s.n > 0; i++) {
        char joint = i > 0 ? cut_joint(&s) : ' ';
        struct compound compound;
        sb_fixed(&one, buffer, sizeof buffer);
        bool valid =
            joint != '\0' && i < COMPOUNDS_MAX && write_compound(&s, i == 0, &compound, &one);
        if (!valid || one.over || (s.n > 0 && !ascii_is_space(s.p[0]) && !strchr(">+~", s.p[0])) ||
            (compound.root && !in_root)) {
            markup_take_back(out, before);
            return false;
        }
        if (!compound.root) {
            /* What stands beside the root is not the letter's. */
            sb_add_char(out, in_root && joint != '>' ? ' ' : joint);
            in_root = false;
        }
        sb_add(out, sb_view(&one));
    }
    return out->n > before;
}

bool css_write_selectors(struct sv list, struct sb *out)
{
    size_t n = 0, start = out->n;
    char found;
    if (css_is_suspicious(list))
        return false;
    while (list.n > 0) {
        size_t before = out->n;
        if (n == SELECTORS_MAX)
            return false;
        if (n > 0)
            sb_add_char(out, ',');
        if (write_selector(css_cut_until(&list, ",", &found), out))
            n++;
        else
            markup_take_back(out, before);
    }
    return n > 0 && out->n > start;
}
