#include "language.h"

/* "0.8" as 800; a weight that is not one counts as 1. */
static unsigned weight_of(struct sv parameters)
{
    while (parameters.n > 0) {
        struct sv parameter = sv_trim(sv_cut(&parameters, ';'));
        if (!sv_starts_nocase(parameter, SV("q=")))
            continue;
        struct sv number = sv_slice(parameter, 2, parameter.n);
        unsigned weight = 0, unit = 1000;
        for (size_t i = 0; i < number.n && i < 5; i++) {
            if (ascii_is_digit(number.p[i]) && unit > 0)
                weight += (unsigned)(number.p[i] - '0') * unit;
            else if (number.p[i] != '.')
                return 1000;
            if (number.p[i] != '.')
                unit /= 10;
        }
        return weight > 1000 ? 1000 : weight;
    }
    return 1000;
}

static bool range_names(struct sv range, struct sv language)
{
    return sv_starts_nocase(range, language) &&
           (range.n == language.n || range.p[language.n] == '-');
}

size_t language_choose(struct sv accept, const struct sv *offered, size_t count, size_t otherwise)
{
    size_t best = otherwise;
    unsigned best_weight = 0;
    while (accept.n > 0) {
        struct sv parameters = sv_cut(&accept, ',');
        struct sv range = sv_trim(sv_cut(&parameters, ';'));
        unsigned weight = weight_of(parameters);
        if (weight <= best_weight)
            continue;
        for (size_t i = 0; i < count; i++) {
            if (range_names(range, offered[i])) {
                best = i;
                best_weight = weight;
                break;
            }
        }
    }
    return best;
}
