/* sanitise.h — a hostile HTML letter to a fragment that can be shown.
 *
 * The letter is parsed as HTML5 and written again from allow-lists of elements, attributes, URL
 * schemes and CSS properties; nothing of the input's markup is copied. The result is one
 * <div class="vm-letter"> (also "vm-coloured" when the letter brings colours of its own), whose
 * first child is a <style> if the letter had rules worth keeping. In it:
 *   - links go to http, https, tel, a place in the letter, or /compose for mailto; they open apart;
 *     data-host names the real host where the text names another;
 *   - images are the message's own parts (cid), small raster data: URLs, or, if allowed, http(s);
 *   - ids and classes of the letter begin with "x-".
 * Parsing the result and sanitising it again gives the same bytes: that is checked here.
 */
#ifndef VM_SANITISE_H
#define VM_SANITISE_H

#include "arena.h"

struct sanitise_cid {
    struct sv cid; /* without < > */
    struct sv url; /* local, begins with "/" */
};

struct sanitise_options {
    bool allow_remote;
    const struct sanitise_cid *cids;
    size_t cid_count;
    size_t max_output; /* bytes */
};

struct sanitise_result {
    struct sv html;
    uint32_t remote_blocked; /* remote images left out */
};

/* STATUS_TOO_LARGE: a limit of scan.h, of max_output or of the arena; STATUS_CHANGED: no stable
 * form was found. html is UTF-8. */
enum status html_sanitise(struct sv html, const struct sanitise_options *options,
                          struct arena *arena, struct sanitise_result *result) MUST_USE;

#endif
