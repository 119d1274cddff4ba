#include "word.h"

#include "arena.h"
#include "base64.h"
#include "charset.h"
#include "decode.h"
#include "detect.h"
#include "header.h"
#include "utf8.h"

enum { RAW_MAX = 4 * WORD_TEXT_MAX, CHARSET_LABEL_MAX = 64 };

/* ---- decoding ---- */

struct encoded_word {
    struct sv charset;
    struct sv text;
    bool base64;
    bool unended; /* there is no "?=" in all that follows */
    size_t end;   /* behind its "?=" */
};

/* s starts with "=?". The text may hold spaces, which the RFC forbids and mailers write. */
static bool word_parse(struct sv s, struct encoded_word *out)
{
    struct sv rest = sv_slice(s, 2, s.n);
    struct sv charset = sv_cut(&rest, '?');
    bool base64 = rest.n > 0 && ascii_lower(rest.p[0]) == 'b';
    bool quoted = rest.n > 0 && ascii_lower(rest.p[0]) == 'q';
    if (charset.n == 0 || charset.n > CHARSET_LABEL_MAX || !(base64 || quoted) || rest.n < 2 ||
        rest.p[1] != '?' || sv_find_char(charset, ' ') != SIZE_MAX)
        return false;
    rest = sv_slice(rest, 2, rest.n);
    size_t length = sv_find(rest, SV("?="));
    out->unended = length == SIZE_MAX;
    if (out->unended)
        return false;
    out->charset = charset;
    out->text = sv_slice(rest, 0, length);
    out->base64 = base64;
    out->end = (size_t)(rest.p - s.p) + length + 2;
    return true;
}

static void add_quoted(struct sb *bytes, struct sv text)
{
    for (size_t i = 0; i < text.n; i++) {
        bool escape = text.p[i] == '=' && i + 2 < text.n;
        if (escape && ascii_hex(text.p[i + 1]) >= 0 && ascii_hex(text.p[i + 2]) >= 0) {
            sb_add_char(bytes, (char)(ascii_hex(text.p[i + 1]) << 4 | ascii_hex(text.p[i + 2])));
            i += 2;
        } else {
            sb_add_char(bytes, text.p[i] == '_' ? ' ' : text.p[i]);
        }
    }
}

static void add_base64(struct sb *bytes, struct sv text)
{
    struct decoder decoder;
    decoder_init(&decoder, TRANSFER_BASE64, sb_sink(bytes));
    if (decoder_write(&decoder, text) != STATUS_OK || decoder_finish(&decoder) != STATUS_OK)
        bytes->over = true;
}

static void add_cut(struct sb *out, struct sv text)
{
    sb_add(out, utf8_cut(text, out->cap - out->n));
}

/* The bytes of neighbouring words in one charset are decoded together: mailers split characters
 * between words. */
struct run {
    struct arena *arena;
    struct sb *out;
    struct sv bare;    /* for what says no charset */
    struct sv charset; /* of the words */
    struct sb bytes;
};

/* For bytes that say no charset, or a wrong one. */
static struct sv bare_charset(const struct run *run, struct sv bytes)
{
    return run->bare.n > 0 ? run->bare : charset_detect(bytes, false);
}

static void run_end(struct run *run)
{
    struct sv bytes = sb_view(&run->bytes);
    bool lies = charset_is_guessed(run->charset) ||
                (sv_starts_nocase(run->charset, SV("utf-8")) && !utf8_valid(bytes));
    add_cut(run->out, charset_decode(run->arena, lies ? bare_charset(run, bytes) : run->charset,
                                     bytes, WORD_TEXT_MAX));
    sb_clear(&run->bytes);
    run->charset = SV("");
}

static void run_add(struct run *run, const struct encoded_word *word)
{
    if (!sv_eq_nocase(run->charset, word->charset))
        run_end(run);
    run->charset = word->charset;
    if (word->base64)
        add_base64(&run->bytes, word->text);
    else
        add_quoted(&run->bytes, word->text);
}

static void add_plain(struct run *run, struct sv text, bool between_words)
{
    if (between_words && sv_trim(text).n == 0)
        return;
    run_end(run);
    add_cut(run->out, charset_decode(run->arena, bare_charset(run, text), text, WORD_TEXT_MAX));
}

static void decode_words(struct arena *arena, struct sv charset, struct sv text, struct sb *out)
{
    struct run run = {.arena = arena, .out = out, .bare = charset};
    sb_init(&run.bytes, arena, text.n);
    bool after_word = false;
    size_t plain = 0, at = 0;
    while (at < text.n) {
        size_t found = sv_find(sv_slice(text, at, text.n), SV("=?"));
        struct encoded_word word = {.unended = false};
        if (found == SIZE_MAX)
            break;
        at += found;
        if (!word_parse(sv_slice(text, at, text.n), &word)) {
            if (word.unended)
                break;
            at += 2;
            continue;
        }
        if (at > plain)
            add_plain(&run, sv_slice(text, plain, at), after_word);
        run_add(&run, &word);
        plain = at += word.end;
        after_word = true;
    }
    if (plain < text.n)
        add_plain(&run, sv_slice(text, plain, text.n), false);
    run_end(&run);
}

struct sv word_decode(struct arena *arena, struct sv raw)
{
    return word_decode_as(arena, SV(""), raw);
}

struct sv word_decode_as(struct arena *arena, struct sv charset, struct sv raw)
{
    struct sb out;
    raw = sv_slice(raw, 0, RAW_MAX);
    if (sv_find(raw, SV("\033$")) != SIZE_MAX) /* bare ISO-2022-JP: its bytes may look like "=?" */
        raw = charset_decode(arena, SV(""), raw, RAW_MAX);
    struct sv text = header_unfold(arena, raw);
    if (sv_find(text, SV("=?")) == SIZE_MAX && sv_is_ascii(text))
        return sv_slice(text, 0, WORD_TEXT_MAX);
    sb_init(&out, arena, WORD_TEXT_MAX);
    decode_words(arena, charset, text, &out);
    return utf8_cut(sv_trim(utf8_line(arena, sb_view(&out))), WORD_TEXT_MAX);
}

/* ---- encoding ---- */

enum {
    LINE_MAX_COLUMN = 76,
    WORD_FRAME = 12, /* "=?UTF-8?Q?" and "?=" */
    WORD_ROOM = 75 - WORD_FRAME,
    WORD_ROOM_LEAST = 16, /* one character of four bytes in quoted form, and some */
    PLAIN_WORD_MAX = 70,
    PHRASE_PLAIN_MAX = 60
};

static size_t quoted_cost(struct sv bytes)
{
    size_t cost = 0;
    for (size_t i = 0; i < bytes.n; i++)
        cost += ascii_is_alnum(bytes.p[i]) || bytes.p[i] == ' ' ? 1 : 3;
    return cost;
}

static size_t cost_of(struct sv bytes, bool base64)
{
    return base64 ? BASE64_LENGTH(bytes.n) : quoted_cost(bytes);
}

static size_t word_add(struct sb *out, struct sv bytes, bool base64)
{
    sb_add(out, base64 ? SV("=?UTF-8?B?") : SV("=?UTF-8?Q?"));
    if (base64)
        base64_encode(out, bytes.p, bytes.n);
    for (size_t i = 0; i < bytes.n && !base64; i++) {
        if (bytes.p[i] == ' ')
            sb_add_char(out, '_');
        else if (ascii_is_alnum(bytes.p[i]))
            sb_add_char(out, bytes.p[i]);
        else
            sb_printf(out, "=%02X", (unsigned)(unsigned char)bytes.p[i]);
    }
    sb_add(out, SV("?="));
    return WORD_FRAME + cost_of(bytes, base64);
}

/* Appends the characters of s, cleaned: what follows relies on valid UTF-8 without controls. */
static void add_clean(struct sb *out, struct sv s)
{
    for (size_t at = 0; at < s.n;) {
        uint32_t c = utf8_next(s, &at);
        utf8_add(out, c < 0x20 || (c >= 0x7f && c < 0xa0) ? ' ' : c);
    }
}

/* The next character of text with its combining marks, if a word can hold it, else without. */
static size_t next_character(struct sv text, bool base64, struct sb *clean)
{
    size_t length = utf8_cut_points(text, 1).n;
    sb_clear(clean);
    add_clean(clean, sv_slice(text, 0, length));
    if (!clean->over && cost_of(sb_view(clean), base64) <= WORD_ROOM)
        return length;
    length = 0;
    utf8_next(text, &length);
    sb_clear(clean);
    add_clean(clean, sv_slice(text, 0, length));
    return length;
}

static size_t add_words(struct sb *out, struct sv text, size_t column)
{
    bool base64 = quoted_cost(text) > BASE64_LENGTH(text.n);
    while (text.n > 0) {
        char bytes_buffer[WORD_ROOM + 1], clean_buffer[WORD_ROOM + 1];
        struct sb bytes, clean;
        if (column + WORD_FRAME + WORD_ROOM_LEAST > LINE_MAX_COLUMN) {
            sb_add(out, SV("\r\n "));
            column = 1;
        }
        size_t room = LINE_MAX_COLUMN - column - WORD_FRAME;
        room = room < WORD_ROOM ? room : WORD_ROOM;
        sb_fixed(&bytes, bytes_buffer, sizeof bytes_buffer);
        sb_fixed(&clean, clean_buffer, sizeof clean_buffer);
        while (text.n > 0) {
            size_t length = next_character(text, base64, &clean), before = bytes.n;
            sb_add(&bytes, sb_view(&clean));
            if (bytes.over || (cost_of(sb_view(&bytes), base64) > room)) {
                bytes.n = before;
                break;
            }
            text = sv_slice(text, length, text.n);
        }
        if (bytes.n > 0)
            column += word_add(out, sb_view(&bytes), base64);
        if (text.n > 0) {
            sb_add(out, SV("\r\n "));
            column = 1;
        }
    }
    return column;
}

/* True if text can stand as it is and come back as it was. */
static bool is_plain(struct sv text)
{
    size_t run = 0;
    if (sv_has_control(text) || !sv_is_ascii(text) || sv_find(text, SV("=?")) != SIZE_MAX ||
        sv_trim(text).n != text.n)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        run = text.p[i] == ' ' ? 0 : run + 1;
        if (run > PLAIN_WORD_MAX)
            return false;
    }
    return true;
}

size_t word_encode_text(struct sb *out, struct sv text, size_t column)
{
    if (!is_plain(text))
        return add_words(out, text, column);
    while (text.n > 0) {
        size_t blanks = 0;
        while (blanks < text.n && text.p[blanks] == ' ')
            blanks++;
        struct sv behind = sv_slice(text, blanks, text.n);
        struct sv word = sv_cut(&behind, ' ');
        if (blanks > 0 && column + blanks + word.n > LINE_MAX_COLUMN) {
            sb_add(out, sv_slice(text, 0, blanks - 1));
            sb_add(out, SV("\r\n "));
            column = 1;
        } else {
            sb_add(out, sv_slice(text, 0, blanks));
            column += blanks;
        }
        sb_add(out, word);
        column += word.n;
        text = sv_slice(text, blanks + word.n, text.n);
    }
    return column;
}

/* True for atoms with single spaces between them (RFC 5322 section 3.2.3). */
static bool is_atoms(struct sv text)
{
    for (size_t i = 0; i < text.n; i++) {
        bool atext = ascii_is_alnum(text.p[i]) ||
                     sv_find_char(SV("!#$%&'*+-/=?^_`{|}~"), text.p[i]) != SIZE_MAX;
        bool space = text.p[i] == ' ' && i > 0 && text.p[i - 1] != ' ';
        if (!atext && !space)
            return false;
    }
    return text.n > 0;
}

size_t word_encode_phrase(struct sb *out, struct sv text, size_t column)
{
    if (!is_plain(text) || text.n > PHRASE_PLAIN_MAX)
        return add_words(out, text, column);
    size_t before = out->n;
    if (is_atoms(text)) {
        sb_add(out, text);
    } else {
        sb_add_char(out, '"');
        for (size_t i = 0; i < text.n; i++) {
            if (text.p[i] == '"' || text.p[i] == '\\')
                sb_add_char(out, '\\');
            sb_add_char(out, text.p[i]);
        }
        sb_add_char(out, '"');
    }
    return column + (out->n - before);
}
