/* image_link.h — the addresses under which the remote images of one message are served here. Each
 * is signed for this session and this message: nobody can have us ask for anything else. */
#ifndef VM_IMAGE_LINK_H
#define VM_IMAGE_LINK_H

#include "images.h"
#include "link.h"

struct image_links {
    struct page *page;
    const struct target *target;
};

/* For body_request: links outlives its use. If the site does not fetch images itself, images keep
 * their own addresses, as links do where the computer is not public (away.h). */
struct image_addresses image_link_addresses(struct image_links *links);

/* The URL that the request asks for, out of such an address. STATUS_INVALID if it is not one,
 * STATUS_DENIED if it was not made for this session and message. */
enum status image_link_read(struct page *page, struct sv *remote) MUST_USE;

#endif
