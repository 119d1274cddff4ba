#include "plain.h"

#include "scan.h"
#include "tree.h"
#include "url.h"
#include "utf8.h"

enum { LISTS_MAX = 16 };

#define TREE_BUDGET ((size_t)32 << 20)

/* Text flows word by word; line ends are wanted first and written before the next word. */
struct plain {
    struct sb *out;
    struct arena *arena;
    size_t line_ends; /* wanted: 1 for a new line, 2 for an empty one between */
    bool space;       /* wanted */
    bool cell;        /* a cell has ended in this row */
    size_t quotes;
    size_t gap_quotes; /* of the empty lines that are wanted */
    size_t pre;
    bool after_marker; /* an item's "- " stands at the end: what follows stays on its line */
    size_t lists;
    unsigned counters[LISTS_MAX]; /* the next number of an <ol>, 0 for a <ul> */
    size_t link_start;            /* where the text of the open link begins */
};

static void want_line(struct plain *p, size_t n)
{
    if (p->after_marker)
        return;
    if (p->line_ends == 0 || p->gap_quotes > p->quotes)
        p->gap_quotes = p->quotes;
    if (p->line_ends < n)
        p->line_ends = n;
    p->space = p->cell = false;
}

static void add_marks(struct sb *out, size_t quotes)
{
    for (size_t i = 0; i < quotes; i++)
        sb_add_char(out, '>');
}

static void begin_line(struct plain *p)
{
    if (p->out->n > 0)
        sb_add_char(p->out, '\n');
    for (; p->out->n > 0 && p->line_ends > 1; p->line_ends--) {
        add_marks(p->out, p->gap_quotes);
        sb_add_char(p->out, '\n');
    }
    add_marks(p->out, p->quotes);
    if (p->quotes > 0)
        sb_add_char(p->out, ' ');
    for (size_t l = 1; l < p->lists; l++)
        sb_add(p->out, SV("  "));
}

static void begin_word(struct plain *p)
{
    if (p->out->n == 0 || p->line_ends > 0)
        begin_line(p);
    else if (p->cell)
        sb_add(p->out, SV("  "));
    else if (p->space)
        sb_add_char(p->out, ' ');
    p->line_ends = 0;
    p->space = p->cell = p->after_marker = false;
}

static bool is_control(char c)
{
    return ((unsigned char)c < 0x20 && c != '\t') || c == 0x7f;
}

static void add_preformatted(struct plain *p, struct sv text)
{
    while (text.n > 0) {
        size_t end = sv_find_char(text, '\n');
        struct sv line = sv_slice(text, 0, end);
        begin_word(p);
        for (size_t i = 0; i < line.n; i++)
            if (!is_control(line.p[i]))
                sb_add_char(p->out, line.p[i]);
        if (end == SIZE_MAX)
            return;
        p->line_ends = 1;
        text = sv_slice(text, end + 1, text.n);
    }
}

/* The parser makes invalid UTF-8 of some character references beyond all planes. */
static void add_text(struct plain *p, struct sv text)
{
    text = utf8_clean(p->arena, text);
    if (p->pre > 0) {
        add_preformatted(p, text);
        return;
    }
    for (size_t i = 0; i < text.n;) {
        if (ascii_is_space(text.p[i]) || is_control(text.p[i])) {
            p->space = p->space || (p->line_ends == 0 && !p->after_marker);
            i++;
            continue;
        }
        size_t end = i;
        while (end < text.n && !ascii_is_space(text.p[end]) && !is_control(text.p[end]))
            end++;
        begin_word(p);
        sb_add(p->out, sv_slice(text, i, end));
        i = end;
    }
}

static void begin_item(struct plain *p)
{
    p->after_marker = false;
    char number[16] = "- ";
    size_t list = p->lists > 0 ? p->lists - 1 : 0;
    want_line(p, 1);
    if (p->lists > 0 && p->counters[list] > 0)
        snprintf(number, sizeof number, "%u. ", p->counters[list]++);
    begin_word(p);
    sb_add_cstr(p->out, number);
    p->after_marker = true;
}

static void begin_list(struct plain *p, bool numbered)
{
    want_line(p, p->lists > 0 ? 1 : 2);
    if (p->lists < LISTS_MAX)
        p->counters[p->lists++] = numbered ? 1 : 0;
}

enum behaviour {
    BEHAVE_INLINE = 0,
    BEHAVE_HIDE,
    BEHAVE_BREAK,
    BEHAVE_RULE,
    BEHAVE_IMAGE,
    BEHAVE_LINK,
    BEHAVE_QUOTE,
    BEHAVE_LIST,
    BEHAVE_ITEM,
    BEHAVE_PRE,
    BEHAVE_BLOCK,     /* on lines of its own */
    BEHAVE_PARAGRAPH, /* and empty lines around it */
    BEHAVE_CELL,
};

/* clang-format off */
static const unsigned char behaviours[GUMBO_TAG_LAST + 1] = {
    [GUMBO_TAG_SCRIPT] = BEHAVE_HIDE, [GUMBO_TAG_STYLE] = BEHAVE_HIDE,
    [GUMBO_TAG_TEMPLATE] = BEHAVE_HIDE, [GUMBO_TAG_TITLE] = BEHAVE_HIDE,
    [GUMBO_TAG_IFRAME] = BEHAVE_HIDE, [GUMBO_TAG_NOEMBED] = BEHAVE_HIDE,
    [GUMBO_TAG_NOFRAMES] = BEHAVE_HIDE, [GUMBO_TAG_SELECT] = BEHAVE_HIDE,
    [GUMBO_TAG_SVG] = BEHAVE_HIDE, [GUMBO_TAG_MATH] = BEHAVE_HIDE,
    [GUMBO_TAG_BR] = BEHAVE_BREAK, [GUMBO_TAG_HR] = BEHAVE_RULE, [GUMBO_TAG_IMG] = BEHAVE_IMAGE,
    [GUMBO_TAG_A] = BEHAVE_LINK, [GUMBO_TAG_BLOCKQUOTE] = BEHAVE_QUOTE,
    [GUMBO_TAG_UL] = BEHAVE_LIST, [GUMBO_TAG_OL] = BEHAVE_LIST, [GUMBO_TAG_LI] = BEHAVE_ITEM,
    [GUMBO_TAG_PRE] = BEHAVE_PRE, [GUMBO_TAG_XMP] = BEHAVE_PRE, [GUMBO_TAG_LISTING] = BEHAVE_PRE,
    [GUMBO_TAG_PLAINTEXT] = BEHAVE_PRE,
    [GUMBO_TAG_DIV] = BEHAVE_BLOCK, [GUMBO_TAG_TR] = BEHAVE_BLOCK, [GUMBO_TAG_TABLE] = BEHAVE_BLOCK,
    [GUMBO_TAG_CENTER] = BEHAVE_BLOCK, [GUMBO_TAG_ADDRESS] = BEHAVE_BLOCK,
    [GUMBO_TAG_ARTICLE] = BEHAVE_BLOCK, [GUMBO_TAG_SECTION] = BEHAVE_BLOCK,
    [GUMBO_TAG_HEADER] = BEHAVE_BLOCK, [GUMBO_TAG_FOOTER] = BEHAVE_BLOCK,
    [GUMBO_TAG_MAIN] = BEHAVE_BLOCK, [GUMBO_TAG_NAV] = BEHAVE_BLOCK,
    [GUMBO_TAG_ASIDE] = BEHAVE_BLOCK, [GUMBO_TAG_DT] = BEHAVE_BLOCK, [GUMBO_TAG_DD] = BEHAVE_BLOCK,
    [GUMBO_TAG_DL] = BEHAVE_BLOCK, [GUMBO_TAG_CAPTION] = BEHAVE_BLOCK,
    [GUMBO_TAG_FIGURE] = BEHAVE_BLOCK, [GUMBO_TAG_FIGCAPTION] = BEHAVE_BLOCK,
    [GUMBO_TAG_FORM] = BEHAVE_BLOCK, [GUMBO_TAG_FIELDSET] = BEHAVE_BLOCK,
    [GUMBO_TAG_P] = BEHAVE_PARAGRAPH, [GUMBO_TAG_H1] = BEHAVE_PARAGRAPH,
    [GUMBO_TAG_H2] = BEHAVE_PARAGRAPH, [GUMBO_TAG_H3] = BEHAVE_PARAGRAPH,
    [GUMBO_TAG_H4] = BEHAVE_PARAGRAPH, [GUMBO_TAG_H5] = BEHAVE_PARAGRAPH,
    [GUMBO_TAG_H6] = BEHAVE_PARAGRAPH,
    [GUMBO_TAG_TD] = BEHAVE_CELL, [GUMBO_TAG_TH] = BEHAVE_CELL,
};
/* clang-format on */

static enum behaviour behaviour_of(const GumboNode *node)
{
    return (enum behaviour)behaviours[node->v.element.tag];
}

static void add_image(struct plain *p, struct sv alt)
{
    if (alt.n == 0)
        return;
    add_text(p, SV("["));
    add_text(p, alt);
    sb_add_char(p->out, ']');
}

static void add_rule(struct plain *p)
{
    want_line(p, 1);
    begin_word(p);
    sb_add(p->out, SV("---"));
    want_line(p, 1);
}

static void add_break(struct plain *p)
{
    if (p->line_ends == 0 || p->gap_quotes > p->quotes)
        p->gap_quotes = p->quotes;
    p->line_ends += p->line_ends < 3;
    p->space = p->cell = false;
}

/* Returns whether the element's content is shown. */
static bool enter(struct plain *p, const GumboNode *node)
{
    switch (behaviour_of(node)) {
    case BEHAVE_HIDE:
        return false;
    case BEHAVE_BREAK:
        add_break(p);
        return false;
    case BEHAVE_RULE:
        add_rule(p);
        return false;
    case BEHAVE_IMAGE:
        add_image(p, tree_attribute(node, "alt"));
        return false;
    case BEHAVE_LINK:
        p->link_start = p->out->n;
        return true;
    case BEHAVE_QUOTE:
        want_line(p, 2);
        p->quotes++;
        return true;
    case BEHAVE_LIST:
        begin_list(p, node->v.element.tag == GUMBO_TAG_OL);
        return true;
    case BEHAVE_ITEM:
        begin_item(p);
        return true;
    case BEHAVE_PRE:
        want_line(p, 2);
        p->pre++;
        return true;
    case BEHAVE_BLOCK:
        want_line(p, 1);
        return true;
    case BEHAVE_PARAGRAPH:
        want_line(p, 2);
        return true;
    case BEHAVE_INLINE:
    case BEHAVE_CELL:
        break;
    }
    return true;
}

/* " <url>" behind the link's text, unless the text says it already. */
static void end_link(struct plain *p, const GumboNode *node)
{
    char buffer[3 * URL_MAX + 1];
    struct sb b;
    struct url url;
    sb_fixed(&b, buffer, sizeof buffer);
    url_read(tree_attribute(node, "href"), &b, &url);
    if (url.kind != URL_HTTP && url.kind != URL_MAILTO)
        return;
    struct sv text = sv_trim(sv_slice(sb_view(p->out), p->link_start, p->out->n));
    struct sv address = sv_slice(url.text, sv_find_char(url.text, ':') + 1, url.text.n);
    if (text.n == 0 || sv_find(url.text, text) != SIZE_MAX || sv_eq_nocase(text, address))
        return;
    sb_add(p->out, SV(" <"));
    sb_add(p->out, url.kind == URL_MAILTO ? address : url.text);
    sb_add_char(p->out, '>');
}

static void leave(void *context, const GumboNode *node)
{
    struct plain *p = context;
    switch (behaviour_of(node)) {
    case BEHAVE_LINK:
        end_link(p, node);
        break;
    case BEHAVE_QUOTE:
        p->quotes--;
        want_line(p, 2);
        break;
    case BEHAVE_LIST:
        if (p->lists > 0)
            p->lists--;
        want_line(p, p->lists > 0 ? 1 : 2);
        break;
    case BEHAVE_PRE:
        p->pre--;
        want_line(p, 2);
        break;
    case BEHAVE_PARAGRAPH:
        want_line(p, 2);
        break;
    case BEHAVE_ITEM:
    case BEHAVE_BLOCK:
        want_line(p, 1);
        break;
    case BEHAVE_CELL:
        p->cell = p->line_ends == 0;
        break;
    case BEHAVE_INLINE:
    case BEHAVE_HIDE:
    case BEHAVE_BREAK:
    case BEHAVE_RULE:
    case BEHAVE_IMAGE:
        break;
    }
}

enum status html_to_text(struct sv html, struct arena *arena, struct sb *out)
{
    struct plain p = {.out = out, .arena = arena};
    struct sb flat;
    if (!html_within_limits(html)) {
        sb_init(&flat, arena, SCAN_BYTES_MAX);
        html_flatten(html, &flat);
        html = sb_view(&flat);
    }
    struct arena *tree = arena_new(TREE_BUDGET);
    const GumboNode *body = tree_parse(html, tree);
    const GumboNode *node = body ? tree_next(body, body, true, leave, &p) : NULL;
    while (node && !out->over) {
        bool descend = false;
        if (tree_is_element(node))
            descend = enter(&p, node);
        else if (node->type != GUMBO_NODE_COMMENT)
            add_text(&p, sv_of(node->v.text.text));
        node = tree_next(body, node, descend, leave, &p);
    }
    if (out->n > 0)
        sb_add_char(out, '\n');
    bool over = out->over || arena_over(tree);
    arena_free(&tree);
    return over ? STATUS_TOO_LARGE : STATUS_OK;
}
