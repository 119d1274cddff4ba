/* GET and POST /tags: names and colours of tags. */
#include "tags.h"

#include "flash.h"
#include "folder_list.h"
#include "job_act.h"
#include "job_words.h"
#include "pages.h"
#include "tag_list.h"

static struct sv field(const struct page *page, const char *name)
{
    return inputs_get(&page->request->form, name);
}

/* ---- showing ---- */

static void put_tag(struct page *page, struct node item, const struct tags *tags,
                    const struct tag *tag)
{
    node_put(item, "keyword", tag->keyword);
    node_put(item, "label", tag_list_name(page, tags, tag->keyword));
    node_put_cstr(item, "colour", colour_names[tag->colour]);
    node_put(item, "url", tag_list_url(page, SV("INBOX"), tag->keyword));
    node_put_flag(item, "known", tag->known != 0);
    node_put_flag(item, "named", tag->known != 0 && tag->name.n > 0);
}

static enum status show(struct page *page, unsigned code, const char *error)
{
    struct folders folders;
    struct tags tags;
    struct node root = view_root(page_view(page));
    enum status st = folder_list_around(page, &folders);
    if (st == STATUS_OK)
        st = tags_load(page->session, page->arena, &tags);
    if (st != STATUS_OK)
        return st;
    node_put_text(root, "Page.title", "tag.title");
    node_put(root, "Page.url", SV("/tags"));
    for (size_t i = 0; i < tags.n; i++) {
        struct node item = node_item(root, "Tags", i);
        node_put_number(item, "id", (int64_t)i);
        put_tag(page, item, &tags, &tags.p[i]);
    }
    if (error) {
        bool new_one = field(page, "keyword").n == 0;
        node_put(root, "Errors.text", locale_text(page->locale, error));
        node_put_flag(root, "Errors.create", new_one);
        if (new_one)
            node_put(root, "Create.name", field(page, "name"));
    }
    node_put(root, "Create.colour", SV("blue"));
    folder_list_search(page, &folders, SV("INBOX"), SV(""));
    return page_render(page, code, "tags");
}

/* ---- doing ---- */

static enum status answer(struct page *page, enum status st, const char *key, struct sv name)
{
    if (st == STATUS_EXISTS)
        return show(page, 422, "tag.exists");
    if (st == STATUS_INVALID)
        return show(page, 422, "tag.bad_name");
    if (st == STATUS_TOO_LARGE)
        return show(page, 422, "tag.too_many");
    if (st != STATUS_OK)
        return st;
    flash_set(page, locale_format(page->locale, page->arena, key, name), SV(""), false);
    return page_redirect(page, SV("/tags"));
}

/* Off all messages that have it, too, in the user's own folders: that may be many, and is a job.
 * The tag keeps its name until that has begun. */
static enum status delete_everywhere(struct page *page, const struct tag *tag, struct sv label)
{
    struct imap *imap;
    struct folders folders;
    struct job job;
    int64_t id = 0;
    enum status st = folder_list_load(page, SV(""), &imap, &folders);
    if (st == STATUS_OK)
        st = job_act_untag_start(page->app->jobs, page->session, &folders, tag->keyword, &id);
    if (st == STATUS_UNAVAILABLE) {
        flash_set(page, locale_text(page->locale, "job.too_many"), SV(""), true);
        return page_redirect(page, SV("/tags"));
    }
    if (st == STATUS_OK)
        st = job_follow(page, &folders, id, SV("/tags"));
    if (st == STATUS_OK)
        st = tag_delete(page->session, tag);
    if (st != STATUS_OK)
        return st;
    bool none = job_find(page->app->jobs, session_user(page->session), id, page->arena, &job) ==
                    STATUS_OK &&
                job.state == JOB_DONE && job.count == 0 && job.left == 0;
    if (none)
        flash_set(page, locale_format(page->locale, page->arena, "flash.tag_deleted", label),
                  SV(""), false);
    return STATUS_OK;
}

static enum status run(struct page *page)
{
    struct tags tags;
    enum colour colour = COLOUR_NONE;
    struct sv act = field(page, "act"), name = sv_trim(field(page, "name"));
    enum status st = tags_load(page->session, page->arena, &tags);
    if (st == STATUS_OK && !sv_eq(act, SV("delete")))
        st = colour_find(field(page, "colour"), &colour);
    if (st != STATUS_OK)
        return st;
    if (sv_eq(act, SV("create")))
        return answer(page, tag_create(page->session, page->arena, &tags, name, colour),
                      "flash.tag_created", name);
    const struct tag *tag = tag_find(&tags, field(page, "keyword"));
    if (!tag)
        return STATUS_NOT_FOUND;
    struct sv label = tag_list_name(page, &tags, tag->keyword);
    if (sv_eq(act, SV("change"))) {
        /* the language's own name is no choice of the user's */
        bool same = tag->known && tag->name.n == 0 && sv_eq(name, label);
        st = tag_change(page->session, &tags, tag, same ? SV("") : name, colour);
        return answer(page, st, "flash.tag_changed", name.n > 0 ? name : label);
    }
    if (!sv_eq(act, SV("delete")))
        return STATUS_INVALID;
    if (!tag->known && field(page, "everywhere").n > 0)
        return delete_everywhere(page, tag, label);
    st = tag_delete(page->session, tag);
    return answer(page, st, tag->known ? "flash.tag_reset" : "flash.tag_deleted", label);
}

enum status page_tags(struct page *page)
{
    return page->request->method == METHOD_POST ? run(page) : show(page, 200, NULL);
}
