#include "lasting.h"

#include <pthread.h>
#include <stdatomic.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards the list */
static struct lasting *first;

/* Half of the slots are for others, and one of a session's connections for its pages. */
static unsigned own_most(const struct page *page)
{
    size_t share = (page->app->lasting_slots + 1) / 2;
    size_t connections = page->site->limits.connections_each;
    size_t most = connections - 1 < share ? connections - 1 : share;
    return most > 0 ? (unsigned)most : 1;
}

/* Lock held. */
static bool has_room(const struct page *page)
{
    struct sv user = session_user(page->session);
    unsigned all = 0, own = 0;
    for (const struct lasting *l = first; l; l = l->next) {
        all++;
        own += sv_eq(session_user(l->page->session), user);
    }
    return all < page->app->lasting_slots && own < own_most(page);
}

enum status lasting_begin(struct page *page, struct lasting *out)
{
    pthread_mutex_lock(&lock);
    bool room = has_room(page);
    if (room) {
        *out = (struct lasting){.next = first, .page = page, .began = clock_ms()};
        first = out;
    }
    pthread_mutex_unlock(&lock);
    if (room)
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
    pthread_mutex_lock(&lock);
    struct lasting **at = &first;
    while (*at != l)
        at = &(*at)->next;
    *at = l->next;
    pthread_mutex_unlock(&lock);
    if (l->page->env.extend)
        l->page->env.extend(l->page->env.context, l->page->site->request_ms);
}
