#include "folder.h"

#include "clock.h"
#include "folder_choice.h"
#include "warm.h"

enum { QUOTA_AGE_MS = 60 * 1000, MEMORY_BUDGET = 256 * 1024 };

/* What a session remembers between two lists. */
struct memory {
    bool made;           /* missing folders have been looked for */
    struct arena *arena; /* of the namespaces */
    struct imap_namespace namespaces[IMAP_NAMESPACES_MAX];
    size_t namespace_count;
    int64_t quota_at;
    struct imap_quota quota;
};

static void memory_free(void *value)
{
    struct memory *memory = value;
    arena_free(&memory->arena);
    free(memory);
}

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
                                const struct folder_choices *choices, struct imap_folders *listed)
{
    static const enum imap_use NEEDED[] = {IMAP_USE_DRAFTS, IMAP_USE_SENT, IMAP_USE_TRASH};
    const struct imap_call quiet = {.arena = call->arena, .deadline = call->deadline};
    bool made = false;
    struct sv name;
    for (size_t i = 0; i < sizeof NEEDED / sizeof NEEDED[0] && imap_usable(imap); i++)
        if (!listed_has(listed, NEEDED[i]) &&
            make(imap, &quiet, prefix, NEEDED[i], &name) == STATUS_OK)
            made = true;
    if (!made)
        return STATUS_OK;
    enum status st = imap_list(imap, call, listed);
    if (st == STATUS_OK)
        folder_choices_apply(call->arena, choices, listed);
    return st;
}

/* ---- loading ---- */

static struct memory *remember(struct session *session)
{
    struct memory *memory = session_slot_take(session, SESSION_SLOT_FOLDERS);
    if (!memory && !(memory = calloc(1, sizeof *memory)))
        abort();
    return memory;
}

/* They do not change while somebody is signed in. */
static enum status learn_namespaces(struct imap *imap, const struct imap_call *call,
                                    const struct imap_folders *listed, struct memory *memory)
{
    struct imap_namespace *spaces = memory->namespaces;
    const struct imap_call quiet = {.arena = call->arena, .deadline = call->deadline};
    enum status st = imap_namespaces(imap, &quiet, spaces, &memory->namespace_count);
    if (st != STATUS_OK && !imap_usable(imap))
        return st;
    if (st != STATUS_OK) {
        spaces[0] = (struct imap_namespace){.prefix = SV("")};
        memory->namespace_count = 1;
    }
    for (size_t i = 0; i < listed->n && spaces[0].delimiter == 0; i++)
        spaces[0].delimiter = listed->p[i].delimiter;
    memory->arena = arena_new(MEMORY_BUDGET);
    for (size_t i = 0; i < memory->namespace_count; i++)
        spaces[i].prefix = arena_sv(memory->arena, spaces[i].prefix);
    return STATUS_OK;
}

static enum status first_time(struct imap *imap, const struct imap_call *call,
                              const struct folder_choices *choices, struct memory *memory,
                              struct imap_folders *listed)
{
    enum status st = memory->arena ? STATUS_OK : learn_namespaces(imap, call, listed, memory);
    if (st == STATUS_OK)
        st = make_missing(imap, call, memory->namespaces[0].prefix, choices, listed);
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

static enum status load(struct session *session, struct imap *imap, const struct imap_call *call,
                        struct memory *memory, struct folders *folders)
{
    struct imap_folders listed;
    struct folder_choices choices;
    enum status st = imap_list(imap, call, &listed);
    if (st == STATUS_OK)
        st = store_folder_list(session_store(session), session_user(session), call->arena,
                               &choices.p, &choices.n);
    if (st != STATUS_OK)
        return st;
    folder_choices_apply(call->arena, &choices, &listed);
    if (!memory->made)
        st = first_time(imap, call, &choices, memory, &listed);
    if (st == STATUS_OK)
        st = refresh_quota(imap, call, memory);
    if (st != STATUS_OK)
        return st;
    struct imap_namespace *spaces =
        arena_array(call->arena, memory->namespace_count, sizeof *spaces);
    for (size_t i = 0; i < memory->namespace_count; i++) {
        spaces[i] = memory->namespaces[i];
        spaces[i].prefix = arena_sv(call->arena, spaces[i].prefix);
    }
    folders_arrange(call->arena, &listed, spaces, memory->namespace_count, folders);
    folder_choices_mark(&choices, folders);
    folders->quota = memory->quota;
    return STATUS_OK;
}

enum status folders_load(struct session *session, struct imap *imap, const struct imap_call *call,
                         struct folders *folders)
{
    struct memory *memory = remember(session);
    enum status st = load(session, imap, call, memory, folders);
    session_slot_put(session, SESSION_SLOT_FOLDERS, memory, memory_free);
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

void folders_quota_stale(struct session *session)
{
    struct memory *memory = remember(session);
    memory->quota_at = 0;
    session_slot_put(session, SESSION_SLOT_FOLDERS, memory, memory_free);
}
