#include "job_act.h"

#include "imap_change.h"
#include "imap_folders.h"
#include "job_act_inside.h"
#include "job_act_look.h"
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
    bool last;                   /* no other folder's turn comes after this one's */
    bool open;                   /* the folder is selected, and the one that is meant */
    struct act_memo memo, after; /* before the chunk, and for what follows it */
    struct imap_uids whole;      /* the chunk as the plan has it */
    struct imap_uids chunk;      /* what is still to be done of it */
    size_t count;                /* of the chunk: those that it was done to */
    uint32_t lowest;             /* UID of those that have arrived in the target; 0: none */
};

static enum status search(const struct act_step *s, const struct imap_criteria *more,
                          struct imap_uids *out)
{
    return act_search(s->imap, &s->call, s->whole, s->chunk, more, out);
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

/* Those that have the mark already keep it when the job is undone; which they are can be told only
 * before. */
static enum status do_mark(struct act_step *s)
{
    bool tag = act_way_tags(s->plan.way);
    bool add = tag ? s->plan.way == ACT_WAY_TAG : s->plan.set != 0;
    unsigned bits = add ? s->plan.set : s->plan.unset;
    const struct imap_flags keyword = {.keywords = &s->plan.target, .keyword_count = 1};
    const struct imap_criteria flag =
        tag ? (struct imap_criteria){.key = IMAP_KEY_KEYWORD, .text = s->plan.target}
            : (struct imap_criteria){.key = IMAP_KEY_FLAG, .number = bits};
    const struct imap_criteria no_flag = {.key = IMAP_KEY_NOT, .children = &flag};
    struct imap_uids there, others;
    if (tag && add && !imap_keeps_keyword(s->imap, s->plan.target))
        return STATUS_UNSUPPORTED;
    enum status st = search(s, NULL, &there);
    if (st == STATUS_OK)
        st = search(s, add ? &no_flag : &flag, &others);
    if (st == STATUS_OK && !s->memo.begun)
        st = note(
            s, act_part_write(s->call.arena, &(struct act_part){.leg = s->memo.leg,
                                                                .uidvalidity = s->plan.uidvalidity,
                                                                .uids = others}));
    if (st == STATUS_OK && tag && others.n > 0)
        st = imap_store(s->imap, &s->call, others, &keyword, add);
    else if (st == STATUS_OK)
        st = mark(s, others, bits, add);
    s->count = there.n;
    return st;
}

/* ---- moves and copies ---- */

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

/* What has been done of a chunk that was begun before. What a move has only copied yet leaves its
 * old place now. */
static enum status look_again(struct act_step *s, struct act_found *found)
{
    enum status st = act_look(s->imap, &s->call, &s->plan, &s->memo, s->whole, s->chunk, found);
    if (st == STATUS_OK && s->plan.way == ACT_WAY_MOVE && found->both.n > 0)
        st = imap_expunge(s->imap, &s->call, found->both);
    return st;
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
    const struct act_part part = {s->memo.leg, uidvalidity, arrived, marked};
    s->count = arrived.n;
    s->turn->part = act_part_write(s->call.arena, &part);
    for (size_t i = 0; i < arrived.n; i++)
        if (s->lowest == 0 || arrived.p[i] < s->lowest)
            s->lowest = arrived.p[i];
}

/* A server said no: some of the chunk may have gone over all the same. That is counted and kept, so
 * that it can be undone and is never sent again; the failure stands. */
static enum status refused(struct act_step *s, enum status why)
{
    struct act_found found;
    const struct diagnosis kept = *s->turn->diagnosis;
    if (!imap_usable(s->imap))
        return why;
    if (look_again(s, &found) == STATUS_OK) {
        keep_arrived(s, s->memo.v, found.arrived, (struct imap_uids){NULL, 0});
        s->turn->count += found.arrived.n;
        s->turn->done += found.done.n;
        s->memo.begun = false;
        act_skip(s->call.arena, &s->memo, s->whole, imap_uids_sorted(s->call.arena, found.done));
        s->turn->memo = act_memo_write(s->call.arena, &s->memo);
    }
    *s->turn->diagnosis = kept;
    return why;
}

static enum status do_send(struct act_step *s)
{
    struct act_found found = {.todo = s->chunk};
    struct imap_uids unmarked = {NULL, 0};
    struct imap_copied copied = {0};
    bool again = s->memo.begun;
    enum status st = again ? look_again(s, &found) : begin_send(s);
    /* of a chunk that was begun before it cannot be told any more: these keep their marks */
    if (st == STATUS_OK && !again && act_gives_marks(&s->plan))
        st = find_unmarked(s, &unmarked);
    if (st != STATUS_OK)
        return st;
    st = send(s, found.todo, &copied);
    if (st != STATUS_OK)
        return refused(s, st);
    bool told = copied.known && (found.arrived.n == 0 || copied.uidvalidity == s->memo.v);
    if (found.todo.n == 0 || told) {
        keep_arrived(s, copied.known ? copied.uidvalidity : s->memo.v,
                     joined(s->call.arena, found.arrived, copied.to),
                     followed(s->call.arena, &copied, unmarked));
        return STATUS_OK;
    }
    /* a server that does not say where they went */
    st = look_again(s, &found);
    if (st == STATUS_OK)
        keep_arrived(s, s->memo.v, found.arrived, (struct imap_uids){NULL, 0});
    return st;
}

/* What has been put back is new to the folder: in the order of arrival it may stand before what
 * came after it once. Of the first chunk the first one shows that. */
static void look_whether_above(struct act_step *s)
{
    bool above = false;
    if (s->memo.pos > 0 || s->memo.at > 0 || s->lowest == 0)
        return;
    if (act_above(s->imap, &s->call, s->plan.target, s->lowest, &above) == STATUS_OK && above)
        s->turn->what = SV(JOB_ACT_ABOVE);
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

static enum status open_folder(struct act_step *s)
{
    enum status st =
        imap_select_same(s->imap, &s->call, s->plan.folder, IMAP_READ_WRITE, s->plan.uidvalidity);
    if (st != STATUS_OK)
        return st;
    s->open = true;
    if (imap_selected(s->imap)->read_only && s->plan.way != ACT_WAY_COPY) {
        diagnosis_set(s->turn->diagnosis, STAGE_COMMAND, CAUSE_RIGHTS, "", 0, NULL);
        return STATUS_DENIED;
    }
    return STATUS_OK;
}

static enum status do_chunk(struct act_step *s)
{
    enum status st = open_folder(s);
    if (st != STATUS_OK)
        return st;
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

static enum status run_chunk(struct act_step *s)
{
    struct job_turn *turn = s->turn;
    enum status st = session_connection_take(turn->session, s->plan.folder, turn->deadline,
                                             &s->imap, turn->diagnosis);
    if (st == STATUS_OK) {
        session_connection_slow(turn->session, s->imap);
        st = do_chunk(s);
    }
    if (st == STATUS_OK && sv_eq(turn->what, SV(JOB_ACT_BACK)))
        look_whether_above(s);
    return st;
}

/* ---- and what comes after it ---- */

/* A chunk that could have been longer says nothing about longer ones. */
static uint32_t next_size(const struct act_step *s, int64_t took_ms)
{
    uint32_t now = s->memo.chunk;
    if (took_ms > SLOW_MS)
        now /= 2;
    else if (took_ms < QUICK_MS && s->chunk.n >= now)
        now *= 2;
    return now < ACT_CHUNK_MIN ? ACT_CHUNK_MIN : now > ACT_CHUNK_MAX ? ACT_CHUNK_MAX : now;
}

static void next_leg(struct act_step *s)
{
    s->after.leg = s->memo.leg + 1;
    s->after.pos = 0;
    s->after.at = 0;
    s->turn->more = !s->last;
}

static void advance(struct act_step *s, int64_t began_ms)
{
    struct job_turn *turn = s->turn;
    turn->done += s->chunk.n;
    turn->count += s->count;
    turn->gone += s->chunk.n > s->count ? s->chunk.n - s->count : 0;
    s->after.chunk = next_size(s, clock_ms() - began_ms);
    turn->more = true;
    if (s->after.pos >= s->plan.uids.n)
        next_leg(s);
    turn->memo = act_memo_write(turn->arena, &s->after);
}

/* What one folder does not let be done is no reason to leave the others: one that has gone, is
 * another one by now, or cannot be written. Not when messages of it may be in two places. */
static bool is_of_folder(const struct act_step *s, enum status st)
{
    bool several = s->memo.leg > 0 || !s->last;
    bool sends = s->plan.way == ACT_WAY_MOVE || s->plan.way == ACT_WAY_COPY;
    if (!several || !s->imap || !imap_usable(s->imap) || (s->memo.begun && sends))
        return false;
    if (st == STATUS_NOT_FOUND || st == STATUS_CHANGED)
        return !s->open;
    return st == STATUS_REFUSED || st == STATUS_UNSUPPORTED ||
           (st == STATUS_DENIED && s->turn->diagnosis->cause != CAUSE_UNAVAILABLE);
}

static void leave_folder(struct act_step *s, enum status why)
{
    struct job_turn *turn = s->turn;
    turn->done += act_left(s->plan.uids, &s->memo);
    s->after =
        (struct act_memo){.chunk = s->memo.chunk, .why = s->memo.why, .cause = s->memo.cause};
    if (s->after.why == STATUS_OK) {
        s->after.why = why;
        s->after.cause = turn->diagnosis->cause;
    }
    next_leg(s);
    turn->memo = act_memo_write(turn->arena, &s->after);
}

/* Why some were left as they were is said at the end. */
static void say_why(struct job_turn *turn, const struct act_memo *memo)
{
    if (memo->why == STATUS_OK)
        return;
    turn->why = memo->why;
    diagnosis_set(turn->diagnosis, STAGE_COMMAND, memo->cause, "", 0, NULL);
}

static enum status read_step(struct act_step *s)
{
    struct job_turn *turn = s->turn;
    struct sv line = SV("");
    bool more = false;
    enum status st = act_memo_read(turn->arena, turn->memo, &s->memo);
    if (st == STATUS_OK)
        st = act_leg(turn->plan, s->memo.leg, &line, &more);
    if (st == STATUS_OK)
        st = act_plan_read(turn->arena, line, &s->plan);
    if (st == STATUS_OK)
        st = act_chunk(turn->arena, s->plan.uids, &s->memo, &s->whole, &s->after);
    if (st == STATUS_OK)
        s->chunk = act_unskipped(turn->arena, &s->memo, s->whole);
    s->last = !more;
    return st;
}

static enum status step(struct job_turn *turn)
{
    struct act_step s = {.turn = turn, .call = job_call(turn)};
    int64_t began = clock_ms();
    enum status st = read_step(&s);
    if (st != STATUS_OK)
        return st;
    if (turn->stop && !s.memo.begun) {
        say_why(turn, &s.memo);
        return STATUS_OK;
    }
    if (s.chunk.n > 0)
        st = run_chunk(&s);
    bool left = st != STATUS_OK && is_of_folder(&s, st);
    session_connection_give(turn->session, &s.imap);
    if (st == STATUS_OK)
        advance(&s, began);
    if (left)
        leave_folder(&s, st);
    if (st != STATUS_OK && !left)
        return st;
    say_why(turn, &s.after);
    return STATUS_OK;
}

const struct job_kind job_act_kind = {.name = "act", .step = step, .undo = job_act_undo};
