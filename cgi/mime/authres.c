#include "authres.h"

#include "arena.h"
#include "header.h"
#include "utf8.h"

/* ---- words ---- */

static size_t comment_end(struct sv s, size_t at)
{
    size_t depth = 0;
    for (; at < s.n; at++) {
        if (s.p[at] == '\\')
            at++;
        else if (s.p[at] == '(')
            depth++;
        else if (s.p[at] == ')' && --depth == 0)
            return at + 1;
    }
    return s.n;
}

/* Spaces, folds and comments. */
static void skip_cfws(struct sv s, size_t *at)
{
    while (*at < s.n) {
        if (s.p[*at] == '(')
            *at = comment_end(s, *at);
        else if (ascii_is_space(s.p[*at]))
            ++*at;
        else
            return;
    }
}

/* The content of a quoted string whose opening quote is at *at, backslashes and all: no name that
 * matters here has any. */
static struct sv take_quoted(struct sv s, size_t *at)
{
    size_t start = ++*at;
    while (*at < s.n && s.p[*at] != '"')
        *at += s.p[*at] == '\\' ? 2 : 1;
    size_t end = *at < s.n ? *at : s.n;
    *at = end < s.n ? end + 1 : end;
    return sv_slice(s, start, end);
}

/* Up to a space, a comment, a semicolon or one of `stops`. */
static struct sv take_run(struct sv s, size_t *at, struct sv stops)
{
    size_t start = *at;
    while (*at < s.n && !ascii_is_space(s.p[*at]) && s.p[*at] != '(' && s.p[*at] != ';' &&
           sv_find_char(stops, s.p[*at]) == SIZE_MAX)
        ++*at;
    return sv_slice(s, start, *at);
}

/* Of an address whose local part is quoted, which may look like an address, what stands behind. */
static struct sv take_value(struct sv s, size_t *at)
{
    skip_cfws(s, at);
    if (*at >= s.n || s.p[*at] != '"')
        return take_run(s, at, SV(""));
    struct sv quoted = take_quoted(s, at);
    return *at < s.n && s.p[*at] == '@' ? take_run(s, at, SV("")) : quoted;
}

/* ---- names ---- */

static bool is_listed(struct sv servers, struct sv name)
{
    while (servers.n > 0) {
        struct sv one = sv_cut(&servers, ' ');
        if (one.n > 0 && sv_eq_nocase(one, name))
            return true;
    }
    return false;
}

/* The part behind the last "@", in lower case. */
static struct sv domain_of(struct arena *arena, struct sv value)
{
    size_t at = sv_find_last_char(value, '@');
    struct sv domain = at == SIZE_MAX ? value : sv_slice(value, at + 1, value.n);
    if (domain.n > AUTHRES_DOMAIN_MAX || sv_has_control(domain) || !utf8_valid(domain))
        return SV("");
    return arena_lower(arena, domain);
}

static bool find_method(struct sv name, enum authres_method *out)
{
    static const char *const NAMES[AUTHRES_METHOD_COUNT] = {"spf", "dkim", "dmarc"};
    struct sv bare = sv_cut(&name, '/'); /* "dkim/1" */
    for (int i = 0; i < AUTHRES_METHOD_COUNT; i++)
        if (sv_eq_nocase(bare, sv_of(NAMES[i]))) {
            *out = (enum authres_method)i;
            return true;
        }
    return false;
}

static bool find_result(struct sv name, enum authres_result *out)
{
    static const char *const NAMES[AUTHRES_RESULT_COUNT] = {
        "none", "pass", "fail", "softfail", "neutral", "policy", "temperror", "permerror"};
    if (sv_eq_nocase(name, SV("hardfail")))
        name = SV("fail");
    for (int i = 0; i < AUTHRES_RESULT_COUNT; i++)
        if (sv_eq_nocase(name, sv_of(NAMES[i]))) {
            *out = (enum authres_result)i;
            return true;
        }
    return false;
}

/* ---- one field ---- */

struct pair {
    struct sv name, value;
};

/* "method = value" or "ptype . property = value", comments anywhere between. False at the ';' or
 * the end. */
static bool take_pair(struct arena *arena, struct sv s, size_t *at, struct pair *out)
{
    struct sb name;
    sb_init(&name, arena, 64); /* a longer name is none that matters */
    for (;;) {
        skip_cfws(s, at);
        if (*at >= s.n || s.p[*at] == ';')
            return false;
        if (s.p[*at] == '=') {
            ++*at;
            *out = (struct pair){name.over ? SV("") : sb_view(&name), take_value(s, at)};
            return true;
        }
        if (s.p[*at] == '"') {
            (void)take_quoted(s, at);
            continue;
        }
        struct sv run = take_run(s, at, SV("=\""));
        bool joins = name.n > 0 && (run.p[0] == '.' || run.p[0] == '/' ||
                                    name.p[name.n - 1] == '.' || name.p[name.n - 1] == '/');
        if (!joins)
            sb_clear(&name);
        sb_add(&name, run);
    }
}

/* Which of a result's properties says best whom it is about; 0: not at all. */
static int worth(enum authres_method method, struct sv property)
{
    static const struct {
        enum authres_method method;
        const char *property;
        int worth;
    } ALL[] = {{AUTHRES_SPF, "smtp.mailfrom", 1},
               {AUTHRES_DKIM, "header.d", 2},
               {AUTHRES_DKIM, "header.i", 1},
               {AUTHRES_DMARC, "header.from", 1}};
    for (size_t i = 0; i < sizeof ALL / sizeof ALL[0]; i++)
        if (ALL[i].method == method && sv_eq_nocase(property, sv_of(ALL[i].property)))
            return ALL[i].worth;
    return 0;
}

/* One resinfo, up to its ';'. */
static void take_result(struct arena *arena, struct sv s, size_t *at, struct authres *out)
{
    struct pair pair;
    struct authres_item item;
    int best = 0;
    bool known = take_pair(arena, s, at, &pair) && find_method(pair.name, &item.method) &&
                 find_result(pair.value, &item.result);
    item.domain = SV("");
    while (take_pair(arena, s, at, &pair)) {
        int mine = known ? worth(item.method, pair.name) : 0;
        if (mine > best) {
            best = mine;
            item.domain = domain_of(arena, pair.value);
        }
    }
    if (known && out->n < AUTHRES_ITEMS_MAX)
        out->items[out->n++] = item;
}

static bool has_method(const struct authres *all, size_t n, enum authres_method method)
{
    for (size_t i = 0; i < n; i++)
        if (all->items[i].method == method)
            return true;
    return false;
}

/* Adds what the field says, if a listed server says it and no field above has said it. */
static void take_field(struct arena *arena, struct sv s, struct sv servers, struct authres *out)
{
    struct authres mine = {.n = 0};
    size_t at = 0, before = out->n;
    if (s.n > AUTHRES_FIELD_MAX || !is_listed(servers, take_value(s, &at)))
        return;
    /* before the first ';' a version, comments, or junk */
    for (skip_cfws(s, &at); at < s.n; skip_cfws(s, &at))
        if (s.p[at++] == ';')
            take_result(arena, s, &at, &mine);
    for (size_t i = 0; i < mine.n && out->n < AUTHRES_ITEMS_MAX; i++)
        if (!has_method(out, before, mine.items[i].method))
            out->items[out->n++] = mine.items[i];
}

/* ---- the fields in their order ---- */

/* "from … by HOST …". The name that a stranger gave itself stands in there too, so that any "by"
 * counts. */
static bool is_received_by(struct sv s, struct sv servers)
{
    bool by = false;
    for (size_t at = 0; at < s.n && s.n <= AUTHRES_FIELD_MAX;) {
        size_t before = at;
        struct sv word = take_value(s, &at);
        if (by && is_listed(servers, word))
            return true;
        by = sv_eq_nocase(word, SV("by"));
        if (at == before)
            at++;
    }
    return false;
}

/* Without the border's Received nothing tells where its fields end and a stranger's begin, but that
 * no stranger writes above the first Received. Where fields stand there, a Received of a listed
 * name further below may be a stranger's: he would extend what is believed. */
void authres_collect(struct arena *arena, struct sv block, struct sv servers, struct authres *out)
{
    struct field field;
    size_t at = 0, above_all = 0;
    bool received = false, border = false;
    out->n = 0;
    while (servers.n > 0 && header_next(block, &at, &field)) {
        if (sv_eq_nocase(field.name, SV("Authentication-Results")))
            take_field(arena, field.value, servers, out);
        if (!sv_eq_nocase(field.name, SV("Received")))
            continue;
        if (border)
            break;
        if (!received)
            above_all = out->n;
        received = true;
        border = is_received_by(field.value, servers);
        if (!border && above_all > 0)
            break;
    }
    if (!border)
        out->n = above_all;
}
