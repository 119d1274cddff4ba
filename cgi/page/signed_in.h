/* signed_in.h — what follows when somebody is in: places, visits and the news of them
 * (session/visit.h). */
#ifndef VM_SIGNED_IN_H
#define VM_SIGNED_IN_H

#include "page.h"

/* Once for each session, when its sign-in is complete: after the second factor, where there is one.
 * Sets page->after, in which the message of an announcement goes to the inbox if the user wants
 * one. Whatever fails is logged: nobody stays outside for it. */
void signed_in(struct page *page, struct session *session);

#endif
