/* costly.h — what costs the IMAP server much, asked for by a page: through the gate (gate.h), with
 * a page to wait on.
 *
 * Costly is what grows with the mailbox: the first opening of a large folder, its first sort, a
 * search in texts, a thread. Everything else goes straight over page_imap(). A page asks for the
 * work before it needs the result:
 *
 *     st = page_costly(page, &costly, &waiting);
 *     if (st != STATUS_OK || waiting)
 *         return st;
 *
 * and then finds in a session slot what the work has left there. Working gate, idle server: this
 * takes as long as the work and some 0.1 ms. Otherwise it answers after COSTLY_WAIT_MS with
 * waiting.cs (202), which says what is being done and the place in the queue, asks for the same
 * address again by itself, and can be left (POST /leave). Whoever comes back with the same key
 * finds the same work.
 */
#ifndef VM_COSTLY_H
#define VM_COSTLY_H

#include "page.h"
#include "share.h"

enum {
    COSTLY_WAIT_MS = 1000, /* of a request, while app->costly_slots are not taken, of which one user
                              gets half */
    COSTLY_GLANCE_MS = 20  /* of the others, and of what a page's own script asks for */
};

struct costly {
    struct sv key; /* names the work in its session; words first, then what it depends on */
    enum status (*step)(struct gate_turn *turn, void *context); /* see gate.h */
    void *context; /* belongs to the gate from page_costly() on, whatever that returns */
    void (*free_context)(void *context);
    struct sv what; /* what is being done, in the reader's language: "Premier tri de « Amis »" */
    struct sv leave_url; /* where leaving goes; empty: to the inbox */
    const char *anchor;  /* where in the page the result stands, "#preview"; NULL: at its top */
    struct sv back_act;  /* after a POST of a form that people typed: the value of its field `act`
                            that shows it again as it was; leaving is that then */
    bool by_itself; /* a page's own script may begin it too (request_by_itself()); else that gets
                       the waiting page */
};

/* Gives page->imap back first, so that the work finds that very connection. STATUS_OK with *waiting
 * false: done; with true: the answer has been given and the page function returns. Anything else is
 * what the work returned, with its diagnosis in page->diagnosis, or STATUS_UNAVAILABLE with
 * CAUSE_BUSY: this user has too many works.
 *
 * After a POST the waiting page asks again by a form with the same fields, so the page must do
 * nothing that may not be done twice before it is through here; uploads do not come along. */
enum status page_costly(struct page *page, const struct costly *costly, bool *waiting) MUST_USE;

struct costly_wait {
    struct share_part part; /* costly.c's */
    int64_t ms;             /* how long this request may wait */
};

/* For a page that has its own way of showing work that goes on. Each needs its end, and *out stays
 * where it is until then. */
void costly_wait_begin(const struct page *page, struct costly_wait *out);
void costly_wait_end(struct costly_wait *wait);

#endif
