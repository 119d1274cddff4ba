#include "folder.h"
#include "imap_change.h"
#include "imap_fetch.h"

enum { TRIES_MAX = 20, SIZE_WINDOW = 5000, SIZE_BUDGET = 16 * 1024 * 1024 };

/* ---- names ---- */

static bool label_valid(const struct folders *folders, struct sv label)
{
    return label.n > 0 && label.n <= FOLDER_LABEL_MAX && !sv_has_control(label) &&
           (!folders->delimiter || sv_find_char(label, folders->delimiter) == SIZE_MAX);
}

bool folder_is_below(const struct folders *folders, const struct folder *folder,
                     const struct folder *other)
{
    return folders->delimiter && other->name.n > folder->name.n &&
           sv_starts(other->name, folder->name) &&
           other->name.p[folder->name.n] == folders->delimiter;
}

struct sv folder_above(const struct folders *folders, const struct folder *folder)
{
    struct sv above = sv_slice(folder->name, 0, folder->name.n - folder->last.n);
    if (above.n == 0 || sv_eq(above, folders->prefix))
        return SV("");
    return sv_slice(above, 0, above.n - 1);
}

static enum status join(struct arena *arena, const struct folders *folders, struct sv parent,
                        struct sv label, struct sv *name)
{
    struct sv clean = sv_trim(label);
    if (!label_valid(folders, clean) || (parent.n > 0 && !folders->delimiter))
        return STATUS_INVALID;
    if (parent.n > 0)
        *name =
            arena_printf(arena, "%.*s%c%.*s", SV_ARG(parent), folders->delimiter, SV_ARG(clean));
    else
        *name = arena_printf(arena, "%.*s%.*s", SV_ARG(folders->prefix), SV_ARG(clean));
    return STATUS_OK;
}

/* ---- making, renaming, moving ---- */

enum status folder_create(struct imap *imap, const struct imap_call *call,
                          const struct folders *folders, struct sv parent, struct sv label)
{
    struct sv name;
    enum status st = join(call->arena, folders, parent, label, &name);
    return st == STATUS_OK ? imap_create(imap, call, name, IMAP_USE_NONE) : st;
}

/* IMAP moves the mailboxes below too, but not what says that they are subscribed. */
static enum status follow(struct imap *imap, const struct imap_call *call,
                          const struct folders *folders, const struct folder *folder, struct sv to)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < folders->n && st == STATUS_OK; i++) {
        const struct folder *child = &folders->p[i];
        if (!child->subscribed || !folder_is_below(folders, folder, child))
            continue;
        struct sv rest = sv_slice(child->name, folder->name.n, child->name.n);
        st = imap_subscribe(imap, call,
                            arena_printf(call->arena, "%.*s%.*s", SV_ARG(to), SV_ARG(rest)), true);
        if (st == STATUS_OK)
            st = imap_subscribe(imap, call, child->name, false);
    }
    return st;
}

static enum status rename_to(struct session *session, struct imap *imap,
                             const struct imap_call *call, const struct folders *folders,
                             const struct folder *folder, struct sv to)
{
    enum status st = imap_rename(imap, call, folder->name, to);
    if (st == STATUS_OK)
        st = store_folder_renamed(session_store(session), session_user(session), folder->name, to,
                                  folders->delimiter);
    return st == STATUS_OK ? follow(imap, call, folders, folder, to) : st;
}

/* Where a folder may go: to the top, to where it is, or into one that takes children. */
static bool parent_valid(const struct folders *folders, const struct folder *folder,
                         struct sv parent)
{
    const struct folder *above = folder_find(folders, parent);
    if (parent.n == 0 || sv_eq(parent, folder_above(folders, folder)))
        return true;
    return above && above->may_have_children && above != folder &&
           !folder_is_below(folders, folder, above);
}

enum status folder_place(struct session *session, struct imap *imap, const struct imap_call *call,
                         const struct folders *folders, const struct folder *folder,
                         struct sv parent, struct sv label)
{
    struct sv to;
    if (folder->use != IMAP_USE_NONE || !parent_valid(folders, folder, parent))
        return STATUS_INVALID;
    enum status st = join(call->arena, folders, parent, label, &to);
    if (st != STATUS_OK || sv_eq(to, folder->name))
        return st;
    return rename_to(session, imap, call, folders, folder, to);
}

/* ---- to Trash ---- */

static bool holds_special(const struct folders *folders, const struct folder *folder)
{
    for (size_t i = 0; i < folders->n; i++)
        if (folders->p[i].use != IMAP_USE_NONE && folder_is_below(folders, folder, &folders->p[i]))
            return true;
    return false;
}

bool folder_may_discard(const struct folders *folders, const struct folder *folder)
{
    const struct folder *trash = folder_of_use(folders, IMAP_USE_TRASH);
    return trash && trash->may_have_children && folder->use == IMAP_USE_NONE &&
           folder->realm == IMAP_REALM_OWN && !folder_is_below(folders, trash, folder) &&
           !holds_special(folders, folder);
}

enum status folder_discard(struct session *session, struct imap *imap, const struct imap_call *call,
                           const struct folders *folders, const struct folder *folder,
                           struct sv *to)
{
    const struct folder *trash = folder_of_use(folders, IMAP_USE_TRASH);
    enum status st = STATUS_EXISTS;
    struct sv name = SV("");
    if (!folder_may_discard(folders, folder))
        return STATUS_INVALID;
    for (int i = 1; i <= TRIES_MAX && st == STATUS_EXISTS; i++) {
        name = arena_printf(call->arena, i == 1 ? "%.*s%c%.*s" : "%.*s%c%.*s %d",
                            SV_ARG(trash->name), folders->delimiter, SV_ARG(folder->last), i);
        st = folder_find(folders, name) ? STATUS_EXISTS
                                        : rename_to(session, imap, call, folders, folder, name);
    }
    if (st == STATUS_OK)
        *to = name;
    return st;
}

/* ---- for good ---- */

enum status folder_look_into(struct imap *imap, const struct imap_call *call,
                             const struct folders *folders, const struct folder *folder,
                             struct folder_contents *out)
{
    struct folder_contents in = {
        .below = arena_array(call->arena, folders->n + 1, sizeof(struct folder *))};
    struct sb stamp;
    enum status st = STATUS_OK;
    sb_init(&stamp, call->arena, 64 * (folders->n + 1));
    for (size_t i = 0; i < folders->n && st == STATUS_OK; i++) {
        const struct folder *one = &folders->p[i];
        struct imap_counts counts = {0};
        if (one != folder && !folder_is_below(folders, folder, one))
            continue;
        if (one != folder) {
            in.below[in.n++] = one;
            in.special = in.special || one->use != IMAP_USE_NONE;
        }
        if (one->selectable)
            st = folder_counts(imap, call, one, &counts);
        in.messages += counts.messages;
        sb_printf(&stamp, "%u.%u ", counts.uidvalidity, counts.uidnext);
    }
    if (st != STATUS_OK)
        return st;
    in.stamp = sb_view(&stamp);
    *out = in;
    return STATUS_OK;
}

static int longest_first(const void *a, const void *b)
{
    const struct folder *left = *(const struct folder *const *)a;
    const struct folder *right = *(const struct folder *const *)b;
    return left->name.n != right->name.n ? (left->name.n < right->name.n ? 1 : -1)
                                         : sv_compare(left->name, right->name);
}

/* A name that is kept for its children may have gone with the last of them. */
static enum status destroy_one(struct session *session, struct imap *imap,
                               const struct imap_call *call, const struct folder *folder)
{
    enum status st = imap_delete(imap, call, folder->name);
    if (!folder->selectable && st != STATUS_OK && imap_usable(imap))
        st = STATUS_OK;
    return st == STATUS_OK
               ? store_folder_delete(session_store(session), session_user(session), folder->name)
               : st;
}

enum status folder_destroy(struct session *session, struct imap *imap, const struct imap_call *call,
                           const struct folders *folders, const struct folder *folder,
                           const struct folder_contents *contents)
{
    size_t n = contents->n;
    const struct folder **order = arena_array(call->arena, n + 1, sizeof(struct folder *));
    enum status st = STATUS_OK;
    (void)folders;
    if (folder->use != IMAP_USE_NONE || contents->special)
        return STATUS_INVALID;
    for (size_t i = 0; i < n; i++)
        order[i] = contents->below[i];
    qsort(order, n, sizeof(struct folder *), longest_first);
    order[n] = folder;
    for (size_t i = 0; i <= n && st == STATUS_OK; i++)
        st = destroy_one(session, imap, call, order[i]);
    return st;
}

/* ---- sizes ---- */

enum status folder_size(struct imap *imap, const struct imap_call *call,
                        const struct folder *folder, uint64_t *bytes)
{
    uint64_t size = IMAP_SIZE_UNKNOWN;
    enum status st = imap_sizes(imap, call, &folder->name, 1, &size);
    if (st == STATUS_OK && size == IMAP_SIZE_UNKNOWN)
        st = STATUS_UNSUPPORTED;
    if (st == STATUS_OK)
        *bytes = size;
    return st;
}

enum status folder_size_count(struct imap *imap, const struct imap_call *call, struct sv name,
                              struct deadline slice, struct folder_sum *sum)
{
    const struct imap_items sizes = {.bits = IMAP_ITEM_SIZE};
    struct arena *arena = arena_new(SIZE_BUDGET); /* one window's at a time */
    struct imap_call mine = *call;
    mine.arena = arena;
    enum status st = imap_select(imap, call, name, IMAP_READ_ONLY);
    while (st == STATUS_OK && !sum->done) {
        const struct imap_window window = {.skip = sum->skip, .count = SIZE_WINDOW};
        struct imap_messages messages;
        uint32_t total = 0;
        st = imap_fetch_window(imap, &mine, &window, &sizes, &messages, &total);
        for (size_t i = 0; st == STATUS_OK && i < messages.n; i++)
            sum->bytes += messages.p[i].size;
        if (st == STATUS_OK)
            sum->skip += SIZE_WINDOW;
        sum->done = st == STATUS_OK && sum->skip >= total;
        arena_reset(arena);
        if (deadline_passed(slice))
            break;
    }
    arena_free(&arena);
    return st;
}
