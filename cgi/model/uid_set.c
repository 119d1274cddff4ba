#include "uid_set.h"

struct sv uid_set_write(struct arena *arena, struct imap_uids uids, size_t most)
{
    struct sb out;
    size_t at = 0;
    struct imap_uids sorted = imap_uids_sorted(arena, uids);
    sb_init(&out, arena, most);
    imap_set_add(&out, sorted, &at);
    return at < sorted.n ? SV("") : sb_view(&out);
}

struct range {
    uint32_t first, last;
};

static enum status read_range(struct sv text, struct range *out)
{
    struct sv rest = text, first = sv_cut(&rest, ':');
    struct range range;
    if (sv_to_u32(first, &range.first) != STATUS_OK || range.first == 0)
        return STATUS_INVALID;
    if (first.n == text.n)
        range.last = range.first;
    else if (sv_to_u32(rest, &range.last) != STATUS_OK || range.last < range.first)
        return STATUS_INVALID;
    *out = range;
    return STATUS_OK;
}

/* Fills uids, or only counts them if it is NULL. */
static enum status read_all(struct sv text, size_t most, uint32_t *uids, size_t *count)
{
    size_t n = 0;
    for (struct sv rest = text; rest.n > 0;) {
        struct range range;
        enum status st = read_range(sv_cut(&rest, ','), &range);
        if (st != STATUS_OK)
            return st;
        if (range.last - range.first >= most - n)
            return STATUS_TOO_LARGE;
        for (uint64_t uid = range.first; uid <= range.last; uid++, n++)
            if (uids)
                uids[n] = (uint32_t)uid;
    }
    *count = n;
    return STATUS_OK;
}

enum status uid_set_read(struct arena *arena, struct sv text, size_t most, struct imap_uids *uids)
{
    size_t n;
    enum status st = read_all(text, most, NULL, &n);
    if (st != STATUS_OK)
        return st;
    uint32_t *p = arena_array(arena, n + 1, sizeof *p);
    st = read_all(text, most, p, &n);
    if (st == STATUS_OK)
        *uids = imap_uids_sorted(arena, (struct imap_uids){p, n});
    return st;
}
