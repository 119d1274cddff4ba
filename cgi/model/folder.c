#include "folder.h"

#include "clock.h"
#include "warm.h"

enum { QUOTA_AGE_MS = 60 * 1000, PREFIX_MAX = 200 };

/* What a session remembers between two lists. */
struct memory {
    bool made; /* missing folders have been looked for */
    char delimiter;
    size_t prefix_n;
    char prefix[PREFIX_MAX];
    int64_t quota_at;
    struct imap_quota quota;
};

const char *folder_kind(enum imap_use use)
{
    static const char *const KINDS[] = {
        [IMAP_USE_INBOX] = "inbox",     [IMAP_USE_DRAFTS] = "drafts", [IMAP_USE_SENT] = "sent",
        [IMAP_USE_ARCHIVE] = "archive", [IMAP_USE_JUNK] = "junk",     [IMAP_USE_TRASH] = "trash",
    };
    return use >= IMAP_USE_INBOX && use <= IMAP_USE_TRASH ? KINDS[use] : "folder";
}

const struct folder *folder_find(const struct folders *folders, struct sv name)
{
    for (size_t i = 0; i < folders->n; i++)
        if (sv_eq(folders->p[i].name, name))
            return &folders->p[i];
    return NULL;
}

const struct folder *folder_of_use(const struct folders *folders, enum imap_use use)
{
    for (size_t i = 0; i < folders->n; i++)
        if (folders->p[i].use == use)
            return &folders->p[i];
    return NULL;
}

enum status folder_counts(struct imap *imap, const struct imap_call *call,
                          const struct folder *folder, struct imap_counts *counts)
{
    if (!folder->counted)
        return imap_status(imap, call, folder->name, counts);
    *counts = folder->counts;
    return STATUS_OK;
}

/* ---- making the missing ones ---- */

static enum status make(struct imap *imap, const struct imap_call *call, struct sv prefix,
                        enum imap_use use, struct sv *name)
{
    static const char *const NAMES[] = {
        [IMAP_USE_INBOX] = "INBOX",     [IMAP_USE_DRAFTS] = "Drafts", [IMAP_USE_SENT] = "Sent",
        [IMAP_USE_ARCHIVE] = "Archive", [IMAP_USE_JUNK] = "Junk",     [IMAP_USE_TRASH] = "Trash",
    };
    struct sv made = arena_printf(call->arena, "%.*s%s", SV_ARG(prefix), NAMES[use]);
    enum status st = imap_create(imap, call, made, use);
    if (st == STATUS_OK || st == STATUS_EXISTS) {
        *name = made;
        return STATUS_OK;
    }
    return st;
}

enum status folder_ensure(struct imap *imap, const struct imap_call *call,
                          const struct folders *folders, enum imap_use use, struct sv *name)
{
    const struct folder *folder = folder_of_use(folders, use);
    if (!folder)
        return make(imap, call, folders->prefix, use, name);
    *name = folder->name;
    return STATUS_OK;
}

static bool listed_has(const struct imap_folders *listed, enum imap_use use)
{
    for (size_t i = 0; i < listed->n; i++)
        if (listed->p[i].use == use)
            return true;
    return false;
}

/* A server that will not have one of them is no reason not to show the others. */
static enum status make_missing(struct imap *imap, const struct imap_call *call, struct sv prefix,
                                struct imap_folders *listed)
{
    static const enum imap_use NEEDED[] = {IMAP_USE_DRAFTS, IMAP_USE_SENT, IMAP_USE_TRASH};
    const struct imap_call quiet = {.arena = call->arena, .deadline = call->deadline};
    bool made = false;
    struct sv name;
    for (size_t i = 0; i < sizeof NEEDED / sizeof NEEDED[0] && imap_usable(imap); i++)
        if (!listed_has(listed, NEEDED[i]) &&
            make(imap, &quiet, prefix, NEEDED[i], &name) == STATUS_OK)
            made = true;
    return made ? imap_list(imap, call, listed) : STATUS_OK;
}

/* ---- loading ---- */

static struct memory *remember(struct session *session)
{
    struct memory *memory = session_slot_take(session, SESSION_SLOT_FOLDERS);
    if (!memory && !(memory = calloc(1, sizeof *memory)))
        abort();
    return memory;
}

static struct sv memory_prefix(struct arena *arena, const struct memory *memory)
{
    return arena_sv(arena, (struct sv){memory->prefix, memory->prefix_n});
}

static enum status first_time(struct imap *imap, const struct imap_call *call,
                              struct memory *memory, struct imap_folders *listed)
{
    struct sv prefix = SV("");
    const struct imap_call quiet = {.arena = call->arena, .deadline = call->deadline};
    enum status st = imap_namespace(imap, &quiet, &prefix, &memory->delimiter);
    if (st != STATUS_OK && !imap_usable(imap))
        return st;
    for (size_t i = 0; i < listed->n && memory->delimiter == 0; i++)
        memory->delimiter = listed->p[i].delimiter;
    memory->prefix_n = prefix.n <= PREFIX_MAX ? prefix.n : 0;
    if (memory->prefix_n > 0)
        memcpy(memory->prefix, prefix.p, memory->prefix_n);
    st = make_missing(imap, call, memory_prefix(call->arena, memory), listed);
    memory->made = st == STATUS_OK;
    return st;
}

/* A server that will not tell the quota is no reason not to show folders. */
static enum status refresh_quota(struct imap *imap, const struct imap_call *call,
                                 struct memory *memory)
{
    const struct imap_call quiet = {.arena = call->arena, .deadline = call->deadline};
    if (memory->quota_at != 0 && clock_ms() - memory->quota_at <= QUOTA_AGE_MS)
        return STATUS_OK;
    enum status st = imap_quota_get(imap, &quiet, &memory->quota);
    memory->quota_at = clock_ms();
    return imap_usable(imap) ? STATUS_OK : st;
}

static enum status load(struct imap *imap, const struct imap_call *call, struct memory *memory,
                        struct folders *folders)
{
    struct imap_folders listed;
    enum status st = imap_list(imap, call, &listed);
    if (st == STATUS_OK && !memory->made)
        st = first_time(imap, call, memory, &listed);
    if (st == STATUS_OK)
        st = refresh_quota(imap, call, memory);
    if (st != STATUS_OK)
        return st;
    folders_arrange(call->arena, &listed, memory_prefix(call->arena, memory), memory->delimiter,
                    folders);
    folders->quota = memory->quota;
    return STATUS_OK;
}

enum status folders_load(struct session *session, struct imap *imap, const struct imap_call *call,
                         struct folders *folders)
{
    struct memory *memory = remember(session);
    enum status st = load(imap, call, memory, folders);
    session_slot_put(session, SESSION_SLOT_FOLDERS, memory, free);
    if (st == STATUS_OK)
        warm_learn(session, folders);
    return st;
}

bool folders_known(struct session *session)
{
    struct memory *memory = session_slot_take(session, SESSION_SLOT_FOLDERS);
    bool known = memory && memory->made;
    if (memory)
        session_slot_put(session, SESSION_SLOT_FOLDERS, memory, free);
    return known;
}

/* ---- changing ---- */

static bool label_valid(const struct folders *folders, struct sv label)
{
    return label.n > 0 && label.n <= FOLDER_LABEL_MAX && !sv_has_control(label) &&
           (!folders->delimiter || sv_find_char(label, folders->delimiter) == SIZE_MAX);
}

enum status folder_create(struct imap *imap, const struct imap_call *call,
                          const struct folders *folders, struct sv parent, struct sv label)
{
    struct sv clean = sv_trim(label), name;
    if (!label_valid(folders, clean) || (parent.n > 0 && !folders->delimiter))
        return STATUS_INVALID;
    if (parent.n > 0)
        name = arena_printf(call->arena, "%.*s%c%.*s", SV_ARG(parent), folders->delimiter,
                            SV_ARG(clean));
    else
        name = arena_printf(call->arena, "%.*s%.*s", SV_ARG(folders->prefix), SV_ARG(clean));
    return imap_create(imap, call, name, IMAP_USE_NONE);
}

/* IMAP moves the mailboxes below too, but not what says that they are subscribed. */
static enum status follow(struct imap *imap, const struct imap_call *call,
                          const struct folders *folders, const struct folder *folder, struct sv to)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < folders->n && st == STATUS_OK; i++) {
        const struct folder *child = &folders->p[i];
        if (!child->subscribed || child->name.n <= folder->name.n ||
            !sv_starts(child->name, folder->name) ||
            child->name.p[folder->name.n] != folders->delimiter)
            continue;
        struct sv rest = sv_slice(child->name, folder->name.n, child->name.n);
        st = imap_subscribe(imap, call,
                            arena_printf(call->arena, "%.*s%.*s", SV_ARG(to), SV_ARG(rest)), true);
        if (st == STATUS_OK)
            st = imap_subscribe(imap, call, child->name, false);
    }
    return st;
}

enum status folder_rename(struct imap *imap, const struct imap_call *call,
                          const struct folders *folders, const struct folder *folder,
                          struct sv label)
{
    struct sv clean = sv_trim(label);
    if (!label_valid(folders, clean) || folder->use != IMAP_USE_NONE)
        return STATUS_INVALID;
    struct sv above = sv_slice(folder->name, 0, folder->name.n - folder->last.n);
    struct sv to = arena_printf(call->arena, "%.*s%.*s", SV_ARG(above), SV_ARG(clean));
    enum status st = imap_rename(imap, call, folder->name, to);
    return st == STATUS_OK ? follow(imap, call, folders, folder, to) : st;
}
