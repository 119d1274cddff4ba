#include "chosen.h"

#include "uid_set.h"

enum status chosen_read(struct page *page, struct imap *imap, const struct folders *folders,
                        struct chosen *out)
{
    const struct inputs *query = &page->request->query;
    struct chosen chosen = {0};
    struct sv name = inputs_get(query, "folder"), uids = inputs_get(query, "uids");
    chosen.folder = name.n > 0 ? folder_find(folders, name) : NULL;
    if (name.n > 0 && (!chosen.folder || !chosen.folder->selectable)) {
        diagnosis_set(&page->diagnosis, STAGE_COMMAND, CAUSE_MAILBOX_MISSING, "", 0, NULL);
        return STATUS_NOT_FOUND;
    }
    if (uids.n == 0) {
        *out = chosen;
        return STATUS_OK;
    }
    struct imap_call call = page_call(page);
    enum status st = uid_set_read(page->arena, uids, CHOSEN_MAX, &chosen.uids);
    chosen.some = true;
    if (st == STATUS_OK && (name.n == 0 || chosen.uids.n == 0))
        st = STATUS_INVALID;
    if (st == STATUS_OK)
        st = sv_to_u32(inputs_get(query, "v"), &chosen.uidvalidity);
    if (st == STATUS_OK)
        st = imap_select(imap, &call, name, IMAP_READ_ONLY);
    if (st == STATUS_OK && imap_selected(imap)->uidvalidity != chosen.uidvalidity) {
        diagnosis_set(&page->diagnosis, STAGE_COMMAND, CAUSE_MAILBOX_CHANGED, "", 0, NULL);
        st = STATUS_CHANGED;
    }
    if (st == STATUS_OK)
        *out = chosen;
    return st;
}
