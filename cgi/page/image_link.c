#include "image_link.h"

#include "away.h"
#include "base64.h"
#include "public.h"

/* With what else a request line holds it fits in the 8 KB that web servers take. */
enum { LINK_MAX = 7000 };

/* With the folder's length no other message and URL have the same text. */
static struct sv signed_text(struct arena *arena, const struct target *target, struct sv remote)
{
    struct sb out;
    sb_init(&out, arena, REQUEST_URI_MAX);
    sb_printf(&out, "%u %u %zu ", target->uidvalidity, target->uid, target->folder.n);
    sb_add(&out, target->folder);
    sb_add(&out, remote);
    return sb_view(&out);
}

/* In base64: a URL within a URL is taken for an attack by some filters before web servers. */
static bool write_link(void *context, struct sv remote, struct sb *out)
{
    const struct image_links *links = context;
    struct page *page = links->page;
    char token[SESSION_CSRF_TEXT + 1], text[BASE64_LENGTH(IMAGES_URL_MAX) + 1];
    struct sb encoded;
    sb_fixed(&encoded, text, sizeof text);
    base64url_encode(&encoded, remote.p, remote.n);
    session_sign(page->session, "image", signed_text(page->arena, links->target, remote), token);
    sb_add_cstr(out, "/image?");
    query_append(out, "folder", links->target->folder);
    sb_printf(out, "&v=%u&uid=%u", links->target->uidvalidity, links->target->uid);
    query_append(out, "url", sb_view(&encoded));
    query_append(out, "sig", sv_of(token));
    return !encoded.over && !out->over && out->n <= LINK_MAX;
}

static bool write_away(void *context, struct sv remote, struct sb *out)
{
    const struct image_links *links = context;
    return away_write(links->page, remote, out);
}

struct image_addresses image_link_addresses(struct image_links *links)
{
    bool proxy = links->page->site->web.image_proxy, public = page_is_public(links->page);
    return (struct image_addresses){.write = proxy ? write_link : NULL,
                                    .context = links,
                                    .write_link = public ? write_away : NULL};
}

enum status image_link_read(struct page *page, struct sv *remote)
{
    const struct inputs *query = &page->request->query;
    struct target target;
    char *url = arena_alloc(page->arena, IMAGES_URL_MAX);
    size_t n = IMAGES_URL_MAX;
    enum status st = target_read(page, &target);
    if (st == STATUS_OK)
        st = base64url_decode(inputs_get(query, "url"), url, &n);
    if (st != STATUS_OK)
        return STATUS_INVALID;
    struct sv text = {url, n};
    if (!session_sign_matches(page->session, "image", signed_text(page->arena, &target, text),
                              inputs_get(query, "sig")))
        return STATUS_DENIED;
    *remote = text;
    return STATUS_OK;
}
