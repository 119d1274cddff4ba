/* gate_inside.h — the insides shared by gate.c and gate_queue.c; not for other folders. */
#ifndef VM_GATE_INSIDE_H
#define VM_GATE_INSIDE_H

#include <pthread.h>

#include "gate.h"

enum gate_stage { WAITING, RUNNING, FINISHED };

struct gate_user {
    struct gate_user *next;
    char *name;
    size_t name_n, works;
    size_t running[GATE_URGENCIES];
    uint64_t served; /* number of the turn that he had last; 0: none */
};

/* A work; a ticket is a counted hold on it. */
struct gate_ticket {
    struct gate *gate;
    struct gate_ticket *next; /* in the order of the queue */
    struct gate_user *user;   /* NULL when it has finished */
    struct session *session;
    char *key;
    size_t key_n;
    enum gate_urgency urgency;
    enum status (*step)(struct gate_turn *turn, void *context);
    void *context;
    void (*free_context)(void *context);
    enum gate_stage state;
    bool listed;
    size_t holders;
    int64_t submitted, ready, seen; /* on clock_ms() */
    atomic_bool left;
    enum status status;
    struct diagnosis diagnosis;
};

struct gate {
    pthread_mutex_t lock;   /* guards everything below; never held during a step */
    pthread_cond_t work;    /* something may be ready */
    pthread_cond_t changed; /* a work has finished, or a thread has ended */
    struct gate_limits limits;
    struct gate_ticket *first;
    struct gate_user *users;
    uint64_t turn;
    size_t running, running_jobs, threads;
    pthread_t *thread;
    bool stopping, joined;
};

/* All of these with the lock held. */
struct gate_user *queue_user(struct gate *gate, struct sv name); /* made if there is none */
void queue_user_drop(struct gate *gate, struct gate_user *user); /* unless he has works */
void queue_add(struct gate_ticket *ticket);                      /* behind all others */
void queue_remove(struct gate_ticket *ticket);                   /* if it is there */
/* The work whose step is next, or NULL. */
struct gate_ticket *queue_choose(const struct gate *gate, int64_t now);
/* When the next work becomes ready that only waits for its time; at most a minute from now. */
int64_t queue_next_time(const struct gate *gate, int64_t now);
/* How many works of its kind will have a step before this one. */
size_t queue_ahead(const struct gate_ticket *ticket);

#endif
