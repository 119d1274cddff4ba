/* A link from another site: a page without any data, which goes on to the same place, but not to
 * what a stranger has prepared there: ticked messages, hidden recipients. */
#include "pages.h"

static struct sv harmless(struct page *page)
{
    struct sv path = request_path_raw(page->request);
    const struct inputs *query = &page->request->query;
    struct sb out;
    sb_init(&out, page->arena, (size_t)2 * REQUEST_URI_MAX);
    sb_add(&out, path);
    for (size_t i = 0; i < query->n; i++) {
        const struct input *one = &query->at[i];
        if (sv_eq(one->name, SV("ticked")) || sv_eq(one->name, SV("bcc")))
            continue;
        if (out.n == path.n)
            sb_add_char(&out, '?');
        query_append(&out, arena_cstr(page->arena, one->name), one->value);
    }
    return sb_view(&out);
}

enum status page_arrival(struct page *page)
{
    struct node root = view_root(page_view(page));
    node_put(root, "Arrival.url", harmless(page));
    return page_render(page, 200, "arrival");
}
