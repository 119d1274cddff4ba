/* GET and POST /compose: writing a message. */
#include "compose_save.h"
#include "compose_send.h"
#include "compose_show.h"
#include "compose_start.h"
#include "confirm.h"
#include "flash.h"
#include "folder_list.h"
#include "imap_change.h"
#include "pages.h"
#include "undo.h"

/* ---- saving ---- */

static enum status save(struct page *page, struct compose *compose)
{
    struct desk *desk = arena_alloc(page->arena, sizeof *desk);
    enum status st = desk_open(desk, page, compose);
    if (st == STATUS_OK)
        st = desk_save(desk, true);
    desk_close(desk);
    if (st == STATUS_OK)
        st = compose_tell_state(page, compose, desk->old.pending);
    return st == STATUS_OK ? compose_render(page, compose, 200)
                           : compose_show_failure(page, compose, st);
}

/* The session has just ended: only this is left to do, whatever the button was. */
static enum status rescue(struct page *page, struct compose *compose)
{
    struct desk *desk = arena_alloc(page->arena, sizeof *desk);
    enum status st = desk_open(desk, page, compose);
    if (st == STATUS_OK)
        st = desk_save(desk, true);
    desk_close(desk);
    return st == STATUS_OK ? page_redirect(page, SV("/login?saved=1")) : st;
}

/* ---- attachments ---- */

static void drop(struct compose_files *files, struct sv id)
{
    for (size_t i = 0; i < files->n; i++)
        if (sv_eq(files->p[i].id, id)) {
            files->n--;
            memmove(&files->p[i], &files->p[i + 1], (files->n - i) * sizeof *files->p);
            return;
        }
}

static void remove_file(struct compose *compose, struct sv id)
{
    if (sv_starts(id, SV("c")))
        drop(&compose->carried, sv_slice(id, 1, id.n));
    else
        drop(&compose->kept, id);
}

/* ---- discarding ---- */

static enum status ask(struct page *page, const struct compose *compose)
{
    struct imap *imap;
    struct folders folders;
    const struct confirm confirm = {.title = locale_text(page->locale, "confirm.discard_title"),
                                    .text = locale_text(page->locale, "confirm.discard_text"),
                                    .button = locale_text(page->locale, "confirm.discard"),
                                    .action = "/compose",
                                    .act = SV("discard"),
                                    .cancel_url = compose->back};
    enum status st = page_imap(page, SV(""), &imap);
    if (st == STATUS_OK)
        st = folder_list_fill(page, imap, SV(""), &folders);
    return st == STATUS_OK ? confirm_ask(page, &confirm) : st;
}

static enum status to_trash(struct desk *desk, struct sv *undo)
{
    struct imap_copied copied = {0};
    struct sv trash;
    struct imap_call call = page_call(desk->page);
    enum status st = folder_ensure(desk->imap, &call, &desk->folders, IMAP_USE_TRASH, &trash);
    if (st == STATUS_OK)
        st = imap_move(desk->imap, &call, (struct imap_uids){&desk->old.version.uid, 1}, trash,
                       &copied);
    if (st != STATUS_OK)
        return st;
    const struct undo token = {.folder = trash,
                               .origin = desk->drafts,
                               .uidvalidity = copied.uidvalidity,
                               .uids = copied.to};
    *undo = copied.known ? undo_write(desk->page->arena, &token) : SV("");
    return STATUS_OK;
}

static enum status discard(struct page *page, struct compose *compose)
{
    struct desk *desk = arena_alloc(page->arena, sizeof *desk);
    struct sv undo = SV("");
    bool saved = compose->version.uid > 0;
    if (!saved && !confirm_given(page))
        return ask(page, compose);
    enum status st = saved ? desk_open(desk, page, compose) : STATUS_OK;
    if (st == STATUS_OK && saved && desk->old.expected)
        st = to_trash(desk, &undo);
    if (saved)
        desk_close(desk);
    if (st != STATUS_OK)
        return compose_show_failure(page, compose, st);
    flash_set(page, locale_text(page->locale, "compose.discarded"), undo, false);
    return page_redirect(page, compose->back);
}

/* ---- the page ---- */

static enum status post(struct page *page)
{
    struct compose compose;
    struct sv act = inputs_get(&page->request->form, "act");
    enum status st = compose_read(page, &compose);
    if (st != STATUS_OK)
        return st;
    if (sv_starts(act, SV("remove:")))
        remove_file(&compose, sv_slice(act, sizeof "remove:" - 1, act.n));
    if (page->rescue)
        return rescue(page, &compose);
    if (page->upload_failure != STATUS_OK)
        return compose_show_failure(page, &compose, page->upload_failure);
    if (sv_eq(act, SV("send")))
        return compose_send(page, &compose);
    if (sv_eq(act, SV("discard")))
        return discard(page, &compose);
    return save(page, &compose);
}

enum status page_compose(struct page *page)
{
    struct compose compose;
    if (page->request->method == METHOD_POST)
        return post(page);
    enum status st = compose_start(page, &compose);
    if (st == STATUS_OK && compose.version.uid > 0)
        st = compose_tell_state(page, &compose, compose.marked);
    return st == STATUS_OK ? compose_render(page, &compose, 200) : st;
}
