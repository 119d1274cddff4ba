#include "imap_set.h"

#include "sorted.h"

struct imap_uids imap_uids_sorted(struct arena *arena, struct imap_uids uids)
{
    uint32_t *copy = arena_array(arena, uids.n, sizeof *copy);
    size_t n = 0;
    if (uids.n > 0) {
        memcpy(copy, uids.p, uids.n * sizeof *copy);
        qsort(copy, uids.n, sizeof *copy, sorted_by_u32);
    }
    for (size_t i = 0; i < uids.n; i++)
        if (copy[i] != 0 && (n == 0 || copy[n - 1] != copy[i]))
            copy[n++] = copy[i];
    return (struct imap_uids){copy, n};
}

bool imap_uids_has(struct imap_uids sorted, uint32_t uid)
{
    return sorted_find_u32(uid, sorted.p, sorted.n) != SIZE_MAX;
}

void imap_set_add(struct sb *out, struct imap_uids sorted, size_t *at)
{
    bool first = true;
    while (*at < sorted.n) {
        size_t last = *at;
        while (last + 1 < sorted.n && sorted.p[last + 1] == sorted.p[last] + 1)
            last++;
        if (out->cap - out->n < sizeof ",4294967295:4294967295")
            return;
        if (!first)
            sb_add_char(out, ',');
        sb_add_u64(out, sorted.p[*at]);
        if (last > *at)
            sb_printf(out, ":%u", sorted.p[last]);
        first = false;
        *at = last + 1;
    }
}
