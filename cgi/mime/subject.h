/* subject.h — what a subject says without the marks of replying and forwarding. */
#ifndef VM_SUBJECT_H
#define VM_SUBJECT_H

#include <stdbool.h>

#include "str.h"

struct arena;

/* The base subject of a decoded subject after RFC 5256 section 2.1: without "Re:", "Fwd:", "(fwd)",
 * "[list]" and the like, and the same in French and other languages ("RE :", "TR :", "Réf :",
 * "AW:", "SV:"); white space collapsed. A subject of nothing but "[…]" stays. *reply (may be NULL)
 * says whether a mark of replying or forwarding was taken off. */
struct sv subject_base(struct arena *arena, struct sv subject, bool *reply);
/* The subject of a reply or a forward: prefix ("Re: ", "Fwd: ") before the subject without its own
 * leading marks; [list] tags stay. */
struct sv subject_prefix(struct arena *arena, struct sv prefix, struct sv subject);

#endif
