#include "css.h"

#include "css_property.h"
#include "css_sheet.h"
#include "css_syntax.h"
#include "css_value.h"
#include "markup.h"

/* The letter's own style sheet keeps these two for itself where they could hide a warning. */
static bool may_be_important(struct sv name)
{
    return !sv_eq_nocase(name, SV("overflow")) && !sv_eq_nocase(name, SV("opacity"));
}

static void write_declaration(struct sv declaration, struct sb *out, bool *coloured)
{
    struct sv name = sv_cut(&declaration, ':');
    struct sv value = sv_trim(declaration);
    bool important = false;
    size_t mark = sv_find_last_char(value, '!');
    if (mark != SIZE_MAX) {
        if (!sv_eq_nocase(sv_trim(sv_slice(value, mark + 1, value.n)), SV("important")))
            return;
        important = true;
        value = sv_trim(sv_slice(value, 0, mark));
    }
    if (css_is_suspicious(value))
        return;
    size_t before = out->n;
    if (before > 0 && out->p[before - 1] != '{')
        sb_add_char(out, ';');
    if (!css_property_write(sv_trim(name), value, out, coloured)) {
        markup_take_back(out, before);
    } else if (important && may_be_important(sv_trim(name))) {
        sb_add(out, SV("!important"));
    }
}

void css_write_block(struct sv css, struct sb *out, bool *coloured)
{
    char found;
    while (css.n > 0)
        write_declaration(css_cut_until(&css, ";", &found), out, coloured);
}

void css_write_declarations(struct sv css, struct sb *out, bool *coloured)
{
    char buffer[4096], written[4096];
    struct sb plain, result;
    sb_fixed(&plain, buffer, sizeof buffer);
    sb_fixed(&result, written, sizeof written);
    if (!css_strip_comments(css, &plain))
        return;
    css_write_block(sb_view(&plain), &result, coloured);
    if (!result.over)
        sb_add(out, sb_view(&result));
}

bool css_write_colour(struct sv text, struct sb *out)
{
    struct css_tokens tokens;
    char hex[8];
    struct sb with_hash;
    sb_fixed(&with_hash, hex, sizeof hex);
    text = sv_trim(text);
    if (text.n == 6) { /* old letters leave the "#" out */
        sb_add_char(&with_hash, '#');
        sb_add(&with_hash, text);
        if (css_tokens_read(sb_view(&with_hash), &tokens) && tokens.n == 1)
            text = sb_view(&with_hash);
    }
    if (!css_tokens_read(text, &tokens) || tokens.n != 1 || !css_is_colour(&tokens.items[0]))
        return false;
    css_token_write(&tokens.items[0], out);
    return true;
}
