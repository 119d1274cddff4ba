/* random.h — unguessable bytes from getrandom(2). Never fails: without them the process stops. */
#ifndef VM_RANDOM_H
#define VM_RANDOM_H

#include <stddef.h>
#include <stdint.h>

void random_bytes(void *out, size_t n);
uint64_t random_u64(void);

#endif
