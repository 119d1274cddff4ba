/* GET /again: where a sign-in ends that was made beside a page one has not finished with. And that
 * page's form, when it came too late. */
#include "again.h"

#include "pages.h"

enum { TYPED_MAX = 5 * 1024 * 1024 };

/* ---- what was typed ---- */

static void add_line(struct page *page, struct sb *out, const char *label, struct sv value)
{
    if (value.n == 0)
        return;
    sb_add(out, locale_format(page->locale, page->arena, "compose.header",
                              locale_text(page->locale, label), value));
    sb_add_char(out, '\n');
}

static void add_files(struct page *page, struct sb *out)
{
    const struct request *request = page->request;
    struct sv lost = sb_view(&request->uploads_lost);
    for (size_t i = 0; i < request->upload_count; i++)
        add_line(page, out, "compose.lost_file", request->uploads[i].filename);
    while (lost.n > 0)
        add_line(page, out, "compose.lost_file", sv_cut(&lost, '\n'));
}

static struct sv typed_letter(struct page *page)
{
    static const char *const names[] = {"to", "cc", "bcc", "subject"};
    static const char *const labels[] = {"compose.to", "compose.cc", "compose.bcc",
                                         "compose.subject"};
    const struct inputs *form = &page->request->form;
    struct sb all;
    sb_init(&all, page->arena, TYPED_MAX);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        add_line(page, &all, labels[i], inputs_get(form, names[i]));
    sb_add_char(&all, '\n');
    sb_add(&all, inputs_get(form, "text"));
    sb_add_char(&all, '\n');
    add_files(page, &all);
    return sb_view(&all);
}

/* People type blanks, line ends, addresses and letters beyond ASCII; what menus and buttons send
 * has none of them. */
static bool prose(struct sv value)
{
    return sv_find_char(value, ' ') != SIZE_MAX || sv_find_char(value, '\n') != SIZE_MAX ||
           sv_find_char(value, '@') != SIZE_MAX || !sv_is_ascii(value);
}

/* Our own fields that hold such things all the same: places, and what a page was made from. And
 * what comes back to nobody, wherever it should once stand. */
static bool unspoken(struct sv name)
{
    static const char *const names[] = {"csrf",  "back", "act",      "folder",
                                        "stamp", "undo", "password", "code"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (sv_eq(name, sv_of(names[i])))
            return true;
    return false;
}

static struct sv typed_fields(struct page *page)
{
    const struct inputs *form = &page->request->form;
    struct sb all;
    sb_init(&all, page->arena, TYPED_MAX);
    for (size_t i = 0; i < form->n; i++) {
        struct sv value = sv_trim(form->at[i].value);
        if (unspoken(form->at[i].name) || !prose(value))
            continue;
        sb_add(&all, value);
        sb_add_char(&all, '\n');
    }
    return sb_view(&all);
}

struct sv again_typed(struct page *page)
{
    const struct request *request = page->request;
    if (!sv_eq(request->path, SV("/compose")))
        return page->keep_typed ? typed_fields(page) : SV("");
    size_t typed = inputs_get(&request->form, "subject").n + inputs_get(&request->form, "text").n +
                   request->upload_count + request->uploads_lost.n;
    return typed > 0 ? typed_letter(page) : SV("");
}

/* ---- the form, again ---- */

static void put_fields(struct page *page, struct node again)
{
    const struct inputs *form = &page->request->form;
    size_t n = 0;
    for (size_t i = 0; i < form->n; i++) {
        struct sv name = form->at[i].name;
        if (sv_eq(name, SV("csrf")) || sv_eq(name, SV("password")) || sv_eq(name, SV("code")))
            continue;
        struct node item = node_item(again, "Fields", n++);
        node_put(item, "name", form->at[i].name);
        node_put(item, "value", form->at[i].value);
    }
}

enum status again_ask(struct page *page)
{
    struct node root = view_root(page_view(page)), again = node_child(root, "Again");
    bool late = !page->session || page->rescue;
    if (late) /* it says whose form it is, and opens nothing */
        node_put(root, "Csrf", inputs_get(&page->request->form, "csrf"));
    node_put_text(root, "Page.title", "again.title");
    node_put(again, "action_url", request_target(page->request));
    node_put(again, "typed", again_typed(page));
    node_put_flag(again, "late", late);
    put_fields(page, again);
    return page_render(page, late ? 401 : 409, "again");
}

enum status page_again(struct page *page)
{
    node_put_text(view_root(page_view(page)), "Page.title", "again.in");
    return page_render(page, 200, "again");
}
