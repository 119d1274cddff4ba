#include "lasting.h"

#include <stdatomic.h>

static _Atomic unsigned under_way;

enum status lasting_begin(struct page *page, struct lasting *out)
{
    if (atomic_fetch_add(&under_way, 1) >= page->app->lasting_slots) {
        atomic_fetch_sub(&under_way, 1);
        diagnosis_set(&page->diagnosis, STAGE_NONE, CAUSE_BUSY, "", 0, NULL);
        return STATUS_UNAVAILABLE;
    }
    *out = (struct lasting){.page = page, .began = clock_ms()};
    return STATUS_OK;
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

void lasting_end(struct lasting *l)
{
    atomic_fetch_sub(&under_way, 1);
    if (l->page->env.extend)
        l->page->env.extend(l->page->env.context, l->page->site->request_ms);
}
