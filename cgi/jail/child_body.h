/* child_body.h — one body from the bytes of the server to what may be shown: transfer encoding,
 * charset, then markup or text. */
#ifndef VM_CHILD_BODY_H
#define VM_CHILD_BODY_H

#include "card.h"
#include "charset.h"
#include "jail.h"
#include "sanitise.h"

struct body_request {
    enum jail_input input;
    bool as_text; /* plain text instead of a document */
    bool flowed;
    bool delsp;
    bool keep_files; /* those that stand in a plain text */
    bool allow_remote;
    uint32_t max_output;
    struct sv encoding;
    struct charset *charset; /* opened before lock-down */
    const struct sanitise_cid *cids;
    size_t cid_count;
};

struct body_result {
    struct sv content;
    uint32_t remote_blocked;
    bool charset_replaced;
    bool cut;       /* what did not fit into max_output is left out */
    bool too_large; /* content is empty */
    enum jail_fallback fallback;
    struct jail_file *files;
    size_t file_count;
    const char *charset;
};

void body_convert(const struct body_request *request, struct sv body, struct arena *arena,
                  struct body_result *result);

#endif
