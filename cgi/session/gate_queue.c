#include "gate_inside.h"

enum { IDLE_MS = 60 * 1000 };

/* ---- users; lock held ---- */

struct gate_user *queue_user(struct gate *gate, struct sv name)
{
    for (struct gate_user *u = gate->users; u; u = u->next)
        if (sv_eq((struct sv){u->name, u->name_n}, name))
            return u;
    struct gate_user *made = calloc(1, sizeof *made);
    if (!made || !(made->name = strndup(name.p, name.n)))
        abort();
    made->name_n = name.n;
    made->next = gate->users;
    gate->users = made;
    return made;
}

void queue_user_drop(struct gate *gate, struct gate_user *user)
{
    if (user->works > 0)
        return;
    struct gate_user **at = &gate->users;
    while (*at != user)
        at = &(*at)->next;
    *at = user->next;
    free(user->name);
    free(user);
}

void queue_add(struct gate_ticket *t)
{
    struct gate_ticket **at = &t->gate->first;
    while (*at)
        at = &(*at)->next;
    t->next = NULL;
    *at = t;
    t->listed = true;
}

void queue_remove(struct gate_ticket *t)
{
    struct gate_ticket **at = &t->gate->first;
    if (!t->listed)
        return;
    while (*at != t)
        at = &(*at)->next;
    *at = t->next;
    t->listed = false;
}

/* ---- whose turn it is; lock held ---- */

/* Of two users who wait: who was served longer ago; else the place in the list decides. */
static bool comes_before(const struct gate_ticket *a, const struct gate_ticket *b)
{
    return a->user->served < b->user->served;
}

static bool is_patient(const struct gate_ticket *t, int64_t now)
{
    return t->urgency == GATE_JOB && now - t->ready < GATE_JOB_PATIENCE_MS;
}

static bool may_run(const struct gate *gate, const struct gate_ticket *t, int64_t now)
{
    size_t jobs = gate->limits.running > 1 ? gate->limits.running - 1 : 1;
    bool left = t->urgency == GATE_PAGE && atomic_load(&t->left);
    return t->state == WAITING && !left && t->ready <= now && t->user->running[t->urgency] == 0 &&
           (t->urgency != GATE_JOB || gate->running_jobs < jobs);
}

struct gate_ticket *queue_choose(const struct gate *gate, int64_t now)
{
    struct gate_ticket *best = NULL;
    for (struct gate_ticket *t = gate->first; t; t = t->next) {
        if (!may_run(gate, t, now))
            continue;
        bool patient = is_patient(t, now), than = best && is_patient(best, now);
        if (!best || (than && !patient) || (than == patient && comes_before(t, best)))
            best = t;
    }
    return best;
}

/* When the next work becomes ready that only waits for its time. */
int64_t queue_next_time(const struct gate *gate, int64_t now)
{
    int64_t at = now + IDLE_MS;
    for (const struct gate_ticket *t = gate->first; t; t = t->next)
        if (t->state == WAITING && t->ready > now && t->ready < at)
            at = t->ready;
    return at;
}

/* How many of the same kind will be begun first: the users take turns, so that of each
 * other one as many come as this user has before this work, or one more. */
size_t queue_ahead(const struct gate_ticket *ticket)
{
    size_t mine = 0, others = 0;
    const struct gate_ticket *head = NULL;
    for (const struct gate_ticket *t = ticket->gate->first; t != ticket; t = t->next)
        if (t->state == WAITING && t->urgency == ticket->urgency && t->user == ticket->user) {
            head = head ? head : t;
            mine++;
        }
    head = head ? head : ticket;
    for (const struct gate_user *u = ticket->gate->users; u; u = u->next) {
        size_t n = 0;
        bool first = false, passed = false;
        for (const struct gate_ticket *t = ticket->gate->first; t; t = t->next) {
            passed |= t == head;
            if (t->state != WAITING || t->urgency != ticket->urgency || t->user != u)
                continue;
            if (n++ == 0)
                first = comes_before(t, head) || (!comes_before(head, t) && !passed);
        }
        size_t turns = mine + (first ? 1 : 0);
        if (u != ticket->user)
            others += n < turns ? n : turns;
    }
    return mine + others;
}
