#include "job_act.h"

#include "imap_change.h"
#include "imap_folders.h"
#include "imap_search.h"
#include "job_act_look.h"
#include "job_act_plan.h"
#include "uid_set.h"

/* A chunk takes about so long: others of the user and of the server wait no longer for their turn,
 * and progress and cancelling are felt. */
enum { QUICK_MS = 700, SLOW_MS = 1500 };

/* What one step works with. */
struct act_step {
    struct job_turn *turn;
    struct imap *imap;
    struct imap_call call;
    struct act_plan plan;
    struct act_memo memo, after; /* before the chunk, and for what follows it */
    struct imap_uids chunk;
    size_t count; /* of the chunk: those that it was done to */
};

static enum status search(const struct act_step *s, const struct imap_criteria *more,
                          struct imap_uids *out)
{
    const struct imap_criteria these = {.key = IMAP_KEY_UIDS, .uids = s->chunk, .next = more};
    const struct imap_criteria both = {.key = IMAP_KEY_AND, .children = &these};
    return imap_search(s->imap, &s->call, &both, out);
}

static enum status mark(const struct act_step *s, struct imap_uids uids, unsigned bits, bool add)
{
    const struct imap_flags flags = {.bits = bits};
    if (bits == 0 || uids.n == 0)
        return STATUS_OK;
    return imap_store(s->imap, &s->call, uids, &flags, add);
}

/* Writes down that the chunk is begun. */
static enum status note(struct act_step *s, struct sv part)
{
    s->memo.begun = true;
    return job_note(s->turn, act_memo_write(s->call.arena, &s->memo), part);
}

/* ---- marks ---- */

static bool is_tag(enum act_way way)
{
    return way == ACT_WAY_TAG || way == ACT_WAY_UNTAG;
}

/* Those that have the mark already keep it when the job is undone; which they are can be told only
 * before. */
static enum status do_mark(struct act_step *s)
{
    bool tag = is_tag(s->plan.way);
    bool add = tag ? s->plan.way == ACT_WAY_TAG : s->plan.set != 0;
    unsigned bits = add ? s->plan.set : s->plan.unset;
    const struct imap_flags keyword = {.keywords = &s->plan.target, .keyword_count = 1};
    const struct imap_criteria flag =
        tag ? (struct imap_criteria){.key = IMAP_KEY_KEYWORD, .text = s->plan.target}
            : (struct imap_criteria){.key = IMAP_KEY_FLAG, .number = bits};
    const struct imap_criteria no_flag = {.key = IMAP_KEY_NOT, .children = &flag};
    struct imap_uids there, others;
    enum status st = search(s, NULL, &there);
    if (st == STATUS_OK)
        st = search(s, add ? &no_flag : &flag, &others);
    if (st == STATUS_OK && !s->memo.begun)
        st = note(
            s, act_part_write(s->call.arena, &(struct act_part){.uidvalidity = s->plan.uidvalidity,
                                                                .uids = others}));
    if (st == STATUS_OK && tag && others.n > 0)
        st = imap_store(s->imap, &s->call, others, &keyword, add);
    else if (st == STATUS_OK)
        st = mark(s, others, bits, add);
    s->count = there.n;
    return st;
}

/* ---- moves and copies ---- */

/* Marks that only say which way a message went, and need no remembering; the others are people's.
 */
enum { WAY_MARKS = IMAP_JUNK | IMAP_NOT_JUNK };

static bool gives_marks(const struct act_plan *plan)
{
    return plan->way == ACT_WAY_MOVE && (plan->set & ~(unsigned)WAY_MARKS) != 0;
}

/* Those of the chunk that have none of the marks yet: Undo takes them from these alone. */
static enum status find_unmarked(const struct act_step *s, struct imap_uids *out)
{
    const struct imap_criteria seen = {.key = IMAP_KEY_FLAG, .number = IMAP_SEEN};
    const struct imap_criteria flagged = {.key = IMAP_KEY_FLAG, .number = IMAP_FLAGGED};
    const struct imap_criteria not_flagged = {.key = IMAP_KEY_NOT, .children = &flagged};
    const struct imap_criteria not_seen = {.key = IMAP_KEY_NOT,
                                           .children = &seen,
                                           .next =
                                               s->plan.set & IMAP_FLAGGED ? &not_flagged : NULL};
    return search(s, s->plan.set & IMAP_SEEN ? &not_seen : &not_flagged, out);
}

/* As they are called where they went. */
static struct imap_uids followed(struct arena *arena, const struct imap_copied *copied,
                                 struct imap_uids uids)
{
    uint32_t *p = arena_array(arena, copied->to.n + 1, sizeof *p);
    size_t n = 0;
    for (size_t i = 0; i < copied->to.n; i++)
        if (imap_uids_has(uids, copied->from.p[i]))
            p[n++] = copied->to.p[i];
    return imap_uids_sorted(arena, (struct imap_uids){p, n});
}

/* Those that lose a mark by being moved. */
static enum status find_losers(const struct act_step *s, struct imap_uids uids,
                               struct imap_uids *out)
{
    struct imap_uids marked = {NULL, 0};
    uint32_t *p = arena_array(s->call.arena, uids.n + 1, sizeof *p);
    size_t n = 0;
    if (s->plan.marked.n == 0) {
        *out = uids;
        return STATUS_OK;
    }
    enum status st = sv_eq(s->plan.marked, SV("-"))
                         ? STATUS_OK
                         : uid_set_read(s->call.arena, s->plan.marked, JOB_ACT_UIDS_MAX, &marked);
    for (size_t i = 0; i < uids.n; i++)
        if (imap_uids_has(marked, uids.p[i]))
            p[n++] = uids.p[i];
    *out = (struct imap_uids){p, n};
    return st;
}

static enum status send(struct act_step *s, struct imap_uids uids, struct imap_copied *copied)
{
    if (uids.n == 0)
        return STATUS_OK;
    if (s->plan.way == ACT_WAY_COPY)
        return imap_copy(s->imap, &s->call, uids, s->plan.target, copied);
    struct imap_uids losers;
    enum status st = find_losers(s, uids, &losers);
    if (st == STATUS_OK)
        st = mark(s, losers, s->plan.unset, false);
    if (st == STATUS_OK)
        st = mark(s, uids, s->plan.set, true);
    return st == STATUS_OK ? imap_move(s->imap, &s->call, uids, s->plan.target, copied) : st;
}

static enum status begin_send(struct act_step *s)
{
    struct imap_counts counts;
    enum status st = imap_status(s->imap, &s->call, s->plan.target, &counts);
    if (st != STATUS_OK)
        return st;
    s->memo.v = counts.uidvalidity;
    s->memo.next = counts.uidnext;
    if (s->plan.way == ACT_WAY_MOVE) {
        st = act_keys(s->imap, &s->call, s->chunk, &s->memo.keys);
        s->memo.key_count = s->chunk.n;
    }
    return st == STATUS_OK ? note(s, SV("")) : st;
}

/* What has been done of a chunk that was begun before; the rest is left in *todo. */
static enum status look_again(struct act_step *s, struct imap_uids *arrived, struct imap_uids *todo)
{
    struct act_found found;
    enum status st = act_look(s->imap, &s->call, &s->plan, &s->memo, s->chunk, &found);
    if (st == STATUS_OK && s->plan.way == ACT_WAY_MOVE && found.both.n > 0)
        st = imap_expunge(s->imap, &s->call, found.both);
    if (st != STATUS_OK)
        return st;
    *arrived = found.arrived;
    *todo = found.todo;
    return STATUS_OK;
}

static struct imap_uids joined(struct arena *arena, struct imap_uids a, struct imap_uids b)
{
    uint32_t *p = arena_array(arena, a.n + b.n + 1, sizeof *p);
    if (a.n > 0)
        memcpy(p, a.p, a.n * sizeof *p);
    if (b.n > 0)
        memcpy(p + a.n, b.p, b.n * sizeof *p);
    return (struct imap_uids){p, a.n + b.n};
}

static void keep_arrived(struct act_step *s, uint32_t uidvalidity, struct imap_uids arrived,
                         struct imap_uids marked)
{
    const struct act_part part = {uidvalidity, arrived, marked};
    s->count = arrived.n;
    s->turn->part = act_part_write(s->call.arena, &part);
}

/* A server said no: some of the chunk may have gone over all the same. That is kept, so that it can
 * be undone; the failure stands. */
static enum status refused(struct act_step *s, enum status why)
{
    struct imap_uids arrived, todo;
    const struct diagnosis kept = *s->turn->diagnosis;
    if (!imap_usable(s->imap))
        return why;
    enum status st = look_again(s, &arrived, &todo);
    if (st == STATUS_OK) {
        keep_arrived(s, s->memo.v, arrived, (struct imap_uids){NULL, 0});
        s->turn->count += arrived.n;
        s->turn->done += arrived.n;
        s->memo.begun = false;
        s->turn->memo = act_memo_write(s->call.arena, &s->memo);
    }
    *s->turn->diagnosis = kept;
    return why;
}

static enum status do_send(struct act_step *s)
{
    struct imap_uids before = {NULL, 0}, todo = s->chunk, unmarked = {NULL, 0};
    struct imap_copied copied = {0};
    bool again = s->memo.begun;
    enum status st = again ? look_again(s, &before, &todo) : begin_send(s);
    /* of a chunk that was begun before it cannot be told any more: these keep their marks */
    if (st == STATUS_OK && !again && gives_marks(&s->plan))
        st = find_unmarked(s, &unmarked);
    if (st != STATUS_OK)
        return st;
    st = send(s, todo, &copied);
    if (st != STATUS_OK)
        return refused(s, st);
    bool told = copied.known && (before.n == 0 || copied.uidvalidity == s->memo.v);
    if (todo.n == 0 || told) {
        keep_arrived(s, copied.known ? copied.uidvalidity : s->memo.v,
                     joined(s->call.arena, before, copied.to),
                     followed(s->call.arena, &copied, unmarked));
        return STATUS_OK;
    }
    /* a server that does not say where they went */
    st = look_again(s, &before, &todo);
    if (st == STATUS_OK)
        keep_arrived(s, s->memo.v, before, (struct imap_uids){NULL, 0});
    return st;
}

/* ---- for good ---- */

static enum status do_purge(struct act_step *s)
{
    struct imap_uids there;
    bool again = s->memo.begun;
    enum status st = search(s, NULL, &there);
    if (st == STATUS_OK && !again)
        st = note(s, SV(""));
    if (st == STATUS_OK && there.n > 0)
        st = imap_expunge(s->imap, &s->call, there);
    /* whoever was there when the chunk was begun has been deleted by it */
    s->count = again ? s->chunk.n : there.n;
    return st;
}

/* ---- one chunk ---- */

static enum status do_chunk(struct act_step *s)
{
    enum status st = imap_select(s->imap, &s->call, s->plan.folder, IMAP_READ_WRITE);
    if (st != STATUS_OK)
        return st;
    if (imap_selected(s->imap)->uidvalidity != s->plan.uidvalidity) {
        diagnosis_set(s->turn->diagnosis, STAGE_COMMAND, CAUSE_MAILBOX_CHANGED, "", 0, NULL);
        return STATUS_CHANGED;
    }
    switch (s->plan.way) {
    case ACT_WAY_MARK:
    case ACT_WAY_TAG:
    case ACT_WAY_UNTAG:
        return do_mark(s);
    case ACT_WAY_MOVE:
    case ACT_WAY_COPY:
        return do_send(s);
    case ACT_WAY_PURGE:
        return do_purge(s);
    case ACT_WAY_COUNT:
        break;
    }
    return STATUS_INVALID;
}

static uint32_t next_size(uint32_t now, int64_t took_ms)
{
    if (took_ms > SLOW_MS)
        now /= 2;
    else if (took_ms < QUICK_MS)
        now *= 2;
    return now < ACT_CHUNK_MIN ? ACT_CHUNK_MIN : now > ACT_CHUNK_MAX ? ACT_CHUNK_MAX : now;
}

static void advance(struct act_step *s, int64_t began_ms)
{
    struct job_turn *turn = s->turn;
    turn->done += s->chunk.n;
    turn->count += s->count;
    turn->gone += s->chunk.n > s->count ? s->chunk.n - s->count : 0;
    s->after.chunk = next_size(s->memo.chunk, clock_ms() - began_ms);
    turn->memo = act_memo_write(turn->arena, &s->after);
    turn->more = s->after.pos < s->plan.uids.n;
}

static enum status step(struct job_turn *turn)
{
    struct act_step s = {.turn = turn, .call = job_call(turn)};
    int64_t began = clock_ms();
    enum status st = act_plan_read(turn->arena, turn->plan, &s.plan);
    if (st == STATUS_OK)
        st = act_memo_read(turn->arena, turn->memo, &s.memo);
    if (st == STATUS_OK)
        st = act_chunk(turn->arena, s.plan.uids, &s.memo, &s.chunk, &s.after);
    if (st != STATUS_OK || s.chunk.n == 0 || (turn->stop && !s.memo.begun))
        return st;
    st = session_connection_take(turn->session, s.plan.folder, turn->deadline, &s.imap,
                                 turn->diagnosis);
    if (st == STATUS_OK) {
        session_connection_slow(turn->session, s.imap);
        st = do_chunk(&s);
    }
    session_connection_give(turn->session, &s.imap);
    if (st == STATUS_OK)
        advance(&s, began);
    return st;
}

/* ---- undoing ---- */

/* All parts that are about the same mailbox as the last one; UIDs of one that is no more are gone
 * with it. */
static enum status all_parts(struct job_undo *undo, struct act_part *out)
{
    uint32_t *all = arena_array(undo->arena, JOB_ACT_UIDS_MAX + 1, sizeof *all);
    uint32_t *marked = arena_array(undo->arena, JOB_ACT_UIDS_MAX + 1, sizeof *marked), v = 0;
    size_t n = 0, marked_n = 0;
    for (uint64_t i = undo->parts; i-- > 0;) {
        struct act_part some;
        struct sv text;
        enum status st = store_job_part(undo->store, undo->job->id, i, undo->arena, &text);
        if (st == STATUS_OK)
            st = act_part_read(undo->arena, text, &some);
        if (st != STATUS_OK)
            return st;
        v = v ? v : some.uidvalidity;
        if (some.uidvalidity != v || some.uids.n > JOB_ACT_UIDS_MAX - n ||
            some.marked.n > JOB_ACT_UIDS_MAX - marked_n)
            continue;
        memcpy(all + n, some.uids.p, some.uids.n * sizeof *all);
        n += some.uids.n;
        if (some.marked.n > 0)
            memcpy(marked + marked_n, some.marked.p, some.marked.n * sizeof *marked);
        marked_n += some.marked.n;
    }
    out->uidvalidity = v;
    out->uids = imap_uids_sorted(undo->arena, (struct imap_uids){all, n});
    out->marked = imap_uids_sorted(undo->arena, (struct imap_uids){marked, marked_n});
    return n > 0 ? STATUS_OK : STATUS_NOT_FOUND;
}

/* The UIDs of a plan, with those that were given marks: both must fit into it. */
static bool put_uids(struct arena *arena, const struct act_part *part, bool gave,
                     struct act_plan *back)
{
    size_t room = JOB_PLAN_MAX - 8192;
    back->uidvalidity = part->uidvalidity;
    back->uids = uid_set_write(arena, part->uids, room);
    if (gave)
        back->marked =
            part->marked.n > 0 ? uid_set_write(arena, part->marked, room - back->uids.n) : SV("-");
    return back->uids.n > 0 && (!gave || back->marked.n > 0);
}

/* A copy's copies go to Trash, not for good: what they were copied from may be gone meanwhile. */
static struct act_plan opposite(const struct job_undo *undo, const struct act_plan *plan)
{
    if (plan->way == ACT_WAY_MARK)
        return (struct act_plan){
            .way = ACT_WAY_MARK, .set = plan->unset, .unset = plan->set, .folder = plan->folder};
    if (is_tag(plan->way))
        return (struct act_plan){.way = plan->way == ACT_WAY_TAG ? ACT_WAY_UNTAG : ACT_WAY_TAG,
                                 .folder = plan->folder,
                                 .target = plan->target};
    bool copied = plan->way == ACT_WAY_COPY;
    return (struct act_plan){.way = ACT_WAY_MOVE,
                             .unset = plan->set,
                             .folder = plan->target,
                             .target = copied ? undo->trash : plan->folder};
}

static enum status undo(struct job_undo *undo)
{
    struct act_plan plan;
    struct act_part part;
    enum status st = act_plan_read(undo->arena, undo->plan, &plan);
    if (st != STATUS_OK)
        return st;
    struct act_plan back = opposite(undo, &plan);
    if (plan.way == ACT_WAY_PURGE || (!is_tag(plan.way) && sv_eq(back.folder, back.target)))
        return STATUS_NOT_FOUND;
    st = all_parts(undo, &part);
    if (st != STATUS_OK)
        return st;
    if (!put_uids(undo->arena, &part, gives_marks(&plan), &back))
        return STATUS_TOO_LARGE;
    bool marks = plan.way == ACT_WAY_MARK || is_tag(plan.way);
    undo->what = marks ? SV("unmark") : SV("back");
    undo->folder = back.folder;
    undo->target = marks ? SV("") : back.target;
    undo->total = part.uids.n;
    undo->made = act_plan_write(undo->arena, &back);
    return STATUS_OK;
}

const struct job_kind job_act_kind = {.name = "act", .step = step, .undo = undo};
