/* outside.h — a share of the threads for requests to servers that strangers have chosen, which may
 * take all the time that they are given: the others remain for mail. */
#ifndef VM_OUTSIDE_H
#define VM_OUTSIDE_H

#include "page.h"

/* False: as many as may be are under way. Otherwise outside_leave() is due. Thread-safe. */
bool outside_enter(const struct page *page) MUST_USE;
void outside_leave(void);

#endif
