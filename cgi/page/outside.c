#include "outside.h"

#include <stdatomic.h>

static _Atomic unsigned under_way;

bool outside_enter(const struct page *page)
{
    if (atomic_fetch_add(&under_way, 1) < page->app->image_slots)
        return true;
    outside_leave();
    return false;
}

void outside_leave(void)
{
    atomic_fetch_sub(&under_way, 1);
}
