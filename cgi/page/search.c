/* GET and POST /search: a search across folders, its form, and what one does with it. */
#include "flash.h"
#include "folder_list.h"
#include "gate.h"
#include "pages.h"
#include "public.h"
#include "search_result.h"
#include "search_saved.h"
#include "search_write.h"
#include "tag_list.h"

/* ---- the form ---- */

static enum status show_form(struct page *page, const struct search_place *place)
{
    struct node root = view_root(page_view(page)), form = node_child(root, "Form");
    struct folders folders;
    enum status st = folder_list_around(page, &folders);
    if (st != STATUS_OK)
        return st;
    const struct folder *folder = folder_find(&folders, place->folder);
    node_put_text(root, "Page.title", "search.form_title");
    node_put(form, "q", place->q);
    node_put(form, "folder", place->folder);
    node_put(form, "label", folder ? folder_label(page, folder, true) : place->folder);
    node_put_cstr(form, "in", search_scope_name(place));
    return page_render(page, 200, "search");
}

/* What the fields say becomes words of the query, so that a result has one address. `refine` keeps
 * the query before beside it: what that has found need only be looked at again. */
static enum status write(struct page *page, struct search_place place)
{
    const struct inputs *query = &page->request->query;
    struct sv before = place.q;
    bool refined = inputs_get(query, "refine").n > 0 && !place.here;
    place.q = search_write(page->arena, page->locale, query);
    place.page = 1;
    place.saved = SV("");
    struct sv url = search_place_url(page->arena, &place);
    struct sb out;
    sb_init(&out, page->arena, REQUEST_URI_MAX);
    sb_add(&out, url);
    if (refined && search_narrows(before, inputs_get(query, "refine")))
        query_append(&out, "refines", before);
    return page_redirect(page, out.over ? url : sb_view(&out));
}

static enum status get(struct page *page)
{
    const struct inputs *query = &page->request->query;
    struct search_place place = search_place_read(query);
    place.q = tag_list_query(page, place.q);
    if (inputs_get(query, "form").n > 0 || query->n == 0)
        return show_form(page, &place);
    if (place.here || search_fields_given(query))
        return write(page, place);
    if (inputs_get(query, "again").n > 0) {
        seek_anew(page->session, place.q);
        return page_redirect(page, search_place_url(page->arena, &place));
    }
    return search_result(page, &place);
}

/* ---- what is posted ---- */

/* The search itself is told, and not only its page: it may be at work for another tab. */
static enum status stop(struct page *page, bool stopped)
{
    struct search_place place = search_place_read(&page->request->form);
    struct seek *seek = seek_kept(page->session, place.q);
    if (seek)
        seek_stop(seek, stopped);
    seek_release(&seek);
    return page_redirect(page, search_place_url(page->arena, &place));
}

enum status page_search(struct page *page)
{
    if (page->request->method != METHOD_POST)
        return get(page);
    struct sv act = inputs_get(&page->request->form, "act");
    if (search_saved_is_act(act) && session_reading(page->session)) {
        diagnosis_set(&page->diagnosis, STAGE_NONE, CAUSE_READING, "", 0, NULL);
        return STATUS_DENIED;
    }
    if (search_saved_is_act(act))
        return page_is_public(page) ? page_deny_public(page) : search_saved_change(page, act);
    if (sv_eq(act, SV("stop")) || sv_eq(act, SV("continue")))
        return stop(page, sv_eq(act, SV("stop")));
    return STATUS_INVALID;
}
