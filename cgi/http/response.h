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
    RESPONSE_TEXT,          /* plain text of our own: /health, /metrics, a source view */
    RESPONSE_DATA           /* JSON for our own scripts */
};

struct response {
    struct arena *arena; /* lent */
    struct sink out;
    bool head_only;
    unsigned code;
    enum response_kind kind;
    bool has_length;
    uint64_t length;
    struct sv media_type;
    struct sb headers; /* the caller's, formatted */
    bool spoiled;
    bool started;        /* headers are out */
    enum status failure; /* the sink's, sticky */
    char *buffer;
    size_t buffered;
};

/* Begins as 200, RESPONSE_PAGE, "text/html; charset=utf-8". head_only: the request was a HEAD. */
void response_init(struct response *response, struct arena *arena, struct sink out, bool head_only);
void response_set_status(struct response *response, unsigned code); /* 200 to 599 */
/* Also sets the kind's own media type: octet-stream for a download, and for an image until
 * response_set_media_type() names one of those that may be shown. */
void response_set_kind(struct response *response, enum response_kind kind);
/* Ignored for a page, a letter, a text, a download. For an image one of response_image_type(). */
void response_set_media_type(struct response *response, struct sv media_type);
/* If the length of the body is known beforehand. */
void response_set_length(struct response *response, uint64_t length);
void response_add_header(struct response *response, const char *name, struct sv value);
/* Content-Disposition (RFC 6266): attachment unless `inline_`; filename in any script (an ASCII
 * fallback and filename*, RFC 8187), its path, control characters and direction marks removed. */
void response_set_filename(struct response *response, struct sv filename, bool inline_);
/* For sign-out: Clear-Site-Data for "cache" and "storage", never "cookies" (those of the whole
 * university's sign-on would go). */
void response_clear_site_data(struct response *response);

/* All of the piece, or the sink's failure (STATUS_CLOSED when the client has gone). */
enum status response_write(struct response *response, struct sv piece) MUST_USE;
struct sink response_sink(struct response *response);
/* Sends what is buffered, and headers if there was no body. Once, at the end. */
enum status response_end(struct response *response) MUST_USE;
/* True once headers have left: it is too late for an error page. */
bool response_started(const struct response *response);
/* Forgets status, headers and buffered body for an error page instead. Not after it has started. */
void response_reset(struct response *response);

/* 303 to a place of our own; anything that is not target_is_local() goes to "/". Ends it. */
enum status response_redirect(struct response *response, struct sv target) MUST_USE;
/* A plain-text answer, for failures before there is a page. Ends it. */
enum status response_text(struct response *response, unsigned code, struct sv text) MUST_USE;

/* The canonical type if a browser shows images of this type without running anything (PNG, JPEG,
 * GIF, WebP, BMP, AVIF; not SVG), else the empty view. */
struct sv response_image_type(struct sv media_type);

#endif
