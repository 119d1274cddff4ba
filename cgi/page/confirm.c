#include "confirm.h"

bool confirm_given(const struct page *page)
{
    return sv_eq(inputs_get(&page->request->form, "confirmed"), SV("1"));
}

static bool travels(struct sv name)
{
    return !sv_eq(name, SV("csrf")) && !sv_eq(name, SV("act")) && !sv_eq(name, SV("confirmed"));
}

enum status confirm_ask(struct page *page, const struct confirm *confirm)
{
    struct node root = view_root(page_view(page)), node = node_child(root, "Confirm");
    const struct inputs *form = &page->request->form;
    size_t n = 0;
    node_put(root, "Page.title", confirm->title);
    node_put(node, "title", confirm->title);
    node_put(node, "text", confirm->text);
    node_put_cstr(node, "action", confirm->action);
    node_put(node, "act", confirm->act);
    node_put(node, "button", confirm->button);
    node_put(node, "cancel_url", confirm->cancel_url);
    for (size_t i = 0; i < form->n; i++) {
        if (!travels(form->at[i].name))
            continue;
        struct node field = node_item(root, "Hidden", n++);
        node_put(field, "name", form->at[i].name);
        node_put(field, "value", form->at[i].value);
    }
    return page_render(page, 200, "confirm");
}
