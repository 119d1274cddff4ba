/* familiar.h — from which addresses a user has signed in before, for throttle.h.
 *
 * Kept in the store among the user's preferences, so that it outlives a restart: the last
 * FAMILIAR_MAX addresses (IPv6 by /64), each as a fingerprint under the server's key, which tells
 * whoever reads the store no address. */
#ifndef VM_FAMILIAR_H
#define VM_FAMILIAR_H

#include "network.h"
#include "session.h"

enum { FAMILIAR_MAX = 8 };

/* False too if the store cannot say. user: account_short(). */
bool familiar_is(struct sessions *sessions, struct sv user, const struct ip *address);
/* From now on it is. A failure of the store is logged there, and nothing worse than waiting comes
 * of it. */
void familiar_note(struct sessions *sessions, struct sv user, const struct ip *address);

#endif
