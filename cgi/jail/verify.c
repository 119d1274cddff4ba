#include "verify.h"

#include "utf8.h"

/* What the sanitiser and the text writer may write; kept apart from their own lists on purpose.
 * Sorted by strcmp(). */
/* clang-format off */
static const char *const elements[] = {
    "a", "abbr", "acronym", "address", "article", "aside", "b", "bdi", "bdo", "big",
    "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup", "dd", "del",
    "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font", "footer", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd", "li", "main", "mark", "nav",
    "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "section", "small", "span",
    "strike", "strong", "style", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead",
    "time", "tr", "tt", "u", "ul", "var", "wbr",
};
static const char *const empty_elements[] = {
    "br", "col", "hr", "img", "wbr",
};
static const char *const attributes[] = {
    "align", "alt", "bgcolor", "border", "cellpadding", "cellspacing", "class", "clear",
    "color", "colspan", "data-host", "datetime", "dir", "face", "frame", "height", "href",
    "hspace", "id", "lang", "noshade", "nowrap", "rel", "reversed", "rowspan", "rules", "scope",
    "size", "span", "src", "start", "style", "target", "title", "type", "valign", "value",
    "vspace", "width",
};
/* clang-format on */
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static int compare(const void *key, const void *member)
{
    const struct sv *name = key;
    const char *word = *(const char *const *)member;
    int order = strncmp(name->p, word, name->n);
    return order != 0 ? order : word[name->n] == '\0' ? 0 : -1;
}

static bool in_list(const char *const *list, size_t count, struct sv name)
{
    return name.n > 0 && bsearch(&name, list, count, sizeof *list, compare) != NULL;
}

bool verify_text(struct sv text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f)
            return false;
    }
    return utf8_valid(text);
}

bool verify_name(struct sv name)
{
    return verify_text(name) && !sv_has_control(name);
}

/* Of character references only those that the writers use: another could hide what is looked for.
 */
static bool references_known(struct sv value)
{
    static const char *const known[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
    for (size_t i = 0; i < value.n; i++) {
        bool found = value.p[i] != '&';
        for (size_t j = 0; j < COUNT(known) && !found; j++)
            found = sv_starts(sv_slice(value, i, value.n), sv_of(known[j]));
        if (!found)
            return false;
    }
    return true;
}

/* No function but rgba(), no at-rule but @media, no escape. */
static bool css_valid(struct sv css)
{
    for (size_t i = 0; i < css.n; i++) {
        struct sv before = sv_slice(css, 0, i), from = sv_slice(css, i, css.n);
        switch (css.p[i]) {
        case '\\':
        case '<':
            return false;
        case '@':
            if (!sv_starts(from, SV("@media ")))
                return false;
            break;
        case '(':
            if (!sv_ends(before, SV("rgba")) && !sv_starts(from, SV("(max-")) &&
                !sv_starts(from, SV("(min-")))
                return false;
            break;
        default:
            break;
        }
    }
    return true;
}

/* A browser takes "/\" for "//", and drops tabs and line ends before it looks. */
static bool is_local(struct sv url)
{
    return sv_starts(url, SV("/")) && !sv_starts(url, SV("//")) && !sv_has_control(url) &&
           sv_find_char(url, '\\') == SIZE_MAX;
}

static bool attribute_valid(struct sv name, struct sv value, bool allow_remote)
{
    if (!in_list(attributes, COUNT(attributes), name) || sv_find_char(value, '<') != SIZE_MAX ||
        sv_find_char(value, '>') != SIZE_MAX || !references_known(value))
        return false;
    if (sv_eq(name, SV("href")))
        return verify_is_remote(value) || sv_starts(value, SV("tel:")) ||
               sv_starts(value, SV("#")) || sv_eq(value, SV("/compose")) ||
               sv_starts(value, SV("/compose?")) || sv_starts(value, SV("/link?"));
    if (sv_eq(name, SV("src")))
        return is_local(value) || sv_starts(value, SV("data:image/")) ||
               (allow_remote && verify_is_remote(value));
    return !sv_eq(name, SV("style")) || css_valid(value);
}

static struct sv cut_name(struct sv *s)
{
    size_t n = 0;
    while (n < s->n &&
           ((s->p[n] >= 'a' && s->p[n] <= 'z') || ascii_is_digit(s->p[n]) || s->p[n] == '-'))
        n++;
    struct sv name = sv_slice(*s, 0, n);
    *s = sv_slice(*s, n, s->n);
    return name;
}

/* One tag; *rest stands behind its "<". Moves behind its ">". *depth counts open elements. */
static bool tag_valid(struct sv *rest, bool allow_remote, size_t *depth)
{
    bool end = sv_starts(*rest, SV("/"));
    if (end)
        *rest = sv_slice(*rest, 1, rest->n);
    struct sv element = cut_name(rest);
    if (!in_list(elements, COUNT(elements), element))
        return false;
    while (!end && sv_starts(*rest, SV(" "))) {
        *rest = sv_slice(*rest, 1, rest->n);
        struct sv name = cut_name(rest);
        if (!sv_starts(*rest, SV("=\"")))
            return false;
        *rest = sv_slice(*rest, 2, rest->n);
        if (sv_find_char(*rest, '"') == SIZE_MAX ||
            !attribute_valid(name, sv_cut(rest, '"'), allow_remote))
            return false;
    }
    if (!sv_starts(*rest, SV(">")))
        return false;
    *rest = sv_slice(*rest, 1, rest->n);
    if (end)
        return (*depth)-- > 0;
    if (sv_eq(element, SV("style"))) {
        size_t close = sv_find(*rest, SV("</style>"));
        if (close == SIZE_MAX || !css_valid(sv_slice(*rest, 0, close)))
            return false;
        *rest = sv_slice(*rest, close, rest->n);
    }
    if (!in_list(empty_elements, COUNT(empty_elements), element))
        ++*depth;
    return true;
}

bool verify_document(struct sv html, bool allow_remote)
{
    struct sv rest = html;
    size_t depth = 0;
    if (!verify_text(html) || !sv_starts(html, SV("<div class=\"vm-letter")))
        return false;
    do {
        if (!sv_starts(rest, SV("<")))
            return false;
        rest = sv_slice(rest, 1, rest.n);
        if (!tag_valid(&rest, allow_remote, &depth))
            return false;
        size_t text = 0;
        while (text < rest.n && rest.p[text] != '<')
            if (rest.p[text++] == '>')
                return false;
        if (depth == 0)
            return rest.n == 0;
        rest = sv_slice(rest, text, rest.n);
    } while (rest.n > 0);
    return false;
}
