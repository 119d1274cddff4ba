/* GET and POST /compose: writing a message. */
#include "compose_rescue.h"
#include "compose_save.h"
#include "compose_send.h"
#include "compose_show.h"
#include "compose_start.h"
#include "flash.h"
#include "imap_change.h"
#include "pages.h"
#include "undo.h"

/* ---- saving ---- */

static enum status save(struct page *page, struct compose *compose)
{
    struct desk *desk = arena_alloc(page->arena, sizeof *desk);
    enum status st = desk_keep(desk, page, compose);
    if (st == STATUS_OK && !desk->parted)
        st = compose_tell_state(page, compose, desk->old.pending);
    return st == STATUS_OK ? compose_render(page, compose, 200)
                           : compose_show_failure(page, compose, st);
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

static enum status to_trash(struct desk *desk, struct sv *undo)
{
    struct imap_copied copied = {0};
    struct sv trash;
    struct imap_call call = page_call(desk->page);
    enum status st = folder_ensure(desk->imap, &call, &desk->folders, IMAP_USE_TRASH, &trash);
    if (st == STATUS_OK)
        st = imap_select(desk->imap, &call, desk->drafts, IMAP_READ_WRITE);
    if (st == STATUS_OK)
        st = imap_move(desk->imap, &call, (struct imap_uids){&desk->compose->version.uid, 1}, trash,
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

static bool blank(const struct page *page, const struct compose *compose)
{
    const struct draft *draft = &compose->draft;
    return compose->version.uid == 0 && draft->to.typed.n == 0 && draft->cc.typed.n == 0 &&
           draft->bcc.typed.n == 0 && draft->subject.n == 0 && sv_trim(draft->text).n == 0 &&
           compose->carried.n == 0 && page->request->upload_count == 0;
}

/* Saved first, so that Undo brings back all that was on the page. */
static enum status discard(struct page *page, struct compose *compose)
{
    struct desk *desk = arena_alloc(page->arena, sizeof *desk);
    struct sv undo = SV("");
    if (blank(page, compose))
        return page_redirect(page, compose->back);
    enum status st = desk_keep(desk, page, compose);
    if (st == STATUS_OK && compose->version.uid > 0)
        st = to_trash(desk, &undo);
    if (st != STATUS_OK)
        return compose_show_failure(page, compose, st);
    flash_set(page,
              locale_text(page->locale,
                          compose->version.uid > 0 ? "compose.discarded" : "compose.in_drafts"),
              undo, false);
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
        return compose_rescue(page, &compose);
    if (page->stale)
        return compose_resume(page, &compose);
    if (page->request->upload_failed != STATUS_OK)
        return compose_show_failure(page, &compose, page->request->upload_failed);
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
