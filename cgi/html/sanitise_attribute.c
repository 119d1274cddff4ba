#include "css.h"
#include "css_property.h"
#include "markup.h"
#include "sanitise_writer.h"
#include "url.h"
#include "utf8.h"

enum value {
    VALUE_CLASS,
    VALUE_COLOUR,
    VALUE_FACE,
    VALUE_FLAG,
    VALUE_FONT_SIZE,
    VALUE_HREF,
    VALUE_ID,
    VALUE_KEYWORD,
    VALUE_LANGUAGE,
    VALUE_LENGTH,
    VALUE_NUMBER,
    VALUE_STYLE,
    VALUE_TEXT,
};

enum {
    NUMBER_MAX = 1000,
    LENGTH_MAX = 5000,
    TEXT_MAX = 1024,
    CLASSES_MAX = 16,
    NAME_MAX = 64,
    LINK_TEXT = 256,
    SEAM = '\x01' /* in a link's text, which has no controls */
};

/* src is not here: writer_add_image() judges it. */
static const struct rule {
    const char *name;
    enum value value;
    const char *keywords;
} rules[] = {
    {"align", VALUE_KEYWORD, "left right center justify middle top bottom"},
    {"alt", VALUE_TEXT, NULL},
    {"bgcolor", VALUE_COLOUR, NULL},
    {"border", VALUE_NUMBER, NULL},
    {"cellpadding", VALUE_NUMBER, NULL},
    {"cellspacing", VALUE_NUMBER, NULL},
    {"class", VALUE_CLASS, NULL},
    {"clear", VALUE_KEYWORD, "left right all none both"},
    {"color", VALUE_COLOUR, NULL},
    {"colspan", VALUE_NUMBER, NULL},
    {"datetime", VALUE_TEXT, NULL},
    {"dir", VALUE_KEYWORD, "ltr rtl auto"},
    {"face", VALUE_FACE, NULL},
    {"frame", VALUE_KEYWORD, "void above below hsides vsides lhs rhs box border"},
    {"height", VALUE_LENGTH, NULL},
    {"href", VALUE_HREF, NULL},
    {"hspace", VALUE_NUMBER, NULL},
    {"id", VALUE_ID, NULL},
    {"lang", VALUE_LANGUAGE, NULL},
    {"noshade", VALUE_FLAG, NULL},
    {"nowrap", VALUE_FLAG, NULL},
    {"reversed", VALUE_FLAG, NULL},
    {"rowspan", VALUE_NUMBER, NULL},
    {"rules", VALUE_KEYWORD, "none groups rows cols all"},
    {"scope", VALUE_KEYWORD, "row col rowgroup colgroup"},
    {"size", VALUE_FONT_SIZE, NULL},
    {"span", VALUE_NUMBER, NULL},
    {"start", VALUE_NUMBER, NULL},
    {"style", VALUE_STYLE, NULL},
    {"title", VALUE_TEXT, NULL},
    {"type", VALUE_KEYWORD, "1 a A i I disc circle square"},
    {"valign", VALUE_KEYWORD, "top middle bottom baseline"},
    {"value", VALUE_NUMBER, NULL},
    {"vspace", VALUE_NUMBER, NULL},
    {"width", VALUE_LENGTH, NULL},
};

static void add_attribute(struct writer *w, const char *name, struct sv value)
{
    sb_add_char(&w->body, ' ');
    sb_add_cstr(&w->body, name);
    sb_add(&w->body, SV("=\""));
    markup_add_escaped(&w->body, value);
    sb_add_char(&w->body, '"');
}

static bool is_name(struct sv s)
{
    size_t prefix = sv_starts(s, SV("x-")) ? 2 : 0;
    return s.n <= NAME_MAX + prefix && css_name_valid(s);
}

/* The only name of our own that stands inside of a letter. */
static bool is_own_class(struct sv s)
{
    return sv_eq(s, SV("vm-image"));
}

static bool is_root_class(struct sv s)
{
    return sv_eq(s, SV("vm-letter")) || sv_eq(s, SV("vm-coloured"));
}

void writer_add_classes(struct writer *w, struct sv value, struct sb *out)
{
    sb_clear(&w->scratch);
    for (size_t n = 0; value.n > 0 && n < CLASSES_MAX;) {
        size_t end = 0;
        while (end < value.n && !ascii_is_space(value.p[end]))
            end++;
        struct sv name = sv_slice(value, 0, end);
        value = sv_slice(value, end + 1, value.n);
        if (!is_name(name) || is_root_class(name))
            continue;
        sb_add_char(&w->scratch, ' ');
        if (is_own_class(name))
            sb_add(&w->scratch, name);
        else
            css_write_class(name, &w->scratch);
        n++;
    }
    sb_add(out, sb_view(&w->scratch));
}

static void add_class_attribute(struct writer *w, struct sv value)
{
    char buffer[CLASSES_MAX * (NAME_MAX + 4) + 1];
    struct sb classes;
    sb_fixed(&classes, buffer, sizeof buffer);
    writer_add_classes(w, value, &classes);
    if (classes.n > 0)
        add_attribute(w, "class", sv_slice(sb_view(&classes), 1, classes.n));
}

static bool is_length(struct sv value, struct sv *digits)
{
    uint64_t ignored;
    value = sv_trim(value);
    if (value.n > 2 && sv_eq_nocase(sv_slice(value, value.n - 2, value.n), SV("px")))
        value.n -= 2;
    *digits = value;
    if (value.n > 1 && value.p[value.n - 1] == '%')
        return sv_to_u64(sv_slice(value, 0, value.n - 1), 100, &ignored) == STATUS_OK;
    return sv_to_u64(value, LENGTH_MAX, &ignored) == STATUS_OK;
}

static void add_style(struct writer *w, struct sv value)
{
    sb_clear(&w->scratch);
    css_write_declarations(value, &w->scratch, &w->coloured);
    if (w->scratch.n > 0 && !w->scratch.over)
        add_attribute(w, "style", sb_view(&w->scratch));
}

static void add_colour(struct writer *w, const char *name, struct sv value)
{
    sb_clear(&w->scratch);
    if (!css_write_colour(value, &w->scratch))
        return;
    add_attribute(w, name, sb_view(&w->scratch));
    w->coloured = true;
}

static void add_face(struct writer *w, struct sv value)
{
    bool ignored = false;
    sb_clear(&w->scratch);
    if (css_property_write(SV("font-family"), value, &w->scratch, &ignored))
        add_attribute(w, "face",
                      sv_slice(sb_view(&w->scratch), sizeof "font-family:" - 1, w->scratch.n));
}

static void add_keyword(struct writer *w, const struct rule *rule, struct sv value)
{
    struct sv words = sv_of(rule->keywords);
    bool exact = sv_eq(sv_of(rule->name), SV("type")); /* "a" and "A" differ */
    value = sv_trim(value);
    while (words.n > 0) {
        struct sv word = sv_cut(&words, ' ');
        if (exact ? sv_eq(word, value) : sv_eq_nocase(word, value)) {
            add_attribute(w, rule->name, word);
            return;
        }
    }
}

/* A number, "+1" and "-1" as well for the sizes of fonts. */
static void add_number(struct writer *w, const struct rule *rule, struct sv value)
{
    uint64_t ignored;
    value = sv_trim(value);
    struct sv digits = value;
    if (rule->value == VALUE_FONT_SIZE && value.n > 0 && (value.p[0] == '+' || value.p[0] == '-'))
        digits = sv_slice(value, 1, value.n);
    if (sv_to_u64(digits, NUMBER_MAX, &ignored) == STATUS_OK)
        add_attribute(w, rule->name, value);
}

static void add_id(struct writer *w, struct sv value)
{
    if (!is_name(value))
        return;
    sb_clear(&w->scratch);
    css_write_class(value, &w->scratch);
    add_attribute(w, "id", sb_view(&w->scratch));
}

static void add_language(struct writer *w, struct sv value)
{
    if (value.n <= NAME_MAX / 2 && css_name_valid(value))
        add_attribute(w, "lang", value);
}

static bool same_site(struct sv a, struct sv b)
{
    struct sv longer = a.n >= b.n ? a : b, shorter = a.n >= b.n ? b : a;
    if (!sv_ends(longer, shorter))
        return false;
    return longer.n == shorter.n || longer.p[longer.n - shorter.n - 1] == '.';
}

/* What a reader of text sees, cut at LINK_TEXT bytes wherever the parser cut its pieces. Controls
 * count as markup_add_escaped() writes them: the result must be judged as the letter was. */
static void add_visible(struct sb *out, struct sv text)
{
    for (size_t i = 0; i < text.n && out->n < LINK_TEXT; i++) {
        char c = text.p[i];
        bool crlf = c == '\r' && i + 1 < text.n && text.p[i + 1] == '\n';
        if ((unsigned char)c >= 0x20 && c != 0x7f)
            sb_add_char(out, c);
        else if (c == '\t' || c == '\n' || (c == '\r' && !crlf))
            sb_add_char(out, ' ');
    }
}

/* The element of the result that holds a text. */
static const GumboNode *holder_of(const GumboNode *text)
{
    const GumboNode *holder = text->parent;
    while (!writer_keeps(holder))
        holder = holder->parent;
    return holder;
}

/* The beginning of a link's visible text, that of images included. Where it goes from one element
 * into another stands SEAM: style may hide one of them. */
static struct sv text_of(struct writer *w, const GumboNode *link)
{
    sb_clear(&w->scratch);
    const GumboNode *node = tree_next(link, link, true, NULL, NULL), *last = NULL;
    while (node && w->scratch.n < LINK_TEXT) {
        bool descend = tree_is_element(node) && writer_shows(node);
        const GumboNode *holder = NULL;
        struct sv text = SV("");
        if (descend && node->v.element.tag == GUMBO_TAG_IMG && !writer_is_speck(node)) {
            text = utf8_cut(tree_attribute(node, "alt"), TEXT_MAX);
            holder = node;
        } else if (node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_WHITESPACE ||
                   node->type == GUMBO_NODE_CDATA) {
            text = sv_of(node->v.text.text);
            holder = holder_of(node);
        }
        if (text.n > 0 && last && last != holder)
            sb_add_char(&w->scratch, SEAM);
        if (text.n > 0)
            last = holder;
        add_visible(&w->scratch, text);
        node = tree_next(link, node, descend, NULL, NULL);
    }
    return sb_view(&w->scratch);
}

/* A word that says so. */
static bool is_plain_url(struct sv word)
{
    return sv_find(word, SV("://")) != SIZE_MAX || sv_starts_nocase(word, SV("www."));
}

static bool names_another(struct sv word, struct sv host)
{
    char buffer[256];
    struct sb named;
    sb_fixed(&named, buffer, sizeof buffer);
    url_host_in_text(word, &named);
    return named.n > 0 && !same_site(sb_view(&named), host);
}

static size_t count_of(struct sv text, struct sv what)
{
    size_t n = 0;
    for (size_t at; (at = sv_find(text, what)) != SIZE_MAX; n++)
        text = sv_slice(text, at + what.n, text.n);
    return n;
}

/* The host of the URL in `word` goes on in what stands behind the seam. */
static bool is_sewn(struct sv word, struct sv behind)
{
    size_t scheme = sv_find(word, SV("://"));
    size_t at = scheme == SIZE_MAX ? 0 : scheme + 3;
    for (; at < word.n; at++)
        if (sv_find_char(SV("/?#"), word.p[at]) != SIZE_MAX)
            return false;
    while (sv_starts(behind, SV("\x01")))
        behind = sv_slice(behind, 1, behind.n);
    return behind.n > 0 && !ascii_is_space(behind.p[0]) &&
           sv_find_char(SV("/?#:"), behind.p[0]) == SIZE_MAX;
}

/* A URL as somebody reads it to whom one of the elements is hidden: each of them by itself, none
 * over a seam. */
static bool pieces_name_another(struct sv text, struct sv whole, struct sv host)
{
    if (whole.n == text.n)
        return false;
    if (count_of(text, SV("://")) != count_of(whole, SV("://")))
        return true;
    while (text.n > 0) {
        size_t end = 0;
        while (end < text.n && !ascii_is_space(text.p[end]) && text.p[end] != SEAM)
            end++;
        struct sv word = sv_slice(text, 0, end);
        text = sv_slice(text, end, text.n);
        if (is_plain_url(word) &&
            (names_another(word, host) || (sv_starts(text, SV("\x01")) && is_sewn(word, text))))
            return true;
        text = sv_slice(text, 1, text.n);
    }
    return false;
}

/* Any word that is plainly a URL counts; "bank.example" only if it is all of the text. */
static bool text_names_another(struct sv pieces, struct sv host)
{
    char joined[LINK_TEXT + 1];
    struct sb whole;
    sb_fixed(&whole, joined, sizeof joined);
    for (size_t i = 0; i < pieces.n; i++)
        if (pieces.p[i] != SEAM)
            sb_add_char(&whole, pieces.p[i]);
    struct sv text = sb_view(&whole);
    if (pieces_name_another(pieces, text, host) || names_another(text, host))
        return true;
    while (text.n > 0) {
        size_t end = 0;
        while (end < text.n && !ascii_is_space(text.p[end]))
            end++;
        struct sv word = sv_slice(text, 0, end);
        text = sv_slice(text, end + 1, text.n);
        if (is_plain_url(word) && names_another(word, host))
            return true;
    }
    return false;
}

static void add_fragment(struct writer *w, struct sv fragment)
{
    struct sv name = sv_slice(fragment, 1, fragment.n);
    if (!is_name(name))
        return;
    sb_clear(&w->scratch);
    sb_add_char(&w->scratch, '#');
    css_write_class(name, &w->scratch);
    add_attribute(w, "href", sb_view(&w->scratch));
}

static void add_href(struct writer *w, const GumboNode *link, struct sv value)
{
    struct url url;
    url_read(value, &w->url, &url);
    if (url.kind == URL_FRAGMENT) {
        add_fragment(w, url.text);
        return;
    }
    struct sv target = url.text;
    if (url.kind == URL_MAILTO) {
        url_write_compose(url.text, &w->scratch);
        target = sb_view(&w->scratch);
    } else if (url.kind != URL_HTTP && url.kind != URL_TEL) {
        if (!url_is_compose(value))
            return;
        target = value;
    }
    add_attribute(w, "href", target);
    sb_add(&w->body, SV(" target=\"_blank\" rel=\"noopener noreferrer\""));
    if (url.kind != URL_HTTP)
        return;
    add_attribute(w, "title", url.host);
    if (text_names_another(text_of(w, link), url.host))
        add_attribute(w, "data-host", url.host);
}

static void add_by_rule(struct writer *w, const GumboNode *node, const struct rule *rule,
                        struct sv value)
{
    bool link = node->v.element.tag == GUMBO_TAG_A;
    struct sv digits;
    switch (rule->value) {
    case VALUE_CLASS:
        add_class_attribute(w, value);
        break;
    case VALUE_COLOUR:
        add_colour(w, rule->name, value);
        break;
    case VALUE_FACE:
        add_face(w, value);
        break;
    case VALUE_FLAG:
        add_attribute(w, rule->name, SV(""));
        break;
    case VALUE_FONT_SIZE:
    case VALUE_NUMBER:
        add_number(w, rule, value);
        break;
    case VALUE_HREF:
        if (link)
            add_href(w, node, value);
        break;
    case VALUE_ID:
        add_id(w, value);
        break;
    case VALUE_KEYWORD:
        add_keyword(w, rule, value);
        break;
    case VALUE_LANGUAGE:
        add_language(w, value);
        break;
    case VALUE_LENGTH:
        if (is_length(value, &digits))
            add_attribute(w, rule->name, digits);
        break;
    case VALUE_STYLE:
        add_style(w, value);
        break;
    case VALUE_TEXT:
        if (!link)
            add_attribute(w, rule->name, utf8_cut(value, TEXT_MAX));
        break;
    }
}

void writer_add_attributes(struct writer *w, const GumboNode *node)
{
    const GumboVector *attributes = &node->v.element.attributes;
    for (unsigned i = 0; i < attributes->length; i++) {
        const GumboAttribute *attribute = attributes->data[i];
        struct sv name = sv_of(attribute->name), value = sv_of(attribute->value);
        size_t row;
        if (attribute->attr_namespace != GUMBO_ATTR_NAMESPACE_NONE)
            continue;
        if (markup_find_name(rules, sizeof rules / sizeof rules[0], sizeof rules[0], name, &row))
            add_by_rule(w, node, &rules[row], value);
        else if (sv_eq(name, SV("name")) && node->v.element.tag == GUMBO_TAG_A &&
                 tree_attribute(node, "id").n == 0)
            add_id(w, value);
    }
}
