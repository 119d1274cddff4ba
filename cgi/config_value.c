#include "config_value.h"

bool value_is_names(struct sv value)
{
    for (size_t at = 0; at < value.n; at++)
        if (value.p[at] != ' ' && value.p[at] != '.' && value.p[at] != '-' && value.p[at] != '_' &&
            !ascii_is_alnum(value.p[at]))
            return false;
    return true;
}

bool value_is_address(struct sv value)
{
    struct sv host = sv_slice(value, sizeof "https://" - 1, value.n);
    if (!sv_starts(value, SV("https://")) || host.n == 0)
        return false;
    for (size_t at = 0; at < host.n; at++)
        if (ascii_lower(host.p[at]) != host.p[at] ||
            (!ascii_is_alnum(host.p[at]) && host.p[at] != '.' && host.p[at] != '-' &&
             host.p[at] != ':'))
            return false;
    return true;
}
