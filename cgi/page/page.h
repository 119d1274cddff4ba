/* page.h — what one request has at hand, and what all pages share.
 *
 * A page is one function: it reads page->request, asks the model, fills a view, and either renders
 * it, redirects, streams something else, or returns a status. Whatever it returns without having
 * answered is answered for it: STATUS_OK is a fault, anything else becomes the failure page with
 * page->diagnosis. Who may come in, and with which token, stands in the route table (cgi/route.c);
 * no page checks that for itself.
 *
 * Everything lives in page->arena until the answer is out and page->after, if set, has run.
 */
#ifndef VM_PAGE_H
#define VM_PAGE_H

#include "arena.h"
#include "dates.h"
#include "filter.h"
#include "form.h"
#include "gate.h"
#include "imap.h"
#include "jail.h"
#include "job.h"
#include "network.h"
#include "pass.h"
#include "preferences.h"
#include "request.h"
#include "response.h"
#include "sending.h"
#include "session.h"
#include "spool.h"
#include "template.h"
#include "throttle.h"
#include "upload.h"

/* What letters name on the web and may be asked for on a reader's behalf, by net_fetch(). */
struct web {
    struct networks also; /* the site's own, though not public */
    struct trust *trust;
    bool unsubscribe;   /* one-click POSTs of List-Unsubscribe are made */
    bool image_proxy;   /* remote images come through us: their server does not see the reader */
    uint64_t image_max; /* bytes of one */
};

/* One site's settings as the pages need them. Read-only while a request runs. */
struct site {
    struct sv name, help_url;
    struct sv tagline[LANGUAGE_COUNT], motd[LANGUAGE_COUNT]; /* empty: none */
    enum language language; /* when the browser asks for none of ours */
    struct sv zone;         /* IANA name, until the user chooses */
    struct sv domain;       /* completes a login without "@" to an address; names our Message-IDs */
    struct stream_target smtp;
    struct sv smtp_client_name; /* what EHLO says */
    struct filter_site filters;
    struct jail jail;
    struct proxies proxies;
    struct web web;
    struct sv address;        /* "https://mail.example.org"; empty: as the browser calls it */
    bool second_required;     /* nobody comes in without a second factor */
    struct sv authentication; /* names whose Authentication-Results are believed; empty: none */
    const char *spool_directory;
    struct networks public_from; /* whoever comes from there is at a public computer */
    uint64_t upload_max;         /* bytes of all files of one form */
    uint64_t import_max;         /* bytes of what is imported at once */
    int64_t request_ms;          /* deadline of one request */
    struct session_limits limits;
    bool app_passwords; /* one may be sealed into passes instead of the real password */
    struct sending sending;
};

struct app {
    const struct site *site;
    const struct templates *templates;
    struct sessions *sessions;
    struct gate *gate; /* costly work on the IMAP server */
    struct jobs *jobs; /* long work, done by the gate */
    struct store *store;
    struct passes *passes;     /* NULL: none are made here */
    struct throttle *throttle; /* who may try a password now (door.h) */
    unsigned costly_slots;     /* requests that may wait at the gate at the same time (costly.h) */
    unsigned lasting_slots;    /* requests that last as long as their bytes (lasting.h) */
    const _Atomic bool *stopping; /* the program ends; may be NULL */
    unsigned image_slots; /* requests at the same time for images and to other strange servers */
};

struct page {
    const struct app *app;
    const struct site *site;
    struct request *request;
    struct request_env env;
    struct upload_stream *upload; /* the files of a form that is taken while it arrives */
    struct lasting *lasting;      /* of that form (lasting.h); ended with the request */
    struct response *response;
    struct arena *arena;
    struct deadline deadline;
    struct session *session; /* NULL where the route asks for no sign-in */
    bool rescue;     /* the session has just expired: only saving the form to Drafts is allowed */
    bool keep_typed; /* what is typed on the route's form is no secret, and given back (again.h) */
    bool stale; /* the form is of another session of its writer: kept and shown, never obeyed */
    struct preferences preferences;
    enum language language;
    const struct locale *locale;
    struct dates dates; /* language, the user's zone, now */
    struct spool spool; /* the uploads of request->uploads */
    struct diagnosis diagnosis;
    struct view *view; /* page_view() */
    struct imap *imap; /* page_imap(); given back when the request is over */
    /* Runs after the answer has been sent, with the connection still held: for what the reader need
     * not wait for (marking as read). */
    void (*after)(struct page *page);
    void *after_context;
    struct receipt_line *receipt; /* what a public session did: receipt.h */
    struct arena *also;           /* NULL, or another one that is freed with the request */
};

/* Lends the session's connection, once per request; the same one from then on. mailbox: the one
 * that will be selected, or empty. */
enum status page_imap(struct page *page, struct sv mailbox, struct imap **imap) MUST_USE;
/* For imap_* functions: the request's arena, deadline and diagnosis. */
struct imap_call page_call(struct page *page);

/* The page's view with everything that top.cs names except the folder list (folder_list.h). */
struct view *page_view(struct page *page);
/* Renders the template (a literal) as the answer, with this HTTP status. */
#define page_render(page, code, name) page_render_((page), (code), "" name)
enum status page_render_(struct page *page, unsigned code, const char *name) MUST_USE;

/* A failure in the user's language: "failure.KEY.*" of the catalogues, by the cause that the
 * diagnosis names, else by the status. Places there: {0} host, {1} the day that matters of the
 * certificate's validity, {2} its names. */
struct page_words {
    struct sv title, cause, remedy;
};
struct page_words page_words(struct page *page, enum status why, const struct diagnosis *d);
/* Fills Failure.* of the view: for a page that shows the failure among its own things. */
void page_put_failure(struct page *page, enum status why);
/* Words of others, as they can stand between the quotation marks of a log line. */
struct sv page_log_words(struct page *page, struct sv words);
void page_log_failure(struct page *page, enum status why);
/* Logs it and answers with the failure page. Not after the response has started. */
enum status page_failure(struct page *page, enum status why) MUST_USE;

/* 303 to a place of our own. */
enum status page_redirect(struct page *page, struct sv target) MUST_USE;
/* The local path in the form field or query parameter `name`, or `otherwise`. */
struct sv page_return_path(struct page *page, const char *name, struct sv otherwise);

/* Whose browser this is, as sessions know it. */
struct browser page_browser(const struct page *page);

/* The user's address: the preference, else the login, completed with the site's domain. */
struct sv page_user_address(struct page *page);
/* What stands behind its "@", or empty. */
struct sv page_user_domain(struct page *page);

#endif
