#include "flash.h"

enum { TEXT, UNDO, URL, WAY, PIECES };

struct waiting {
    bool error;
    size_t n[PIECES];
    char bytes[]; /* one behind the other */
};

void flash_set_way(struct page *page, struct sv text, struct sv undo, bool error, struct sv url,
                   struct sv way)
{
    const struct sv pieces[PIECES] = {[TEXT] = text, [UNDO] = undo, [URL] = url, [WAY] = way};
    size_t at = 0;
    struct waiting *w = calloc(1, sizeof *w + text.n + undo.n + url.n + way.n + 1);
    if (!w)
        abort();
    w->error = error;
    for (int i = 0; i < PIECES; i++) {
        if (pieces[i].n > 0)
            memcpy(w->bytes + at, pieces[i].p, pieces[i].n);
        w->n[i] = pieces[i].n;
        at += pieces[i].n;
    }
    session_slot_put(page->session, SESSION_SLOT_FLASH, w, free);
}

void flash_set(struct page *page, struct sv text, struct sv undo, bool error)
{
    flash_set_way(page, text, undo, error, SV(""), SV(""));
}

bool flash_waits(struct page *page)
{
    struct waiting *w = session_slot_take(page->session, SESSION_SLOT_FLASH);
    if (w)
        session_slot_put(page->session, SESSION_SLOT_FLASH, w, free);
    return w != NULL;
}

static struct sv piece(const struct waiting *w, int which)
{
    size_t at = 0;
    for (int i = 0; i < which; i++)
        at += w->n[i];
    return (struct sv){w->bytes + at, w->n[which]};
}

void flash_show(struct page *page)
{
    if (request_by_itself(page->request)) /* nobody would see it */
        return;
    struct waiting *w = session_slot_take(page->session, SESSION_SLOT_FLASH);
    if (!w)
        return;
    struct node flash = node_child(view_root(page_view(page)), "Flash");
    const struct sv undo = piece(w, UNDO), url = piece(w, URL);
    node_put(flash, "text", piece(w, TEXT));
    node_put_flag(flash, "error", w->error);
    if (undo.n > 0)
        node_put(flash, "undo", undo);
    if (url.n > 0) {
        node_put(flash, "url", url);
        node_put(flash, "way", piece(w, WAY));
    }
    free(w);
}
