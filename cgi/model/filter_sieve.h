/* filter_sieve.h — the way out over ManageSieve (filter.h), and a look at the server without a
 * login.
 */
#ifndef VM_FILTER_SIEVE_H
#define VM_FILTER_SIEVE_H

#include "filter.h"

enum status filter_sieve_load(const struct filter_call *call, struct filters *out) MUST_USE;
enum status filter_sieve_save(const struct filter_call *call, const struct filter_wish *wish,
                              struct sv *missing) MUST_USE;

/* Connects, greets, turns to TLS and says goodbye: for `vaguemestre --check`. */
enum status filter_sieve_try(const struct stream_target *target, struct arena *arena,
                             struct deadline deadline, struct diagnosis *diagnosis) MUST_USE;

#endif
