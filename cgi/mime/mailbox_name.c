#include "mailbox_name.h"

#include "utf8.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";
enum { RAW_MARK = 0x7f };

/* ---- UTF-8 to modified UTF-7 ---- */

struct shift {
    struct sb *out;
    uint32_t bits;
    unsigned count; /* bits that wait */
    bool on;
};

static void shift_unit(struct shift *s, uint32_t unit)
{
    if (!s->on)
        sb_add_char(s->out, '&');
    s->on = true;
    s->bits = s->bits << 16 | unit;
    for (s->count += 16; s->count >= 6; s->count -= 6)
        sb_add_char(s->out, alphabet[s->bits >> (s->count - 6) & 63]);
}

static void shift_end(struct shift *s)
{
    if (!s->on)
        return;
    if (s->count > 0)
        sb_add_char(s->out, alphabet[s->bits << (6 - s->count) & 63]);
    sb_add_char(s->out, '-');
    *s = (struct shift){.out = s->out};
}

static void utf7_add(struct sb *out, struct sv name)
{
    struct shift s = {.out = out};
    for (size_t at = 0; at < name.n;) {
        uint32_t c = utf8_next(name, &at);
        if (c >= ' ' && c < 0x7f) {
            shift_end(&s);
            sb_add_char(out, (char)c);
            if (c == '&')
                sb_add_char(out, '-');
        } else if (c < 0x10000) {
            shift_unit(&s, c);
        } else {
            shift_unit(&s, 0xd800 | (c - 0x10000) >> 10);
            shift_unit(&s, 0xdc00 | ((c - 0x10000) & 0x3ff));
        }
    }
    shift_end(&s);
}

/* ---- modified UTF-7 to UTF-8: lenient, since the result is encoded again and compared ---- */

/* What stands between '&' and '-'. */
static void unshift(struct sb *out, struct sv coded)
{
    uint32_t bits = 0, high = 0;
    unsigned count = 0;
    for (size_t i = 0; i < coded.n; i++) {
        const char *digit = coded.p[i] ? strchr(alphabet, coded.p[i]) : NULL;
        bits = bits << 6 | (digit ? (uint32_t)(digit - alphabet) : 0);
        count += 6;
        if (count < 16)
            continue;
        count -= 16;
        uint32_t unit = bits >> count & 0xffff;
        if (unit >= 0xd800 && unit < 0xdc00) {
            high = unit;
        } else if (high && unit >= 0xdc00 && unit < 0xe000) {
            utf8_add(out, 0x10000 + ((high & 0x3ff) << 10 | (unit & 0x3ff)));
            high = 0;
        } else {
            utf8_add(out, unit);
        }
    }
}

static void utf7_decode(struct sb *out, struct sv wire)
{
    while (wire.n > 0) {
        size_t plain = sv_find_char(wire, '&');
        sb_add(out, sv_slice(wire, 0, plain));
        if (plain == SIZE_MAX)
            return;
        wire = sv_slice(wire, plain + 1, wire.n);
        struct sv coded = sv_cut(&wire, '-');
        if (coded.n == 0)
            sb_add_char(out, '&');
        unshift(out, coded);
    }
}

struct sv mailbox_decode(struct arena *arena, struct sv wire)
{
    struct sb name, again;
    sb_init(&name, arena, wire.n * 3 + 1);
    utf7_decode(&name, wire);
    sb_init(&again, arena, wire.n);
    utf7_add(&again, sb_view(&name));
    if (utf8_valid(sb_view(&name)) && !again.over && sv_eq(sb_view(&again), wire) &&
        sb_view(&name).p[0] != RAW_MARK)
        return sb_view(&name);
    sb_clear(&name);
    sb_add_char(&name, RAW_MARK);
    for (size_t i = 0; i < wire.n; i++)
        utf8_add(&name, (unsigned char)wire.p[i]);
    return sb_view(&name);
}

enum status mailbox_encode(struct arena *arena, struct sv name, struct sv *wire)
{
    struct sb out;
    sb_init(&out, arena, MAILBOX_NAME_MAX);
    if (name.n == 0 || !utf8_valid(name))
        return STATUS_INVALID;
    /* encoded, they would do no harm on the way; but Dovecot 2.3 repeats a name decoded in its
     * refusals, and a line end in there would become a reply of its own */
    if (sv_find_char(name, '\r') != SIZE_MAX || sv_find_char(name, '\n') != SIZE_MAX ||
        sv_find_char(name, '\0') != SIZE_MAX)
        return STATUS_INVALID;
    if (name.p[0] == RAW_MARK) {
        for (size_t at = 1; at < name.n;) {
            uint32_t c = utf8_next(name, &at);
            if (c == 0 || c == '\r' || c == '\n' || c > 0xff)
                return STATUS_INVALID;
            sb_add_char(&out, (char)c);
        }
    } else {
        utf7_add(&out, name);
    }
    if (out.over)
        return STATUS_TOO_LARGE;
    if (out.n == 0)
        return STATUS_INVALID;
    *wire = sb_view(&out);
    return STATUS_OK;
}
