#include "thread_cabinet.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

struct thread_place {
    size_t references; /* the cabinet's one, while it is in there, and one of each who has the turn
                          or waits for it */
    bool taken;        /* somebody has the turn */
    bool known;        /* something is kept */
    char *folder;      /* from malloc */
    size_t folder_n;
    uint32_t uidvalidity;
    struct thread_kept kept; /* changed by who has the turn, with the lock held */
};

struct thread_cabinet {
    atomic_bool alone;
    atomic_size_t references; /* counted while the table of sessions is locked: without a lock */
    pthread_mutex_t lock;     /* guards what follows, and what is in the places */
    pthread_cond_t given;     /* a turn has been given on */
    struct thread_place *places[THREADS_FOLDERS]; /* the last one used first; NULL: the end */
};

void thread_kept_deinit(struct thread_kept *kept)
{
    thread_forest_deinit(&kept->forest);
    thread_link_free(&kept->link);
    *kept = (struct thread_kept){0};
}

void thread_cabinet_be_alone(struct thread_cabinet *cabinet)
{
    atomic_store(&cabinet->alone, true);
}

bool thread_cabinet_alone(const struct thread_cabinet *cabinet)
{
    return atomic_load(&cabinet->alone);
}

/* ---- places; the lock is held ---- */

static void place_release(struct thread_place *place)
{
    if (--place->references > 0)
        return;
    thread_kept_deinit(&place->kept);
    free(place->folder);
    free(place);
}

static struct thread_place *place_new(struct sv folder, uint32_t uidvalidity)
{
    struct thread_place *place = calloc(1, sizeof *place);
    if (!place)
        abort();
    *place = (struct thread_place){.references = 1,
                                   .folder = sv_copy(folder),
                                   .folder_n = folder.n,
                                   .uidvalidity = uidvalidity};
    return place;
}

/* Out it goes; whoever has its turn goes on with what is now nobody else's. */
static void take_out(struct thread_cabinet *cabinet, size_t at)
{
    place_release(cabinet->places[at]);
    memmove(cabinet->places + at, cabinet->places + at + 1,
            (THREADS_FOLDERS - at - 1) * sizeof *cabinet->places);
    cabinet->places[THREADS_FOLDERS - 1] = NULL;
}

static void put_first(struct thread_cabinet *cabinet, struct thread_place *place, size_t from)
{
    memmove(cabinet->places + 1, cabinet->places, from * sizeof *cabinet->places);
    cabinet->places[0] = place;
}

/* The folder's place, which is now the first. What another mailbox of that name has left goes. */
static struct thread_place *find(struct thread_cabinet *cabinet, struct sv folder,
                                 uint32_t uidvalidity)
{
    for (size_t i = 0; i < THREADS_FOLDERS && cabinet->places[i]; i++) {
        struct thread_place *place = cabinet->places[i];
        if (!sv_eq((struct sv){place->folder, place->folder_n}, folder))
            continue;
        if (place->uidvalidity != uidvalidity) {
            take_out(cabinet, i);
            return NULL;
        }
        put_first(cabinet, place, i);
        return place;
    }
    return NULL;
}

static bool is_idle(const struct thread_place *place)
{
    return place->references == 1;
}

/* Of the places that nobody is at work on the one that was used longest ago makes room. */
static struct thread_place *add(struct thread_cabinet *cabinet, struct sv folder,
                                uint32_t uidvalidity)
{
    size_t last = THREADS_FOLDERS - 1, idle = last;
    if (cabinet->places[last]) {
        while (idle > 0 && !is_idle(cabinet->places[idle]))
            idle--;
        take_out(cabinet, is_idle(cabinet->places[idle]) ? idle : last);
    }
    struct thread_place *place = place_new(folder, uidvalidity);
    put_first(cabinet, place, last);
    return place;
}

/* ---- the cabinet ---- */

static void *cabinet_make(void)
{
    struct thread_cabinet *cabinet = calloc(1, sizeof *cabinet);
    if (!cabinet)
        abort();
    pthread_mutex_init(&cabinet->lock, NULL);
    deadline_cond_init(&cabinet->given);
    return cabinet;
}

static void cabinet_hold(void *value)
{
    atomic_fetch_add(&((struct thread_cabinet *)value)->references, 1);
}

static void cabinet_release(void *value)
{
    struct thread_cabinet *cabinet = value;
    if (atomic_fetch_sub(&cabinet->references, 1) > 1)
        return;
    while (cabinet->places[0])
        take_out(cabinet, 0);
    pthread_cond_destroy(&cabinet->given);
    pthread_mutex_destroy(&cabinet->lock);
    free(cabinet);
}

struct thread_cabinet *thread_cabinet_of(struct session *session)
{
    static const struct session_shared kind = {cabinet_make, cabinet_hold, cabinet_release};
    return session_slot_share(session, SESSION_SLOT_THREADS, &kind);
}

void thread_cabinet_release(struct thread_cabinet **cabinet)
{
    cabinet_release(*cabinet);
    *cabinet = NULL;
}

void thread_cabinet_lock(struct thread_cabinet *cabinet)
{
    pthread_mutex_lock(&cabinet->lock);
}

void thread_cabinet_unlock(struct thread_cabinet *cabinet)
{
    pthread_mutex_unlock(&cabinet->lock);
}

const struct thread_kept *thread_cabinet_look(struct thread_cabinet *cabinet, struct sv folder,
                                              uint32_t uidvalidity)
{
    const struct thread_place *place = find(cabinet, folder, uidvalidity);
    return place && place->known ? &place->kept : NULL;
}

/* ---- turns ---- */

static enum status await(struct thread_cabinet *cabinet, struct thread_place *place,
                         enum thread_want want, struct deadline deadline)
{
    struct timespec until = deadline_timespec(deadline);
    int waited = 0;
    while (place->taken && waited != ETIMEDOUT && (want == THREAD_WANT_PLACE || place->known))
        waited = pthread_cond_timedwait(&cabinet->given, &cabinet->lock, &until);
    if (want == THREAD_WANT_KEPT && !place->known)
        return STATUS_NOT_FOUND;
    return place->taken ? STATUS_TIMEOUT : STATUS_OK;
}

enum status thread_place_enter(struct thread_cabinet *cabinet, struct sv folder,
                               uint32_t uidvalidity, enum thread_want want,
                               struct deadline deadline, struct thread_place **out)
{
    enum status st = STATUS_NOT_FOUND;
    pthread_mutex_lock(&cabinet->lock);
    struct thread_place *place = find(cabinet, folder, uidvalidity);
    if (!place && want == THREAD_WANT_PLACE)
        place = add(cabinet, folder, uidvalidity);
    if (place) {
        place->references++;
        st = await(cabinet, place, want, deadline);
        if (st == STATUS_OK) {
            place->taken = true;
            *out = place;
        } else {
            place_release(place);
        }
    }
    pthread_mutex_unlock(&cabinet->lock);
    return st;
}

void thread_place_leave(struct thread_cabinet *cabinet, struct thread_place **place)
{
    pthread_mutex_lock(&cabinet->lock);
    (*place)->taken = false;
    place_release(*place);
    pthread_cond_broadcast(&cabinet->given);
    pthread_mutex_unlock(&cabinet->lock);
    *place = NULL;
}

struct thread_kept *thread_place_kept(struct thread_place *place)
{
    return place->known ? &place->kept : NULL;
}

void thread_place_put(struct thread_cabinet *cabinet, struct thread_place *place,
                      const struct thread_kept *kept)
{
    pthread_mutex_lock(&cabinet->lock);
    thread_kept_deinit(&place->kept);
    place->known = kept;
    if (kept)
        place->kept = *kept;
    else /* who wants only what is kept waits for nothing now */
        pthread_cond_broadcast(&cabinet->given);
    pthread_mutex_unlock(&cabinet->lock);
}
