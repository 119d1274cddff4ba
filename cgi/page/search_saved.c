#include "search_saved.h"

#include "flash.h"
#include "utf8.h"

bool search_saved_is_act(struct sv act)
{
    return sv_eq(act, SV("save")) || sv_eq(act, SV("rename")) || sv_eq(act, SV("forget"));
}

static struct sv url_of(struct page *page, const struct saved_search *search)
{
    struct search_place place = {
        .q = search->q, .folder = search->folder, .saved = search->name, .page = 1};
    if (search_scope_find(search->scope, &place) != STATUS_OK)
        place.scope = SEEK_ALL;
    if (place.folder.n == 0)
        place.folder = SV("INBOX");
    return search_place_url(page->arena, &place);
}

void search_saved_put(struct page *page)
{
    struct node root = view_root(page_view(page));
    struct saved_search *list;
    size_t n;
    if (store_search_list(page->app->store, session_user(page->session), page->arena, &list, &n) !=
        STATUS_OK)
        return;
    bool searching = sv_eq(page->request->path, SV("/search"));
    struct sv current = inputs_get(&page->request->query, "saved");
    for (size_t i = 0; i < n; i++) {
        struct node item = node_item(root, "Searches", i);
        node_put(item, "label", list[i].name);
        node_put(item, "url", url_of(page, &list[i]));
        node_put_cstr(item, "icon", "search");
        node_put_number(item, "level", 0);
        node_put_flag(item, "selectable", true);
        node_put_flag(item, "current", searching && sv_eq(current, list[i].name));
    }
}

/* ---- changing ---- */

static enum status tell(struct page *page, const char *key, struct sv name, bool error,
                        struct sv target)
{
    flash_set(page, locale_format(page->locale, page->arena, key, name), SV(""), error);
    return page_redirect(page, target);
}

static enum status told(struct page *page, enum status st, const char *done, struct sv name,
                        const struct search_place *there)
{
    struct search_place back = search_place_read(&page->request->form);
    struct sv url = search_place_url(page->arena, &back);
    if (st == STATUS_EXISTS)
        return tell(page, "search.name_taken", name, true, url);
    if (st == STATUS_TOO_LARGE)
        return tell(page, "search.too_many",
                    locale_number(page->locale, page->arena, STORE_SEARCHES_MAX), true, url);
    if (st != STATUS_OK)
        return st;
    return tell(page, done, name, false, search_place_url(page->arena, there));
}

enum status search_saved_change(struct page *page, struct sv act)
{
    const struct inputs *form = &page->request->form;
    struct store *store = page->app->store;
    struct sv user = session_user(page->session);
    struct search_place place = search_place_read(form);
    struct sv name = sv_trim(utf8_line(page->arena, inputs_get(form, "name")));
    struct sv saved = place.saved;
    if (sv_eq(act, SV("forget"))) {
        place.saved = SV("");
        return told(page, store_search_delete(store, user, saved), "search.forgotten", saved,
                    &place);
    }
    if (name.n == 0)
        return tell(page, "search.no_name", name, true, search_place_url(page->arena, &place));
    place.saved = name = utf8_cut(name, STORE_SEARCH_NAME_MAX);
    if (sv_eq(act, SV("rename")))
        return told(page, store_search_rename(store, user, saved, name), "search.renamed", name,
                    &place);
    const struct saved_search search = {.name = name,
                                        .q = place.q,
                                        .scope = sv_of(search_scope_name(&place)),
                                        .folder = place.folder};
    return told(page, store_search_add(store, user, &search), "search.saved_as", name, &place);
}
