#include "css_property.h"

#include "css_value.h"
#include "markup.h"

enum accepts { COLOUR = 1, LENGTH = 2, PERCENT = 4, NUMBER = 8, NEGATIVE = 16 };

#define BORDER_STYLES "none hidden solid dotted dashed double groove ridge inset outset"
#define LIST_STYLES                                                                                \
    "none disc circle square decimal decimal-leading-zero lower-alpha upper-alpha lower-latin "    \
    "upper-latin lower-roman upper-roman lower-greek"

struct property {
    const char *name;
    unsigned accepts;
    size_t max;           /* tokens */
    const char *keywords; /* separated by spaces */
};

/* clang-format off */
static const struct property properties[] = {
    {"background-color", COLOUR, 1, ""},
    {"border", COLOUR | LENGTH, 3, BORDER_STYLES " thin medium thick"},
    {"border-bottom", COLOUR | LENGTH, 3, BORDER_STYLES " thin medium thick"},
    {"border-bottom-color", COLOUR, 1, ""},
    {"border-bottom-left-radius", LENGTH | PERCENT, 2, ""},
    {"border-bottom-right-radius", LENGTH | PERCENT, 2, ""},
    {"border-bottom-style", 0, 1, BORDER_STYLES},
    {"border-bottom-width", LENGTH, 1, "thin medium thick"},
    {"border-collapse", 0, 1, "collapse separate"},
    {"border-color", COLOUR, 4, ""},
    {"border-left", COLOUR | LENGTH, 3, BORDER_STYLES " thin medium thick"},
    {"border-left-color", COLOUR, 1, ""},
    {"border-left-style", 0, 1, BORDER_STYLES},
    {"border-left-width", LENGTH, 1, "thin medium thick"},
    {"border-radius", LENGTH | PERCENT, 4, ""},
    {"border-right", COLOUR | LENGTH, 3, BORDER_STYLES " thin medium thick"},
    {"border-right-color", COLOUR, 1, ""},
    {"border-right-style", 0, 1, BORDER_STYLES},
    {"border-right-width", LENGTH, 1, "thin medium thick"},
    {"border-spacing", LENGTH, 2, ""},
    {"border-style", 0, 4, BORDER_STYLES},
    {"border-top", COLOUR | LENGTH, 3, BORDER_STYLES " thin medium thick"},
    {"border-top-color", COLOUR, 1, ""},
    {"border-top-left-radius", LENGTH | PERCENT, 2, ""},
    {"border-top-right-radius", LENGTH | PERCENT, 2, ""},
    {"border-top-style", 0, 1, BORDER_STYLES},
    {"border-top-width", LENGTH, 1, "thin medium thick"},
    {"border-width", LENGTH, 4, "thin medium thick"},
    {"box-sizing", 0, 1, "border-box content-box"},
    {"caption-side", 0, 1, "top bottom"},
    {"clear", 0, 1, "none left right both"},
    {"color", COLOUR, 1, ""},
    {"direction", 0, 1, "ltr rtl"},
    {"display", 0, 1, "none block inline inline-block list-item table inline-table table-row table-cell table-row-group table-header-group table-footer-group table-caption table-column table-column-group flex inline-flex"},
    {"empty-cells", 0, 1, "show hide"},
    {"float", 0, 1, "none left right"},
    {"font-size", LENGTH | PERCENT, 1, "xx-small x-small small medium large x-large xx-large smaller larger"},
    {"font-stretch", PERCENT, 1, "normal condensed expanded"},
    {"font-style", 0, 1, "normal italic oblique"},
    {"font-variant", 0, 1, "normal small-caps"},
    {"font-weight", NUMBER, 1, "normal bold bolder lighter"},
    {"height", LENGTH | PERCENT, 1, "auto"},
    {"hyphens", 0, 1, "none manual auto"},
    {"letter-spacing", LENGTH | NEGATIVE, 1, "normal"},
    {"line-height", NUMBER | LENGTH | PERCENT, 1, "normal"},
    {"list-style", 0, 2, LIST_STYLES " inside outside"},
    {"list-style-position", 0, 1, "inside outside"},
    {"list-style-type", 0, 1, LIST_STYLES},
    {"margin", LENGTH | PERCENT, 4, "auto"},
    {"margin-bottom", LENGTH | PERCENT, 1, "auto"},
    {"margin-left", LENGTH | PERCENT, 1, "auto"},
    {"margin-right", LENGTH | PERCENT, 1, "auto"},
    {"margin-top", LENGTH | PERCENT, 1, "auto"},
    {"max-height", LENGTH | PERCENT, 1, "none"},
    {"max-width", LENGTH | PERCENT, 1, "none"},
    {"min-height", LENGTH | PERCENT, 1, "auto"},
    {"min-width", LENGTH | PERCENT, 1, "auto"},
    {"opacity", NUMBER, 1, ""},
    {"overflow", 0, 1, "visible hidden auto"},
    {"overflow-wrap", 0, 1, "normal break-word anywhere"},
    {"padding", LENGTH | PERCENT, 4, ""},
    {"padding-bottom", LENGTH | PERCENT, 1, ""},
    {"padding-left", LENGTH | PERCENT, 1, ""},
    {"padding-right", LENGTH | PERCENT, 1, ""},
    {"padding-top", LENGTH | PERCENT, 1, ""},
    {"page-break-after", 0, 1, "auto always avoid"},
    {"page-break-before", 0, 1, "auto always avoid"},
    {"page-break-inside", 0, 1, "auto avoid"},
    {"table-layout", 0, 1, "auto fixed"},
    {"text-align", 0, 1, "left right center justify start end"},
    {"text-decoration", COLOUR, 3, "none underline overline line-through solid dotted dashed"},
    {"text-decoration-color", COLOUR, 1, ""},
    {"text-decoration-line", 0, 2, "none underline overline line-through"},
    {"text-indent", LENGTH | PERCENT, 1, ""},
    {"text-overflow", 0, 1, "clip ellipsis"},
    {"text-transform", 0, 1, "none capitalize uppercase lowercase"},
    {"vertical-align", LENGTH | PERCENT, 1, "baseline sub super top text-top middle bottom text-bottom"},
    {"visibility", 0, 1, "visible hidden collapse"},
    {"white-space", 0, 1, "normal nowrap pre pre-wrap pre-line"},
    {"width", LENGTH | PERCENT, 1, "auto"},
    {"word-break", 0, 1, "normal break-all keep-all break-word"},
    {"word-spacing", LENGTH | NEGATIVE, 1, "normal"},
    {"word-wrap", 0, 1, "normal break-word"},
};
/* clang-format on */

static bool in_words(struct sv word, const char *words)
{
    struct sv rest = sv_of(words);
    while (rest.n > 0)
        if (sv_eq_nocase(sv_cut(&rest, ' '), word))
            return word.n > 0;
    return false;
}

static bool is_word(const struct css_token *token, const char *words)
{
    return token->kind == CSS_IDENT && in_words(token->text, words);
}

/* Numbers without a unit were lengths in pixels to the browsers that old letters were written for.
 */
static void number_to_pixels(struct css_token *token)
{
    token->kind = CSS_LENGTH;
    token->unit = token->thousandths == 0 ? "" : "px";
}

static bool accept(const struct property *p, struct css_token *token, bool *coloured)
{
    bool negative = p->accepts & NEGATIVE;
    if (is_word(token, p->keywords))
        return true;
    if ((p->accepts & COLOUR) && css_is_colour(token)) {
        *coloured = true;
        return true;
    }
    if (token->kind == CSS_NUMBER && (p->accepts & NUMBER))
        return token->thousandths >= 0 && token->thousandths <= 1000 * 1000;
    if (token->kind == CSS_NUMBER && (p->accepts & LENGTH))
        number_to_pixels(token);
    if (token->kind == CSS_LENGTH && (p->accepts & LENGTH))
        return css_length_bounded(token, negative);
    return token->kind == CSS_PERCENT && (p->accepts & PERCENT) && css_length_bounded(token, false);
}

static void write_tokens(const struct css_token *tokens, size_t n, struct sb *out)
{
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            sb_add_char(out, ' ');
        css_token_write(&tokens[i], out);
    }
}

/* The end of the next part of a value, at a space outside of brackets and quotes. */
static struct sv cut_part(struct sv *value)
{
    size_t depth = 0, at = 0;
    char quote = '\0';
    while (value->n > 0 && ascii_is_space(value->p[0]))
        *value = sv_slice(*value, 1, value->n);
    for (; at < value->n; at++) {
        char c = value->p[at];
        if (quote)
            quote = c == quote ? '\0' : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == '(')
            depth++;
        else if (c == ')' && depth > 0)
            depth--;
        else if (depth == 0 && ascii_is_space(c))
            break;
    }
    struct sv part = sv_slice(*value, 0, at);
    *value = sv_slice(*value, at, value->n);
    return part;
}

/* Of a background only its colour is kept. */
static bool write_background(struct sv value, struct sb *out, bool *coloured)
{
    struct css_tokens tokens;
    bool none = sv_eq_nocase(sv_trim(value), SV("none"));
    while (value.n > 0) {
        struct sv part = cut_part(&value);
        if (!css_tokens_read(part, &tokens) || tokens.n != 1 || !css_is_colour(&tokens.items[0]))
            continue;
        sb_add(out, SV("background-color:"));
        css_token_write(&tokens.items[0], out);
        *coloured = true;
        return true;
    }
    if (none)
        sb_add(out, SV("background-color:transparent"));
    return none;
}

/* Names separated by commas: one string, or some identifiers. */
static bool families_valid(const struct css_token *t, size_t n)
{
    bool expected = true, was_string = false;
    for (size_t i = 0; i < n; i++) {
        if (t[i].kind == CSS_COMMA) {
            if (expected)
                return false;
            expected = true;
        } else if (t[i].kind == CSS_STRING ? !expected
                                           : t[i].kind != CSS_IDENT || (was_string && !expected)) {
            return false;
        } else {
            expected = false;
            was_string = t[i].kind == CSS_STRING;
        }
    }
    return !expected;
}

static void write_families(const struct css_token *t, size_t n, struct sb *out)
{
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && t[i].kind == CSS_IDENT && t[i - 1].kind == CSS_IDENT)
            sb_add_char(out, ' ');
        if (t[i].kind == CSS_IDENT)
            sb_add(out, t[i].text);
        else
            css_token_write(&t[i], out);
    }
}

static const struct property *find(const char *name)
{
    size_t row = 0;
    return markup_find_name(properties, sizeof properties / sizeof properties[0],
                            sizeof properties[0], sv_of(name), &row)
               ? &properties[row]
               : NULL;
}

/* style, variant and weight in any order, size, "/" and line height, families. */
static bool write_font(struct css_tokens *tokens, struct sb *out)
{
    struct css_token *t = tokens->items;
    bool ignored = false;
    size_t at = 0, size;
    while (at < tokens->n &&
           (is_word(&t[at], "normal italic oblique small-caps bold bolder lighter") ||
            t[at].kind == CSS_NUMBER))
        at++;
    size = at;
    if (at == tokens->n || !accept(find("font-size"), &t[at], &ignored))
        return false;
    at++;
    bool line_height = at + 1 < tokens->n && t[at].kind == CSS_SLASH;
    if (line_height) {
        if (!accept(find("line-height"), &t[at + 1], &ignored))
            return false;
        at += 2;
    }
    if (!families_valid(t + at, tokens->n - at))
        return false;
    sb_add(out, SV("font:"));
    write_tokens(t, size + 1, out);
    if (line_height) {
        sb_add_char(out, '/');
        css_token_write(&t[size + 2], out);
    }
    sb_add_char(out, ' ');
    write_families(t + at, tokens->n - at, out);
    return true;
}

static bool write_listed(const struct property *p, struct css_tokens *tokens, struct sb *out,
                         bool *coloured)
{
    bool sets_colour = false;
    bool global = tokens->n == 1 && is_word(&tokens->items[0], "inherit initial unset");
    if (tokens->n > p->max)
        return false;
    for (size_t i = 0; i < tokens->n && !global; i++)
        if (!accept(p, &tokens->items[i], &sets_colour))
            return false;
    sb_add_cstr(out, p->name);
    sb_add_char(out, ':');
    write_tokens(tokens->items, tokens->n, out);
    /* A border alone does not need a ground of its own. */
    if (sets_colour && (p == find("color") || p == find("background-color")))
        *coloured = true;
    return true;
}

bool css_property_write(struct sv name, struct sv value, struct sb *out, bool *coloured)
{
    struct css_tokens tokens;
    size_t row;
    if (sv_eq_nocase(name, SV("background")))
        return write_background(value, out, coloured);
    if (!css_tokens_read(value, &tokens))
        return false;
    if (sv_eq_nocase(name, SV("font")))
        return write_font(&tokens, out);
    if (sv_eq_nocase(name, SV("font-family"))) {
        if (!families_valid(tokens.items, tokens.n))
            return false;
        sb_add(out, SV("font-family:"));
        write_families(tokens.items, tokens.n, out);
        return true;
    }
    if (!markup_find_name(properties, sizeof properties / sizeof properties[0],
                          sizeof properties[0], name, &row))
        return false;
    return write_listed(&properties[row], &tokens, out, coloured);
}
