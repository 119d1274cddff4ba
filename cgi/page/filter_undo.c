#include "filter_undo.h"

#include "filter_words.h"
#include "flash.h"
#include "folder_list.h"

#define TOKEN "filters."

static struct sv token_of(struct page *page, const struct rule_set *set)
{
    struct sv digest = rule_text_digest(page->arena, rule_text_write(page->arena, set));
    return arena_printf(page->arena, TOKEN "%.*s", SV_ARG(digest));
}

/* With the token that it is for. */
static void keep(struct page *page, struct sv token, struct sv was)
{
    struct sv text = arena_printf(page->arena, "%.*s\n%.*s", SV_ARG(token), SV_ARG(was));
    session_slot_put(page->session, SESSION_SLOT_FILTERS, sv_copy(text), free);
}

struct sv filter_undo_keep(struct page *page, struct sv was, const struct rule_set *now)
{
    struct sv token = token_of(page, now);
    keep(page, token, was);
    return token;
}

bool filter_undo_means(struct sv token)
{
    return sv_starts(token, SV(TOKEN));
}

static enum status late(struct page *page, struct sv way)
{
    page->diagnosis = (struct diagnosis){0};
    flash_set(page, locale_text(page->locale, "flash.undo_late"), SV(""), true);
    return page_redirect(page, way);
}

static enum status save(struct page *page, const struct filters *now, struct sv was)
{
    struct filter_wish wish = {.include = now->include, .version = now->version};
    struct rule_fault fault;
    struct sv sentence = SV("");
    struct imap *imap;
    struct folders folders;
    struct imap_call call = page_call(page);
    size_t made;
    enum status st = rule_text_read(page->arena, was, &wish.set);
    if (st == STATUS_OK)
        st = folder_list_load(page, SV(""), &imap, &folders);
    if (st == STATUS_OK)
        st = filters_make_folders(imap, &call, &folders, &wish.set, &made);
    if (st == STATUS_OK)
        st = filter_commit(page, now, &wish, &fault, &sentence);
    return st == STATUS_INVALID ? STATUS_CHANGED : st;
}

enum status filter_undo_run(struct page *page, struct sv token, struct sv way)
{
    struct filters *now = arena_alloc(page->arena, sizeof *now);
    struct filter_call call = page_filter_call(page);
    if (page->site->filters.way == FILTER_NONE)
        return STATUS_NOT_FOUND;
    enum status st = filters_load(&call, now);
    if (st != STATUS_OK)
        return st;
    if (now->edited || !now->ours_run || !sv_eq(token, token_of(page, &now->set)))
        return late(page, way);
    char *kept = session_slot_take(page->session, SESSION_SLOT_FILTERS);
    struct sv was = kept ? arena_sv(page->arena, sv_of(kept)) : SV("");
    free(kept);
    if (!sv_eq(sv_cut(&was, '\n'), token))
        return late(page, way);
    st = save(page, now, was);
    if (st == STATUS_CHANGED)
        return late(page, way);
    if (st != STATUS_OK) { /* it may be tried again */
        keep(page, token, was);
        return st;
    }
    flash_set(page, locale_text(page->locale, "flash.undone"), SV(""), false);
    return page_redirect(page, way);
}
