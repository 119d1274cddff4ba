#include "reading_parts.h"

/* What is offered, by region: the charsets that letters lie about. Any other that is known can
 * stand in an address. */
static const struct {
    const char *name, *region;
} offered[] = {
    {"UTF-8", "charset.all"},
    {"windows-1252", "charset.west"},
    {"ISO-8859-15", "charset.west"},
    {"macintosh", "charset.west"},
    {"IBM850", "charset.west"},
    {"windows-1250", "charset.central"},
    {"ISO-8859-2", "charset.central"},
    {"IBM852", "charset.central"},
    {"windows-1257", "charset.baltic"},
    {"windows-1251", "charset.cyrillic"},
    {"KOI8-R", "charset.cyrillic"},
    {"KOI8-U", "charset.cyrillic"},
    {"ISO-8859-5", "charset.cyrillic"},
    {"IBM866", "charset.cyrillic"},
    {"windows-1253", "charset.greek"},
    {"ISO-8859-7", "charset.greek"},
    {"windows-1254", "charset.turkish"},
    {"windows-1255", "charset.hebrew"},
    {"windows-1256", "charset.arabic"},
    {"windows-874", "charset.thai"},
    {"windows-1258", "charset.vietnamese"},
    {"VISCII", "charset.vietnamese"},
    {"GB18030", "charset.simplified"},
    {"Big5", "charset.traditional"},
    {"ISO-2022-JP", "charset.japanese"},
    {"Shift_JIS", "charset.japanese"},
    {"EUC-JP", "charset.japanese"},
    {"EUC-KR", "charset.korean"},
};
enum { OFFERED = sizeof offered / sizeof *offered };

static void put_option(struct node item, struct sv value, struct sv label, bool chosen)
{
    node_put(item, "value", value);
    node_put(item, "label", label);
    node_put_flag(item, "chosen", chosen);
}

static void put_options(struct page *page, struct node message, struct sv chosen)
{
    bool found = false;
    for (size_t i = 0; i < OFFERED; i++) {
        struct sv name = sv_of(offered[i].name);
        bool here = sv_eq_nocase(name, chosen);
        struct sv label = locale_format(page->locale, page->arena, "charset.name",
                                        locale_text(page->locale, offered[i].region), name);
        put_option(node_item(message, "Charsets", i), name, label, here);
        found = found || here;
    }
    if (!found && chosen.n > 0)
        put_option(node_item(message, "Charsets", OFFERED), chosen, chosen, true);
}

/* The page's own address again, as the fields of a form that adds the charset. */
static void put_fields(struct page *page, struct node message)
{
    const struct inputs *query = &page->request->query;
    size_t n = 0;
    for (size_t i = 0; i < query->n; i++) {
        if (sv_eq(query->at[i].name, SV("charset")))
            continue;
        struct node item = node_item(message, "Again", n++);
        node_put(item, "name", query->at[i].name);
        node_put(item, "value", query->at[i].value);
    }
}

/* This page again, with the choice. */
static void put_url(struct page *page, struct node message)
{
    struct sb url;
    sb_init(&url, page->arena, REQUEST_URI_MAX);
    sb_add(&url, page->request->path);
    sb_add_char(&url, '?');
    sb_add(&url, page->request->raw_query);
    query_append(&url, "charset", SV(""));
    node_put(message, "charset_url", sb_view(&url));
}

void reading_charset_fill(struct page *page, struct node message, const struct target *target,
                          bool wrong)
{
    size_t at = 0;
    struct sv chosen;
    if (!wrong && !inputs_next(&page->request->query, "charset", &at, &chosen)) {
        put_url(page, message);
        return;
    }
    node_put_flag(message, "charset_wrong", wrong);
    node_put(message, "again_url", page->request->path);
    put_options(page, message, target->charset);
    put_fields(page, message);
}
