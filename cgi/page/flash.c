#include "flash.h"

struct waiting {
    bool error;
    size_t text_n, undo_n;
    char bytes[]; /* the text, then the token */
};

void flash_set(struct page *page, struct sv text, struct sv undo, bool error)
{
    struct waiting *w = malloc(sizeof *w + text.n + undo.n + 1);
    if (!w)
        abort();
    w->error = error;
    w->text_n = text.n;
    w->undo_n = undo.n;
    if (text.n > 0)
        memcpy(w->bytes, text.p, text.n);
    if (undo.n > 0)
        memcpy(w->bytes + text.n, undo.p, undo.n);
    session_slot_put(page->session, SESSION_SLOT_FLASH, w, free);
}

bool flash_waits(struct page *page)
{
    struct waiting *w = session_slot_take(page->session, SESSION_SLOT_FLASH);
    if (w)
        session_slot_put(page->session, SESSION_SLOT_FLASH, w, free);
    return w != NULL;
}

void flash_show(struct page *page)
{
    if (request_by_itself(page->request)) /* nobody would see it */
        return;
    struct waiting *w = session_slot_take(page->session, SESSION_SLOT_FLASH);
    if (!w)
        return;
    struct node flash = node_child(view_root(page_view(page)), "Flash");
    const struct sv text = {w->bytes, w->text_n}, undo = {w->bytes + w->text_n, w->undo_n};
    node_put(flash, "text", text);
    node_put_flag(flash, "error", w->error);
    if (undo.n > 0)
        node_put(flash, "undo", undo);
    free(w);
}
