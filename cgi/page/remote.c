/* POST /remote: remembers the sender of a message as one whose remote images are always shown, or
 * forgets one. Fields: csrf, here (where to go then); act=always with folder, v and uid of the
 * message, or act=forget with sender. */
#include "remote.h"
#include "flash.h"
#include "link.h"
#include "pages.h"

/* The address comes from the message itself, so that what is remembered is what was seen; that of a
 * message inside another is whatever the outer one's sender wrote. */
static enum status always(struct page *page)
{
    struct target target;
    struct imap *imap;
    struct letter letter;
    struct imap_call call = page_call(page);
    enum status st = target_read_from(page, &page->request->form, &target);
    if (st == STATUS_OK && target.nested.n > 0)
        st = STATUS_INVALID;
    if (st == STATUS_OK)
        st = target_select(page, &target, &imap);
    if (st == STATUS_OK)
        st = letter_load(imap, &call, target.uid, SV(""), LETTER_PLAIN, &letter);
    if (st != STATUS_OK)
        return st;
    struct sv sender = remote_sender(page->arena, &letter);
    if (sender.n == 0)
        return STATUS_INVALID;
    return store_remote_sender_put(page->app->store, session_user(page->session), sender);
}

enum status page_remote(struct page *page)
{
    const struct inputs *form = &page->request->form;
    struct sv act = inputs_get(form, "act"), sender = inputs_get(form, "sender");
    enum status st = STATUS_INVALID;
    if (sv_eq(act, SV("always")))
        st = always(page);
    else if (sv_eq(act, SV("forget")))
        st = store_remote_sender_delete(page->app->store, session_user(page->session), sender);
    if (st != STATUS_OK)
        return st;
    if (sv_eq(act, SV("forget")))
        flash_set(page, locale_format(page->locale, page->arena, "remote.forgotten", sender),
                  SV(""), false);
    return page_redirect(page, page_return_path(page, "here", SV("/mail")));
}
