/* route.h — the only gate: every request passes the table in route.c, and no page checks for
 * itself who may come in. */
#ifndef VM_ROUTE_H
#define VM_ROUTE_H

#include "page.h"

/* Serves one request: route, session, token, form, page, or the failure page. `page` is the
 * caller's; after the answer has been handed to the web server it calls route_finish(). Anything
 * but STATUS_OK: the answer is not whole, and the web server must not take it for whole. */
enum status route_serve(const struct app *app, struct request_env env, struct source body,
                        struct sink out, struct arena *arena, struct page *page) MUST_USE;
/* Gives back what others wait for: the IMAP connection, the place of a lasting request. */
void route_release(struct page *page);
/* Runs page->after, gives everything back. */
void route_finish(struct page *page);

/* The table, for the tests that are generated from it. */
enum route_need {
    NEED_SIGN_IN = 1,     /* a live session; its CSRF token too, if it is a POST */
    NEED_LOGIN_TOKEN = 2, /* the sign-in form's own token */
    NEED_UPLOADS = 4,     /* takes files */
    NEED_POLL = 8,        /* asked by the page itself: extends no session */
    NEED_RESCUE = 16,     /* an expired session's form may still be saved */
    NEED_STREAM = 64,     /* takes files while they arrive: page->upload */
    MAY_BE_PICTURE = 32,  /* an <img> may ask for it, one in a letter too */
    NEED_FULL = 128,      /* not in a public session */
    NEED_WRITE = 256,     /* not in a session that may only read */
    NEED_HALF = 512,      /* only in one whose second factor is still to come */
    KEEP_TYPED = 1024,    /* a form that comes too late is given back to its writer (again.h) */
};
struct route {
    enum method method;
    const char *path;
    unsigned needs;
    enum status (*page)(struct page *page);
};
extern const struct route routes[];
extern const size_t route_count;

#endif
