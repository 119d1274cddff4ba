/* search_saved.h — searches that have a name: in the folder column, as folders that no server has.
 */
#ifndef VM_SEARCH_SAVED_H
#define VM_SEARCH_SAVED_H

#include "search_place.h"

/* Fills Searches.N of the page's view: name, url, flag current. A store that fails costs the page
 * nothing but them. */
void search_saved_put(struct page *page);

/* POST /search with act = save (name, and the place), rename (saved, name), forget (saved). Answers
 * with a redirect; what was wrong is told in the status line. */
enum status search_saved_change(struct page *page, struct sv act) MUST_USE;
bool search_saved_is_act(struct sv act);

#endif
