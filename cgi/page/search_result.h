/* search_result.h — the result page of a search across folders. */
#ifndef VM_SEARCH_RESULT_H
#define VM_SEARCH_RESULT_H

#include "search_place.h"

/* Goes on with the search, waits a moment for what it finds, and shows what there is. */
enum status search_result(struct page *page, struct search_place *place) MUST_USE;
/* Search.more_url, Search.everywhere_url and Search.in: the way to other places and more criteria,
 * for every page that shows a list. */
void search_ways_put(struct page *page, const struct search_place *place);

/* Message.position, .prev_url, .next_url and .back_url of a message that was opened from the result
 * page `search` (its address), while that search is kept. */
void search_neighbours_put(struct page *page, struct node message, struct sv search,
                           struct sv folder, uint32_t uid);

#endif
