/* multipart.h — cuts multipart/form-data (RFC 7578, RFC 2046 5.1) into its parts as it arrives.
 *
 * A push parser: pieces may be cut anywhere. It holds a few KB, never a part's content.
 */
#ifndef VM_MULTIPART_H
#define VM_MULTIPART_H

#include <stdbool.h>

#include "arena.h"
#include "str.h"

enum { MULTIPART_BOUNDARY_MAX = 70, MULTIPART_HEADER_MAX = 8 * 1024 };

struct multipart_part {
    struct sv name;
    bool is_file;         /* a filename was given, be it empty */
    struct sv filename;   /* as sent, unescaped */
    struct sv media_type; /* as sent, without parameters; empty if absent */
};

/* Called in this order for each part. The views in `part` are valid during the call only. A status
 * other than OK ends the parse with that status. */
struct multipart_handler {
    enum status (*begin)(void *context, const struct multipart_part *part);
    enum status (*data)(void *context, struct sv piece);
    enum status (*end)(void *context);
    void *context;
};

enum multipart_state {
    MULTIPART_PREAMBLE,
    MULTIPART_HEADER,
    MULTIPART_BODY,
    MULTIPART_AFTER, /* behind a delimiter: line end or "--" */
    MULTIPART_DONE
};

struct multipart {
    struct multipart_handler handler;
    enum multipart_state state;
    size_t delimiter_length;
    size_t matched; /* bytes of the delimiter that the last piece ended with */
    size_t foreign; /* how many of these stand before the content and are not part of it */
    size_t header_length;
    size_t after_length;
    char delimiter[MULTIPART_BOUNDARY_MAX + 5]; /* CR LF "--" boundary */
    char header[MULTIPART_HEADER_MAX];
    char after[2];
};

/* The boundary parameter of a Content-Type. STATUS_INVALID if absent or not 1 to 70 characters. */
enum status multipart_boundary(struct sv content_type, struct sv *boundary) MUST_USE;
void multipart_init(struct multipart *parser, struct sv boundary, struct multipart_handler handler);
/* STATUS_INVALID for a part without a name or with broken headers, STATUS_TOO_LARGE for headers
 * beyond MULTIPART_HEADER_MAX. No call may follow a failure. */
enum status multipart_feed(struct multipart *parser, struct sv piece) MUST_USE;
/* STATUS_INVALID unless the closing delimiter has been seen. */
enum status multipart_finish(struct multipart *parser) MUST_USE;

#endif
