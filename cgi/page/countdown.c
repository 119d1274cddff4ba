#include "countdown.h"

#include "lifetime.h"

enum { MINUTE = 60, AFTER_S = 1 }; /* the browser's second is not ours: not before the end */

/* Where one types. Such a page is never taken away from under the writer's hands. */
static bool typed_on(const struct page *page, const char *name)
{
    static const char *const names[] = {"compose", "filter_edit", "vacation", "settings",
                                        "folder",  "folders",     "tags",     "transfer",
                                        "again",   "confirm",     "passes",   "second"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    if (strcmp(name, "search") == 0) /* the form of criteria, before there is anything to show */
        return inputs_get(&page->request->query, "q").n == 0;
    return page->request->method == METHOD_POST; /* a failure, with what was typed on it */
}

void countdown_put(struct page *page, const char *name)
{
    if (!page->session || page->rescue || session_half(page->session))
        return;
    struct lifetime lifetime = session_lifetime(page->session);
    if (lifetime.left == 0) /* since the request began: such a page counts down too */
        lifetime.left = 1;
    struct node node = node_child(view_root(page_view(page)), "Session");
    uint64_t minutes = (uint64_t)(lifetime.left + MINUTE - 1) / MINUTE;
    bool open = session_kind(page->session) == SESSION_PUBLIC, typing = typed_on(page, name);
    node_put_number(node, "left", lifetime.left);
    node_put_number(node, "most", lifetime.most);
    node_put_number(node, "warn", lifetime.warn);
    node_put(node, "until", date_clock(&page->dates, page->arena, page->dates.now + lifetime.left));
    if (open)
        node_put(node, "text",
                 locale_format(page->locale, page->arena, "countdown.left",
                               locale_number(page->locale, page->arena, minutes)));
    if (open && !typing)
        node_put_number(node, "refresh", lifetime.left + AFTER_S);
    node_put_flag(node, "typing", typing);
}

/* A header, since no script runs there, and where one may run it would strike too: pages change in
 * place, and the first one's header knows nothing of that (top.cs has it in <noscript>). In a frame
 * the page around it goes there; a frame that went alone would leave the rest. */
void countdown_alone(struct page *page)
{
    const char *destination = page->env.get(page->env.context, "HTTP_SEC_FETCH_DEST");
    if (!page->session || session_kind(page->session) != SESSION_PUBLIC || !destination ||
        strcmp(destination, "document") != 0)
        return;
    const long long after = session_lifetime(page->session).left + AFTER_S;
    response_add_header(page->response, "Refresh",
                        arena_printf(page->arena, "%lld;url=/closed", after));
}
