/* visit_words.h — browsers, sessions and visits in the reader's language, and what every page of a
 * full session says of sign-ins that its user has not been told of. */
#ifndef VM_VISIT_WORDS_H
#define VM_VISIT_WORDS_H

#include "page.h"
#include "visit.h"

/* "Firefox on Linux", "Firefox", "a browser that we do not know". */
struct sv visit_agent(const struct locale *locale, struct arena *arena, struct sv agent);
/* "3 letters opened, 1 sent, 2 files saved"; "nothing opened". */
struct sv visit_deeds(struct page *page, const uint64_t done[STORE_VISIT_KINDS]);
/* News.N of the layout (top.cs): in a full session, when a person looks. */
void visit_news_put(struct page *page);

#endif
