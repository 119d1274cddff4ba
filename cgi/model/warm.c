#include "warm.h"

struct entry {
    char *name;
    size_t name_n;
    unsigned done;
};

struct memory {
    bool listed;
    bool full; /* there were more large folders than are remembered */
    size_t n, room;
    struct entry *p; /* the large folders */
};

static void memory_free(void *value)
{
    struct memory *memory = value;
    for (size_t i = 0; i < memory->n; i++)
        free(memory->p[i].name);
    free(memory->p);
    free(memory);
}

static struct memory *memory_take(struct session *session)
{
    struct memory *memory = session_slot_take(session, SESSION_SLOT_WARM);
    if (!memory && !(memory = calloc(1, sizeof *memory)))
        abort();
    return memory;
}

static void memory_put(struct session *session, struct memory *memory)
{
    session_slot_put(session, SESSION_SLOT_WARM, memory, memory_free);
}

static struct entry *find(const struct memory *memory, struct sv name)
{
    for (size_t i = 0; i < memory->n; i++)
        if (sv_eq((struct sv){memory->p[i].name, memory->p[i].name_n}, name))
            return &memory->p[i];
    return NULL;
}

static void add(struct memory *memory, struct sv name)
{
    if (memory->n == WARM_FOLDERS_MAX) {
        memory->full = true;
        return;
    }
    if (memory->n == memory->room) {
        memory->room = memory->room > 0 ? 2 * memory->room : 8;
        memory->p = realloc(memory->p, memory->room * sizeof *memory->p);
        if (!memory->p)
            abort();
    }
    char *copy = malloc(name.n + 1);
    if (!copy)
        abort();
    memcpy(copy, name.p, name.n);
    copy[name.n] = '\0';
    memory->p[memory->n++] = (struct entry){.name = copy, .name_n = name.n};
}

enum warm_account warm_account(struct session *session)
{
    struct memory *memory = memory_take(session);
    enum warm_account account = !memory->listed ? WARM_UNKNOWN
                                : memory->n > 0 ? WARM_ACCOUNT_LARGE
                                                : WARM_ACCOUNT_SMALL;
    memory_put(session, memory);
    return account;
}

void warm_learn(struct session *session, const struct folders *folders)
{
    struct memory *memory = memory_take(session);
    for (size_t i = 0; i < folders->n; i++) {
        const struct folder *folder = &folders->p[i];
        bool large =
            folder->selectable && (!folder->counted || folder->counts.messages >= WARM_LARGE);
        if (large && !find(memory, folder->name))
            add(memory, folder->name);
    }
    memory->listed = true;
    memory_put(session, memory);
}

bool warm_is_costly(struct session *session, struct sv folder, unsigned works)
{
    struct memory *memory = memory_take(session);
    const struct entry *entry = find(memory, folder);
    bool costly = !memory->listed || (entry ? works & ~entry->done : memory->full);
    memory_put(session, memory);
    return costly;
}

void warm_done(struct session *session, struct sv folder, unsigned works)
{
    struct memory *memory = memory_take(session);
    struct entry *entry = find(memory, folder);
    if (entry)
        entry->done |= works;
    memory_put(session, memory);
}
