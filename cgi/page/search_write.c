#include "search_write.h"

#include "query.h"
#include "query_word.h"
#include "utf8.h"

static const struct {
    const char *field;
    const char *operator_key; /* the operator, in the reader's language */
} TEXTS[] = {
    {"from", "search.op.from"},       {"to", "search.op.to"},
    {"subject", "search.op.subject"}, {"text", "search.op.text"},
    {"list", "search.op.list"},       {"tag", "search.op.tag"},
    {"after", "search.op.after"},     {"before", "search.op.before"},
    {"larger", "search.op.larger"},   {"smaller", "search.op.smaller"},
};
static const struct {
    const char *field, *operator_key, *value_key;
} TICKS[] = {
    {"attachment", "search.op.has", "search.op.attachment"},
    {"unread", "search.op.is", "search.op.unread"},
    {"flagged", "search.op.is", "search.op.flagged"},
};

bool search_fields_given(const struct inputs *form)
{
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++)
        if (sv_trim(inputs_get(form, TEXTS[i].field)).n > 0)
            return true;
    for (size_t i = 0; i < sizeof TICKS / sizeof TICKS[0]; i++)
        if (inputs_get(form, TICKS[i].field).n > 0)
            return true;
    return sv_trim(inputs_get(form, "refine")).n > 0;
}

static void space(struct sb *out)
{
    if (out->n > 0)
        sb_add_char(out, ' ');
}

/* Quotes are what holds a value together, so that none can stand in it. */
static void add_value(struct sb *out, struct sv value)
{
    bool quoted = sv_find_char(value, ' ') != SIZE_MAX;
    if (quoted)
        sb_add_char(out, '"');
    for (size_t i = 0; i < value.n; i++)
        if (value.p[i] != '"')
            sb_add_char(out, value.p[i]);
    if (quoted)
        sb_add_char(out, '"');
}

struct sv search_write(struct arena *arena, const struct locale *locale, const struct inputs *form)
{
    struct sb out;
    sb_init(&out, arena, 8 * QUERY_TEXT_MAX);
    sb_add(&out, sv_trim(utf8_line(arena, inputs_get(form, "q"))));
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        struct sv value = sv_trim(utf8_line(arena, inputs_get(form, TEXTS[i].field)));
        if (value.n == 0)
            continue;
        space(&out);
        sb_add(&out, locale_text(locale, TEXTS[i].operator_key));
        sb_add_char(&out, ':');
        add_value(&out, value);
    }
    for (size_t i = 0; i < sizeof TICKS / sizeof TICKS[0]; i++) {
        if (inputs_get(form, TICKS[i].field).n == 0)
            continue;
        space(&out);
        sb_add(&out, locale_text(locale, TICKS[i].operator_key));
        sb_add_char(&out, ':');
        sb_add(&out, locale_text(locale, TICKS[i].value_key));
    }
    struct sv refine = sv_trim(utf8_line(arena, inputs_get(form, "refine")));
    if (refine.n > 0)
        space(&out);
    sb_add(&out, refine);
    return utf8_cut(sb_view(&out), QUERY_TEXT_MAX);
}

/* ---- refining ---- */

static size_t count_quotes(struct sv text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] == '"';
    return n;
}

static bool is_or(struct sv word)
{
    return sv_eq(word, SV("OR")) || sv_eq(word, SV("OU"));
}

bool search_narrows(struct sv before, struct sv after)
{
    struct sv words = sv_trim(after), first = sv_cut(&words, ' ');
    struct sv trimmed = sv_trim(before);
    size_t space = sv_find_last_char(trimmed, ' ');
    struct sv last = space == SIZE_MAX ? trimmed : sv_slice(trimmed, space + 1, trimmed.n);
    return count_quotes(before) % 2 == 0 && !is_or(first) && !is_or(last) &&
           before.n + after.n < QUERY_TEXT_MAX;
}

/* ---- as a filter ---- */

static bool add_bytes(struct sb *out, struct sv value)
{
    uint64_t bytes;
    if (query_size_parse(value, &bytes) != STATUS_OK)
        return false;
    sb_printf(out, "&larger=%llu", (unsigned long long)bytes);
    return true;
}

/* *used: bits of the words that are taken: the form has each condition once. */
static bool add_term(struct sb *out, const struct query_token *token, unsigned *used)
{
    static const char *const FIELDS[] = {
        [QUERY_WORD_FROM] = "from",
        [QUERY_WORD_TO] = "to",
        [QUERY_WORD_SUBJECT] = "subject",
        [QUERY_WORD_LIST] = "list",
    };
    enum query_word word = token->word == QUERY_WORD_CC ? QUERY_WORD_TO : token->word;
    if (token->negated || token->before_or || token->value.n == 0)
        return false;
    if (word == QUERY_WORD_IN) /* where one looks says nothing of the message */
        return true;
    if (*used >> word & 1)
        return false;
    *used |= 1U << word;
    if (word == QUERY_WORD_LARGER)
        return add_bytes(out, token->value);
    if (word == QUERY_WORD_HAS && query_word_is_attachment(token->value)) {
        sb_add(out, SV("&attachment=1"));
        return true;
    }
    if ((size_t)word >= sizeof FIELDS / sizeof FIELDS[0] || !FIELDS[word])
        return false;
    query_append(out, FIELDS[word], token->value);
    return true;
}

struct sv search_filter_url(struct arena *arena, struct sv q)
{
    const struct sv path = SV("/filters/edit?");
    struct query_lexer lexer = {.arena = arena,
                                .rest = utf8_line(arena, utf8_cut(q, QUERY_TEXT_MAX))};
    struct query_token token;
    struct sb out;
    unsigned used = 0;
    sb_init(&out, arena, REQUEST_URI_MAX);
    sb_add(&out, path);
    for (int i = 0; query_token_next(&lexer, &token); i++)
        if (i == QUERY_TERMS_MAX || !add_term(&out, &token, &used))
            return SV("");
    if (out.n == path.n || out.over)
        return SV("");
    /* the first parameter needs no '&' */
    if (out.p[path.n] == '&')
        return arena_printf(arena, "%.*s%.*s", SV_ARG(path),
                            SV_ARG(sv_slice(sb_view(&out), path.n + 1, out.n)));
    return sb_view(&out);
}
