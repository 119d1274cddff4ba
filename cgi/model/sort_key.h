/* sort_key.h — sorting messages ourselves, where the server cannot (RFC 5256).
 *
 * Keys are small and kept, so that only those of new messages have to be read when a folder has
 * changed. Addresses are compared by their mailbox, subjects by their base, as the RFC says; text
 * without regard to case and accents. */
#ifndef VM_SORT_KEY_H
#define VM_SORT_KEY_H

#include "imap_search.h"

enum { SORT_KEY_TEXT_MAX = 48, SORT_KEY_BATCH = 500 };

struct sort_key {
    uint32_t uid;
    int64_t number;                   /* of dates and sizes */
    char text[SORT_KEY_TEXT_MAX + 1]; /* folded, of the others */
};

/* All of one mailbox and one order. Zeroed: empty. */
struct sort_keys {
    struct sort_key *p; /* ascending by UID, from malloc */
    size_t n;
};

void sort_keys_deinit(struct sort_keys *keys);
/* Reads the keys of those messages (ascending) that are not there yet, and forgets the others. */
enum status sort_keys_load(struct imap *imap, const struct imap_call *call, enum imap_order order,
                           struct imap_uids uids, struct sort_keys *keys) MUST_USE;
/* The messages of keys in order; equal ones by ascending UID, whichever the direction. */
struct imap_uids sort_keys_order(struct arena *arena, const struct sort_keys *keys,
                                 struct imap_sorting sorting);

#endif
