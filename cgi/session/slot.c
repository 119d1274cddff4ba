/* What upper floors keep with a session, and how they keep the session. */
#include "table.h"

void session_hold(struct session *session)
{
    pthread_mutex_lock(&session->table->lock);
    session->references++;
    pthread_mutex_unlock(&session->table->lock);
}

void *session_slot_take(struct session *session, enum session_slot slot)
{
    struct sessions *table = session->table;
    pthread_mutex_lock(&table->lock);
    void *value = session->slots[slot].value;
    session->slots[slot].value = NULL;
    pthread_mutex_unlock(&table->lock);
    return value;
}

void session_slot_put(struct session *session, enum session_slot slot, void *value,
                      void (*free_value)(void *value))
{
    struct sessions *table = session->table;
    pthread_mutex_lock(&table->lock);
    struct slot old = session->slots[slot];
    session->slots[slot] = (struct slot){value, free_value};
    pthread_mutex_unlock(&table->lock);
    if (old.value)
        old.free_value(old.value);
}

struct store *session_store(const struct session *session)
{
    return session->table->store;
}

void *session_slot_hold(struct session *session, enum session_slot slot, void (*hold)(void *value))
{
    struct sessions *table = session->table;
    pthread_mutex_lock(&table->lock);
    void *value = session->slots[slot].value;
    if (value)
        hold(value);
    pthread_mutex_unlock(&table->lock);
    return value;
}

void *session_slot_share(struct session *session, enum session_slot slot,
                         const struct session_shared *kind)
{
    struct sessions *table = session->table;
    pthread_mutex_lock(&table->lock);
    struct slot *at = &session->slots[slot];
    if (!at->value) {
        *at = (struct slot){kind->make(), kind->release};
        kind->hold(at->value);
    }
    void *value = at->value;
    kind->hold(value);
    pthread_mutex_unlock(&table->lock);
    return value;
}
