/* One step after the other of a search across folders: this thread alone changes the seek, and
 * takes its lock only to enter what a command has brought. */
#include "seek_inside.h"

#include "attachment.h"
#include "imap_fetch.h"

enum {
    BUDGET_LEAST = 50,
    BUDGET_MOST = 100 * 1000,
    QUICK_MS = 150, /* a command that took less looks at more the next time */
    SLOW_MS = 600,
    DEAR_MS = 1500,    /* no index has answered that */
    LOOK_BATCH = 500,  /* messages of one FETCH, when structures are wanted… */
    DATE_BATCH = 5000, /* …and when not */
    LOOK_BUDGET = 32 * 1024 * 1024,
    AGAIN_BATCH = 700 /* UIDs that fit into a command however they are spread */
};

struct run {
    struct seek *seek;
    struct imap *imap;
    struct imap_call call;
    struct query query;
};

/* ---- what is asked ---- */

static struct imap_criteria *key(struct run *r, enum imap_key which)
{
    struct imap_criteria *c = arena_alloc(r->call.arena, sizeof *c);
    c->key = which;
    return c;
}

/* The window's messages with UIDs from `low` to `top`. */
static struct imap_criteria *in_days(struct run *r, struct seek_window window, uint32_t low,
                                     uint32_t top)
{
    struct imap_criteria *all = key(r, IMAP_KEY_AND), *last = key(r, IMAP_KEY_RANGE);
    all->children = last;
    last->first = low;
    last->last = top;
    if (window.since != SEEK_OPEN) {
        struct imap_criteria *since = key(r, IMAP_KEY_SINCE);
        since->day = seek_date(window.since);
        last->next = since;
        last = since;
    }
    if (window.before != SEEK_OPEN) {
        struct imap_criteria *before = key(r, IMAP_KEY_BEFORE);
        before->day = seek_date(window.before);
        last->next = before;
    }
    return all;
}

static struct imap_criteria *in_window(struct run *r, uint32_t low, uint32_t top)
{
    return in_days(r, r->seek->window, low, top);
}

static struct imap_criteria *and_query(struct run *r, struct imap_criteria *where)
{
    struct imap_criteria *both = key(r, IMAP_KEY_AND), *query = key(r, IMAP_KEY_AND);
    query->children = r->query.criteria;
    both->children = where;
    where->next = query;
    return r->query.criteria ? both : where;
}

/* ---- what is found ---- */

/* Enters the dates of what was found, without those whose attachments do not fit. */
static enum status fetch_batch(struct run *r, uint32_t folder, struct imap_uids uids,
                               struct seek_hit *hits, size_t *n)
{
    struct imap_messages got;
    bool look = r->query.attachment != QUERY_ATTACHMENT_ANY;
    bool with = r->query.attachment == QUERY_ATTACHMENT_WITH;
    const struct imap_items items = {.bits = IMAP_ITEM_DATE | (look ? IMAP_ITEM_STRUCTURE : 0)};
    enum status st = imap_fetch_uids(r->imap, &r->call, uids, &items, &got);
    if (st != STATUS_OK)
        return st;
    for (size_t i = 0; i < got.n && i < uids.n; i++)
        if (!look || attachment_any(got.p[i].structure) == with)
            hits[(*n)++] = (struct seek_hit){folder, got.p[i].uid, got.p[i].internal_date};
    return STATUS_OK;
}

static enum status fetch_hits(struct run *r, uint32_t folder, struct imap_uids uids,
                              struct seek_hit *hits, size_t *n)
{
    struct arena *whole = r->call.arena;
    bool look = r->query.attachment != QUERY_ATTACHMENT_ANY;
    size_t batch = look ? LOOK_BATCH : DATE_BATCH;
    enum status st = STATUS_OK;
    r->call.arena = arena_new(LOOK_BUDGET);
    for (size_t at = 0; at < uids.n && st == STATUS_OK; at += batch) {
        size_t count = uids.n - at < batch ? uids.n - at : batch;
        st = fetch_batch(r, folder, (struct imap_uids){uids.p + at, count}, hits, n);
        arena_reset(r->call.arena);
    }
    arena_free(&r->call.arena);
    r->call.arena = whole;
    return st;
}

/* ---- one folder ---- */

static struct sv name_of(const struct seek_folder *f)
{
    return (struct sv){f->name, f->name_n};
}

/* STATUS_CHANGED: it is another mailbox now. */
static enum status enter(struct run *r, uint32_t index)
{
    struct seek_folder *f = &r->seek->folders[index];
    const struct imap_mailbox *before = imap_selected(r->imap);
    bool stayed = before && sv_eq(before->name, name_of(f));
    enum status st = imap_select(r->imap, &r->call, name_of(f), IMAP_READ_WRITE);
    /* a mailbox that stayed selected knows nothing yet of what others have done to it */
    if (st == STATUS_OK && stayed && r->seek->at != index)
        st = imap_refresh(r->imap, &r->call);
    if (st != STATUS_OK)
        return st;
    /* what stayed selected since an earlier request may be a mailbox that is no more */
    if (f->uidvalidity != 0 && f->uidvalidity != imap_selected(r->imap)->uidvalidity) {
        st = imap_unselect(r->imap, &r->call);
        if (st == STATUS_OK)
            st = imap_select(r->imap, &r->call, name_of(f), IMAP_READ_WRITE);
        if (st != STATUS_OK)
            return st;
    }
    const struct imap_mailbox *box = imap_selected(r->imap);
    if (f->uidvalidity != 0 && f->uidvalidity != box->uidvalidity)
        return STATUS_CHANGED;
    pthread_mutex_lock(&r->seek->lock);
    f->uidvalidity = box->uidvalidity;
    if (f->top == 0) {
        f->messages = box->exists;
        /* UIDNEXT is told when a mailbox is selected, and not by every server: else all there are
         */
        f->top = !stayed && box->uidnext > 1 ? box->uidnext - 1 : UINT32_MAX;
    }
    pthread_mutex_unlock(&r->seek->lock);
    return STATUS_OK;
}

/* A search of ours must neither hold the server for long nor ask it a thousand times. */
static void learn(struct seek *seek, size_t looked, int64_t took_ms)
{
    pthread_mutex_lock(&seek->lock);
    if (took_ms < QUICK_MS && looked >= seek->budget && seek->budget < BUDGET_MOST)
        seek->budget *= 2;
    if (took_ms > SLOW_MS && seek->budget > BUDGET_LEAST)
        seek->budget /= 2;
    if (took_ms > DEAR_MS && !seek->dear)
        seek_become_dear(seek);
    pthread_mutex_unlock(&seek->lock);
}

/* All at once, so that who refines this search finds what has been looked at and no more. */
static void enter_found(struct run *r, uint32_t index, const struct seek_hit *hits, size_t n,
                        size_t looked)
{
    struct seek *seek = r->seek;
    struct seek_folder *f = &seek->folders[index];
    pthread_mutex_lock(&seek->lock);
    seek_add(seek, hits, n);
    if (seek->list_folder == index)
        seek->list_count -= looked;
    f->looked += (uint32_t)looked;
    seek->window_looked += looked;
    f->done = f->looked >= f->messages;
    pthread_mutex_unlock(&seek->lock);
}

/* What an index knows need not be asked for in pieces; structures are read all the same. */
static void note_index(struct run *r)
{
    if (!imap_search_by_index(r->imap, r->query.criteria))
        return;
    pthread_mutex_lock(&r->seek->lock);
    r->seek->indexed = true;
    if (r->query.attachment == QUERY_ATTACHMENT_ANY)
        r->seek->budget = BUDGET_MOST;
    pthread_mutex_unlock(&r->seek->lock);
}

/* Asks the query of what the criteria name: `looked` messages of the folder. */
static enum status ask(struct run *r, uint32_t index, struct imap_criteria *where, size_t looked)
{
    struct imap_uids found;
    struct seek_hit *hits = NULL;
    size_t n = 0;
    int64_t begun = clock_ms();
    enum status st = imap_search(r->imap, &r->call, and_query(r, where), &found);
    if (st == STATUS_OK && found.n > 0) {
        hits = arena_array(r->call.arena, found.n, sizeof *hits);
        st = fetch_hits(r, index, found, hits, &n);
    }
    if (st != STATUS_OK)
        return st;
    enter_found(r, index, hits, n, looked);
    learn(r->seek, looked, clock_ms() - begun);
    note_index(r);
    return STATUS_OK;
}

/* Which messages of the folder are in the window: the index knows, so that it costs little. */
static enum status load_list(struct run *r, uint32_t index)
{
    struct seek *seek = r->seek;
    struct imap_uids there;
    enum status st =
        imap_search(r->imap, &r->call, in_window(r, 1, seek->folders[index].top), &there);
    if (st == STATUS_OK) {
        pthread_mutex_lock(&seek->lock);
        seek_list_put(seek, index, there.p, there.n);
        pthread_mutex_unlock(&seek->lock);
    }
    return st;
}

/* The newest messages of the window that have not been looked at, as many as the budget allows. */
static enum status search_piece(struct run *r, uint32_t index)
{
    struct seek *seek = r->seek;
    enum status st = seek->list_folder == index ? STATUS_OK : load_list(r, index);
    if (st != STATUS_OK)
        return st;
    size_t n = seek->list_count < seek->budget ? seek->list_count : seek->budget;
    if (n > 0) {
        uint32_t first = seek->list[seek->list_count - n], last = seek->list[seek->list_count - 1];
        st = ask(r, index, in_window(r, first, last), n);
    }
    pthread_mutex_lock(&seek->lock);
    if (st == STATUS_OK && seek->list_folder == index && seek->list_count == 0)
        seek->folders[index].window_done = true;
    pthread_mutex_unlock(&seek->lock);
    return st;
}

/* A folder of which little is left is looked at to its end, whatever the window: what is older
 * than that waits for its turn to be shown, and the folder need not be selected any more. */
static enum status search_rest(struct run *r, uint32_t index, size_t left)
{
    struct seek_window window = r->seek->window;
    window.since = SEEK_OPEN;
    return ask(r, index, in_days(r, window, 1, r->seek->folders[index].top), left);
}

static enum status search_folder(struct run *r, uint32_t index)
{
    struct seek *seek = r->seek;
    const struct seek_folder *f = &seek->folders[index];
    uint32_t left = f->messages > f->looked ? f->messages - f->looked : 0;
    if (left <= seek->budget && seek->list_folder != index)
        return search_rest(r, index, left);
    return search_piece(r, index);
}

/* ---- what the query before has found ---- */

static void keep_found(struct run *r, const struct seek_hit *from, size_t count,
                       struct imap_uids found)
{
    struct seek *seek = r->seek;
    pthread_mutex_lock(&seek->lock);
    for (size_t i = 0; i < count; i++)
        if (imap_uids_has(found, from[i].uid))
            seek_add(seek, &from[i], 1);
    seek->again_at += count;
    bool over = seek->again_at == seek->again_count;
    if (over && seek->window.before != SEEK_OPEN)
        seek_settle(seek,
                    seek_window_settled((struct seek_window){seek->window.before, SEEK_OPEN}));
    pthread_mutex_unlock(&seek->lock);
}

static enum status search_again(struct run *r, size_t count)
{
    struct seek *seek = r->seek;
    const struct seek_hit *from = seek->again + seek->again_at;
    uint32_t *uids = arena_array(r->call.arena, count, sizeof *uids);
    struct imap_criteria *these = key(r, IMAP_KEY_UIDS);
    struct imap_uids found;
    for (size_t i = 0; i < count; i++)
        uids[i] = from[i].uid;
    these->uids = (struct imap_uids){uids, count};
    enum status st = imap_search(r->imap, &r->call, and_query(r, these), &found);
    if (st == STATUS_OK && r->query.attachment != QUERY_ATTACHMENT_ANY) {
        struct seek_hit *hits = arena_array(r->call.arena, found.n + 1, sizeof *hits);
        uint32_t *kept = arena_array(r->call.arena, found.n + 1, sizeof *kept);
        size_t n = 0;
        st = fetch_hits(r, from->folder, found, hits, &n);
        for (size_t i = 0; i < n; i++)
            kept[i] = hits[i].uid;
        found = imap_uids_sorted(r->call.arena, (struct imap_uids){kept, n});
    }
    if (st == STATUS_OK)
        keep_found(r, from, count, found);
    return st;
}

/* As many of one folder as one command takes. */
static size_t again_batch(const struct seek *seek)
{
    size_t n = 0;
    while (seek->again_at + n < seek->again_count && n < AGAIN_BATCH && n < seek->budget &&
           seek->again[seek->again_at + n].folder == seek->again[seek->again_at].folder)
        n++;
    return n;
}

/* ---- steps ---- */

/* The folder that is next, or UINT32_MAX: the window is over. */
static uint32_t next_folder(const struct seek *seek)
{
    if (seek->again_at < seek->again_count)
        return seek->again[seek->again_at].folder;
    for (uint32_t i = 0; i < seek->folder_count; i++)
        if (!seek->folders[i].done && !seek->folders[i].window_done)
            return i;
    return UINT32_MAX;
}

/* A folder's own trouble is no reason to give up the others. */
static void give_up(struct run *r, uint32_t index, enum status st)
{
    struct seek *seek = r->seek;
    enum seek_trouble trouble = st == STATUS_NOT_FOUND ? SEEK_GONE
                                : st == STATUS_CHANGED ? SEEK_CHANGED
                                                       : SEEK_REFUSED;
    pthread_mutex_lock(&seek->lock);
    if (st == STATUS_UNSUPPORTED)
        seek->no_unicode = seek->done = true;
    else
        seek_drop_folder(seek, index, trouble);
    while (seek->again_at < seek->again_count && seek->again[seek->again_at].folder == index)
        seek->again_at++;
    pthread_mutex_unlock(&seek->lock);
}

static enum status step(struct run *r)
{
    struct seek *seek = r->seek;
    uint32_t index = next_folder(seek);
    if (index == UINT32_MAX) {
        pthread_mutex_lock(&seek->lock);
        seek_next_window(seek);
        pthread_mutex_unlock(&seek->lock);
        return STATUS_OK;
    }
    bool again = seek->again_at < seek->again_count;
    enum status st = enter(r, index);
    seek->at = index;
    if (st == STATUS_OK)
        st = again ? search_again(r, again_batch(seek)) : search_folder(r, index);
    if (st == STATUS_OK || !imap_usable(r->imap))
        return st;
    give_up(r, index, st);
    return STATUS_OK;
}

/* The connection that it had the last time, if that is free: another would be one more. */
static enum status take(struct run *r, struct session *session)
{
    const struct seek *seek = r->seek;
    uint32_t index = seek->at == UINT32_MAX ? next_folder(seek) : seek->at;
    struct sv name = index == UINT32_MAX ? SV("") : name_of(&seek->folders[index]);
    enum status st =
        session_connection_take(session, name, r->call.deadline, &r->imap, r->call.diagnosis);
    if (st == STATUS_OK)
        session_connection_slow(session, r->imap);
    return st;
}

static bool wanted(struct seek *seek)
{
    pthread_mutex_lock(&seek->lock);
    bool yes = !seek->done && !seek->stopped;
    pthread_mutex_unlock(&seek->lock);
    return yes;
}

static enum status steps(struct run *r, struct session *session, struct deadline slice)
{
    bool fresh = false; /* the connection has answered in this run */
    enum status st = take(r, session);
    while (st == STATUS_OK && wanted(r->seek)) {
        st = step(r);
        /* a warm connection may have died unnoticed */
        if (st == STATUS_CLOSED && !fresh) {
            session_connection_give(session, &r->imap);
            st = take(r, session);
        }
        fresh = true;
        if (deadline_passed(slice))
            break;
    }
    if (st == STATUS_TIMEOUT)
        r->seek->budget = r->seek->budget > 4 * BUDGET_LEAST ? r->seek->budget / 4 : BUDGET_LEAST;
    session_connection_give(session, &r->imap);
    return st;
}

enum status seek_run(struct seek *seek, struct session *session, struct arena *arena,
                     struct deadline slice, struct deadline deadline, struct diagnosis *diagnosis,
                     bool *more)
{
    struct run r = {.seek = seek, .call = {arena, deadline, diagnosis, NULL}};
    pthread_mutex_lock(&seek->lock);
    bool alone = !seek->running;
    seek->running = true;
    pthread_mutex_unlock(&seek->lock);
    enum status st = STATUS_OK;
    if (alone) {
        query_parse(arena, (struct sv){seek->q, seek->q_n}, seek->today, &r.query);
        st = steps(&r, session, slice);
        pthread_mutex_lock(&seek->lock);
        seek->running = false;
        pthread_mutex_unlock(&seek->lock);
    }
    if (st == STATUS_OK)
        *more = wanted(seek);
    return st;
}
