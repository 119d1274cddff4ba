#include "job_act_plan.h"

#include "base64.h"
#include "imap_limits.h"
#include "job.h"
#include "uid_set.h"
#include "utf8.h"

enum {
    NAME_MAX_BYTES = 2000,
    SET_BYTES = IMAP_SET_MAX - 100,
    HEAD_MAX = 8000,
    SKIP_MAX = ACT_CHUNK_MAX / 8
};

static const char *const WAYS[ACT_WAY_COUNT] = {"mark", "move", "copy", "purge", "tag", "untag"};

/* ---- the plan ---- */

static void add_name(struct sb *out, struct sv name)
{
    sb_add_char(out, ' ');
    if (name.n == 0)
        sb_add_char(out, '-');
    else
        base64url_encode(out, name.p, name.n);
}

struct sv act_plan_write(struct arena *arena, const struct act_plan *plan)
{
    struct sb out;
    sb_init(&out, arena, HEAD_MAX + plan->uids.n + plan->marked.n);
    sb_printf(&out, "%s %u %u %u", WAYS[plan->way], plan->set, plan->unset, plan->uidvalidity);
    add_name(&out, plan->folder);
    add_name(&out, plan->target);
    sb_add_char(&out, ' ');
    sb_add(&out, plan->uids);
    if (plan->marked.n > 0)
        sb_add_char(&out, ' ');
    sb_add(&out, plan->marked);
    return sb_view(&out);
}

static enum status read_way(struct sv text, enum act_way *out)
{
    for (int i = 0; i < ACT_WAY_COUNT; i++)
        if (sv_eq(text, sv_of(WAYS[i]))) {
            *out = (enum act_way)i;
            return STATUS_OK;
        }
    return STATUS_INVALID;
}

static enum status read_marks(struct sv text, unsigned *out)
{
    uint32_t bits;
    if (sv_to_u32(text, &bits) != STATUS_OK || bits >= IMAP_MDN_SENT * 2u || bits & IMAP_RECENT)
        return STATUS_INVALID;
    *out = bits;
    return STATUS_OK;
}

static enum status read_name(struct arena *arena, struct sv text, struct sv *out)
{
    size_t n = NAME_MAX_BYTES;
    char *name = arena_alloc(arena, n);
    if (sv_eq(text, SV("-"))) {
        *out = SV("");
        return STATUS_OK;
    }
    if (base64url_decode(text, name, &n) != STATUS_OK || n == 0 ||
        !utf8_valid((struct sv){name, n}))
        return STATUS_INVALID;
    *out = (struct sv){name, n};
    return STATUS_OK;
}

static bool is_whole(const struct act_plan *plan)
{
    bool tags = plan->way == ACT_WAY_TAG || plan->way == ACT_WAY_UNTAG;
    bool aimed = plan->way == ACT_WAY_MOVE || plan->way == ACT_WAY_COPY || tags;
    bool one = (plan->set == 0) != (plan->unset == 0);
    return plan->folder.n > 0 && aimed == (plan->target.n > 0) && plan->uidvalidity > 0 &&
           (plan->way != ACT_WAY_MARK || one) && (tags || !sv_eq(plan->folder, plan->target));
}

enum status act_plan_read(struct arena *arena, struct sv text, struct act_plan *out)
{
    struct act_plan plan;
    struct sv rest = text;
    if (text.n > JOB_PLAN_MAX || read_way(sv_cut(&rest, ' '), &plan.way) != STATUS_OK ||
        read_marks(sv_cut(&rest, ' '), &plan.set) != STATUS_OK ||
        read_marks(sv_cut(&rest, ' '), &plan.unset) != STATUS_OK ||
        sv_to_u32(sv_cut(&rest, ' '), &plan.uidvalidity) != STATUS_OK ||
        read_name(arena, sv_cut(&rest, ' '), &plan.folder) != STATUS_OK ||
        read_name(arena, sv_cut(&rest, ' '), &plan.target) != STATUS_OK)
        return STATUS_INVALID;
    plan.uids = sv_cut(&rest, ' ');
    plan.marked = rest;
    if (!is_whole(&plan))
        return STATUS_INVALID;
    *out = plan;
    return STATUS_OK;
}

enum status act_leg(struct sv plans, size_t leg, struct sv *line, bool *more)
{
    struct sv rest = plans, found = SV("");
    for (size_t i = 0; i <= leg; i++) {
        if (rest.n == 0)
            return STATUS_NOT_FOUND;
        found = sv_cut(&rest, '\n');
    }
    *line = found;
    *more = rest.n > 0;
    return STATUS_OK;
}

/* ---- the memo ---- */

static void add_keys(struct sb *out, const struct act_memo *memo)
{
    if (!memo->keys)
        sb_add_char(out, '-');
    else
        base64url_encode(out, memo->keys, memo->key_count * sizeof *memo->keys);
}

struct sv act_memo_write(struct arena *arena, const struct act_memo *memo)
{
    struct sb out;
    sb_init(&out, arena, JOB_MEMO_MAX);
    sb_printf(&out, "%zu %u %u", memo->pos, memo->at, memo->chunk);
    if (memo->leg > 0)
        sb_printf(&out, " @%zu", memo->leg);
    if (memo->why != STATUS_OK)
        sb_printf(&out, " !%d.%d", (int)memo->why, (int)memo->cause);
    if (memo->skip) {
        sb_add_cstr(&out, " =");
        base64url_encode(&out, memo->skip, memo->skip_n);
    }
    if (memo->begun) {
        sb_printf(&out, " %u %u ", memo->v, memo->next);
        add_keys(&out, memo);
    }
    return sb_view(&out);
}

static enum status read_keys(struct arena *arena, struct sv text, struct act_memo *memo)
{
    size_t n = ACT_CHUNK_MAX * sizeof *memo->keys;
    uint32_t *keys = arena_array(arena, ACT_CHUNK_MAX, sizeof *keys);
    if (sv_eq(text, SV("-")))
        return STATUS_OK;
    if (base64url_decode(text, keys, &n) != STATUS_OK || n % sizeof *keys != 0)
        return STATUS_INVALID;
    memo->keys = keys;
    memo->key_count = n / sizeof *keys;
    return STATUS_OK;
}

/* The words that may be missing, each beginning with a sign of its own. */
static bool read_sign(struct sv *rest, char sign, struct sv *word)
{
    if (rest->n == 0 || rest->p[0] != sign)
        return false;
    *word = sv_cut(rest, ' ');
    *word = sv_slice(*word, 1, word->n);
    return true;
}

static enum status read_why(struct sv text, struct act_memo *memo)
{
    struct sv rest = text;
    uint64_t why, cause;
    if (sv_to_u64(sv_cut(&rest, '.'), STATUS_COUNT - 1, &why) != STATUS_OK || why == 0 ||
        sv_to_u64(rest, CAUSE_COUNT - 1, &cause) != STATUS_OK)
        return STATUS_INVALID;
    memo->why = (enum status)why;
    memo->cause = (enum cause)cause;
    return STATUS_OK;
}

static enum status read_skip(struct arena *arena, struct sv text, struct act_memo *memo)
{
    size_t n = SKIP_MAX;
    unsigned char *skip = arena_alloc(arena, n);
    if (base64url_decode(text, skip, &n) != STATUS_OK || n == 0)
        return STATUS_INVALID;
    memo->skip = skip;
    memo->skip_n = n;
    return STATUS_OK;
}

static enum status read_signs(struct arena *arena, struct sv *rest, struct act_memo *memo)
{
    struct sv word;
    uint64_t leg = 0;
    enum status st = STATUS_OK;
    if (read_sign(rest, '@', &word))
        st = sv_to_u64(word, ACT_LEGS_MAX - 1, &leg);
    if (st == STATUS_OK && read_sign(rest, '!', &word))
        st = read_why(word, memo);
    if (st == STATUS_OK && read_sign(rest, '=', &word))
        st = read_skip(arena, word, memo);
    memo->leg = (size_t)leg;
    return st;
}

enum status act_memo_read(struct arena *arena, struct sv text, struct act_memo *out)
{
    struct act_memo memo = {.chunk = ACT_CHUNK_FIRST};
    struct sv rest = text;
    uint64_t pos = 0;
    if (text.n == 0) {
        *out = memo;
        return STATUS_OK;
    }
    if (sv_to_u64(sv_cut(&rest, ' '), JOB_PLAN_MAX, &pos) != STATUS_OK ||
        sv_to_u32(sv_cut(&rest, ' '), &memo.at) != STATUS_OK ||
        sv_to_u32(sv_cut(&rest, ' '), &memo.chunk) != STATUS_OK || memo.chunk < ACT_CHUNK_MIN ||
        memo.chunk > ACT_CHUNK_MAX || read_signs(arena, &rest, &memo) != STATUS_OK)
        return STATUS_INVALID;
    memo.pos = (size_t)pos;
    memo.begun = rest.n > 0;
    if (memo.begun && (sv_to_u32(sv_cut(&rest, ' '), &memo.v) != STATUS_OK ||
                       sv_to_u32(sv_cut(&rest, ' '), &memo.next) != STATUS_OK ||
                       read_keys(arena, rest, &memo) != STATUS_OK))
        return STATUS_INVALID;
    *out = memo;
    return STATUS_OK;
}

/* ---- chunks ---- */

static enum status read_range(struct sv text, uint32_t *first, uint32_t *last)
{
    struct sv rest = text, begin = sv_cut(&rest, ':');
    if (sv_to_u32(begin, first) != STATUS_OK || *first == 0)
        return STATUS_INVALID;
    if (begin.n == text.n)
        *last = *first;
    else if (sv_to_u32(rest, last) != STATUS_OK || *last < *first)
        return STATUS_INVALID;
    return STATUS_OK;
}

enum status act_chunk(struct arena *arena, struct sv uids, const struct act_memo *memo,
                      struct imap_uids *chunk, struct act_memo *after)
{
    uint32_t *p = arena_array(arena, memo->chunk + 1, sizeof *p);
    struct act_memo next = {.leg = memo->leg,
                            .pos = memo->pos,
                            .at = memo->at,
                            .chunk = memo->chunk,
                            .why = memo->why,
                            .cause = memo->cause};
    size_t n = 0, bytes = 0;
    while (n < memo->chunk && next.pos < uids.n) {
        struct sv rest = sv_slice(uids, next.pos, uids.n), range = sv_cut(&rest, ',');
        uint32_t first, last;
        if (read_range(range, &first, &last) != STATUS_OK || last <= next.at)
            return STATUS_INVALID;
        /* a range that is cut in two is written with one number more */
        bytes += range.n + 1;
        if (bytes > SET_BYTES)
            break;
        for (first = first > next.at ? first : next.at + 1; n < memo->chunk; first++) {
            p[n++] = next.at = first;
            if (first == last)
                break;
        }
        if (next.at == last)
            next.pos += range.n + 1;
    }
    *chunk = (struct imap_uids){p, n};
    *after = next;
    return STATUS_OK;
}

static bool is_skipped(const struct act_memo *memo, size_t i)
{
    return memo->skip && i / 8 < memo->skip_n && (memo->skip[i / 8] >> i % 8 & 1) != 0;
}

struct imap_uids act_unskipped(struct arena *arena, const struct act_memo *memo,
                               struct imap_uids chunk)
{
    uint32_t *p = arena_array(arena, chunk.n + 1, sizeof *p);
    size_t n = 0;
    if (!memo->skip)
        return chunk;
    for (size_t i = 0; i < chunk.n; i++)
        if (!is_skipped(memo, i))
            p[n++] = chunk.p[i];
    return (struct imap_uids){p, n};
}

void act_skip(struct arena *arena, struct act_memo *memo, struct imap_uids chunk,
              struct imap_uids done)
{
    unsigned char *skip = arena_alloc(arena, SKIP_MAX);
    if (done.n == 0)
        return;
    for (size_t i = 0; i < chunk.n && i < ACT_CHUNK_MAX; i++)
        if (is_skipped(memo, i) || imap_uids_has(done, chunk.p[i]))
            skip[i / 8] |= (unsigned char)(1u << i % 8);
    memo->skip = skip;
    memo->skip_n = SKIP_MAX;
}

uint64_t act_left(struct sv uids, const struct act_memo *memo)
{
    uint64_t n = 0;
    for (struct sv rest = sv_slice(uids, memo->pos, uids.n); rest.n > 0;) {
        uint32_t first, last;
        if (read_range(sv_cut(&rest, ','), &first, &last) != STATUS_OK || last <= memo->at)
            continue;
        n += (uint64_t)last - (first > memo->at ? first - 1 : memo->at);
    }
    for (size_t i = 0; i < memo->skip_n * 8 && n > 0; i++)
        n -= is_skipped(memo, i);
    return n;
}

/* ---- parts ---- */

struct sv act_part_write(struct arena *arena, const struct act_part *part)
{
    struct sv set = uid_set_write(arena, part->uids, JOB_PLAN_MAX);
    struct sv marked = uid_set_write(arena, part->marked, JOB_PLAN_MAX);
    if (set.n == 0)
        return SV("");
    struct sv leg = part->leg > 0 ? arena_printf(arena, "@%zu ", part->leg) : SV("");
    return arena_printf(arena, "%.*s%u %.*s%s%.*s", SV_ARG(leg), part->uidvalidity, SV_ARG(set),
                        marked.n > 0 ? " " : "", SV_ARG(marked));
}

enum status act_part_read(struct arena *arena, struct sv text, struct act_part *out)
{
    struct act_part part;
    struct sv rest = text, word;
    uint64_t leg = 0;
    if (read_sign(&rest, '@', &word) && sv_to_u64(word, ACT_LEGS_MAX - 1, &leg) != STATUS_OK)
        return STATUS_INVALID;
    part.leg = (size_t)leg;
    if (sv_to_u32(sv_cut(&rest, ' '), &part.uidvalidity) != STATUS_OK)
        return STATUS_INVALID;
    enum status st = uid_set_read(arena, sv_cut(&rest, ' '), ACT_CHUNK_MAX * 2, &part.uids);
    if (st == STATUS_OK)
        st = uid_set_read(arena, rest, ACT_CHUNK_MAX * 2, &part.marked);
    if (st == STATUS_OK)
        *out = part;
    return st;
}
