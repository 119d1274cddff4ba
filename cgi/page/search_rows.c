#include "search_rows.h"

#include "folder_list.h"
#include "list_rows.h"

enum { AGAIN_MAX = 3, TICK_TEXT_MAX = 4000 };

/* ---- loading ---- */

static enum status load_folder(struct page *page, struct imap *imap, const struct folders *folders,
                               const struct seek_folder_view *where, struct imap_uids uids,
                               struct listing *listing)
{
    struct imap_call call = page_call(page);
    const struct folder *folder = folder_find(folders, where->name);
    /* the list is fresh; a mailbox that stayed selected on a warm connection need not be */
    if (!folder)
        return STATUS_NOT_FOUND;
    if (folder->counted && folder->counts.uidvalidity != where->uidvalidity)
        return STATUS_CHANGED;
    enum imap_use use = folder->use;
    const struct listing_request request = {.folder = where->name,
                                            .recipients =
                                                use == IMAP_USE_SENT || use == IMAP_USE_DRAFTS,
                                            .own_domain = page_user_domain(page)};
    const struct imap_mailbox *before = imap_selected(imap);
    bool stayed = before && sv_eq(before->name, where->name);
    enum status st =
        imap_select_same(imap, &call, where->name, IMAP_READ_WRITE, where->uidvalidity);
    if (st == STATUS_OK && stayed)
        st = imap_refresh(imap, &call);
    return st == STATUS_OK ? listing_rows(imap, &call, &request, uids, listing) : st;
}

/* All rows of one folder, which begins with row `first`. */
static enum status load_group(struct page *page, struct imap *imap, const struct folders *folders,
                              struct seek *seek, struct search_rows *rows, size_t first)
{
    uint32_t *uids = arena_array(page->arena, rows->n, sizeof *uids);
    uint32_t index = rows->p[first].hit.folder;
    struct seek_folder_view where = seek_folder(seek, index);
    struct listing listing = {0};
    size_t n = 0;
    for (size_t i = first; i < rows->n; i++)
        if (rows->p[i].hit.folder == index)
            uids[n++] = rows->p[i].hit.uid;
    enum status st =
        load_folder(page, imap, folders, &where, (struct imap_uids){uids, n}, &listing);
    if (st != STATUS_OK && imap_usable(imap)) {
        page->diagnosis = (struct diagnosis){0};
        seek_folder_lost(seek, index,
                         st == STATUS_NOT_FOUND ? SEEK_GONE
                         : st == STATUS_CHANGED ? SEEK_CHANGED
                                                : SEEK_REFUSED);
        return STATUS_OK;
    }
    size_t at = 0; /* they come in the order of uids, which is that of the rows */
    for (size_t i = first; st == STATUS_OK && i < rows->n && at < listing.n; i++) {
        struct search_row *row = &rows->p[i];
        if (row->hit.folder != index || row->hit.uid != listing.rows[at].uid)
            continue;
        row->row = listing.rows[at++];
        row->folder = where.name;
        row->uidvalidity = where.uidvalidity;
        row->there = true;
    }
    return st;
}

static bool seen_before(const struct search_rows *rows, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (rows->p[k].hit.folder == rows->p[i].hit.folder)
            return true;
    return false;
}

/* *gone: how many are no longer there, and have been forgotten. */
static enum status load_once(struct page *page, const struct folders *folders, struct seek *seek,
                             uint32_t skip, uint32_t count, struct search_rows *rows, size_t *gone)
{
    struct seek_hit *hits = arena_array(page->arena, count + 1, sizeof *hits);
    struct imap *imap = NULL;
    enum status st = STATUS_OK;
    rows->n = seek_hits(seek, skip, count, hits);
    rows->p = arena_array(page->arena, rows->n + 1, sizeof *rows->p);
    for (size_t i = 0; i < rows->n; i++)
        rows->p[i] = (struct search_row){.hit = hits[i]};
    for (size_t i = 0; i < rows->n && st == STATUS_OK; i++) {
        if (seen_before(rows, i))
            continue;
        if (!imap)
            st = page_imap(page, seek_folder(seek, hits[i].folder).name, &imap);
        if (st == STATUS_OK)
            st = load_group(page, imap, folders, seek, rows, i);
    }
    *gone = 0;
    for (size_t i = 0; i < rows->n && st == STATUS_OK; i++)
        if (!rows->p[i].there) {
            seek_forget(seek, rows->p[i].hit);
            ++*gone;
        }
    return st;
}

enum status search_rows_load(struct page *page, const struct folders *folders, struct seek *seek,
                             uint32_t skip, uint32_t count, struct search_rows *rows)
{
    size_t gone = 1;
    enum status st = STATUS_OK;
    /* somebody who deletes all the while must not keep us here */
    for (int i = 0; i < AGAIN_MAX && gone > 0 && st == STATUS_OK; i++)
        st = load_once(page, folders, seek, skip, count, rows, &gone);
    return st;
}

/* ---- showing ---- */

struct shown {
    struct page *page;
    const struct folders *folders;
    struct sv back;
    struct selection *ticked; /* NULL: all */
};

static struct sv row_url(const struct shown *s, const struct search_row *row)
{
    const struct place place = {
        .folder = row->folder, .sorting = {IMAP_ORDER_ARRIVAL, true}, .search = s->back, .page = 1};
    return place_message_url(s->page->arena, "/message", &place, row->uidvalidity, row->hit.uid);
}

static bool take_tick(const struct shown *s, const struct search_row *row)
{
    const struct imap_uids uid = {&row->hit.uid, 1};
    const struct selection_group *group = selection_find(s->ticked, row->folder, row->uidvalidity);
    if (!group || !imap_uids_has(group->uids, row->hit.uid))
        return false;
    selection_remove(s->page->arena, s->ticked, row->folder, row->uidvalidity, uid);
    return true;
}

static void put_row(const struct shown *s, struct node node, const struct search_row *row)
{
    struct page *page = s->page;
    const struct folder *folder = folder_find(s->folders, row->folder);
    const struct imap_uids uid = {&row->hit.uid, 1};
    node_put(node, "uid",
             selection_text(page->arena, row->folder, row->uidvalidity, uid, TICK_TEXT_MAX));
    node_put(node, "url", row_url(s, row));
    node_put(node, "folder", folder ? folder_label(page, folder, true) : row->folder);
    node_put_flag(node, "checked", !s->ticked || take_tick(s, row));
}

void search_rows_put(struct page *page, const struct folders *folders,
                     const struct search_rows *rows, struct sv back, struct selection *ticked)
{
    struct tags tags;
    if (tags_load(page->session, page->arena, &tags) != STATUS_OK) /* logged */
        tags = (struct tags){0};
    const struct shown s = {page, folders, back, ticked};
    struct list_rows list;
    list_rows_begin(&list, page, &tags, true);
    for (size_t i = 0; i < rows->n; i++)
        if (rows->p[i].there)
            put_row(&s, list_rows_add(&list, &rows->p[i].row), &rows->p[i]);
    list_rows_end(&list);
}
