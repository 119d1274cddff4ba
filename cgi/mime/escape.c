#include "escape.h"

static const char no_character = (char)0xff;

static bool is_graphic(char c)
{
    return c > 0x20 && c < 0x7f;
}

/* One character of the chosen set; 0 if it is not whole. */
static size_t add_character(enum escape_set set, struct sv s, struct sb *out)
{
    bool two = set == ESCAPE_TWO || set == ESCAPE_THREE;
    if (set == ESCAPE_ASCII || !is_graphic(s.p[0])) {
        sb_add_char(out, (unsigned char)s.p[0] < 0x80 ? s.p[0] : no_character);
        return 1;
    }
    if (two && s.n < 2)
        return 0;
    if (two && !is_graphic(s.p[1])) {
        sb_add_char(out, no_character);
        return 1;
    }
    if (set == ESCAPE_KATAKANA)
        sb_add_char(out, (char)0x8e);
    if (set == ESCAPE_THREE)
        sb_add_char(out, (char)0x8f);
    for (size_t i = 0; i < (two ? 2 : 1); i++)
        sb_add_char(out, (char)(s.p[i] | (char)0x80));
    return two ? 2 : 1;
}

static size_t add_or_mark(struct sv s, bool last, enum escape_set *set, struct sb *out)
{
    if (s.p[0] == '\n')
        *set = ESCAPE_ASCII;
    size_t used = add_character(*set, s, out);
    if (used > 0 || !last)
        return used;
    sb_add_char(out, no_character);
    return 1;
}

/* Takes a known escape and returns its length, 0 if it is none. */
static size_t jis_escape(struct sv s, enum escape_set *set)
{
    static const struct {
        const char *escape;
        enum escape_set set;
    } escapes[] = {{"\033(B", ESCAPE_ASCII}, {"\033(J", ESCAPE_ASCII},    {"\033$B", ESCAPE_TWO},
                   {"\033$@", ESCAPE_TWO},   {"\033(I", ESCAPE_KATAKANA}, {"\033$(B", ESCAPE_TWO},
                   {"\033$(@", ESCAPE_TWO},  {"\033$(D", ESCAPE_THREE}};
    for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++)
        if (sv_starts(s, sv_of(escapes[i].escape))) {
            *set = escapes[i].set;
            return strlen(escapes[i].escape);
        }
    return 0;
}

size_t escape_jis(struct sv s, bool last, enum escape_set *set, struct sb *out)
{
    if (s.p[0] != '\033')
        return add_or_mark(s, last, set, out);
    size_t used = jis_escape(s, set);
    return used == 0 && (s.n >= 4 || last) ? 1 : used;
}

size_t escape_hz(struct sv s, bool last, enum escape_set *set, struct sb *out)
{
    if (s.p[0] != '~')
        return add_or_mark(s, last, set, out);
    char next = s.n > 1 ? s.p[1] : '\0';
    if (s.n < 2 && !last)
        return 0;
    if (*set == ESCAPE_ASCII && (next == '{' || next == '~' || next == '\n')) {
        if (next == '{')
            *set = ESCAPE_TWO;
        else if (next == '~')
            sb_add_char(out, '~');
        return 2;
    }
    if (*set == ESCAPE_TWO && next == '}') {
        *set = ESCAPE_ASCII;
        return 2;
    }
    return add_or_mark(s, last, set, out);
}
