#include "detect.h"

#include "charset.h"
#include "utf8.h"

enum {
    LEAST_HIGH = 8,     /* bytes above ASCII that a judgement needs */
    LEAST_DISTINCT = 5, /* of them */
    CHINESE_LEAST = 12, /* pairs */
    META_WITHIN = 2048, /* bytes of HTML that are searched for a <meta> */
    LABEL_MAX = 40
};

static bool is_high(char c)
{
    return (unsigned char)c >= 0x80;
}

static bool within(char c, unsigned from, unsigned to)
{
    return (unsigned char)c >= from && (unsigned char)c <= to;
}

/* ---- two bytes a character ---- */

/* What the bytes are as pairs of one encoding. */
struct pairs {
    size_t count, broken;
    size_t kana;   /* of the two rows of Japanese syllables */
    size_t hangul; /* in the rows of Korean ones */
    size_t behind; /* in the rows behind those, where Chinese has half of its characters */
    size_t common; /* in the rows of the frequent characters of Big5 */
    size_t low;    /* with an ASCII byte or another below A1 at the second place */
};

static void count_pair(struct pairs *p, char lead, char trail)
{
    p->count++;
    p->kana += within(lead, 0xa4, 0xa5);
    p->hangul += within(lead, 0xb0, 0xc8);
    p->behind += within(lead, 0xc9, 0xfd);
    p->common += within(lead, 0xa4, 0xc6);
    p->low += !within(trail, 0xa1, 0xfe);
}

/* GBK, which holds EUC-KR and the two-byte part of EUC-JP; Big5 is within its bytes too. */
static struct pairs read_pairs(struct sv s)
{
    struct pairs p = {0};
    for (size_t i = 0; i < s.n; i++) {
        if (!is_high(s.p[i]))
            continue;
        if (i + 1 == s.n)
            break; /* cut by the sample's end */
        char trail = s.p[i + 1];
        bool whole =
            within(s.p[i], 0x81, 0xfe) && (within(trail, 0x40, 0x7e) || within(trail, 0x80, 0xfe));
        if (whole) {
            count_pair(&p, s.p[i], trail);
            i++;
        } else {
            p.broken++;
        }
    }
    return p;
}

/* Shift_JIS: its syllables are 82 9F to 83 96; half-width katakana are single bytes. */
static struct pairs read_sjis(struct sv s)
{
    struct pairs p = {0};
    for (size_t i = 0; i < s.n; i++) {
        if (!is_high(s.p[i]) || within(s.p[i], 0xa1, 0xdf))
            continue;
        if (i + 1 == s.n)
            break;
        char trail = s.p[i + 1];
        bool lead = within(s.p[i], 0x81, 0x9f) || within(s.p[i], 0xe0, 0xfc);
        if (lead && (within(trail, 0x40, 0x7e) || within(trail, 0x80, 0xfc))) {
            p.count++;
            p.kana += (within(s.p[i], 0x82, 0x82) && within(trail, 0x9f, 0xf1)) ||
                      (within(s.p[i], 0x83, 0x83) && within(trail, 0x40, 0x96));
            i++;
        } else {
            p.broken++;
        }
    }
    return p;
}

static bool share(size_t part, size_t whole, size_t percent)
{
    return whole > 0 && part * 100 >= whole * percent;
}

static struct sv find_pairs(struct sv s)
{
    struct pairs sjis = read_sjis(s), p = read_pairs(s);
    if (sjis.broken == 0 && sjis.count * 2 >= LEAST_HIGH && share(sjis.kana, sjis.count, 25))
        return SV("Shift_JIS");
    if (p.broken > 0 || p.count * 2 < LEAST_HIGH)
        return SV("");
    if (p.low == 0 && share(p.kana, p.count, 25))
        return SV("EUC-JP");
    if (p.low == 0 && share(p.hangul, p.count, 70) && !share(p.behind, p.count, 10))
        return SV("EUC-KR");
    if (share(p.low, p.count, 15) && share(p.common, p.count, 75))
        return SV("Big5");
    /* a few words of a language of letters can be pairs too: comma, full stop, "de" are not theirs
     */
    bool chinese = p.count >= CHINESE_LEAST || sv_find(s, SV("\xa3\xac")) != SIZE_MAX ||
                   sv_find(s, SV("\xa1\xa3")) != SIZE_MAX || sv_find(s, SV("\xb5\xc4")) != SIZE_MAX;
    return chinese && !share(p.low, p.count, 10) ? SV("GB18030") : SV("");
}

/* ---- one byte a letter ---- */

/* The frequent letters of a language, as one charset writes them, and how many of a hundred letters
 * of a text they are at least. */
static const struct alphabet {
    const char *label, *letters;
    unsigned least;
    unsigned last; /* no byte is above this one */
} alphabets[] = {
    {"windows-1251", "\xee\xe5\xe0\xe8\xed\xf2\xf1", 38, 0xff},
    {"KOI8-U", "\xcf\xc5\xc1\xc9\xce\xd4\xd3", 38, 0xff},
    {"ISO-8859-5", "\xde\xd5\xd0\xd8\xdd\xe2\xe1", 38, 0xff},
    {"IBM866", "\xae\xa5\xa0\xa8\xad\xe2\xe1", 38, 0xff},
    {"windows-1253", "\xe1\xef\xe9\xe5\xf4\xed\xf3", 42, 0xfe},
    {"windows-1255", "\xe9\xe5\xe4\xec\xe0\xf8\xee", 45, 0xfa},
    {"windows-1256", "\xc7\xe1\xed\xe3\xe4\xd1\xe6", 42, 0xff},
    {"windows-874", "\xd2\xb9\xc3\xcd\xa1\xe0\xc7", 25, 0xfb},
};

/* How many of a hundred high bytes are frequent letters; 0 if one is no letter at all. */
static size_t percent_of(const struct alphabet *alphabet, struct sv s)
{
    size_t all = 0, frequent = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (!is_high(s.p[i]))
            continue;
        if (!within(s.p[i], 0, alphabet->last))
            return 0;
        all++;
        frequent += sv_find_char(sv_of(alphabet->letters), s.p[i]) != SIZE_MAX;
    }
    return all > 0 ? frequent * 100 / all : 0;
}

static struct sv find_alphabet(struct sv s)
{
    enum { CLEARLY = 8 };
    size_t best = 0, best_percent = 0, second_percent = 0;
    for (size_t k = 0; k < sizeof alphabets / sizeof *alphabets; k++) {
        size_t percent = percent_of(&alphabets[k], s);
        if (percent > best_percent) {
            second_percent = best_percent;
            best_percent = percent;
            best = k;
        } else if (percent > second_percent) {
            second_percent = percent;
        }
    }
    bool clear = best_percent >= alphabets[best].least && best_percent >= second_percent + CLEARLY;
    return clear ? sv_of(alphabets[best].label) : SV("");
}

/* ---- the whole ---- */

/* True if most letters are not ASCII, and the text is no UTF-8 either. Rows of one sign are an
 * ornament, and A0 is the space of more charsets than it is a letter. */
static bool is_foreign(struct sv s, bool markup)
{
    size_t high = 0, ascii = 0, in_utf8 = 0, distinct = 0;
    bool in_tag = false, met[256] = {false};
    for (size_t i = 0; i < s.n; i++) {
        unsigned char byte = (unsigned char)s.p[i];
        bool counts = byte >= 0x80 && byte != 0xa0;
        in_tag = markup && (byte == '<' || (in_tag && byte != '>'));
        high += counts;
        distinct += counts && !met[byte];
        met[byte] = true;
        ascii += !in_tag && ascii_is_alpha(s.p[i]);
    }
    for (size_t at = 0; at < s.n;) {
        size_t from = at;
        if (utf8_next(s, &at) != UTF8_REPLACEMENT && at - from > 1)
            in_utf8 += at - from;
    }
    return high >= LEAST_HIGH && distinct >= LEAST_DISTINCT && high > ascii && in_utf8 * 2 < high;
}

/* <meta charset=x>, or the same in its content. UTF-16 there is a lie: the tag was read. */
static struct sv find_meta(struct sv html)
{
    struct sv head = sv_slice(html, 0, META_WITHIN);
    for (size_t meta; (meta = sv_find_nocase(head, SV("<meta"))) != SIZE_MAX;) {
        head = sv_slice(head, meta + 5, head.n);
        struct sv tag = sv_slice(head, 0, sv_find_char(head, '>'));
        size_t at = sv_find_nocase(tag, SV("charset="));
        if (at == SIZE_MAX)
            continue;
        tag = sv_slice(tag, at + sizeof "charset=" - 1, tag.n);
        size_t n = 0;
        while (n < tag.n && (tag.p[n] == '"' || tag.p[n] == '\''))
            n++;
        tag = sv_slice(tag, n, tag.n);
        for (n = 0; n < tag.n && n < LABEL_MAX && !strchr("\"';/ \t\r\n", tag.p[n]);)
            n++;
        struct sv label = sv_slice(tag, 0, n);
        if (charset_known(label) && !sv_starts_nocase(label, SV("utf-16")))
            return label;
    }
    return SV("");
}

struct sv charset_detect(struct sv bytes, bool markup)
{
    struct sv s = sv_slice(bytes, 0, DETECT_SAMPLE), found = SV("");
    bool marked = sv_starts(s, SV("\xef\xbb\xbf")) || sv_starts(s, SV("\xff\xfe")) ||
                  sv_starts(s, SV("\xfe\xff")) || sv_find(s, SV("\033$")) != SIZE_MAX;
    if (marked)
        return found;
    if (markup)
        found = find_meta(s);
    if (found.n > 0 || !is_foreign(s, markup))
        return found;
    found = find_alphabet(s);
    return found.n > 0 ? found : find_pairs(s);
}
