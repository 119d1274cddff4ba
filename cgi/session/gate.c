#include "arena.h"
#include "gate_inside.h"
#include "secret.h"

enum { THREAD_STACK = 1024 * 1024, STOP_MS = 10000 };

/* ---- works ---- */

static void leave_user(struct gate_ticket *t)
{
    if (!t->user)
        return;
    t->user->works--;
    queue_user_drop(t->gate, t->user);
    t->user = NULL;
}

/* Works that are in no list and held by nobody, to be freed without the lock. */
struct dead {
    struct gate_ticket *first;
};

static void bury(struct dead *dead, struct gate_ticket *t)
{
    if (t->listed || t->holders > 0 || t->state == RUNNING)
        return;
    leave_user(t);
    t->next = dead->first;
    dead->first = t;
}

static void free_dead(struct dead *dead)
{
    while (dead->first) {
        struct gate_ticket *t = dead->first;
        dead->first = t->next;
        if (t->free_context)
            t->free_context(t->context);
        session_release(&t->session);
        free(t->key);
        free(t);
    }
}

/* Lock held. What a page wanted and nobody has asked for since. */
static void forget(struct gate *gate, int64_t now, struct dead *dead)
{
    for (struct gate_ticket *t = gate->first, *next; t; t = next) {
        next = t->next;
        bool kept = t->state != FINISHED && t->urgency == GATE_JOB;
        if (kept || t->holders > 0 || now - t->seen <= gate->limits.forget_ms)
            continue;
        atomic_store(&t->left, true);
        if (t->state == RUNNING)
            continue;
        queue_remove(t);
        bury(dead, t);
    }
}

/* ---- the threads ---- */

static void begin(struct gate_ticket *t)
{
    struct gate *gate = t->gate;
    t->state = RUNNING;
    t->user->served = ++gate->turn;
    t->user->running[t->urgency]++;
    gate->running++;
    gate->running_jobs += t->urgency == GATE_JOB;
}

static void end(struct gate_ticket *t, const struct gate_turn *turn, struct dead *dead)
{
    struct gate *gate = t->gate;
    int64_t now = clock_ms();
    t->user->running[t->urgency]--;
    gate->running--;
    gate->running_jobs -= t->urgency == GATE_JOB;
    queue_remove(t);
    if (turn->again && !gate->stopping && !atomic_load(&t->left)) {
        t->state = WAITING;
        t->ready = now + turn->pause_ms;
        queue_add(t);
    } else {
        t->state = FINISHED;
        t->seen = now;
        leave_user(t);
        if (t->urgency == GATE_PAGE)
            queue_add(t); /* until somebody has been told */
        bury(dead, t);
    }
    pthread_cond_broadcast(&gate->changed);
    pthread_cond_broadcast(&gate->work);
}

static void run(struct gate_ticket *t, struct arena *arena)
{
    struct gate *gate = t->gate;
    struct dead dead = {NULL};
    struct diagnosis diagnosis = {0};
    struct gate_turn turn = {
        .session = t->session, .arena = arena, .diagnosis = &diagnosis, .left = &t->left};
    pthread_mutex_unlock(&gate->lock);
    enum status status = t->step(&turn, t->context);
    arena_reset(arena);
    secret_forget_stack();
    pthread_mutex_lock(&gate->lock);
    t->status = status;
    t->diagnosis = diagnosis;
    end(t, &turn, &dead);
    if (dead.first) {
        pthread_mutex_unlock(&gate->lock);
        free_dead(&dead);
        pthread_mutex_lock(&gate->lock);
    }
}

static void *serve(void *context)
{
    struct gate *gate = context;
    struct arena *arena = arena_new(GATE_ARENA);
    pthread_mutex_lock(&gate->lock);
    while (!gate->stopping) {
        struct dead dead = {NULL};
        int64_t now = clock_ms();
        forget(gate, now, &dead);
        struct gate_ticket *t = queue_choose(gate, now);
        if (dead.first) {
            pthread_mutex_unlock(&gate->lock);
            free_dead(&dead);
            pthread_mutex_lock(&gate->lock);
        } else if (t) {
            begin(t);
            run(t, arena);
        } else {
            struct timespec until =
                deadline_timespec((struct deadline){queue_next_time(gate, clock_ms())});
            pthread_cond_timedwait(&gate->work, &gate->lock, &until);
        }
    }
    gate->threads--;
    pthread_cond_broadcast(&gate->changed);
    pthread_mutex_unlock(&gate->lock);
    arena_free(&arena);
    return NULL;
}

static void init_conditions(struct gate *gate)
{
    deadline_cond_init(&gate->work);
    deadline_cond_init(&gate->changed);
}

struct gate *gate_new(const struct gate_limits *limits)
{
    struct gate *gate = calloc(1, sizeof *gate);
    pthread_attr_t attributes;
    if (!gate)
        abort();
    gate->limits = *limits;
    gate->threads = limits->running;
    gate->thread = calloc(limits->running, sizeof *gate->thread);
    if (!gate->thread)
        abort();
    pthread_mutex_init(&gate->lock, NULL);
    init_conditions(gate);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, THREAD_STACK);
    for (size_t i = 0; i < limits->running; i++)
        if (pthread_create(&gate->thread[i], &attributes, serve, gate) != 0)
            abort();
    pthread_attr_destroy(&attributes);
    return gate;
}

bool gate_stop(struct gate *gate, struct deadline deadline)
{
    struct timespec until = deadline_timespec(deadline);
    int waited = 0;
    pthread_mutex_lock(&gate->lock);
    gate->stopping = true;
    for (struct gate_ticket *t = gate->first; t; t = t->next)
        atomic_store(&t->left, true);
    pthread_cond_broadcast(&gate->work);
    pthread_cond_broadcast(&gate->changed);
    while (gate->threads > 0 && waited == 0)
        waited = pthread_cond_timedwait(&gate->changed, &gate->lock, &until);
    bool all = gate->threads == 0;
    pthread_mutex_unlock(&gate->lock);
    for (size_t i = 0; all && i < gate->limits.running; i++)
        pthread_join(gate->thread[i], NULL);
    gate->joined = all;
    return all;
}

void gate_free(struct gate **gate)
{
    struct dead dead = {NULL};
    if (!gate || !*gate)
        return;
    while (!(*gate)->joined)
        (void)gate_stop(*gate, deadline_in(STOP_MS));
    while ((*gate)->first) {
        struct gate_ticket *t = (*gate)->first;
        queue_remove(t);
        bury(&dead, t);
    }
    free_dead(&dead);
    pthread_cond_destroy(&(*gate)->work);
    pthread_cond_destroy(&(*gate)->changed);
    pthread_mutex_destroy(&(*gate)->lock);
    free((*gate)->thread);
    free(*gate);
    *gate = NULL;
}

/* ---- for requests ---- */

/* Lock held. */
static struct gate_ticket *find(const struct gate *gate, const struct session *session,
                                struct sv key)
{
    for (struct gate_ticket *t = gate->first; t; t = t->next)
        if (t->session == session && sv_eq((struct sv){t->key, t->key_n}, key))
            return t;
    return NULL;
}

static struct gate_ticket *ticket_new(struct gate *gate, struct session *session,
                                      const struct gate_work *work)
{
    struct gate_ticket *t = calloc(1, sizeof *t);
    if (!t)
        abort();
    t->gate = gate;
    t->session = session;
    t->key = sv_copy(work->key);
    t->key_n = work->key.n;
    t->urgency = work->urgency;
    t->step = work->step;
    t->context = work->context;
    t->free_context = work->free_context;
    return t;
}

/* Lock held. NULL: the user has too many. */
static struct gate_ticket *add(struct gate *gate, struct session *session,
                               const struct gate_work *work)
{
    struct gate_user *user = queue_user(gate, session_user(session));
    if (user->works >= gate->limits.each || gate->stopping) {
        queue_user_drop(gate, user);
        return NULL;
    }
    struct gate_ticket *t = ticket_new(gate, session, work);
    t->user = user;
    user->works++;
    t->submitted = t->ready = clock_ms();
    queue_add(t);
    return t;
}

enum status gate_submit(struct gate *gate, struct session *session, const struct gate_work *work,
                        struct gate_ticket **out)
{
    struct gate_ticket *t = NULL;
    bool joined = false;
    struct session *held = session;
    session_hold(session);
    if (work->key.n <= GATE_KEY_MAX) {
        pthread_mutex_lock(&gate->lock);
        t = find(gate, session, work->key);
        joined = t != NULL;
        if (!t)
            t = add(gate, session, work);
        if (t) {
            t->holders++;
            t->seen = clock_ms();
            atomic_store(&t->left, false);
            pthread_cond_signal(&gate->work); /* one that had been left may be begun now */
        }
        pthread_mutex_unlock(&gate->lock);
    }
    if (!t || joined) {
        session_release(&held);
        if (work->free_context)
            work->free_context(work->context);
    }
    if (!t)
        return work->key.n > GATE_KEY_MAX ? STATUS_TOO_LARGE : STATUS_UNAVAILABLE;
    *out = t;
    return STATUS_OK;
}

bool gate_pending(struct gate *gate, const struct session *session, struct sv key)
{
    pthread_mutex_lock(&gate->lock);
    const struct gate_ticket *t = find(gate, session, key);
    bool pending = t && t->state != FINISHED;
    pthread_mutex_unlock(&gate->lock);
    return pending;
}

enum status gate_wait(struct gate_ticket *ticket, struct deadline deadline,
                      struct diagnosis *diagnosis)
{
    struct gate *gate = ticket->gate;
    struct timespec until = deadline_timespec(deadline);
    int waited = 0;
    pthread_mutex_lock(&gate->lock);
    while (ticket->state != FINISHED && !gate->stopping && waited == 0)
        waited = pthread_cond_timedwait(&gate->changed, &gate->lock, &until);
    enum status status = STATUS_TIMEOUT;
    if (ticket->state == FINISHED) {
        status = ticket->status;
        if (diagnosis)
            *diagnosis = ticket->diagnosis;
        queue_remove(ticket);
    }
    pthread_mutex_unlock(&gate->lock);
    return status;
}

bool gate_finished(struct gate_ticket *ticket)
{
    pthread_mutex_lock(&ticket->gate->lock);
    bool finished = ticket->state == FINISHED;
    pthread_mutex_unlock(&ticket->gate->lock);
    return finished;
}

size_t gate_place(struct gate_ticket *ticket)
{
    size_t place = 0;
    pthread_mutex_lock(&ticket->gate->lock);
    if (ticket->state == WAITING && ticket->listed)
        place = 1 + queue_ahead(ticket);
    for (const struct gate_ticket *t = ticket->gate->first; place > 0 && t; t = t->next)
        if (ticket->urgency == GATE_JOB && t->urgency == GATE_PAGE && t->state == WAITING)
            place++;
    pthread_mutex_unlock(&ticket->gate->lock);
    return place;
}

int64_t gate_age(struct gate_ticket *ticket)
{
    return clock_ms() - ticket->submitted;
}

/* Lock held. */
static void leave(struct gate_ticket *t, struct dead *dead)
{
    atomic_store(&t->left, true);
    if (t->state == RUNNING || t->holders > 0)
        return;
    queue_remove(t);
    bury(dead, t);
}

void gate_release(struct gate_ticket **ticket)
{
    struct dead dead = {NULL};
    if (!ticket || !*ticket)
        return;
    struct gate *gate = (*ticket)->gate;
    pthread_mutex_lock(&gate->lock);
    (*ticket)->holders--;
    (*ticket)->seen = clock_ms();
    if ((*ticket)->urgency == GATE_PAGE && atomic_load(&(*ticket)->left))
        leave(*ticket, &dead);
    else
        bury(&dead, *ticket);
    pthread_mutex_unlock(&gate->lock);
    free_dead(&dead);
    *ticket = NULL;
}

void gate_leave(struct gate *gate, struct session *session, struct sv key)
{
    struct dead dead = {NULL};
    pthread_mutex_lock(&gate->lock);
    struct gate_ticket *t = find(gate, session, key);
    if (t)
        leave(t, &dead);
    pthread_mutex_unlock(&gate->lock);
    free_dead(&dead);
}

void gate_leave_all(struct gate *gate, struct session *session)
{
    struct dead dead = {NULL};
    pthread_mutex_lock(&gate->lock);
    for (struct gate_ticket *t = gate->first, *next; t; t = next) {
        next = t->next;
        if (t->session == session && t->urgency == GATE_PAGE)
            leave(t, &dead);
    }
    pthread_mutex_unlock(&gate->lock);
    free_dead(&dead);
}

struct gate_state gate_state(struct gate *gate)
{
    struct gate_state state = {0, 0};
    pthread_mutex_lock(&gate->lock);
    state.running = gate->running;
    for (const struct gate_ticket *t = gate->first; t; t = t->next)
        state.waiting += t->state == WAITING;
    pthread_mutex_unlock(&gate->lock);
    return state;
}
