#include "listing_all.h"

#include "public.h"

bool listing_all_asked(const struct page *page)
{
    return sv_eq(inputs_get(&page->request->query, "all"), SV("1")) && !page_is_public(page);
}

void listing_all_field(struct node all, size_t index, const char *name, struct sv value)
{
    struct node field = node_item(all, "Fields", index);
    node_put_cstr(field, "name", name);
    node_put(field, "value", value);
}

/* What the form needs to mean them again. */
static void put_fields(struct page *page, struct node node, const struct listing_all *all)
{
    static const char *const ONLY[] = {
        [PLACE_ALL] = "", [PLACE_UNREAD] = "unread", [PLACE_FLAGGED] = "flagged"};
    size_t n = 0;
    listing_all_field(node, n++, "all", SV("1"));
    listing_all_field(node, n++, "total", arena_printf(page->arena, "%u", all->rows->total));
    listing_all_field(node, n++, "uidnext", arena_printf(page->arena, "%u", all->uidnext));
    if (all->place->q.n > 0)
        listing_all_field(node, n++, "q", all->place->q);
    if (all->place->only != PLACE_ALL)
        listing_all_field(node, n, "only", sv_of(ONLY[all->place->only]));
}

void listing_all_put(struct page *page, struct node listing, const struct listing_all *all)
{
    bool search = place_is_search(all->place);
    struct sv url = place_url(page->arena, "/mail", all->place);
    struct node node = node_child(listing, "All");
    uint64_t total = all->rows->total;
    if ((total <= all->rows->n && !all->chosen) || page_is_public(page))
        return;
    if (!all->chosen) {
        node_put(node, "url", arena_printf(page->arena, "%.*s&all=1", SV_ARG(url)));
        node_put(node, "label",
                 locale_plural(page->locale, page->arena,
                               search ? "list.all_search" : "list.all_folder", total));
        return;
    }
    node_put_flag(node, "chosen", true);
    node_put_number(node, "total", (int64_t)total);
    node_put(node, "none_url", url);
    node_put(node, "text",
             locale_plural(page->locale, page->arena,
                           search ? "list.all_search_chosen" : "list.all_folder_chosen", total));
    put_fields(page, node, all);
}
