#include "css_sheet.h"

#include "arena.h"
#include "css.h"
#include "css_syntax.h"
#include "css_value.h"
#include "markup.h"

enum { RULES_MAX = 2000 };

struct sheet {
    struct sb *out;
    bool *coloured;
    size_t rules;
};

static void write_rule(struct sv selectors, struct sv block, struct sb *out, bool *coloured)
{
    size_t before = out->n;
    bool sets_colour = false;
    if (css_write_selectors(selectors, out)) {
        sb_add_char(out, '{');
        size_t body = out->n;
        css_write_block(block, out, &sets_colour);
        if (out->n > body) {
            sb_add(out, SV("}\n"));
            *coloured = *coloured || sets_colour;
            return;
        }
    }
    markup_take_back(out, before);
}

/* "(max-width: 600px)": widths only. Dark grounds are not the letter's to choose: a letter with
 * colours of its own is always shown on a light one. */
static bool write_feature(struct sv feature, struct sb *out)
{
    static const char *const widths[] = {"max-width", "min-width", "max-device-width",
                                         "min-device-width"};
    struct css_tokens tokens;
    struct sv name = sv_trim(sv_cut(&feature, ':'));
    if (!css_tokens_read(feature, &tokens) || tokens.n != 1 || tokens.items[0].kind != CSS_LENGTH ||
        !css_length_bounded(&tokens.items[0], false))
        return false;
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++)
        if (sv_eq_nocase(name, sv_of(widths[i]))) {
            sb_printf(out, "(%s:", widths[i]);
            css_token_write(&tokens.items[0], out);
            sb_add_char(out, ')');
            return true;
        }
    return false;
}

static struct sv cut_word(struct sv *s)
{
    *s = sv_trim(*s);
    return css_cut_name(s);
}

/* [only] [screen | all] {and feature} */
static bool write_query(struct sv query, struct sb *out)
{
    bool first = true;
    struct sv word = cut_word(&query);
    if (sv_eq_nocase(word, SV("only")))
        word = cut_word(&query);
    if (word.n > 0) {
        if (!sv_eq_nocase(word, SV("screen")) && !sv_eq_nocase(word, SV("all")))
            return false;
        first = false;
        sb_add(out, SV("screen"));
    }
    for (query = sv_trim(query); query.n > 0; query = sv_trim(query), first = false) {
        if (!first) {
            if (!sv_eq_nocase(cut_word(&query), SV("and")))
                return false;
            query = sv_trim(query);
            sb_add(out, SV(" and "));
        }
        size_t end = sv_find_char(query, ')');
        if (query.n == 0 || query.p[0] != '(' || end == SIZE_MAX ||
            !write_feature(sv_slice(query, 1, end), out))
            return false;
        query = sv_slice(query, end + 1, query.n);
    }
    return !first;
}

static bool write_media(struct sv queries, struct sb *out)
{
    char buffer[256];
    struct sb one;
    size_t n = 0;
    while (queries.n > 0) {
        sb_fixed(&one, buffer, sizeof buffer);
        if (!write_query(sv_cut(&queries, ','), &one) || one.over)
            continue;
        sb_add(out, n++ > 0 ? SV(",") : SV("@media "));
        sb_add(out, sb_view(&one));
    }
    return n > 0;
}

/* The inside of the block whose "{" has just been passed; blocks may nest. */
static struct sv cut_block(struct sv *css)
{
    struct sv whole = *css;
    size_t depth = 1;
    char found;
    do {
        css_cut_until(css, "{}", &found);
        if (found == '{')
            depth++;
        else if (found == '}')
            depth--;
    } while (found != '\0' && depth > 0);
    size_t n = whole.n - css->n;
    return sv_slice(whole, 0, found == '}' ? n - 1 : n);
}

static struct sv trim_sheet(struct sv css)
{
    for (;;) {
        css = sv_trim(css);
        if (sv_starts(css, SV("<!--")))
            css = sv_slice(css, 4, css.n);
        else if (sv_starts(css, SV("-->")) || sv_starts(css, SV("\f")))
            css = sv_slice(css, css.p[0] == '-' ? 3 : 1, css.n);
        else
            return css;
    }
}

static void write_rules(struct sheet *sheet, struct sv css, bool in_media);

static void write_at_rule(struct sheet *sheet, struct sv *css, bool in_media)
{
    char found;
    struct sv prelude = css_cut_until(css, ";{", &found);
    if (found != '{')
        return;
    struct sv block = cut_block(css);
    size_t before = sheet->out->n;
    if (in_media || !sv_starts_nocase(prelude, SV("@media")) ||
        !write_media(sv_slice(prelude, 6, prelude.n), sheet->out)) {
        markup_take_back(sheet->out, before);
        return;
    }
    sb_add(sheet->out, SV("{\n"));
    size_t body = sheet->out->n;
    write_rules(sheet, block, true);
    if (sheet->out->n == body)
        markup_take_back(sheet->out, before);
    else
        sb_add(sheet->out, SV("}\n"));
}

static void write_rules(struct sheet *sheet, struct sv css, bool in_media)
{
    for (css = trim_sheet(css); css.n > 0 && sheet->rules < RULES_MAX; css = trim_sheet(css)) {
        char found;
        if (css.p[0] == '@') {
            write_at_rule(sheet, &css, in_media);
            continue;
        }
        struct sv selectors = css_cut_until(&css, "{", &found);
        if (found != '{')
            return;
        struct sv block = cut_block(&css);
        sheet->rules++;
        if (sv_find_char(block, '{') == SIZE_MAX)
            write_rule(selectors, block, sheet->out, sheet->coloured);
    }
}

void css_write_sheet(struct sv css, struct arena *arena, struct sb *out, bool *coloured)
{
    struct sheet sheet = {.out = out, .coloured = coloured};
    struct sb plain;
    sb_init(&plain, arena, css.n + css.n / 4 + 1);
    if (css_strip_comments(css, &plain))
        write_rules(&sheet, sb_view(&plain), false);
}
