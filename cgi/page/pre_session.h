/* pre_session.h — the token of forms that are there before anybody is signed in. */
#ifndef VM_PRE_SESSION_H
#define VM_PRE_SESSION_H

#include "page.h"

/* Csrf of the view: bound to a random cookie, which the browser gets if it has none
 * (NEED_LOGIN_TOKEN of the route table checks it). */
void pre_session_put(struct page *page, struct node root);

#endif
