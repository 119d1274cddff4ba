#include "act_found.h"

#include "act_across.h"
#include "confirm.h"
#include "flash.h"
#include "folder_list.h"
#include "list_rows.h"

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

static enum status turn(struct page *page, const struct selection *selection, struct sv target)
{
    struct sb url;
    if (!target_is_local(target))
        return STATUS_INVALID;
    sb_init(&url, page->arena, REQUEST_URI_MAX);
    sb_add(&url, target);
    struct sv ticked = selection_write(page->arena, selection, TICKED_TEXT_MAX);
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
    flash_set(page, text, result->undo, result->count == 0 || result->left > 0);
}

static enum status run(struct page *page, enum act act, const struct selection *selection)
{
    struct imap *imap;
    struct folders folders;
    struct act_across_result result;
    struct imap_call call = page_call(page);
    enum status st = folder_list_load(page, SV(""), &imap, &folders);
    if (st != STATUS_OK)
        return st;
    size_t purged = destroyed(&folders, act, selection);
    if (purged > 0 && !confirm_given(page))
        return ask(page, imap, act, purged);
    st = act_across(imap, &call, &folders, act, inputs_get(&page->request->form, "to"), selection,
                    &result);
    if (st != STATUS_OK && result.count == 0)
        return st;
    tell(page, &folders, act, purged > 0, &result);
    return page_redirect(page, way_back(page));
}

enum status act_found(struct page *page)
{
    const struct inputs *form = &page->request->form;
    struct selection selection;
    enum act act;
    struct sv target = inputs_get(form, "turn");
    enum status st = read_selection(page, &selection);
    if (st != STATUS_OK)
        return st;
    if (target.n > 0)
        return turn(page, &selection, target);
    st = act_find(inputs_get(form, "act"), &act);
    if (st != STATUS_OK || act_takes_all(act)) /* never more than what is ticked */
        return STATUS_INVALID;
    if (selection.uids == 0) {
        flash_set(page, locale_text(page->locale, "flash.nothing"), SV(""), true);
        return page_redirect(page, way_back(page));
    }
    return run(page, act, &selection);
}
