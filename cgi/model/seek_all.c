/* All that a search across folders has found, as a selection.
 *
 * What is final stays in its order, and only leaves it: so the last message that a page has shown
 * says which ones were meant, however much has been found since. */
#include "seek_inside.h"

struct mark {
    uint64_t serial;
    uint32_t count;       /* of those up to the last one */
    struct seek_hit last; /* its date as a distance from the earliest there is */
};

static const uint64_t DATE_ZERO = UINT64_C(1) << 63;

/* ---- as a text: "SERIAL.COUNT.DATE.FOLDER.UID" ---- */

struct sv seek_mark(struct arena *arena, struct seek *seek)
{
    struct sv text = SV("");
    pthread_mutex_lock(&seek->lock);
    if (seek->settled > 0) {
        const struct seek_hit *last = &seek->hits[seek->settled - 1];
        uint64_t date = (uint64_t)last->date + DATE_ZERO;
        text = arena_printf(arena, "%llu.%zu.%llu.%u.%u", (unsigned long long)seek->serial,
                            seek->settled, (unsigned long long)date, last->folder, last->uid);
    }
    pthread_mutex_unlock(&seek->lock);
    return text;
}

static enum status read_mark(struct sv text, struct mark *out)
{
    struct sv rest = text;
    struct mark mark;
    uint64_t date;
    if (sv_to_u64(sv_cut(&rest, '.'), UINT64_MAX, &mark.serial) != STATUS_OK ||
        sv_to_u32(sv_cut(&rest, '.'), &mark.count) != STATUS_OK ||
        sv_to_u64(sv_cut(&rest, '.'), UINT64_MAX, &date) != STATUS_OK ||
        sv_to_u32(sv_cut(&rest, '.'), &mark.last.folder) != STATUS_OK ||
        sv_to_u32(rest, &mark.last.uid) != STATUS_OK)
        return STATUS_INVALID;
    mark.last.date = (int64_t)(date - DATE_ZERO);
    *out = mark;
    return STATUS_OK;
}

/* ---- lock held ---- */

static size_t count_marked(const struct seek *seek, const struct mark *mark)
{
    size_t low = 0, high = seek->settled;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (seek_newest_first(&seek->hits[middle], &mark->last) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The UIDs of each folder, in arrays cut from one. */
static void gather(const struct seek *seek, struct arena *arena, size_t n, struct selection *out)
{
    size_t *counts = arena_array(arena, seek->folder_count + 1, sizeof *counts);
    uint32_t **at = arena_array(arena, seek->folder_count + 1, sizeof *at);
    uint32_t *all = arena_array(arena, n + 1, sizeof *all), *next = all;
    out->p = arena_array(arena, seek->folder_count + 1, sizeof *out->p);
    for (size_t i = 0; i < n; i++)
        counts[seek->hits[i].folder]++;
    for (uint32_t f = 0; f < seek->folder_count; f++) {
        const struct seek_folder *folder = &seek->folders[f];
        at[f] = next;
        next += counts[f];
        if (counts[f] > 0)
            out->p[out->n++] = (struct selection_group){.folder = {folder->name, folder->name_n},
                                                        .uidvalidity = folder->uidvalidity,
                                                        .uids = {at[f], counts[f]}};
    }
    for (size_t i = 0; i < n; i++)
        *at[seek->hits[i].folder]++ = seek->hits[i].uid;
    out->uids = n;
}

/* ---- for pages ---- */

enum status seek_marked(struct session *session, struct arena *arena, struct sv mark_text,
                        struct seek **seek, struct selection *out)
{
    struct mark mark;
    struct selection all = {0};
    enum status st = read_mark(mark_text, &mark);
    struct seek *kept = st == STATUS_OK ? seek_numbered(session, mark.serial) : NULL;
    if (st != STATUS_OK || !kept)
        return st == STATUS_OK ? STATUS_CHANGED : st;
    pthread_mutex_lock(&kept->lock);
    size_t n = count_marked(kept, &mark);
    if (n <= mark.count)
        gather(kept, arena, n, &all);
    pthread_mutex_unlock(&kept->lock);
    if (n > mark.count || arena_over(arena)) {
        seek_release(&kept);
        return n > mark.count ? STATUS_CHANGED : STATUS_TOO_LARGE;
    }
    for (size_t i = 0; i < all.n; i++)
        all.p[i].uids = imap_uids_sorted(arena, all.p[i].uids);
    all.room = all.n;
    *seek = kept;
    *out = all;
    return STATUS_OK;
}

static const struct selection_group *group_of(const struct seek *seek, uint32_t folder,
                                              const struct selection *selection)
{
    const struct seek_folder *f = &seek->folders[folder];
    return selection_find(selection, (struct sv){f->name, f->name_n}, f->uidvalidity);
}

void seek_forget_all(struct seek *seek, const struct selection *selection, struct sv but)
{
    const struct selection_group **groups = calloc((size_t)seek->folder_count + 1, sizeof *groups);
    if (!groups)
        abort();
    size_t kept = 0, settled = 0;
    pthread_mutex_lock(&seek->lock);
    for (uint32_t f = 0; f < seek->folder_count; f++)
        groups[f] = group_of(seek, f, selection);
    for (size_t i = 0; i < seek->hit_count; i++) {
        const struct selection_group *group = groups[seek->hits[i].folder];
        if (group && !sv_eq(group->folder, but) && imap_uids_has(group->uids, seek->hits[i].uid))
            continue;
        settled += i < seek->settled;
        seek->hits[kept++] = seek->hits[i];
    }
    seek->moved = seek->moved || kept < seek->hit_count;
    seek->hit_count = kept;
    seek->settled = settled;
    pthread_mutex_unlock(&seek->lock);
    free(groups);
}
