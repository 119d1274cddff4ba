/* search_write.h — the search form's fields as the words of the search language, and back to where
 * a filter's form can take them. */
#ifndef VM_SEARCH_WRITE_H
#define VM_SEARCH_WRITE_H

#include "page.h"

/* True if some field of the form, other than q, says something. */
bool search_fields_given(const struct inputs *form);
/* The query: q as it stands, then a term for each field, with the operators of the language.
 * Fields: from, to, subject, text, list, tag, after, before, larger, smaller, attachment, unread,
 * flagged, and refine (more words). */
struct sv search_write(struct arena *arena, const struct locale *locale, const struct inputs *form);

/* True if a message that "before after" finds is found by `before` too: neither a quotation that is
 * still open nor an OR joins the two, and no other place is named. */
bool search_narrows(struct sv before, struct sv after);

/* What a filter can be made of: "/filters/edit?from=…&to=…&subject=…&list=…&larger=…&attachment=1"
 * (larger in bytes). Empty, if the query says something that no filter does: an OR, a negation, a
 * date, a mark, a word in a text, one in several headers, or one condition twice. */
struct sv search_filter_url(struct arena *arena, struct sv q);

#endif
