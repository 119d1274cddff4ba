#include "charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdatomic.h>

#include "arena.h"
#include "decode.h"
#include "escape.h"
#include "label.h"
#include "utf8.h"

#define NO_ICONV ((iconv_t)-1)

enum { BUFFER = 4096, LONGEST_CHARACTER = 64, ORDER_SAMPLE = 256 };

struct charset {
    const struct converter *converter;
    enum reading reading; /* what a guess has come to */
    iconv_t iconv;
    iconv_t jis;     /* while guessing: opened in advance */
    iconv_t utf16;   /* the same */
    iconv_t swapped; /* the other byte order */
    bool is_swapped;
    enum escape_set set;
    size_t unit;
    bool started; /* the place of a byte order mark is past */
    size_t in_n;
    size_t out_n;
    char in[BUFFER];
    char out[BUFFER];
};

static atomic_bool sealed;

/* Loading a converter's module costs the C library a hundred times what opening it again costs, and
 * it unloads the modules that nobody uses. So one of each kind that was ever used stays open. */
static _Atomic(iconv_t) kept[CONVERTER_COUNT_MAX];

static iconv_t converter_open(const struct converter *converter)
{
    if (atomic_load(&sealed))
        return NO_ICONV;
    iconv_t opened = iconv_open("UTF-8", converter->iconv);
    size_t index = label_index(converter);
    if (opened != NO_ICONV && atomic_load(&kept[index]) == NULL) {
        iconv_t mine = iconv_open("UTF-8", converter->iconv), nobody = NULL;
        if (mine != NO_ICONV && !atomic_compare_exchange_strong(&kept[index], &nobody, mine))
            iconv_close(mine);
    }
    return opened;
}

static void converter_close(iconv_t *iconv)
{
    if (*iconv != NO_ICONV)
        iconv_close(*iconv);
    *iconv = NO_ICONV;
}

static void restart(struct charset *c)
{
    c->reading = c->converter->reading;
    c->unit = c->converter->unit;
    c->set = ESCAPE_ASCII;
    c->started = c->is_swapped = false;
    c->in_n = c->out_n = 0;
}

struct charset *charset_open(struct sv label, enum charset_use use)
{
    struct charset *c = calloc(1, sizeof *c);
    if (c == NULL)
        abort();
    const struct converter *guess = label_find(SV("us-ascii"));
    c->converter = label_find(label);
    c->iconv = c->jis = c->utf16 = c->swapped = NO_ICONV;
    if (c->converter == NULL || (use == CHARSET_MARKUP && !c->converter->markup))
        c->converter = guess;
    if (c->converter->iconv != NULL) {
        c->iconv = converter_open(c->converter);
        if (c->iconv == NO_ICONV)
            c->converter = guess;
    }
    if (c->converter->swapped != NULL)
        c->swapped = converter_open(label_find(sv_of(c->converter->swapped)));
    if (c->converter == guess) {
        c->jis = converter_open(label_find(SV("iso-2022-jp")));
        c->utf16 = converter_open(label_find(SV("utf-16")));
    }
    restart(c);
    return c;
}

void charset_close(struct charset **c)
{
    if (c == NULL || *c == NULL)
        return;
    converter_close(&(*c)->iconv);
    converter_close(&(*c)->jis);
    converter_close(&(*c)->utf16);
    converter_close(&(*c)->swapped);
    free(*c);
    *c = NULL;
}

const char *charset_name(const struct charset *c)
{
    return c->converter->name;
}

void charset_seal(void)
{
    atomic_store(&sealed, true);
}

bool charset_known(struct sv label)
{
    return label_find(label) != NULL;
}

bool charset_is_guessed(struct sv label)
{
    const struct converter *converter = label_find(label);
    return converter == NULL || converter->reading == READ_GUESS;
}

/* ---- windows-1252 ---- */

static uint32_t windows_1252(unsigned char byte)
{
    static const uint16_t high[32] = {
        0x20ac, 0x81,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021, 0x2c6,  0x2030, 0x160,
        0x2039, 0x152,  0x8d,   0x17d,  0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
        0x2013, 0x2014, 0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x9d,   0x17e,  0x178};
    return byte >= 0x80 && byte < 0xa0 ? high[byte - 0x80] : byte;
}

/* How many bytes at `at` make one valid character; 0 if none do. *cut says that more bytes could
 * still make one. */
static size_t valid_length(struct sv s, size_t at, bool *cut)
{
    size_t end = at;
    *cut = false;
    if (utf8_next(s, &end) != UTF8_REPLACEMENT)
        return end - at;
    if (sv_starts(sv_slice(s, at, s.n), SV("\xef\xbf\xbd")))
        return 3;
    unsigned char lead = (unsigned char)s.p[at];
    size_t announced = lead < 0xc2 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 1;
    *cut = end == s.n && end - at < announced;
    return 0;
}

void charset_guess(struct sb *out, struct sv s)
{
    bool cut;
    size_t run = 0, at = 0;
    while (at < s.n) {
        size_t length = valid_length(s, at, &cut);
        if (length == 0) {
            sb_add(out, sv_slice(s, run, at));
            utf8_add(out, windows_1252((unsigned char)s.p[at]));
            run = at + 1;
        }
        at += length > 0 ? length : 1;
    }
    sb_add(out, sv_slice(s, run, at));
}

/* ---- output ---- */

static enum status flush(struct charset *c, struct sink out)
{
    size_t n = c->out_n;
    c->out_n = 0;
    return sink_write(out, (struct sv){c->out, n});
}

static enum status emit(struct charset *c, struct sv bytes, struct sink out)
{
    if (c->out_n + bytes.n > sizeof c->out) {
        enum status status = flush(c, out);
        if (status != STATUS_OK)
            return status;
    }
    memcpy(c->out + c->out_n, bytes.p, bytes.n);
    c->out_n += bytes.n;
    return STATUS_OK;
}

static enum status emit_point(struct charset *c, uint32_t point, struct sink out)
{
    char buffer[5];
    struct sb b;
    sb_fixed(&b, buffer, sizeof buffer);
    utf8_add(&b, point);
    return emit(c, sb_view(&b), out);
}

/* ---- input: each reader takes what it can of c->in from *at on and stops at a character that is
 * not whole, unless it is the last piece ---- */

/* True if the escape at `at` starts a Japanese text; what is cut off by the piece's end counts as
 * one, since the next look will tell. */
static bool is_jis_escape(struct sv s, size_t at)
{
    struct sv rest = sv_slice(s, at, s.n);
    return sv_starts(rest, SV("\033$B")) || sv_starts(rest, SV("\033$@")) ||
           sv_starts(rest, SV("\033(J"));
}

static size_t ascii_run(struct sv s, size_t at)
{
    size_t end = at;
    while (end < s.n && (unsigned char)s.p[end] < 0x80 && s.p[end] != '\033')
        end++;
    return end - at;
}

static enum status read_bytes(struct charset *c, size_t *at, bool last, struct sink out)
{
    struct sv s = {c->in, c->in_n};
    enum status status = STATUS_OK;
    while (status == STATUS_OK && *at < s.n) {
        bool cut = false;
        unsigned char byte = (unsigned char)s.p[*at];
        size_t length = ascii_run(s, *at);
        if (byte == '\033' && c->reading == READ_GUESS && c->jis != NO_ICONV) {
            if (s.n - *at < 3 && !last)
                return STATUS_OK;
            if (is_jis_escape(s, *at)) {
                c->reading = READ_ISO_2022_JP;
                return STATUS_OK;
            }
        }
        if (length == 0 && c->reading != READ_WINDOWS_1252)
            length = valid_length(s, *at, &cut);
        if (cut && !last)
            return STATUS_OK;
        if (length > 0)
            status = emit(c, sv_slice(s, *at, *at + length), out);
        else
            status =
                emit_point(c, c->reading == READ_UTF8 ? UTF8_REPLACEMENT : windows_1252(byte), out);
        if (length == 0 && cut && c->reading == READ_UTF8)
            length = s.n - *at; /* one mark for one unfinished character */
        *at += length > 0 ? length : 1;
    }
    return status;
}

/* Seven-bit text with escapes, whose eight-bit form goes through the C library. */
static bool has_escapes(enum reading reading)
{
    return reading == READ_ISO_2022_JP || reading == READ_HZ;
}

/* How much to skip where no character is. The form that we made of text with escapes is known to be
 * whole: skipping less would read the second half of one character with the first of the next. */
static size_t error_length(const struct charset *c, unsigned char lead)
{
    if (!has_escapes(c->reading))
        return c->unit;
    return lead < 0x80 || lead == 0xff ? 1 : lead == 0x8f ? 3 : 2;
}

/* Runs iconv over one stretch of bytes; *used of them were taken, the rest is not whole. */
static enum status run_iconv(struct charset *c, iconv_t iconv_cd, struct sv bytes, bool last,
                             struct sink out, size_t *used)
{
    char *from = (char *)(uintptr_t)bytes.p;
    size_t left = bytes.n;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && left > 0) {
        char *to = c->out + c->out_n;
        size_t room = sizeof c->out - c->out_n, left_before = left, room_before = room;
        size_t result = iconv(iconv_cd, &from, &left, &to, &room);
        int error = result == (size_t)-1 ? errno : 0;
        c->out_n = sizeof c->out - room;
        bool stuck = left == left_before && room == room_before;
        if (error == E2BIG && !(stuck && room == sizeof c->out)) {
            status = flush(c, out);
        } else if (error == EINVAL && !last && left < LONGEST_CHARACTER) {
            break;
        } else if (error != 0) {
            size_t skip = error_length(c, (unsigned char)*from);
            skip = left < skip ? left : skip;
            from += skip;
            left -= skip;
            status = emit_point(c, UTF8_REPLACEMENT, out);
        }
    }
    *used = bytes.n - left;
    return status;
}

/* Fills out from c->in; false if it stopped at what is not whole. */
static bool undo_escapes(struct charset *c, size_t *at, bool last, struct sb *out)
{
    while (*at < c->in_n && out->cap - out->n >= ESCAPE_ROOM) {
        struct sv s = {c->in + *at, c->in_n - *at};
        size_t used = c->reading == READ_HZ ? escape_hz(s, last, &c->set, out)
                                            : escape_jis(s, last, &c->set, out);
        if (used == 0)
            return false;
        *at += used;
    }
    return true;
}

/* The C library's own ISO-2022-JP lacks the characters that every Japanese mailer uses (circled
 * digits, half-width katakana), and it has no HZ. */
static enum status read_escapes(struct charset *c, size_t *at, bool last, struct sink out)
{
    iconv_t iconv_cd = has_escapes(c->converter->reading) ? c->iconv : c->jis;
    enum status status = STATUS_OK;
    bool more = true;
    while (status == STATUS_OK && more && *at < c->in_n) {
        char buffer[512];
        struct sb bytes;
        size_t ignored;
        sb_fixed(&bytes, buffer, sizeof buffer);
        more = undo_escapes(c, at, last, &bytes);
        status = run_iconv(c, iconv_cd, sb_view(&bytes), true, out, &ignored);
    }
    return status;
}

/* Of text in UTF-16 or UTF-32 that has no byte order mark: the zeros of its ASCII characters tell
 * the order. Without any zero, and ASCII by its bytes, it is no such text at all. */
static void find_order(struct charset *c, struct sv s)
{
    size_t zeros[2] = {0, 0}, ascii = 0;
    if (sv_starts(s, SV("\xff\xfe")) || sv_starts(s, SV("\xfe\xff")) ||
        sv_starts(s, SV("\0\0\xfe\xff")))
        return;
    for (size_t i = 0; i < s.n; i++) {
        bool first = i % c->unit == 0, final = i % c->unit == (size_t)c->unit - 1;
        zeros[0] += s.p[i] == '\0' && first;
        zeros[1] += s.p[i] == '\0' && final;
        ascii += (s.p[i] >= ' ' && s.p[i] < 0x7f) || ascii_is_space(s.p[i]);
    }
    c->is_swapped = zeros[0] > zeros[1];
    if (ascii == s.n)
        c->reading = READ_GUESS;
}

/* A byte order mark chooses UTF-16 over a guess and is dropped from UTF-8. */
static bool start(struct charset *c, size_t *at, bool last)
{
    struct sv s = {c->in, c->in_n};
    if (c->started)
        return true;
    if (s.n < (c->swapped == NO_ICONV ? 3 : ORDER_SAMPLE) && !last)
        return false;
    c->started = true;
    if (c->swapped != NO_ICONV)
        find_order(c, sv_slice(s, 0, ORDER_SAMPLE));
    if (c->reading != READ_GUESS && c->reading != READ_UTF8)
        return true;
    if (sv_starts(s, SV("\xef\xbb\xbf"))) {
        *at = 3;
    } else if (c->reading == READ_GUESS && c->utf16 != NO_ICONV &&
               (sv_starts(s, SV("\xff\xfe")) || sv_starts(s, SV("\xfe\xff")))) {
        c->reading = READ_ICONV;
        c->unit = 2;
    }
    return true;
}

static enum status convert(struct charset *c, bool last, struct sink out)
{
    size_t at = 0, used = 0;
    enum status status = STATUS_OK;
    if (!start(c, &at, last))
        return STATUS_OK;
    if (c->reading == READ_GUESS || c->reading == READ_UTF8 || c->reading == READ_WINDOWS_1252)
        status = read_bytes(c, &at, last, out);
    if (status == STATUS_OK && has_escapes(c->reading))
        status = read_escapes(c, &at, last, out);
    if (status == STATUS_OK && c->reading == READ_ICONV) {
        iconv_t iconv_cd = c->is_swapped                         ? c->swapped
                           : c->converter->reading == READ_ICONV ? c->iconv
                                                                 : c->utf16;
        status = run_iconv(c, iconv_cd, (struct sv){c->in, c->in_n}, last, out, &used);
        at += used;
    }
    c->in_n -= at;
    memmove(c->in, c->in + at, c->in_n);
    return status;
}

enum status charset_write(struct charset *c, struct sv piece, struct sink out)
{
    enum status status = STATUS_OK;
    while (status == STATUS_OK && piece.n > 0) {
        size_t room = sizeof c->in - c->in_n, take = piece.n < room ? piece.n : room;
        memcpy(c->in + c->in_n, piece.p, take);
        c->in_n += take;
        piece = sv_slice(piece, take, piece.n);
        status = convert(c, false, out);
    }
    return status == STATUS_OK ? flush(c, out) : status;
}

/* Some converters hold a character back to see whether an accent follows. */
static enum status release(struct charset *c, iconv_t iconv_cd, struct sink out)
{
    if (iconv_cd == NO_ICONV)
        return STATUS_OK;
    enum status status = flush(c, out);
    char *to = c->out;
    size_t room = sizeof c->out;
    iconv(iconv_cd, NULL, NULL, &to, &room);
    c->out_n = sizeof c->out - room;
    iconv(iconv_cd, NULL, NULL, NULL, NULL);
    return status;
}

enum status charset_finish(struct charset *c, struct sink out)
{
    enum status status = convert(c, true, out);
    iconv_t all[] = {c->iconv, c->jis, c->utf16, c->swapped};
    for (size_t i = 0; i < sizeof all / sizeof *all && status == STATUS_OK; i++)
        status = release(c, all[i], out);
    if (status == STATUS_OK)
        status = flush(c, out);
    restart(c);
    return status;
}

struct sv charset_decode(struct arena *arena, struct sv label, struct sv bytes, size_t max)
{
    struct sb out;
    const struct converter *converter = label_find(label);
    enum reading reading = converter != NULL ? converter->reading : READ_GUESS;
    if (reading == READ_UTF8 && utf8_valid(bytes))
        return utf8_cut(bytes, max);
    /* Three bytes of UTF-8 for one of input is the most that any charset makes, but for VISCII and
     * its like in odd cases: the cap holds for them all. */
    size_t most = bytes.n < SIZE_MAX / 8 ? bytes.n * 8 + 8 : SIZE_MAX;
    sb_init(&out, arena, most);
    if (reading == READ_GUESS && sv_find_char(bytes, '\033') == SIZE_MAX) {
        charset_guess(&out, bytes);
    } else {
        struct charset *c = charset_open(label, CHARSET_PLAIN);
        enum status status = charset_write(c, bytes, sb_sink(&out));
        if (status == STATUS_OK)
            status = charset_finish(c, sb_sink(&out));
        charset_close(&c);
        if (status != STATUS_OK)
            return utf8_cut(sb_view(&out), max);
    }
    return utf8_cut(sb_view(&out), max);
}
