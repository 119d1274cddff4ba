/* fetch.h — one HTTP request to a server that a stranger chose (RFC 9110, 9112).
 *
 * What the letter of a stranger names is asked for from within our own network, so the request must
 * reach nothing that the stranger could not reach himself: http and https only, on a port of the
 * web's, and only to public addresses (base/network.h) that are not this machine's own. The address
 * is judged where the connection is made, in whatever way it was written and whatever the name
 * resolves to at that moment. And it must say nothing about who reads: no cookie, no Referer, no
 * language, no authentication, no address but this machine's, one name for every browser.
 *
 * No redirect is followed. Thread-safe; a request shares nothing with another but the trust.
 */
#ifndef VM_FETCH_H
#define VM_FETCH_H

#include "arena.h"
#include "clock.h"
#include "flow.h"
#include "network.h"
#include "stream.h"

enum { FETCH_URL_MAX = 8192, FETCH_HEAD_MAX = 64 * 1024 };

enum fetch_method { FETCH_GET, FETCH_POST };

struct fetch_answer {
    unsigned code;          /* 200 to 599 */
    struct sv content_type; /* as the server wrote it, "" for none; to be judged by the caller */
    struct sv location;     /* of a 3xx: made absolute; "" if there is none that can be asked for */
};

struct fetch_request {
    enum fetch_method method;
    struct sv url;               /* absolute; up to FETCH_URL_MAX bytes; no user, no password */
    struct sv body;              /* FETCH_POST */
    const char *type;            /* FETCH_POST: the body's media type */
    const char *accept;          /* media types that are welcome, NULL for any */
    struct deadline deadline;    /* of everything, the name's resolution included */
    const struct networks *also; /* may be asked too, though not public; NULL for none */
    const struct trust *trust;   /* for https; NULL: https fails */
    /* The body of a 2xx answer goes to sink, in pieces of at most 16 KB. begin comes before it,
     * with sink's context, and may refuse by its status. Without a sink (sink.write is NULL) no
     * body is read, nor is that of any other answer. */
    uint64_t max_bytes; /* of the body; more is STATUS_TOO_LARGE, at once if the server says so */
    enum status (*begin)(void *context, const struct fetch_answer *answer); /* may be NULL */
    struct sink sink;
};

/* STATUS_OK: the server answered, with whatever code. STATUS_INVALID: not such a URL, or a port
 * that is not the web's. STATUS_DENIED: no address of this name may be asked; no packet was sent to
 * any. STATUS_TOO_LARGE, STATUS_UNREACHABLE, STATUS_TLS, STATUS_TIMEOUT, STATUS_CLOSED (also: a
 * body cut short), STATUS_PROTOCOL; what begin or the sink returned. d (may be NULL) tells host and
 * port, and stage and cause if it is not to blame on the caller; never more of the URL. */
enum status net_fetch(const struct fetch_request *request, struct arena *arena,
                      struct fetch_answer *answer, struct diagnosis *d) MUST_USE;

#endif
