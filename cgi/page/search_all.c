#include "search_all.h"

bool search_all_asked(const struct page *page)
{
    return sv_eq(inputs_get(&page->request->query, "all"), SV("1"));
}

static void put_field(struct node all, size_t index, const char *name, struct sv value)
{
    struct node field = node_item(all, "Fields", index);
    node_put_cstr(field, "name", name);
    node_put(field, "value", value);
}

static struct sv words(struct page *page, const char *key, uint32_t found)
{
    return locale_plural(page->locale, page->arena, key, found);
}

void search_all_put(struct page *page, struct node seek_node, struct seek *seek, size_t rows,
                    struct sv url, bool chosen)
{
    struct seek_state state = seek_state(seek);
    struct node all = node_child(seek_node, "All");
    if (state.found == 0 || (state.found <= rows && !chosen))
        return;
    if (!chosen) {
        node_put(all, "url", arena_printf(page->arena, "%.*s" SEARCH_ALL_FIELD, SV_ARG(url)));
        node_put(all, "label",
                 state.done ? words(page, "list.all_search", state.found)
                            : locale_text(page->locale, "search.all_so_far"));
        return;
    }
    node_put_flag(all, "chosen", true);
    node_put(all, "none_url", url);
    node_put_number(all, "total", state.found);
    node_put(all, "text",
             words(page, state.done ? "list.all_search_chosen" : "search.all_so_far_chosen",
                   state.found));
    put_field(all, 0, "all", SV("1"));
    put_field(all, 1, "mark", seek_mark(page->arena, seek));
}
