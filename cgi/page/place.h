/* place.h — where a reader is: a page of a folder or of a search, in some order. It is what the
 * query of GET /mail says, and what a link to a message carries along, so that "back", "previous"
 * and "next" find it again. */
#ifndef VM_PLACE_H
#define VM_PLACE_H

#include "folder.h"
#include "listing.h"
#include "page.h"

enum place_only { PLACE_ALL, PLACE_UNREAD, PLACE_FLAGGED };

struct place {
    struct sv folder; /* never empty */
    struct imap_sorting sorting;
    struct sv q; /* what was typed into the search field; may be empty */
    enum place_only only;
    uint32_t page;      /* from 1 */
    bool threads;       /* by conversation: the order is that of arrival then */
    bool threads_usual; /* as the user's preference for the folder has it; left out of addresses */
    struct sv search;   /* the address of the search across folders that a message was found by (see
                           search_place.h); or empty */
};

/* The names of orders in URLs: "arrival", "date", "from", "to", "cc", "subject", "size". */
const char *place_order_name(enum imap_order order);
/* Newest first, A to Z, largest first. */
bool place_order_descends(enum imap_order order);

/* The value of `only` in a query or form; anything else is PLACE_ALL. */
enum place_only place_only_read(struct sv text);
/* From the request's query and the preferences; what is missing or wrong is INBOX, arrival, page 1.
 */
struct place place_read(struct page *page);
/* "/mail?folder=…", or the search; what is as it would be anyway is left out. path: "/mail",
 * "/message". */
struct sv place_url(struct arena *arena, const char *path, const struct place *place);
/* The same with v and uid. */
struct sv place_message_url(struct arena *arena, const char *path, const struct place *place,
                            uint32_t uidvalidity, uint32_t uid);
/* True if a search or a restriction is on. */
bool place_is_search(const struct place *place);
/* What listing_load() needs to show it, after a folder list. folder: the place's, or NULL if it is
 * not in the list. What is searched deeply is taken from what is kept, or STATUS_CANCELLED
 * (opening.h). */
struct listing_request place_request(struct page *page, const struct place *place,
                                     const struct folder *folder);

#endif
