#include "procmail_condition.h"

/* One character of UTF-8, in bytes. What follows it in an expression begins with no continuation
 * byte, so that it cannot stop halfway. */
static const char one_character[] = "([^\x80-\xff]|[\xc2-\xf4][\x80-\xbf]+)";

static const char special[] = ".*+?|()[]{}$\\";

static void literal_char(struct sb *out, char c)
{
    if (c == '^') {
        /* behind a bare "^" procmail looks for keys, even if there is a backslash before it */
        sb_add_cstr(out, "(\\^)");
        return;
    }
    if (sv_find_char(sv_of(special), c) != SIZE_MAX)
        sb_add_char(out, '\\');
    sb_add_char(out, c);
}

static void literal_add(struct sb *out, struct sv text)
{
    for (size_t i = 0; i < text.n; i++)
        literal_char(out, text.p[i]);
}

static void glob_add(struct sb *out, struct sv glob)
{
    for (size_t i = 0; i < glob.n; i++) {
        char c = glob.p[i];
        if (c == '?')
            sb_add_cstr(out, one_character);
        else if (c != '*')
            literal_char(out, c);
        else if (i == 0 || glob.p[i - 1] != '*')
            sb_add_cstr(out, ".*");
    }
}

/* A set that begins with the letters of a key gets one of them twice, which changes nothing. */
static void bracket_guard(struct sb *out, struct sv items)
{
    if (sv_starts(items, SV("TO")))
        sb_add_char(out, 'O');
    else if (sv_starts(items, SV("FROM_")))
        sb_add_char(out, 'R');
}

/* Of rule_regex_valid(), without its anchors: procmail reads it alike but for its keys. */
static void regex_add(struct sb *out, struct sv regex)
{
    bool bracket = false;
    for (size_t i = 0; i < regex.n; i++) {
        char c = regex.p[i];
        if (bracket) {
            bracket = c != ']';
            sb_add_char(out, c);
            if (c == '^')
                bracket_guard(out, sv_slice(regex, i + 1, regex.n));
        } else if (c == '\\') {
            i++;
            if (regex.p[i] == '^')
                literal_char(out, '^');
            else
                sb_printf(out, "\\%c", regex.p[i]);
        } else {
            bracket = c == '[';
            sb_add_char(out, c);
        }
    }
}

/* "$" at the end is an anchor unless it is escaped. */
static bool anchored_at_end(struct sv regex)
{
    size_t backslashes = 0;
    if (regex.n == 0 || regex.p[regex.n - 1] != '$')
        return false;
    while (backslashes + 1 < regex.n && regex.p[regex.n - 2 - backslashes] == '\\')
        backslashes++;
    return backslashes % 2 == 0;
}

static void regex_condition(struct sb *out, struct sv regex)
{
    bool begin = regex.n > 0 && regex.p[0] == '^', end = anchored_at_end(regex);
    sb_add_cstr(out, begin ? "(" : ".*(");
    regex_add(out, sv_slice(regex, begin, regex.n - end));
    sb_add_cstr(out, end ? ")$" : ")");
}

static void field_add(struct sb *out, const struct rule_condition *c)
{
    bool bare = c->test == RULE_IS || c->test == RULE_BEGINS;
    switch (c->field) {
    case RULE_FROM:
        sb_add_cstr(out, bare ? "from address" : "from");
        break;
    case RULE_RECIPIENT:
        sb_add_cstr(out, bare ? "(to|cc) address" : "(to|cc)");
        break;
    case RULE_SUBJECT:
        sb_add_cstr(out, "subject");
        break;
    case RULE_HEADER:
        for (size_t i = 0; i < c->header.n; i++)
            literal_char(out, ascii_lower(c->header.p[i]));
        break;
    case RULE_LIST:
        sb_add_cstr(out, "list-id");
        break;
    case RULE_SIZE:
    case RULE_ATTACHMENT:
    case RULE_FIELD_COUNT:
        break;
    }
    sb_add_cstr(out, ": ");
}

static void list_condition(struct sb *out, const struct rule_condition *c)
{
    sb_add_cstr(out, ".*(<");
    literal_add(out, c->value);
    sb_add_cstr(out, c->test == RULE_IS ? ">)" : ")");
}

static void text_condition(struct sb *out, const struct rule_condition *c)
{
    bool whole = c->test == RULE_IS || c->test == RULE_MATCHES;
    field_add(out, c);
    if (c->test == RULE_REGEX) {
        regex_condition(out, c->value);
        return;
    }
    if (c->field == RULE_LIST && (c->test == RULE_IS || c->test == RULE_BEGINS)) {
        list_condition(out, c);
        return;
    }
    sb_add_cstr(out, c->test == RULE_CONTAINS ? ".*(" : "(");
    if (c->test == RULE_MATCHES)
        glob_add(out, c->value);
    else
        literal_add(out, c->value);
    sb_add_cstr(out, whole ? ")$" : ")");
}

void procmail_condition_add(struct sb *out, const struct rule_condition *c, bool inverted)
{
    sb_add_cstr(out, c->negated != inverted ? "* ! " : "* ");
    if (c->field == RULE_SIZE) {
        sb_printf(out, "%c %llu\n", c->test == RULE_OVER ? '>' : '<', (unsigned long long)c->size);
        return;
    }
    sb_add_cstr(out, "VM ?? ^");
    if (c->field == RULE_ATTACHMENT)
        sb_add_cstr(out, "attachment$");
    else
        text_condition(out, c);
    sb_add_char(out, '\n');
}
