/* part_bytes.h — a part on its way from the server to the jail, which reads at most its own limit
 * of it. Of use to body.c and cards.c. */
#ifndef VM_PART_BYTES_H
#define VM_PART_BYTES_H

#include "imap_fetch.h"
#include "jail.h"

struct part_bytes {
    struct arena *arena;
    struct sb sb;
    size_t at, most;
};

/* The section to fetch part `id`, at most one byte more than `most` of it: by that one the jail
 * sees that it is cut. bytes lives until the fetch is over. */
struct imap_section part_section(struct arena *arena, struct sv id, size_t most,
                                 struct part_bytes *bytes);
/* Hands the bytes to one child, from their beginning. */
enum status part_jail(const struct jail *jail, const struct jail_request *request,
                      struct part_bytes *bytes, const struct imap_call *call, struct arena *arena,
                      struct jail_result *result) MUST_USE;

#endif
