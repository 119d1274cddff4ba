#include "filter.h"

#include "filter_procmail.h"
#include "filter_sieve.h"

enum status filters_load(const struct filter_call *call, struct filters *out)
{
    switch (call->site->way) {
    case FILTER_SIEVE:
        return filter_sieve_load(call, out);
    case FILTER_PROCMAIL:
        return filter_procmail_load(call, out);
    case FILTER_NONE:
        break;
    }
    return STATUS_UNSUPPORTED;
}

bool filters_can(const struct filter_site *site, enum rule_action_kind kind)
{
    bool forwards = kind == RULE_REDIRECT || kind == RULE_REDIRECT_COPY;
    if (forwards && !site->rules.forwarding)
        return false;
    return site->way != FILTER_PROCMAIL || procmail_can(kind, &site->procmail.site);
}

enum status filters_save(const struct filter_call *call, const struct filter_wish *wish,
                         struct rule_fault *fault, struct sv *missing)
{
    *fault = rule_set_check(&wish->set, &call->site->rules);
    *missing = SV("");
    if (fault->wrong)
        return STATUS_INVALID;
    switch (call->site->way) {
    case FILTER_SIEVE:
        return filter_sieve_save(call, wish, missing);
    case FILTER_PROCMAIL:
        return filter_procmail_save(call, wish, missing);
    case FILTER_NONE:
        break;
    }
    return STATUS_UNSUPPORTED;
}

const struct filter_other *filters_displaced(const struct filters *filters)
{
    for (size_t i = 0; i < filters->others_n; i++)
        if (filters->others[i].active && !sv_eq(filters->others[i].name, filters->include))
            return &filters->others[i];
    return NULL;
}

/* ---- target folders ---- */

static bool files(const struct rule_action *a)
{
    return a->kind == RULE_MOVE || a->kind == RULE_COPY;
}

/* Files into the folder or below it. */
static bool reaches(const struct rule_action *a, struct sv folder, char delimiter)
{
    bool below = delimiter && a->value.n > folder.n && a->value.p[folder.n] == delimiter;
    return files(a) && sv_starts(a->value, folder) && (a->value.n == folder.n || below);
}

bool filters_reach(const struct rule_set *set, struct sv folder, char delimiter)
{
    for (size_t i = 0; i < set->n; i++)
        for (size_t k = 0; set->rules[i].on && k < set->rules[i].actions_n; k++)
            if (reaches(&set->rules[i].actions[k], folder, delimiter))
                return true;
    return false;
}

static bool follow(struct arena *arena, struct rule_action *a, struct sv from, struct sv to,
                   char delimiter)
{
    if (!reaches(a, from, delimiter))
        return false;
    struct sv rest = sv_slice(a->value, from.n, a->value.n);
    a->value = arena_printf(arena, "%.*s%.*s", SV_ARG(to), SV_ARG(rest));
    return true;
}

enum status filters_follow(const struct filter_call *call, struct sv from, struct sv to,
                           char delimiter)
{
    struct filters *now = arena_alloc(call->arena, sizeof *now);
    struct rule_fault fault;
    struct sv missing;
    size_t n = 0;
    if (call->site->way == FILTER_NONE)
        return STATUS_OK;
    enum status st = filters_load(call, now);
    /* a login that has no filters has none that could follow */
    if (st == STATUS_UNSUPPORTED && call->site->way == FILTER_PROCMAIL)
        return STATUS_OK;
    if (st != STATUS_OK)
        return st;
    for (size_t i = 0; i < now->set.n; i++)
        for (size_t k = 0; k < now->set.rules[i].actions_n; k++)
            n += follow(call->arena, &now->set.rules[i].actions[k], from, to, delimiter);
    /* rules that do not run are not made to by this */
    if (n == 0)
        return STATUS_OK;
    if (!now->ours_run)
        return STATUS_EXISTS;
    const struct filter_wish wish = {
        .set = now->set, .include = now->include, .version = now->version};
    return filters_save(call, &wish, &fault, &missing);
}

static bool is_there(const struct folders *folders, struct sv name)
{
    return sv_eq_nocase(name, SV("INBOX")) || folder_find(folders, name) != NULL;
}

static enum status make_folder(struct imap *imap, const struct imap_call *call, struct sv name,
                               size_t *made)
{
    enum status st = imap_create(imap, call, name, IMAP_USE_NONE);
    if (st == STATUS_EXISTS)
        return imap_subscribe(imap, call, name, true);
    *made += st == STATUS_OK;
    return st;
}

enum status filters_make_folders(struct imap *imap, const struct imap_call *call,
                                 const struct folders *folders, const struct rule_set *set,
                                 size_t *made)
{
    size_t n = 0;
    for (size_t i = 0; i < set->n; i++)
        for (size_t k = 0; k < set->rules[i].actions_n; k++) {
            const struct rule_action *a = &set->rules[i].actions[k];
            if (!files(a) || !set->rules[i].on || is_there(folders, a->value))
                continue;
            enum status st = make_folder(imap, call, a->value, &n);
            if (st != STATUS_OK)
                return st;
        }
    *made = n;
    return STATUS_OK;
}
