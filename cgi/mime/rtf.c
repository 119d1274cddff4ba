#include "rtf.h"

#include "utf8.h"

enum { WORD_MAX = 32, PENDING_MAX = 4096, PAGE_ANSI = 1252 };

/* Where the text of a group goes. */
enum place { PLACE_TEXT, PLACE_NOWHERE, PLACE_FONTS, PLACE_TAG };

struct group {
    enum place place;
    bool unseen;       /* between \htmlrtf and \htmlrtf0 */
    bool optional;     /* behind \*: what is not known is left out */
    uint32_t page;     /* the font's code page */
    uint32_t fallback; /* characters that stand behind \u for those who cannot read it */
};

struct font {
    int32_t number;
    uint32_t page;
};

enum state { STATE_TEXT, STATE_BACKSLASH, STATE_WORD, STATE_NUMBER, STATE_HEX, STATE_BINARY };

struct rtf {
    struct codepages *pages;
    struct sb *out;
    enum state state;
    bool html;
    uint32_t ansi_page;
    int32_t first_font;
    size_t font_count, depth, beyond; /* beyond: groups that are not told apart */
    uint32_t to_skip;                 /* characters of a fallback */
    uint32_t surrogate;               /* the first half of a character */
    uint32_t binary;                  /* bytes left of \bin */
    size_t word_n, hex_n;
    unsigned hex;
    bool negative, numbered;
    uint32_t number;
    uint32_t pending_page;
    size_t pending_n;
    char word[WORD_MAX];
    char pending[PENDING_MAX]; /* bytes of one code page */
    struct font fonts[RTF_FONTS_MAX];
    struct group groups[RTF_GROUPS_MAX];
};

struct rtf *rtf_new(struct arena *arena, struct codepages *pages, struct sb *out)
{
    struct rtf *r = arena_alloc(arena, sizeof *r);
    r->pages = pages;
    r->out = out;
    r->ansi_page = PAGE_ANSI;
    r->groups[0] = (struct group){.page = PAGE_ANSI, .fallback = 1};
    return r;
}

bool rtf_is_html(const struct rtf *r)
{
    return r->html;
}

static struct group *here(struct rtf *r)
{
    return &r->groups[r->depth];
}

/* ---- what is written ---- */

static void flush(struct rtf *r)
{
    if (r->pending_n > 0)
        codepages_add(r->pages, r->pending_page, (struct sv){r->pending, r->pending_n}, r->out);
    r->pending_n = 0;
}

static bool is_seen(struct rtf *r)
{
    const struct group *g = here(r);
    return g->place == PLACE_TAG || (g->place == PLACE_TEXT && !(r->html && g->unseen));
}

/* True if this character stands in for one that was given as \u. */
static bool is_fallback(struct rtf *r)
{
    if (r->to_skip == 0)
        return false;
    r->to_skip--;
    return true;
}

/* Text that stands between tags is no markup. */
static bool add_escaped(struct rtf *r, uint32_t c)
{
    if (!r->html || here(r)->place == PLACE_TAG || (c != '<' && c != '>' && c != '&'))
        return false;
    flush(r);
    sb_add_cstr(r->out, c == '<' ? "&lt;" : c == '>' ? "&gt;" : "&amp;");
    return true;
}

static void add_byte(struct rtf *r, unsigned char c)
{
    const struct group *g = here(r);
    uint32_t page = g->place == PLACE_TAG ? r->ansi_page : g->page;
    if (is_fallback(r) || !is_seen(r) || add_escaped(r, c))
        return;
    if (page != r->pending_page || r->pending_n == sizeof r->pending)
        flush(r);
    r->pending_page = page;
    r->pending[r->pending_n++] = (char)c;
}

static void add_point(struct rtf *r, uint32_t point)
{
    if (!is_seen(r) || add_escaped(r, point))
        return;
    flush(r);
    utf8_add(r->out, point);
}

/* \u: code units of UTF-16, as signed numbers. */
static void add_unit(struct rtf *r, uint32_t unit)
{
    uint32_t first = r->surrogate;
    r->surrogate = 0;
    if (unit >= 0xd800 && unit < 0xdc00)
        r->surrogate = unit;
    else if (first != 0 && unit >= 0xdc00 && unit < 0xe000)
        add_point(r, 0x10000 + ((first - 0xd800) << 10) + (unit - 0xdc00));
    else
        add_point(r, unit);
    r->to_skip = here(r)->fallback;
}

/* ---- groups ---- */

static void open_group(struct rtf *r)
{
    r->to_skip = 0;
    if (r->depth + 1 == RTF_GROUPS_MAX) {
        r->beyond++;
        return;
    }
    r->groups[r->depth + 1] = r->groups[r->depth];
    r->depth++;
    here(r)->optional = false;
}

static void close_group(struct rtf *r)
{
    r->to_skip = 0;
    if (r->beyond > 0)
        r->beyond--;
    else if (r->depth > 0)
        r->depth--;
}

/* ---- fonts ---- */

static uint32_t page_of_charset(uint32_t charset)
{
    static const struct {
        uint8_t charset;
        uint16_t page;
    } known[] = {{0, 1252},   {77, 10000}, {128, 932},  {129, 949},  {130, 1361}, {134, 936},
                 {136, 950},  {161, 1253}, {162, 1254}, {163, 1258}, {177, 1255}, {178, 1256},
                 {186, 1257}, {204, 1251}, {222, 874},  {238, 1250}, {254, 437},  {255, 850}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].charset == charset)
            return known[i].page;
    return 0;
}

static void use_font(struct rtf *r, int32_t number)
{
    here(r)->page = r->ansi_page;
    for (size_t i = 0; i < r->font_count; i++)
        if (r->fonts[i].number == number && r->fonts[i].page != 0)
            here(r)->page = r->fonts[i].page;
}

static void name_font(struct rtf *r, int32_t number)
{
    if (r->font_count < RTF_FONTS_MAX)
        r->fonts[r->font_count++] = (struct font){number, 0};
}

/* ---- control words ---- */

static const struct {
    const char *word;
    enum place place;
} destinations[] = {
    {"fonttbl", PLACE_FONTS},     {"colortbl", PLACE_NOWHERE},   {"stylesheet", PLACE_NOWHERE},
    {"info", PLACE_NOWHERE},      {"pict", PLACE_NOWHERE},       {"object", PLACE_NOWHERE},
    {"header", PLACE_NOWHERE},    {"headerl", PLACE_NOWHERE},    {"headerr", PLACE_NOWHERE},
    {"headerf", PLACE_NOWHERE},   {"footer", PLACE_NOWHERE},     {"footerl", PLACE_NOWHERE},
    {"footerr", PLACE_NOWHERE},   {"footerf", PLACE_NOWHERE},    {"filetbl", PLACE_NOWHERE},
    {"listtable", PLACE_NOWHERE}, {"revtbl", PLACE_NOWHERE},     {"fldinst", PLACE_NOWHERE},
    {"xe", PLACE_NOWHERE},        {"tc", PLACE_NOWHERE},         {"bkmkstart", PLACE_NOWHERE},
    {"bkmkend", PLACE_NOWHERE},   {"nonshppict", PLACE_NOWHERE}, {"mhtmltag", PLACE_NOWHERE},
    {"htmltag", PLACE_TAG},
};

static const struct {
    const char *word;
    uint16_t point;
} characters[] = {
    {"par", '\n'},       {"line", '\n'},        {"row", '\n'},         {"sect", '\n'},
    {"page", '\n'},      {"tab", '\t'},         {"cell", '\t'},        {"lquote", 0x2018},
    {"rquote", 0x2019},  {"ldblquote", 0x201c}, {"rdblquote", 0x201d}, {"bullet", 0x2022},
    {"endash", 0x2013},  {"emdash", 0x2014},    {"enspace", 0x2002},   {"emspace", 0x2003},
    {"qmspace", 0x2005}, {"zwj", 0x200d},       {"zwnj", 0x200c},
};

/* What a group that is left out already holds stays out. */
static bool enter_destination(struct rtf *r, struct sv word)
{
    struct group *g = here(r);
    for (size_t i = 0; i < sizeof destinations / sizeof *destinations; i++)
        if (sv_eq(word, sv_of(destinations[i].word))) {
            if (g->place == PLACE_TEXT && r->beyond == 0)
                g->place = destinations[i].place;
            return true;
        }
    if (g->optional && g->place == PLACE_TEXT && r->beyond == 0)
        g->place = PLACE_NOWHERE;
    return g->optional;
}

static bool write_character(struct rtf *r, struct sv word)
{
    for (size_t i = 0; i < sizeof characters / sizeof *characters; i++)
        if (sv_eq(word, sv_of(characters[i].word))) {
            add_point(r, characters[i].point);
            return true;
        }
    return false;
}

static void set_property(struct rtf *r, struct sv word, int32_t value)
{
    struct group *g = here(r);
    if (sv_eq(word, SV("f")) && g->place == PLACE_FONTS)
        name_font(r, value);
    else if (sv_eq(word, SV("fcharset")) && g->place == PLACE_FONTS && r->font_count > 0)
        r->fonts[r->font_count - 1].page = page_of_charset((uint32_t)value);
    else if (sv_eq(word, SV("f")))
        use_font(r, value);
    else if (sv_eq(word, SV("plain")))
        use_font(r, r->first_font);
    else if (sv_eq(word, SV("deff")))
        r->first_font = value;
    else if (sv_eq(word, SV("uc")))
        g->fallback = value < 0 || value > 100 ? 1 : (uint32_t)value;
    else if (sv_eq(word, SV("ansicpg")))
        g->page = r->ansi_page = (uint32_t)value;
    else if (sv_eq(word, SV("fromhtml")))
        r->html = value != 0;
    else if (sv_eq(word, SV("htmlrtf")))
        g->unseen = value != 0;
}

/* A control word is whole: its name, and the number behind it if there was one. */
static void run_word(struct rtf *r)
{
    struct sv word = {r->word, r->word_n};
    uint32_t most = r->number > INT32_MAX ? INT32_MAX : r->number;
    int32_t value = !r->numbered ? 1 : r->negative ? -(int32_t)most : (int32_t)most;
    r->state = STATE_TEXT;
    if (sv_eq(word, SV("bin")) && r->numbered && value > 0) {
        r->binary = (uint32_t)value;
        r->state = STATE_BINARY;
        return;
    }
    if (is_fallback(r))
        return;
    if (sv_eq(word, SV("u")) && r->numbered)
        add_unit(r, (uint32_t)value & 0xffff);
    else if (!enter_destination(r, word) && !write_character(r, word))
        set_property(r, word, value);
    here(r)->optional = false;
}

static void run_symbol(struct rtf *r, unsigned char c)
{
    r->state = STATE_TEXT;
    if (c == '\'') {
        r->state = STATE_HEX;
        r->hex = 0;
        r->hex_n = 0;
    } else if (c == '*') {
        here(r)->optional = true;
    } else if (c == '\\' || c == '{' || c == '}') {
        add_byte(r, c);
    } else if (c == '~' && !is_fallback(r)) {
        add_point(r, 0xa0);
    } else if (c == '_' && !is_fallback(r)) {
        add_point(r, 0x2011);
    } else if (c == '\r' || c == '\n') {
        add_point(r, '\n');
    }
}

/* ---- bytes ---- */

static void begin_word(struct rtf *r, unsigned char c)
{
    if (!ascii_is_alpha((char)c)) {
        run_symbol(r, c);
        return;
    }
    r->state = STATE_WORD;
    r->word[0] = (char)c;
    r->word_n = 1;
    r->negative = r->numbered = false;
    r->number = 0;
}

/* False: c does not belong to the word. */
static bool continue_word(struct rtf *r, unsigned char c)
{
    if (r->state == STATE_WORD && ascii_is_alpha((char)c)) {
        if (r->word_n < WORD_MAX)
            r->word[r->word_n++] = (char)c;
        return true;
    }
    if (r->state == STATE_WORD && c == '-') {
        r->negative = true;
        r->state = STATE_NUMBER;
        return true;
    }
    if (!ascii_is_digit((char)c))
        return false;
    r->state = STATE_NUMBER;
    r->numbered = true;
    if (r->number < INT32_MAX / 10)
        r->number = r->number * 10 + (uint32_t)(c - '0');
    return true;
}

static void read_text(struct rtf *r, unsigned char c)
{
    if (c == '\\')
        r->state = STATE_BACKSLASH;
    else if (c == '{')
        open_group(r);
    else if (c == '}')
        close_group(r);
    else if (c != '\r' && c != '\n' && c != '\0')
        add_byte(r, c);
}

static void continue_hex(struct rtf *r, unsigned char c)
{
    int digit = ascii_hex((char)c);
    if (digit < 0) { /* what stands there may end a group */
        r->state = STATE_TEXT;
        read_text(r, c);
        return;
    }
    r->hex = r->hex << 4 | (unsigned)digit;
    if (++r->hex_n == 2) {
        r->state = STATE_TEXT;
        add_byte(r, (unsigned char)r->hex);
    }
}

static void read_byte(struct rtf *r, unsigned char c)
{
    switch (r->state) {
    case STATE_TEXT:
        read_text(r, c);
        break;
    case STATE_BACKSLASH:
        begin_word(r, c);
        break;
    case STATE_WORD:
    case STATE_NUMBER:
        if (continue_word(r, c))
            break;
        run_word(r);
        if (c == ' ')
            break;
        if (r->state == STATE_BINARY)
            r->binary--;
        else
            read_text(r, c);
        break;
    case STATE_HEX:
        continue_hex(r, c);
        break;
    case STATE_BINARY:
        r->binary--;
        break;
    }
    if (r->state == STATE_BINARY && r->binary == 0)
        r->state = STATE_TEXT;
}

enum status rtf_write(struct rtf *r, struct sv piece)
{
    for (size_t i = 0; i < piece.n && !r->out->over; i++)
        read_byte(r, (unsigned char)piece.p[i]);
    return r->out->over ? STATUS_TOO_LARGE : STATUS_OK;
}

void rtf_finish(struct rtf *r)
{
    if (r->state == STATE_WORD || r->state == STATE_NUMBER)
        run_word(r);
    flush(r);
}
