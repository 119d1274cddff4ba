/* request.h — one HTTP request as the pages see it.
 *
 * request_init() reads what came before the body; the body is read by form.h afterwards, once the
 * route is known, with the limits of that route. Everything lives in the arena that the caller
 * lends for the time of the request. Every view is checked: no NUL, header values without control
 * characters, within REQUEST_*_MAX; a header that breaks this is as if absent.
 */
#ifndef VM_REQUEST_H
#define VM_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "input.h"
#include "proxy.h"
#include "str.h"

enum {
    REQUEST_URI_MAX = 16 * 1024,
    REQUEST_HEADER_MAX = 8 * 1024,
    REQUEST_QUERY_MAX = 1000, /* entries of the query */
    REQUEST_UPLOADS_MAX = 100 /* files of one form */
};

enum method { METHOD_GET, METHOD_HEAD, METHOD_POST, METHOD_OTHER };

/* Looks a CGI variable up (RFC 3875): its value, or NULL. The value outlives the request. */
struct request_env {
    const char *(*get)(void *context, const char *name);
    void *context;
    /* Lets the exchange with the web server last so much longer from now on; may be NULL. */
    void (*extend)(void *context, int64_t ms);
};

/* A file of a form: `length` bytes from `offset` in the form's spool (form.h). */
struct upload {
    struct sv name;       /* of the field */
    struct sv filename;   /* UTF-8, one line, without a path; never empty */
    struct sv media_type; /* "type/subtype", lower case; application/octet-stream if unknown */
    uint64_t offset;
    uint64_t length;
};

struct request {
    struct arena *arena; /* lent */
    struct sv id;        /* short and random: for the log and for error pages */
    enum method method;
    struct sv path; /* decoded, starts with '/', no control character, no "." or ".." segment */
    struct sv raw_query; /* as sent, behind the question mark: for return paths */
    struct inputs query; /* decoded */
    struct inputs form;  /* the body's, after form_read() */
    struct upload *uploads;
    size_t upload_count;
    enum status upload_failed; /* why a file of the form was not kept: the first one's failure */
    struct sb uploads_lost;    /* the names of those that were not, a line each, as many as fit */
    char client[PROXY_ADDRESS_MAX]; /* normalised address of the client, "unknown" if none */
    uint64_t content_length;        /* 0 if absent */
    struct sv content_type;
    struct sv host; /* Host, with its port if it came with one; letters, digits, ".-_:[]" only */
    struct sv cookie;
    struct sv origin;
    struct sv fetch_site; /* Sec-Fetch-Site */
    struct sv fetch_mode; /* Sec-Fetch-Mode */
    struct sv referer;
    struct sv accept_language;
    struct sv user_agent;
    struct sv requested_with; /* X-Requested-With */
    struct sv if_none_match;
};

/* STATUS_INVALID for a path or query that breaks the rules above, STATUS_TOO_LARGE for one that is
 * too long. On failure id, client and method are set all the same: for the log and the answer. */
enum status request_init(struct request *request, struct arena *arena, struct request_env env,
                         const struct proxies *proxies) MUST_USE;

/* The first value of that name in the form, else in the query; the empty view (p == NULL) if there
 * is none. What must not come from a link (the CSRF token) is asked of request->form itself. */
struct sv request_param(const struct request *request, const char *name);
bool request_has(const struct request *request, const char *name);
/* Each value in turn, those of the form first; start with *at == 0. */
bool request_param_next(const struct request *request, const char *name, size_t *at,
                        struct sv *value);
/* Decimal digits only. STATUS_NOT_FOUND if absent, STATUS_INVALID if not such a number. */
enum status request_u32(const struct request *request, const char *name, uint32_t *out) MUST_USE;
enum status request_u64(const struct request *request, const char *name, uint64_t *out) MUST_USE;

/* False if Origin or Sec-Fetch-Site is present and says that another site sent this; true if they
 * say it was us or if neither is present (text browsers). For requests that change something; the
 * CSRF token is checked besides. */
bool request_same_site(const struct request *request);
/* True if a page's own script asks, with nobody there (X-Requested-With: poll). */
bool request_by_itself(const struct request *request);
/* The path as it came, percent-encoded and so without a blank, as in request_target(). */
struct sv request_path_raw(const struct request *request);
/* Path and query for a return path: "/mail?folder=INBOX"; "/" if that is not target_is_local(). */
struct sv request_target(const struct request *request);
/* True if `target` is a place of our own that a redirect may go to: a single '/' first, no
 * backslash, no control character, no space, ASCII only, at most REQUEST_URI_MAX. */
bool target_is_local(struct sv target);

#endif
