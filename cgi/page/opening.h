/* opening.h — the parts of a folder's page that may cost the server much, through the gate.
 *
 * The first opening of a large folder, its first sort by some field, its first search in headers
 * and every search in texts or for attachments are done by a thread of the gate (costly.h), rows
 * and all, and come to the page in one piece. What the session has had done before (warm.h) goes
 * straight, as does an account that had no large folder when it was last listed, in this session or
 * before.
 */
#ifndef VM_OPENING_H
#define VM_OPENING_H

#include "folder.h"
#include "listing.h"
#include "outbox.h"
#include "place.h"

/* What a page of a folder shows, as it was when the work was done. */
struct opening {
    struct arena *arena; /* holds all of it, this struct too */
    struct sv key;
    int64_t at; /* on clock_ms() */
    struct listing_request request;
    struct outbox outbox;
    unsigned works; /* enum warm_work */
    struct folders folders;
    struct outbox_doubts doubts;
    struct listing rows;
};

/* Before page_imap(). *opening: what was found, which lives as long as the request; NULL where
 * nothing costly is in it, and the page asks for itself. deep: listing_load() has said
 * STATUS_CANCELLED. *waiting as in costly.h. */
enum status opening_pass(struct page *page, const struct place *place, bool deep,
                         struct opening **opening, bool *waiting) MUST_USE;

/* The same works without the rows, for a request that lasts anyway (lasting.h) and has no page on
 * which one could wait: it waits for its turn at the gate. Gives page->imap back first if anything
 * is costly. still() is called now and then: what else than STATUS_OK it says ends the wait and is
 * returned. */
enum status opening_wait(struct page *page, const struct place *place,
                         enum status (*still)(void *context), void *context) MUST_USE;
#endif
