#include "tag_list.h"

#include "query_word.h"
#include "utf8.h"

static struct sv name_of(struct page *page, const struct tag *tag)
{
    static const char *const KNOWN[] = {"",           "tag.label1", "tag.label2",
                                        "tag.label3", "tag.label4", "tag.label5"};
    return tag->name.n > 0 ? tag->name : locale_text(page->locale, KNOWN[tag->known]);
}

struct sv tag_list_name(struct page *page, const struct tags *tags, struct sv keyword)
{
    const struct tag *tag = tag_find(tags, keyword);
    return tag ? name_of(page, tag) : utf8_line(page->arena, keyword);
}

struct sv tag_list_label(struct page *page, struct sv keyword)
{
    struct tags tags;
    if (tags_load(page->session, page->arena, &tags) != STATUS_OK) /* logged */
        tags = (struct tags){0};
    return tag_list_name(page, &tags, keyword);
}

/* In the language's own word; the search takes both. Quotes are for keywords with an odd letter. */
static struct sv query_of(struct page *page, struct sv keyword)
{
    return arena_printf(page->arena, "%.*s:%.*s", SV_ARG(locale_text(page->locale, "tag.operator")),
                        SV_ARG(keyword));
}

static const struct tag *find_called(struct page *page, const struct tags *tags, struct sv name)
{
    if (tag_find(tags, name)) /* a keyword that is written out means itself */
        return NULL;
    for (size_t i = 0; i < tags->n; i++)
        if (tag_same_name(name_of(page, &tags->p[i]), name))
            return &tags->p[i];
    return NULL;
}

struct sv tag_list_query(struct page *page, struct sv q)
{
    struct query_lexer lexer = {page->arena, utf8_line(page->arena, q)};
    struct query_token token;
    struct tags tags = {0};
    struct sb out;
    bool loaded = false;
    sb_init(&out, page->arena, REQUEST_URI_MAX);
    for (struct sv before = lexer.rest; query_token_next(&lexer, &token); before = lexer.rest) {
        if (token.word == QUERY_WORD_TAG && !loaded) {
            loaded = true;
            if (tags_load(page->session, page->arena, &tags) != STATUS_OK) /* logged */
                return q;
        }
        const struct tag *tag =
            token.word == QUERY_WORD_TAG ? find_called(page, &tags, token.value) : NULL;
        if (tag) {
            sb_add_cstr(&out, token.negated ? " -" : " ");
            sb_add(&out, query_of(page, tag->keyword));
            sb_add_cstr(&out, token.before_or ? " OR " : " ");
        } else
            sb_add(&out, sv_slice(before, 0, (size_t)(lexer.rest.p - before.p)));
    }
    return loaded && !out.over ? sv_trim(sb_view(&out)) : q;
}

struct sv tag_list_url(struct page *page, struct sv folder, struct sv keyword)
{
    struct sb out;
    sb_init(&out, page->arena, REQUEST_URI_MAX);
    sb_add(&out, SV("/mail?"));
    query_append(&out, "folder", folder);
    query_append(&out, "q", query_of(page, keyword));
    return sb_view(&out);
}

enum status tag_list_fill(struct page *page, const struct place *place, struct tags *tags)
{
    struct node root = view_root(page_view(page));
    enum status st = tags_load(page->session, page->arena, tags);
    for (size_t i = 0; st == STATUS_OK && i < tags->n; i++) {
        const struct tag *tag = &tags->p[i];
        struct node item = node_item(root, "Tags", i);
        node_put(item, "label", name_of(page, tag));
        node_put(item, "keyword", tag->keyword);
        node_put_cstr(item, "colour", colour_names[tag->colour]);
        node_put(item, "url", tag_list_url(page, place->folder, tag->keyword));
        node_put_flag(item, "current", sv_eq(place->q, query_of(page, tag->keyword)));
    }
    return st;
}

void tag_list_put(struct page *page, struct node node, const struct tags *tags,
                  const struct sv *keywords, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct tag *tag = tag_find(tags, keywords[i]);
        struct node item = node_item(node, "Tags", i);
        node_put(item, "label", tag_list_name(page, tags, keywords[i]));
        node_put_cstr(item, "colour", colour_names[tag ? tag->colour : COLOUR_NONE]);
    }
}
