#include "imap_token.h"

void lexer_begin(struct imap_lexer *lexer, struct deadline deadline)
{
    lexer->deadline = deadline;
    if (lexer->buffer)
        return;
    lexer->buffer = malloc(IMAP_BUFFER);
    lexer->at = lexer->end = 0;
    if (!lexer->buffer)
        lexer_fail(lexer, STATUS_IO);
}

void lexer_rest(struct imap_lexer *lexer)
{
    if (lexer->at < lexer->end)
        return;
    lexer_deinit(lexer);
}

void lexer_deinit(struct imap_lexer *lexer)
{
    free(lexer->buffer);
    lexer->buffer = NULL;
    lexer->at = lexer->end = 0;
}

void lexer_reply(struct imap_lexer *lexer)
{
    lexer->allowance = IMAP_REPLY_MAX;
}

void lexer_fail(struct imap_lexer *lexer, enum status status)
{
    if (lexer->status == STATUS_OK)
        lexer->status = status;
}

bool lexer_more(const struct imap_lexer *lexer)
{
    return lexer->status == STATUS_OK;
}

static void fill(struct imap_lexer *lexer)
{
    lexer->at = lexer->end = 0;
    if (lexer->allowance == 0)
        lexer_fail(lexer, STATUS_TOO_LARGE);
    if (!lexer_more(lexer))
        return;
    size_t n = 0;
    enum status status =
        lexer->line.receive(lexer->line.context, lexer->buffer, IMAP_BUFFER, lexer->deadline, &n);
    if (status != STATUS_OK) {
        lexer_fail(lexer, status);
        return;
    }
    lexer->end = n;
    lexer->allowance -= n < lexer->allowance ? n : lexer->allowance;
}

static int peek_filling(struct imap_lexer *lexer)
{
    if (lexer->status != STATUS_OK)
        return -1;
    if (lexer->at == lexer->end)
        fill(lexer);
    return lexer->at < lexer->end ? (unsigned char)lexer->buffer[lexer->at] : -1;
}

/* Inline: every byte of every reply passes here. */
static inline int peek(struct imap_lexer *lexer)
{
    if (lexer->at < lexer->end && lexer->status == STATUS_OK)
        return (unsigned char)lexer->buffer[lexer->at];
    return peek_filling(lexer);
}

int lexer_peek(struct imap_lexer *lexer)
{
    return peek(lexer);
}

int lexer_take(struct imap_lexer *lexer)
{
    int c = peek(lexer);
    if (c >= 0)
        lexer->at++;
    return c;
}

bool lexer_skip(struct imap_lexer *lexer, char c)
{
    if (peek(lexer) != (unsigned char)c)
        return false;
    lexer->at++;
    return true;
}

void lexer_expect(struct imap_lexer *lexer, char c)
{
    if (!lexer_skip(lexer, c))
        lexer_fail(lexer, STATUS_PROTOCOL);
}

bool lexer_element(struct imap_lexer *lexer)
{
    while (lexer_skip(lexer, ' '))
        ;
    return !lexer_skip(lexer, ')') && lexer_more(lexer);
}

/* stops is short: strchr would take longer to call than to look. */
static inline bool in_word(int c, const char *stops)
{
    if (c <= ' ' || c == 0x7f || c == '"' || c == '{')
        return false;
    while (*stops && (unsigned char)*stops != c)
        stops++;
    return *stops == '\0';
}

struct sv lexer_word(struct imap_lexer *lexer, const char *stops)
{
    size_t n = 0;
    for (int c; in_word(c = peek(lexer), stops);) {
        if (n == sizeof lexer->word) {
            lexer_fail(lexer, STATUS_TOO_LARGE);
            break;
        }
        lexer->word[n++] = (char)c;
        lexer->at++;
    }
    if (n == 0)
        lexer_fail(lexer, STATUS_PROTOCOL);
    return lexer_more(lexer) ? (struct sv){lexer->word, n} : SV("");
}

uint64_t lexer_number(struct imap_lexer *lexer)
{
    uint64_t value = 0;
    int digits = 0;
    for (int c; ascii_is_digit((char)(c = peek(lexer))) && c >= 0; digits++) {
        uint64_t digit = (uint64_t)(c - '0');
        if (value > ((uint64_t)INT64_MAX - digit) / 10) {
            lexer_fail(lexer, STATUS_PROTOCOL);
            return 0;
        }
        value = value * 10 + digit;
        lexer->at++;
    }
    if (digits == 0)
        lexer_fail(lexer, STATUS_PROTOCOL);
    return lexer_more(lexer) ? value : 0;
}

uint32_t lexer_u32(struct imap_lexer *lexer)
{
    uint64_t value = lexer_number(lexer);
    if (value > UINT32_MAX)
        lexer_fail(lexer, STATUS_PROTOCOL);
    return lexer_more(lexer) ? (uint32_t)value : 0;
}

/* The size of a literal, behind whose line end the bytes start. */
static uint64_t literal_size(struct imap_lexer *lexer)
{
    lexer_expect(lexer, '{');
    uint64_t size = lexer_number(lexer);
    lexer_skip(lexer, '+');
    lexer_expect(lexer, '}');
    lexer_line_end(lexer);
    return size;
}

/* What of the literal is in the buffer, read anew when it is empty. */
static struct sv piece_take(struct imap_lexer *lexer, uint64_t most)
{
    if (peek(lexer) < 0)
        return SV("");
    size_t n = lexer->end - lexer->at;
    if (n > most)
        n = (size_t)most;
    struct sv piece = {lexer->buffer + lexer->at, n};
    lexer->at += n;
    return piece;
}

static struct sv literal_keep(struct imap_lexer *lexer, struct arena *arena)
{
    uint64_t size = literal_size(lexer);
    if (size > IMAP_STRING_MAX)
        lexer_fail(lexer, STATUS_TOO_LARGE);
    if (!lexer_more(lexer))
        return SV("");
    char *kept = arena_alloc(arena, size + 1);
    for (size_t n = 0; n < size && lexer_more(lexer);) {
        struct sv piece = piece_take(lexer, size - n);
        if (piece.n > 0)
            memcpy(kept + n, piece.p, piece.n);
        n += piece.n;
    }
    return (struct sv){kept, size};
}

/* The whole string if it stands in the buffer without an escape; otherwise nothing is taken, and p
 * is NULL. The view lasts until more is read. */
static struct sv quoted_at_once(struct imap_lexer *lexer)
{
    const char *start = lexer->buffer + lexer->at + 1;
    for (const char *p = start; p < lexer->buffer + lexer->end; p++) {
        if (*p == '"') {
            lexer->at = (size_t)(p + 1 - lexer->buffer);
            return (struct sv){start, (size_t)(p - start)};
        }
        if (*p == '\\' || *p == '\r' || *p == '\n' || *p == '\0')
            break;
    }
    return (struct sv){NULL, 0};
}

static struct sv quoted_keep(struct imap_lexer *lexer, struct arena *arena)
{
    struct sv simple = quoted_at_once(lexer);
    if (simple.p)
        return arena_sv(arena, simple);
    struct sb kept;
    sb_init(&kept, arena, IMAP_STRING_MAX);
    lexer_expect(lexer, '"');
    while (lexer_more(lexer) && !lexer_skip(lexer, '"')) {
        int c = lexer_take(lexer);
        if (c == '\\')
            c = lexer_take(lexer);
        if (c == '\r' || c == '\n' || c == '\0')
            lexer_fail(lexer, STATUS_PROTOCOL);
        else if (c > 0)
            sb_add_char(&kept, (char)c);
        if (kept.over)
            lexer_fail(lexer, STATUS_TOO_LARGE);
    }
    return lexer_more(lexer) ? sb_view(&kept) : SV("");
}

static bool is_nil(struct sv word)
{
    return sv_eq_nocase(word, SV("NIL"));
}

struct sv lexer_nstring(struct imap_lexer *lexer, struct arena *arena)
{
    lexer_skip(lexer, '~'); /* literal8, RFC 3516 */
    int c = peek(lexer);
    if (c == '"')
        return quoted_keep(lexer, arena);
    if (c == '{')
        return literal_keep(lexer, arena);
    struct sv word = lexer_word(lexer, "()");
    return is_nil(word) || !lexer_more(lexer) ? (struct sv){NULL, 0} : arena_sv(arena, word);
}

/* Passes a literal on. When the sink fails the rest is read and dropped, if it is short. */
static void literal_stream(struct imap_lexer *lexer,
                           enum status (*begin)(void *context, uint64_t size), struct sink sink,
                           enum status *failure)
{
    uint64_t left = literal_size(lexer);
    if (!lexer_more(lexer))
        return;
    enum status status = begin ? begin(sink.context, left) : STATUS_OK;
    while (left > 0 && lexer_more(lexer)) {
        if (status != STATUS_OK && left > IMAP_DRAIN_MAX) {
            lexer_fail(lexer, status);
            break;
        }
        if (status == STATUS_OK)
            lexer_reply(lexer);
        struct sv piece = piece_take(lexer, left);
        left -= piece.n;
        if (status == STATUS_OK)
            status = sink_write(sink, piece);
    }
    if (status != STATUS_OK)
        *failure = status;
}

bool lexer_stream(struct imap_lexer *lexer, enum status (*begin)(void *context, uint64_t size),
                  struct sink sink, enum status *failure)
{
    lexer_skip(lexer, '~');
    int c = peek(lexer);
    if (c == '{') {
        literal_stream(lexer, begin, sink, failure);
        return true;
    }
    if (c != '"') {
        if (!is_nil(lexer_word(lexer, "()")))
            lexer_fail(lexer, STATUS_PROTOCOL);
        return false;
    }
    struct sv text = quoted_at_once(lexer);
    struct arena *arena = NULL;
    if (!text.p) {
        arena = arena_new(2 * IMAP_STRING_MAX);
        text = quoted_keep(lexer, arena);
    }
    enum status status = begin && lexer_more(lexer) ? begin(sink.context, text.n) : STATUS_OK;
    if (status == STATUS_OK && lexer_more(lexer))
        status = sink_write(sink, text);
    arena_free(&arena);
    if (status != STATUS_OK)
        *failure = status;
    return true;
}

static enum status drop(void *context, struct sv piece)
{
    (void)context;
    (void)piece;
    return STATUS_OK;
}

void lexer_skip_value(struct imap_lexer *lexer)
{
    const struct sink nowhere = {drop, NULL};
    size_t depth = 0;
    do {
        while (lexer_skip(lexer, ' '))
            ;
        int c = peek(lexer);
        enum status ignored;
        if (lexer_skip(lexer, '(')) {
            if (++depth > IMAP_DEPTH_MAX)
                lexer_fail(lexer, STATUS_TOO_LARGE);
        } else if (depth > 0 && lexer_skip(lexer, ')')) {
            depth--;
        } else if (c == '"' || c == '{' || c == '~') {
            lexer_stream(lexer, NULL, nowhere, &ignored);
        } else {
            lexer_word(lexer, "()");
        }
    } while (depth > 0 && lexer_more(lexer));
}

struct sv lexer_text(struct imap_lexer *lexer)
{
    size_t n = 0;
    for (int c; (c = peek(lexer)) > 0 && c != '\r' && c != '\n'; lexer->at++)
        if (n < IMAP_TEXT_MAX)
            lexer->word[n++] = (char)c;
    return (struct sv){lexer->word, n};
}

void lexer_skip_line(struct imap_lexer *lexer)
{
    const struct sink nowhere = {drop, NULL};
    for (int c; (c = peek(lexer)) > 0 && c != '\r' && c != '\n';) {
        enum status ignored;
        if (c == '"' || c == '{')
            lexer_stream(lexer, NULL, nowhere, &ignored);
        else
            lexer_take(lexer);
    }
    lexer_line_end(lexer);
}

void lexer_line_end(struct imap_lexer *lexer)
{
    while (lexer_skip(lexer, ' '))
        ;
    lexer_skip(lexer, '\r');
    lexer_expect(lexer, '\n');
}
