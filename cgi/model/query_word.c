#include "query_word.h"

#include "collate.h"

enum { WORD_MAX = 24 };

static const struct {
    const char *name; /* folded */
    enum query_word word;
} OPERATORS[] = {
    {"de", QUERY_WORD_FROM},       {"from", QUERY_WORD_FROM},     {"a", QUERY_WORD_TO},
    {"to", QUERY_WORD_TO},         {"pour", QUERY_WORD_TO},       {"cc", QUERY_WORD_CC},
    {"objet", QUERY_WORD_SUBJECT}, {"sujet", QUERY_WORD_SUBJECT}, {"subject", QUERY_WORD_SUBJECT},
    {"texte", QUERY_WORD_TEXT},    {"text", QUERY_WORD_TEXT},     {"body", QUERY_WORD_TEXT},
    {"avant", QUERY_WORD_BEFORE},  {"before", QUERY_WORD_BEFORE}, {"apres", QUERY_WORD_AFTER},
    {"depuis", QUERY_WORD_AFTER},  {"after", QUERY_WORD_AFTER},   {"since", QUERY_WORD_AFTER},
    {"le", QUERY_WORD_ON},         {"on", QUERY_WORD_ON},         {"est", QUERY_WORD_IS},
    {"is", QUERY_WORD_IS},         {"has", QUERY_WORD_HAS},       {"plus", QUERY_WORD_LARGER},
    {"larger", QUERY_WORD_LARGER}, {"moins", QUERY_WORD_SMALLER}, {"smaller", QUERY_WORD_SMALLER},
    {"dans", QUERY_WORD_IN},       {"in", QUERY_WORD_IN},         {"etiquette", QUERY_WORD_TAG},
    {"tag", QUERY_WORD_TAG},       {"liste", QUERY_WORD_LIST},    {"list", QUERY_WORD_LIST},
};

static const struct {
    const char *name;
    struct query_state state;
} STATES[] = {
    {"nonlu", {IMAP_SEEN, false}},         {"unread", {IMAP_SEEN, false}},
    {"unseen", {IMAP_SEEN, false}},        {"lu", {IMAP_SEEN, true}},
    {"read", {IMAP_SEEN, true}},           {"seen", {IMAP_SEEN, true}},
    {"suivi", {IMAP_FLAGGED, true}},       {"flagged", {IMAP_FLAGGED, true}},
    {"starred", {IMAP_FLAGGED, true}},     {"repondu", {IMAP_ANSWERED, true}},
    {"answered", {IMAP_ANSWERED, true}},   {"replied", {IMAP_ANSWERED, true}},
    {"transfere", {IMAP_FORWARDED, true}}, {"forwarded", {IMAP_FORWARDED, true}},
    {"brouillon", {IMAP_DRAFT, true}},     {"draft", {IMAP_DRAFT, true}},
};

static const char *const ATTACHMENTS[] = {"piece", "pieces", "attachment", "attachments"};

/* The folded word in `room`, or the empty view if it is too long to be one of ours. */
static struct sv fold(char room[WORD_MAX], struct sv word)
{
    struct sb out;
    sb_fixed(&out, room, WORD_MAX);
    collate_fold(&out, word);
    return out.over ? SV("") : sb_view(&out);
}

enum status query_state_find(struct sv value, struct query_state *state)
{
    char room[WORD_MAX];
    struct sv word = fold(room, value);
    for (size_t i = 0; i < sizeof STATES / sizeof STATES[0]; i++)
        if (sv_eq(word, sv_of(STATES[i].name))) {
            *state = STATES[i].state;
            return STATUS_OK;
        }
    return STATUS_NOT_FOUND;
}

bool query_word_is_attachment(struct sv value)
{
    char room[WORD_MAX];
    struct sv word = fold(room, value);
    for (size_t i = 0; i < sizeof ATTACHMENTS / sizeof ATTACHMENTS[0]; i++)
        if (sv_eq(word, sv_of(ATTACHMENTS[i])))
            return true;
    return false;
}

static enum query_word find_operator(struct sv name)
{
    char room[WORD_MAX];
    struct sv word = fold(room, name);
    for (size_t i = 0; i < sizeof OPERATORS / sizeof OPERATORS[0]; i++)
        if (sv_eq(word, sv_of(OPERATORS[i].name)))
            return OPERATORS[i].word;
    return QUERY_WORD_NONE;
}

bool query_word_is_tag(struct sv value)
{
    const struct sv specials = SV("(){%*\"\\]");
    for (size_t i = 0; i < value.n; i++)
        if (value.p[i] <= ' ' || value.p[i] >= 0x7f ||
            sv_find_char(specials, value.p[i]) != SIZE_MAX)
            return false;
    return value.n > 0;
}

enum status query_size_parse(struct sv value, uint64_t *bytes)
{
    static const struct {
        const char *name;
        uint64_t factor;
    } UNITS[] = {{"", 1},         {"o", 1},          {"b", 1},           {"k", 1000},
                 {"ko", 1000},    {"kb", 1000},      {"m", 1000000},     {"mo", 1000000},
                 {"mb", 1000000}, {"g", 1000000000}, {"go", 1000000000}, {"gb", 1000000000}};
    uint64_t tenths = 0, whole;
    size_t digits = 0;
    while (digits < value.n && ascii_is_digit(value.p[digits]))
        digits++;
    enum status st = sv_to_u64(sv_slice(value, 0, digits), UINT32_MAX, &whole);
    if (st != STATUS_OK)
        return st;
    if (digits + 1 < value.n && (value.p[digits] == ',' || value.p[digits] == '.') &&
        ascii_is_digit(value.p[digits + 1])) {
        tenths = (uint64_t)(value.p[digits + 1] - '0');
        digits += 2;
    }
    struct sv unit = sv_slice(value, digits, value.n);
    for (size_t i = 0; i < sizeof UNITS / sizeof UNITS[0]; i++)
        if (sv_eq_nocase(unit, sv_of(UNITS[i].name))) {
            uint64_t size = whole * UNITS[i].factor + tenths * UNITS[i].factor / 10;
            *bytes = size < UINT32_MAX ? size : UINT32_MAX;
            return STATUS_OK;
        }
    return STATUS_INVALID;
}

/* ---- tokens ---- */

/* Up to the next space that stands outside quotes, without the quotes. quoted: these stand at its
 * beginning; marks: anywhere in it. */
static struct sv next_word(struct query_lexer *lexer, bool *quoted, bool *marks)
{
    struct sb out;
    bool inside = false;
    size_t at = 0;
    *quoted = *marks = false;
    lexer->rest = sv_trim(lexer->rest);
    sb_init(&out, lexer->arena, lexer->rest.n);
    for (; at < lexer->rest.n; at++) {
        char c = lexer->rest.p[at];
        if (c == '"') {
            inside = !inside;
            *quoted = *quoted || out.n == 0;
            *marks = true;
        } else if (c == ' ' && !inside)
            break;
        else
            sb_add_char(&out, c);
    }
    lexer->rest = sv_slice(lexer->rest, at, lexer->rest.n);
    return sv_trim(sb_view(&out));
}

static bool take_or(struct query_lexer *lexer)
{
    struct query_lexer ahead = *lexer;
    bool quoted, marks;
    struct sv word = next_word(&ahead, &quoted, &marks);
    if (quoted || !(sv_eq(word, SV("OR")) || sv_eq(word, SV("OU"))) || sv_trim(ahead.rest).n == 0)
        return false;
    *lexer = ahead;
    return true;
}

/* "a:" is both the recipient's operator without its accent and the one for attachments. */
static enum query_word settle(enum query_word word, struct sv value)
{
    return word == QUERY_WORD_TO && query_word_is_attachment(value) ? QUERY_WORD_HAS : word;
}

bool query_token_next(struct query_lexer *lexer, struct query_token *token)
{
    struct query_token t = {0};
    bool quoted = false;
    while (t.text.n == 0) {
        lexer->rest = sv_trim(lexer->rest);
        if (lexer->rest.n == 0)
            return false;
        t.negated = lexer->rest.n > 1 && lexer->rest.p[0] == '-' && lexer->rest.p[1] != ' ';
        if (t.negated)
            lexer->rest = sv_slice(lexer->rest, 1, lexer->rest.n);
        t.text = next_word(lexer, &quoted, &t.exact);
    }
    size_t colon = sv_find_char(t.text, ':');
    if (colon != SIZE_MAX && !quoted) {
        t.value = sv_trim(sv_slice(t.text, colon + 1, t.text.n));
        t.word = settle(find_operator(sv_slice(t.text, 0, colon)), t.value);
    }
    t.before_or = take_or(lexer);
    *token = t;
    return true;
}
