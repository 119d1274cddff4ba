#include "seek_inside.h"

#include "random.h"

enum { BUDGET_DEAR = 500, BUDGET_CHEAP = 20000 };

static void *need(void *p)
{
    if (!p)
        abort();
    return p;
}

/* ---- what is to be looked through ---- */

static bool below(const struct seek_request *request, struct sv name)
{
    struct sv top = request->folder;
    return sv_eq(name, top) ||
           (request->folders->delimiter && name.n > top.n + 1 && sv_starts(name, top) &&
            name.p[top.n] == request->folders->delimiter);
}

static bool in_scope(const struct seek_request *request, const struct folder *folder)
{
    if (!folder->selectable)
        return false;
    if (request->scope == SEEK_SUBSCRIBED)
        return folder->shown;
    return request->scope == SEEK_ALL || below(request, folder->name);
}

static void plan(struct seek *seek, const struct seek_request *request)
{
    const struct folders *folders = request->folders;
    uint64_t messages = 0;
    seek->folders = need(calloc(folders->n + 1, sizeof *seek->folders));
    for (size_t i = 0; i < folders->n && seek->folder_count < SEEK_FOLDERS_MAX; i++) {
        const struct folder *folder = &folders->p[i];
        if (!in_scope(request, folder))
            continue;
        struct seek_folder *f = &seek->folders[seek->folder_count++];
        f->name = sv_copy(folder->name);
        f->name_n = folder->name.n;
        if (folder->counted) {
            f->uidvalidity = folder->counts.uidvalidity;
            f->messages = folder->counts.messages;
            f->done = f->messages == 0;
        }
        messages += f->messages;
    }
    seek->window = seek_window_first(seek_day(seek->today), messages, seek_aim(seek));
    seek->done = seek->folder_count == 0;
}

/* ---- life ---- */

static struct seek *empty_seek(const struct seek_request *request)
{
    struct seek *seek = need(calloc(1, sizeof *seek));
    struct arena *arena = arena_new(1024 * 1024);
    struct query query;
    query_parse(arena, request->q, request->today, &query);
    seek->dear = query.in_text || query.attachment != QUERY_ATTACHMENT_ANY;
    arena_free(&arena);
    pthread_mutex_init(&seek->lock, NULL);
    seek->serial = random_u64();
    seek->references = 1;
    seek->q = sv_copy(request->q);
    seek->q_n = request->q.n;
    seek->folder = sv_copy(request->folder);
    seek->folder_n = request->folder.n;
    seek->scope = request->scope;
    seek->today = request->today;
    seek->budget = seek->dear ? BUDGET_DEAR : BUDGET_CHEAP;
    seek->aim = SEEK_AIM_FIRST;
    seek->used = clock_ms();
    seek->at = seek->list_folder = UINT32_MAX;
    return seek;
}

static void seek_free(struct seek *seek)
{
    for (uint32_t i = 0; i < seek->folder_count; i++)
        free(seek->folders[i].name);
    pthread_mutex_destroy(&seek->lock);
    free(seek->folders);
    free(seek->hits);
    free(seek->again);
    free(seek->list);
    free(seek->folder);
    free(seek->q);
    free(seek);
}

void seek_hold(struct seek *seek)
{
    pthread_mutex_lock(&seek->lock);
    seek->references++;
    pthread_mutex_unlock(&seek->lock);
}

void seek_release(struct seek **seek)
{
    if (!seek || !*seek)
        return;
    pthread_mutex_lock(&(*seek)->lock);
    bool last = --(*seek)->references == 0;
    pthread_mutex_unlock(&(*seek)->lock);
    if (last)
        seek_free(*seek);
    *seek = NULL;
}

/* ---- refining ---- */

static int by_folder(const void *a, const void *b)
{
    const struct seek_hit *x = a, *y = b;
    if (x->folder != y->folder)
        return x->folder < y->folder ? -1 : 1;
    return (x->uid > y->uid) - (x->uid < y->uid);
}

/* Begins where the query before is: what that has found is looked at again, and what it had not
 * reached yet is looked at for the first time. What it has run into stays as it is. */
static void inherit(struct seek *seek, struct seek *before)
{
    pthread_mutex_lock(&before->lock);
    seek->folder_count = before->folder_count;
    seek->folders = need(calloc(before->folder_count + 1, sizeof *seek->folders));
    for (uint32_t i = 0; i < before->folder_count; i++) {
        seek->folders[i] = before->folders[i];
        seek->folders[i].name =
            sv_copy((struct sv){before->folders[i].name, before->folders[i].name_n});
    }
    seek->dear = seek->dear || before->dear;
    seek->window = before->window;
    seek->aim = before->aim;
    seek->window_looked = before->window_looked;
    seek->indexed = before->indexed;
    /* the folder that it is in the middle of, too: of its window only the rest is left */
    if (before->list_folder != UINT32_MAX)
        seek_list_put(seek, before->list_folder, before->list, before->list_count);
    seek->again_count = before->hit_count;
    seek->again = need(calloc(before->hit_count + 1, sizeof *seek->again));
    if (before->hit_count > 0)
        memcpy(seek->again, before->hits, before->hit_count * sizeof *seek->again);
    pthread_mutex_unlock(&before->lock);
    qsort(seek->again, seek->again_count, sizeof *seek->again, by_folder);
}

/* Not of one that was cut or has left words out: there may be older ones that match both. Nor of
 * one that is still looking again itself. */
static bool can_refine(struct seek *before)
{
    pthread_mutex_lock(&before->lock);
    bool can = !before->cut && !before->no_unicode && before->again_at >= before->again_count;
    pthread_mutex_unlock(&before->lock);
    return can;
}

struct seek *seek_new(const struct seek_request *request, struct seek *before)
{
    struct seek *seek = empty_seek(request);
    if (before && can_refine(before))
        inherit(seek, before);
    else
        plan(seek, request);
    return seek;
}

/* ---- order; the lock is held ---- */

int seek_newest_first(const void *a, const void *b)
{
    const struct seek_hit *x = a, *y = b;
    if (x->date != y->date)
        return x->date > y->date ? -1 : 1;
    if (x->folder != y->folder)
        return x->folder < y->folder ? -1 : 1;
    return (x->uid < y->uid) - (x->uid > y->uid);
}

static void sort_open(struct seek *seek)
{
    size_t open = seek->hit_count - seek->settled;
    if (open > 1)
        qsort(seek->hits + seek->settled, open, sizeof *seek->hits, seek_newest_first);
}

/* What is beyond the limit is older than all that is kept, for the windows before are settled and
 * this one is sorted: so it can be let go of in the middle of a window. */
static void cut(struct seek *seek)
{
    if (seek->hit_count <= SEEK_FOUND_MAX)
        return;
    sort_open(seek);
    seek->hit_count = SEEK_FOUND_MAX;
    seek->cut = true;
}

void seek_add(struct seek *seek, const struct seek_hit *hits, size_t count)
{
    if (count == 0)
        return;
    if (seek->hit_count + count > seek->hit_room) {
        seek->hit_room = 2 * (seek->hit_count + count);
        seek->hits = need(realloc(seek->hits, seek->hit_room * sizeof *seek->hits));
    }
    memcpy(seek->hits + seek->hit_count, hits, count * sizeof *hits);
    seek->hit_count += count;
    if (seek->hit_count > 2 * SEEK_FOUND_MAX)
        cut(seek);
}

void seek_list_put(struct seek *seek, uint32_t folder, const uint32_t *uids, size_t count)
{
    free(seek->list);
    seek->list = need(calloc(count + 1, sizeof *seek->list));
    if (count > 0)
        memcpy(seek->list, uids, count * sizeof *seek->list);
    seek->list_count = count;
    seek->list_folder = folder;
}

void seek_drop_folder(struct seek *seek, uint32_t index, enum seek_trouble trouble)
{
    size_t n = 0, settled = 0;
    for (size_t i = 0; i < seek->hit_count; i++) {
        if (seek->hits[i].folder == index)
            continue;
        settled += i < seek->settled;
        seek->hits[n++] = seek->hits[i];
    }
    seek->hit_count = n;
    seek->settled = settled;
    seek->folders[index].trouble = trouble;
    seek->folders[index].done = true;
}

void seek_settle(struct seek *seek, int64_t until)
{
    sort_open(seek);
    cut(seek);
    while (seek->settled < seek->hit_count && seek->hits[seek->settled].date >= until)
        seek->settled++;
}

void seek_become_dear(struct seek *seek)
{
    uint64_t messages = 0;
    seek->dear = true;
    seek->budget = seek->budget < BUDGET_DEAR ? seek->budget : BUDGET_DEAR;
    /* one that is under way by windows already finds the right length for the next one */
    if (seek->settled > 0 || seek->again_count > 0 || seek->window.since != SEEK_OPEN)
        return;
    seek->hit_count = 0;
    seek->list_folder = UINT32_MAX;
    for (uint32_t i = 0; i < seek->folder_count; i++) {
        struct seek_folder *f = &seek->folders[i];
        f->looked = 0;
        f->window_done = false;
        f->done = f->messages == 0 || f->trouble != SEEK_FINE;
        messages += f->messages;
    }
    seek->window_looked = 0;
    seek->window = seek_window_first(seek_day(seek->today), messages, seek_aim(seek));
}

void seek_next_window(struct seek *seek)
{
    uint64_t left = 0;
    bool all = true;
    seek_settle(seek, seek_window_settled(seek->window));
    seek->list_folder = UINT32_MAX;
    for (uint32_t i = 0; i < seek->folder_count; i++) {
        struct seek_folder *f = &seek->folders[i];
        f->window_done = false;
        f->done = f->done || seek->window.since == SEEK_OPEN;
        all = all && f->done;
        if (!f->done)
            left += f->messages > f->looked ? f->messages - f->looked : 0;
    }
    if (seek->indexed)
        seek->aim = SEEK_AIM_CHEAP;
    else if (seek->aim < SEEK_AIM_MOST)
        seek->aim *= 2;
    seek->done = all || seek->cut;
    if (seek->done)
        seek_settle(seek, INT64_MIN);
    else
        seek->window = seek_window_next(seek->window, seek_day(seek->today), seek->window_looked,
                                        left, seek_aim(seek));
    seek->window_looked = 0;
}

/* ---- what pages see ---- */

uint64_t seek_serial(const struct seek *seek)
{
    return seek->serial;
}

void seek_look(struct seek *seek)
{
    pthread_mutex_lock(&seek->lock);
    seek->used = clock_ms();
    pthread_mutex_unlock(&seek->lock);
}

void seek_stop(struct seek *seek, bool stopped)
{
    pthread_mutex_lock(&seek->lock);
    seek->stopped = stopped;
    pthread_mutex_unlock(&seek->lock);
}

struct seek_state seek_state(struct seek *seek)
{
    struct seek_state state = {.folders = seek->folder_count};
    pthread_mutex_lock(&seek->lock);
    state.done = seek->done;
    state.stopped = seek->stopped;
    state.cut = seek->cut;
    state.indexed = seek->indexed;
    state.no_unicode = seek->no_unicode;
    state.moved = seek->moved;
    state.narrowing = seek->again_at < seek->again_count;
    state.dated = !seek->done && seek->window.before != SEEK_OPEN;
    if (state.dated)
        state.since = seek_date(seek->window.before);
    state.found = (uint32_t)seek->settled;
    for (uint32_t i = 0; i < seek->folder_count; i++) {
        const struct seek_folder *f = &seek->folders[i];
        state.folders_done += f->done && f->trouble == SEEK_FINE;
        state.messages += f->messages;
        state.looked += f->looked < f->messages ? f->looked : f->messages;
    }
    pthread_mutex_unlock(&seek->lock);
    return state;
}

size_t seek_hits(struct seek *seek, uint32_t skip, uint32_t count, struct seek_hit *out)
{
    size_t n = 0;
    pthread_mutex_lock(&seek->lock);
    for (size_t i = skip; i < seek->settled && n < count; i++)
        out[n++] = seek->hits[i];
    pthread_mutex_unlock(&seek->lock);
    return n;
}

size_t seek_position(struct seek *seek, struct sv folder, uint32_t uid)
{
    size_t at = SIZE_MAX;
    pthread_mutex_lock(&seek->lock);
    for (size_t i = 0; i < seek->settled && at == SIZE_MAX; i++) {
        const struct seek_folder *f = &seek->folders[seek->hits[i].folder];
        if (seek->hits[i].uid == uid && sv_eq((struct sv){f->name, f->name_n}, folder))
            at = i;
    }
    pthread_mutex_unlock(&seek->lock);
    return at;
}

void seek_forget(struct seek *seek, struct seek_hit hit)
{
    pthread_mutex_lock(&seek->lock);
    for (size_t i = 0; i < seek->hit_count; i++) {
        if (seek->hits[i].folder != hit.folder || seek->hits[i].uid != hit.uid)
            continue;
        memmove(seek->hits + i, seek->hits + i + 1, (seek->hit_count - i - 1) * sizeof *seek->hits);
        seek->hit_count--;
        seek->settled -= i < seek->settled;
        break;
    }
    pthread_mutex_unlock(&seek->lock);
}

uint32_t seek_folder_count(const struct seek *seek)
{
    return seek->folder_count;
}

struct seek_folder_view seek_folder(struct seek *seek, uint32_t index)
{
    pthread_mutex_lock(&seek->lock);
    const struct seek_folder *f = &seek->folders[index];
    struct seek_folder_view view = {{f->name, f->name_n}, f->uidvalidity, f->trouble};
    pthread_mutex_unlock(&seek->lock);
    return view;
}

void seek_folder_lost(struct seek *seek, uint32_t index, enum seek_trouble trouble)
{
    pthread_mutex_lock(&seek->lock);
    seek_drop_folder(seek, index, trouble);
    pthread_mutex_unlock(&seek->lock);
}
