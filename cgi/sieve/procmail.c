#include "procmail.h"

#include "arena.h"
#include "mailbox_name.h"
#include "procmail_condition.h"

#define MARK "# Vaguemestre recipes 1\n"
#define RULES "#: "
static const char introduction[] =
    "# The rules that these recipes were made from stand first; a change is made in the webmail,\n"
    "# which writes this file again. Recipes by hand belong into ~/.procmailrc, which runs "
    "after.\n";

enum { PATH_MAX_BYTES = 1200, TARGETS_MAX = RULE_COUNT_MAX * RULE_ACTIONS_MAX };

/* ---- where things go ---- */

static bool is_inbox(struct sv mailbox)
{
    return sv_eq_nocase(mailbox, SV("INBOX"));
}

static bool has_meaning(struct sv s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < ' ' || sv_find_char(SV("\"$`\\\x7f"), s.p[i]) != SIZE_MAX)
            return true;
    return false;
}

/* One level of a mailbox's name, encoded. */
static bool level_fits(struct sv level, enum procmail_layout layout)
{
    if (level.n == 0 || has_meaning(level) || sv_find_char(level, '/') != SIZE_MAX)
        return false;
    if (layout == PROCMAIL_MAILDIRPP)
        return sv_find_char(level, '.') == SIZE_MAX;
    return level.p[0] != '.' && !sv_eq(level, SV("cur")) && !sv_eq(level, SV("new")) &&
           !sv_eq(level, SV("tmp"));
}

/* The quoted path of a mailbox, as it stands in a recipe. */
static bool mailbox_path(struct arena *arena, struct sv mailbox, const struct procmail_site *site,
                         struct sv *out)
{
    bool dots = site->layout == PROCMAIL_MAILDIRPP;
    struct sv rest, wire;
    struct sb path;
    /* what lies outside of the person's own namespace is no directory of theirs */
    if (!sv_starts(mailbox, site->prefix))
        return false;
    rest = sv_slice(mailbox, site->prefix.n, mailbox.n);
    sb_init(&path, arena, PATH_MAX_BYTES);
    sb_add_cstr(&path, dots ? "\"./" : "\".");
    do {
        /* a separator at the end would leave nothing behind it */
        size_t end = sv_find_char(rest, site->separator);
        bool last = end == SIZE_MAX;
        struct sv level = sv_slice(rest, 0, end);
        if (mailbox_encode(arena, level, &wire) != STATUS_OK || !level_fits(wire, site->layout))
            return false;
        sb_add_char(&path, dots ? '.' : '/');
        sb_add(&path, wire);
        if (last)
            break;
        rest = sv_slice(rest, end + 1, rest.n);
    } while (true);
    sb_add_cstr(&path, site->layout == PROCMAIL_MBOX ? "\"" : "/\"");
    if (path.over)
        return false;
    *out = sb_view(&path);
    return true;
}

static bool address_fits(struct sv address)
{
    struct sv domain = address, mailbox = sv_cut(&domain, '@');
    for (size_t i = 0; i < address.n; i++)
        if (!ascii_is_alnum(address.p[i]) && sv_find_char(SV("._+-=@"), address.p[i]) == SIZE_MAX)
            return false;
    for (size_t i = 0; i < domain.n; i++)
        if (!ascii_is_alnum(domain.p[i]) && domain.p[i] != '.' && domain.p[i] != '-')
            return false;
    return mailbox.n > 0 && mailbox.n <= 64 && domain.n > 0 && domain.n <= 255 &&
           ascii_is_alnum(mailbox.p[0]) && ascii_is_alnum(domain.p[0]);
}

/* ---- what can be done ---- */

bool procmail_can(enum rule_action_kind kind, const struct procmail_site *site)
{
    bool marks = kind == RULE_MARK_READ || kind == RULE_MARK_FLAGGED || kind == RULE_TAG;
    bool forwards = kind == RULE_REDIRECT || kind == RULE_REDIRECT_COPY;
    return !marks && (site->forwarding || !forwards);
}

static enum procmail_cannot action_check(struct arena *arena, const struct rule_action *a,
                                         const struct procmail_site *site)
{
    struct sv path;
    bool forwards = a->kind == RULE_REDIRECT || a->kind == RULE_REDIRECT_COPY;
    if (!procmail_can(a->kind, site))
        return forwards ? PROCMAIL_CANNOT_FORWARD : PROCMAIL_CANNOT_MARK;
    if (forwards)
        return address_fits(a->value) ? PROCMAIL_CAN : PROCMAIL_CANNOT_ADDRESS;
    if ((a->kind == RULE_MOVE || a->kind == RULE_COPY) && !is_inbox(a->value) &&
        !mailbox_path(arena, a->value, site, &path))
        return PROCMAIL_CANNOT_MAILBOX;
    return PROCMAIL_CAN;
}

struct procmail_fault procmail_check(const struct rule_set *set, const struct procmail_site *site)
{
    struct procmail_fault fault = {PROCMAIL_CAN, 0, 0};
    struct arena *arena = arena_new(1 << 20);
    for (size_t r = 0; r < set->n && fault.why == PROCMAIL_CAN; r++) {
        const struct rule *rule = &set->rules[r];
        arena_reset(arena);
        for (size_t a = 0; rule->on && a < rule->actions_n && fault.why == PROCMAIL_CAN; a++) {
            enum procmail_cannot why = action_check(arena, &rule->actions[a], site);
            if (why != PROCMAIL_CAN)
                fault = (struct procmail_fault){why, r, a};
        }
    }
    arena_free(&arena);
    return fault;
}

/* ---- recipes ---- */

/* A place that messages are delivered to. Where several rules do so, a flag of its own sees to it
 * that a message goes there once. */
struct target {
    struct sv line;
    size_t uses;
};

struct writer {
    struct sb out;
    struct target *targets;
    size_t targets_n;
    bool stops; /* a rule above may have ended the list */
};

static bool delivers(const struct rule_action *a)
{
    bool files = a->kind == RULE_MOVE || a->kind == RULE_COPY;
    return a->kind == RULE_REDIRECT || a->kind == RULE_REDIRECT_COPY ||
           (files && !is_inbox(a->value));
}

static struct sv action_line(struct arena *arena, const struct rule_action *a,
                             const struct procmail_site *site)
{
    struct sv line = {0};
    if (a->kind == RULE_REDIRECT || a->kind == RULE_REDIRECT_COPY)
        return arena_printf(arena, "! %.*s", SV_ARG(a->value));
    return mailbox_path(arena, a->value, site, &line) ? line : SV("");
}

static size_t target_find(struct writer *w, struct sv line)
{
    size_t i = 0;
    while (i < w->targets_n && !sv_eq(w->targets[i].line, line))
        i++;
    if (i == w->targets_n)
        w->targets[w->targets_n++] = (struct target){line, 0};
    return i;
}

static void targets_count(struct writer *w, struct arena *arena, const struct rule_set *set,
                          const struct procmail_site *site)
{
    for (size_t r = 0; r < set->n; r++) {
        const struct rule *rule = &set->rules[r];
        for (size_t a = 0; rule->on && a < rule->actions_n; a++)
            if (delivers(&rule->actions[a]))
                w->targets[target_find(w, action_line(arena, &rule->actions[a], site))].uses++;
    }
}

/* The message counts as taken only when the delivery has succeeded: what cannot be delivered there
 * stays in the inbox. */
static void delivery_write(struct writer *w, size_t target, bool takes, enum procmail_layout layout)
{
    const struct target *t = &w->targets[target];
    bool forwards = sv_starts(t->line, SV("!")), shared = t->uses > 1;
    bool locked = !forwards && layout == PROCMAIL_MBOX;
    sb_printf(&w->out, "  :0 c%s\n", forwards ? "w" : locked ? ":" : "");
    /* a notice of non-delivery that is forwarded to where nothing can be delivered would come back
     * for ever */
    if (forwards)
        sb_add_cstr(&w->out, "  * ! VM ?? ^returned$\n");
    if (shared)
        sb_printf(&w->out, "  * ! VM_%zu ?? yes\n", target);
    sb_printf(&w->out, "  %.*s\n", SV_ARG(t->line));
    if (shared)
        sb_printf(&w->out, "  :0 a\n  { VM_%zu=yes }\n", target);
    if (takes && shared)
        sb_printf(&w->out, "  :0\n  * VM_%zu ?? yes\n  { VM_TAKEN=yes }\n", target);
    else if (takes)
        sb_add_cstr(&w->out, "  :0 a\n  { VM_TAKEN=yes }\n");
}

static void action_write(struct writer *w, struct arena *arena, const struct rule_action *a,
                         const struct procmail_site *site)
{
    bool takes = a->kind == RULE_MOVE || a->kind == RULE_REDIRECT;
    if (delivers(a))
        delivery_write(w, target_find(w, action_line(arena, a, site)), takes, site->layout);
    else if (a->kind == RULE_DELETE)
        sb_add_cstr(&w->out, "  VM_TAKEN=yes\n");
    else if (a->kind == RULE_REJECT)
        sb_add_cstr(&w->out, "  VM_REJECTED=yes\n  VM_STOP=yes\n");
    else if (a->kind == RULE_STOP)
        sb_add_cstr(&w->out, "  VM_STOP=yes\n");
    else /* keep, or a move into the inbox or a copy for it */
        sb_add_cstr(&w->out, "  VM_KEPT=yes\n");
}

/* procmail's conditions are all of them; for any of them, a recipe that does nothing where none
 * holds, and what is to be done else. */
static void rule_write(struct writer *w, struct arena *arena, const struct rule *rule,
                       const struct procmail_site *site)
{
    bool any = rule->mode == RULE_ANY;
    const char *stop = w->stops ? "* ! VM_STOP ?? yes\n" : "";
    sb_printf(&w->out, "\n:0\n%s", any ? "" : stop);
    for (size_t i = 0; i < rule->conditions_n; i++)
        procmail_condition_add(&w->out, &rule->conditions[i], any);
    if (any)
        sb_printf(&w->out, "{ }\n:0 E\n%s", stop);
    sb_add_cstr(&w->out, "{\n");
    for (size_t i = 0; i < rule->actions_n; i++) {
        action_write(w, arena, &rule->actions[i], site);
        w->stops |= rule->actions[i].kind == RULE_STOP || rule->actions[i].kind == RULE_REJECT;
    }
    sb_add_cstr(&w->out, "}\n");
}

/* The flags begin as "no" whatever the environment says. */
static void flags_write(struct writer *w)
{
    sb_add_cstr(&w->out, "VM_TAKEN=no\nVM_KEPT=no\nVM_REJECTED=no\nVM_STOP=no\n");
    for (size_t i = 0; i < w->targets_n; i++)
        if (w->targets[i].uses > 1)
            sb_printf(&w->out, "VM_%zu=no\n", i);
}

enum status procmail_write(struct arena *arena, const struct rule_set *set,
                           const struct procmail_site *site, struct sv *text)
{
    struct writer w = {0};
    if (procmail_check(set, site).why != PROCMAIL_CAN)
        return STATUS_UNSUPPORTED;
    struct sv rules = rule_text_write(arena, set);
    w.targets = arena_array(arena, TARGETS_MAX, sizeof *w.targets);
    sb_init(&w.out, arena, PROCMAIL_FILE_MAX);
    sb_add_cstr(&w.out, MARK);
    sb_add_cstr(&w.out, introduction);
    while (rules.n > 0) {
        struct sv line = sv_cut(&rules, '\n');
        sb_printf(&w.out, RULES "%.*s\n", SV_ARG(line));
    }
    targets_count(&w, arena, set, site);
    flags_write(&w);
    for (size_t i = 0; i < set->n; i++)
        if (set->rules[i].on)
            rule_write(&w, arena, &set->rules[i], site);
    if (w.out.over || arena_over(arena))
        return STATUS_TOO_LARGE;
    *text = sb_view(&w.out);
    return STATUS_OK;
}

enum status procmail_read(struct arena *arena, struct sv text, struct rule_set *set)
{
    struct sb rules;
    if (!sv_starts(text, SV(MARK)))
        return STATUS_INVALID;
    sb_init(&rules, arena, RULE_TEXT_MAX);
    while (text.n > 0) {
        struct sv line = sv_cut(&text, '\n');
        if (!sv_starts(line, SV(RULES)))
            continue;
        sb_add(&rules, sv_slice(line, sizeof RULES - 1, line.n));
        sb_add_char(&rules, '\n');
    }
    return rules.over ? STATUS_INVALID : rule_text_read(arena, sb_view(&rules), set);
}
