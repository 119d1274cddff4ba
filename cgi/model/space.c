#include "space.h"

#include "imap_fetch.h"
#include "imap_search.h"

enum { BUDGET = 4 * 1024 * 1024, TEXT_MAX = 500 };

static int more_messages(const void *a, const void *b)
{
    const struct space_folder *left = a, *right = b;
    return left->messages != right->messages ? (left->messages < right->messages ? 1 : -1)
                                             : sv_compare(left->name, right->name);
}

static int more_bytes(const void *a, const void *b)
{
    const struct space_folder *left = a, *right = b;
    if (left->bytes == right->bytes)
        return more_messages(a, b);
    if (left->bytes == IMAP_SIZE_UNKNOWN || right->bytes == IMAP_SIZE_UNKNOWN)
        return left->bytes == IMAP_SIZE_UNKNOWN ? 1 : -1;
    return left->bytes < right->bytes ? 1 : -1;
}

static int larger(const void *a, const void *b)
{
    const struct space_message *left = a, *right = b;
    if (left->bytes != right->bytes)
        return left->bytes < right->bytes ? 1 : -1;
    return left->uid < right->uid ? 1 : left->uid > right->uid ? -1 : 0;
}

struct space *space_new(const struct folders *folders)
{
    struct arena *arena = arena_new(BUDGET);
    struct space *space = arena_alloc(arena, sizeof *space);
    struct space_folder *list = arena_array(arena, folders->n + 1, sizeof *list);
    *space = (struct space){.arena = arena, .folders = list};
    for (size_t i = 0; i < folders->n; i++) {
        const struct folder *folder = &folders->p[i];
        if (folder->realm != IMAP_REALM_OWN || !folder->selectable ||
            (folder->counted && folder->counts.messages == 0))
            continue;
        list[space->folder_count++] = (struct space_folder){
            arena_sv(arena, folder->name), folder->counts.messages, IMAP_SIZE_UNKNOWN};
    }
    qsort(list, space->folder_count, sizeof *list, more_messages);
    if (space->folder_count > SPACE_FOLDERS_MAX)
        space->folder_count = SPACE_FOLDERS_MAX;
    space->messages =
        arena_array(arena, SPACE_MESSAGES_MAX + SPACE_EACH_MAX, sizeof *space->messages);
    return space;
}

void space_free(void *value)
{
    struct space *space = value;
    struct arena *arena = space->arena;
    arena_free(&arena);
}

/* ---- sizes ---- */

static enum status ask_sizes(struct space *space, struct imap *imap, const struct imap_call *call)
{
    size_t n = space->folder_count;
    struct sv *names = arena_array(call->arena, n + 1, sizeof *names);
    uint64_t *sizes = arena_array(call->arena, n + 1, sizeof *sizes);
    for (size_t i = 0; i < n; i++)
        names[i] = space->folders[i].name;
    enum status st = imap_sizes(imap, call, names, n, sizes);
    if (st == STATUS_UNSUPPORTED)
        return STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < n; i++)
        space->folders[i].bytes = sizes[i];
    if (st == STATUS_OK && n > 0)
        qsort(space->folders, n, sizeof *space->folders, more_bytes);
    return st;
}

/* ---- the largest of one folder ---- */

static void keep_largest(struct imap_message *best, size_t *n, const struct imap_message *m)
{
    size_t at = *n;
    if (*n == SPACE_EACH_MAX && m->size <= best[*n - 1].size)
        return;
    if (*n < SPACE_EACH_MAX)
        (*n)++;
    else
        at--;
    for (; at > 0 && best[at - 1].size < m->size; at--)
        best[at] = best[at - 1];
    best[at] = *m;
}

/* Where the server cannot sort. */
static enum status by_windows(struct imap *imap, const struct imap_call *call,
                              struct imap_uids *uids)
{
    const struct imap_items sizes = {.bits = IMAP_ITEM_SIZE};
    struct imap_message best[SPACE_EACH_MAX];
    uint32_t total = 1, *list = arena_array(call->arena, SPACE_EACH_MAX, sizeof *list);
    size_t n = 0;
    enum status st = STATUS_OK;
    for (uint32_t skip = 0; st == STATUS_OK && skip < total && skip < SPACE_SORTED_MAX;
         skip += SPACE_WINDOW) {
        const struct imap_window window = {
            .skip = skip, .count = SPACE_WINDOW, .newest_first = true};
        struct imap_messages got;
        st = imap_fetch_window(imap, call, &window, &sizes, &got, &total);
        for (size_t i = 0; st == STATUS_OK && i < got.n; i++)
            keep_largest(best, &n, &got.p[i]);
    }
    for (size_t i = 0; i < n; i++)
        list[i] = best[i].uid;
    if (st == STATUS_OK)
        *uids = (struct imap_uids){list, n};
    return st;
}

static enum status largest(struct imap *imap, const struct imap_call *call, struct imap_uids *uids)
{
    const struct imap_sorting by_size = {IMAP_ORDER_SIZE, true};
    struct imap_sorted sorted;
    enum status st = imap_sort(imap, call, by_size, NULL, 0, SPACE_EACH_MAX, &sorted);
    if (st == STATUS_UNSUPPORTED)
        return by_windows(imap, call, uids);
    if (st == STATUS_OK)
        *uids = (struct imap_uids){sorted.uids.p,
                                   sorted.uids.n < SPACE_EACH_MAX ? sorted.uids.n : SPACE_EACH_MAX};
    return st;
}

static struct sv keep_text(struct space *space, struct sv text)
{
    return arena_sv(space->arena, sv_slice(text, 0, TEXT_MAX));
}

static void keep(struct space *space, uint32_t uidvalidity, const struct imap_message *m)
{
    struct space_message *kept = &space->messages[space->message_count++];
    const struct imap_envelope *e = m->envelope;
    *kept = (struct space_message){.folder = space->looked,
                                   .uidvalidity = uidvalidity,
                                   .uid = m->uid,
                                   .bytes = m->size,
                                   .date = m->internal_date};
    if (!e)
        return;
    kept->subject = keep_text(space, e->subject);
    if (e->from.n > 0)
        kept->who =
            keep_text(space, e->from.p[0].name.n > 0 ? e->from.p[0].name : e->from.p[0].mailbox);
}

/* A folder that has gone meanwhile, or may not be opened, has nothing to tell. */
static enum status look_into(struct space *space, struct imap *imap, const struct imap_call *call)
{
    const struct imap_items items = {.bits = IMAP_ITEM_SIZE | IMAP_ITEM_DATE | IMAP_ITEM_ENVELOPE,
                                     .people_most = 1};
    struct imap_uids uids = {0};
    struct imap_messages got = {0};
    enum status st = imap_select(imap, call, space->folders[space->looked].name, IMAP_READ_ONLY);
    if (st == STATUS_NOT_FOUND || st == STATUS_DENIED)
        return STATUS_OK;
    if (st == STATUS_OK)
        st = largest(imap, call, &uids);
    if (st == STATUS_OK && uids.n > 0)
        st = imap_fetch_uids(imap, call, uids, &items, &got);
    for (size_t i = 0; st == STATUS_OK && i < got.n && i < SPACE_EACH_MAX; i++)
        keep(space, imap_selected(imap)->uidvalidity, &got.p[i]);
    qsort(space->messages, space->message_count, sizeof *space->messages, larger);
    if (space->message_count > SPACE_MESSAGES_MAX)
        space->message_count = SPACE_MESSAGES_MAX;
    return st;
}

enum status space_step(struct space *space, struct imap *imap, const struct imap_call *call,
                       bool *done)
{
    size_t most = space->folder_count < SPACE_LOOK_MAX ? space->folder_count : SPACE_LOOK_MAX;
    enum status st = STATUS_OK;
    if (!space->sized) {
        st = ask_sizes(space, imap, call);
        space->sized = st == STATUS_OK;
    } else if (space->looked < most) {
        st = look_into(space, imap, call);
        space->looked += st == STATUS_OK;
    }
    *done = space->sized && space->looked >= most;
    return st;
}
