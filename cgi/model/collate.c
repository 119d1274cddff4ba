#include "collate.h"

#include "utf8.h"

/* U+00C0 to U+017F, two letters each: what they are without their marks. */
static const char LATIN[] = "a a a a a a aec e e e e i i i i d n o o o o o * o u u u u y thss"
                            "a a a a a a aec e e e e i i i i d n o o o o o / o u u u u y thy "
                            "a a a a a a c c c c c c c c d d d d e e e e e e e e e e g g g g "
                            "g g g g h h h h i i i i i i i i i i ijijj j k k k l l l l l l l "
                            "l l l n n n n n n n n n o o o o o o oeoer r r r r r s s s s s s "
                            "s s t t t t t t u u u u u u u u u u u u w w y y y z z z z z z s ";
enum { LATIN_FIRST = 0xC0, LATIN_LAST = 0x17F, COMBINING_FIRST = 0x300, COMBINING_LAST = 0x36F };
_Static_assert(sizeof LATIN == 2 * (LATIN_LAST - LATIN_FIRST + 1) + 1, "one pair a letter");

static uint32_t small(uint32_t c)
{
    bool greek = c >= 0x391 && c <= 0x3A9, cyrillic = c >= 0x410 && c <= 0x42F;
    if (greek || cyrillic)
        return c + 0x20;
    return c >= 0x400 && c <= 0x40F ? c + 0x50 : c;
}

void collate_fold(struct sb *out, struct sv text)
{
    for (size_t at = 0; at < text.n;) {
        uint32_t c = utf8_next(text, &at);
        if (c < 0x80)
            sb_add_char(out, ascii_lower((char)c));
        else if (c >= LATIN_FIRST && c <= LATIN_LAST) {
            const char *pair = LATIN + 2 * (c - LATIN_FIRST);
            sb_add(out, (struct sv){pair, pair[1] == ' ' ? 1 : 2});
        } else if (c < COMBINING_FIRST || c > COMBINING_LAST)
            utf8_add(out, small(c));
    }
}

int collate_compare(struct sv a, struct sv b)
{
    char a_room[512], b_room[512];
    struct sb a_folded, b_folded;
    sb_fixed(&a_folded, a_room, sizeof a_room);
    sb_fixed(&b_folded, b_room, sizeof b_room);
    collate_fold(&a_folded, a);
    collate_fold(&b_folded, b);
    int order = sv_compare(sb_view(&a_folded), sb_view(&b_folded));
    return order != 0 ? order : sv_compare(a, b);
}
