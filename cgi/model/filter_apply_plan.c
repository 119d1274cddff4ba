#include "filter_apply_plan.h"

#include "uid_set.h"

enum { MEMO_MAX = 16 * 1024 };

/* ---- effects ---- */

static bool same_folder(struct sv a, struct sv b)
{
    return sv_eq(a, b) || (sv_eq_nocase(a, SV("INBOX")) && sv_eq_nocase(b, SV("INBOX")));
}

static bool has(const struct rule *rule, enum rule_action_kind kind)
{
    for (size_t i = 0; i < rule->actions_n; i++)
        if (rule->actions[i].kind == kind)
            return true;
    return false;
}

struct effects {
    const struct rule *rule;
    struct filter_effect *p;
    size_t n;
};

static void add(struct effects *e, struct filter_effect effect)
{
    if (e->n < FILTER_EFFECTS_MAX)
        e->p[e->n++] = effect;
}

/* All marks and tags of the rule. */
static void add_marks(struct effects *e, bool arrived, bool on_copy)
{
    for (size_t i = 0; i < e->rule->actions_n; i++) {
        const struct rule_action *a = &e->rule->actions[i];
        struct filter_effect effect = {
            .way = ACT_WAY_MARK, .target = SV(""), .arrived = arrived, .on_copy = on_copy};
        if (a->kind == RULE_MARK_READ) {
            effect.set = IMAP_SEEN;
        } else if (a->kind == RULE_MARK_FLAGGED) {
            effect.set = IMAP_FLAGGED;
        } else if (a->kind == RULE_TAG) {
            effect.way = ACT_WAY_TAG;
            effect.target = a->value;
        } else {
            continue;
        }
        add(e, effect);
    }
}

/* Where it takes the message, in its place; empty: nowhere. */
static struct sv moves_to(const struct rule *rule, struct sv trash)
{
    for (size_t i = 0; i < rule->actions_n; i++) {
        if (rule->actions[i].kind == RULE_MOVE)
            return rule->actions[i].value;
        if (rule->actions[i].kind == RULE_DELETE)
            return trash;
    }
    return SV("");
}

size_t filter_effects(const struct rule *rule, struct sv folder, struct sv trash,
                      struct filter_effect out[FILTER_EFFECTS_MAX])
{
    struct effects e = {.rule = rule, .p = out};
    struct sv to = moves_to(rule, trash);
    for (size_t i = 0; i < rule->actions_n; i++) {
        const struct rule_action *a = &rule->actions[i];
        if (a->kind != RULE_COPY || same_folder(a->value, folder))
            continue;
        add(&e, (struct filter_effect){.way = ACT_WAY_COPY, .target = a->value});
        add_marks(&e, true, true);
    }
    bool moved = to.n > 0 && !same_folder(to, folder);
    if (moved)
        add(&e, (struct filter_effect){.way = ACT_WAY_MOVE, .target = to});
    add_marks(&e, moved, false);
    return e.n;
}

struct sv filter_effect_place(const struct filter_effect *effects, size_t at, struct sv folder)
{
    for (size_t i = at; effects[at].arrived && i-- > 0;)
        if (effects[i].way == ACT_WAY_COPY || effects[i].way == ACT_WAY_MOVE)
            return effects[i].target;
    return folder;
}

bool filter_appliable(const struct rule *rule)
{
    struct filter_effect effects[FILTER_EFFECTS_MAX];
    return !has(rule, RULE_REDIRECT) && !has(rule, RULE_REJECT) &&
           filter_effects(rule, SV(""), SV("Trash"), effects) > 0;
}

bool filter_appliable_in(const struct rule *rule, struct sv folder, struct sv trash)
{
    struct filter_effect effects[FILTER_EFFECTS_MAX];
    return filter_appliable(rule) && filter_effects(rule, folder, trash, effects) > 0;
}

/* ---- the plan ---- */

struct sv filter_plan_write(struct arena *arena, const struct filter_plan *plan)
{
    struct sb out;
    struct sv rules = rule_text_write(arena, &plan->set);
    sb_init(&out, arena, JOB_PLAN_MAX);
    sb_printf(&out, "rule %zu ", plan->rule);
    act_name_write(&out, plan->trash);
    sb_add_char(&out, '\n');
    for (size_t i = 0; i < plan->folders_n; i++) {
        const struct filter_plan_folder *f = &plan->folders[i];
        sb_printf(&out, "folder %u %u %u ", f->uidvalidity, f->uidnext, f->count);
        act_name_write(&out, f->name);
        sb_add_char(&out, '\n');
    }
    sb_add(&out, rules);
    return out.over || rules.n > RULE_TEXT_MAX ? SV("") : sb_view(&out);
}

static enum status read_folder(struct arena *arena, struct sv line, struct filter_plan *plan)
{
    struct filter_plan_folder *f = &plan->folders[plan->folders_n];
    if (!sv_eq(sv_cut(&line, ' '), SV("folder")) ||
        sv_to_u32(sv_cut(&line, ' '), &f->uidvalidity) != STATUS_OK ||
        sv_to_u32(sv_cut(&line, ' '), &f->uidnext) != STATUS_OK ||
        sv_to_u32(sv_cut(&line, ' '), &f->count) != STATUS_OK)
        return STATUS_INVALID;
    plan->folders_n++;
    enum status st = act_name_read(arena, line, &f->name);
    return st == STATUS_OK && f->name.n == 0 ? STATUS_INVALID : st;
}

enum status filter_plan_read(struct arena *arena, struct sv text, struct filter_plan *out)
{
    struct filter_plan plan = {.trash = SV("")};
    struct sv rest = text, head = sv_cut(&rest, '\n');
    uint64_t rule;
    if (text.n > JOB_PLAN_MAX || !sv_eq(sv_cut(&head, ' '), SV("rule")) ||
        sv_to_u64(sv_cut(&head, ' '), RULE_COUNT_MAX - 1, &rule) != STATUS_OK)
        return STATUS_INVALID;
    enum status st = act_name_read(arena, head, &plan.trash);
    plan.rule = (size_t)rule;
    plan.folders = arena_array(arena, FILTER_APPLY_FOLDERS_MAX, sizeof *plan.folders);
    while (st == STATUS_OK && sv_starts(rest, SV("folder ")))
        st = plan.folders_n < FILTER_APPLY_FOLDERS_MAX
                 ? read_folder(arena, sv_cut(&rest, '\n'), &plan)
                 : STATUS_INVALID;
    if (st == STATUS_OK && rule_text_read(arena, rest, &plan.set) != STATUS_OK)
        st = STATUS_INVALID;
    if (st != STATUS_OK || plan.rule >= plan.set.n || plan.folders_n == 0)
        return STATUS_INVALID;
    *out = plan;
    return STATUS_OK;
}

/* ---- the memo ---- */

static void add_set(struct sb *out, struct sv set)
{
    sb_add(out, set.n > 0 ? set : SV("-"));
    sb_add_char(out, ' ');
}

struct sv filter_memo_write(struct arena *arena, const struct filter_memo *memo)
{
    struct sb out;
    sb_init(&out, arena, MEMO_MAX);
    sb_printf(&out, "%zu %u %u", memo->folder, memo->uidvalidity, memo->below);
    if (memo->found.n > 0) {
        sb_printf(&out, " %zu ", memo->effect);
        add_set(&out, memo->found);
        sb_printf(&out, "%u ", memo->arrived_v);
        add_set(&out, memo->arrived);
    }
    return sb_view(&out);
}

static struct sv read_set(struct sv *rest)
{
    struct sv set = sv_cut(rest, ' ');
    return sv_eq(set, SV("-")) ? SV("") : set;
}

enum status filter_memo_read(struct sv text, struct filter_memo *out)
{
    struct filter_memo memo = {.found = SV(""), .arrived = SV(""), .act = SV("")};
    struct sv rest = text;
    uint64_t folder = 0, effect = 0;
    if (text.n == 0) {
        *out = memo;
        return STATUS_OK;
    }
    if (sv_to_u64(sv_cut(&rest, ' '), FILTER_APPLY_FOLDERS_MAX, &folder) != STATUS_OK ||
        sv_to_u32(sv_cut(&rest, ' '), &memo.uidvalidity) != STATUS_OK ||
        sv_to_u32(sv_cut(&rest, ' '), &memo.below) != STATUS_OK)
        return STATUS_INVALID;
    if (rest.n > 0) {
        if (sv_to_u64(sv_cut(&rest, ' '), FILTER_EFFECTS_MAX, &effect) != STATUS_OK)
            return STATUS_INVALID;
        memo.found = read_set(&rest);
        if (memo.found.n == 0 || sv_to_u32(sv_cut(&rest, ' '), &memo.arrived_v) != STATUS_OK)
            return STATUS_INVALID;
        memo.arrived = read_set(&rest);
        memo.act = rest;
    }
    memo.folder = (size_t)folder;
    memo.effect = (size_t)effect;
    *out = memo;
    return STATUS_OK;
}

/* ---- parts ---- */

enum status filter_part_read(struct arena *arena, struct sv text, struct filter_part *out)
{
    struct filter_part part;
    struct sv rest = text;
    uint64_t folder, effect;
    if (sv_to_u64(sv_cut(&rest, ' '), FILTER_APPLY_FOLDERS_MAX - 1, &folder) != STATUS_OK ||
        sv_to_u64(sv_cut(&rest, ' '), FILTER_EFFECTS_MAX - 1, &effect) != STATUS_OK)
        return STATUS_INVALID;
    part.folder = (size_t)folder;
    part.effect = (size_t)effect;
    enum status st = act_part_read(arena, rest, &part.part);
    if (st == STATUS_OK)
        *out = part;
    return st;
}
