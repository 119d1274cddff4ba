/* search_all.h — choosing all that a search across folders has found, not only one page of it. */
#ifndef VM_SEARCH_ALL_H
#define VM_SEARCH_ALL_H

#include "page.h"
#include "seek.h"

/* True if the request asks for the result with all of it chosen. */
bool search_all_asked(const struct page *page);
/* What that adds to an address. */
#define SEARCH_ALL_FIELD "&all=1"
/* Fills Seek.All of templates/search.cs. url: this page's address; rows: of the page; chosen: they
 * are chosen now. A search that goes on means what it has found so far, and its texts say so. */
void search_all_put(struct page *page, struct node seek_node, struct seek *seek, size_t rows,
                    struct sv url, bool chosen);

#endif
