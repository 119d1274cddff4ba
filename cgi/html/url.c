#include "url.h"

#include "utf8.h"

static bool is_unreserved(char c)
{
    return ascii_is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

/* Characters that may stand in a URL as they are; the rest is percent-encoded. */
static bool is_url_char(char c)
{
    return is_unreserved(c) || (c != '\0' && strchr(":/?#[]@!$&()*+,;=%", c));
}

static void add_percent(struct sb *out, char c)
{
    static const char hex[] = "0123456789ABCDEF";
    unsigned char byte = (unsigned char)c;
    char text[3] = {'%', hex[byte >> 4], hex[byte & 15]};
    sb_add(out, (struct sv){text, sizeof text});
}

void url_write_percent(struct sv s, struct sb *out)
{
    for (size_t i = 0; i < s.n; i++)
        if (is_unreserved(s.p[i]))
            sb_add_char(out, s.p[i]);
        else
            add_percent(out, s.p[i]);
}

/* C0 controls and spaces go at both ends; tab and line ends go everywhere, as in browsers. Other
 * controls are no part of an honest URL: such a URL is refused. */
static bool add_clean(struct sv raw, struct sb *out)
{
    while (raw.n > 0 && (unsigned char)raw.p[0] <= ' ')
        raw = sv_slice(raw, 1, raw.n);
    while (raw.n > 0 && (unsigned char)raw.p[raw.n - 1] <= ' ')
        raw.n--;
    for (size_t i = 0; i < raw.n; i++) {
        char c = raw.p[i];
        if (c == '\t' || c == '\n' || c == '\r')
            continue;
        if ((unsigned char)c < 0x20 || c == 0x7f)
            return false;
        if (is_url_char(c))
            sb_add_char(out, c);
        else
            add_percent(out, c);
    }
    return !out->over && out->n > 0 && out->n <= URL_MAX;
}

static bool is_host_char(char c)
{
    return ascii_is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '%' || (c & 0x80) != 0;
}

/* Behind the user, before the port; brackets of an IPv6 address stay. */
static struct sv host_of(struct sv authority)
{
    size_t at = sv_find_last_char(authority, '@');
    if (at != SIZE_MAX)
        authority = sv_slice(authority, at + 1, authority.n);
    if (authority.n > 0 && authority.p[0] == '[') {
        size_t end = sv_find_char(authority, ']');
        return end == SIZE_MAX ? SV("") : sv_slice(authority, 0, end + 1);
    }
    struct sv host = sv_cut(&authority, ':');
    for (size_t i = 0; i < host.n; i++)
        if (!is_host_char(host.p[i]))
            return SV("");
    return host;
}

static void read_http(struct sb *buffer, size_t scheme, struct url *url)
{
    struct sv rest = sv_slice(sb_view(buffer), scheme, buffer->n);
    if (!sv_starts(rest, SV("//")))
        return;
    rest = sv_slice(rest, 2, rest.n);
    size_t end = 0;
    while (end < rest.n && !strchr("/?#", rest.p[end]))
        end++;
    struct sv host = host_of(sv_slice(rest, 0, end));
    if (host.n == 0 || host.n > URL_HOST_MAX)
        return;
    for (size_t i = 0; i < host.n; i++)
        buffer->p[(size_t)(host.p - buffer->p) + i] = ascii_lower(host.p[i]);
    url->kind = URL_HTTP;
    url->host = sv_starts(host, SV("www.")) ? sv_slice(host, 4, host.n) : host;
}

void url_read(struct sv raw, struct sb *buffer, struct url *url)
{
    static const struct {
        const char *scheme;
        enum url_kind kind;
    } schemes[] = {{"http:", URL_HTTP},
                   {"https:", URL_HTTP},
                   {"mailto:", URL_MAILTO},
                   {"tel:", URL_TEL},
                   {"cid:", URL_CID}};
    *url = (struct url){.kind = URL_NONE};
    sb_clear(buffer);
    if (raw.n > URL_MAX || !add_clean(raw, buffer))
        return;
    if (buffer->p[0] == '#')
        url->kind = URL_FRAGMENT;
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        struct sv scheme = sv_of(schemes[i].scheme);
        if (!sv_starts_nocase(sb_view(buffer), scheme))
            continue;
        memcpy(buffer->p, scheme.p, scheme.n);
        if (schemes[i].kind == URL_HTTP)
            read_http(buffer, scheme.n, url);
        else if (buffer->n > scheme.n)
            url->kind = schemes[i].kind;
    }
    url->text = sb_view(buffer);
}

/* A name that ends in a label of letters: "bank.example", not "1.5" or "file". */
static bool looks_like_host(struct sv host)
{
    size_t dot = sv_find_last_char(host, '.');
    if (dot == SIZE_MAX || dot == 0 || host.n - dot < 3)
        return false;
    for (size_t i = dot + 1; i < host.n; i++)
        if (!ascii_is_alpha(host.p[i]) && !(host.p[i] & 0x80) && host.p[i] != '-')
            return false;
    return sv_find(host, SV("..")) == SIZE_MAX;
}

/* What a sentence puts around an address. */
static struct sv without_marks(struct sv text)
{
    while (text.n > 0 && sv_find_char(SV("([{<\"'"), text.p[0]) != SIZE_MAX)
        text = sv_slice(text, 1, text.n);
    while (text.n > 0 && sv_find_char(SV(".,;:!?)]}>\"'"), text.p[text.n - 1]) != SIZE_MAX)
        text.n--;
    return text;
}

void url_host_in_text(struct sv text, struct sb *out)
{
    sb_clear(out);
    text = without_marks(sv_trim(text));
    for (size_t i = 0; i < text.n; i++)
        if (ascii_is_space(text.p[i]))
            return;
    size_t scheme = sv_find(text, SV("://"));
    if (scheme != SIZE_MAX)
        text = sv_slice(text, scheme + 3, text.n);
    else if (sv_find_char(text, '@') != SIZE_MAX)
        return;
    size_t end = 0;
    while (end < text.n && !strchr("/?#", text.p[end]))
        end++;
    struct sv host = host_of(sv_slice(text, 0, end));
    if (host.n > 4 && sv_starts_nocase(host, SV("www.")))
        host = sv_slice(host, 4, host.n);
    if (!looks_like_host(host))
        return;
    for (size_t i = 0; i < host.n; i++)
        if (host.p[i] & 0x80)
            add_percent(out, host.p[i]); /* as url_read() writes it */
        else
            sb_add_char(out, ascii_lower(host.p[i]));
    if (out->over)
        sb_clear(out);
}

/* Percent-decoded as UTF-8; control characters become spaces. */
static struct sv decoded(struct sv s, char *buffer, size_t room)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n && n < room; i++, n++) {
        buffer[n] = s.p[i];
        if (s.p[i] == '%' && i + 2 < s.n) {
            const char *digits = "0123456789abcdef";
            const char *high = strchr(digits, ascii_lower(s.p[i + 1]));
            const char *low = strchr(digits, ascii_lower(s.p[i + 2]));
            if (s.p[i + 1] && s.p[i + 2] && high && low) {
                buffer[n] = (char)((high - digits) << 4 | (low - digits));
                i += 2;
            }
        }
        if (((unsigned char)buffer[n] < 0x20 && buffer[n] != '\n') || buffer[n] == 0x7f)
            buffer[n] = ' ';
    }
    return (struct sv){buffer, n};
}

static void write_field(struct sb *out, const char *name, struct sv value)
{
    char buffer[URL_MAX];
    struct sv plain = decoded(value, buffer, sizeof buffer);
    if (!utf8_valid(plain) || plain.n == 0)
        return;
    sb_add_char(out, sv_find_char(sb_view(out), '?') == SIZE_MAX ? '?' : '&');
    sb_add_cstr(out, name);
    sb_add_char(out, '=');
    url_write_percent(plain, out);
}

void url_write_compose(struct sv mailto, struct sb *out)
{
    static const struct {
        const char *field, *name;
    } fields[] = {{"to", "to"}, {"cc", "cc"}, {"subject", "subject"}, {"body", "text"}};
    struct sv query = sv_slice(mailto, sizeof "mailto:" - 1, mailto.n);
    query = sv_slice(query, 0, sv_find_char(query, '#'));
    struct sv to = sv_cut(&query, '?');
    sb_clear(out);
    sb_add(out, SV("/compose"));
    write_field(out, "to", to);
    while (query.n > 0) {
        struct sv value = sv_cut(&query, '&');
        struct sv field = sv_cut(&value, '=');
        for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
            if (sv_eq_nocase(field, sv_of(fields[i].field)))
                write_field(out, fields[i].name, value);
    }
}

bool url_is_compose(struct sv url)
{
    static const char *const names[] = {"to", "cc", "subject", "text"};
    struct sv query = url;
    if (!sv_eq(sv_cut(&query, '?'), SV("/compose")))
        return false;
    while (query.n > 0) {
        struct sv value = sv_cut(&query, '&');
        struct sv name = sv_cut(&value, '=');
        bool found = false;
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
            found = found || sv_eq(name, sv_of(names[i]));
        for (size_t i = 0; i < value.n; i++)
            found = found && (is_unreserved(value.p[i]) || value.p[i] == '%');
        if (!found)
            return false;
    }
    return true;
}
