#include "cookie.h"

/* cookie-octet: printable ASCII without space, quote, comma, semicolon and backslash. */
static bool is_cookie_value(struct sv value)
{
    if (value.n == 0 || value.n > COOKIE_VALUE_MAX)
        return false;
    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];
        if (c <= ' ' || c > '~' || c == '"' || c == ',' || c == ';' || c == '\\')
            return false;
    }
    return true;
}

enum status cookie_get(struct sv header, struct sv name, struct sv *value)
{
    struct sv found = {NULL, 0};
    while (header.n > 0) {
        struct sv pair = sv_trim(sv_cut(&header, ';'));
        size_t equals = sv_find_char(pair, '=');
        if (equals == SIZE_MAX || !sv_eq(sv_slice(pair, 0, equals), name))
            continue;
        if (found.p)
            return STATUS_INVALID;
        found = sv_slice(pair, equals + 1, pair.n);
    }
    if (!found.p)
        return STATUS_NOT_FOUND;
    if (!is_cookie_value(found))
        return STATUS_INVALID;
    *value = found;
    return STATUS_OK;
}

void cookie_set(struct response *response, struct sv name, struct sv value, int64_t max_age_s)
{
    char line[COOKIE_VALUE_MAX + 256];
    struct sb b;
    sb_fixed(&b, line, sizeof(line));
    sb_add(&b, name);
    sb_add_char(&b, '=');
    if (max_age_s != COOKIE_EXPIRED) {
        if (!is_cookie_value(value))
            sb_add_char(&b, '\n'); /* which no header may hold: spoils the response */
        sb_add(&b, value);
    }
    sb_add(&b, SV("; Path=/; Secure; HttpOnly; SameSite=Strict"));
    if (max_age_s != COOKIE_SESSION) {
        sb_add(&b, SV("; Max-Age="));
        sb_add_u64(&b, max_age_s > 0 ? (uint64_t)max_age_s : 0);
    }
    if (b.over)
        sb_clear(&b), sb_add_char(&b, '\n');
    response_add_header(response, "Set-Cookie", sb_view(&b));
}
