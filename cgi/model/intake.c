#include "intake.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

const char *const intake_why_names[INTAKE_WHY_COUNT] = {"nul",        "empty",  "large",
                                                        "no_message", "folder", "not_wanted"};

struct kept {
    struct kept *next;
    struct intake_refused refused; /* its views point into bytes */
    char bytes[];
};

struct intake {
    atomic_uint holders;
    pthread_mutex_t lock;
    struct intake_state state; /* its strings point into the arrays below */
    struct kept *first, **last;
    char file[INTAKE_TEXT_MAX], folder[4 * INTAKE_TEXT_MAX];
};

static void hold(void *value)
{
    struct intake *t = value;
    atomic_fetch_add(&t->holders, 1);
}

static void let_go(void *value)
{
    struct intake *t = value;
    if (atomic_fetch_sub(&t->holders, 1) > 1)
        return;
    while (t->first) {
        struct kept *next = t->first->next;
        free(t->first);
        t->first = next;
    }
    pthread_mutex_destroy(&t->lock);
    free(t);
}

void intake_release(struct intake **intake)
{
    if (*intake)
        let_go(*intake);
    *intake = NULL;
}

static struct sv copy(char *room, size_t size, struct sv text)
{
    text = utf8_cut(text, size);
    if (text.n > 0)
        memcpy(room, text.p, text.n);
    return (struct sv){room, text.n};
}

enum status intake_begin(struct session *session, struct sv file, struct sv folder, uint64_t total,
                         struct intake **out)
{
    struct intake *now = session_slot_hold(session, SESSION_SLOT_INTAKE, hold);
    bool running = false;
    if (now) {
        pthread_mutex_lock(&now->lock);
        running = now->state.running;
        pthread_mutex_unlock(&now->lock);
        let_go(now);
    }
    if (running)
        return STATUS_EXISTS;
    struct intake *t = calloc(1, sizeof *t);
    if (!t || pthread_mutex_init(&t->lock, NULL) != 0)
        abort();
    t->last = &t->first;
    t->state = (struct intake_state){.running = true, .total = total};
    t->state.file = copy(t->file, sizeof t->file, file);
    t->state.folder = copy(t->folder, sizeof t->folder, folder);
    atomic_init(&t->holders, 2); /* the session and the caller */
    session_slot_put(session, SESSION_SLOT_INTAKE, t, let_go);
    *out = t;
    return STATUS_OK;
}

/* ---- telling ---- */

void intake_file(struct intake *t, struct sv file)
{
    pthread_mutex_lock(&t->lock);
    t->state.file = copy(t->file, sizeof t->file, file);
    pthread_mutex_unlock(&t->lock);
}

void intake_bytes(struct intake *t, uint64_t done)
{
    pthread_mutex_lock(&t->lock);
    t->state.done = done;
    pthread_mutex_unlock(&t->lock);
}

static void add(struct intake *t, uint64_t *field, uint64_t count)
{
    pthread_mutex_lock(&t->lock);
    *field += count;
    pthread_mutex_unlock(&t->lock);
}

void intake_seen(struct intake *t)
{
    add(t, &t->state.seen, 1);
}

void intake_in(struct intake *t, uint64_t count)
{
    add(t, &t->state.in, count);
}

void intake_known(struct intake *t, uint64_t count)
{
    add(t, &t->state.known, count);
}

void intake_made_folder(struct intake *t)
{
    add(t, &t->state.folders, 1);
}

static struct sv add_text(char *bytes, size_t *n, struct sv text)
{
    struct sv out = copy(bytes + *n, INTAKE_TEXT_MAX, text);
    *n += out.n;
    return out;
}

enum status intake_refuse(struct intake *t, const struct intake_refused *refused)
{
    size_t n = 0;
    if (t->state.refused_count == INTAKE_REFUSED_MAX) /* only the caller's thread adds */
        return STATUS_TOO_LARGE;
    struct kept *kept = malloc(sizeof *kept + 3 * INTAKE_TEXT_MAX);
    if (!kept)
        abort();
    kept->next = NULL;
    kept->refused = *refused;
    kept->refused.where = add_text(kept->bytes, &n, refused->where);
    kept->refused.subject = add_text(kept->bytes, &n, refused->subject);
    kept->refused.words = add_text(kept->bytes, &n, refused->words);
    pthread_mutex_lock(&t->lock);
    *t->last = kept;
    t->last = &kept->next;
    t->state.refused_count++;
    pthread_mutex_unlock(&t->lock);
    return STATUS_OK;
}

void intake_end(struct intake *t, enum status why, const struct diagnosis *diagnosis)
{
    pthread_mutex_lock(&t->lock);
    t->state.running = false;
    t->state.why = why;
    if (diagnosis)
        t->state.diagnosis = *diagnosis;
    t->state.ended = clock_wall();
    pthread_mutex_unlock(&t->lock);
}

/* ---- looking ---- */

bool intake_look(struct session *session, struct arena *arena, struct intake_state *out)
{
    struct intake *t = session_slot_hold(session, SESSION_SLOT_INTAKE, hold);
    if (!t)
        return false;
    pthread_mutex_lock(&t->lock);
    *out = t->state;
    out->file = arena_sv(arena, t->state.file);
    out->folder = arena_sv(arena, t->state.folder);
    struct intake_refused *list = arena_array(arena, out->refused_count + 1, sizeof *list);
    size_t n = 0;
    for (const struct kept *kept = t->first; kept; kept = kept->next) {
        list[n] = kept->refused;
        list[n].where = utf8_line(arena, arena_sv(arena, kept->refused.where));
        list[n].subject = utf8_line(arena, arena_sv(arena, kept->refused.subject));
        list[n++].words = utf8_line(arena, arena_sv(arena, kept->refused.words));
    }
    out->refused = list;
    pthread_mutex_unlock(&t->lock);
    let_go(t);
    return true;
}
