#include "threads.h"

#include "imap_fetch.h"
#include "imap_search.h"
#include "imap_thread.h"
#include "thread_headers.h"
#include "thread_relatives.h"

struct kept {
    struct sv folder; /* from malloc; p NULL: free */
    uint32_t uidvalidity, uidnext;
    struct thread_forest forest;
    struct thread_link *link; /* where we link ourselves; else NULL */
    bool by_subject;          /* as the server does it */
};

struct cabinet {
    struct kept folders[THREADS_FOLDERS]; /* the last one used first */
};

/* ---- keeping ---- */

static void kept_clear(struct kept *k)
{
    free((char *)k->folder.p);
    thread_forest_deinit(&k->forest);
    thread_link_free(&k->link);
    *k = (struct kept){0};
}

static void cabinet_free(void *value)
{
    struct cabinet *cabinet = value;
    for (size_t i = 0; i < THREADS_FOLDERS; i++)
        kept_clear(&cabinet->folders[i]);
    free(cabinet);
}

static struct cabinet *cabinet_take(struct session *session)
{
    struct cabinet *cabinet = session_slot_take(session, SESSION_SLOT_THREADS);
    if (!cabinet && !(cabinet = calloc(1, sizeof *cabinet)))
        abort();
    return cabinet;
}

static void cabinet_put(struct session *session, struct cabinet *cabinet)
{
    session_slot_put(session, SESSION_SLOT_THREADS, cabinet, cabinet_free);
}

static void move_to_front(struct cabinet *cabinet, size_t at)
{
    struct kept used = cabinet->folders[at];
    memmove(cabinet->folders + 1, cabinet->folders, at * sizeof used);
    cabinet->folders[0] = used;
}

/* The folder's place, which is now the first; NULL if there is none. */
static struct kept *cabinet_find(struct cabinet *cabinet, struct sv folder, uint32_t uidvalidity)
{
    for (size_t i = 0; i < THREADS_FOLDERS; i++) {
        struct kept *k = &cabinet->folders[i];
        if (!k->folder.p || !sv_eq(k->folder, folder))
            continue;
        if (k->uidvalidity != uidvalidity) {
            kept_clear(k);
            return NULL;
        }
        move_to_front(cabinet, i);
        return cabinet->folders;
    }
    return NULL;
}

static void cabinet_add(struct cabinet *cabinet, struct kept *k)
{
    struct kept *old = cabinet_find(cabinet, k->folder, k->uidvalidity);
    if (!old) {
        kept_clear(&cabinet->folders[THREADS_FOLDERS - 1]);
        move_to_front(cabinet, THREADS_FOLDERS - 1);
        old = cabinet->folders;
    }
    kept_clear(old);
    *old = *k;
}

/* ---- the whole ---- */

static size_t place_of(struct imap_uids sorted, uint32_t uid)
{
    size_t low = 0, high = sorted.n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sorted.p[middle] < uid)
            low = middle + 1;
        else
            high = middle;
    }
    return low < sorted.n && sorted.p[low] == uid ? low : SIZE_MAX;
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

static void build_from_link(struct arena *arena, struct imap_uids all, struct kept *k)
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
                                struct imap_uids all, struct kept *k)
{
    k->link = thread_link_new();
    enum status st = thread_headers(imap, call, newest_of(all, THREADS_OWN_MAX), k->link);
    if (st == STATUS_OK)
        build_from_link(call->arena, all, k);
    return st;
}

static enum status compute(struct imap *imap, const struct imap_call *call, struct kept *k)
{
    struct imap_threads threads = {0};
    struct imap_uids all;
    enum status told = imap_thread(imap, call, &threads);
    if (told != STATUS_OK && told != STATUS_UNSUPPORTED)
        return told;
    enum status st = imap_search(imap, call, NULL, &all);
    if (st == STATUS_OK && told == STATUS_UNSUPPORTED)
        st = compute_here(imap, call, all, k);
    else if (st == STATUS_OK)
        thread_forest_build(&k->forest, all.p, labels_told(call->arena, all, &threads), all.n);
    k->by_subject = threads.by_subject;
    if (st == STATUS_OK)
        k->uidnext = all.n > 0 ? all.p[all.n - 1] + 1 : 1;
    return st;
}

enum status threads_compute(struct session *session, struct imap *imap,
                            const struct imap_call *call)
{
    const struct imap_mailbox *box = imap_selected(imap);
    if (!box)
        return STATUS_INVALID;
    struct kept k = {.folder = (struct sv){sv_copy(box->name), box->name.n},
                     .uidvalidity = box->uidvalidity};
    enum status st = compute(imap, call, &k);
    if (st != STATUS_OK) {
        kept_clear(&k);
        return st;
    }
    struct cabinet *cabinet = cabinet_take(session);
    cabinet_add(cabinet, &k);
    cabinet_put(session, cabinet);
    return STATUS_OK;
}

/* ---- by difference ---- */

static enum status remove_gone(struct imap *imap, const struct imap_call *call, struct kept *k,
                               struct imap_uids *all)
{
    enum status st = imap_search(imap, call, NULL, all);
    if (st != STATUS_OK)
        return st;
    for (size_t i = 0; k->link && i < k->forest.n; i++)
        if (!imap_uids_has(*all, k->forest.uids[i]))
            thread_link_remove(k->link, k->forest.uids[i]);
    thread_forest_keep(&k->forest, *all);
    return STATUS_OK;
}

static enum status link_added(struct imap *imap, const struct imap_call *call, struct kept *k,
                              struct imap_uids added)
{
    struct thread_pair *pairs;
    size_t count;
    if (!k->link) {
        enum status st =
            thread_relatives(imap, call, &k->forest, added, k->by_subject, &pairs, &count);
        if (st == STATUS_OK)
            thread_forest_add(&k->forest, added, pairs, count);
        return st;
    }
    enum status st = thread_headers(imap, call, added, k->link);
    if (st == STATUS_OK) {
        thread_forest_add(&k->forest, added, NULL, 0);
        uint32_t *all = arena_array(call->arena, k->forest.n + 1, sizeof *all);
        memcpy(all, k->forest.uids, k->forest.n * sizeof *all);
        build_from_link(call->arena, (struct imap_uids){all, k->forest.n}, k);
    }
    return st;
}

/* Those that came and have not gone already. */
static enum status find_added(struct imap *imap, const struct imap_call *call, struct kept *k,
                              struct imap_uids *added)
{
    struct imap_uids all;
    enum status st = imap_fetch_new_uids(imap, call, k->uidnext, added);
    if (st != STATUS_OK)
        return st;
    if (k->forest.n + added->n == imap_selected(imap)->exists)
        return STATUS_OK;
    st = remove_gone(imap, call, k, &all);
    uint32_t *p = arena_array(call->arena, added->n + 1, sizeof *p);
    size_t n = 0;
    for (size_t i = 0; st == STATUS_OK && i < added->n; i++)
        if (imap_uids_has(all, added->p[i]))
            p[n++] = added->p[i];
    *added = (struct imap_uids){p, n};
    return st;
}

static enum status update(struct imap *imap, const struct imap_call *call, struct kept *k,
                          uint32_t uidnext)
{
    struct imap_uids added;
    if (k->uidnext >= uidnext && k->forest.n == imap_selected(imap)->exists)
        return STATUS_OK;
    enum status st = find_added(imap, call, k, &added);
    if (st == STATUS_OK && added.n > (k->link ? THREADS_OWN_MAX : THREADS_NEW_MAX))
        return STATUS_NOT_FOUND;
    if (st == STATUS_OK && added.n > 0)
        st = link_added(imap, call, k, added);
    if (st != STATUS_OK)
        return st;
    if (added.n > 0 && k->uidnext <= added.p[added.n - 1])
        k->uidnext = added.p[added.n - 1] + 1;
    if (k->uidnext < uidnext) /* and what came in between has gone again */
        k->uidnext = uidnext;
    return STATUS_OK;
}

/* The server does not search so: then a new THREAD must do. */
static bool is_refusal(enum status st)
{
    return st == STATUS_REFUSED || st == STATUS_UNSUPPORTED || st == STATUS_TOO_LARGE ||
           st == STATUS_INVALID;
}

enum status threads_refresh(struct session *session, struct imap *imap,
                            const struct imap_call *call, uint32_t uidnext)
{
    const struct imap_mailbox *box = imap_selected(imap);
    if (!box)
        return STATUS_INVALID;
    struct cabinet *cabinet = cabinet_take(session);
    struct kept *k = cabinet_find(cabinet, box->name, box->uidvalidity);
    enum status st = STATUS_NOT_FOUND;
    if (k) {
        st = update(imap, call, k, uidnext > box->uidnext ? uidnext : box->uidnext);
        if (st != STATUS_OK) /* half done */
            kept_clear(k);
        if (is_refusal(st) && imap_usable(imap)) {
            if (call->diagnosis)
                *call->diagnosis = (struct diagnosis){0};
            st = STATUS_NOT_FOUND;
        }
    }
    cabinet_put(session, cabinet);
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
    struct cabinet *cabinet = cabinet_take(session);
    const struct kept *k = cabinet_find(cabinet, query->folder, query->uidvalidity);
    if (k) {
        cut_window(arena, &k->forest, query, out);
        out->uidnext = k->uidnext;
    }
    cabinet_put(session, cabinet);
    return k ? STATUS_OK : STATUS_NOT_FOUND;
}

enum status threads_find(struct session *session, struct arena *arena, struct sv folder,
                         uint32_t uidvalidity, uint32_t uid, struct thread_found *out)
{
    struct cabinet *cabinet = cabinet_take(session);
    const struct kept *k = cabinet_find(cabinet, folder, uidvalidity);
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
    cabinet_put(session, cabinet);
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
    struct cabinet *cabinet = cabinet_take(session);
    const struct kept *k = cabinet_find(cabinet, folder, uidvalidity);
    if (k)
        *out = expanded(arena, &k->forest, uids, until);
    cabinet_put(session, cabinet);
    return k ? STATUS_OK : STATUS_NOT_FOUND;
}
