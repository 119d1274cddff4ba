#include "chosen.h"

#include "imap_search.h"
#include "order.h"
#include "uid_set.h"

static struct sv field(const struct page *page, const char *name)
{
    return inputs_get(&page->request->query, name);
}

static enum status read_some(struct page *page, struct chosen *chosen)
{
    struct sv uidnext = field(page, "uidnext");
    chosen->all = sv_eq(field(page, "all"), SV("1"));
    chosen->some = chosen->all || field(page, "uids").n > 0;
    if (!chosen->some)
        return STATUS_OK;
    if (!chosen->folder || sv_to_u32(field(page, "v"), &chosen->uidvalidity) != STATUS_OK)
        return STATUS_INVALID;
    chosen->q = sv_trim(field(page, "q"));
    chosen->only = place_only_read(field(page, "only"));
    if (chosen->all)
        return uidnext.n > 0 ? sv_to_u32(uidnext, &chosen->uidnext) : STATUS_OK;
    enum status st = uid_set_read(page->arena, field(page, "uids"), CHOSEN_MAX, &chosen->uids);
    return st == STATUS_OK && chosen->uids.n == 0 ? STATUS_INVALID : st;
}

enum status chosen_read(struct page *page, const struct folders *folders, struct chosen *out)
{
    struct chosen chosen = {0};
    struct sv name = field(page, "folder");
    chosen.folder = name.n > 0 ? folder_find(folders, name) : NULL;
    if (name.n > 0 && (!chosen.folder || !chosen.folder->selectable)) {
        diagnosis_set(&page->diagnosis, STAGE_COMMAND, CAUSE_MAILBOX_MISSING, "", 0, NULL);
        return STATUS_NOT_FOUND;
    }
    enum status st = read_some(page, &chosen);
    if (st == STATUS_OK)
        *out = chosen;
    return st;
}

struct place chosen_place(const struct chosen *chosen)
{
    return (struct place){.folder = chosen->folder->name,
                          .q = chosen->q,
                          .only = chosen->only,
                          .sorting = {IMAP_ORDER_ARRIVAL, true},
                          .page = 1};
}

/* ---- all of them ---- */

static struct imap_uids before(struct imap_uids ascending, uint32_t uidnext)
{
    while (uidnext > 0 && ascending.n > 0 && ascending.p[ascending.n - 1] >= uidnext)
        ascending.n--;
    return ascending;
}

static enum status find_all(struct page *page, struct imap *imap, struct chosen *chosen)
{
    const struct place place = chosen_place(chosen);
    struct listing_request listing = place_request(page, &place, chosen->folder);
    struct imap_call call = page_call(page);
    struct order_window window = {0};
    enum status st = imap_refresh(imap, &call);
    listing.order.kept_only = false;
    if (st == STATUS_OK && place_is_search(&place))
        st = order_window(page->session, imap, &call, &listing.order, 0, CHOSEN_ALL_MAX + 1,
                          &window);
    else if (st == STATUS_OK)
        st = imap_search(imap, &call, NULL, &window.uids);
    if (st != STATUS_OK)
        return st;
    if (window.uids.n > CHOSEN_ALL_MAX)
        return STATUS_TOO_LARGE;
    chosen->uids = before(imap_uids_sorted(page->arena, window.uids), chosen->uidnext);
    return STATUS_OK;
}

enum status chosen_find(struct page *page, struct imap *imap, struct chosen *chosen)
{
    struct imap_call call = page_call(page);
    enum status st = imap_select(imap, &call, chosen->folder->name, IMAP_READ_ONLY);
    if (st == STATUS_OK && chosen->some &&
        imap_selected(imap)->uidvalidity != chosen->uidvalidity) {
        diagnosis_set(&page->diagnosis, STAGE_COMMAND, CAUSE_MAILBOX_CHANGED, "", 0, NULL);
        return STATUS_CHANGED;
    }
    return st == STATUS_OK && chosen->all ? find_all(page, imap, chosen) : st;
}

/* ---- the same again ---- */

static void put_field(struct node node, size_t *n, const char *name, struct sv value)
{
    struct node item = node_item(node, "Fields", (*n)++);
    node_put_cstr(item, "name", name);
    node_put(item, "value", value);
}

void chosen_put_fields(struct page *page, struct node node, const struct chosen *chosen)
{
    static const char *const ONLY[] = {
        [PLACE_ALL] = "", [PLACE_UNREAD] = "unread", [PLACE_FLAGGED] = "flagged"};
    size_t n = 0;
    put_field(node, &n, "folder", chosen->folder->name);
    put_field(node, &n, "v", arena_printf(page->arena, "%u", chosen->uidvalidity));
    if (!chosen->all) {
        put_field(node, &n, "uids", uid_set_write(page->arena, chosen->uids, CHOSEN_TEXT_MAX));
        return;
    }
    put_field(node, &n, "all", SV("1"));
    if (chosen->uidnext > 0)
        put_field(node, &n, "uidnext", arena_printf(page->arena, "%u", chosen->uidnext));
    if (chosen->q.n > 0)
        put_field(node, &n, "q", chosen->q);
    if (chosen->only != PLACE_ALL)
        put_field(node, &n, "only", sv_of(ONLY[chosen->only]));
}
