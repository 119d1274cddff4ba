#include "rights.h"

enum status rights_load(struct page *page, struct imap *imap, const struct folder *folder, bool ask,
                        unsigned *bits)
{
    struct imap_rights rights = {.bits = IMAP_RIGHTS_ALL};
    const struct imap_call quiet = {.arena = page->arena, .deadline = page->deadline};
    if (!folder || (folder->realm == IMAP_REALM_OWN && !ask)) {
        *bits = IMAP_RIGHTS_ALL;
        return STATUS_OK;
    }
    enum status st = imap_my_rights(imap, &quiet, folder->name, &rights);
    if (st != STATUS_OK && !imap_usable(imap))
        return st;
    *bits = rights.bits;
    return STATUS_OK;
}

enum status rights_fill(struct page *page, struct imap *imap, const struct folder *folder,
                        struct node node)
{
    unsigned bits;
    const struct imap_mailbox *selected = imap_selected(imap);
    enum status st = rights_load(page, imap, folder, false, &bits);
    if (st != STATUS_OK)
        return st;
    if (selected && selected->read_only)
        bits &= IMAP_RIGHT_LOOKUP | IMAP_RIGHT_READ;
    unsigned remove = IMAP_RIGHT_REMOVE | IMAP_RIGHT_EXPUNGE;
    node_put_flag(node, "no_seen", !(bits & IMAP_RIGHT_SEEN));
    node_put_flag(node, "no_write", !(bits & IMAP_RIGHT_WRITE));
    node_put_flag(node, "no_remove", (bits & remove) != remove);
    node_put_flag(node, "no_file", !(bits & IMAP_RIGHT_INSERT));
    return STATUS_OK;
}
