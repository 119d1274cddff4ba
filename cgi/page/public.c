#include "public.h"

#include "filename.h"

bool page_is_public(const struct page *page)
{
    return page->session && session_kind(page->session) == SESSION_PUBLIC;
}

bool page_is_partial(const struct page *page)
{
    const struct session_limits *limits = &page->site->limits;
    return page_is_public(page) && (limits->public_days > 0 || limits->public_hides);
}

enum status page_deny_public(struct page *page)
{
    diagnosis_set(&page->diagnosis, STAGE_NONE, CAUSE_PUBLIC, "", 0, NULL);
    return STATUS_DENIED;
}

enum remote_rule page_remote_rule(const struct page *page)
{
    return page_is_public(page) ? REMOTE_NEVER : page->preferences.remote;
}

bool public_by_address(const struct page *page)
{
    struct ip address;
    return ip_parse(sv_of(page->request->client), &address) == STATUS_OK &&
           networks_hold(&page->site->public_from, &address);
}

/* ---- files ---- */

bool public_warns_first(const struct page *page)
{
    return page_is_public(page) && !request_has(page->request, "sure");
}

enum status public_warn(struct page *page, const struct target *message, struct sv name)
{
    struct node root = view_root(page_view(page)), download = node_child(root, "Download");
    struct sv own = request_target(page->request);
    (void)response_reset(page->response);
    node_put_text(root, "Page.title", "download.title");
    node_put(download, "name",
             name.n > 0 ? filename_clean(page->arena, name)
                        : locale_text(page->locale, "message.unnamed"));
    node_put(download, "url", arena_printf(page->arena, "%.*s&sure=1", SV_ARG(own)));
    node_put(download, "back_url", target_url(page, "/message", message));
    return page_render(page, 200, "download");
}
