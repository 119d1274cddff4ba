#include "share.h"

bool share_take(struct share *share, struct sv user, unsigned all, unsigned each,
                struct share_part *part)
{
    unsigned held = 0, own = 0;
    pthread_mutex_lock(&share->lock);
    for (const struct share_part *p = share->first; p; p = p->next) {
        held++;
        own += sv_eq(p->user, user);
    }
    *part = (struct share_part){.user = user, .held = held < all && own < each};
    if (part->held) {
        part->next = share->first;
        share->first = part;
    }
    pthread_mutex_unlock(&share->lock);
    return part->held;
}

void share_give(struct share *share, struct share_part *part)
{
    if (!part->held)
        return;
    pthread_mutex_lock(&share->lock);
    struct share_part **at = &share->first;
    while (*at != part)
        at = &(*at)->next;
    *at = part->next;
    pthread_mutex_unlock(&share->lock);
    part->held = false;
}
