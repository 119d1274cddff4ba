/* login.h — the sign-in page, for what signs in otherwise than by a password (login.c). */
#ifndef VM_LOGIN_H
#define VM_LOGIN_H

#include "page.h"

/* The form again, with what was typed but for secrets. error: one sentence, or empty. */
enum status login_show(struct page *page, unsigned code, struct sv error) MUST_USE;
/* The same after a server or a store has failed, with what the diagnosis says. */
enum status login_show_failure(struct page *page, enum status why) MUST_USE;
/* Somebody is signed in, or has still to go through the second step: the browser gets the cookie of
 * the session, which is the page's from now on, and the answer leads on. */
enum status login_enter(struct page *page, const char *token, struct session *session) MUST_USE;

/* True if the form for a one-time pass is asked for (?pass=1). */
bool login_pass_asked(const struct page *page);
/* POST /login?pass=1 (login_pass.c) */
enum status login_pass(struct page *page) MUST_USE;

#endif
