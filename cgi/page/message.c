/* GET /message: one message on a page of its own. */
#include "folder_list.h"
#include "link.h"
#include "opening.h"
#include "pages.h"
#include "reading.h"

enum status page_message(struct page *page)
{
    struct target target;
    struct opening *opening;
    struct imap *imap;
    struct folders folders;
    struct place place = place_read(page);
    bool reads, waiting = false;
    enum status st = target_read(page, &target);
    if (st == STATUS_OK)
        st = opening_pass(page, &place, false, &opening, &waiting);
    if (waiting)
        return st;
    if (st == STATUS_OK)
        st = target_select(page, &target, &imap);
    if (st == STATUS_OK)
        st = folder_list_fill(page, imap, place.folder, &folders);
    if (st == STATUS_OK)
        st =
            page_reading_fill(page, imap, &place, &folders, target.uidvalidity, target.uid, &reads);
    if (st != STATUS_OK)
        return st;
    folder_list_search(page, &folders, place.folder, place.q);
    folder_list_targets(page, &folders, place.folder);
    return page_render(page, 200, "message");
}
