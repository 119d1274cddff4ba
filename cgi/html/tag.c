#include "tag.h"

#include "markup.h"

/* clang-format off */
static const struct {
    const char *name;
    unsigned classes;
} known[] = {
    {"a", TAG_FORMATTING}, {"address", TAG_BLOCK | TAG_BREAK}, {"applet", TAG_SCOPE | TAG_BLOCK},
    {"area", TAG_VOID}, {"article", TAG_BLOCK | TAG_BREAK}, {"aside", TAG_BLOCK | TAG_BREAK},
    {"b", TAG_FORMATTING}, {"base", TAG_VOID}, {"basefont", TAG_VOID}, {"bgsound", TAG_VOID},
    {"big", TAG_FORMATTING}, {"blockquote", TAG_BLOCK | TAG_BREAK}, {"body", TAG_IMPLIED},
    {"br", TAG_VOID | TAG_BREAK}, {"button", TAG_BLOCK}, {"caption", TAG_SCOPE | TAG_CELL | TAG_BREAK},
    {"center", TAG_BLOCK | TAG_BREAK}, {"code", TAG_FORMATTING}, {"col", TAG_VOID},
    {"colgroup", TAG_ROW}, {"dd", TAG_IMPLIED | TAG_BREAK}, {"details", TAG_BLOCK | TAG_BREAK},
    {"dir", TAG_BLOCK | TAG_BREAK}, {"div", TAG_BLOCK | TAG_BREAK}, {"dl", TAG_BLOCK | TAG_BREAK},
    {"dt", TAG_IMPLIED | TAG_BREAK}, {"em", TAG_FORMATTING}, {"embed", TAG_VOID},
    {"fieldset", TAG_BLOCK | TAG_BREAK}, {"figcaption", TAG_BLOCK | TAG_BREAK},
    {"figure", TAG_BLOCK | TAG_BREAK}, {"font", TAG_FORMATTING}, {"footer", TAG_BLOCK | TAG_BREAK},
    {"form", TAG_BLOCK | TAG_BREAK}, {"frame", TAG_VOID}, {"frameset", TAG_FOREIGN},
    {"h1", TAG_BLOCK | TAG_BREAK}, {"h2", TAG_BLOCK | TAG_BREAK}, {"h3", TAG_BLOCK | TAG_BREAK},
    {"h4", TAG_BLOCK | TAG_BREAK}, {"h5", TAG_BLOCK | TAG_BREAK}, {"h6", TAG_BLOCK | TAG_BREAK},
    {"head", TAG_IMPLIED}, {"header", TAG_BLOCK | TAG_BREAK}, {"hgroup", TAG_BLOCK | TAG_BREAK},
    {"hr", TAG_VOID | TAG_BREAK}, {"html", TAG_IMPLIED}, {"i", TAG_FORMATTING},
    {"iframe", TAG_RAW | TAG_HIDDEN}, {"img", TAG_VOID}, {"input", TAG_VOID}, {"keygen", TAG_VOID},
    {"li", TAG_IMPLIED | TAG_BREAK}, {"link", TAG_VOID}, {"listing", TAG_BLOCK | TAG_BREAK},
    {"main", TAG_BLOCK | TAG_BREAK}, {"marquee", TAG_SCOPE | TAG_BLOCK}, {"math", TAG_FOREIGN},
    {"menu", TAG_BLOCK | TAG_BREAK}, {"meta", TAG_VOID}, {"nav", TAG_BLOCK | TAG_BREAK},
    {"nobr", TAG_FORMATTING}, {"noembed", TAG_RAW | TAG_HIDDEN}, {"noframes", TAG_RAW | TAG_HIDDEN},
    {"object", TAG_SCOPE | TAG_BLOCK}, {"ol", TAG_BLOCK | TAG_BREAK}, {"p", TAG_IMPLIED | TAG_BREAK},
    {"param", TAG_VOID}, {"pre", TAG_BLOCK | TAG_BREAK}, {"s", TAG_FORMATTING},
    {"script", TAG_RAW | TAG_HIDDEN}, {"section", TAG_BLOCK | TAG_BREAK}, {"select", TAG_FOREIGN},
    {"small", TAG_FORMATTING}, {"source", TAG_VOID}, {"strike", TAG_FORMATTING},
    {"strong", TAG_FORMATTING}, {"style", TAG_RAW | TAG_HIDDEN},
    {"summary", TAG_BLOCK | TAG_BREAK}, {"svg", TAG_FOREIGN}, {"table", TAG_TABLE | TAG_SCOPE | TAG_BLOCK | TAG_BREAK},
    {"tbody", TAG_ROW}, {"td", TAG_SCOPE | TAG_CELL}, {"template", TAG_FOREIGN},
    {"textarea", TAG_RAW}, {"tfoot", TAG_ROW}, {"th", TAG_SCOPE | TAG_CELL}, {"thead", TAG_ROW},
    {"title", TAG_RAW | TAG_HIDDEN}, {"tr", TAG_ROW | TAG_BREAK}, {"track", TAG_VOID},
    {"tt", TAG_FORMATTING}, {"u", TAG_FORMATTING}, {"ul", TAG_BLOCK | TAG_BREAK}, {"wbr", TAG_VOID},
    {"xmp", TAG_RAW | TAG_BREAK},
};
/* clang-format on */
enum { KNOWN_COUNT = sizeof known / sizeof known[0] };
_Static_assert((int)KNOWN_COUNT < (int)TAG_ID_OTHER, "an id fits");

static void classify(struct tag *tag)
{
    size_t row;
    tag->id = TAG_ID_OTHER;
    if (markup_find_name(known, KNOWN_COUNT, sizeof known[0], tag->name, &row)) {
        tag->id = (unsigned)row;
        tag->classes = known[row].classes;
    }
}

bool tag_is(const struct tag *tag, const char *name)
{
    return sv_eq_nocase(tag->name, sv_of(name));
}

void tags_init(struct tags *tags, struct sv html)
{
    *tags = (struct tags){.html = html, .raw = true};
}

static char peek(const struct tags *tags, size_t at)
{
    return at < tags->html.n ? tags->html.p[at] : '\0';
}

/* Comments, doctypes and processing instructions end here; at stands behind "<". */
static size_t skip_declaration(struct sv html, size_t at)
{
    struct sv rest = sv_slice(html, at, html.n);
    struct sv end = SV(">");
    if (sv_starts(rest, SV("!--"))) {
        size_t body = at + 3;
        if (sv_starts(sv_slice(html, body, html.n), SV(">")))
            return body + 1;
        if (sv_starts(sv_slice(html, body, html.n), SV("->")))
            return body + 2;
        for (size_t i = body; i < html.n; i++) {
            struct sv tail = sv_slice(html, i, i + 4);
            if (sv_starts(tail, SV("-->")))
                return i + 3;
            if (sv_starts(tail, SV("--!>")))
                return i + 4;
        }
        return html.n;
    }
    size_t found = sv_find(rest, end);
    return found == SIZE_MAX ? html.n : at + found + 1;
}

static size_t skip_value(struct sv html, size_t at)
{
    while (at < html.n && ascii_is_space(html.p[at]))
        at++;
    if (at < html.n && (html.p[at] == '"' || html.p[at] == '\'')) {
        size_t end = sv_find_char(sv_slice(html, at + 1, html.n), html.p[at]);
        return end == SIZE_MAX ? html.n : at + 1 + end + 1;
    }
    while (at < html.n && !ascii_is_space(html.p[at]) && html.p[at] != '>')
        at++;
    return at;
}

/* Returns the index behind the tag's ">". */
static size_t skip_attributes(struct sv html, size_t at, size_t *count)
{
    for (;;) {
        while (at < html.n && (ascii_is_space(html.p[at]) || html.p[at] == '/'))
            at++;
        if (at >= html.n || html.p[at] == '>')
            return at < html.n ? at + 1 : at;
        ++*count;
        at++; /* a name may begin with "=" */
        while (at < html.n && !ascii_is_space(html.p[at]) && html.p[at] != '/' &&
               html.p[at] != '>' && html.p[at] != '=')
            at++;
        while (at < html.n && ascii_is_space(html.p[at]))
            at++;
        if (at < html.n && html.p[at] == '=')
            at = skip_value(html, at + 1);
    }
}

/* The index of the end tag of a raw element. */
static size_t skip_raw(struct tags *tags, struct sv name)
{
    bool comment = false;
    for (size_t at = tags->at; at < tags->html.n; at++) {
        if (tags->html.p[at] != '<')
            continue;
        struct sv rest = sv_slice(tags->html, at + 1, tags->html.n);
        comment = comment || sv_starts(rest, SV("!--"));
        if (comment && sv_starts_nocase(rest, SV("script")))
            tags->ambiguous = true;
        if (rest.n > name.n && rest.p[0] == '/' &&
            sv_starts_nocase(sv_slice(rest, 1, rest.n), name)) {
            char after = peek(tags, at + 2 + name.n);
            if (ascii_is_space(after) || after == '/' || after == '>')
                return at;
        }
    }
    return tags->html.n;
}

static void read_tag(struct tags *tags, size_t start, size_t name, struct tag *tag)
{
    size_t at = name;
    while (at < tags->html.n && !ascii_is_space(tags->html.p[at]) && tags->html.p[at] != '/' &&
           tags->html.p[at] != '>')
        at++;
    *tag = (struct tag){.name = sv_slice(tags->html, name, at), .is_end = name > start + 1};
    classify(tag);
    tags->at = skip_attributes(tags->html, at, &tag->attributes);
    tag->all = sv_slice(tags->html, start, tags->at);
    if (tags->raw && !tag->is_end && (tag->classes & TAG_RAW))
        tags->at = skip_raw(tags, tag->name);
}

bool tags_next(struct tags *tags, struct tag *tag, size_t *text_end)
{
    while (tags->at < tags->html.n) {
        size_t start = sv_find_char(sv_slice(tags->html, tags->at, tags->html.n), '<');
        if (start == SIZE_MAX)
            break;
        start += tags->at;
        bool is_end = peek(tags, start + 1) == '/';
        size_t name = start + (is_end ? 2 : 1);
        char c = peek(tags, name);
        *text_end = start;
        tags->at = name;
        if (ascii_is_alpha(c)) {
            read_tag(tags, start, name, tag);
            return true;
        }
        if (is_end || c == '!' || c == '?') {
            tags->at = skip_declaration(tags->html, name);
            *tag = (struct tag){.all = sv_slice(tags->html, start, tags->at),
                                .classes = TAG_VOID,
                                .id = TAG_ID_OTHER};
            return true;
        }
    }
    tags->at = tags->html.n;
    *text_end = tags->html.n;
    return false;
}
