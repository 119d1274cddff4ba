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
    int64_t now = clock_ms();
    *out = (struct lasting){.page = page, .began = now, .last = now};
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
    l->last = clock_ms();
    int64_t over = l->last - l->began - LASTING_GRACE_MS;
    if (over > 0 && l->bytes < (uint64_t)over / 1000 * LASTING_RATE)
        return STATUS_TIMEOUT;
    page->deadline = deadline_in(page->site->request_ms);
    if (page->env.extend)
        page->env.extend(page->env.context, LASTING_PAUSE_MS);
    return STATUS_OK;
}

enum status lasting_still(void *lasting)
{
    struct lasting *l = lasting;
    int64_t since = clock_ms() - l->last;
    l->began += since;
    l->waited += since;
    return l->waited < LASTING_WAIT_MS ? lasting_moved(l, 0) : STATUS_TIMEOUT;
}

void lasting_end(struct lasting *l)
{
    share_give(&requests, &l->part);
    if (l->page->env.extend)
        l->page->env.extend(l->page->env.context, l->page->site->request_ms);
}
