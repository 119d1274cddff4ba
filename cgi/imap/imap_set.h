/* imap_set.h — lists of UIDs, and how they go on the wire ("1:5,9"; RFC 3501, sequence-set). */
#ifndef VM_IMAP_SET_H
#define VM_IMAP_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "str.h"

/* In any order; a UID is never 0. */
struct imap_uids {
    const uint32_t *p;
    size_t n;
};

/* Writes the UIDs from *at on (ascending, as imap_uids_sorted() gives them) as ranges until out has
 * no room for more, and moves *at behind the last one written. */
void imap_set_add(struct sb *out, struct imap_uids sorted, size_t *at);
/* A copy in ascending order without duplicates and zeros. */
struct imap_uids imap_uids_sorted(struct arena *arena, struct imap_uids uids);
bool imap_uids_has(struct imap_uids sorted, uint32_t uid);

#endif
