/* GET /link: where a link of a letter leads, in full, before anybody goes there. Fields: url, sig.
 * It never goes on by itself: what stands in a letter is asked for by its reader's own click alone.
 */
#include "away.h"

#include "base64.h"
#include "images.h"
#include "pages.h"
#include "utf8.h"

/* With what else a request line holds it fits in the 8 KB that web servers take. */
enum { LINK_MAX = 7000, URL_MAX = IMAGES_URL_MAX };

bool away_write(struct page *page, struct sv remote, struct sb *out)
{
    char token[SESSION_CSRF_TEXT + 1], text[BASE64_LENGTH(URL_MAX) + 1];
    struct sb encoded;
    size_t before = out->n;
    if (remote.n > URL_MAX)
        return false;
    sb_fixed(&encoded, text, sizeof text);
    base64url_encode(&encoded, remote.p, remote.n);
    session_sign(page->session, "link", remote, token);
    sb_add_cstr(out, "/link?");
    query_append(out, "url", sb_view(&encoded));
    query_append(out, "sig", sv_of(token));
    return !encoded.over && !out->over && out->n - before <= LINK_MAX;
}

struct sv away_url(struct page *page, struct sv remote)
{
    struct sb out;
    sb_init(&out, page->arena, LINK_MAX);
    return away_write(page, remote, &out) ? sb_view(&out) : SV("");
}

/* Where a browser goes, for which a backslash is a slash. */
static struct sv host_of(struct sv url)
{
    struct sv rest = sv_slice(url, sv_find(url, SV("://")) + 3, url.n);
    size_t end = 0;
    while (end < rest.n && sv_find_char(SV("/?#\\"), rest.p[end]) == SIZE_MAX)
        end++;
    struct sv host = sv_slice(rest, 0, end);
    size_t user = sv_find_last_char(host, '@');
    return user == SIZE_MAX ? host : sv_slice(host, user + 1, host.n);
}

static enum status read_url(struct page *page, struct sv *remote)
{
    const struct inputs *query = &page->request->query;
    char *text = arena_alloc(page->arena, URL_MAX);
    size_t n = URL_MAX;
    if (base64url_decode(inputs_get(query, "url"), text, &n) != STATUS_OK)
        return STATUS_INVALID;
    struct sv url = {text, n};
    if (!session_sign_matches(page->session, "link", url, inputs_get(query, "sig")))
        return STATUS_DENIED;
    bool web = sv_starts(url, SV("http://")) || sv_starts(url, SV("https://"));
    if (!web || sv_has_control(url) || !utf8_valid(url))
        return STATUS_INVALID;
    *remote = url;
    return STATUS_OK;
}

enum status page_away(struct page *page)
{
    struct sv url;
    enum status st = read_url(page, &url);
    if (st != STATUS_OK)
        return st;
    struct node root = view_root(page_view(page)), link = node_child(root, "Link");
    node_put_text(root, "Page.title", "link.title");
    node_put(link, "url", url);
    node_put(link, "host", host_of(url));
    node_put_flag(link, "open", sv_starts(url, SV("http:")));
    return page_render(page, 200, "away");
}
