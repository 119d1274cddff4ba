#include "unsubscribe.h"

#include "address.h"
#include "arena.h"
#include "header.h"
#include "param.h"
#include "utf8.h"

/* ---- mailto ---- */

static struct sv percent_decode(struct arena *arena, struct sv s)
{
    struct sb out;
    sb_init(&out, arena, s.n);
    percent_add(&out, s);
    return sb_view(&out);
}

/* What an IMAP or SMTP line, and a text area, may hold. */
static struct sv clean_text(struct arena *arena, struct sv s)
{
    struct sb out;
    struct sv clean = utf8_clean(arena, s);
    sb_init(&out, arena, clean.n);
    for (size_t i = 0; i < clean.n; i++)
        if (clean.p[i] == '\n' || ((unsigned char)clean.p[i] >= ' ' && clean.p[i] != 0x7f))
            sb_add_char(&out, clean.p[i]);
    return sb_view(&out);
}

static void take_mailto(struct arena *arena, struct sv rest, struct unsubscribe *out)
{
    struct sv address = percent_decode(arena, sv_cut(&rest, '?'));
    struct addresses list = address_list_parse(arena, address);
    if (sv_has_control(address) || list.n != 1 ||
        address_check(list.items[0]) != ADDRESS_FAULT_NONE)
        return;
    out->to = address_spec(arena, list.items[0]);
    while (rest.n > 0) { /* other fields than these two are not the sender's to fill */
        struct sv value = sv_cut(&rest, '&'), name = sv_cut(&value, '=');
        if (sv_eq_nocase(name, SV("subject")))
            out->subject = utf8_line(arena, percent_decode(arena, value));
        else if (sv_eq_nocase(name, SV("body")))
            out->text = clean_text(arena, percent_decode(arena, value));
    }
}

/* ---- https ---- */

static bool is_host(struct sv s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_is_alnum(s.p[i]) && s.p[i] != '-' && s.p[i] != '.' && s.p[i] != '_')
            return false;
    return s.n > 0 && s.n <= 255 && s.p[0] != '.' && s.p[0] != '-';
}

static bool is_port(struct sv s)
{
    uint64_t port;
    return s.n == 0 || (sv_to_u64(s, UINT16_MAX, &port) == STATUS_OK && port > 0);
}

static bool is_plain_url(struct sv url)
{
    for (size_t i = 0; i < url.n; i++)
        if (url.p[i] <= ' ' || (unsigned char)url.p[i] >= 0x7f ||
            sv_find_char(SV("\"'<>\\^`{|}"), url.p[i]) != SIZE_MAX)
            return false;
    return url.n <= UNSUBSCRIBE_URL_MAX;
}

static void take_url(struct arena *arena, struct sv url, size_t scheme, struct unsubscribe *out)
{
    struct sv rest = sv_slice(url, scheme, url.n);
    size_t end = 0;
    while (end < rest.n && sv_find_char(SV("/?#"), rest.p[end]) == SIZE_MAX)
        end++;
    struct sv port = sv_slice(rest, 0, end), host = sv_cut(&port, ':');
    if (!is_plain_url(url) || !is_host(host) || !is_port(port))
        return;
    out->host = arena_lower(arena, host);
    out->url = url;
}

/* ---- the fields ---- */

/* What stands between the brackets, without the spaces of its folds. */
static struct sv unfolded(struct arena *arena, struct sv s)
{
    struct sb out;
    sb_init(&out, arena, s.n);
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_is_space(s.p[i]))
            sb_add_char(&out, s.p[i]);
    return sb_view(&out);
}

static void take_one(struct arena *arena, struct sv url, struct unsubscribe *out)
{
    const struct sv mailto = SV("mailto:"), https = SV("https://"), http = SV("http://");
    bool secure = sv_starts_nocase(out->url, https);
    if (sv_starts_nocase(url, mailto) && out->to.n == 0)
        take_mailto(arena, sv_slice(url, mailto.n, url.n), out);
    else if (sv_starts_nocase(url, https) && !secure)
        take_url(arena, url, https.n, out);
    else if (sv_starts_nocase(url, http) && out->url.n == 0)
        take_url(arena, url, http.n, out);
}

void unsubscribe_read(struct arena *arena, struct sv block, struct unsubscribe *out)
{
    struct sv rest, post;
    *out = (struct unsubscribe){SV(""), SV(""), SV(""), SV(""), SV(""), false};
    if (!header_find(block, SV("List-Unsubscribe"), &rest) || rest.n > UNSUBSCRIBE_FIELD_MAX)
        return;
    while (rest.n > 0) {
        (void)sv_cut(&rest, '<');
        struct sv one = sv_cut(&rest, '>');
        if (one.n > 0 && one.n <= UNSUBSCRIBE_URL_MAX)
            take_one(arena, unfolded(arena, one), out);
    }
    out->one_click = header_find(block, SV("List-Unsubscribe-Post"), &post) &&
                     sv_eq_nocase(sv_trim(post), SV(UNSUBSCRIBE_ONE_CLICK)) &&
                     sv_starts_nocase(out->url, SV("https://"));
}

/* ---- signatures ---- */

static bool stands_once(struct sv block, struct sv name)
{
    struct field field;
    size_t n = 0;
    for (size_t at = 0; header_next(block, &at, &field);)
        n += sv_eq_nocase(field.name, name);
    return n == 1;
}

static bool lists(struct sv names, struct sv wanted)
{
    while (names.n > 0)
        if (sv_eq_nocase(sv_cut(&names, ':'), wanted))
            return true;
    return false;
}

/* One signature's tags (RFC 6376 section 3.2). */
static bool covers(struct arena *arena, struct sv signature, struct sv domain)
{
    struct sv rest = unfolded(arena, signature);
    bool same_domain = false, both = false;
    while (rest.n > 0) {
        struct sv value = sv_cut(&rest, ';'), tag = sv_cut(&value, '=');
        if (sv_eq(tag, SV("d")))
            same_domain = sv_eq_nocase(value, domain);
        else if (sv_eq(tag, SV("h")))
            both =
                lists(value, SV("List-Unsubscribe")) && lists(value, SV("List-Unsubscribe-Post"));
    }
    return same_domain && both;
}

bool unsubscribe_covered(struct arena *arena, struct sv block, struct sv domain)
{
    struct field field;
    if (domain.n == 0 || !stands_once(block, SV("List-Unsubscribe")) ||
        !stands_once(block, SV("List-Unsubscribe-Post")))
        return false;
    for (size_t at = 0; header_next(block, &at, &field);)
        if (sv_eq_nocase(field.name, SV("DKIM-Signature")) &&
            field.value.n <= UNSUBSCRIBE_FIELD_MAX && covers(arena, field.value, domain))
            return true;
    return false;
}
