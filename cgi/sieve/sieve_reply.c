#include "sieve_reply.h"

#include "arena.h"

enum { ATOM_MAX = 256, NUMBER_DIGITS = 7 };

static enum status byte_read(struct sieve_reader *r, struct deadline deadline, char *out)
{
    if (r->pending.n == 0) {
        size_t n = 0;
        enum status st = r->line.receive(r->line.context, r->in, sizeof r->in, deadline, &n);
        if (st != STATUS_OK)
            return st;
        r->pending = (struct sv){r->in, n};
    }
    if (++r->read > SIEVE_READ_MAX)
        return STATUS_TOO_LARGE;
    *out = r->pending.p[0];
    r->pending = sv_slice(r->pending, 1, r->pending.n);
    return STATUS_OK;
}

static enum status expect(struct sieve_reader *r, struct deadline deadline, char wanted)
{
    char c;
    enum status st = byte_read(r, deadline, &c);
    return st != STATUS_OK ? st : c == wanted ? STATUS_OK : STATUS_PROTOCOL;
}

static enum status quoted_read(struct sieve_reader *r, struct deadline deadline, struct sv *out)
{
    struct sb b;
    char c;
    sb_init(&b, r->arena, SIEVE_STRING_MAX);
    for (;;) {
        enum status st = byte_read(r, deadline, &c);
        if (st == STATUS_OK && c == '\\')
            st = byte_read(r, deadline, &c);
        else if (st == STATUS_OK && c == '"')
            break;
        if (st != STATUS_OK)
            return st;
        /* the RFC forbids line ends in here; servers quote their compiler's words with them */
        if (c == '\0')
            return STATUS_PROTOCOL;
        sb_add_char(&b, c);
        if (b.over)
            return STATUS_TOO_LARGE;
    }
    *out = sb_view(&b);
    return STATUS_OK;
}

/* Behind its "{". */
static enum status literal_read(struct sieve_reader *r, struct deadline deadline, struct sv *out)
{
    struct sb b;
    size_t size = 0;
    char c = '\0';
    enum status st = STATUS_OK;
    unsigned digits = 0;
    while (st == STATUS_OK && (st = byte_read(r, deadline, &c)) == STATUS_OK && ascii_is_digit(c)) {
        size = size * 10 + (size_t)(c - '0');
        if (++digits > NUMBER_DIGITS)
            return STATUS_TOO_LARGE;
    }
    if (st == STATUS_OK && c == '+')
        st = byte_read(r, deadline, &c);
    if (st == STATUS_OK && (c != '}' || digits == 0))
        st = STATUS_PROTOCOL;
    if (st == STATUS_OK)
        st = expect(r, deadline, '\r');
    if (st == STATUS_OK)
        st = expect(r, deadline, '\n');
    if (st == STATUS_OK && size > SIEVE_STRING_MAX)
        st = STATUS_TOO_LARGE;
    sb_init(&b, r->arena, SIEVE_STRING_MAX);
    for (; st == STATUS_OK && size > 0; size--) {
        st = byte_read(r, deadline, &c);
        if (st == STATUS_OK)
            sb_add_char(&b, c);
    }
    if (st == STATUS_OK)
        *out = sb_view(&b);
    return st;
}

static bool is_atom(char c)
{
    return c > ' ' && c < 0x7f && c != '(' && c != ')' && c != '"' && c != '{' && c != '}' &&
           c != '\\';
}

/* c is its first byte; *next the one that ended it. */
static enum status atom_read(struct sieve_reader *r, struct deadline deadline, char c,
                             struct sv *out, char *next)
{
    struct sb b;
    sb_init(&b, r->arena, ATOM_MAX);
    while (is_atom(c)) {
        sb_add_char(&b, c);
        enum status st = byte_read(r, deadline, &c);
        if (st != STATUS_OK)
            return st;
    }
    if (b.n == 0)
        return STATUS_PROTOCOL;
    if (b.over)
        return STATUS_TOO_LARGE;
    *out = sb_view(&b);
    *next = c;
    return STATUS_OK;
}

static enum status token_read(struct sieve_reader *r, struct deadline deadline, char c,
                              struct sieve_token *token, char *next)
{
    *next = ' ';
    token->text = SV("");
    if (c == '(' || c == ')') {
        token->kind = c == '(' ? SIEVE_OPEN : SIEVE_CLOSE;
        return STATUS_OK;
    }
    if (c != '"' && c != '{') {
        token->kind = SIEVE_ATOM;
        return atom_read(r, deadline, c, &token->text, next);
    }
    token->kind = SIEVE_STRING;
    return c == '"' ? quoted_read(r, deadline, &token->text)
                    : literal_read(r, deadline, &token->text);
}

enum status sieve_line_read(struct sieve_reader *r, struct deadline deadline,
                            struct sieve_line *out)
{
    struct sieve_line line = {.n = 0};
    char c = ' ';
    enum status st = STATUS_OK;
    bool pushed = false; /* c ended the last atom and has not been looked at */
    while (st == STATUS_OK) {
        if (!pushed)
            st = byte_read(r, deadline, &c);
        pushed = false;
        if (st != STATUS_OK)
            break;
        if (arena_over(r->arena))
            return STATUS_TOO_LARGE;
        if (c == ' ')
            continue;
        if (c == '\r') {
            st = expect(r, deadline, '\n');
            break;
        }
        if (line.n == SIEVE_TOKENS_MAX)
            return STATUS_TOO_LARGE;
        char next = ' ';
        st = token_read(r, deadline, c, &line.tokens[line.n], &next);
        line.n += st == STATUS_OK;
        pushed = next != ' ';
        c = next;
    }
    if (st == STATUS_OK)
        *out = line;
    return st;
}

bool sieve_token_is(const struct sieve_line *line, size_t at, const char *atom)
{
    return at < line->n && line->tokens[at].kind == SIEVE_ATOM &&
           sv_eq_nocase(line->tokens[at].text, sv_of(atom));
}
