#include "script.h"

#include <unictype.h>
#include <uninorm.h>

#include "arena.h"
#include "utf8.h"

/* ---- scripts ---- */

enum {
    LATIN = 1 << 0,
    HAN = 1 << 1,
    KANA = 1 << 2,
    BOPOMOFO = 1 << 3,
    HANGUL = 1 << 4,
    CYRILLIC = 1 << 5,
    GREEK = 1 << 6,
    APART = 1 << 7, /* one of those whose letters are not taken for Latin ones */
    OTHER = 1 << 8
};

static const struct {
    const char *name;
    unsigned bit;
} SCRIPTS[] = {
    {"Latin", LATIN},       {"Han", HAN},        {"Hiragana", KANA},     {"Katakana", KANA},
    {"Bopomofo", BOPOMOFO}, {"Hangul", HANGUL},  {"Cyrillic", CYRILLIC}, {"Greek", GREEK},
    {"Arabic", APART},      {"Hebrew", APART},   {"Bengali", APART},     {"Devanagari", APART},
    {"Ethiopic", APART},    {"Georgian", APART}, {"Gujarati", APART},    {"Gurmukhi", APART},
    {"Kannada", APART},     {"Khmer", APART},    {"Lao", APART},         {"Malayalam", APART},
    {"Myanmar", APART},     {"Oriya", APART},    {"Sinhala", APART},     {"Tamil", APART},
    {"Telugu", APART},      {"Thaana", APART},   {"Thai", APART},        {"Tibetan", APART},
};

/* The scripts that one word has so far. */
struct word {
    unsigned bits;
    const uc_script_t *apart; /* the one of APART or OTHER */
    bool several;             /* there are more of them */
};

static unsigned bit_of(const uc_script_t *script)
{
    for (size_t i = 0; i < sizeof SCRIPTS / sizeof SCRIPTS[0]; i++)
        if (strcmp(script->name, SCRIPTS[i].name) == 0)
            return SCRIPTS[i].bit;
    return OTHER;
}

static bool is_shared(const uc_script_t *script)
{
    return !script || strcmp(script->name, "Common") == 0 || strcmp(script->name, "Inherited") == 0;
}

static void word_add(struct word *word, uint32_t c)
{
    if (c < 0x80) {
        word->bits |= ascii_is_alpha((char)c) ? LATIN : 0;
        return;
    }
    const uc_script_t *script = uc_script(c);
    if (is_shared(script))
        return;
    unsigned bit = bit_of(script);
    word->bits |= bit;
    if (bit != APART && bit != OTHER)
        return;
    word->several = word->several || (word->apart && word->apart != script);
    word->apart = script;
}

static bool within(unsigned bits, unsigned all)
{
    return (bits & ~all) == 0;
}

static bool word_mixes(const struct word *word)
{
    unsigned bits = word->bits;
    bool one = (bits & (bits - 1)) == 0;
    if (word->several)
        return true;
    return !one && !within(bits, LATIN | HAN | KANA) && !within(bits, LATIN | HAN | BOPOMOFO) &&
           !within(bits, LATIN | HAN | HANGUL) && !within(bits, LATIN | APART);
}

static bool is_letter(uint32_t c)
{
    return c < 0x80 ? ascii_is_alpha((char)c)
                    : uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L);
}

static bool in_word(uint32_t c)
{
    return c < 0x80
               ? ascii_is_alnum((char)c)
               : uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M |
                                                         UC_CATEGORY_MASK_N | UC_CATEGORY_MASK_Cf);
}

bool script_mixed(struct sv text)
{
    struct word word = {0};
    for (size_t at = 0; at < text.n;) {
        uint32_t c = utf8_next(text, &at);
        if (!in_word(c))
            word = (struct word){0};
        word_add(&word, c);
        if (word_mixes(&word))
            return true;
    }
    return false;
}

bool script_mixed_label(struct sv label)
{
    struct word word = {0};
    for (size_t at = 0; at < label.n;)
        word_add(&word, utf8_next(label, &at));
    return word_mixes(&word);
}

bool script_reads_as_latin(struct sv label)
{
    static const char LOOKALIKES[] = "асԁеһіјӏорԛѕԝхуъьҽпгѵѡк" /* Cyrillic */
                                     "αγεηικνορτυχω";          /* Greek */
    bool letters = false;
    for (size_t at = 0; at < label.n;) {
        size_t start = at;
        uint32_t c = utf8_next(label, &at);
        if (!is_letter(c))
            continue;
        if (c < 0x80 || sv_find(sv_of(LOOKALIKES), sv_slice(label, start, at)) == SIZE_MAX)
            return false;
        letters = true;
    }
    return letters;
}

/* ---- what is not seen ---- */

static bool overrides_direction(uint32_t c)
{
    return c == 0x202d || c == 0x202e;
}

static bool turns_direction(uint32_t c)
{
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static bool is_right_to_left(uint32_t c)
{
    int class = c < 0x590 ? UC_BIDI_L : uc_bidi_class(c);
    return class == UC_BIDI_R || class == UC_BIDI_AL;
}

/* The marks of direction too (LRM, RLM, ALM): they change the place of nothing but punctuation. */
static bool is_unseen(uint32_t c)
{
    return c == 0xad || c == 0x34f || c == 0x61c || c == 0x115f || c == 0x1160 || c == 0x180e ||
           (c >= 0x200b && c <= 0x200f) || turns_direction(c) || (c >= 0x2060 && c <= 0x2064) ||
           (c >= 0xfe00 && c <= 0xfe0f) || c == 0x2800 || c == 0x3164 || c == 0xfeff ||
           c == 0xffa0 || (c >= 0xe0000 && c <= 0xe0fff);
}

/* Scripts that are written without such characters; in others they shape letters or part words, and
 * among emoji they join pictures. */
static bool needs_no_joiners(uint32_t c)
{
    struct word word = {0};
    word_add(&word, c);
    return is_letter(c) && within(word.bits, LATIN | CYRILLIC | GREEK) && word.bits != 0;
}

/* An unseen character between two letters of such a script. */
static bool hides_inside_word(struct sv text)
{
    bool letter = false, unseen = false;
    for (size_t at = 0; at < text.n;) {
        uint32_t c = utf8_next(text, &at);
        bool mine =
            c < 0x80 ? ascii_is_alnum((char)c) || c == '@' || c == '.' : needs_no_joiners(c);
        if (is_unseen(c)) {
            unseen = unseen || letter;
            continue;
        }
        if (mine && unseen)
            return true;
        letter = mine;
        unseen = false;
    }
    return false;
}

bool script_hides(struct sv text)
{
    bool turns = false, right_to_left = false;
    for (size_t at = 0; at < text.n;) {
        uint32_t c = utf8_next(text, &at);
        if (overrides_direction(c))
            return true;
        turns = turns || turns_direction(c);
        right_to_left = right_to_left || is_right_to_left(c);
    }
    return (turns && !right_to_left) || hides_inside_word(text);
}

/* ---- rewriting ---- */

static bool has_direction(struct sv text)
{
    for (size_t at = 0; at < text.n;)
        if (turns_direction(utf8_next(text, &at)))
            return true;
    return false;
}

static struct sv replace_directions(struct arena *arena, struct sv text, struct sv by)
{
    struct sb out;
    if (!has_direction(text))
        return text;
    sb_init(&out, arena, text.n);
    for (size_t at = 0; at < text.n;) {
        size_t start = at;
        bool turns = turns_direction(utf8_next(text, &at));
        sb_add(&out, turns ? by : sv_slice(text, start, at));
    }
    return sb_view(&out);
}

struct sv script_undirected(struct arena *arena, struct sv text)
{
    return replace_directions(arena, text, SV(""));
}

struct sv script_marked(struct arena *arena, struct sv text)
{
    return replace_directions(arena, text, SV("\xef\xbf\xbd"));
}

/* Signs that NFKC leaves alone and that people take for these. */
static uint32_t look_of(uint32_t c)
{
    static const struct {
        uint32_t sign, look;
    } LOOKS[] = {{0x3002, '.'}, {0xb7, '.'},  {0x2219, '.'}, {0x22c5, '.'}, {0x30fb, '.'},
                 {0x6d4, '.'},  {0x701, '.'}, {0x702, '.'},  {0xa4f8, '.'}, {0x1d16d, '.'}};
    for (size_t i = 0; i < sizeof LOOKS / sizeof LOOKS[0]; i++)
        if (LOOKS[i].sign == c)
            return LOOKS[i].look;
    return c < 0x80 ? (uint32_t)(unsigned char)ascii_lower((char)c) : c;
}

struct sv script_plain(struct arena *arena, struct sv text)
{
    enum { GROWS = 20 }; /* no character's NFKC is more than 18 times as long (U+FDFA) */
    struct sb out;
    size_t n = 0;
    uint8_t *plain = u8_normalize(UNINORM_NFKC, (const uint8_t *)text.p, text.n, NULL, &n);
    struct sv form = plain ? (struct sv){(const char *)plain, n} : text;
    sb_init(&out, arena, GROWS * text.n);
    for (size_t at = 0; at < form.n;) {
        uint32_t c = utf8_next(form, &at), look = look_of(c);
        bool shown = look < 0x80 ? !ascii_is_space((char)look) : in_word(look);
        if (shown && !is_unseen(c))
            utf8_add(&out, look);
        else if (!is_unseen(c) && (out.n == 0 || out.p[out.n - 1] != ' '))
            sb_add_char(&out, ' '); /* a page shows several as one */
    }
    free(plain);
    return sb_view(&out);
}
