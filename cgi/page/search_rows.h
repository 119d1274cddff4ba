/* search_rows.h — one page of what a search across folders has found. */
#ifndef VM_SEARCH_ROWS_H
#define VM_SEARCH_ROWS_H

#include "listing.h"
#include "search_place.h"
#include "selection.h"

struct search_row {
    struct seek_hit hit;
    struct sv folder; /* raw name */
    uint32_t uidvalidity;
    bool there; /* else it has gone since it was found */
    struct listing_row row;
};

struct search_rows {
    struct search_row *p;
    size_t n;
};

/* The rows from `skip` on. Asks one folder after the other; a message, or a folder, that has gone
 * meanwhile is taken out of what the search has found, and the rows behind come up. */
enum status search_rows_load(struct page *page, const struct folders *folders, struct seek *seek,
                             uint32_t skip, uint32_t count, struct search_rows *rows) MUST_USE;

/* Groups.N.Rows.M as templates/search.cs says. `ticked` is left with what is on no row; NULL: all
 * of them are ticked. back: this page's address, which the messages carry along. */
void search_rows_put(struct page *page, const struct folders *folders,
                     const struct search_rows *rows, struct sv back, struct selection *ticked);

#endif
