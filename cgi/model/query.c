#include "query.h"

#include "query_date.h"
#include "query_word.h"
#include "utf8.h"

struct parser {
    struct arena *arena;
    struct imap_day today;
    struct query *out;
    struct imap_criteria *terms[QUERY_TERMS_MAX]; /* all must match */
    size_t count;
    bool last_was_or; /* the term to come belongs to the one before it */
};

static struct imap_criteria *new_key(struct parser *p, enum imap_key key)
{
    struct imap_criteria *c = arena_alloc(p->arena, sizeof *c);
    c->key = key;
    return c;
}

static struct imap_criteria *text_key(struct parser *p, enum imap_key key, struct sv text)
{
    struct imap_criteria *c = new_key(p, key);
    c->text = text;
    return c;
}

static struct imap_criteria *group(struct parser *p, enum imap_key key, struct imap_criteria *a,
                                   struct imap_criteria *b)
{
    struct imap_criteria *c = new_key(p, key);
    c->children = a;
    a->next = b;
    return c;
}

static struct imap_criteria *recipient(struct parser *p, struct sv text)
{
    return group(p, IMAP_KEY_OR, text_key(p, IMAP_KEY_TO, text), text_key(p, IMAP_KEY_CC, text));
}

static struct imap_criteria *plain(struct parser *p, struct sv text)
{
    struct imap_criteria *from = text_key(p, IMAP_KEY_FROM, text);
    struct imap_criteria *subject = text_key(p, IMAP_KEY_SUBJECT, text);
    struct imap_criteria *to = text_key(p, IMAP_KEY_TO, text);
    struct imap_criteria *any = group(p, IMAP_KEY_OR, from, subject);
    subject->next = to;
    to->next = text_key(p, IMAP_KEY_CC, text);
    return any;
}

static struct imap_criteria *flag_key(struct parser *p, enum imap_flag flag, bool set)
{
    struct imap_criteria *c = new_key(p, IMAP_KEY_FLAG);
    c->number = flag;
    p->out->by_flags = true;
    return set ? c : group(p, IMAP_KEY_NOT, c, NULL);
}

static struct imap_criteria *day_key(struct parser *p, enum imap_key key, struct imap_day day)
{
    struct imap_criteria *c = new_key(p, key);
    c->day = day;
    return c;
}

static struct imap_criteria *date_term(struct parser *p, enum query_word word, struct sv value)
{
    struct query_days days;
    if (query_date_parse(value, p->today, &days) != STATUS_OK)
        return NULL;
    if (word == QUERY_WORD_BEFORE)
        return day_key(p, IMAP_KEY_BEFORE, days.first);
    if (word == QUERY_WORD_AFTER)
        return day_key(p, IMAP_KEY_SINCE, days.first);
    return group(p, IMAP_KEY_AND, day_key(p, IMAP_KEY_SINCE, days.first),
                 day_key(p, IMAP_KEY_BEFORE, days.end));
}

static struct imap_criteria *size_term(struct parser *p, enum query_word word, struct sv value)
{
    uint64_t bytes;
    if (query_size_parse(value, &bytes) != STATUS_OK)
        return NULL;
    struct imap_criteria *c =
        new_key(p, word == QUERY_WORD_LARGER ? IMAP_KEY_LARGER : IMAP_KEY_SMALLER);
    c->number = bytes;
    return c;
}

static struct imap_criteria *is_term(struct parser *p, struct sv value)
{
    struct query_state state;
    return query_state_find(value, &state) == STATUS_OK ? flag_key(p, state.flag, state.set) : NULL;
}

static struct imap_criteria *header_key(struct parser *p, struct sv field, struct sv text)
{
    struct imap_criteria *c = text_key(p, IMAP_KEY_HEADER, text);
    c->field = field;
    return c;
}

static struct imap_criteria *attachment_term(struct parser *p, struct sv value)
{
    if (!query_word_is_attachment(value))
        return NULL;
    return header_key(p, SV("Content-Type"), SV("multipart/mixed"));
}

static struct imap_criteria *in_text(struct parser *p, struct sv value)
{
    struct imap_criteria *c = text_key(p, IMAP_KEY_TEXT, value);
    c->fuzzy = true;
    p->out->in_text = true;
    return c;
}

static struct imap_criteria *tag_term(struct parser *p, struct sv value)
{
    if (!query_word_is_tag(value))
        return NULL;
    p->out->by_flags = true;
    return text_key(p, IMAP_KEY_KEYWORD, value);
}

/* NULL: the value does not fit the operator, so that it is a word after all. */
static struct imap_criteria *operator_term(struct parser *p, enum query_word word, struct sv value)
{
    switch (word) {
    case QUERY_WORD_FROM:
        return text_key(p, IMAP_KEY_FROM, value);
    case QUERY_WORD_TO:
        return recipient(p, value);
    case QUERY_WORD_CC:
        return text_key(p, IMAP_KEY_CC, value);
    case QUERY_WORD_SUBJECT:
        return text_key(p, IMAP_KEY_SUBJECT, value);
    case QUERY_WORD_TEXT:
        return in_text(p, value);
    case QUERY_WORD_BEFORE:
    case QUERY_WORD_AFTER:
    case QUERY_WORD_ON:
        return date_term(p, word, value);
    case QUERY_WORD_IS:
        return is_term(p, value);
    case QUERY_WORD_HAS:
        return attachment_term(p, value);
    case QUERY_WORD_LARGER:
    case QUERY_WORD_SMALLER:
        return size_term(p, word, value);
    case QUERY_WORD_TAG:
        return tag_term(p, value);
    case QUERY_WORD_LIST:
        return header_key(p, SV("List-Id"), value);
    case QUERY_WORD_IN:
    case QUERY_WORD_NONE:
        break;
    }
    return NULL;
}

/* ---- the list of terms ---- */

static bool joined_by_or(const struct parser *p, const struct query_token *token)
{
    return p->last_was_or || token->before_or;
}

static void append(struct parser *p, struct imap_criteria *term)
{
    if (p->last_was_or && p->count > 0)
        term = group(p, IMAP_KEY_OR, p->terms[--p->count], term);
    p->terms[p->count++] = term;
}

/* NULL: every message. */
static struct imap_criteria *conjunction(struct parser *p)
{
    if (p->count < 2)
        return p->count == 1 ? p->terms[0] : NULL;
    for (size_t i = 0; i + 1 < p->count; i++)
        p->terms[i]->next = p->terms[i + 1];
    struct imap_criteria *all = new_key(p, IMAP_KEY_AND);
    all->children = p->terms[0];
    return all;
}

static void add_token(struct parser *p, const struct query_token *token)
{
    if (token->word == QUERY_WORD_IN && token->value.n > 0 && !token->negated &&
        !joined_by_or(p, token)) {
        p->out->in = token->value;
        return;
    }
    struct imap_criteria *term =
        token->value.n > 0 ? operator_term(p, token->word, token->value) : NULL;
    bool attachment = term && token->word == QUERY_WORD_HAS;
    if (attachment && !joined_by_or(p, token)) {
        p->out->attachment = token->negated ? QUERY_ATTACHMENT_WITHOUT : QUERY_ATTACHMENT_WITH;
        return;
    }
    if (!term)
        term = plain(p, token->text);
    /* an index that misses some would show them */
    term->fuzzy = term->fuzzy && !token->negated && !token->exact;
    append(p, token->negated ? group(p, IMAP_KEY_NOT, term, NULL) : term);
}

void query_parse(struct arena *arena, struct sv text, struct imap_day today, struct query *out)
{
    struct query query = {0};
    struct parser p = {.arena = arena, .today = today, .out = &query};
    struct query_lexer lexer = {.arena = arena,
                                .rest = utf8_line(arena, utf8_cut(text, QUERY_TEXT_MAX))};
    struct query_token token;
    /* an OR takes two terms and leaves one, so it is the tokens that are counted */
    for (int i = 0; i < QUERY_TERMS_MAX && query_token_next(&lexer, &token); i++) {
        add_token(&p, &token);
        p.last_was_or = token.before_or;
    }
    query.criteria = conjunction(&p);
    *out = query;
}

void query_add_flag(struct arena *arena, struct query *query, enum imap_flag flag, bool set)
{
    struct parser p = {.arena = arena, .out = query};
    struct imap_criteria *term = flag_key(&p, flag, set);
    if (query->criteria) {
        struct imap_criteria *others = new_key(&p, IMAP_KEY_AND);
        others->children = query->criteria;
        term = group(&p, IMAP_KEY_AND, term, others);
    }
    query->criteria = term;
}

bool query_empty(const struct query *query)
{
    return !query->criteria && query->attachment == QUERY_ATTACHMENT_ANY;
}

bool query_deep(const struct query *query)
{
    return query->in_text || query->attachment != QUERY_ATTACHMENT_ANY;
}
