#include "sieve_script.h"

#include <string.h>

#include "arena.h"
#include "utf8.h"

#define MARK "# Vaguemestre: filters, version 1\r\n"
#define DIGEST "# Digest: "
#define ADVICE                                                                                     \
    "# Edit these filters in the webmail. A change made here by hand is noticed there and\r\n"     \
    "# never overwritten without a question.\r\n"
#define RUN_FIRST "#< "
#define COMMENT "#: "

enum { EXTENSIONS_MAX = 16 };

struct writer {
    struct arena *arena;
    struct sb body;
    struct sv offered;
    const char *required[EXTENSIONS_MAX];
    size_t required_n;
    struct sv missing;
};

/* ---- words ---- */

static bool has_word(struct sv words, struct sv wanted)
{
    while (words.n > 0)
        if (sv_eq_nocase(sv_cut(&words, ' '), wanted))
            return true;
    return false;
}

static bool offers(const struct writer *w, const char *extension)
{
    return has_word(w->offered, sv_of(extension));
}

static void need(struct writer *w, const char *extension)
{
    for (size_t i = 0; i < w->required_n; i++)
        if (strcmp(w->required[i], extension) == 0)
            return;
    if (!offers(w, extension) && w->missing.n == 0)
        w->missing = sv_of(extension);
    if (w->required_n < EXTENSIONS_MAX)
        w->required[w->required_n++] = extension;
}

static void put(struct writer *w, const char *text)
{
    sb_add_cstr(&w->body, text);
}

/* The inside of a quoted string (RFC 5228 section 2.4.2). A line end can only come from a text of
 * several lines, where CRLF may stand as it is. */
static void inside_add(struct sb *out, struct sv s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\n')
            sb_add_char(out, '\r');
        if (s.p[i] == '"' || s.p[i] == '\\')
            sb_add_char(out, '\\');
        sb_add_char(out, s.p[i]);
    }
}

static void string_add(struct sb *out, struct sv s)
{
    sb_add_char(out, '"');
    inside_add(out, s);
    sb_add_char(out, '"');
}

static void put_string(struct writer *w, struct sv s)
{
    string_add(&w->body, s);
}

/* A pattern of :matches (section 2.7.1), in which "*" and "?" stand for themselves only if `plain`,
 * and a backslash always does. */
static struct sv pattern_of(struct writer *w, struct sv s, bool plain, const char *before,
                            const char *behind)
{
    struct sb b;
    sb_init(&b, w->arena, 2 * s.n + 8);
    sb_add_cstr(&b, before);
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\\' || (plain && (s.p[i] == '*' || s.p[i] == '?')))
            sb_add_char(&b, '\\');
        sb_add_char(&b, s.p[i]);
    }
    sb_add_cstr(&b, behind);
    return sb_view(&b);
}

/* ---- conditions ---- */

static void put_fields(struct writer *w, const struct rule_condition *c)
{
    static const char *const names[] = {"\"from\"", "[\"to\", \"cc\"]", "\"subject\"", "",
                                        "\"list-id\""};
    if (c->field == RULE_HEADER)
        put_string(w, c->header);
    else
        put(w, names[c->field]);
    put(w, " ");
}

static void put_list_test(struct writer *w, const struct rule_condition *c)
{
    put(w, "header :contains \"list-id\" ");
    put_string(w,
               arena_printf(w->arena, "<%.*s%s", SV_ARG(c->value), c->test == RULE_IS ? ">" : ""));
}

static void put_text_test(struct writer *w, const struct rule_condition *c)
{
    static const char *const tests[] = {":contains ", ":is ", ":matches ", ":matches ", ":regex "};
    bool bare = c->test == RULE_IS || c->test == RULE_BEGINS;
    if (c->field == RULE_LIST && bare) {
        put_list_test(w, c);
        return;
    }
    if (c->test == RULE_REGEX)
        need(w, "regex");
    put(w, bare && (c->field == RULE_FROM || c->field == RULE_RECIPIENT) ? "address :all "
                                                                         : "header ");
    put(w, tests[c->test]);
    put_fields(w, c);
    if (c->test == RULE_BEGINS)
        put_string(w, pattern_of(w, c->value, true, "", "*"));
    else if (c->test == RULE_MATCHES)
        put_string(w, pattern_of(w, c->value, false, "", ""));
    else
        put_string(w, c->value);
}

static void put_condition(struct writer *w, const struct rule_condition *c)
{
    put(w, c->negated ? "not " : "");
    if (c->field == RULE_SIZE) {
        sb_printf(&w->body, "size %s %llu", c->test == RULE_OVER ? ":over" : ":under",
                  (unsigned long long)c->size);
    } else if (c->field == RULE_ATTACHMENT) {
        need(w, "mime");
        put(w, "header :mime :anychild :matches \"content-disposition\" "
               "[\"attachment\", \"attachment;*\", \"attachment *\"]");
    } else {
        put_text_test(w, c);
    }
}

static void put_conditions(struct writer *w, const struct rule *rule)
{
    if (rule->mode == RULE_EVERY) {
        put(w, "true");
        return;
    }
    put(w, rule->mode == RULE_ANY ? "anyof(" : "allof(");
    for (size_t i = 0; i < rule->conditions_n; i++) {
        put(w, i > 0 ? ",\r\n  " : "");
        put_condition(w, &rule->conditions[i]);
    }
    put(w, ")");
}

/* ---- actions ---- */

static void put_fileinto(struct writer *w, const struct rule_action *a)
{
    need(w, "fileinto");
    put(w, "fileinto ");
    if (a->kind == RULE_COPY) {
        need(w, "copy");
        put(w, ":copy ");
    }
    /* the mailbox is made when the rule is saved; this is for one that somebody deletes later */
    if (offers(w, "mailbox")) {
        need(w, "mailbox");
        put(w, ":create ");
    }
    put_string(w, a->value);
}

static void put_flag(struct writer *w, struct sv flag)
{
    need(w, "imap4flags");
    put(w, "addflag ");
    put_string(w, flag);
}

static void put_action(struct writer *w, const struct rule_action *a)
{
    put(w, "  ");
    switch (a->kind) {
    case RULE_KEEP:
        put(w, "keep");
        break;
    case RULE_MOVE:
    case RULE_COPY:
        put_fileinto(w, a);
        break;
    case RULE_MARK_READ:
        put_flag(w, SV("\\Seen"));
        break;
    case RULE_MARK_FLAGGED:
        put_flag(w, SV("\\Flagged"));
        break;
    case RULE_TAG:
        put_flag(w, a->value);
        break;
    case RULE_REDIRECT_COPY:
        need(w, "copy");
        put(w, "redirect :copy ");
        put_string(w, a->value);
        break;
    case RULE_REDIRECT:
        put(w, "redirect ");
        put_string(w, a->value);
        break;
    case RULE_REJECT:
        need(w, offers(w, "reject") || !offers(w, "ereject") ? "reject" : "ereject");
        put(w, offers(w, "reject") || !offers(w, "ereject") ? "reject " : "ereject ");
        put_string(w, a->value);
        put(w, ";\r\n  stop");
        break;
    case RULE_DELETE:
        put(w, "discard");
        break;
    case RULE_STOP:
        put(w, "stop");
        break;
    case RULE_ACTION_COUNT:
        break;
    }
    put(w, ";\r\n");
}

static bool rejects(const struct rule *rule)
{
    for (size_t i = 0; i < rule->actions_n; i++)
        if (rule->actions[i].kind == RULE_REJECT)
            return true;
    return false;
}

static void put_rule(struct writer *w, const struct rule *rule)
{
    put(w, "if ");
    put_conditions(w, rule);
    put(w, " {\r\n");
    for (size_t i = 0; i < rule->actions_n; i++)
        if (rule->actions[i].kind != RULE_STOP || !rejects(rule))
            put_action(w, &rule->actions[i]);
    put(w, "}\r\n");
}

/* ---- vacation ---- */

static void put_day_test(struct writer *w, const char *relation, rule_day day)
{
    need(w, "date");
    need(w, "relational");
    sb_printf(&w->body, ",\r\n  currentdate :value \"%s\" \"date\" \"%04u-%02u-%02u\"", relation,
              day / 10000, day / 100 % 100, day % 100);
}

/* A server refuses to reply to a message and to reject it. The rules before a rejection may have
 * stopped, but then no reply is owed to a message of that sort either. */
static void put_rejections_excluded(struct writer *w, const struct rule_set *set)
{
    for (size_t i = 0; i < set->n; i++)
        if (set->rules[i].on && rejects(&set->rules[i])) {
            put(w, ",\r\n  not ");
            put_conditions(w, &set->rules[i]);
        }
}

/* First of all, so that it answers whatever becomes of the message (RFC 5230 itself sees to lists,
 * bounces and one's own mail). */
static void put_vacation(struct writer *w, const struct rule_set *set)
{
    const struct vacation *v = &set->vacation;
    need(w, "vacation");
    put(w, "if allof(true");
    if (v->first)
        put_day_test(w, "ge", v->first);
    if (v->last)
        put_day_test(w, "le", v->last);
    put_rejections_excluded(w, set);
    sb_printf(&w->body, ") {\r\n  vacation :days %u", v->days);
    if (v->subject.n > 0) {
        put(w, " :subject ");
        put_string(w, v->subject);
    }
    for (size_t i = 0; i < v->addresses_n; i++) {
        put(w, i == 0 ? " :addresses [" : ", ");
        put_string(w, v->addresses[i]);
    }
    put(w, v->addresses_n > 0 ? "] " : " ");
    put_string(w, v->text);
    put(w, ";\r\n}\r\n");
}

/* ---- the script ---- */

static void put_comments(struct sb *out, struct sv lines)
{
    while (lines.n > 0) {
        sb_add_cstr(out, COMMENT);
        sb_add(out, sv_cut(&lines, '\n'));
        sb_add_cstr(out, "\r\n");
    }
}

static void head_write(const struct writer *w, const struct sieve_script *script, struct sb *out)
{
    sb_add_cstr(out, ADVICE);
    if (script->include.n > 0) {
        sb_add_cstr(out, RUN_FIRST);
        sb_add(out, script->include);
        sb_add_cstr(out, "\r\n");
    }
    put_comments(out, rule_text_write(w->arena, &script->set));
    for (size_t i = 0; i < w->required_n; i++)
        sb_printf(out, "%s\"%s\"", i == 0 ? "require [" : ", ", w->required[i]);
    sb_add_cstr(out, w->required_n > 0 ? "];\r\n" : "");
}

struct sv sieve_script_version(struct arena *arena, struct sv text)
{
    return rule_text_digest(arena, text);
}

bool sieve_script_name_valid(struct sv name)
{
    return name.n > 0 && name.n <= SIEVE_SCRIPT_NAME_MAX && utf8_valid(name) &&
           !sv_has_control(name) && sv_find_char(name, '/') == SIZE_MAX;
}

enum status sieve_script_write(struct arena *arena, const struct sieve_script *script,
                               struct sv offered, struct sv *text, struct sv *missing)
{
    struct writer w = {.arena = arena, .offered = offered};
    struct sb rest, whole;
    if (script->include.n > 0 && !sieve_script_name_valid(script->include))
        return STATUS_INVALID;
    sb_init(&w.body, arena, SIEVE_SCRIPT_MAX);
    if (script->set.vacation.on)
        put_vacation(&w, &script->set);
    if (script->include.n > 0) {
        need(&w, "include");
        put(&w, "include :personal ");
        put_string(&w, script->include);
        put(&w, ";\r\n");
    }
    for (size_t i = 0; i < script->set.n; i++)
        if (script->set.rules[i].on)
            put_rule(&w, &script->set.rules[i]);
    if (w.missing.n > 0) {
        *missing = w.missing;
        return STATUS_UNSUPPORTED;
    }
    sb_init(&rest, arena, SIEVE_SCRIPT_MAX);
    head_write(&w, script, &rest);
    sb_add(&rest, sb_view(&w.body));
    sb_init(&whole, arena, SIEVE_SCRIPT_MAX);
    sb_add_cstr(&whole, MARK DIGEST);
    sb_add(&whole, sieve_script_version(arena, sb_view(&rest)));
    sb_add_cstr(&whole, "\r\n");
    sb_add(&whole, sb_view(&rest));
    if (w.body.over || rest.over || whole.over)
        return STATUS_TOO_LARGE;
    *text = sb_view(&whole);
    return STATUS_OK;
}

/* ---- reading ---- */

static struct sv line_cut(struct sv *rest)
{
    struct sv line = sv_cut(rest, '\n');
    if (line.n > 0 && line.p[line.n - 1] == '\r')
        line.n--;
    return line;
}

/* The comments, up to the first line that is none. */
static bool comments_read(struct arena *arena, struct sv rest, struct sieve_script *out)
{
    struct sb rules;
    struct sieve_script got = {.include = SV("")};
    sb_init(&rules, arena, RULE_TEXT_MAX);
    while (rest.n > 0 && rest.p[0] == '#') {
        struct sv line = line_cut(&rest);
        if (sv_starts(line, SV(COMMENT))) {
            sb_add(&rules, sv_slice(line, sizeof COMMENT - 1, line.n));
            sb_add_char(&rules, '\n');
        } else if (sv_starts(line, SV(RUN_FIRST))) {
            got.include = sv_slice(line, sizeof RUN_FIRST - 1, line.n);
        }
    }
    if (rules.over || (got.include.n > 0 && !sieve_script_name_valid(got.include)) ||
        rule_text_read(arena, sb_view(&rules), &got.set) != STATUS_OK)
        return false;
    got.include = arena_sv(arena, got.include);
    *out = got;
    return true;
}

enum sieve_script_kind sieve_script_read(struct arena *arena, struct sv text,
                                         struct sieve_script *out)
{
    struct sv rest = text;
    struct sv mark = SV(MARK);
    struct sieve_script got = {.include = SV("")};
    mark.n -= 2;
    *out = got;
    if (text.n > SIEVE_SCRIPT_MAX || !sv_eq(line_cut(&rest), mark))
        return SIEVE_SCRIPT_FOREIGN;
    struct sv digest = line_cut(&rest);
    bool read = comments_read(arena, rest, &got);
    bool same =
        sv_starts(digest, SV(DIGEST)) &&
        sv_eq(sv_slice(digest, sizeof DIGEST - 1, digest.n), sieve_script_version(arena, rest));
    *out = got;
    return read && same ? SIEVE_SCRIPT_OURS : SIEVE_SCRIPT_EDITED;
}
