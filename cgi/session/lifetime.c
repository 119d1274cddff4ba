#include "lifetime.h"

#include "table.h"

struct lifetime lifetime_at(int64_t now, int64_t ends, int64_t over, int64_t idle,
                            enum session_kind kind)
{
    struct lifetime lifetime = {
        .left = ends > now ? ends - now : 0,
        .most = over > now ? over - now : 0,
        .warn = kind == SESSION_PUBLIC ? LIFETIME_WARN_PUBLIC_S : LIFETIME_WARN_S,
    };
    /* where a site's limit is short, a warning that is always there would be none */
    if (lifetime.warn > idle / 2)
        lifetime.warn = idle / 2;
    if (lifetime.left > lifetime.most)
        lifetime.left = lifetime.most;
    return lifetime;
}

struct lifetime session_lifetime(struct session *session)
{
    struct sessions *table = session->table;
    bool full = session->kind == SESSION_FULL;
    pthread_mutex_lock(&table->lock);
    int64_t ends = table_expires(session);
    const struct session_limits *limits = &table->limits;
    int64_t idle = full ? limits->idle_s : limits->public_idle_s;
    int64_t over = session->created + (full ? limits->absolute_s : limits->public_absolute_s);
    pthread_mutex_unlock(&table->lock);
    return lifetime_at(clock_lasting(), ends, over, idle, session->kind);
}

bool session_may_rescue(struct session *session)
{
    struct sessions *table = session->table;
    pthread_mutex_lock(&table->lock);
    bool may = session->rescues < LIFETIME_RESCUES_MAX;
    session->rescues += may ? 1 : 0;
    pthread_mutex_unlock(&table->lock);
    return may;
}
