#include "sanitise.h"

#include "css.h"
#include "markup.h"
#include "nesting.h"
#include "sanitise_writer.h"
#include "scan.h"
#include "url.h"

/* A letter's markup may settle only when its own repairs are repaired: nearly all need one pass. */
enum { PASSES_MAX = 5 };

#define TREE_BUDGET ((size_t)32 << 20)

enum policy {
    POLICY_UNWRAP = 0, /* the tags go, what they hold stays: the default, unknown elements too */
    POLICY_KEEP,
    POLICY_VOID,
    POLICY_PRE, /* kept as <pre> */
    POLICY_IMAGE,
    POLICY_STYLE,
    POLICY_DROP, /* with all that it holds */
};

/* clang-format off */
static const unsigned char policies[GUMBO_TAG_LAST + 1] = {
    [GUMBO_TAG_A] = POLICY_KEEP, [GUMBO_TAG_ABBR] = POLICY_KEEP, [GUMBO_TAG_ACRONYM] = POLICY_KEEP,
    [GUMBO_TAG_ADDRESS] = POLICY_KEEP, [GUMBO_TAG_ARTICLE] = POLICY_KEEP,
    [GUMBO_TAG_ASIDE] = POLICY_KEEP, [GUMBO_TAG_B] = POLICY_KEEP, [GUMBO_TAG_BDI] = POLICY_KEEP,
    [GUMBO_TAG_BDO] = POLICY_KEEP, [GUMBO_TAG_BIG] = POLICY_KEEP,
    [GUMBO_TAG_BLOCKQUOTE] = POLICY_KEEP, [GUMBO_TAG_CAPTION] = POLICY_KEEP,
    [GUMBO_TAG_CENTER] = POLICY_KEEP, [GUMBO_TAG_CITE] = POLICY_KEEP, [GUMBO_TAG_CODE] = POLICY_KEEP,
    [GUMBO_TAG_COLGROUP] = POLICY_KEEP, [GUMBO_TAG_DD] = POLICY_KEEP, [GUMBO_TAG_DEL] = POLICY_KEEP,
    [GUMBO_TAG_DFN] = POLICY_KEEP, [GUMBO_TAG_DIV] = POLICY_KEEP, [GUMBO_TAG_DL] = POLICY_KEEP,
    [GUMBO_TAG_DT] = POLICY_KEEP, [GUMBO_TAG_EM] = POLICY_KEEP, [GUMBO_TAG_FIGCAPTION] = POLICY_KEEP,
    [GUMBO_TAG_FIGURE] = POLICY_KEEP, [GUMBO_TAG_FONT] = POLICY_KEEP,
    [GUMBO_TAG_FOOTER] = POLICY_KEEP, [GUMBO_TAG_H1] = POLICY_KEEP, [GUMBO_TAG_H2] = POLICY_KEEP,
    [GUMBO_TAG_H3] = POLICY_KEEP, [GUMBO_TAG_H4] = POLICY_KEEP, [GUMBO_TAG_H5] = POLICY_KEEP,
    [GUMBO_TAG_H6] = POLICY_KEEP, [GUMBO_TAG_HEADER] = POLICY_KEEP, [GUMBO_TAG_I] = POLICY_KEEP,
    [GUMBO_TAG_INS] = POLICY_KEEP, [GUMBO_TAG_KBD] = POLICY_KEEP, [GUMBO_TAG_LI] = POLICY_KEEP,
    [GUMBO_TAG_MAIN] = POLICY_KEEP, [GUMBO_TAG_MARK] = POLICY_KEEP, [GUMBO_TAG_NAV] = POLICY_KEEP,
    [GUMBO_TAG_OL] = POLICY_KEEP, [GUMBO_TAG_P] = POLICY_KEEP, [GUMBO_TAG_Q] = POLICY_KEEP,
    [GUMBO_TAG_RP] = POLICY_KEEP, [GUMBO_TAG_RT] = POLICY_KEEP, [GUMBO_TAG_RUBY] = POLICY_KEEP,
    [GUMBO_TAG_S] = POLICY_KEEP, [GUMBO_TAG_SAMP] = POLICY_KEEP, [GUMBO_TAG_SECTION] = POLICY_KEEP,
    [GUMBO_TAG_SMALL] = POLICY_KEEP, [GUMBO_TAG_SPAN] = POLICY_KEEP,
    [GUMBO_TAG_STRIKE] = POLICY_KEEP, [GUMBO_TAG_STRONG] = POLICY_KEEP, [GUMBO_TAG_SUB] = POLICY_KEEP,
    [GUMBO_TAG_SUP] = POLICY_KEEP, [GUMBO_TAG_TABLE] = POLICY_KEEP, [GUMBO_TAG_TBODY] = POLICY_KEEP,
    [GUMBO_TAG_TD] = POLICY_KEEP, [GUMBO_TAG_TFOOT] = POLICY_KEEP, [GUMBO_TAG_TH] = POLICY_KEEP,
    [GUMBO_TAG_THEAD] = POLICY_KEEP, [GUMBO_TAG_TIME] = POLICY_KEEP, [GUMBO_TAG_TR] = POLICY_KEEP,
    [GUMBO_TAG_TT] = POLICY_KEEP, [GUMBO_TAG_U] = POLICY_KEEP, [GUMBO_TAG_UL] = POLICY_KEEP,
    [GUMBO_TAG_VAR] = POLICY_KEEP,
    [GUMBO_TAG_BR] = POLICY_VOID, [GUMBO_TAG_COL] = POLICY_VOID, [GUMBO_TAG_HR] = POLICY_VOID,
    [GUMBO_TAG_WBR] = POLICY_VOID,
    [GUMBO_TAG_PRE] = POLICY_PRE, [GUMBO_TAG_LISTING] = POLICY_PRE, [GUMBO_TAG_XMP] = POLICY_PRE,
    [GUMBO_TAG_PLAINTEXT] = POLICY_PRE,
    [GUMBO_TAG_IMG] = POLICY_IMAGE, [GUMBO_TAG_STYLE] = POLICY_STYLE,
    [GUMBO_TAG_SCRIPT] = POLICY_DROP, [GUMBO_TAG_NOSCRIPT] = POLICY_DROP,
    [GUMBO_TAG_TEMPLATE] = POLICY_DROP, [GUMBO_TAG_IFRAME] = POLICY_DROP,
    [GUMBO_TAG_OBJECT] = POLICY_DROP, [GUMBO_TAG_EMBED] = POLICY_DROP,
    [GUMBO_TAG_APPLET] = POLICY_DROP, [GUMBO_TAG_PARAM] = POLICY_DROP,
    [GUMBO_TAG_LINK] = POLICY_DROP, [GUMBO_TAG_META] = POLICY_DROP, [GUMBO_TAG_BASE] = POLICY_DROP,
    [GUMBO_TAG_TITLE] = POLICY_DROP, [GUMBO_TAG_HEAD] = POLICY_DROP, [GUMBO_TAG_SVG] = POLICY_DROP,
    [GUMBO_TAG_MATH] = POLICY_DROP, [GUMBO_TAG_AUDIO] = POLICY_DROP, [GUMBO_TAG_VIDEO] = POLICY_DROP,
    [GUMBO_TAG_SOURCE] = POLICY_DROP, [GUMBO_TAG_TRACK] = POLICY_DROP,
    [GUMBO_TAG_CANVAS] = POLICY_DROP, [GUMBO_TAG_FRAME] = POLICY_DROP,
    [GUMBO_TAG_FRAMESET] = POLICY_DROP, [GUMBO_TAG_NOFRAMES] = POLICY_DROP,
    [GUMBO_TAG_NOEMBED] = POLICY_DROP, [GUMBO_TAG_INPUT] = POLICY_DROP,
    [GUMBO_TAG_SELECT] = POLICY_DROP, [GUMBO_TAG_DATALIST] = POLICY_DROP,
    [GUMBO_TAG_KEYGEN] = POLICY_DROP, [GUMBO_TAG_BGSOUND] = POLICY_DROP,
    [GUMBO_TAG_MAP] = POLICY_DROP, [GUMBO_TAG_AREA] = POLICY_DROP,
};
/* clang-format on */

static enum policy policy_of(const GumboNode *node)
{
    if (node->v.element.tag_namespace != GUMBO_NAMESPACE_HTML)
        return POLICY_DROP;
    return (enum policy)policies[node->v.element.tag];
}

bool writer_shows(const GumboNode *node)
{
    enum policy policy = policy_of(node);
    return policy != POLICY_DROP && policy != POLICY_STYLE;
}

bool writer_keeps(const GumboNode *node)
{
    enum policy policy = policy_of(node);
    return policy == POLICY_KEEP || policy == POLICY_PRE;
}

static const char *name_of(const GumboNode *node)
{
    return policy_of(node) == POLICY_PRE ? "pre" : gumbo_normalized_tagname(node->v.element.tag);
}

static void add_start(struct writer *w, const GumboNode *node)
{
    sb_add_char(&w->body, '<');
    sb_add_cstr(&w->body, name_of(node));
    writer_add_attributes(w, node);
    sb_add_char(&w->body, '>');
}

/* The parser swallows a line end behind <pre>: one that is text needs another before it. */
static void add_pre(struct writer *w, const GumboNode *node)
{
    const GumboVector *children = tree_children(node);
    const GumboNode *first = children->length > 0 ? children->data[0] : NULL;
    add_start(w, node);
    if (first && !tree_is_element(first) && first->v.text.text[0] == '\n')
        sb_add_char(&w->body, '\n');
}

static void add_sheet(struct writer *w, const GumboNode *style)
{
    struct sv media = sv_trim(tree_attribute(style, "media"));
    const GumboVector *children = tree_children(style);
    if (media.n > 0 && !sv_eq_nocase(media, SV("all")) && !sv_eq_nocase(media, SV("screen")))
        return;
    for (unsigned i = 0; i < children->length; i++) {
        const GumboNode *child = children->data[i];
        if (!tree_is_element(child))
            css_write_sheet(sv_of(child->v.text.text), w->arena, &w->sheet, &w->coloured);
    }
}

/* Returns whether the children are to be written too. */
static bool enter_element(struct writer *w, const GumboNode *node)
{
    switch (policy_of(node)) {
    case POLICY_KEEP:
        add_start(w, node);
        return true;
    case POLICY_PRE:
        add_pre(w, node);
        return true;
    case POLICY_VOID:
        add_start(w, node);
        return false;
    case POLICY_IMAGE:
        writer_add_image(w, node);
        return false;
    case POLICY_STYLE:
        add_sheet(w, node);
        return false;
    case POLICY_UNWRAP:
        return true;
    case POLICY_DROP:
        break;
    }
    return false;
}

static void leave_element(void *context, const GumboNode *node)
{
    struct writer *w = context;
    enum policy policy = policy_of(node);
    if (policy == POLICY_KEEP || policy == POLICY_PRE) {
        sb_add(&w->body, SV("</"));
        sb_add_cstr(&w->body, name_of(node));
        sb_add_char(&w->body, '>');
    }
}

/* The content of an element, without its own tags. */
static void add_content(struct writer *w, const GumboNode *root)
{
    const GumboNode *node = tree_next(root, root, true, leave_element, w);
    while (node && !w->body.over) {
        bool descend = false;
        if (tree_is_element(node))
            descend = enter_element(w, node);
        else if (node->type != GUMBO_NODE_COMMENT)
            markup_add_escaped(&w->body, sv_of(node->v.text.text));
        node = tree_next(root, node, descend, leave_element, w);
    }
}

static bool has_class(const GumboNode *node, struct sv class)
{
    struct sv rest = tree_attribute(node, "class");
    while (rest.n > 0)
        if (sv_eq(sv_cut(&rest, ' '), class))
            return true;
    return false;
}

static bool is_blank(const GumboNode *node)
{
    return node->type == GUMBO_NODE_WHITESPACE || node->type == GUMBO_NODE_COMMENT;
}

/* Our own <div class="vm-letter"> when it is all that the body holds, or the body. */
static const GumboNode *find_root(const GumboNode *body)
{
    const GumboVector *children = tree_children(body);
    const GumboNode *only = NULL;
    if (body->v.element.attributes.length > 0)
        return body;
    for (unsigned i = 0; i < children->length; i++) {
        const GumboNode *child = children->data[i];
        if (is_blank(child))
            continue;
        if (only || !tree_is_element(child) || child->v.element.tag != GUMBO_TAG_DIV)
            return body;
        only = child;
    }
    return only && has_class(only, SV("vm-letter")) ? only : body;
}

/* Style sheets in the <head> apply as well. */
static void add_head_sheets(struct writer *w, const GumboNode *body)
{
    const GumboVector *siblings = tree_children(body->parent);
    for (unsigned i = 0; i < siblings->length; i++) {
        const GumboNode *head = siblings->data[i];
        if (!tree_is_element(head) || head->v.element.tag != GUMBO_TAG_HEAD)
            continue;
        const GumboVector *children = tree_children(head);
        for (unsigned j = 0; j < children->length; j++) {
            const GumboNode *child = children->data[j];
            if (tree_is_element(child) && policy_of(child) == POLICY_STYLE)
                add_sheet(w, child);
        }
    }
}

static void add_colour_of(struct writer *w, const GumboNode *root, const char *attribute,
                          const char *property, struct sb *css)
{
    size_t before = css->n;
    sb_add_cstr(css, property);
    sb_add_char(css, ':');
    if (css_write_colour(tree_attribute(root, attribute), css)) {
        w->coloured = true;
        sb_add_char(css, ';');
    } else {
        markup_take_back(css, before);
    }
}

/* Attributes of <body> become the style of the root. */
static void write_root(struct writer *w, const GumboNode *root, struct sb *out)
{
    char buffer[4096];
    struct sb css;
    struct sv style, direction = tree_attribute(root, "dir");
    sb_fixed(&css, buffer, sizeof buffer);
    add_colour_of(w, root, "bgcolor", "background-color", &css);
    add_colour_of(w, root, "text", "color", &css);
    sb_clear(&w->scratch);
    css_write_declarations(tree_attribute(root, "style"), &w->scratch, &w->coloured);
    sb_add(&css, sb_view(&w->scratch));
    style = sb_view(&css);
    if (style.n > 0 && style.p[style.n - 1] == ';')
        style.n--;
    sb_add(out,
           w->coloured ? SV("<div class=\"vm-letter vm-coloured") : SV("<div class=\"vm-letter"));
    writer_add_classes(w, tree_attribute(root, "class"), out);
    sb_add_char(out, '"');
    if (sv_eq_nocase(direction, SV("rtl")) || sv_eq_nocase(direction, SV("ltr")))
        sb_add(out, ascii_lower(direction.p[0]) == 'r' ? SV(" dir=\"rtl\"") : SV(" dir=\"ltr\""));
    if (style.n > 0) {
        sb_add(out, SV(" style=\""));
        markup_add_escaped(out, style);
        sb_add_char(out, '"');
    }
    sb_add_char(out, '>');
    if (w->sheet.n > 0) {
        sb_add(out, SV("<style>\n"));
        sb_add(out, sb_view(&w->sheet));
        sb_add(out, SV("</style>"));
    }
    sb_add(out, sb_view(&w->body));
    sb_add(out, SV("</div>"));
}

static enum status sanitise_once(struct sv html, const struct sanitise_options *options,
                                 struct sb *out, uint32_t *remote_blocked)
{
    if (!html_within_limits(html))
        return STATUS_TOO_LARGE;
    struct arena *arena = arena_new(TREE_BUDGET);
    struct writer w = {.options = options, .arena = arena};
    sb_init(&w.body, arena, options->max_output);
    sb_init(&w.sheet, arena, options->max_output);
    sb_init(&w.url, arena, 3 * URL_MAX);
    sb_init(&w.scratch, arena, 4 * URL_MAX);
    const GumboNode *body = tree_parse(html, arena);
    if (body) {
        const GumboNode *root = find_root(body);
        add_head_sheets(&w, body);
        add_content(&w, root);
        write_root(&w, root, out);
    } else {
        sb_add(out, SV("<div class=\"vm-letter\"></div>"));
    }
    bool over = out->over || w.body.over || w.sheet.over || arena_over(arena);
    *remote_blocked = w.remote_blocked;
    arena_free(&arena);
    return over ? STATUS_TOO_LARGE : STATUS_OK;
}

enum status html_sanitise(struct sv html, const struct sanitise_options *options,
                          struct arena *arena, struct sanitise_result *result)
{
    struct sb out[2];
    struct sv input = html;
    uint32_t remote_blocked = 0, ignored;
    for (int pass = 0; pass < PASSES_MAX; pass++) {
        struct sb *b = &out[pass % 2];
        if (pass < 2)
            sb_init(b, arena, options->max_output);
        sb_clear(b);
        enum status status = sanitise_once(input, options, b, pass ? &ignored : &remote_blocked);
        if (status != STATUS_OK)
            return status;
        if (pass > 0 ? sv_eq(sb_view(b), input) : nesting_is_plain(sb_view(b))) {
            *result = (struct sanitise_result){sb_view(b), remote_blocked};
            return STATUS_OK;
        }
        input = sb_view(b);
    }
    return STATUS_CHANGED;
}
