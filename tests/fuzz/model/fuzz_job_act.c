/* What stands of a job in the store: what is read is written the same again, and its chunks give
 * each UID once, ascending, as many as fit into one command. The first byte chooses the text. */
#include <stdlib.h>

#include "imap_limits.h"
#include "job_act_plan.h"

enum { CHUNKS_MAX = 200 };

#define CHECK(x)                                                                                   \
    do {                                                                                           \
        if (!(x))                                                                                  \
            abort();                                                                               \
    } while (0)

static void check_chunks(struct arena *arena, struct sv uids)
{
    struct act_memo memo = {.chunk = ACT_CHUNK_MIN}, after;
    struct imap_uids chunk;
    uint32_t last = 0;
    for (int i = 0; i < CHUNKS_MAX && act_chunk(arena, uids, &memo, &chunk, &after) == STATUS_OK;
         i++) {
        if (chunk.n == 0)
            return;
        struct sb set;
        size_t at = 0;
        sb_init(&set, arena, IMAP_SET_MAX);
        imap_set_add(&set, chunk, &at);
        CHECK(at == chunk.n && chunk.n <= memo.chunk);
        for (size_t n = 0; n < chunk.n; n++) {
            CHECK(chunk.p[n] > last);
            last = chunk.p[n];
        }
        CHECK(after.at == last);
        memo = after;
    }
}

static void check_plan(struct arena *arena, struct sv text)
{
    struct act_plan plan, again;
    struct sv line;
    bool more;
    size_t at = 0;
    for (size_t leg = 0; act_leg(text, leg, &line, &more) == STATUS_OK; leg++) {
        at += line.n + 1;
        CHECK(more == (at < text.n));
    }
    if (act_plan_read(arena, text, &plan) != STATUS_OK)
        return;
    CHECK(plan.folder.n > 0 && !sv_eq(plan.folder, plan.target));
    struct sv written = act_plan_write(arena, &plan);
    CHECK(act_plan_read(arena, written, &again) == STATUS_OK);
    CHECK(sv_eq(act_plan_write(arena, &again), written));
    check_chunks(arena, plan.uids);
}

/* What is done of a chunk is neither done again nor counted twice. */
static void check_left(struct arena *arena, const struct act_memo *memo)
{
    struct imap_uids chunk;
    struct act_memo after;
    const struct sv uids = SV("1:300,400,500:9000");
    struct act_memo begin = *memo;
    begin.pos = 0;
    if (act_chunk(arena, uids, &begin, &chunk, &after) != STATUS_OK)
        return;
    struct imap_uids rest = act_unskipped(arena, &begin, chunk);
    CHECK(rest.n <= chunk.n && act_left(uids, &begin) <= 300 + 1 + 8501);
    act_skip(arena, &begin, chunk, rest);
    CHECK(act_unskipped(arena, &begin, chunk).n == 0);
}

static void check_memo(struct arena *arena, struct sv text)
{
    struct act_memo memo, again;
    if (act_memo_read(arena, text, &memo) != STATUS_OK)
        return;
    CHECK(memo.key_count <= ACT_CHUNK_MAX);
    struct sv written = act_memo_write(arena, &memo);
    CHECK(act_memo_read(arena, written, &again) == STATUS_OK);
    CHECK(again.pos == memo.pos && again.at == memo.at && again.begun == memo.begun &&
          again.key_count == memo.key_count && again.leg == memo.leg && again.why == memo.why &&
          again.cause == memo.cause && again.skip_n == memo.skip_n);
    check_left(arena, &memo);
}

static void check_part(struct arena *arena, struct sv text)
{
    struct act_part part, again;
    if (act_part_read(arena, text, &part) != STATUS_OK || part.uids.n == 0)
        return;
    struct sv written = act_part_write(arena, &part);
    CHECK(act_part_read(arena, written, &again) == STATUS_OK && again.uids.n == part.uids.n &&
          again.marked.n == part.marked.n && again.leg == part.leg);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new((size_t)64 << 20);
    struct sv text = {(const char *)data + 1, size > 0 ? size - 1 : 0};
    if (size > 0 && data[0] == 'p')
        check_plan(arena, text);
    else if (size > 0 && data[0] == 'm')
        check_memo(arena, text);
    else if (size > 0)
        check_part(arena, text);
    arena_free(&arena);
    return 0;
}
