/* images.h — gives what a letter names elsewhere other addresses, after the parent's own look at
 * what the child made: its remote images for a site that fetches them itself, its links for a
 * reader who is shown first where they lead. */
#ifndef VM_IMAGES_H
#define VM_IMAGES_H

#include "str.h"

enum {
    IMAGES_MAX = 1000,     /* of one document; what follows shows its text */
    IMAGES_URL_MAX = 4096, /* bytes of one URL; a longer one shows its text */
    LINKS_MAX = 4000,      /* of one document; what follows is text, as is a link that is longer */
};

struct image_addresses {
    /* Writes the address under which the image at `remote` (an absolute http or https URL, taken
     * out of the markup) is served here: "/…" without control character, quotation mark or angle
     * bracket. False: it is not; the image then shows its text. NULL: images keep their own. */
    bool (*write)(void *context, struct sv remote, struct sb *out);
    void *context;
    /* The same for links to http and https: "/link?…". False: what it stands on leads nowhere.
     * NULL: links keep their own. */
    bool (*write_link)(void *context, struct sv remote, struct sb *out);
};

/* Appends document, which verify_document() has accepted with allow_remote, to out, every remote
 * address in it that addresses is for replaced; nothing else of it changes. The outcome is one that
 * verify_document() accepts, without allow_remote where images have other addresses.
 * STATUS_TOO_LARGE if out is full, STATUS_PROTOCOL if the outcome would be another one; out is then
 * as before, but for `over`. Linear. */
enum status images_readdress(struct sv document, const struct image_addresses *addresses,
                             struct sb *out) MUST_USE;

#endif
