/* siphash.h — SipHash-2-4: 64-bit hashes that nobody who does not know the key can make collide
 * (Aumasson and Bernstein, 2012). For tables whose keys strangers write. */
#ifndef VM_SIPHASH_H
#define VM_SIPHASH_H

#include "str.h"

struct siphash_key {
    uint64_t a, b; /* random */
};

uint64_t siphash(struct siphash_key key, struct sv bytes);

#endif
