/* search_place.h — where a reader is in a search across folders: what the query of GET /search
 * says. */
#ifndef VM_SEARCH_PLACE_H
#define VM_SEARCH_PLACE_H

#include "page.h"
#include "place.h"
#include "seek.h"

struct search_place {
    struct sv q; /* what was typed; may be empty: every message */
    bool here;   /* one folder alone, which is a page of GET /mail */
    enum seek_scope scope;
    struct sv folder; /* the one it was asked from; never empty */
    uint32_t page;    /* from 1 */
    struct sv saved;  /* the name of the saved search; or empty */
};

/* The names of scopes in URLs, forms and the store: "all", "subscribed", "below"; "here". */
const char *search_scope_name(const struct search_place *place);
/* STATUS_INVALID if it is none of them. */
enum status search_scope_find(struct sv name, struct search_place *place) MUST_USE;

/* What is missing or wrong is: everywhere, INBOX, page 1. */
struct search_place search_place_read(const struct inputs *query);
/* "/search?q=…&in=…"; of SEARCH_HERE "/mail?folder=…&q=…". */
struct sv search_place_url(struct arena *arena, const struct search_place *place);

/* What dans: in the query says, instead of the place's own scope: a folder (by label, path or raw
 * name) with those below it, "partout", "abonnés" and their English names. False if there is no
 * such folder. */
bool search_place_resolve(struct page *page, const struct folders *folders,
                          struct search_place *place);
/* The day on which queries are read, in the reader's zone. */
struct imap_day search_today(const struct page *page);

/* True if that is the address of a search, as reading pages carry it along to find back. */
bool search_place_is_url(struct sv url);
/* Its place. */
struct search_place search_place_of_url(struct arena *arena, struct sv url);

#endif
