#include "selection.h"

#include "base64.h"
#include "uid_set.h"
#include "utf8.h"

/* ---- writing ---- */

struct sv selection_text(struct arena *arena, struct sv folder, uint32_t uidvalidity,
                         struct imap_uids uids, size_t most)
{
    struct sb out;
    struct sv set = uid_set_write(arena, uids, most);
    sb_init(&out, arena, most);
    sb_printf(&out, "%u.%.*s.", uidvalidity, SV_ARG(set));
    base64url_encode(&out, folder.p, folder.n);
    return out.over || set.n == 0 ? SV("") : sb_view(&out);
}

struct sv selection_write(struct arena *arena, const struct selection *selection, size_t most)
{
    struct sb out;
    sb_init(&out, arena, most);
    for (size_t i = 0; i < selection->n; i++) {
        const struct selection_group *g = &selection->p[i];
        if (g->uids.n == 0)
            continue;
        struct sv text = selection_text(arena, g->folder, g->uidvalidity, g->uids, most);
        if (text.n == 0)
            return SV("");
        if (out.n > 0)
            sb_add_char(&out, ';');
        sb_add(&out, text);
    }
    return out.over ? SV("") : sb_view(&out);
}

/* ---- reading ---- */

static enum status read_group(struct arena *arena, struct sv text, struct selection_group *out)
{
    struct selection_group group;
    struct sv rest = text;
    size_t n;
    if (sv_to_u32(sv_cut(&rest, '.'), &group.uidvalidity) != STATUS_OK || group.uidvalidity == 0)
        return STATUS_INVALID;
    enum status st = uid_set_read(arena, sv_cut(&rest, '.'), SELECTION_UIDS_MAX, &group.uids);
    if (st != STATUS_OK || group.uids.n == 0)
        return st == STATUS_OK ? STATUS_INVALID : st;
    n = rest.n < SELECTION_NAME_MAX ? rest.n : SELECTION_NAME_MAX; /* decoded it is shorter */
    char *name = arena_alloc(arena, n + 1);
    st = base64url_decode(rest, name, &n);
    if (st != STATUS_OK || n == 0 || !utf8_valid((struct sv){name, n}))
        return STATUS_INVALID;
    group.folder = (struct sv){name, n};
    *out = group;
    return STATUS_OK;
}

static struct selection_group *find(const struct selection *selection, struct sv folder,
                                    uint32_t uidvalidity)
{
    for (size_t i = 0; i < selection->n; i++)
        if (selection->p[i].uidvalidity == uidvalidity && sv_eq(selection->p[i].folder, folder))
            return &selection->p[i];
    return NULL;
}

static struct imap_uids joined(struct arena *arena, struct imap_uids a, struct imap_uids b)
{
    uint32_t *both = arena_array(arena, a.n + b.n, sizeof *both);
    if (a.n > 0)
        memcpy(both, a.p, a.n * sizeof *both);
    if (b.n > 0)
        memcpy(both + a.n, b.p, b.n * sizeof *both);
    return imap_uids_sorted(arena, (struct imap_uids){both, a.n + b.n});
}

static void make_room(struct arena *arena, struct selection *selection)
{
    if (selection->n < selection->room)
        return;
    size_t room = selection->room > 0 ? 2 * selection->room : 8;
    struct selection_group *p = arena_array(arena, room, sizeof *p);
    if (selection->n > 0)
        memcpy(p, selection->p, selection->n * sizeof *p);
    selection->p = p;
    selection->room = room;
}

static enum status add_group(struct arena *arena, const struct selection_group *group,
                             struct selection *selection)
{
    struct selection_group *known = find(selection, group->folder, group->uidvalidity);
    struct imap_uids uids = known ? joined(arena, known->uids, group->uids) : group->uids;
    size_t total = selection->uids - (known ? known->uids.n : 0) + uids.n;
    if (total > SELECTION_UIDS_MAX || (!known && selection->n >= SELECTION_FOLDERS_MAX) ||
        arena_over(arena))
        return STATUS_TOO_LARGE;
    if (!known) {
        make_room(arena, selection);
        known = &selection->p[selection->n++];
        *known = *group;
    }
    known->uids = uids;
    selection->uids = total;
    return STATUS_OK;
}

enum status selection_add(struct arena *arena, struct sv text, struct selection *selection)
{
    struct selection all = *selection;
    all.room = all.n; /* the groups are another's until this has gone well */
    if (all.n > 0)
        make_room(arena, &all);
    for (struct sv rest = text; rest.n > 0;) {
        struct selection_group group;
        enum status st = read_group(arena, sv_cut(&rest, ';'), &group);
        if (st == STATUS_OK)
            st = add_group(arena, &group, &all);
        if (st != STATUS_OK)
            return st;
    }
    *selection = all;
    return STATUS_OK;
}

const struct selection_group *selection_find(const struct selection *selection, struct sv folder,
                                             uint32_t uidvalidity)
{
    return find(selection, folder, uidvalidity);
}

void selection_remove(struct arena *arena, struct selection *selection, struct sv folder,
                      uint32_t uidvalidity, struct imap_uids uids)
{
    struct selection_group *group = find(selection, folder, uidvalidity);
    struct imap_uids gone = imap_uids_sorted(arena, uids);
    size_t n = 0;
    if (!group)
        return;
    uint32_t *left = arena_array(arena, group->uids.n + 1, sizeof *left);
    for (size_t i = 0; i < group->uids.n; i++)
        if (!imap_uids_has(gone, group->uids.p[i]))
            left[n++] = group->uids.p[i];
    selection->uids -= group->uids.n - n;
    group->uids = (struct imap_uids){left, n};
}
