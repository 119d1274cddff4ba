#include "lasting.h"

#include <stdatomic.h>

static struct share requests = SHARE_NEW;

/* Half of the slots are for others, and one of a session's connections for its pages. */
static unsigned own_most(const struct page *page)
{
    size_t share = share_half(page->app->lasting_slots);
    size_t connections = page->site->limits.connections_each;
    size_t most = connections - 1 < share ? connections - 1 : share;
    return most > 0 ? (unsigned)most : 1;
}

enum status lasting_begin(struct page *page, struct lasting *out)
{
    *out = (struct lasting){.page = page, .began = clock_ms()};
    if (share_take(&requests, session_user(page->session), page->app->lasting_slots, own_most(page),
                   &out->part))
        return STATUS_OK;
    diagnosis_set(&page->diagnosis, STAGE_NONE, CAUSE_BUSY, "", 0, NULL);
    return STATUS_UNAVAILABLE;
}

enum status lasting_moved(struct lasting *l, uint64_t bytes)
{
    struct page *page = l->page;
    l->bytes += bytes;
    if (page->app->stopping && atomic_load(page->app->stopping))
        return STATUS_CANCELLED;
    int64_t over = clock_ms() - l->began - LASTING_GRACE_MS;
    if (over > 0 && l->bytes < (uint64_t)over / 1000 * LASTING_RATE)
        return STATUS_TIMEOUT;
    page->deadline = deadline_in(page->site->request_ms);
    if (page->env.extend)
        page->env.extend(page->env.context, LASTING_PAUSE_MS);
    return STATUS_OK;
}

enum status lasting_still(void *l)
{
    return lasting_moved(l, 0);
}

void lasting_end(struct lasting *l)
{
    share_give(&requests, &l->part);
    if (l->page->env.extend)
        l->page->env.extend(l->page->env.context, l->page->site->request_ms);
}
