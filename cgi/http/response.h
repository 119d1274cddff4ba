/* response.h — one HTTP answer: status, headers, then the body as a sink.
 *
 * Headers may be set until the first byte of the body has left the buffer. A header value with a
 * control character, or headers beyond RESPONSE_HEADERS_MAX, spoil the response as a whole: it
 * becomes a bare 500 and response_end() says STATUS_INVALID; so headers are set first and checked
 * once. The security headers depend on the kind alone and cannot be left out. An answer to HEAD has
 * the headers of the GET and no body.
 */
#ifndef VM_RESPONSE_H
#define VM_RESPONSE_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "flow.h"
#include "str.h"

enum { RESPONSE_HEADERS_MAX = 16 * 1024, RESPONSE_BUFFER = 32 * 1024 };

enum response_kind {
    RESPONSE_PAGE,          /* our own HTML */
    RESPONSE_LETTER,        /* a sanitised body: its own sandboxed document for the frame */
    RESPONSE_LETTER_REMOTE, /* the same, remote images allowed by the reader for this once */
    RESPONSE_DOWNLOAD,      /* bytes of a stranger, to be saved */
    RESPONSE_IMAGE,         /* an image of a letter, shown in its place */
    RESPONSE_TEXT,          /* plain text: /health, /metrics, a message's source */
    RESPONSE_DATA           /* JSON for our own scripts */
};

/* Set through the functions below. */
struct response {
    struct arena *arena; /* lent */
    struct sink out;
    bool head_only;
    bool not_for_back; /* see response_not_for_back() */
    unsigned code;
    enum response_kind kind;
    struct sv image_type;  /* of RESPONSE_IMAGE; empty: not one that may be shown */
    struct sv filename;    /* to save under; empty: none */
    struct sv disposition; /* the same, formatted */
    bool has_length;
    uint64_t length;
    bool keys;         /* the page may ask for a security key */
    struct sb headers; /* the caller's, formatted */
    bool spoiled;
    bool started; /* headers are out */
    bool ended;
    enum status failure; /* the sink's, sticky */
    uint64_t written;    /* bytes of the body so far */
    size_t buffered;
    char *buffer;
};

/* Begins as 200, RESPONSE_PAGE. head_only: the request was a HEAD. */
void response_init(struct response *response, struct arena *arena, struct sink out, bool head_only);
void response_set_status(struct response *response, unsigned code); /* 200 to 599 */
/* Media type and disposition follow from the kind: an image whose type is not one of
 * response_image_type() is a download. */
void response_set_kind(struct response *response, enum response_kind kind);
void response_set_image_type(struct response *response, struct sv media_type);
/* The name to save under, in any script: it passes filename_clean(). */
void response_set_filename(struct response *response, struct sv filename);
/* Back must not bring this answer back. no-store does not keep Chromium from keeping whole pages in
 * memory for that, and without scripts nothing can be done once it shows them; it does so only with
 * a 200, so that a document's 200 becomes a 203. Stays through response_reset(). */
void response_not_for_back(struct response *response);
/* If the length of the body is known beforehand; it must then be met. */
void response_set_length(struct response *response, uint64_t length);
/* Not for what this module sets itself. */
void response_add_header(struct response *response, const char *name, struct sv value);
/* For sign-out: Clear-Site-Data for "cache" and "storage", never "cookies" (those of the whole
 * university's sign-on would go). */
void response_clear_site_data(struct response *response);

/* The page may ask for a security key (Permissions-Policy); no other can. */
void response_allow_keys(struct response *response);

/* All of the piece, or the sink's failure (STATUS_CLOSED when the client has gone). */
enum status response_write(struct response *response, struct sv piece) MUST_USE;
struct sink response_sink(struct response *response);
/* Sends what is buffered, and headers if there was no body. Once, at the end. STATUS_PROTOCOL if
 * the body is not as long as was said. After any failure, and if a body could not be written to its
 * end, the connection must be dropped (fcgi_abort) so that nobody takes a part for the whole. */
enum status response_end(struct response *response) MUST_USE;
/* Forgets status, headers and buffered body, for an error page instead. False if headers are out
 * already: then it is too late. */
bool response_reset(struct response *response);

/* 303 to a place of our own; anything that is not target_is_local() goes to "/". Ends it. */
enum status response_redirect(struct response *response, struct sv target) MUST_USE;
/* A plain-text answer, for failures before there is a page. Ends it. */
enum status response_text(struct response *response, unsigned code, struct sv text) MUST_USE;

/* The canonical type if a browser shows images of this type without running anything (PNG, JPEG,
 * GIF, WebP, BMP, AVIF; not SVG), else the empty view. */
struct sv response_image_type(struct sv media_type);

#endif
