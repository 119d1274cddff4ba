#include "confirm.h"

bool confirm_given(const struct page *page)
{
    return sv_eq(inputs_get(&page->request->form, "confirmed"), SV("1"));
}

static uint32_t number(const struct page *page, const char *name)
{
    uint32_t value = 0;
    return sv_to_u32(inputs_get(&page->request->form, name), &value) == STATUS_OK ? value : 0;
}

uint32_t confirm_uidnext(const struct page *page)
{
    return number(page, "uidnext");
}

bool confirm_covers(const struct page *page, const struct imap_counts *now)
{
    return confirm_given(page) && number(page, "v") == now->uidvalidity &&
           now->uidnext <= confirm_uidnext(page);
}

static bool travels(const struct confirm *confirm, struct sv name)
{
    if (confirm->counts && (sv_eq(name, SV("v")) || sv_eq(name, SV("uidnext"))))
        return false;
    if (confirm->stamp.n > 0 && sv_eq(name, SV("stamp")))
        return false;
    return !sv_eq(name, SV("csrf")) && !sv_eq(name, SV("act")) && !sv_eq(name, SV("confirmed"));
}

static void put_number(struct node root, size_t index, const char *name, uint32_t value)
{
    struct node field = node_item(root, "Hidden", index);
    node_put_cstr(field, "name", name);
    node_put_number(field, "value", value);
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
        if (!travels(confirm, form->at[i].name))
            continue;
        struct node field = node_item(root, "Hidden", n++);
        node_put(field, "name", form->at[i].name);
        node_put(field, "value", form->at[i].value);
    }
    for (size_t i = 0; i < confirm->line_count; i++)
        node_put(node_item(node, "Lines", i), "text", confirm->lines[i]);
    if (confirm->stamp.n > 0) {
        struct node field = node_item(root, "Hidden", n++);
        node_put(field, "name", SV("stamp"));
        node_put(field, "value", confirm->stamp);
    }
    if (confirm->counts) {
        put_number(root, n++, "v", confirm->counts->uidvalidity);
        put_number(root, n++, "uidnext", confirm->counts->uidnext);
    }
    return page_render(page, 200, "confirm");
}
