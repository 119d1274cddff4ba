#include "act_found.h"

#include "act_across.h"
#include "act_long.h"
#include "confirm.h"
#include "flash.h"
#include "folder_list.h"
#include "job_act.h"
#include "job_words.h"
#include "public.h"
#include "search_place.h"

struct found {
    struct page *page;
    enum act act;
    struct selection selection;
    struct seek *seek; /* the search that has found them; NULL: it is not kept */
};

bool act_found_is(const struct page *page)
{
    return inputs_get(&page->request->form, "across").n > 0;
}

static struct sv way_back(struct page *page)
{
    return page_return_path(page, "back", SV("/search"));
}

static enum status read_selection(struct page *page, struct selection *out)
{
    const struct inputs *form = &page->request->form;
    struct selection selection = {0};
    struct sv value;
    size_t at = 0;
    enum status st = selection_add(page->arena, inputs_get(form, "ticked"), &selection);
    while (st == STATUS_OK && inputs_next(form, "uid", &at, &value))
        st = selection_add(page->arena, value, &selection);
    if (st == STATUS_OK)
        *out = selection;
    return st;
}

static struct seek *seek_of(struct page *page)
{
    struct sv back = way_back(page);
    return search_place_is_url(back)
               ? seek_kept(page->session, search_place_of_url(page->arena, back).q)
               : NULL;
}

static enum status turn(struct page *page, const struct selection *selection, struct sv target)
{
    struct sb url;
    if (!target_is_local(target))
        return STATUS_INVALID;
    sb_init(&url, page->arena, REQUEST_URI_MAX);
    sb_add(&url, target);
    struct sv ticked = selection_write(page->arena, selection, ACT_TICKED_TEXT_MAX);
    if (ticked.n > 0)
        query_append(&url, "ticked", ticked);
    else if (selection->uids > 0)
        flash_set(page, locale_text(page->locale, "flash.too_many"), SV(""), true);
    return page_redirect(page, sb_view(&url));
}

/* ---- asking first ---- */

/* How many would be gone for good: those in Trash, when others only go there. */
static size_t destroyed(const struct folders *folders, enum act act,
                        const struct selection *selection)
{
    size_t n = 0;
    for (size_t i = 0; i < selection->n; i++)
        if (act_destroys(act, folder_find(folders, selection->p[i].folder)))
            n += selection->p[i].uids.n;
    return n;
}

static enum status ask(struct page *page, struct imap *imap, enum act act, size_t count)
{
    struct folders filled;
    const struct confirm confirm = {
        .title = locale_text(page->locale, "confirm.purge_title"),
        .text = locale_plural(page->locale, page->arena, "confirm.empty_text", count),
        .button = locale_text(page->locale, "confirm.purge"),
        .action = "/act",
        .act = sv_of(act_names[act]),
        .cancel_url = way_back(page)};
    enum status st = folder_list_fill(page, imap, SV(""), &filled);
    return st == STATUS_OK ? confirm_ask(page, &confirm) : st;
}

/* ---- what the next page says ---- */

static struct sv target_label(struct page *page, const struct folders *folders, struct sv name)
{
    const struct folder *folder = folder_find(folders, name);
    return folder ? folder_label(page, folder, false) : name;
}

static void tell(struct page *page, const struct folders *folders, enum act act, bool purged,
                 const struct act_across_result *result)
{
    /* deleted in several folders, Trash among them: some have gone there, some for good */
    const char *name = purged && result->target.n == 0 ? act_names[ACT_PURGE] : act_names[act];
    struct sv key = arena_printf(page->arena, "flash.%s", name);
    struct sv text = locale_plural_of(page->locale, page->arena, key.p, result->count,
                                      target_label(page, folders, result->target));
    if (result->count == 0)
        text = locale_text(page->locale, "flash.gone");
    if (result->left > 0) {
        struct page_words words = page_words(page, result->failure, &page->diagnosis);
        struct sv left =
            locale_plural_of(page->locale, page->arena, "flash.left", result->left, words.cause);
        text = result->count == 0
                   ? left
                   : arena_printf(page->arena, "%.*s. %.*s", SV_ARG(text), SV_ARG(left));
        page->diagnosis = (struct diagnosis){0};
    }
    bool full = result->left > 0 && result->failure == STATUS_QUOTA;
    flash_set_way(page, text, result->undo, result->count == 0 || result->left > 0,
                  full ? SV("/space") : SV(""),
                  full ? locale_text(page->locale, "space.title") : SV(""));
}

static enum status tell_failure(struct page *page, const char *key)
{
    flash_set(page, locale_text(page->locale, key), SV(""), true);
    return page_redirect(page, way_back(page));
}

/* ---- doing ---- */

/* What goes elsewhere is no longer where the search has found it. */
static void forget(const struct found *f, struct sv target)
{
    bool goes = f->act == ACT_MOVE || f->act == ACT_ARCHIVE || f->act == ACT_JUNK ||
                f->act == ACT_NOTJUNK || f->act == ACT_DELETE || f->act == ACT_PURGE;
    if (goes && f->seek)
        seek_forget_all(f->seek, &f->selection, f->act == ACT_DELETE ? SV("") : target);
}

static enum status run_long(const struct found *f, struct imap *imap, const struct folders *folders)
{
    struct page *page = f->page;
    struct job_act_across wish = {.act = f->act, .selection = &f->selection, .folders = folders};
    int64_t id;
    enum status st = act_target(page, imap, folders, f->act, &wish.target);
    if (st == STATUS_OK)
        st = job_act_across_start(page->app->jobs, page->session, &wish, &id);
    if (st == STATUS_NOT_FOUND)
        return tell_failure(page, "job.nothing");
    if (st == STATUS_UNAVAILABLE)
        return tell_failure(page, "job.too_many");
    if (st != STATUS_OK)
        return st;
    forget(f, wish.target);
    act_remember_target(page, f->act, wish.target);
    return job_follow(page, folders, id, way_back(page));
}

static enum status run_at_once(const struct found *f, struct imap *imap,
                               const struct folders *folders, bool purges)
{
    struct page *page = f->page;
    struct act_across_result result;
    struct imap_call call = page_call(page);
    bool tags = f->act == ACT_TAG || f->act == ACT_UNTAG;
    struct sv target = inputs_get(&page->request->form, tags ? "tag" : "to");
    enum status st = act_across(imap, &call, folders, f->act, target, &f->selection, &result);
    if (st != STATUS_OK && result.count == 0)
        return st;
    act_remember_target(page, f->act, target);
    tell(page, folders, f->act, purges, &result);
    return page_redirect(page, way_back(page));
}

static enum status run(const struct found *f)
{
    struct page *page = f->page;
    struct imap *imap;
    struct folders folders;
    enum status st = folder_list_load(page, SV(""), &imap, &folders);
    if (st != STATUS_OK)
        return st;
    size_t purged = destroyed(&folders, f->act, &f->selection);
    if (purged > 0 && page_is_public(page))
        return page_deny_public(page);
    if (purged > 0 && !confirm_given(page))
        return ask(page, imap, f->act, purged);
    if (act_means_all(page) || f->selection.uids > ACT_AT_ONCE_MAX)
        return run_long(f, imap, &folders);
    return run_at_once(f, imap, &folders, purged > 0);
}

/* ---- the form ---- */

static enum status act_on(struct found *f)
{
    const struct inputs *form = &f->page->request->form;
    bool targeted = f->act == ACT_MOVE || f->act == ACT_COPY;
    bool tags = f->act == ACT_TAG || f->act == ACT_UNTAG;
    if (f->selection.uids == 0)
        return tell_failure(f->page, "flash.nothing");
    if (targeted && inputs_get(form, "to").n == 0)
        return tell_failure(f->page, "flash.no_target");
    if (tags && inputs_get(form, "tag").n == 0)
        return tell_failure(f->page, "flash.no_tag");
    return run(f);
}

enum status act_found(struct page *page)
{
    const struct inputs *form = &page->request->form;
    struct found f = {.page = page};
    struct sv target = inputs_get(form, "turn");
    bool all = act_means_all(page);
    if (all && target.n > 0)
        return target_is_local(target) ? page_redirect(page, target) : STATUS_INVALID;
    enum status st = all ? seek_marked(page->session, page->arena, inputs_get(form, "mark"),
                                       &f.seek, &f.selection)
                         : read_selection(page, &f.selection);
    if (st == STATUS_CHANGED)
        return tell_failure(page, "search.all_forgotten");
    if (st != STATUS_OK)
        return st;
    if (target.n > 0)
        return turn(page, &f.selection, target);
    st = act_find(inputs_get(form, "act"), &f.act);
    if (st == STATUS_OK && act_takes_all(f.act)) /* never more than what is meant */
        st = STATUS_INVALID;
    if (st == STATUS_OK && !all)
        f.seek = seek_of(page);
    if (st == STATUS_OK)
        st = act_on(&f);
    seek_release(&f.seek);
    return st;
}
