/* fuzz_unzip — the first byte says how the file is cut; the rest is a file that says it is an
 * archive. Paths are short lines of text, no more is unpacked than the limits say, and what comes
 * out does not depend on how the file is cut. */
#include "arena.h"
#include "pieces.h"
#include "unzip.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILE_MAX = 1 << 16, BYTES_MAX = 1 << 20, FILES_MAX = 100 };

struct unpacked {
    enum status status;
    size_t files;
    uint64_t bytes;
    uint64_t sum; /* of paths, times and bytes */
};

static void check(bool right)
{
    if (!right)
        abort();
}

static uint64_t mix(uint64_t sum, struct sv bytes)
{
    for (size_t i = 0; i < bytes.n; i++)
        sum = (sum ^ (unsigned char)bytes.p[i]) * 1099511628211u;
    return sum;
}

static enum status entry_take(struct unzip *unzip, bool all, struct unpacked *out)
{
    char piece[4096];
    size_t n = 1;
    enum status st = STATUS_OK;
    struct source source = unzip_source(unzip);
    for (bool go = true; go && n > 0 && st == STATUS_OK; go = all) {
        st = source_read(source, piece, sizeof piece, &n);
        if (st == STATUS_OK)
            out->sum = mix(out->sum, (struct sv){piece, n});
        if (st == STATUS_OK)
            out->bytes += n;
    }
    return st;
}

static struct unpacked unpack(struct arena *arena, struct sv file, size_t step, bool all)
{
    const struct unzip_limits limits = {.bytes = BYTES_MAX, .files = FILES_MAX};
    struct pieces pieces = {.left = file, .each = step};
    struct unzip *unzip = unzip_open(pieces_source(&pieces), &limits);
    struct unzip_entry entry;
    struct unpacked out = {.status = STATUS_OK};
    while (out.status == STATUS_OK) {
        arena_reset(arena);
        out.status = unzip_next(unzip, arena, &entry);
        if (out.status != STATUS_OK)
            break;
        out.files++;
        check(entry.path.n <= 3 * UNZIP_PATH_MAX && utf8_valid(entry.path));
        check(!sv_has_control(entry.path));
        out.sum = mix(out.sum, entry.path) + (uint64_t)entry.when;
        out.status = entry_take(unzip, all, &out);
    }
    unzip_close(&unzip);
    check(out.files <= FILES_MAX && out.bytes <= BYTES_MAX);
    return out;
}

static void check_same(struct unpacked a, struct unpacked b)
{
    check(a.status == b.status && a.files == b.files && a.bytes == b.bytes && a.sum == b.sum);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > FILE_MAX)
        return 0;
    struct arena *arena = arena_new((size_t)1 << 20);
    struct sv file = {(const char *)data + 1, size - 1};
    size_t step = 1 + data[0];
    if (unzip_begins(file)) {
        check_same(unpack(arena, file, FILE_MAX, true), unpack(arena, file, step, true));
        (void)unpack(arena, file, step, false);
    }
    arena_free(&arena);
    return 0;
}
