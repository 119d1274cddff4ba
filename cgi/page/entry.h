/* entry.h — the end of a sign-in: somebody is in now, by the password alone or after a second step.
 */
#ifndef VM_ENTRY_H
#define VM_ENTRY_H

#include "page.h"

/* This page or another of the sign-in, with the language and the place to go to (lang, next) that
 * came with the request. */
struct sv entry_url(struct page *page, const char *path);
/* For page->session, which is whole: logs it, keeps a chosen language, gives the browser the token
 * and sends it on: entry_target(), or a place of our own before that. */
enum status entry_finish(struct page *page, const char *token, struct sv target) MUST_USE;
/* Where its user wanted to go. */
struct sv entry_target(struct page *page);

#endif
