#include "recipe_check.h"

#include "arena.h"
#include "recipe_pattern.h"

/* Where in the file a line stands. */
enum place {
    IN_HEAD,    /* before the first rule */
    IN_FILE,    /* between rules */
    AFTER_NONE, /* behind "{ }": only ":0 E" follows */
    IN_TESTS,   /* behind ":0" of a rule */
    IN_ELSE,    /* behind ":0 E" */
    IN_BLOCK,   /* between a rule's braces */
    IN_COPY,    /* behind ":0 c" or ":0 c:" */
    IN_FORWARD, /* behind ":0 cw" */
    IN_AFTER,   /* behind ":0 a" */
    IN_WHEN     /* behind ":0" within a block */
};

struct checker {
    struct arena *arena;
    enum procmail_layout layout;
    bool forwarding;
    enum place place;
    struct recipe_needs *needs;
};

static bool take(struct sv *s, const char *word)
{
    struct sv prefix = sv_of(word);
    if (!sv_starts(*s, prefix))
        return false;
    *s = sv_slice(*s, prefix.n, s->n);
    return true;
}

static bool is(struct sv s, const char *text)
{
    return sv_eq(s, sv_of(text));
}

/* ---- words ---- */

static bool flag_takes(struct sv *s)
{
    size_t digits = 0;
    if (!take(s, "VM_"))
        return false;
    if (take(s, "TAKEN") || take(s, "KEPT") || take(s, "REJECTED") || take(s, "STOP"))
        return true;
    while (digits < 3 && digits < s->n && ascii_is_digit(s->p[digits]))
        digits++;
    *s = sv_slice(*s, digits, s->n);
    return digits > 0;
}

static bool flag_is_set(struct sv line, const char *value)
{
    return flag_takes(&line) && is(line, value);
}

static bool flag_block(struct sv line)
{
    return take(&line, "{ ") && flag_takes(&line) && is(line, "=yes }");
}

static bool level_passes(struct sv level, enum procmail_layout layout)
{
    if (level.n == 0)
        return false;
    for (size_t i = 0; i < level.n; i++)
        if (sv_find_char(SV("\"$`\\/"), level.p[i]) != SIZE_MAX)
            return false;
    if (layout == PROCMAIL_MAILDIRPP)
        return true;
    return level.p[0] != '.' && !is(level, "cur") && !is(level, "new") && !is(level, "tmp");
}

/* A mailbox below the working directory, whatever its name: not above it, not elsewhere, and in no
 * hidden file, of which a home has dangerous ones. */
static bool path_passes(struct sv line, enum procmail_layout layout)
{
    bool dots = layout == PROCMAIL_MAILDIRPP;
    struct sv end = layout == PROCMAIL_MBOX ? SV("\"") : SV("/\"");
    if (!take(&line, dots ? "\"./." : "\"./") || !sv_ends(line, end))
        return false;
    line = sv_slice(line, 0, line.n - end.n);
    /* an empty view would pass for no level at all */
    for (bool more = true; more;) {
        more = sv_find_char(line, dots ? '.' : '/') != SIZE_MAX;
        if (!level_passes(sv_cut(&line, dots ? '.' : '/'), layout))
            return false;
    }
    return true;
}

static bool side_passes(struct sv side, struct sv marks)
{
    for (size_t i = 0; i < side.n; i++)
        if (!ascii_is_alnum(side.p[i]) && (i == 0 || sv_find_char(marks, side.p[i]) == SIZE_MAX))
            return false;
    return side.n > 0 && side.n <= 255;
}

static bool forward_passes(struct sv line)
{
    if (!take(&line, "! ") || sv_find_char(line, '@') == SIZE_MAX)
        return false;
    return side_passes(sv_cut(&line, '@'), SV("._+=-")) && side_passes(line, SV(".-"));
}

static bool when_passes(struct sv line)
{
    if (is(line, "* ! VM ?? ^returned$"))
        return true;
    if (!take(&line, "* "))
        return false;
    (void)take(&line, "! ");
    return flag_takes(&line) && is(line, " ?? yes");
}

/* ---- a rule's tests ---- */

static void field_needed(struct recipe_needs *needs, struct sv name)
{
    for (size_t i = 0; i < needs->fields_n; i++)
        if (sv_eq(needs->fields[i], name))
            return;
    if (needs->fields_n < RECIPE_FIELDS_MAX)
        needs->fields[needs->fields_n++] = name;
}

/* Takes the field with its colon and space. */
static bool field_takes(struct checker *c, struct sv *s)
{
    struct sv name;
    if (take(s, "from address: ")) {
        c->needs->from_addresses = true;
    } else if (take(s, "(to|cc) address: ")) {
        c->needs->recipient_addresses = true;
    } else if (take(s, "(to|cc): ")) {
        field_needed(c->needs, SV("to"));
        field_needed(c->needs, SV("cc"));
    } else if (recipe_name_takes(c->arena, s, &name)) {
        field_needed(c->needs, name);
    } else {
        return false;
    }
    return true;
}

static bool size_passes(struct sv s)
{
    uint64_t size;
    return (take(&s, "< ") || take(&s, "> ")) && sv_to_u64(s, RULE_SIZE_MAX, &size) == STATUS_OK;
}

static bool test_passes(struct checker *c, struct sv line)
{
    if (!take(&line, "* "))
        return false;
    (void)take(&line, "! ");
    if (is(line, "VM_STOP ?? yes") || size_passes(line))
        return true;
    if (is(line, "VM ?? ^attachment$"))
        return c->needs->attachment = true;
    bool replaced = sv_find(line, SV("^TO")) != SIZE_MAX || sv_find(line, SV("^FROM_")) != SIZE_MAX;
    return !replaced && take(&line, "VM ?? ^") && field_takes(c, &line) &&
           recipe_pattern_passes(line);
}

/* ---- lines ---- */

static bool goes(struct checker *c, bool passes, enum place next)
{
    if (passes)
        c->place = next;
    return passes;
}

static bool outside_passes(struct checker *c, struct sv line)
{
    if (c->place == IN_HEAD && flag_is_set(line, "=no"))
        return true;
    return goes(c, is(line, ":0"), IN_TESTS);
}

static bool tests_pass(struct checker *c, struct sv line)
{
    if (is(line, "{"))
        return goes(c, true, IN_BLOCK);
    if (c->place == IN_TESTS && is(line, "{ }"))
        return goes(c, true, AFTER_NONE);
    return test_passes(c, line);
}

static bool block_passes(struct checker *c, struct sv line)
{
    if (is(line, "}"))
        return goes(c, true, IN_FILE);
    if (!take(&line, "  "))
        return false;
    if (is(line, c->layout == PROCMAIL_MBOX ? ":0 c:" : ":0 c"))
        return goes(c, true, IN_COPY);
    if (is(line, ":0 cw"))
        return goes(c, c->forwarding, IN_FORWARD);
    if (is(line, ":0 a"))
        return goes(c, true, IN_AFTER);
    return is(line, ":0") ? goes(c, true, IN_WHEN) : flag_is_set(line, "=yes");
}

static bool step_passes(struct checker *c, struct sv line)
{
    if (!take(&line, "  "))
        return false;
    if (c->place != IN_AFTER && when_passes(line))
        return true;
    bool ends = c->place == IN_COPY      ? path_passes(line, c->layout)
                : c->place == IN_FORWARD ? forward_passes(line)
                                         : flag_block(line);
    return goes(c, ends, IN_BLOCK);
}

static bool line_passes(struct checker *c, struct sv line)
{
    if (line.n > RECIPE_LINE_MAX || sv_has_control(line))
        return false;
    switch (c->place) {
    case IN_HEAD:
    case IN_FILE:
        return outside_passes(c, line);
    case AFTER_NONE:
        return goes(c, is(line, ":0 E"), IN_ELSE);
    case IN_TESTS:
    case IN_ELSE:
        return tests_pass(c, line);
    case IN_BLOCK:
        return block_passes(c, line);
    case IN_COPY:
    case IN_FORWARD:
    case IN_AFTER:
    case IN_WHEN:
        return step_passes(c, line);
    }
    return false;
}

/* Comments and empty lines stand outside of rules only, and are never copied. */
static bool is_skipped(const struct checker *c, struct sv line)
{
    bool outside = c->place == IN_HEAD || c->place == IN_FILE;
    return outside && (line.n == 0 || line.p[0] == '#');
}

enum status recipe_check(struct arena *arena, struct sv text, enum procmail_layout layout,
                         bool forwarding, struct sv *recipes, struct recipe_needs *needs,
                         size_t *line)
{
    struct recipe_needs found = {.fields =
                                     arena_array(arena, RECIPE_FIELDS_MAX, sizeof *found.fields)};
    struct checker c = {arena, layout, forwarding, IN_HEAD, &found};
    struct sb copy;
    size_t number = 0;
    sb_init(&copy, arena, PROCMAIL_FILE_MAX);
    while (text.n > 0) {
        bool ended = sv_find_char(text, '\n') != SIZE_MAX;
        struct sv one = sv_cut(&text, '\n');
        number++;
        if (ended && is_skipped(&c, one))
            continue;
        if (!ended || !line_passes(&c, one)) {
            *line = number;
            return STATUS_INVALID;
        }
        sb_add(&copy, one);
        sb_add_char(&copy, '\n');
    }
    if ((c.place != IN_HEAD && c.place != IN_FILE) || copy.over) {
        *line = number;
        return STATUS_INVALID;
    }
    *recipes = sb_view(&copy);
    *needs = found;
    return STATUS_OK;
}
