/* Which messages: those named, or all of the folder or search that were there. */
#include "imap_search.h"
#include "job_act_inside.h"
#include "uid_set.h"

enum { SET_MAX = JOB_PLAN_MAX - 8192 };

enum status job_act_plan_of(const struct job_act *wish, struct act_plan *out)
{
    struct act_plan plan = {
        .folder = wish->folder, .uidvalidity = wish->uidvalidity, .target = wish->target};
    plan.way = ACT_WAY_MOVE;
    switch (wish->act) {
    case ACT_READ:
    case ACT_FLAG:
        plan.set = wish->act == ACT_READ ? IMAP_SEEN : IMAP_FLAGGED;
        plan.way = ACT_WAY_MARK;
        break;
    case ACT_UNREAD:
    case ACT_UNFLAG:
        plan.unset = wish->act == ACT_UNREAD ? IMAP_SEEN : IMAP_FLAGGED;
        plan.way = ACT_WAY_MARK;
        break;
    case ACT_JUNK:
    case ACT_NOTJUNK:
        plan.set = wish->act == ACT_JUNK ? IMAP_JUNK : IMAP_NOT_JUNK;
        plan.unset = wish->act == ACT_JUNK ? IMAP_NOT_JUNK : IMAP_JUNK;
        break;
    case ACT_COPY:
        plan.way = ACT_WAY_COPY;
        break;
    case ACT_PURGE:
        plan.way = ACT_WAY_PURGE;
        break;
    case ACT_MOVE:
    case ACT_ARCHIVE:
    case ACT_DELETE:
        break;
    case ACT_TAG:
    case ACT_UNTAG:
        plan.way = wish->act == ACT_TAG ? ACT_WAY_TAG : ACT_WAY_UNTAG;
        break;
    case ACT_EMPTY:
    case ACT_READ_ALL:
    case ACT_COUNT:
        return STATUS_INVALID;
    }
    bool tags = act_way_tags(plan.way);
    bool aimed = plan.way == ACT_WAY_MOVE || plan.way == ACT_WAY_COPY || tags;
    if (plan.folder.n == 0 || plan.uidvalidity == 0 || aimed != (plan.target.n > 0) ||
        (!tags && sv_eq(plan.folder, plan.target)))
        return STATUS_INVALID;
    *out = plan;
    return STATUS_OK;
}

/* ---- all of them ---- */

/* What prepare() needs, in an arena of its own. */
struct asked {
    struct arena *arena;
    struct job_act wish;
    struct act_plan plan;
};

static void asked_free(void *context)
{
    struct asked *asked = context;
    struct arena *arena = asked->arena;
    arena_free(&arena);
}

static struct imap_uids before(struct imap_uids ascending, uint32_t uidnext)
{
    while (uidnext > 0 && ascending.n > 0 && ascending.p[ascending.n - 1] >= uidnext)
        ascending.n--;
    return ascending;
}

static enum status find_searched(struct job_turn *turn, struct imap *imap,
                                 const struct job_act *wish, struct imap_uids *out)
{
    const struct imap_call call = job_call(turn);
    struct query query;
    struct order_window window;
    query_parse(turn->arena, wish->q, wish->today, &query);
    if (wish->unread)
        query_add_flag(turn->arena, &query, IMAP_SEEN, false);
    if (wish->flagged)
        query_add_flag(turn->arena, &query, IMAP_FLAGGED, true);
    const struct order_request request = {
        .sorting = wish->sorting, .query = &query, .query_key = wish->query_key};
    enum status st =
        order_window(turn->session, imap, &call, &request, 0, JOB_ACT_UIDS_MAX + 1, &window);
    if (st == STATUS_OK)
        *out = imap_uids_sorted(turn->arena, window.uids);
    return st;
}

static enum status find_uids(struct job_turn *turn, struct imap *imap, const struct asked *asked,
                             struct imap_uids *out)
{
    const struct imap_call call = job_call(turn);
    const struct job_act *wish = &asked->wish;
    enum status st =
        imap_select_same(imap, &call, asked->plan.folder, IMAP_READ_WRITE, asked->plan.uidvalidity);
    if (st == STATUS_OK)
        st = imap_refresh(imap, &call);
    if (st != STATUS_OK)
        return st;
    if (wish->q.n == 0 && !wish->unread && !wish->flagged)
        return imap_search(imap, &call, NULL, out);
    return find_searched(turn, imap, wish, out);
}

static enum status prepare(struct job_turn *turn, void *context, struct sv *out)
{
    struct asked *asked = context;
    struct imap *imap = NULL;
    struct imap_uids uids;
    enum status st = session_connection_take(turn->session, asked->plan.folder, turn->deadline,
                                             &imap, turn->diagnosis);
    if (st == STATUS_OK) {
        session_connection_slow(turn->session, imap);
        st = find_uids(turn, imap, asked, &uids);
    }
    session_connection_give(turn->session, &imap);
    if (st != STATUS_OK)
        return st;
    uids = before(uids, asked->wish.uidnext);
    asked->plan.uids = uid_set_write(turn->arena, uids, SET_MAX);
    if (uids.n > JOB_ACT_UIDS_MAX || (uids.n > 0 && asked->plan.uids.n == 0))
        return STATUS_TOO_LARGE;
    turn->total = uids.n;
    *out = act_plan_write(turn->arena, &asked->plan);
    return STATUS_OK;
}

static struct asked *asked_new(const struct job_act *wish, const struct act_plan *plan)
{
    struct arena *arena = arena_new(JOB_MEMO_MAX);
    struct asked *asked = arena_alloc(arena, sizeof *asked);
    *asked = (struct asked){.arena = arena, .wish = *wish, .plan = *plan};
    asked->wish.q = arena_sv(arena, wish->q);
    asked->wish.query_key = arena_sv(arena, wish->query_key);
    asked->plan.folder = arena_sv(arena, plan->folder);
    asked->plan.target = arena_sv(arena, plan->target);
    return asked;
}

/* ---- */

static enum status start_named(struct jobs *jobs, struct session *session,
                               const struct job_act *wish, struct act_plan *plan,
                               struct job_order *order, int64_t *id)
{
    struct arena *arena = arena_new(4 * (size_t)JOB_PLAN_MAX);
    struct imap_uids uids = imap_uids_sorted(arena, wish->uids);
    plan->uids = uid_set_write(arena, uids, SET_MAX);
    enum status st = uids.n == 0                 ? STATUS_INVALID
                     : uids.n > JOB_ACT_UIDS_MAX ? STATUS_TOO_LARGE
                     : plan->uids.n == 0         ? STATUS_TOO_LARGE
                                                 : STATUS_OK;
    if (st == STATUS_OK) {
        order->plan = act_plan_write(arena, plan);
        order->total = uids.n;
        st = job_start(jobs, session, order, id);
    }
    arena_free(&arena);
    return st;
}

enum status job_act_start(struct jobs *jobs, struct session *session, const struct job_act *wish,
                          int64_t *id)
{
    struct act_plan plan;
    enum status st = job_act_plan_of(wish, &plan);
    if (st != STATUS_OK)
        return st;
    struct job_order order = {.kind = job_act_kind.name,
                              .what = sv_of(act_names[wish->act]),
                              .folder = plan.folder,
                              .target = plan.target,
                              .total = wish->total};
    if (!wish->all)
        return start_named(jobs, session, wish, &plan, &order, id);
    order.prepare = prepare;
    order.context = asked_new(wish, &plan);
    order.free_context = asked_free;
    return job_start(jobs, session, &order, id);
}
