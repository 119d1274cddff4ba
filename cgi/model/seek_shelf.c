/* The searches that a session keeps: as many as there may be tabs with one, so that they do not
 * take each other's place all the while. */
#include "seek_inside.h"

enum { KEPT_MAX = 3 };

struct shelf {
    pthread_mutex_t lock;
    size_t references;
    struct seek *at[KEPT_MAX]; /* the last one that was looked at first */
};

static void shelf_hold(void *value)
{
    struct shelf *shelf = value;
    pthread_mutex_lock(&shelf->lock);
    shelf->references++;
    pthread_mutex_unlock(&shelf->lock);
}

static void shelf_release(void *value)
{
    struct shelf *shelf = value;
    pthread_mutex_lock(&shelf->lock);
    bool last = --shelf->references == 0;
    pthread_mutex_unlock(&shelf->lock);
    if (!last)
        return;
    for (size_t i = 0; i < KEPT_MAX; i++)
        seek_release(&shelf->at[i]);
    pthread_mutex_destroy(&shelf->lock);
    free(shelf);
}

static void *shelf_make(void)
{
    struct shelf *shelf = calloc(1, sizeof *shelf);
    if (!shelf)
        abort();
    pthread_mutex_init(&shelf->lock, NULL);
    return shelf;
}

/* The caller releases it. */
static struct shelf *shelf_of(struct session *session)
{
    static const struct session_shared kind = {shelf_make, shelf_hold, shelf_release};
    return session_slot_share(session, SESSION_SLOT_SEEK, &kind);
}

/* ---- finding; the shelf's lock is held ---- */

static bool is_of(const struct seek *seek, struct sv q)
{
    return sv_eq((struct sv){seek->q, seek->q_n}, q);
}

static bool is_there(const struct seek *seek, const struct seek_request *request)
{
    return seek->scope == request->scope &&
           sv_eq((struct sv){seek->folder, seek->folder_n}, request->folder);
}

static bool same_day(struct imap_day a, struct imap_day b)
{
    return a.year == b.year && a.month == b.month && a.day == b.day;
}

static bool is_fresh(struct seek *seek, struct imap_day today)
{
    pthread_mutex_lock(&seek->lock);
    bool good = clock_ms() - seek->used <= SEEK_AGE_MS && same_day(seek->today, today);
    pthread_mutex_unlock(&seek->lock);
    return good;
}

static struct seek *find(struct shelf *shelf, struct sv q, const struct seek_request *request)
{
    for (size_t i = 0; i < KEPT_MAX && shelf->at[i]; i++)
        if (is_of(shelf->at[i], q) && is_there(shelf->at[i], request) &&
            is_fresh(shelf->at[i], request->today))
            return shelf->at[i];
    return NULL;
}

/* Makes the seek the first, with a hold of the shelf's own. What falls off the end is worked at by
 * nobody any more. */
static void put_first(struct shelf *shelf, struct seek *seek)
{
    struct seek *moved = seek;
    for (size_t i = 0; i < KEPT_MAX && moved; i++) {
        struct seek *here = shelf->at[i];
        shelf->at[i] = moved;
        moved = here == seek ? NULL : here;
    }
    if (moved) {
        seek_stop(moved, true);
        seek_release(&moved);
    }
}

/* ---- for pages ---- */

struct seek *seek_find(struct session *session, const struct seek_request *request)
{
    struct shelf *shelf = shelf_of(session);
    pthread_mutex_lock(&shelf->lock);
    struct seek *seek = find(shelf, request->q, request);
    if (!seek)
        seek = seek_new(request,
                        request->refines.n > 0 ? find(shelf, request->refines, request) : NULL);
    put_first(shelf, seek);
    seek_hold(seek);
    seek_look(seek);
    pthread_mutex_unlock(&shelf->lock);
    shelf_release(shelf);
    return seek;
}

struct seek *seek_kept(struct session *session, struct sv q)
{
    struct shelf *shelf = shelf_of(session);
    struct seek *seek = NULL;
    pthread_mutex_lock(&shelf->lock);
    for (size_t i = 0; i < KEPT_MAX && shelf->at[i] && !seek; i++)
        if (is_of(shelf->at[i], q))
            seek = shelf->at[i];
    if (seek)
        seek_hold(seek);
    pthread_mutex_unlock(&shelf->lock);
    shelf_release(shelf);
    return seek;
}

struct seek *seek_numbered(struct session *session, uint64_t serial)
{
    struct shelf *shelf = shelf_of(session);
    struct seek *seek = NULL;
    pthread_mutex_lock(&shelf->lock);
    for (size_t i = 0; i < KEPT_MAX && shelf->at[i] && !seek; i++)
        if (shelf->at[i]->serial == serial)
            seek = shelf->at[i];
    if (seek)
        seek_hold(seek);
    pthread_mutex_unlock(&shelf->lock);
    shelf_release(shelf);
    return seek;
}

void seek_anew(struct session *session, struct sv q)
{
    struct shelf *shelf = shelf_of(session);
    size_t n = 0;
    pthread_mutex_lock(&shelf->lock);
    for (size_t i = 0; i < KEPT_MAX && shelf->at[i]; i++) {
        struct seek *seek = shelf->at[i];
        shelf->at[i] = NULL;
        if (!is_of(seek, q)) {
            shelf->at[n++] = seek;
            continue;
        }
        seek_stop(seek, true);
        seek_release(&seek);
    }
    pthread_mutex_unlock(&shelf->lock);
    shelf_release(shelf);
}
