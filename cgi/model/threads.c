#include "threads.h"

#include "imap_fetch.h"
#include "imap_search.h"
#include "imap_thread.h"
#include "sorted.h"
#include "thread_cabinet.h"
#include "thread_headers.h"
#include "thread_relatives.h"

/* ---- the whole ---- */

static size_t place_of(struct imap_uids sorted, uint32_t uid)
{
    return sorted_find_u32(uid, sorted.p, sorted.n);
}

/* Every message alone at first: one that nobody tells of is not lost. */
static uint32_t *labels_alone(struct arena *arena, size_t n)
{
    uint32_t *labels = arena_array(arena, n + 1, sizeof *labels);
    for (size_t i = 0; i < n; i++)
        labels[i] = (uint32_t)i;
    return labels;
}

static uint32_t *labels_told(struct arena *arena, struct imap_uids all,
                             const struct imap_threads *threads)
{
    uint32_t *labels = labels_alone(arena, all.n);
    bool *told = arena_array(arena, all.n + 1, sizeof *told);
    for (size_t t = 0, at = 0; t < threads->n; t++) {
        size_t first = SIZE_MAX;
        for (; at < threads->ends[t]; at++) {
            size_t place = place_of(all, threads->uids.p[at]);
            if (place == SIZE_MAX || told[place])
                continue;
            first = first == SIZE_MAX ? place : first;
            labels[place] = (uint32_t)first;
            told[place] = true;
        }
    }
    return labels;
}

static void build_from_link(struct arena *arena, struct imap_uids all, struct thread_kept *k)
{
    uint32_t *uids, *mine, *labels = labels_alone(arena, all.n);
    size_t n;
    thread_link_labels(k->link, arena, &uids, &mine, &n);
    for (size_t i = 0; i < n; i++) {
        size_t place = place_of(all, uids[i]), head = place_of(all, uids[mine[i]]);
        if (place != SIZE_MAX && head != SIZE_MAX)
            labels[place] = (uint32_t)head;
    }
    thread_forest_build(&k->forest, all.p, labels, all.n);
}

static struct imap_uids newest_of(struct imap_uids all, size_t most)
{
    return all.n <= most ? all : (struct imap_uids){all.p + (all.n - most), most};
}

static enum status compute_here(struct imap *imap, const struct imap_call *call,
                                struct imap_uids all, struct thread_kept *k)
{
    k->link = thread_link_new();
    enum status st = thread_headers(imap, call, newest_of(all, THREADS_OWN_MAX), k->link);
    if (st == STATUS_OK)
        build_from_link(call->arena, all, k);
    return st;
}

/* There is no THREAD, or none of this many messages. */
static bool must_link_here(enum status told)
{
    return told == STATUS_UNSUPPORTED || told == STATUS_REFUSED || told == STATUS_TOO_LARGE;
}

/* The list of UIDs comes first: it shows that the connection is alive, so that one which ends at
 * THREAD has ended of it. A process of Dovecot that runs into its limit of memory does that, and
 * would every time. */
static enum status compute(struct thread_cabinet *cabinet, struct imap *imap,
                           const struct imap_call *call, struct thread_kept *k)
{
    struct imap_threads threads = {0};
    struct imap_uids all;
    enum status st = imap_search(imap, call, NULL, &all);
    if (st != STATUS_OK)
        return st;
    enum status told =
        thread_cabinet_alone(cabinet) ? STATUS_UNSUPPORTED : imap_thread(imap, call, &threads);
    if (told == STATUS_CLOSED)
        thread_cabinet_be_alone(cabinet);
    if (must_link_here(told) && imap_usable(imap))
        st = compute_here(imap, call, all, k);
    else if (told == STATUS_OK)
        thread_forest_build(&k->forest, all.p, labels_told(call->arena, all, &threads), all.n);
    else
        st = told;
    k->by_subject = threads.by_subject;
    if (st == STATUS_OK)
        k->uidnext = all.n > 0 ? all.p[all.n - 1] + 1 : 1;
    return st;
}

/* ---- by difference: whoever has the turn of the folder's place ---- */

struct update {
    struct thread_cabinet *cabinet;
    struct thread_kept *kept;
    struct imap *imap;
    const struct imap_call *call;
};

static enum status remove_gone(const struct update *u, struct imap_uids *all)
{
    struct thread_kept *k = u->kept;
    enum status st = imap_search(u->imap, u->call, NULL, all);
    if (st != STATUS_OK)
        return st;
    thread_cabinet_lock(u->cabinet);
    for (size_t i = 0; k->link && i < k->forest.n; i++)
        if (!imap_uids_has(*all, k->forest.uids[i]))
            thread_link_remove(k->link, k->forest.uids[i]);
    thread_forest_keep(&k->forest, *all);
    thread_cabinet_unlock(u->cabinet);
    return STATUS_OK;
}

static enum status link_by_search(const struct update *u, struct imap_uids added)
{
    struct thread_kept *k = u->kept;
    struct thread_pair *pairs;
    size_t count;
    enum status st =
        thread_relatives(u->imap, u->call, &k->forest, added, k->by_subject, &pairs, &count);
    if (st != STATUS_OK)
        return st;
    thread_cabinet_lock(u->cabinet);
    thread_forest_add(&k->forest, added, pairs, count);
    k->uidnext = added.p[added.n - 1] + 1;
    thread_cabinet_unlock(u->cabinet);
    return STATUS_OK;
}

static enum status link_here(const struct update *u, struct imap_uids added)
{
    struct thread_kept *k = u->kept;
    enum status st = thread_headers(u->imap, u->call, added, k->link);
    if (st != STATUS_OK)
        return st;
    uint32_t *all = arena_array(u->call->arena, k->forest.n + added.n + 1, sizeof *all);
    memcpy(all, k->forest.uids, k->forest.n * sizeof *all);
    memcpy(all + k->forest.n, added.p, added.n * sizeof *all);
    thread_cabinet_lock(u->cabinet);
    build_from_link(u->call->arena, (struct imap_uids){all, k->forest.n + added.n}, k);
    k->uidnext = added.p[added.n - 1] + 1;
    thread_cabinet_unlock(u->cabinet);
    return STATUS_OK;
}

/* Those that came and have not gone already. */
static enum status find_added(const struct update *u, struct imap_uids *added)
{
    const struct imap_call *call = u->call;
    struct thread_kept *k = u->kept;
    struct imap_uids all;
    enum status st = imap_fetch_new_uids(u->imap, call, k->uidnext, added);
    if (st != STATUS_OK)
        return st;
    if (k->forest.n + added->n == imap_selected(u->imap)->exists)
        return STATUS_OK;
    st = remove_gone(u, &all);
    uint32_t *p = arena_array(call->arena, added->n + 1, sizeof *p);
    size_t n = 0;
    for (size_t i = 0; st == STATUS_OK && i < added->n; i++)
        if (imap_uids_has(all, added->p[i]))
            p[n++] = added->p[i];
    *added = (struct imap_uids){p, n};
    return st;
}

static enum status update(const struct update *u, uint32_t uidnext)
{
    struct thread_kept *k = u->kept;
    struct imap_uids added;
    if (k->uidnext >= uidnext && k->forest.n == imap_selected(u->imap)->exists)
        return STATUS_OK;
    enum status st = find_added(u, &added);
    if (st == STATUS_OK && added.n > (k->link ? THREADS_OWN_MAX : THREADS_NEW_MAX))
        return STATUS_NOT_FOUND;
    if (st == STATUS_OK && added.n > 0)
        st = k->link ? link_here(u, added) : link_by_search(u, added);
    if (st != STATUS_OK)
        return st;
    thread_cabinet_lock(u->cabinet);
    if (k->uidnext < uidnext) /* and what came in between has gone again */
        k->uidnext = uidnext;
    thread_cabinet_unlock(u->cabinet);
    return STATUS_OK;
}

/* The server does not search so: then a new THREAD must do. */
static bool is_refusal(enum status st)
{
    return st == STATUS_REFUSED || st == STATUS_UNSUPPORTED || st == STATUS_TOO_LARGE ||
           st == STATUS_INVALID;
}

/* STATUS_NOT_FOUND: nothing is kept, or no longer. */
static enum status refresh(struct thread_cabinet *cabinet, struct thread_place *place,
                           struct imap *imap, const struct imap_call *call, uint32_t uidnext)
{
    const struct update u = {cabinet, thread_place_kept(place), imap, call};
    if (!u.kept)
        return STATUS_NOT_FOUND;
    uint32_t told = imap_selected(imap)->uidnext;
    enum status st = update(&u, uidnext > told ? uidnext : told);
    if (st != STATUS_OK) /* half done */
        thread_place_put(cabinet, place, NULL);
    if (!is_refusal(st) || !imap_usable(imap))
        return st;
    if (call->diagnosis)
        *call->diagnosis = (struct diagnosis){0};
    return STATUS_NOT_FOUND;
}

/* ---- turns ---- */

/* Others of the session's requests that have the turn have a deadline, too; ours may be earlier. */
static enum status enter(struct thread_cabinet *cabinet, const struct imap_mailbox *box,
                         enum thread_want want, const struct imap_call *call,
                         struct thread_place **place)
{
    enum status st =
        thread_place_enter(cabinet, box->name, box->uidvalidity, want, call->deadline, place);
    if (st == STATUS_TIMEOUT && call->diagnosis)
        diagnosis_set(call->diagnosis, STAGE_NONE, CAUSE_BUSY, "", 0, "");
    return st == STATUS_TIMEOUT ? STATUS_UNAVAILABLE : st;
}

enum status threads_refresh(struct session *session, struct imap *imap,
                            const struct imap_call *call, uint32_t uidnext)
{
    const struct imap_mailbox *box = imap_selected(imap);
    if (!box)
        return STATUS_INVALID;
    struct thread_cabinet *cabinet = thread_cabinet_of(session);
    struct thread_place *place;
    enum status st = enter(cabinet, box, THREAD_WANT_KEPT, call, &place);
    if (st == STATUS_OK) {
        st = refresh(cabinet, place, imap, call, uidnext);
        thread_place_leave(cabinet, &place);
    }
    thread_cabinet_release(&cabinet);
    return st;
}

enum status threads_compute(struct session *session, struct imap *imap,
                            const struct imap_call *call)
{
    const struct imap_mailbox *box = imap_selected(imap);
    if (!box)
        return STATUS_INVALID;
    struct thread_cabinet *cabinet = thread_cabinet_of(session);
    struct thread_place *place;
    struct thread_kept made = {0};
    enum status st = enter(cabinet, box, THREAD_WANT_PLACE, call, &place);
    if (st == STATUS_OK) {
        /* somebody else may have found them out while this waited */
        st = refresh(cabinet, place, imap, call, 0);
        if (st == STATUS_NOT_FOUND)
            st = compute(cabinet, imap, call, &made);
        if (st == STATUS_OK && !thread_place_kept(place))
            thread_place_put(cabinet, place, &made);
        else
            thread_kept_deinit(&made);
        thread_place_leave(cabinet, &place);
    }
    thread_cabinet_release(&cabinet);
    return st;
}

/* ---- windows ---- */

static struct imap_uids copy_members(struct arena *arena, const struct thread_forest *forest,
                                     size_t thread)
{
    struct imap_uids members = thread_forest_members(forest, thread);
    uint32_t *p = arena_array(arena, members.n, sizeof *p);
    memcpy(p, members.p, members.n * sizeof *p);
    return (struct imap_uids){p, members.n};
}

/* has[t]: the conversation has one of the messages. */
static size_t mark_only(const struct thread_forest *forest, struct imap_uids only, bool *has)
{
    size_t total = 0, thread;
    for (size_t i = 0; i < only.n; i++)
        if (thread_forest_find(forest, only.p[i], &thread) && !has[thread]) {
            has[thread] = true;
            total++;
        }
    return total;
}

static void cut_window(struct arena *arena, const struct thread_forest *forest,
                       const struct threads_query *query, struct threads_window *out)
{
    bool *has = query->only ? arena_array(arena, forest->threads + 1, sizeof *has) : NULL;
    size_t total = has ? mark_only(forest, *query->only, has) : forest->threads, seen = 0;
    size_t room = query->count < total ? query->count : total;
    /* without a restriction the window is found by counting */
    size_t from = has ? 0 : query->skip < total ? query->skip : total;
    *out = (struct threads_window){.rows = arena_array(arena, room + 1, sizeof *out->rows),
                                   .total = (uint32_t)total};
    for (size_t i = from; i < forest->threads && out->n < room; i++) {
        size_t thread = query->oldest_first ? i : forest->threads - 1 - i;
        if (has && (!has[thread] || seen++ < query->skip))
            continue;
        out->rows[out->n++].members = copy_members(arena, forest, thread);
    }
}

enum status threads_window(struct session *session, struct arena *arena,
                           const struct threads_query *query, struct threads_window *out)
{
    struct thread_cabinet *cabinet = thread_cabinet_of(session);
    thread_cabinet_lock(cabinet);
    const struct thread_kept *k = thread_cabinet_look(cabinet, query->folder, query->uidvalidity);
    if (k) {
        cut_window(arena, &k->forest, query, out);
        out->uidnext = k->uidnext;
    }
    thread_cabinet_unlock(cabinet);
    thread_cabinet_release(&cabinet);
    return k ? STATUS_OK : STATUS_NOT_FOUND;
}

enum status threads_find(struct session *session, struct arena *arena, struct sv folder,
                         uint32_t uidvalidity, uint32_t uid, struct thread_found *out)
{
    struct thread_cabinet *cabinet = thread_cabinet_of(session);
    thread_cabinet_lock(cabinet);
    const struct thread_kept *k = thread_cabinet_look(cabinet, folder, uidvalidity);
    size_t thread;
    bool found = k && thread_forest_find(&k->forest, uid, &thread);
    if (found) {
        const struct thread_forest *f = &k->forest;
        *out = (struct thread_found){
            .members = copy_members(arena, f, thread),
            .later = thread + 1 < f->threads ? thread_forest_newest(f, thread + 1) : 0,
            .earlier = thread > 0 ? thread_forest_newest(f, thread - 1) : 0,
            .position = (uint32_t)(f->threads - thread),
            .total = (uint32_t)f->threads};
    }
    thread_cabinet_unlock(cabinet);
    thread_cabinet_release(&cabinet);
    return found ? STATUS_OK : STATUS_NOT_FOUND;
}

static struct imap_uids expanded(struct arena *arena, const struct thread_forest *forest,
                                 struct imap_uids uids, uint32_t until)
{
    bool *has = arena_array(arena, forest->threads + 1, sizeof *has);
    uint32_t *all = arena_array(arena, forest->n + uids.n + 1, sizeof *all);
    size_t n = 0, thread;
    for (size_t i = 0; i < uids.n; i++) {
        if (thread_forest_find(forest, uids.p[i], &thread))
            has[thread] = true;
        else
            all[n++] = uids.p[i];
    }
    for (size_t i = 0; i < forest->n; i++)
        if (has[forest->of[i]] && forest->uids[i] < until)
            all[n++] = forest->uids[i];
    return imap_uids_sorted(arena, (struct imap_uids){all, n});
}

enum status threads_expand(struct session *session, struct arena *arena, struct sv folder,
                           uint32_t uidvalidity, struct imap_uids uids, uint32_t until,
                           struct imap_uids *out)
{
    struct thread_cabinet *cabinet = thread_cabinet_of(session);
    thread_cabinet_lock(cabinet);
    const struct thread_kept *k = thread_cabinet_look(cabinet, folder, uidvalidity);
    if (k)
        *out = expanded(arena, &k->forest, uids, until);
    thread_cabinet_unlock(cabinet);
    thread_cabinet_release(&cabinet);
    return k ? STATUS_OK : STATUS_NOT_FOUND;
}
