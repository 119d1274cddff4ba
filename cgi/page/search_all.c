#include "search_all.h"

#include "listing_all.h"
#include "public.h"

static struct sv words(struct page *page, const char *key, uint32_t found)
{
    return locale_plural(page->locale, page->arena, key, found);
}

void search_all_put(struct page *page, struct node seek_node, struct seek *seek, size_t rows,
                    struct sv url, bool chosen)
{
    struct seek_state state = seek_state(seek);
    struct node all = node_child(seek_node, "All");
    if (state.found == 0 || (state.found <= rows && !chosen) || page_is_public(page))
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
    listing_all_field(all, 0, "all", SV("1"));
    listing_all_field(all, 1, "mark", seek_mark(page->arena, seek));
}
