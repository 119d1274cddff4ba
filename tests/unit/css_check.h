/* css_check.h — what CSS of a letter may say, by lists of the tests' own: only these properties, no
 * function but rgba(), no at-rule but @media for widths, selectors below the letter's root. */
#ifndef VM_CSS_CHECK_H
#define VM_CSS_CHECK_H

#include <stdio.h>
#include <string.h>

#include "str.h"

static const char css_check_properties[] =
    " background-color border border-bottom border-bottom-color border-bottom-left-radius"
    " border-bottom-right-radius border-bottom-style border-bottom-width border-collapse"
    " border-color border-left border-left-color border-left-style border-left-width border-radius"
    " border-right border-right-color border-right-style border-right-width border-spacing"
    " border-style border-top border-top-color border-top-left-radius border-top-right-radius"
    " border-top-style border-top-width border-width box-sizing caption-side clear color direction"
    " display empty-cells float font font-family font-size font-stretch font-style font-variant"
    " font-weight height hyphens letter-spacing line-height list-style list-style-position"
    " list-style-type margin margin-bottom margin-left margin-right margin-top max-height max-width"
    " min-height min-width opacity overflow overflow-wrap padding padding-bottom"
    " padding-left padding-right padding-top page-break-after page-break-before page-break-inside"
    " table-layout text-align text-decoration text-decoration-color text-decoration-line"
    " text-indent text-overflow text-transform vertical-align visibility white-space width"
    " word-break word-spacing word-wrap ";

static inline bool css_check_listed(const char *list, struct sv name)
{
    char padded[64];
    snprintf(padded, sizeof padded, " %.*s ", SV_ARG(name));
    return name.n > 0 && name.n < 60 && strstr(list, padded) != NULL;
}

/* A value: no brackets but those of rgba(), nothing that ends or escapes; below zero only the
 * spacing of letters and words. */
static inline bool css_check_value(struct sv name, struct sv value)
{
    bool below = sv_ends(name, SV("-spacing")), in_string = false;
    if (value.n == 0)
        return false;
    for (size_t i = 0; i < value.n; i++) {
        struct sv before = sv_slice(value, 0, i);
        char c = value.p[i], next = i + 1 < value.n ? value.p[i + 1] : '\0';
        if (c == '\'')
            in_string = !in_string;
        if (c == '\0' || strchr("\\<>@\"&{}[];:\n", c) ||
            (c == '(' && !sv_ends(before, SV("rgba"))))
            return false;
        if (c == '-' && !in_string && !below && (ascii_is_digit(next) || next == '.'))
            if (i == 0 || before.p[i - 1] == ' ')
                return false;
    }
    return !in_string;
}

static inline bool css_check_declarations(struct sv css)
{
    while (css.n > 0) {
        struct sv value = sv_cut(&css, ';');
        struct sv name = sv_cut(&value, ':');
        if (!css_check_listed(css_check_properties, name) || !css_check_value(name, value))
            return false;
        if ((sv_eq(name, SV("overflow")) || sv_eq(name, SV("opacity"))) &&
            sv_find_char(value, '!') != SIZE_MAX)
            return false;
    }
    return true;
}

static inline bool css_check_media(struct sv prelude)
{
    static const char words[] = " screen and ";
    while (prelude.n > 0) {
        struct sv word = sv_cut(&prelude, ' ');
        while (word.n > 0) {
            struct sv one = sv_cut(&word, ',');
            struct sv feature = sv_slice(one, 1, one.n);
            bool width = sv_starts(one, SV("(")) && sv_ends(one, SV(")")) &&
                         css_check_listed(" max-width min-width max-device-width min-device-width ",
                                          sv_cut(&feature, ':'));
            if (!width && !css_check_listed(words, one))
                return false;
        }
    }
    return true;
}

static inline bool css_check_selectors(struct sv selectors)
{
    while (selectors.n > 0) {
        struct sv one = sv_cut(&selectors, ',');
        if (!sv_starts(one, SV(".vm-letter")))
            return false;
        one = sv_slice(one, sizeof ".vm-letter" - 1, one.n);
        if (one.n > 0 && !strchr(" >.#:", one.p[0])) /* no sibling of the root */
            return false;
        for (size_t i = 0; i < one.n; i++)
            if (!ascii_is_alnum(one.p[i]) && !strchr(" >+~.#:*-_", one.p[i]))
                return false;
    }
    return true;
}

/* A sheet as the service writes it: a rule, or the start or end of one @media, on each line. */
static inline bool css_check_sheet(struct sv css)
{
    bool in_media = false;
    while (css.n > 0) {
        struct sv line = sv_cut(&css, '\n');
        if (line.n == 0)
            continue;
        if (sv_eq(line, SV("}"))) {
            if (!in_media)
                return false;
            in_media = false;
        } else if (sv_starts(line, SV("@media "))) {
            if (in_media || !sv_ends(line, SV("{")) ||
                !css_check_media(sv_slice(line, 7, line.n - 1)))
                return false;
            in_media = true;
        } else {
            if (!sv_ends(line, SV("}")))
                return false;
            line.n--;
            struct sv selectors = sv_cut(&line, '{');
            if (!css_check_selectors(selectors) || line.n == 0 || !css_check_declarations(line))
                return false;
        }
    }
    return !in_media;
}

#endif
