#include "nesting.h"

#include "markup.h"
#include "scan.h"
#include "tag.h"
#include "utf8.h"

enum kind {
    KIND_INLINE,
    KIND_BLOCK, /* ends an open paragraph */
    KIND_PARAGRAPH,
    KIND_LINK,
    KIND_HEADING,
    KIND_LIST,
    KIND_ITEM,
    KIND_TERMS,
    KIND_TERM,
    KIND_TABLE,
    KIND_ROWS,
    KIND_ROW,
    KIND_CELL, /* and captions: what is open outside of them does not matter within */
    KIND_CAPTION,
    KIND_COLUMNS,
    KIND_COLUMN,
    KIND_OTHER, /* has rules of its own */
};

static const struct {
    const char *name;
    enum kind kind;
} kinds[] = {
    {"a", KIND_LINK},           {"caption", KIND_CAPTION}, {"col", KIND_COLUMN},
    {"colgroup", KIND_COLUMNS}, {"dd", KIND_TERM},         {"dl", KIND_TERMS},
    {"dt", KIND_TERM},          {"h1", KIND_HEADING},      {"h2", KIND_HEADING},
    {"h3", KIND_HEADING},       {"h4", KIND_HEADING},      {"h5", KIND_HEADING},
    {"h6", KIND_HEADING},       {"hr", KIND_BLOCK},        {"li", KIND_ITEM},
    {"ol", KIND_LIST},          {"p", KIND_PARAGRAPH},     {"rp", KIND_OTHER},
    {"rt", KIND_OTHER},         {"ruby", KIND_OTHER},      {"style", KIND_OTHER},
    {"table", KIND_TABLE},      {"tbody", KIND_ROWS},      {"td", KIND_CELL},
    {"tfoot", KIND_ROWS},       {"th", KIND_CELL},         {"thead", KIND_ROWS},
    {"tr", KIND_ROW},           {"ul", KIND_LIST},
};

struct nest {
    enum kind kinds[SCAN_DEPTH_MAX];
    struct sv names[SCAN_DEPTH_MAX];
    size_t depth;
};

static enum kind kind_of(const struct tag *tag)
{
    size_t row;
    if (markup_find_name(kinds, sizeof kinds / sizeof kinds[0], sizeof kinds[0], tag->name, &row))
        return kinds[row].kind;
    return tag->classes & TAG_BLOCK ? KIND_BLOCK : KIND_INLINE;
}

/* Whether an element of `kind` is open, not beyond one of `wall` or a cell. */
static bool is_open(const struct nest *nest, enum kind kind, enum kind wall)
{
    for (size_t i = nest->depth; i > 0; i--) {
        enum kind open = nest->kinds[i - 1];
        if (open == kind)
            return true;
        if (open == wall || open == KIND_CELL || open == KIND_CAPTION)
            return false;
    }
    return false;
}

static bool is_part_of(enum kind part, enum kind parent)
{
    switch ((int)parent) {
    case KIND_TABLE:
        return part == KIND_ROWS || part == KIND_CAPTION || part == KIND_COLUMNS;
    case KIND_ROWS:
        return part == KIND_ROW;
    case KIND_ROW:
        return part == KIND_CELL;
    case KIND_COLUMNS:
        return part == KIND_COLUMN;
    default:
        return part < KIND_ROWS;
    }
}

static bool may_start(const struct nest *nest, enum kind kind)
{
    enum kind parent = nest->depth > 0 ? nest->kinds[nest->depth - 1] : KIND_BLOCK;
    if (!is_part_of(kind, parent))
        return false;
    if (kind != KIND_INLINE && kind != KIND_LINK && kind < KIND_ROWS &&
        is_open(nest, KIND_PARAGRAPH, KIND_CELL))
        return false;
    switch ((int)kind) {
    case KIND_LINK:
        return !is_open(nest, KIND_LINK, KIND_CELL);
    case KIND_HEADING:
        return parent != KIND_HEADING;
    case KIND_ITEM:
        return !is_open(nest, KIND_ITEM, KIND_LIST);
    case KIND_TERM:
        return !is_open(nest, KIND_TERM, KIND_TERMS);
    default:
        return true;
    }
}

static bool text_fits(const struct nest *nest, struct sv text)
{
    enum kind parent = nest->depth > 0 ? nest->kinds[nest->depth - 1] : KIND_BLOCK;
    if (parent != KIND_TABLE && parent != KIND_ROWS && parent != KIND_ROW && parent != KIND_COLUMNS)
        return true;
    for (size_t i = 0; i < text.n; i++)
        if (!ascii_is_space(text.p[i]))
            return false;
    return true;
}

/* Characters that the parser replaces. */
static bool characters_stay(struct sv html)
{
    for (size_t at = 0; at < html.n;) {
        if ((unsigned char)html.p[at] < 0x7f) {
            at++;
            continue;
        }
        size_t from = at;
        uint32_t c = utf8_next(html, &at);
        if (c <= 0x9f || (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe)
            return false;
        if (c == UTF8_REPLACEMENT && !sv_eq(sv_slice(html, from, at), SV("\xef\xbf\xbd")))
            return false;
    }
    return true;
}

/* The root's own <style>, and the line end that the parser drops behind <pre>. */
static bool start_is_plain(struct nest *nest, const struct tag *tag, struct sv behind)
{
    enum kind kind = kind_of(tag);
    bool sheet = tag_is(tag, "style") && nest->depth == 1;
    if (!sheet && !may_start(nest, kind))
        return false;
    if (tag_is(tag, "pre") && sv_starts(behind, SV("\n")) && !sv_starts(behind, SV("\n\n")))
        return false;
    if (tag->classes & TAG_VOID)
        return true;
    if (nest->depth == SCAN_DEPTH_MAX)
        return false;
    nest->names[nest->depth] = tag->name;
    nest->kinds[nest->depth++] = kind;
    return true;
}

bool nesting_is_plain(struct sv html)
{
    struct nest nest = {.depth = 0};
    struct tags tags;
    struct tag tag;
    size_t text = 0, text_end;
    tags_init(&tags, html);
    while (tags_next(&tags, &tag, &text_end)) {
        if (!text_fits(&nest, sv_slice(html, text, text_end)))
            return false;
        text = (size_t)(tag.all.p - html.p) + tag.all.n;
        if (!tag.is_end) {
            if (!start_is_plain(&nest, &tag, sv_slice(html, text, html.n)))
                return false;
        } else if (nest.depth == 0 || !sv_eq(nest.names[--nest.depth], tag.name)) {
            return false;
        }
    }
    return nest.depth == 0 && text == html.n && characters_stay(html);
}
