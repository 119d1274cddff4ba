/* Messages of several folders: those that were chosen, or all that have a tag. */
#include "imap_search.h"
#include "job_act_inside.h"
#include "uid_set.h"

enum {
    SET_MAX = JOB_PLAN_MAX - 8192,
    LOOK_MS = 700, /* folders of one step, as long as a chunk takes */
    SELECTION_ARENA = 4 * JOB_PLAN_MAX
};

/* ---- the lines of a plan ---- */

struct lines {
    struct arena *arena;
    struct sb text;
    size_t n;
    uint64_t total;
};

static void lines_init(struct lines *lines, struct arena *arena)
{
    *lines = (struct lines){.arena = arena};
    sb_init(&lines->text, arena, JOB_PLAN_MAX);
}

static enum status add_line(struct lines *lines, struct act_plan *plan, struct imap_uids uids)
{
    plan->uids = uid_set_write(lines->arena, uids, SET_MAX);
    if (lines->n++ > 0)
        sb_add_char(&lines->text, '\n');
    sb_add(&lines->text, act_plan_write(lines->arena, plan));
    lines->total += uids.n;
    return plan->uids.n == 0 || lines->text.over || lines->n > ACT_LEGS_MAX ||
                   lines->total > JOB_ACT_UIDS_MAX || arena_over(lines->arena)
               ? STATUS_TOO_LARGE
               : STATUS_OK;
}

/* ---- those that were chosen ---- */

/* What is done to those of one folder; false: nothing, they are there already. */
static bool wish_of(const struct job_act_across *wish, const struct selection_group *group,
                    struct job_act *out)
{
    bool gone = act_destroys(wish->act, folder_find(wish->folders, group->folder));
    bool tags = wish->act == ACT_TAG || wish->act == ACT_UNTAG;
    *out = (struct job_act){.act = gone ? ACT_PURGE : wish->act,
                            .folder = group->folder,
                            .uidvalidity = group->uidvalidity,
                            .target = gone ? SV("") : wish->target};
    return group->uids.n > 0 && (gone || tags || !sv_eq(group->folder, wish->target));
}

struct chosen {
    struct lines lines;
    struct sv folder; /* if it is one alone */
    bool purges;      /* nothing but that */
};

static enum status add_group(struct chosen *chosen, const struct job_act_across *wish,
                             const struct selection_group *group)
{
    struct job_act one;
    struct act_plan plan;
    if (!wish_of(wish, group, &one))
        return STATUS_OK;
    enum status st = job_act_plan_of(&one, &plan);
    if (st != STATUS_OK)
        return st;
    chosen->folder = chosen->lines.n == 0 ? group->folder : SV("");
    chosen->purges = chosen->purges && plan.way == ACT_WAY_PURGE;
    return add_line(&chosen->lines, &plan, group->uids);
}

enum status job_act_across_start(struct jobs *jobs, struct session *session,
                                 const struct job_act_across *wish, int64_t *id)
{
    struct arena *arena = arena_new(SELECTION_ARENA);
    struct chosen chosen = {.purges = true};
    enum status st = STATUS_OK;
    lines_init(&chosen.lines, arena);
    for (size_t i = 0; i < wish->selection->n && st == STATUS_OK; i++)
        st = add_group(&chosen, wish, &wish->selection->p[i]);
    if (st == STATUS_OK && chosen.lines.n == 0)
        st = STATUS_NOT_FOUND;
    if (st == STATUS_OK) {
        const struct job_order order = {.kind = job_act_kind.name,
                                        .what =
                                            sv_of(act_names[chosen.purges ? ACT_PURGE : wish->act]),
                                        .folder = chosen.folder,
                                        .target = chosen.purges ? SV("") : wish->target,
                                        .total = chosen.lines.total,
                                        .plan = sb_view(&chosen.lines.text)};
        st = job_start(jobs, session, &order, id);
    }
    arena_free(&arena);
    return st;
}

/* ---- all that have a tag ---- */

/* In an arena of its own, which also holds the lines. */
struct untagging {
    struct arena *arena;
    struct sv keyword;
    struct sv *folders;
    size_t n, at;
    struct lines lines;
};

static void untagging_free(void *context)
{
    struct untagging *u = context;
    struct arena *arena = u->arena;
    arena_free(&arena);
}

/* A folder that cannot be read, or not written, keeps its tags. */
static enum status look_into(struct job_turn *turn, struct imap *imap, struct untagging *u)
{
    const struct imap_call call = job_call(turn);
    const struct imap_criteria has = {.key = IMAP_KEY_KEYWORD, .text = u->keyword};
    struct imap_uids found = {NULL, 0};
    enum status st = imap_select(imap, &call, u->folders[u->at], IMAP_READ_WRITE);
    if (st == STATUS_OK && imap_selected(imap)->read_only)
        return STATUS_OK;
    if (st == STATUS_OK)
        st = imap_refresh(imap, &call);
    if (st == STATUS_OK)
        st = imap_search(imap, &call, &has, &found);
    if (st == STATUS_NOT_FOUND || st == STATUS_REFUSED ||
        (st == STATUS_DENIED && turn->diagnosis->cause != CAUSE_UNAVAILABLE))
        return STATUS_OK;
    if (st != STATUS_OK || found.n == 0)
        return st;
    struct act_plan plan = {.way = ACT_WAY_UNTAG,
                            .folder = u->folders[u->at],
                            .uidvalidity = imap_selected(imap)->uidvalidity,
                            .target = u->keyword};
    return add_line(&u->lines, &plan, found);
}

static enum status find_tagged(struct job_turn *turn, void *context, struct sv *plan)
{
    struct untagging *u = context;
    struct deadline slice = deadline_in(LOOK_MS);
    enum status st = STATUS_OK;
    while (st == STATUS_OK && u->at < u->n && !deadline_passed(slice)) {
        struct imap *imap = NULL;
        st = session_connection_take(turn->session, u->folders[u->at], turn->deadline, &imap,
                                     turn->diagnosis);
        if (st == STATUS_OK) {
            session_connection_slow(turn->session, imap);
            st = look_into(turn, imap, u);
        }
        session_connection_give(turn->session, &imap);
        u->at += st == STATUS_OK;
    }
    if (st != STATUS_OK || u->at < u->n)
        return st;
    turn->total = u->lines.total;
    *plan = u->lines.n > 0 ? sb_view(&u->lines.text) : SV("");
    return STATUS_OK;
}

static struct untagging *untagging_new(const struct folders *folders, struct sv keyword)
{
    struct arena *arena = arena_new(SELECTION_ARENA);
    struct untagging *u = arena_alloc(arena, sizeof *u);
    *u = (struct untagging){.arena = arena,
                            .keyword = arena_sv(arena, keyword),
                            .folders = arena_array(arena, folders->n + 1, sizeof *u->folders)};
    lines_init(&u->lines, arena);
    for (size_t i = 0; i < folders->n; i++) {
        const struct folder *folder = &folders->p[i];
        if (folder->selectable && folder->realm == IMAP_REALM_OWN &&
            !(folder->counted && folder->counts.messages == 0))
            u->folders[u->n++] = arena_sv(arena, folder->name);
    }
    return u;
}

enum status job_act_untag_start(struct jobs *jobs, struct session *session,
                                const struct folders *folders, struct sv keyword, int64_t *id)
{
    const struct job_order order = {.kind = job_act_kind.name,
                                    .what = sv_of(act_names[ACT_UNTAG]),
                                    .folder = SV(""),
                                    .target = keyword,
                                    .prepare = find_tagged,
                                    .context = untagging_new(folders, keyword),
                                    .free_context = untagging_free};
    return job_start(jobs, session, &order, id);
}
